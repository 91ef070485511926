#!/usr/bin/env bash
# The adjusted p-values of an enrichment count only the gene sets that share a gene with the list.
#
# Package:  gseapy 1.3.1 (scipy from its dependencies), Python 3.11, Linux.
# Input:    a background of 1,000 genes in 40 disjoint sets of 25, and a list of 6 genes: five of the
#           first set and one of the second. All sets pass the size filter, so 40 hypotheses are tested.
# Expected: Benjamini-Hochberg over 40 sets, as over all sets that were asked about.
# Seen:     p-values are those of the hypergeometric test. The adjusted ones are computed over the two
#           sets that hold a gene of the list: 7.6e-8 instead of 1.5e-6 (20 times too small), and 0.14
#           instead of 1 for a set with one gene. The more sets are asked about, the larger the factor.
# Output seen:
#           rows: 2 of 40 sets
#           S00: p 3.80e-08, adjusted 7.60e-08, over all sets 1.52e-06
#           S01: p 1.41e-01, adjusted 1.41e-01, over all sets 1.00e+00
# Here:     enrichment must adjust over all sets that pass the size filter.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check gseapy==1.3.1
cat >"$folder/show.py" <<'PY'
import gseapy
import numpy as np
from scipy.stats import false_discovery_control, hypergeom

background = [f"G{i:04d}" for i in range(1000)]
sets = {f"S{k:02d}": background[25 * k : 25 * (k + 1)] for k in range(40)}
genes = [*background[:5], background[25]]
rows = gseapy.enrich(
    gene_list=genes, gene_sets=sets, background=background, outdir=None, no_plot=True, verbose=False
).results.set_index("Term")
p = [hypergeom.sf(len(set(genes) & set(held)) - 1, 1000, 25, len(genes)) for held in sets.values()]
wanted = dict(zip(sets, false_discovery_control(p), strict=True))
print(f"rows: {len(rows)} of {len(sets)} sets")
for name, row in rows.iterrows():
    print(
        f"{name}: p {row['P-value']:.2e}, adjusted {row['Adjusted P-value']:.2e}, "
        f"over all sets {wanted[name]:.2e}"
    )
is_p_right = np.allclose(rows["P-value"], p[:2])
is_over_two = np.allclose(rows["Adjusted P-value"], false_discovery_control(p[:2]))
raise SystemExit(not (len(rows) == 2 and is_p_right and is_over_two))
PY
"$folder/env/bin/python" -W ignore "$folder/show.py"
