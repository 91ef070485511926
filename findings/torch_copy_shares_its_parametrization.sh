#!/usr/bin/env bash
# Removing the weight norm of a deep copy breaks the layer it was copied from.
#
# Package:  torch 2.14.1, Python 3.11, Linux, on the CPU.
# Input:    a Conv1d with weight norm (torch.nn.utils.parametrizations.weight_norm), its copy by
#           copy.deepcopy, and remove_parametrizations on the copy alone: the usual way to bake the norm
#           into the weights for prediction while training goes on with the original.
# Expected: the copy is a plain Conv1d, the original works as before.
# Seen:     the next call of the original raises AttributeError: 'ParametrizedConv1d' object has no
#           attribute 'weight'. weight_norm makes a class for each layer that it changes; the copy
#           shares that class, and the removal deletes the property from it.
# Output seen:
#           before: (1, 2, 6)
#           after: AttributeError: 'ParametrizedConv1d' object has no attribute 'weight'
# Here:     a network with such layers is baked by loading its weights into a plain network.
# Exit:     0 while the behaviour is as described, 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6
cat >"$folder/show.py" <<'PY'
import copy

import torch
from torch.nn.utils.parametrizations import weight_norm
from torch.nn.utils.parametrize import remove_parametrizations

layer = weight_norm(torch.nn.Conv1d(2, 2, 3))
bases = torch.zeros(1, 2, 8)
print("before:", tuple(layer(bases).shape))
remove_parametrizations(copy.deepcopy(layer), "weight")
try:
    layer(bases)
    sentence = "no error"
except AttributeError as error:
    sentence = f"{type(error).__name__}: {error}"
print("after:", sentence)
raise SystemExit("has no attribute 'weight'" not in sentence)
PY
"$folder/env/bin/python" "$folder/show.py"
