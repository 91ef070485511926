"""`seewhy epigenome train`: a tree of decisions about pictures of genes, and how good it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cli.asking import SPLIT_FLAGS, with_figures
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.epigenome.sampling import InputKind
from napari_seewhy.epigenome.trees import (
    GENE_NETWORK,
    GENE_TRAINING,
    GeneNetworkOptions,
    GeneTrainOptions,
    TreeInputs,
    TreeOptions,
    TreeTraining,
    opening_inputs,
    train_tree_steps,
    tree_target,
)
from napari_seewhy.errors import OptionError
from napari_seewhy.files import check_output
from napari_seewhy.progress import Task, finish
from napari_seewhy.samples.splitting import SplitOptions, fold_samples

if TYPE_CHECKING:
    from napari_seewhy.epigenome.trees import TreeReport

VERB = "epigenome train"

_SPLITTING = SplitOptions()
_DECIDING = Group("What is decided", sort_key=1)


@Parameter(name="*", group=_DECIDING)
@dataclass(frozen=True)
class Deciding:
    """Which decisions are learned from what.

    Attributes
    ----------
    tree
        JSON file of other decisions than the two stages, see docs/how-to/epigenome.md.
    input
        What of the pictures every decision sees; as the tree says if not given, or what the only
        sample set holds.
    halves
        Put every decision to each half alone too, which says per gene which half speaks for it;
        wants sample sets of chromatin and methylation.
    folds
        Cross-validate in so many parts of whole groups, besides; 0 does not.
    compare
        Name of a decision that is learned from every sample set in turn, by cross-validation: which
        half carries the information.
    """

    tree: Annotated[Path | None, Parameter(name="--tree-options")] = None
    input: InputKind | None = None
    halves: Annotated[bool, Parameter(negative="")] = False
    folds: int = 0
    compare: str = ""


_DEFAULT_DECIDING = Deciding()


def train(
    *samples: Path,
    out: Path,
    deciding: Deciding = _DEFAULT_DECIDING,
    network: Annotated[GeneNetworkOptions, flags("Network", sort_key=10)] = GENE_NETWORK,
    training: Annotated[GeneTrainOptions, flags("Training", sort_key=20)] = GENE_TRAINING,
    splitting: Annotated[SplitOptions, SPLIT_FLAGS] = _SPLITTING,
    resume: Annotated[bool, Parameter(negative="")] = False,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Train the networks of a tree of decisions on pictures of genes, and judge it once.

    Parameters
    ----------
    samples
        Sample sets that `seewhy epigenome import` made of the same pictures, one per input.
    out
        Folder for tree.json, a model per decision, and what is known of them.
    resume
        Keep what is finished there, and continue a training that was stopped.
    """
    if not samples:
        raise OptionError("No sample set is given; make one with seewhy epigenome import.")
    out = out.expanduser().absolute()
    check_output(out / "tree.json")  # may be the one that --tree-options names
    with opening_inputs(samples) as inputs:
        job = _Job(inputs, _choose(deciding, inputs, network, training), splitting, deciding)
        with gather_warnings() as sentences, reporting.progress() as bar:
            reports = finish(
                job.steps(out, resume=resume), lambda step: bar.step(with_figures(step))
            )
    for sentence in sentences:
        reporting.warn(f"Warning: {sentence}")
    for title, text, _ in reports:
        reporting.say(f"{title}\n{text}\n")
    reporting.say(f"Tree: {out}")
    figures = {title: value for title, _, value in reports}
    reporting.give({"verb": VERB, "status": 0, "tree": str(out)} | figures)
    return 0


@dataclass(frozen=True)
class _Job:
    """What is trained on what."""

    inputs: TreeInputs
    what: TreeTraining
    splitting: SplitOptions
    deciding: Deciding

    def steps(self, out: Path, *, resume: bool) -> Task[list[tuple[str, str, Any]]]:
        """Train and judge; return what is to be said: title, text, value for machines."""
        target, classes = tree_target(self.inputs, self.what.options)
        group = next(iter(self.inputs.values())).group
        trained = yield from train_tree_steps(
            self.inputs, self.what, self.splitting, out=out, resume=resume
        )
        title = "Cross-validation of few" if trained.report.folds else "Report set"
        said = [_of_report(title, trained.report)]
        if not self.deciding.folds:
            return said
        folds = fold_samples(
            target, group, self.splitting, classes=classes, n_folds=self.deciding.folds
        )
        return said + (yield from self._fold_steps(folds, out))

    def _fold_steps(self, folds: Any, out: Path) -> Task[list[tuple[str, str, Any]]]:
        from napari_seewhy.epigenome.trees import (
            compare_halves_steps,
            cross_validate_two_stage_steps,
        )

        crossed = yield from cross_validate_two_stage_steps(
            self.inputs, self.what, folds, out=out / "folds"
        )
        said = [_of_report("Cross-validation", crossed.report)]
        if self.deciding.compare:
            halves = yield from compare_halves_steps(
                self.inputs, self.what, self.deciding.compare, folds, out=out / "halves"
            )
            text = f"{halves.table.round(3).to_string(index=False)}\n{halves.verdict}"
            said.append(("Halves", text, halves.table.to_dict("records")))
        return said


def _choose(
    deciding: Deciding, inputs: TreeInputs, network: GeneNetworkOptions, training: GeneTrainOptions
) -> TreeTraining:
    options = TreeOptions() if deciding.tree is None else TreeOptions.load(deciding.tree)
    kind = deciding.input or (next(iter(inputs)) if len(inputs) == 1 else None)
    if kind is not None:
        options = options.with_input(kind)
    names = [node.name for node in options.nodes]
    if deciding.compare and (deciding.compare not in names or not deciding.folds):
        raise OptionError(
            f"--compare is {deciding.compare!r}; wanted a decision ({', '.join(names)}), and "
            "--folds with it."
        )
    return TreeTraining(options, network, training, deciding.halves)


def _of_report(title: str, report: "TreeReport") -> tuple[str, str, Any]:
    return title, report.describe(), report.model_dump(mode="json")
