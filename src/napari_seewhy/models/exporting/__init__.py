"""Exporting: ONNX and BioImage.IO packages."""
