"""Paint known inductions and suppressions onto real tracks, with replicates that vary.

    python benchmarks/_paint_replicates.py EPIGENOME_DIR OUT_DIR [--seed 0] [--compounds 17]
        [--replicates 3]

EPIGENOME_DIR holds tracks of lung (hg19 chr21). OUT_DIR gets `control_1/`, `compound_01_1/` ...,
each with `chromatin.bw` and `methylation.cov` (Bismark's coverage: levels with reads), `genes.bed`,
`replicates.csv`, and `truth.csv`: compound, gene, class, where, position.

Classes come in the proportions of the 2023 report. A real effect acts within 1.5 kb of the TSS;
non-significant genes are plain noise or decoys: the same effects 3 to 4.5 kb away, a change of the
whole window, or up on one side and down on the other. Replicates differ by depth (0.8 to 1.25), by
Poisson noise in 25-bp bins, by binomial noise at 3 to 15 reads per CpG, and by biology: every
kilobase by 5 % in chromatin (standard deviation) and by 0.1 in the logit of methylation.

Needs numpy and pybigtools. Deterministic for a seed.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import pybigtools

BIN, REACH = 25, 5000
PROPORTIONS = np.array([5937, 457, 2349]) / 8743
CLASSES = np.array(["suppression", "induction", "non_significant"])


def read(path):
    """Start, value of every interval on chr21, and the chromosome's length in bp."""
    b = pybigtools.open(str(path))
    return [(s, e, v) for s, e, v in b.records("chr21")], b.chroms()["chr21"]


def pick_genes(path, rng):
    """Genes whose TSS +- 5 kb windows do not overlap: (tss, name, strand), in order of position."""
    rows = [line.split("\t") for line in Path(path).read_text().splitlines()]
    tss = [(int(r[1]) if r[5] == "+" else int(r[2]), r[3], r[5]) for r in rows]
    kept = []
    for g in sorted(tss):
        if not kept or g[0] - kept[-1][0] >= 2 * REACH + 2 * BIN:
            kept.append(g)
    return kept


def paint(rng, kind, where, chrom, meth, cpg, tss):
    """Change `chrom` (25-bp bins) and `meth` (per CpG) about `tss`; return what could be done."""
    up = kind == "induction"
    b0 = tss // BIN
    at = np.arange(b0 - REACH // BIN, b0 + REACH // BIN)
    d = (at - b0) * BIN + BIN / 2
    near = np.abs(d) < 1500
    i0, i1 = np.searchsorted(cpg, (tss - REACH, tss + REACH))
    dm = cpg[i0:i1] - tss
    m_near = np.abs(dm) < 1000
    side, shift = rng.choice([-1, 1]), rng.uniform(3000, 4500)
    if where == "decoy_outside":
        up = rng.random() < 0.5
        near, m_near = np.abs(d - side * shift) < 500, np.abs(dm - side * shift) < 500
    if where == "decoy_global":
        chrom[at] *= rng.uniform(0.7, 1.45)
        meth[i0:i1] = np.clip(meth[i0:i1] + rng.uniform(-0.12, 0.12), 0, 1)
        return where
    if where == "decoy_balanced":
        f = rng.uniform(1.2, 1.9)
        chrom[at[near & (d * side > 0)]] *= f
        chrom[at[near & (d * side <= 0)]] /= f
        delta = rng.uniform(0.05, 0.25)
        meth[i0:i1] = np.clip(meth[i0:i1] + np.where(m_near, np.sign(dm * side) * delta, 0), 0, 1)
        return where
    signal, level = chrom[at[near]].mean(), meth[i0:i1][m_near].mean() if m_near.any() else np.nan
    can_c = up or signal > 4
    can_m = m_near.sum() >= 5 and (level > 0.3 if up else level < 0.7)
    do_c = can_c and (where in ("chromatin", "both", "decoy_outside") or not can_m)
    do_m = can_m and (where in ("methylation", "both", "decoy_outside") or not can_c)
    if do_c:
        chrom[at[near]] *= rng.uniform(1.15, 1.9) if up else rng.uniform(0.5, 0.87)
        if up:
            c = d[near].mean() + rng.normal(0, 250)
            chrom[at[near]] += rng.uniform(0.5, 6) * np.exp(
                -0.5 * ((d[near] - c) / rng.uniform(250, 600)) ** 2
            )
    if do_m:
        delta = rng.uniform(0.05, 0.25)
        meth[i0:i1] = np.clip(meth[i0:i1] + np.where(m_near, -delta if up else delta, 0), 0, 1)
    if where == "decoy_outside":
        return where
    return {(1, 0): "chromatin", (0, 1): "methylation", (1, 1): "both"}.get(
        (int(do_c), int(do_m)), "none"
    )


def has_room(chrom, meth, cpg, tss):
    """Whether a suppression could be painted here: chromatin to lose, or CpGs to methylate."""
    at = np.arange(tss // BIN - 60, tss // BIN + 60)
    m = meth[slice(*np.searchsorted(cpg, (tss - 1000, tss + 1000)))]
    return chrom[at].mean() > 4 or (len(m) >= 5 and m.mean() < 0.7)


def transplant(rng, genes, chrom, meth, cpg):
    """Give four in five of the silent genes the window of an active one, to be suppressed."""
    active = [t for t, _, _ in genes if has_room(chrom, meth, cpg, t)]
    before, levels = chrom.copy(), meth.copy()
    offsets = np.arange(-REACH // BIN, REACH // BIN)
    for t, _, _ in genes:
        if t in active or rng.random() > 0.8:
            continue
        donor = int(rng.choice(active))
        chrom[t // BIN + offsets] = before[donor // BIN + offsets]
        here, there = (slice(*np.searchsorted(cpg, (p - REACH, p + REACH))) for p in (t, donor))
        if there.stop - there.start > 10:
            meth[here] = np.interp(cpg[here] - t, cpg[there] - donor, levels[there])


def vary(rng, chrom, meth, cpg):
    """Return what another animal has: every kilobase a little more or less of both."""
    blocks = rng.normal(0, 1, (2, len(chrom) * BIN // 1000 + 1))
    chrom = chrom * np.exp(0.05 * blocks[0])[np.arange(len(chrom)) * BIN // 1000]
    p = np.clip(meth, 0.01, 0.99)
    odds = p / (1 - p) * np.exp(0.1 * blocks[1])[cpg // 1000]
    return chrom, np.where((meth <= 0) | (meth >= 1), meth, odds / (1 + odds))


def write(folder, rng, chrom, meth, cpg, depth, length):
    chrom, meth = vary(rng, chrom, meth, cpg)
    folder.mkdir(parents=True, exist_ok=True)
    counts = rng.poisson(np.maximum(chrom, 0) * depth)
    hit = np.flatnonzero(counts)
    w = pybigtools.open(str(folder / "chromatin.bw"), "w")
    w.write(
        {"chr21": length},
        (("chr21", int(i) * BIN, min(int(i) * BIN + BIN, length), float(counts[i])) for i in hit),
    )
    reads = rng.integers(3, 16, len(cpg))
    hits = rng.binomial(reads, meth)
    with (folder / "methylation.cov").open("w") as f:
        for s, m, n in zip(cpg.tolist(), hits.tolist(), reads.tolist(), strict=True):
            f.write(f"chr21\t{s + 1}\t{s + 1}\t{100 * m / n:.6g}\t{m}\t{n - m}\n")


def main():
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument("epigenome", type=Path)
    a.add_argument("out", type=Path)
    a.add_argument("--seed", type=int, default=0)
    a.add_argument("--compounds", type=int, default=17)
    a.add_argument("--replicates", type=int, default=3)
    o = a.parse_args()
    rng = np.random.default_rng(o.seed)
    k4, length = read(o.epigenome / "lung_chr21_H3K4me3.bw")
    me, _ = read(o.epigenome / "lung_chr21_meth.bw")
    genes = pick_genes(o.epigenome / "lung_chr21_genes_rpkm.bed", rng)
    base = np.full(length // BIN + 1, 1.0)  # a little background everywhere
    for s, e, v in k4:
        base[s // BIN] += v * (e - s) / BIN * 0.5
    cpg = np.array([s for s, _, _ in me])
    level = np.array([v for _, _, v in me])
    transplant(rng, genes, base, level, cpg)
    o.out.mkdir(parents=True, exist_ok=True)
    with (o.out / "genes.bed").open("w") as f:
        for t, n, s in genes:
            f.write(f"chr21\t{t}\t{t + 1}\t{n}\t0\t{s}\n")
    samples = []
    for r in range(1, o.replicates + 1):
        write(o.out / f"control_{r}", rng, base, level, cpg, rng.uniform(0.8, 1.25), length)
        samples.append(("", "control", f"control_{r}/chromatin.bw", f"control_{r}/methylation.cov"))
    rows = []
    for c in range(1, o.compounds + 1):
        chrom, meth = base.copy(), level.copy()
        for t, name, _ in genes:
            kind = rng.choice(CLASSES, p=PROPORTIONS)
            if kind == "non_significant":
                where = rng.choice(
                    ["none", "decoy_outside", "decoy_global", "decoy_balanced"],
                    p=[0.4, 0.3, 0.2, 0.1],
                )
            else:
                where = rng.choice(["chromatin", "methylation", "both"], p=[0.3, 0.3, 0.4])
            done = where if where == "none" else paint(rng, kind, where, chrom, meth, cpg, t)
            if done == "none":
                kind = "non_significant"
            rows.append((f"compound_{c:02d}", name, kind, done, t))
        for r in range(1, o.replicates + 1):
            name = f"compound_{c:02d}_{r}"
            write(o.out / name, rng, chrom, meth, cpg, rng.uniform(0.8, 1.25), length)
            samples.append(
                (f"compound_{c:02d}", "treated", f"{name}/chromatin.bw", f"{name}/methylation.cov")
            )
    with (o.out / "replicates.csv").open("w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["compound", "group", "chromatin", "methylation"])
        w.writerows(samples)
    with (o.out / "truth.csv").open("w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["compound", "gene", "class", "where", "position"])
        w.writerows(rows)


if __name__ == "__main__":
    main()
