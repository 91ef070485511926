"""What a network that reads DNA learns from, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QGroupBox, QVBoxLayout, QWidget

from napari_seewhy.reading import CoverageOptions
from napari_seewhy.reading.language import LanguageOptions
from napari_seewhy.sequence.learning import DnaTrainJob, LanguageTrainJob
from napari_seewhy.widgets.parts.folders import FolderLine
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.training import NameLine

if TYPE_CHECKING:
    from collections.abc import Callable


class Lessons(NamedTuple):
    """What is asked for one kind of model.

    Attributes
    ----------
    title, purpose, files
        Of the file that is learned from: its name, its tooltip, the choice of a dialog of Qt.
    missing
        What is said while there is none.
    options
        Class of how it is learned.
    advanced
        Options that are folded away.
    name
        Proposed for the model.
    job
        Makes the training of a file, a name and options.
    """

    title: str
    purpose: str
    files: str
    missing: str
    options: Any
    advanced: tuple[str, ...]
    name: str
    job: Callable[..., Any]


COVERAGE = Lessons(
    "Windows",
    "windows (.h5) of seewhy sequence windows, or of the course",
    "Windows (*.h5 *.hdf5);;All files (*)",
    "Choose windows.",
    CoverageOptions,
    ("reach_bins", "seed", "augment", "data", "licence", "device"),
    "my coverage",
    DnaTrainJob,
)
LANGUAGE = Lessons(
    "Genome",
    "genome as FASTA or GenBank, 50,000 to 100 million letters; gzipped or not",
    "Genomes (*.fa *.fasta *.fna *.fas *.gb *.gbk *.gbff *.gz);;All files (*)",
    "Choose a genome.",
    LanguageOptions,
    ("window_bp", "seed", "held_out", "data", "licence", "device"),
    "my language model",
    LanguageTrainJob,
)


class DnaTrainForm(QWidget):
    """Asks for a file, options and a name."""

    changed = Signal()

    def __init__(self, lessons: Lessons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lessons = lessons
        self.file = FolderLine(lessons.purpose, files=lessons.files)
        self._training: OptionsForm[Any] = OptionsForm(lessons.options, advanced=lessons.advanced)
        self._name = NameLine()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        titles = (lessons.title, "Network", "Model")
        data, network, model = (QGroupBox(title) for title in titles)
        QFormLayout(data).addRow("File", self.file)
        QVBoxLayout(network).addWidget(self._training)
        QFormLayout(model).addRow("Name", self._name)
        for box in (data, network, model):
            layout.addWidget(box)
        self.file.changed.connect(self.changed)
        self._training.changed.connect(self.changed)
        self._name.textChanged.connect(self.changed)
        self.suggest_name()

    @property
    def missing(self) -> str:
        """What must be done before a training can begin, "" if nothing."""
        if self.file.path is None:
            return self._lessons.missing
        return self._name.fault

    def job(self) -> Any:
        """Return the training that is planned; nothing may be `missing`.

        Raises
        ------
        OptionError
            If the choices do not fit together.
        """
        return self._lessons.job(self.file.path, self._name.name, self._training.options())

    def set_training(self, options: Any) -> None:
        """Show other choices of network and training."""
        self._training.set_options(options)

    def suggest_name(self) -> None:
        """Give the model a name that is free."""
        self._name.suggest(self._lessons.name)
