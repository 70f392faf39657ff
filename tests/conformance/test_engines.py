# SPDX-License-Identifier: LGPL-2.1-or-later
"""podman and containerd with slipway-oci as their runtime: real images started, entered, stopped, removed."""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../system"))
from rootless import RootlessTest  # noqa: E402
from support import ARCHIVE, IMAGE, run, wait_until  # noqa: E402

OCI = "/usr/bin/slipway-oci"


def podman(*arguments):
    return run("podman", "--runtime", OCI, *arguments)


class RootlessPodman(RootlessTest):
    """podman as a user: slipway-oci is root of podman's own user namespace, and of nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.user.run("podman", "image", "exists", IMAGE).returncode != 0:
            cls.user.run("podman", "import", ARCHIVE, IMAGE)

    def setUp(self):
        self.addCleanup(self.podman, "rm", "--force", "--time", "0", "box")

    def podman(self, *words):
        return self.user.run("podman", "--cgroup-manager=systemd", "--runtime", OCI, *words)

    def run_box(self, *command, options=()):
        return self.podman("run", "--rm", "--name", "box", "--network=none", "--pids-limit=-1", *options, IMAGE, *command)

    def test_a_command_with_its_output_and_status(self):
        done = self.run_box("sh", "-c", "id -u; echo err >&2; head -c 1 /dev/zero | od -An -c; exit 5")
        self.assertEqual((done.stdout.split(), done.stderr, done.returncode), (["0", "\\0"], "err\n", 5))

    def test_the_users_own_id(self):
        done = self.run_box("id", "-u", options=("--userns=keep-id",))
        self.assertEqual(done.stdout.strip(), str(self.user.uid), done.stderr)

    def test_a_container_in_the_background(self):
        done = self.run_box("sleep", "1000", options=("--detach",))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.podman("exec", "box", "cat", "/proc/1/comm").stdout, "sleep\n")
        self.assertEqual(self.podman("exec", "--user", "33", "box", "id", "-u").stdout, "33\n")
        self.assertEqual(self.podman("exec", "box", "sh", "-c", "exit 6").returncode, 6)
        self.assertEqual(self.podman("kill", "box").returncode, 0)
        wait_until(lambda: "box" not in self.podman("ps", "--all").stdout)

    def test_limits_that_the_users_systemd_has_not_got(self):
        controllers = self.user.run("systemctl", "--user", "show", "--value", "-p", "ControlGroup", "init.scope").stdout.strip()
        with open(f"/sys/fs/cgroup{controllers}/cgroup.controllers", encoding="utf-8") as file:
            if "pids" in file.read():
                self.skipTest("it has them here")
        done = self.podman("run", "--rm", "--name", "box", "--network=none", "--pids-limit=50", IMAGE, "true")
        self.assertIn("controller `pids` is not available", done.stderr)


class Podman(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if run("podman", "image", "exists", IMAGE).returncode != 0:
            run("podman", "import", ARCHIVE, IMAGE)

    def setUp(self):
        self.addCleanup(podman, "rm", "--force", "--time", "0", "box")

    def run_box(self, *command, options=()):
        return podman("run", "--rm", "--name", "box", "--network=none", "--pids-limit=0", *options, IMAGE, *command)

    def test_a_command_with_its_output_and_status(self):
        done = self.run_box("sh", "-c", "echo out; echo err >&2; exit 5")
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("out\n", "err\n", 5))

    def test_statuses_of_what_cannot_run(self):
        self.assertEqual(self.run_box("no-such-program").returncode, 127)
        self.assertEqual(self.run_box("/etc/passwd").returncode, 126)

    def test_a_container_in_the_background(self):
        self.assertEqual(self.run_box("sleep", "1000", options=("--detach",)).returncode, 0)
        self.assertEqual(podman("exec", "box", "cat", "/proc/1/comm").stdout, "sleep\n")
        self.assertEqual(podman("exec", "--user", "daemon", "box", "id", "-un").stdout, "daemon\n")
        self.assertEqual(podman("exec", "box", "sh", "-c", "exit 6").returncode, 6)
        self.assertEqual(podman("stop", "--time", "1", "box").returncode, 0)
        # A process of podman's own removes it afterwards.
        wait_until(lambda: "box" not in podman("ps", "--all").stdout)

    def test_a_terminal(self):
        done = subprocess.run(["script", "-qec", f"podman --runtime {OCI} run --rm -it --network=none --pids-limit=0 {IMAGE} tty", "/dev/null"],
                              check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertIn("/dev/pts/0", done.stdout)

    def test_pause_and_kill(self):
        self.run_box("sleep", "1000", options=("--detach",))
        self.assertEqual(podman("pause", "box").returncode, 0)
        self.assertIn("Paused", podman("ps", "--all").stdout)
        self.assertEqual(podman("unpause", "box").returncode, 0)
        self.assertEqual(podman("kill", "box").returncode, 0)
        wait_until(lambda: "box" not in podman("ps", "--all").stdout)

    def test_a_user_namespace(self):
        done = self.run_box("cat", "/proc/self/uid_map", options=("--uidmap", "0:500000:65536", "--gidmap", "0:500000:65536"))
        self.assertEqual(done.stdout.split(), ["0", "500000", "65536"], done.stderr)

    def test_nothing_is_left(self):
        self.assertEqual(self.run_box("true").returncode, 0)
        self.assertEqual(run(OCI, "list", "--quiet").stdout, "")


class Containerd(unittest.TestCase):
    # ctr asks for shares of the processors unless told otherwise, which fails where the machine has no such controller.
    OPTIONS = ("--runc-binary", OCI, "--cpu-shares", "0")

    @classmethod
    def setUpClass(cls):
        if run("sh", "-c", "command -v containerd").returncode != 0:
            raise unittest.SkipTest("containerd is not installed")
        Podman.setUpClass()
        # Two at once would take the socket from each other.
        if run("ctr", "version").returncode != 0:
            cls.daemon = subprocess.Popen(["containerd"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: R1732
            cls.addClassCleanup(cls.end)
        wait_until(lambda: run("ctr", "version").returncode == 0)
        if IMAGE not in run("ctr", "images", "list").stdout:
            run("rm", "-f", "/var/tmp/image.tar")
            run("podman", "save", "--format", "docker-archive", "-o", "/var/tmp/image.tar", IMAGE)
            done = run("ctr", "images", "import", "/var/tmp/image.tar")
            if done.returncode != 0:
                raise AssertionError(done.stderr)
        cls.image = run("ctr", "images", "list", "--quiet").stdout.split()[0]

    @classmethod
    def end(cls):
        cls.daemon.terminate()
        cls.daemon.wait()

    def ctr(self, *arguments):
        return run("ctr", *arguments)

    def test_run_exec_and_remove(self):
        done = self.ctr("run", "--rm", *self.OPTIONS, self.image, "once", "echo", "hello")
        self.assertEqual((done.stdout, done.returncode), ("hello\n", 0), done.stderr)
        started = self.ctr("run", "--detach", *self.OPTIONS, self.image, "long", "sleep", "1000")
        self.assertEqual(started.returncode, 0, started.stderr)
        try:
            done = self.ctr("task", "exec", "--exec-id", "one", "long", "cat", "/proc/1/comm")
            self.assertEqual((done.stdout, done.returncode), ("sleep\n", 0), done.stderr)
            self.assertIn("RUNNING", self.ctr("task", "list").stdout)
            self.assertEqual(self.ctr("task", "pause", "long").returncode, 0)
            self.assertIn("PAUSED", self.ctr("task", "list").stdout)
            self.assertEqual(self.ctr("task", "resume", "long").returncode, 0)
        finally:
            self.ctr("task", "kill", "--signal", "KILL", "long")
            wait_until(lambda: "RUNNING" not in self.ctr("task", "list").stdout)
            self.ctr("task", "delete", "long")
            self.assertEqual(self.ctr("container", "delete", "long").returncode, 0)
