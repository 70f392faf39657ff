# SPDX-License-Identifier: LGPL-2.1-or-later
"""An engine that cannot start is said to be one, within seconds; one that is slow or was killed is waited for."""
import os
import signal
import subprocess
import time
import unittest

from support import PATIENCE, engine_pid, run, slipway

DROP_IN = "/run/systemd/system/slipwayd.service.d/test.conf"


class StartFailure(unittest.TestCase):
    def with_drop_in(self, *lines):
        os.makedirs(os.path.dirname(DROP_IN), exist_ok=True)
        with open(DROP_IN, "w", encoding="utf-8") as file:
            file.write("\n".join(["[Service]", *lines, ""]))
        self.addCleanup(self.restore)
        run("systemctl", "daemon-reload")
        run("systemctl", "stop", "slipwayd.service")

    def restore(self):
        if os.path.exists(DROP_IN):
            os.unlink(DROP_IN)
        run("systemctl", "daemon-reload")
        run("systemctl", "stop", "slipwayd.service")
        run("systemctl", "reset-failed", "slipwayd.service")
        self.assertEqual(slipway("version").returncode, 0)

    def expect_complaint(self, seconds, *command):
        started = time.monotonic()
        done = subprocess.run([*command, "slipway", "ps"], capture_output=True, text=True, timeout=120 * PATIENCE, check=False)
        taken = time.monotonic() - started
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertIn("journalctl -u slipwayd", done.stderr)
        self.assertLess(taken, seconds * PATIENCE, done.stderr)
        return done.stderr

    def test_a_program_that_lacks_something_is_given_up(self):
        for program in ("/bin/sh -c 'exit 127'", "/no/such/program"):
            with self.subTest(program=program):
                self.with_drop_in("ExecStart=", f"ExecStart={program}")
                said = self.expect_complaint(12)
                self.assertIn("the engine cannot start: slipwayd.service fails again and again", said)
                self.restore()

    def test_a_slow_start_is_waited_for(self):
        self.with_drop_in("ExecStartPre=/bin/sleep 5")
        done = slipway("ps", "-q")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_one_that_was_killed_is_waited_for(self):
        self.assertEqual(slipway("version").returncode, 0)
        for _ in range(10):
            os.kill(engine_pid(), signal.SIGKILL)
            self.assertEqual(slipway("version").returncode, 0)
