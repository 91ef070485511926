"""Run inside the clean environment: open what the manifest promises and say what came of it."""

import json

import napari
from npe2 import PluginManager

from napari_seewhy.epigenome.trees.decision_tree import DecisionTree
from napari_seewhy.epigenome.trees.library import list_trees
from napari_seewhy.models.files.library import ModelLibrary

NAME = "napari-seewhy"

viewer = napari.Viewer(show=False)
manifest = PluginManager.instance().get_manifest(NAME)
said = {"version": manifest.package_version, "widgets": {}, "samples": {}}
for widget in manifest.contributions.widgets:
    _, opened = viewer.window.add_plugin_dock_widget(NAME, widget.display_name)
    said["widgets"][widget.display_name] = type(opened).__name__
for sample in manifest.contributions.sample_data:
    layers = viewer.open_sample(NAME, sample.key)
    said["samples"][sample.key] = [type(layer).__name__ for layer in layers]
viewer.close()
said["models"] = [one.name for one in ModelLibrary().list_models() if one.is_shipped]
said["trees"] = {
    one.name: DecisionTree.load(one.path).classes for one in list_trees() if one.is_shipped
}
print(json.dumps(said))
