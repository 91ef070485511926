from .bioimageio import export_bioimageio as export_bioimageio
from .onnx import export_onnx as export_onnx
from .options import PackageOptions as PackageOptions
