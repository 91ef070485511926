"""Our heatmaps are those of the package grad-cam."""

from __future__ import annotations

import numpy as np
import pytest
import timm
import torch

from napari_seewhy.explaining.heatmaps import enlarge
from napari_seewhy.explaining.layer_choice import choose_layer
from napari_seewhy.explaining.probe import METHODS, Probe
from napari_seewhy.models.networks.build import build_network
from napari_seewhy.models.networks.options import TORCHVISION, NetworkOptions

peer = pytest.importorskip("pytorch_grad_cam", reason="The package grad-cam is not installed.")

THEIRS = {
    "grad-cam": peer.GradCAM,
    "grad-cam++": peer.GradCAMPlusPlus,
    "xgrad-cam": peer.XGradCAM,
    "layer-cam": peer.LayerCAM,
    "eigen-cam": peer.EigenCAM,
}
SHALLOW_SWIN = {"embed_dim": 24, "depths": (1, 1, 1, 2), "num_heads": (1, 2, 3, 6)}
NETWORKS = {
    "alexnet": ("torchvision/alexnet", {}, ""),
    "squeezenet": ("torchvision/squeezenet1_0", {}, ""),
    "resnet18": ("resnet18", {}, ""),
    "resnet18, an early layer": ("resnet18", {}, "layer3"),
    "vit": ("vit_tiny_patch16_224", {"depth": 4}, ""),
    "swin": ("swin_tiny_patch4_window7_224", SHALLOW_SWIN, ""),
}


@pytest.fixture(scope="module", params=NETWORKS)
def case(request):
    """A network with random weights, two samples, and the layer to be explained."""
    name, arguments, wanted = NETWORKS[request.param]
    torch.manual_seed(0)
    if name in TORCHVISION:
        network = build_network(NetworkOptions(backbone=name), 3, 10, (224, 224)).eval()
    else:
        network = timm.create_model(name, num_classes=10, **arguments).eval()
    samples = torch.randn(2, 3, 224, 224)
    return network, samples, choose_layer(network, samples, wanted)


def explain_both(case, method: str) -> tuple[np.ndarray, np.ndarray]:
    network, samples, layer = case
    with Probe(network, layer.name) as probe:
        logits = probe.run(samples)
        gradients = probe.gradients(logits, logits.argmax(1))
        views = layer.grid.apply(probe.activations), layer.grid.apply(gradients)
    ours = METHODS[method](*views).clamp(min=0).numpy()
    # The package stretches every heatmap to 0..1, before and after it draws it larger.
    stretch = peer.utils.image.scale_cam_image
    with THEIRS[method](
        model=network,
        target_layers=[network.get_submodule(layer.name)],
        reshape_transform=layer.grid.apply,
    ) as cam:
        theirs = cam(input_tensor=samples, targets=None)
    return stretch(enlarge(stretch(ours), (224, 224))), theirs


@pytest.mark.parametrize("method", ["grad-cam", "grad-cam++", "xgrad-cam", "layer-cam"])
def test_heatmaps_equal_those_of_the_package_grad_cam(case, method):
    ours, theirs = explain_both(case, method)
    assert theirs.max() > 0.99
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_eigen_cam_is_the_same_component_but_for_its_free_sign(case):
    network, samples, layer = case
    with Probe(network, layer.name, with_gradient=False) as probe:
        probe.run(samples)
        view = layer.grid.apply(probe.activations)
    ours = METHODS["eigen-cam"](view, view).numpy()
    theirs = peer.utils.svd_on_activations.get_2d_projection(view.numpy())
    signs = np.sign((ours * theirs).sum((1, 2)))[:, None, None]
    np.testing.assert_allclose(ours * signs, theirs, atol=1e-3 * np.abs(theirs).max())
    assert (ours.max((1, 2)) >= -ours.min((1, 2))).all()
