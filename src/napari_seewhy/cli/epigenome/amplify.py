"""`seewhy epigenome amplify`: draw more pictures of a rare class, and say what they are worth."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter

from napari_seewhy.cli.asking import (
    DEFAULT_IMPORTING,
    SPLIT_FLAGS,
    ChosenSamples,
    Importing,
    Subject,
    check_model_path,
    choose_samples,
    opening_samples,
    run_learning,
)
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.files import write_json
from napari_seewhy.generating import CompareOptions, GeneratorOptions
from napari_seewhy.models.networks import NetworkOptions
from napari_seewhy.progress import Task
from napari_seewhy.samples.splitting import SplitOptions, fold_samples
from napari_seewhy.samples.storing import SampleSet
from napari_seewhy.training.fitting import TrainOptions

if TYPE_CHECKING:
    from napari_seewhy.generating import Comparison, Likeness

VERB = "epigenome amplify"

_SPLITTING, _GENERATOR = SplitOptions(), GeneratorOptions()
_COMPARE, _NETWORK, _TRAINING = (
    CompareOptions(),
    NetworkOptions(),
    TrainOptions(augmentation="gene"),
)


@Parameter(name="*", group=Group("Comparing with and without", sort_key=20))
@dataclass(frozen=True)
class Comparing:
    """Whether drawn samples help is found out by training with and without them.

    Attributes
    ----------
    compare
        Train classifiers with and without drawn samples and judge them on real ones.
    how
        How they are compared.
    network, training
        The classifier.
    """

    compare: Annotated[bool, Parameter(name="--compare-classifiers", negative="")] = False
    how: Annotated[CompareOptions, flags("Comparing with and without", sort_key=20)] = _COMPARE
    network: Annotated[
        NetworkOptions, flags("Network of the classifier", sort_key=21, prefix="classifier-")
    ] = _NETWORK
    training: Annotated[
        TrainOptions, flags("Training of the classifier", sort_key=22, prefix="classifier-")
    ] = _TRAINING


_COMPARING = Comparing()


@Parameter(name="*")
@dataclass(frozen=True)
class Drawing:
    """How many samples are drawn, and where to.

    Attributes
    ----------
    n_drawn
        How many samples are drawn to be looked at.
    drawn
        Sample set to write them to (.h5), marked as drawn; they are not kept if not given. Learn
        from them only where the comparison says that they help.
    resume
        Continue a training that was stopped or killed.
    """

    n_drawn: int = 96
    drawn: Path | None = None
    resume: Annotated[bool, Parameter(negative="")] = False


_DRAWING = Drawing()


def amplify(  # noqa: PLR0913  (every option class is an argument of its own)
    samples: Path,
    /,
    *,
    rare: Annotated[str, Parameter(name="--rare-class")],
    out: Path,
    drawing: Drawing = _DRAWING,
    generator: Annotated[GeneratorOptions, flags("Generator", sort_key=10)] = _GENERATOR,
    splitting: Annotated[SplitOptions, SPLIT_FLAGS] = _SPLITTING,
    comparing: Comparing = _COMPARING,
    importing: Importing = DEFAULT_IMPORTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Generate pictures of a rare class, and measure what they are worth.

    A network learns from the real samples of one class to draw more of them. It sees only those
    that `seewhy train` would learn from with the same split. Beside it stands an honesty panel: is
    what it draws new, or copied? With --compare-classifiers, classifiers with and without drawn
    samples are judged on real ones, and the verdict is said in words. No other command learns from
    drawn samples by itself.

    Parameters
    ----------
    samples
        Sample set (.h5), or what `seewhy samples import` takes: .npz, class folders, .csv.
    rare
        The class to draw more of, such as induction.
    out
        Generator to write, such as induction.safetensors; its honesty panel is written beside it.
    """
    out = check_model_path(out)
    if drawing.n_drawn < 2:
        raise OptionError(f"--n-drawn is {drawing.n_drawn}; two or more can be compared.")
    with opening_samples(samples, importing, reporting) as opened:
        chosen = choose_samples(opened, Subject(), splitting)
        if rare not in opened.classes:
            raise DataError(
                f"The samples have no class {rare}; their classes are {', '.join(opened.classes)}."
            )
        job = _Job(opened, chosen, rare, generator, comparing)
        likeness, comparison = run_learning(job.steps(out, drawing, splitting), chosen, reporting)
    said = [likeness.describe(), *([comparison.describe()] if comparison else [])]
    json_path, page = _places(out)
    reporting.say("\n\n".join([*said, f"Generator: {out}\nHonesty panel: {page}, {json_path}"]))
    reporting.give({"verb": VERB, "status": 0, "model": str(out)} | _to_json(likeness, comparison))
    return 0


@dataclass(frozen=True)
class _Job:
    """What is drawn from what."""

    samples: SampleSet
    chosen: ChosenSamples
    rare: str
    generator: GeneratorOptions
    comparing: Comparing

    def steps(
        self, out: Path, drawing: Drawing, splitting: SplitOptions
    ) -> Task[tuple["Likeness", "Comparison | None"]]:
        """Train a generator, draw, compare with the real ones, and write what came out."""
        from napari_seewhy.generating import (
            compare_with_learned,
            generate,
            train_generator_steps,
            write_drawn,
            write_honesty_page,
        )

        split = self.chosen.split
        rows = split.train[split.target[split.train] == split.classes.index(self.rare)]
        trained = yield from train_generator_steps(
            self.samples, rows, self.generator, out=out, resume=drawing.resume
        )
        options = self.generator
        drawn = generate(trained, drawing.n_drawn, options.seed, device=options.device)
        if drawing.drawn is not None:
            write_drawn(self.samples, drawn, self.rare, drawing.drawn)
        likeness = compare_with_learned(trained, drawn, self.samples)
        comparison = (
            (yield from self._compare_steps(out, splitting)) if self.comparing.compare else None
        )
        json_path, page = _places(out)
        write_json(json_path, _to_json(likeness, comparison))
        real = self.samples.read_pixels(rows)
        write_honesty_page(page, trained.card, likeness, drawn, real, comparison)
        return likeness, comparison

    def _compare_steps(self, out: Path, splitting: SplitOptions) -> Task["Comparison"]:
        from napari_seewhy.generating import compare_with_without_steps
        from napari_seewhy.training.fitting import Retrain

        comparing, samples = self.comparing, self.samples
        folds = fold_samples(
            samples.target,
            samples.group,
            splitting,
            classes=samples.classes,
            n_folds=comparing.how.n_folds,
        )
        retrain = Retrain(samples, comparing.network, comparing.training)
        folder = out.with_name(f"{out.stem}_folds")
        task = compare_with_without_steps(
            retrain, self.rare, folds, self.generator, comparing.how, folder=folder
        )
        return (yield from task)


def _places(out: Path) -> tuple[Path, Path]:
    """Where the honesty panel stands, for machines and for people."""
    stem = out.with_name(f"{out.stem}_honesty")
    return stem.with_suffix(".json"), stem.with_suffix(".html")


def _to_json(likeness: "Likeness", comparison: "Comparison | None") -> dict[str, Any]:
    return {
        "likeness": likeness.to_json(),
        "comparison": comparison.to_json() if comparison else None,
    }
