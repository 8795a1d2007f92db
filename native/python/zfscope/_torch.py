"""Networks that PyTorch holds."""

from __future__ import annotations

import pathlib
import tempfile
import typing

from ._zfscope import Net, load


def from_torch(module: typing.Any, example: typing.Any, **options: typing.Any) -> Net:
    """Opens a torch.nn.Module: torch.onnx exports it as it computes `example` (a tensor of 1 x C x H x W), in evaluation.

    Options are those of load, such as preprocess and classes. The net has weights of its own: what becomes of the module later does not
    change it. Raises ValueError where the network has a layer that zfscope cannot say.
    """
    import torch

    training = module.training
    module.eval()
    try:
        with tempfile.TemporaryDirectory() as folder, torch.no_grad():
            path = pathlib.Path(folder) / f"{type(module).__name__}.onnx"
            torch.onnx.export(module, example, str(path), opset_version=13)
            return load(path, **options)
    finally:
        module.train(training)
