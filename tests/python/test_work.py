"""Long work: progress, KeyboardInterrupt, threads, interpreters that end."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy
import pytest

import zfscope
from conftest import MODEL, save_photo


def run_python(code, *arguments, timeout=120):
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, timeout=timeout)


def test_tells_how_far_it_is(net, photo):
    told = []
    net.occlude(photo, size=24, stride=6, progress=lambda fraction, note: told.append(fraction))
    assert len(told) > 2
    assert told == sorted(told)
    assert 0 <= told[0] and told[-1] <= 1


def test_is_silent_where_nobody_looks(photo, capfd):
    zfscope.demo(backend="cpu").occlude(photo, size=24, stride=6)
    assert capfd.readouterr() == ("", "")


def test_draws_a_bar_on_a_terminal(photo):
    primary, secondary = os.openpty()
    code = "import sys, zfscope; zfscope.demo(backend='cpu').occlude(sys.argv[1], size=24, stride=6)"
    child = subprocess.Popen([sys.executable, "-c", code, photo], stderr=secondary)
    os.close(secondary)
    drawn = b""
    while True:
        try:
            part = os.read(primary, 4096)
        except OSError:
            break
        if not part:
            break
        drawn += part
    assert child.wait() == 0
    assert b"occlude [" in drawn and b"left" in drawn
    os.close(primary)


def test_an_exception_of_the_callback_stops_the_work(net, photo):
    class Enough(Exception):
        pass

    def stop(fraction, note):
        raise Enough

    with pytest.raises(Enough):
        net.occlude(photo, size=24, stride=4, progress=stop)
    assert net.classify(photo).top  # the net is free again


INTERRUPTED = """
import os, signal, sys, threading, time, zfscope
net = zfscope.demo(backend="cpu")
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
start = time.monotonic()
try:
    net.occlude(sys.argv[1], size=16, stride=1, progress=False)
except KeyboardInterrupt:
    print("stopped after", time.monotonic() - start)
net.classify(sys.argv[1])
"""


def test_keyboard_interrupt_stops_between_steps(photo):
    done = run_python(INTERRUPTED, photo)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[-1]) < 10


def test_other_threads_run_meanwhile(net, photo):
    ticks = []
    ended = threading.Event()

    def tick():
        while not ended.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.005)

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.monotonic()
    net.occlude(photo, size=24, stride=6)
    end = time.monotonic()
    ended.set()
    thread.join()
    assert sum(start < at < end for at in ticks) > (end - start) / 0.005 / 20


def test_threads_share_a_net(net, tmp_path):
    photos = [save_photo(tmp_path / f"{seed}.png", seed) for seed in range(4)]
    expected = [net.forward(photo) for photo in photos]
    maps = [net.occlude(photo, size=120, stride=100).values for photo in photos]
    wrong = []

    def work(i):
        for _ in range(5):
            if not numpy.array_equal(net.forward(photos[i]), expected[i]):
                wrong.append(i)
            if not numpy.array_equal(net.occlude(photos[i], size=120, stride=100).values, maps[i]):
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


ENDS = """
import sys, threading, time, zfscope
net = zfscope.demo(backend="cpu")
def work():
    while True:
        net.occlude(sys.argv[1], size=16, stride=2, progress=False)
for _ in range(2):
    threading.Thread(target=work, daemon=True).start()
time.sleep(float(sys.argv[2]))
"""


@pytest.mark.parametrize("after", [0.0, 0.05, 0.4])
def test_interpreters_end_while_work_runs(photo, after):
    done = run_python(ENDS, photo, after)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_a_forked_process_is_told_to_open_its_own(net, photo):
    child = os.fork()
    if child == 0:
        try:
            net.classify(photo)
        except ValueError as error:
            os._exit(7 if "forked" in str(error) else 8)
        os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


TRAINS = """
import sys, zfscope
data, out, stop = sys.argv[1], sys.argv[2], int(sys.argv[3])
looks = 0
def progress(fraction, note):
    global looks
    looks += 1
    if stop and looks >= stop:
        raise KeyboardInterrupt
try:
    run = zfscope.train(data, out, arch="zfnet", size=96, width=0.1, fc=16, epochs=16, batch=4, backend="cpu", threads=1, progress=progress)
    print(run.numbers["train_loss"], len(run.values))
except KeyboardInterrupt:
    print("stopped")
"""


def data_set(folder):
    for part in ("train", "val"):
        for label in range(2):
            for seed in range(24 if part == "train" else 2):
                save_photo(folder / part / f"class{label}" / f"{seed}.png", 100 * label + seed, width=120, height=120)
    return folder


def test_training_is_the_commands_and_goes_on_where_it_was_stopped(commands, tmp_path):
    data = data_set(tmp_path / "data")
    arguments = "--arch zfnet --size 96 --width 0.1 --fc 16 --epochs 16 --batch 4 --threads 1".split()
    commands.json("train", "--data", data, "--out", "theirs", *arguments)
    stopped = run_python(TRAINS, data, tmp_path / "ours", 1)
    assert stopped.stdout == "stopped\n", stopped.stderr
    assert (tmp_path / "ours" / "checkpoint.safetensors").exists()
    log = tmp_path / "ours" / "log.csv"
    assert not log.exists() or len(log.read_text().splitlines()) < 16  # epochs, and a line of names
    finished = run_python(TRAINS, data, tmp_path / "ours", 0)
    assert finished.returncode == 0, finished.stderr
    theirs, ours = commands.folder / "theirs", tmp_path / "ours"
    assert (ours / "model.safetensors").read_bytes() == (theirs / "model.safetensors").read_bytes()
    assert (ours / "learning_curve.png").exists()


def test_training_refuses(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected a folder of photos"):
        zfscope.train(tmp_path / "nowhere", tmp_path / "run")
    data = data_set(tmp_path / "data")
    with pytest.raises(ValueError, match="schedule"):
        zfscope.train(data, tmp_path / "run", schedule="sometimes")
    with pytest.raises(ValueError, match="epochs: expected at least 1"):
        zfscope.train(data, tmp_path / "run", epochs=0)
    assert not (tmp_path / "run").exists()
