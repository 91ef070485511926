"""What the README of the sample data says."""

README = """\
# Sample data

Simulated fields of stained cells, dishes and tracks, with the truth about them. Drawn by this
project with

    python -m napari_seewhy.sample_data.simulate --out sample_data --seed {seed}

which gives the same pixels again. They carry the project's licence (BSD-3-Clause).

| file | what |
|---|---|
| `field_typical.ome.tif` | the defaults: 20x / 0.75 objective, 0.5 µm pixels, {size} x {size} |
| `field_crowded.ome.tif` | more cells, more of them pressed together, more mitoses |
| `field_dim.ome.tif` | little light, much haze, dark corners |
| `truth/<field>_labels.ome.tif` | labels of the nuclei; of the chromosomes once there is none |
| `truth/<field>_cell_labels.ome.tif` | labels of the whole cells, numbered as their nuclei |
| `truth/<field>_cells.csv` | one row per label, below |
| `truth/<field>_options.json` | the options of `simulate_field` |
| `dishes/` | phase contrast of differentiating dishes with a marker of cardiomyocytes, below |
| `epigenome/` | tracks of chromatin and methylation, untreated and treated, below |

## Fields of cells

Channels: DNA, Golgi, CENP-F (a marker of G2: low in G1, rising in late S), microtubules.

| column of the truth | means |
|---|---|
| `label` | number in both label images |
| `phase` | G1, S, G2 or M |
| `stage` | interphase, prophase, metaphase or anaphase; each daughter of an anaphase has its row |
| `y`, `x` | centre of the nucleus in pixels |
| `dna_content` | copies of the haploid genome, 2 to 4; 2 in each daughter of an anaphase |
| `marker` | level of CENP-F in the nucleus, 1 = a typical G2 cell |
| `area_um2` | area of the nucleus' label |
| `golgi_area_um2`, `golgi_fragments` | area and number of pieces of the Golgi, before any blur |
| `touches_border` | whether the nucleus reaches the edge, where its content is cut off |

## Dishes

Two dishes on two days, 10x / 0.3 objective, {dish_um} µm pixels. More of them, with other cells:

    python -m napari_seewhy.sample_data.draw_dishes --out dishes --n 12 --seed 1

| file | what |
|---|---|
| `dishes/<dish>_day_<day>.ome.tif` | channels phase contrast and NKX2.5, the marker |
| `dishes/truth/<dish>_day_<day>_hearts.ome.tif` | 1 where a cardiomyocyte is, else 0 |
| `dishes/dishes.csv` | name, dish, day, efficiency: share of the field that is cardiomyocyte |

Cardiomyocytes have fibres inside, other cells grains of the same size, strength and number, and
others lie as densely: neither brightness nor local variance tells where they are.

## Epigenome

{n_genes} genes on a chromosome of no organism, a control and {n_compounds} compounds. More of them:

    python -m napari_seewhy.sample_data.draw_tracks --out tracks --genes 1000 --compounds 4 --seed 1

| file | what |
|---|---|
| `epigenome/<sample>/chromatin.bw` | reads of a mark of active promoters in every 25 bp |
| `epigenome/<sample>/methylation.bw` | methylated share of the reads of every CpG, 0 to 1 |
| `epigenome/genes.bed` | the genes; they start at `start` on +, at the base before `end` on - |
| `epigenome/compounds.csv` | which tracks belong together, for `seewhy epigenome draw` |
| `epigenome/truth.csv` | one row per compound and gene, below |

| column of the truth | means |
|---|---|
| `compound`, `gene` | the sample, and the name in `genes.bed` |
| `class` | suppression, induction or non_significant |
| `where` | what was changed: chromatin, methylation, both, none, or a decoy, below |
| `position` | of the start of the gene, bp, 0-based |

True effects act near the start of a gene. Decoys are not significant: decoy_outside lies 3 to
4.5 kb away, decoy_global changes the whole window, decoy_balanced goes up on one side of the start
and down on the other.
"""
