"""ZFScope in Python: what a convolutional network learned and where it looks (Zeiler & Fergus 2013).

    import zfscope
    net = zfscope.demo()                     # or zfscope.load("model.safetensors"), "model.onnx", ...
    net.classify("photo.jpg")
    net.project("photo.jpg", "conv5")        # shows itself in a notebook; .values are its numbers
"""

from ._extension import check as _check

_check()

from ._torch import from_torch
from ._train import retrain, train
from ._zfscope import (
    Atlas,
    Classification,
    Evaluation,
    Invariance,
    Layer,
    MutedNet,
    Net,
    Occlusion,
    Page,
    Projection,
    Ranking,
    Report,
    Result,
    Run,
    Site,
    __version__,
    backends,
    compare,
    demo,
    evolve,
    load,
    open_atlas,
)

__all__ = [
    "Atlas",
    "Classification",
    "Evaluation",
    "Invariance",
    "Layer",
    "MutedNet",
    "Net",
    "Occlusion",
    "Page",
    "Projection",
    "Ranking",
    "Report",
    "Result",
    "Run",
    "Site",
    "__version__",
    "backends",
    "compare",
    "demo",
    "evolve",
    "from_torch",
    "load",
    "open_atlas",
    "retrain",
    "train",
]
