# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real applications by one command: they work, lose no request while they change, and come back."""
import os
import re
import signal
import tempfile
import time

from applications import Application, ask, forget_images, import_images
from support import SystemTest, expect_no_residue, find_residue, wait_until


def tearDownModule():
    forget_images()


class ApplicationTest(SystemTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        import_images()

    def bring(self, name):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        application = Application(name, place.name)
        self.addCleanup(application.compose, "down", "-v", "-t", "1")
        application.compose_well("up", "-d")
        application.await_service()
        return application


class Life(ApplicationTest):
    def live(self, name):
        before = find_residue()
        application = self.bring(name)
        self.assertTrue(application.use("first"), ask(application.port, "/page"))
        self.roll(application)
        self.assertTrue(application.has("first"))
        # Down and up again: rows and counters are in the volumes.
        application.compose_well("down", version=2)
        self.assertEqual(ask(application.port), [])
        application.compose_well("up", "-d", version=2)
        application.await_service()
        self.assertTrue(application.has("first"))
        self.assertTrue(application.use("second"))
        application.compose_well("down", "-v", version=2)
        expect_no_residue(before)

    def roll(self, application):
        """A new version of the application while it is asked by eight at once, without one request that fails."""
        load = application.load()
        time.sleep(1)  # that there is load before, and after
        application.compose_well("up", "-d", "--rolling", version=2)
        time.sleep(1)
        load.send_signal(signal.SIGINT)
        report = load.communicate(timeout=30)[0]
        self.assertEqual(ask(application.port, "/page")[0], "version 2")
        numbers = {key: int(re.search(rf"{key}:\s+(\d+)", report).group(1)) for key in ("Complete requests", "Failed requests")}
        other = re.search(r"Non-2xx responses:\s+(\d+)", report)
        self.assertIsNone(other, report)
        # Answers differ in length as counters grow: that is no failure.
        lengths = re.search(r"Connect: (\d+), Receive: (\d+), Length: (\d+), Exceptions: (\d+)", report)
        if lengths:
            self.assertEqual((lengths[1], lengths[2], lengths[4]), ("0", "0", "0"), report)
        else:
            self.assertEqual(numbers["Failed requests"], 0, report)
        self.assertGreater(numbers["Complete requests"], 100)

    def test_wiki(self):
        self.live("wiki")

    def test_forum(self):
        self.live("forum")

    def test_todo(self):
        self.live("todo")


class Kills(ApplicationTest):
    def test_each_comes_back(self):
        application = self.bring("wiki")
        self.assertTrue(application.use("before"))
        for name in application.containers():
            with self.subTest(name):
                before = self.state(name)["StartedAt"]
                os.kill(self.state(name)["Pid"], signal.SIGKILL)
                wait_until(lambda: self.state(name)["Status"] == "running" and self.state(name)["StartedAt"] != before)  # pylint: disable=cell-var-from-loop
                wait_until(lambda: application.has("before"), seconds=60)
        self.assertTrue(application.use("after"))
