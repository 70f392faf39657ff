# SPDX-License-Identifier: LGPL-2.1-or-later
"""Standard streams arrive whole: piped, binary, closed early, read slowly."""
import hashlib
import os
import subprocess
import time

from support import IMAGE, SystemTest, slipway


class Streams(SystemTest):
    def test_bytes_go_in_and_out_unchanged(self):
        content = os.urandom(4 << 20)
        done = subprocess.run(["slipway", "run", "--rm", "-i", IMAGE, "cat"], input=content, capture_output=True, timeout=120, check=True)
        self.assertEqual(hashlib.sha256(done.stdout).hexdigest(), hashlib.sha256(content).hexdigest())
        self.start("pipe", "sleep", "infinity")
        done = subprocess.run(["slipway", "exec", "-i", "pipe", "cat"], input=content, capture_output=True, timeout=120, check=True)
        self.assertEqual(len(done.stdout), len(content))

    def test_without_i_standard_input_is_empty(self):
        done = slipway("run", "--rm", IMAGE, "cat", input="unseen")
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_the_two_outputs_stay_apart(self):
        done = slipway("run", "--rm", IMAGE, "sh", "-c", "echo out; echo err >&2")
        self.assertEqual((done.stdout, done.stderr), ("out\n", "err\n"))

    def test_a_reader_that_leaves_does_not_hang_the_container(self):
        # Lines long enough for the journal not to be what is measured.
        done = subprocess.run("slipway run --rm debian:bookworm sh -c 'yes $(seq 100) | head -c 3000000; echo end >&2' | head -c 10",
                              shell=True, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.stdout, "1 2 3 4 5 ")

    def test_a_slow_reader_loses_nothing(self):
        with subprocess.Popen(["slipway", "run", "--rm", IMAGE, "sh", "-c", "seq 1 60000"], stdout=subprocess.PIPE, text=True) as client:
            time.sleep(0.5)  # the pipe is full by then, whatever comes of it
            lines = client.stdout.read().split()
        self.assertEqual((client.returncode, len(lines), lines[-1]), (0, 60000, "60000"))

    def test_a_signal_to_the_client_reaches_the_payload(self):
        with subprocess.Popen(["slipway", "run", "--rm", IMAGE, "sh", "-c", "trap 'exit 12' TERM; echo ready; while :; do sleep 0.1; done"],
                              stdout=subprocess.PIPE, text=True) as client:
            self.assertEqual(client.stdout.readline(), "ready\n")
            client.terminate()
            self.assertEqual(client.wait(timeout=60), 12)
