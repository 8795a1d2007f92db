"""Python beside the command line, and beside the loop that attribution libraries run: what a call costs, and occlusion.

  occlusion_loop.py PROGRAM [--threads N] [--runs N]     prints a table; PYTHONPATH names the module's folder

The loop is captum's Occlusion at its default of one place at a time, written out: the photo with a covered square, the whole network, the
difference of the class's score. Both run the same weights: the torch net leaves for zfscope as ONNX.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import numpy
import torch
import zfscope
from zfnet import ZFNet

SIZE, STRIDE = 56, 8


def least(runs, work):
    """Seconds of the fastest of some runs, after one that warms up."""
    work()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def places(length):
    tops = list(range(0, length - SIZE + 1, STRIDE))
    return tops if tops[-1] == length - SIZE else tops + [length - SIZE]


@torch.no_grad()
def torch_occlusion(module, x, label):
    clean = module(x).softmax(1)[0, label]
    lost = []
    for top in places(x.shape[2]):
        for left in places(x.shape[3]):
            covered = x.clone()
            covered[:, :, top : top + SIZE, left : left + SIZE] = 0
            lost.append(clean - module(covered).softmax(1)[0, label])
    return clean - torch.stack(lost).reshape(len(places(x.shape[2])), -1)


def program_json(program, *arguments):
    return json.loads(subprocess.run([program, *map(str, arguments), "--json"], check=True, capture_output=True, text=True).stdout)


def call_overhead(program, folder, threads, runs):
    """Of a network so small that the call is what costs: (command line's milliseconds, Python's) of one forward pass."""
    torch.manual_seed(1)
    tiny = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(4 * 14 * 14, 4))
    net = zfscope.from_torch(tiny, torch.zeros(1, 3, 16, 16), preprocess="imagenet-torch", backend="cpu", threads=threads)
    net.save(folder / "tiny.safetensors")
    theirs = program_json(program, "bench", folder / "tiny.safetensors", "--work", "forward_1", "--runs", runs, "--threads", threads, "--backend", "cpu")
    x = numpy.zeros((1, 3, 16, 16), numpy.float32)
    return theirs["forward_1_ms"], 1e3 * least(runs, lambda: net.forward(x))


def occlusion(program, net, folder, x, threads, runs):
    """Seconds of the fastest run: (the command's, Python's), by turns."""
    net.save(folder / "net.safetensors")
    numpy.save(folder / "x.npy", x)
    command = ("occlude", folder / "net.safetensors", "--input-npy", folder / "x.npy", "--size", SIZE, "--stride", STRIDE, "--threads", threads)
    theirs, ours = [], []
    net.occlude(x, size=SIZE, stride=STRIDE, progress=False)
    for _ in range(runs):
        theirs.append(program_json(program, *command, "--backend", "cpu")["seconds"])
        start = time.perf_counter()
        found = net.occlude(x, size=SIZE, stride=STRIDE, progress=False)
        ours.append(time.perf_counter() - start)
    return min(theirs), min(ours), found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        command_ms, python_ms = call_overhead(options.program, folder, options.threads, 300)
        torch.manual_seed(1)
        module = ZFNet(1.0, 4096, 1000).eval()
        x = torch.randn(1, 3, 224, 224)
        net = zfscope.from_torch(module, x, preprocess="imagenet-torch", backend="cpu", threads=options.threads)
        theirs, ours, found = occlusion(options.program, net, folder, x.numpy(), options.threads, options.runs)
        start = time.perf_counter()
        loop = torch_occlusion(module, x, found.label)
        loop_seconds = time.perf_counter() - start
    print("| work | command or C++ | Python | loop in PyTorch |\n|---|---:|---:|---:|")
    print(f"| forward of a tiny net | {1e3 * command_ms:.0f} us | {1e3 * python_ms:.0f} us | - |")
    print(f"| occlusion {SIZE}/{STRIDE}, {found.values.size} places, full net | {theirs:.2f} s | {ours:.2f} s | {loop_seconds:.1f} s |")
    difference = float(numpy.abs(loop.numpy() - found.values).max())
    print(f"\nThe maps differ by {difference:.1g} at most.", file=sys.stderr)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
