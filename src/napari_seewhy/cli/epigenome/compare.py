"""`seewhy epigenome compare`: p- and q-values per gene from replicates."""

from pathlib import Path
from typing import Annotated

from napari_seewhy.batch import Outcome, gather_warnings
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags, report_batch
from napari_seewhy.epigenome.comparing import (
    TESTS,
    CompareReplicatesOptions,
    compare_replicates_steps,
    read_replicates,
)
from napari_seewhy.files import write_json
from napari_seewhy.genome import read_genes
from napari_seewhy.progress import finish, name_steps
from napari_seewhy.record import make_record
from napari_seewhy.tables import write_table

VERB = "epigenome compare"

_COMPARING = CompareReplicatesOptions()


def compare(
    *,
    replicates: Path,
    genes: Path,
    out: Path,
    options: Annotated[CompareReplicatesOptions, flags("Comparing")] = _COMPARING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Test for every gene whether replicates of treated and control samples differ.

    Parameters
    ----------
    replicates
        Table (.csv): compound, group (treated or control), chromatin, methylation; one line per
        sample. A control without a compound is one of all compounds.
    genes
        Genes, as `seewhy epigenome draw` reads them.
    out
        Folder for genes_tests.csv and its record; in the folder of the pictures, Inspect gene
        pictures shows the tests beside the classes.
    """
    import pandas as pd

    out = out.expanduser().absolute()
    compounds, places = read_replicates(replicates), read_genes(genes)
    tables, outcomes = [], []
    with gather_warnings() as sentences, reporting.progress() as bar:
        for one in compounds:
            name = " ".join(filter(None, (one.compound, one.exposure)))
            task = name_steps(compare_replicates_steps(one, places, options), name)
            tables.append(finish(task, bar.step))
            counts = {str(key): int(n) for key, n in tables[-1]["test"].value_counts().items()}
            outcomes.append(Outcome(name, "done", outputs=(str(out / TESTS),), results=counts))
    for sentence in sentences:
        reporting.warn(f"Warning: {sentence}")
    write_table(out / TESTS, pd.concat(tables, ignore_index=True))
    record = make_record(VERB, options, [replicates, genes], outputs=[TESTS])
    write_json(out / "genes_tests_record.json", record)
    for outcome in outcomes:
        said = ", ".join(f"{key} {n:,}" for key, n in outcome.results.items())
        reporting.say(f"{outcome.input}: {said}")
    return report_batch(VERB, outcomes, reporting, warnings=sentences)
