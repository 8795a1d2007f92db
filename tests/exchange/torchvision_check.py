#!/usr/bin/env python3
"""torchvision's networks, exported by torch at several opsets, against what zfscope makes of them.

    tests/exchange/torchvision_check.py ZFSCOPE [NETWORK...] [--opsets 9,11,13,17]

Random weights and statistics, a random input of 1x3x224x224; prints the difference of the logits, relative to the largest one. Fails
where one is above 1e-4 or a file is refused. Exits with 77 (skipped) where torch or torchvision are not there.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import warnings

try:
    import numpy
    import torch
    import torchvision
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

NETWORKS = ["alexnet", "vgg11_bn", "squeezenet1_1", "resnet18", "resnet50", "googlenet", "densenet121", "mobilenet_v2", "mobilenet_v3_large",
            "mnasnet1_0", "shufflenet_v2_x1_0", "efficientnet_b0"]
TOLERANCE = 1e-4


def make(name):
    """A network whose signal neither dies nor explodes on the way, so that the last layer says something."""
    torch.manual_seed(1)
    options = {"aux_logits": False} if name == "googlenet" else {}
    net = getattr(torchvision.models, name)(weights=None, **options)
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.7, 1.3)
            torch.nn.init.normal_(module.bias, 0, 0.2)
    # Statistics of the network's own signal.
    net.train()
    for module in net.modules():
        if isinstance(module, torch.nn.Dropout):
            module.eval()
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    with torch.no_grad():
        net(torch.randn(4, 3, 224, 224))
    return net.eval()


def check(zfscope, net, name, opset, folder):
    x = torch.randn(1, 3, 224, 224)
    with torch.no_grad():
        expected = net(x).numpy()
    file = folder / f"{name}_{opset}.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, x, str(file), opset_version=opset)
    numpy.save(folder / "x.npy", x.numpy())
    command = [zfscope, "classify", str(file), "--input-npy", str(folder / "x.npy"), "--npy", str(folder / "y.npy")]
    run = subprocess.run(command, capture_output=True, text=True)
    file.unlink()
    if run.returncode != 0:
        return run.stderr.strip()
    found = numpy.load(folder / "y.npy")
    return float(abs(found - expected).max() / abs(expected).max())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("zfscope")
    parser.add_argument("networks", nargs="*", default=NETWORKS)
    parser.add_argument("--opsets", default="9,11,13,17")
    args = parser.parse_args()
    opsets = [int(opset) for opset in args.opsets.split(",")]
    print(f"{'network':<20}" + "".join(f"{'opset ' + str(opset):>11}" for opset in opsets), flush=True)
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        for name in args.networks:
            net = make(name)
            line = f"{name:<20}"
            for opset in opsets:
                try:
                    result = check(args.zfscope, net, name, opset, pathlib.Path(folder))
                except torch.onnx.errors.OnnxExporterError as error:
                    line += f"{'no export':>11}"
                    continue
                if isinstance(result, str) or result > TOLERANCE:
                    failures.append(f"{name}, opset {opset}: {result}")
                line += f"{'refused':>11}" if isinstance(result, str) else f"{result:>11.1e}"
            print(line, flush=True)
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
