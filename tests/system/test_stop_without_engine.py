# SPDX-License-Identifier: LGPL-2.1-or-later
"""systemctl stop sends the container's own stop signal, also after the engine has left the bus, when systemd no longer asks it."""
import subprocess
import unittest

IMAGE = "debian:bookworm"
ARCHIVE = "/var/cache/slipway-shared/debian-bookworm.tar"
UNIT = "slipway-signalled.scope"
# Ends with 10 by SIGUSR1 and with 15 by SIGTERM; the shell says when it is ready for both.
PAYLOAD = "trap 'exit 10' USR1; trap 'exit 15' TERM; echo ready; while :; do sleep 0.1; done"


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, **options).stdout.strip()


def show(unit, key):
    return run("systemctl", "show", "--value", "-p", key, unit)


class StopWithoutEngine(unittest.TestCase):
    def setUp(self):
        if subprocess.run(["slipway", "image", "inspect", IMAGE], capture_output=True, check=False).returncode != 0:
            with open(ARCHIVE, "rb") as archive:
                run("slipway", "image", "import", "-", IMAGE, stdin=archive)
        container = run("slipway", "run", "-d", "--name", "signalled", "--stop-signal", "USR1", IMAGE, "sh", "-c", PAYLOAD)
        self.addCleanup(run, "slipway", "rm", "--force", "signalled")
        with subprocess.Popen(["journalctl", "-f", "-n", "all", "-o", "cat", f"CONTAINER_ID_FULL={container}"],
                              stdout=subprocess.PIPE, text=True) as journal:
            while journal.stdout.readline().strip() != "ready":
                pass
            journal.terminate()
        self.assertEqual(show(UNIT, "Controller"), "org.slipway.Engine1")

    def stop_and_expect(self, status):
        run("systemctl", "stop", UNIT)
        done = subprocess.run(["slipway", "wait", "signalled"], capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, status)

    def test_an_engine_that_runs_is_asked(self):
        self.stop_and_expect(10)

    def test_an_engine_that_left_is_not_needed(self):
        run("systemctl", "stop", "slipwayd.service")
        self.assertEqual(show(UNIT, "Controller"), "")
        self.stop_and_expect(10)

    def test_nor_one_that_was_killed_and_came_back(self):
        run("systemctl", "kill", "-s", "KILL", "slipwayd.service")
        run("slipway", "ps")
        self.assertEqual(show(UNIT, "Controller"), "")
        self.stop_and_expect(10)
