#!/usr/bin/env python3
"""scripts/lib.sh: what `step` shows, on a terminal and elsewhere. The scripts lie in a folder of their own, so that their logs do, too."""
import os
import pathlib
import pty
import re
import shutil
import subprocess
import tempfile
import unittest

LIB = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "lib.sh"
BUILD = "echo '[1/2] Building a'; sleep 1.2; echo '[2/2] Building b'; sleep 1.2"


class Step(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "scripts").mkdir()
        shutil.copy(LIB, self.folder / "scripts")

    def run_step(self, command, stderr):
        script = f". scripts/lib.sh; step 'Build (mine)' bash -c \"{command}\""
        return subprocess.run(["bash", "-c", script], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr)

    def on_terminal(self, command):
        """What came on stderr where that is a terminal, and the exit status."""
        ours, theirs = pty.openpty()
        done = self.run_step(command, theirs)
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # the last of them is closed
            pass
        os.close(ours)
        return shown.decode(), done.returncode

    def test_a_terminal_shows_how_far_the_build_is(self):
        shown, status = self.on_terminal(BUILD)
        self.assertEqual(status, 0)
        label = f"\r{'Build (mine)':44}"
        self.assertIn(f"{label}[1/2]\033[K{label}", shown)
        self.assertIn(f"{label}[2/2]\033[K{label}", shown)
        self.assertRegex(shown, re.escape(f"{label}\033[K") + r"[23] s\r\n$")  # nothing of it stays

    def test_elsewhere_only_the_label_and_the_time(self):
        done = self.run_step(BUILD, subprocess.PIPE)
        self.assertRegex(done.stderr.decode(), re.escape(f"{'Build (mine)':44}") + r"[23] s\n$")
        self.assertEqual((self.folder / "build/logs/Build-mine-.log").read_text(), "[1/2] Building a\n[2/2] Building b\n")

    def test_a_failure_shows_the_log_and_keeps_its_status(self):
        shown, status = self.on_terminal("echo '[1/2] Building a'; echo 'a.cpp: error'; exit 3")
        self.assertEqual(status, 3)
        self.assertTrue(shown.endswith("failed (exit 3)\r\n[1/2] Building a\r\na.cpp: error\r\nThe whole log: build/logs/Build-mine-.log\r\n"), shown)


unittest.main(verbosity=2)
