#!/usr/bin/env python3
"""torchvision's networks, their state dicts as .safetensors, against what zfscope makes of them.

    tests/exchange/state_dict_check.py ZFSCOPE [NETWORK...]

Random weights and statistics, a random input of 1x3x224x224; prints the difference of the logits, relative to the largest one, and fails
where one is above 1e-4 or a file is refused. Exits with 77 (skipped) where torch or torchvision are not there.
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

from torchvision_check import TOLERANCE, make

import numpy
import torch

NETWORKS = ["alexnet", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn", "squeezenet1_0", "squeezenet1_1",
            "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "wide_resnet50_2", "googlenet", "densenet121",
            "densenet161", "densenet169", "densenet201", "mobilenet_v2"]


def write_safetensors(path, tensors):
    header, at = {}, 0
    for name, value in tensors.items():
        header[name] = {"dtype": {"float32": "F32", "int64": "I64"}[str(value.dtype)], "shape": list(value.shape), "data_offsets": [at, at + value.nbytes]}
        at += value.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(value.tobytes())


def check(zfscope, name, folder):
    net = make(name)
    x = torch.randn(1, 3, 224, 224)
    with torch.no_grad():
        expected = net(x).numpy()
    file = folder / f"{name}.safetensors"
    write_safetensors(file, {key: value.numpy() for key, value in net.state_dict().items()})
    numpy.save(folder / "x.npy", x.numpy())
    command = [zfscope, "classify", file, "--input-npy", folder / "x.npy", "--npy", folder / "y.npy"]
    run = subprocess.run(command, capture_output=True, text=True)
    file.unlink()
    if run.returncode != 0:
        return run.stderr.strip()
    return float(abs(numpy.load(folder / "y.npy") - expected).max() / abs(expected).max())


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    zfscope, networks = sys.argv[1], sys.argv[2:] or NETWORKS
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in networks:
            result = check(zfscope, name, pathlib.Path(folder))
            failures += isinstance(result, str) or result > TOLERANCE
            print(f"{name:<20}" + (result if isinstance(result, str) else f"{result:>11.1e}"), flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
