# SPDX-License-Identifier: LGPL-2.1-or-later
"""checkpoint and restore for real, where CRIU works: a process goes on counting from where it was saved."""
import os
import subprocess

from bundles import BundleTest, oci
from support import PATIENCE, run, wait_until

# Not a file of the host's, as the standard error here is.
COUNT = "exec 2>/dev/null; i=0; while :; do i=$((i + 1)); echo $i > /count.new; mv /count.new /count; sleep 0.1; done"


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

    def test_one_that_is_left_running_runs_on(self):
        self.start_oci("sh", "-c", COUNT)
        wait_until(lambda: os.path.exists(self.root("count")))
        self.save("--leave-running")
        saved = self.count()
        wait_until(lambda: self.count() > saved)
        self.assertEqual(self.state()["status"], "running")

    def test_its_output_goes_on_into_another_pipe(self):
        self.process["args"] = ["sh", "-c", "exec 2>/dev/null; i=0; while :; do i=$((i + 1)); echo $i; sleep 0.1; done"]
        self.write_config()
        before, first = os.pipe()
        done = subprocess.run(["slipway-oci", "run", "--detach", "--bundle", self.bundle, "c"], stdin=subprocess.DEVNULL, stdout=first,
                              stderr=subprocess.DEVNULL, timeout=60 * PATIENCE, check=False)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(os.read(before, 2), b"1\n")
        self.save()
        os.close(first)
        with open(before, encoding="utf-8") as output:
            last = int(output.read().split()[-1])
        after, second = os.pipe()
        done = subprocess.run(["slipway-oci", "restore", "--detach", "--image-path", self.images, "--bundle", self.bundle, "c"],
                              stdin=subprocess.DEVNULL, stdout=second, stderr=subprocess.DEVNULL, timeout=120 * PATIENCE, check=False)
        os.close(second)
        self.assertEqual(done.returncode, 0, self.criu_log())
        with open(after, encoding="utf-8") as output:
            self.assertGreater(int(output.readline()), last)
            self.assertEqual(oci("delete", "--force", "c").returncode, 0)
