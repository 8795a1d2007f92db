#!/usr/bin/env python3
"""scripts/models and scripts/pth_to_safetensors against a server of this machine with small stand-ins: models_test.py ZFSCOPE.

The stand-ins are tests/fixtures/state_dicts, written as torch.save does, without torch: a zip archive and, as before version 1.6, a
stream of pickles. Exits with 77 (skipped) where numpy or curl are not there.
"""
import collections
import functools
import hashlib
import http.server
import io
import json
import os
import pathlib
import pickle
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import types
import unittest
import zipfile

try:
    import numpy
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)
if not shutil.which("curl"):
    print("skipped: no curl")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "state_dicts"
ZFSCOPE = sys.argv.pop(1)
NUMBERS = {"F16": ("<f2", "HalfStorage"), "F32": ("<f4", "FloatStorage"), "F64": ("<f8", "DoubleStorage"), "I64": ("<i8", "LongStorage")}


def named(module, name):
    """A function that pickles as `module.name`, as torch's do where torch is."""
    def function(*_):
        raise AssertionError
    function.__module__, function.__name__, function.__qualname__ = module, name, name
    sys.modules.setdefault(module, types.ModuleType(module))
    setattr(sys.modules[module], name, function)
    return function


REBUILD = named("torch._utils", "_rebuild_tensor_v2")
STORAGES = {kind: named("torch", kind) for _, kind in NUMBERS.values()}


class Storage:
    def __init__(self, key, kind, values):
        self.key, self.kind, self.values = key, kind, values


class Tensor:
    def __init__(self, storage, shape):
        self.storage, self.shape = storage, shape

    def __reduce__(self):
        stride, step = [], 1
        for size in reversed(self.shape):
            stride.insert(0, step)
            step *= size
        return REBUILD, (self.storage, 0, tuple(self.shape), tuple(stride), False, collections.OrderedDict())


class Pickler(pickle.Pickler):
    """`extra` is what torch before 1.6 says beyond: whether the storage is a view."""

    def __init__(self, file, extra=()):
        super().__init__(file, protocol=2)
        self.extra = extra

    def persistent_id(self, found):
        if not isinstance(found, Storage):
            return None
        return ("storage", STORAGES[found.kind], found.key, "cpu", found.values.size, *self.extra)


def pickled(value, extra=()):
    file = io.BytesIO()
    Pickler(file, extra).dump(value)
    return file.getvalue()


def fixture(name):
    data = (FIXTURES / f"{name}.safetensors").read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    tensors = collections.OrderedDict()
    for number, (key, entry) in enumerate(json.loads(data[8:8 + length]).items()):
        dtype, kind = NUMBERS[entry["dtype"]]
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[8 + length + begin:8 + length + end], dtype)
        tensors[key] = Tensor(Storage(str(number), kind, values), entry["shape"])
    return tensors


def as_zip(tensors):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", pickled(tensors))
        for tensor in tensors.values():
            archive.writestr(f"archive/data/{tensor.storage.key}", tensor.storage.values.tobytes())
        archive.writestr("archive/version", "3\n")
    return file.getvalue()


def as_stream(tensors):
    parts = [pickled(0x1950A86A20F9469CFC6C), pickled(1001), pickled({"protocol_version": 1001, "little_endian": True, "type_sizes": {}}),
             pickled(tensors, (None,)), pickled([tensor.storage.key for tensor in tensors.values()])]
    for tensor in tensors.values():
        parts.append(struct.pack("<q", tensor.storage.values.size) + tensor.storage.values.tobytes())
    return b"".join(parts)


class Server(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if not self.path.startswith("/half-"):
            return super().do_GET()
        data = (pathlib.Path(self.directory) / self.path[1:]).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2])

    def log_message(self, *_):
        pass


class Models(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "server").mkdir()
        (self.folder / "out").mkdir()
        self.list = ["#name\tfile\tmegabytes\twhat\tlicence"]
        handler = functools.partial(Server, directory=str(self.folder / "server"))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def publish(self, name, data, digest=None, prefix=""):
        file = f"{prefix}{name}-{digest or hashlib.sha256(data).hexdigest()[:8]}.pth"
        (self.folder / "server" / file).write_bytes(data)
        self.list.append(f"{name}\t{file}\t1\ta stand-in\tLicence: none")

    def run_models(self, name, address=None):
        (self.folder / "list.tsv").write_text("\n".join(self.list) + "\n")
        environment = {**os.environ, "ZF_MODELS_ADDRESS": address or self.address, "ZF_MODELS_LIST": str(self.folder / "list.tsv"),
                       "ZFSCOPE": ZFSCOPE, "no_proxy": "127.0.0.1"}
        return subprocess.run([ROOT / "scripts" / "models", name, self.folder / "out" / "net.safetensors"], env=environment,
                              capture_output=True, text=True, cwd=self.folder)

    def expect_failure(self, name, *words, address=None):
        found = self.run_models(name, address)
        self.assertNotEqual(found.returncode, 0)
        for word in words:
            self.assertIn(word, found.stderr)
        self.assertEqual(list((self.folder / "out").iterdir()), [], "nothing may be left")

    def test_brings_a_model(self):
        for name, data in [("resnet10", as_zip(fixture("resnet10"))), ("alexnet", as_stream(fixture("alexnet")))]:
            self.publish(name, data)
            found = self.run_models(name)
            self.assertEqual(found.returncode, 0, found.stderr)
            self.assertIn("Licence: none", found.stderr)
            self.assertEqual([path.name for path in (self.folder / "out").iterdir()], ["net.safetensors"])
            numpy.save(self.folder / "x.npy", numpy.random.default_rng(1).normal(size=(1, 3, 224, 224)).astype("f4"))
            scores = []
            for model in [self.folder / "out" / "net.safetensors", FIXTURES / f"{name}.safetensors"]:
                command = [ZFSCOPE, "classify", model, "--input-npy", self.folder / "x.npy", "--npy", self.folder / "y.npy"]
                subprocess.run(command, check=True, capture_output=True)
                scores.append(numpy.load(self.folder / "y.npy"))
            numpy.testing.assert_array_equal(*scores)

    def test_refuses_another_file(self):
        self.publish("net", as_zip(fixture("resnet10")), digest="0badc0de")
        self.expect_failure("net", "expected a SHA-256 that begins with 0badc0de, found")

    def test_refuses_half_a_download(self):
        self.publish("net", as_zip(fixture("resnet10")), prefix="half-")
        self.expect_failure("net", "Download", "failed", "transfer closed")

    def test_says_that_there_is_no_server_or_file(self):
        self.publish("net", b"x")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.expect_failure("net", "Download", "failed", "connect", address=f"http://127.0.0.1:{free.getsockname()[1]}")
        self.expect_failure("net", "Download", "404", address=self.address + "/elsewhere")
        self.expect_failure("other", "expected one of net, found other")

    def test_refuses_what_is_no_state_dict(self):
        class Evil:
            def __reduce__(self):
                return os.system, ("touch evil",)

        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("archive/data.pkl", pickled(Evil()))
        self.publish("evil", file.getvalue())
        self.expect_failure("evil", "Conversion", "expected a state dict", "system")
        self.assertFalse((self.folder / "evil").exists())
        stream = as_stream(fixture("alexnet"))
        self.publish("cut", stream[:-100])
        self.expect_failure("cut", "cut short")
        self.publish("text", b"no weights")
        self.expect_failure("text", "a zip archive or a pickle, found neither")

    def test_refuses_tensors_outside_of_their_numbers(self):
        tensors = fixture("alexnet")
        tensors["features.0.bias"].shape = [400]
        self.publish("net", as_zip(tensors))
        self.expect_failure("net", "expected a tensor within its")


unittest.main(verbosity=2)
