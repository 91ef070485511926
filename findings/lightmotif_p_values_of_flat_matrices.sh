#!/usr/bin/env bash
# The p-value of a site is several times too small, or 0, where all columns of a matrix hold the same counts.
#
# Package:  lightmotif 0.10.1, Python 3.11, Linux.
# Input:    counts of 20 words that are all ACGTACGTAC, pseudocount 0.25, equally frequent bases. A word
#           with no wrong base has p = 4^-10, one with at most one wrong base p = 31 x 4^-10.
# Expected: pvalue(score) is the probability that a random word scores at least as high.
# Seen:     with method="meme" the exact word has p = 0, and a word with one wrong base has the p of
#           the exact one, 31 times too small. So the score that is asked for p < 1e-4 lets words
#           through that reach it by chance more than four times as often.
# Output seen:
#           no wrong base: p 0, wanted 9.5e-07
#           one wrong base: p 9.5e-07, wanted 3.0e-05
#           the score for p = 1e-4 is reached by words with 2 wrong bases, p = 4.2e-04
# Here:     a matrix is left out where no word of its width is as rare as the p asked for, and the page
#           on motifs says that p-values of such flat matrices are too small.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check lightmotif==0.10.1
cat >"$folder/show.py" <<'PY'
from math import comb

from lightmotif import lib

WORD = "ACGTACGTAC"
rows = {letter: [20 * (letter == one) for one in WORD] for letter in "ACGT"}
matrix = lib.CountMatrix(rows).normalize(0.25).log_odds()


def wanted(n_wrong: int) -> float:
    return sum(comb(10, n) * 3**n for n in range(n_wrong + 1)) / 4**10


def score(n_wrong: int) -> float:
    wrong = WORD[: 10 - n_wrong] + "".join("ACGT"["CGTA".index(one)] for one in WORD[10 - n_wrong :])
    return matrix.calculate(lib.stripe(wrong))[0]


said = [matrix.pvalue(score(n), method="meme") for n in range(3)]
for n, words in enumerate(("no wrong base", "one wrong base")):
    print(f"{words}: p {said[n]:.2g}, wanted {wanted(n):.1e}")
asked = matrix.score(1e-4, method="meme")
most = max(n for n in range(10) if score(n) >= asked)
print(f"the score for p = 1e-4 is reached by words with {most} wrong bases, p = {wanted(most):.1e}")
raise SystemExit(not (said[0] == 0 and said[1] < wanted(1) / 10 and wanted(most) > 4e-4))
PY
"$folder/env/bin/python" "$folder/show.py"
