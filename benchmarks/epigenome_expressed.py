"""Expressed against silent genes of lung, from pictures of H3K4me3 and methylation; no simulation.

    python benchmarks/epigenome_expressed.py ../shared/data/epigenome WORK

A gene with RPKM above 1 is expressed. Five-fold cross-validation over twenty stretches of
chromosome 21, for the whole picture and each half alone, beside the mean of H3K4me3 at the
promoter. Run it again to continue where it was stopped.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import pybigtools
from sklearn.metrics import roc_auc_score

from _genes import draw, import_all, run, show
from napari_seewhy.epigenome.trees.half_table import compare_halves_steps
from napari_seewhy.epigenome.trees.inputs import opening_inputs
from napari_seewhy.epigenome.trees.options import NodeOptions, TreeOptions
from napari_seewhy.epigenome.trees.two_stage import (
    GENE_NETWORK,
    GENE_TRAINING,
    TreeTraining,
    tree_target,
)
from napari_seewhy.samples.splitting.split import fold_samples

EPIGENOME = Path(__file__).parents[2] / "shared" / "data" / "epigenome"
EXPRESSED, SILENT = "expressed", "silent"
TREE = TreeOptions(nodes=(NodeOptions(name="expression", negative=SILENT, positive=EXPRESSED),))
MIN_RPKM = 1
PROMOTER_BP = 1000
WANTED = 0.841
KINDS = ("whole", "chromatin", "methylation")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("epigenome", type=Path, nargs="?", default=EPIGENOME)
    parser.add_argument("work", type=Path, nargs="?", default=Path("out/bench/expressed"))
    chosen = parser.parse_args()
    source, work = chosen.epigenome, chosen.work
    if not source.is_dir():
        print(f"skipped: {source} does not exist; name the folder of tracks")
        return
    work.mkdir(parents=True, exist_ok=True)
    genes = write_genes(source / "lung_chr21_genes_rpkm.bed", work)
    words = ["--chromatin", str(source / "lung_chr21_H3K4me3.bw")]
    words += ["--methylation", str(source / "lung_chr21_meth.bw")]
    draw([*words, "--genes", str(work / "genes.bed")], work / "pictures")
    paths = import_all(work / "pictures", work / "classes.csv", work, KINDS)
    training = GENE_TRAINING.change(epochs=30, batch_size=32, device="cpu")
    what = TreeTraining(TREE, GENE_NETWORK, training)
    with opening_inputs(paths) as inputs:
        target, classes = tree_target(inputs, TREE)
        whole = inputs["whole"]
        folds = fold_samples(target, whole.group, classes=classes, n_folds=5)
        task = compare_halves_steps(inputs, what, "expression", folds, out=work / "halves")
        found = run(task, "expression")
        names = whole.origin["gene"].to_numpy(str)
    print(f"{found.table.round(3).to_string(index=False)}\n{found.verdict}\n")
    mean = promoter_means(source / "lung_chr21_H3K4me3.bw", genes).loc[names].to_numpy()
    is_expressed = target == classes.index(EXPRESSED)
    alone = roc_auc_score(is_expressed, mean)
    print(f"mean H3K4me3 within {PROMOTER_BP:,} bp of the start alone: AUC {alone:.3f}")
    auc = found.table.set_index("input")["roc_auc"]
    show("AUC of the whole picture", auc["whole"], WANTED)


def write_genes(bed: Path, work: Path) -> pd.DataFrame:
    """Write the genes, and the class of each, for the commands; one start per gene."""
    names = ["chromosome", "start", "end", "gene", "rpkm", "strand"]
    genes = pd.read_csv(bed, sep="\t", header=None, names=names, usecols=range(len(names)))
    genes = genes.drop_duplicates("gene")
    genes["class"] = np.where(genes["rpkm"] > MIN_RPKM, EXPRESSED, SILENT)
    plain = genes.assign(rpkm=0)[names]
    plain.to_csv(work / "genes.bed", sep="\t", header=False, index=False)
    genes[["gene", "class"]].to_csv(work / "classes.csv", index=False)
    return genes


def promoter_means(track: Path, genes: pd.DataFrame) -> pd.Series:
    """Return the mean signal about the start of each gene, by its name."""
    chromosome = genes["chromosome"].iat[0]
    opened = pybigtools.open(str(track))
    signal = np.nan_to_num(opened.values(chromosome, 0, opened.chroms()[chromosome]))
    starts = np.where(genes["strand"] == "-", genes["end"] - 1, genes["start"])
    means = [signal[max(0, at - PROMOTER_BP) : at + PROMOTER_BP].mean() for at in starts]
    return pd.Series(means, index=genes["gene"])


if __name__ == "__main__":
    main()
