# SPDX-License-Identifier: LGPL-2.1-or-later
"""checkpoint and restore for real, where CRIU works: a process goes on counting from where it was saved."""
import os
import subprocess
import unittest

from bundles import BundleTest, oci
from support import PATIENCE, run, wait_until

COUNT = "i=0; while :; do i=$((i + 1)); echo $i > /count.new; mv /count.new /count; sleep 0.1; done"


class Checkpoint(BundleTest):
    def setUp(self):
        if not os.path.exists("/usr/sbin/criu"):
            self.skipTest("CRIU is not installed")
        checked = run("criu", "check")
        if checked.returncode != 0:
            self.skipTest("CRIU does not work on this kernel: " + " ".join((checked.stdout + checked.stderr).split("\n")[:3]))
        super().setUp()
        self.images = f"{self.bundle}/images"
        self.process["terminal"] = False

    def count(self):
        with open(self.root("count"), encoding="utf-8") as file:
            return int(file.read())

    def criu_log(self):
        try:
            with open(f"{self.images}/criu.log", encoding="utf-8", errors="replace") as file:
                return "".join(line for line in file if "Error" in line or "Warn" in line)
        except FileNotFoundError:
            return "no log"

    def save(self, *options):
        done = oci("checkpoint", "--image-path", self.images, *options, "c")
        self.assertEqual(done.returncode, 0, done.stderr + self.criu_log())

    def restore(self):
        # What is restored keeps the descriptors that it is given, so a pipe would have no end.
        with open(f"{self.bundle}/errors", "w+", encoding="utf-8") as errors:
            done = subprocess.run(["slipway-oci", "restore", "--detach", "--image-path", self.images, "--bundle", self.bundle, "c"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, timeout=120 * PATIENCE, check=False)
            errors.seek(0)
            self.assertEqual(done.returncode, 0, errors.read() + self.criu_log())

    # CRIU 3.17.1: "mnt: Mount … ./proc/timer_list has unreachable sharing"; docs/oci-runtime.md.
    @unittest.expectedFailure
    def test_what_is_restored_goes_on_where_it_was(self):
        self.start_oci("sh", "-c", COUNT)
        wait_until(lambda: os.path.exists(self.root("count")) and self.count() >= 5)
        self.save()
        self.expect_nothing_left()
        saved = self.count()
        self.restore()
        self.assertEqual(self.state()["status"], "running")
        wait_until(lambda: self.count() > saved + 3)
        self.assertLess(self.count(), saved + 1000)
        self.assertEqual(oci("exec", "c", "true").returncode, 0)
        self.assertEqual(oci("delete", "--force", "c").returncode, 0)
        self.expect_nothing_left()

    @unittest.expectedFailure
    def test_one_that_is_left_running_runs_on(self):
        self.start_oci("sh", "-c", COUNT)
        wait_until(lambda: os.path.exists(self.root("count")))
        self.save("--leave-running")
        saved = self.count()
        wait_until(lambda: self.count() > saved)
        self.assertEqual(self.state()["status"], "running")
