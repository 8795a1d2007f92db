#!/usr/bin/env python3
"""Whether ONNX's own checker takes what `zfscope export` writes, with strict shape inference.

    tests/exchange/export_check.py ZFSCOPE MODEL...

Where onnx brings its reference evaluator (1.13), a random input goes through both, and their outputs must agree to 1e-4. Exits with 77
(skipped) where onnx is not there.
"""
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy
    import onnx
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

TOLERANCE = 1e-4


def check(zfscope, model, folder):
    file = folder / "net.onnx"
    subprocess.run([zfscope, "export", model, "--onnx", str(file)], check=True)
    onnx.checker.check_model(str(file), full_check=True)
    loaded = onnx.load(str(file))
    shapes = onnx.shape_inference.infer_shapes(loaded, check_type=True, strict_mode=True)
    known = {value.name for value in shapes.graph.value_info}
    missing = [node.name for node in shapes.graph.node[:-1] if node.output[0] not in known]
    if missing:
        sys.exit(f"{model}: onnx knows no shape of {missing}")
    print(f"{model}: {len(loaded.graph.node)} nodes, checked")
    try:
        from onnx.reference import ReferenceEvaluator
    except ImportError:
        return
    dims = [dim.dim_value or 1 for dim in loaded.graph.input[0].type.tensor_type.shape.dim]
    x = numpy.random.default_rng(1).standard_normal(dims).astype(numpy.float32)
    expected = ReferenceEvaluator(loaded).run(None, {loaded.graph.input[0].name: x})[0]
    numpy.save(folder / "x.npy", x)
    command = [zfscope, "classify", str(file), "--input-npy", str(folder / "x.npy"), "--npy", str(folder / "y.npy")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    found = numpy.load(folder / "y.npy")
    # Where it ends in a softmax the logits come first.
    if loaded.graph.node[-1].op_type == "Softmax":
        found = numpy.exp(found - found.max())
        found /= found.sum()
    error = float(abs(found - expected).max() / abs(expected).max())
    print(f"{model}: {error:.1e} from onnx's reference")
    if error > TOLERANCE:
        sys.exit(1)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for model in sys.argv[2:]:
            check(sys.argv[1], model, pathlib.Path(folder))


main()
