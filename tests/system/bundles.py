# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bundles for slipway-oci: a Debian root over which each test may write, and the configuration that `spec` proposes."""
import json
import os
import shutil
import subprocess
import tempfile

from support import IMAGE, PATIENCE, SystemTest, run, slipway

# The unified hierarchy, or systemd's of the old ones.
HIERARCHY = "/sys/fs/cgroup" if os.path.exists("/sys/fs/cgroup/cgroup.procs") else "/sys/fs/cgroup/systemd"
CGROUPS = f"{HIERARCHY}/slipway-oci"


def oci(*arguments, **options):
    return run("slipway-oci", *arguments, **options)


class BundleTest(SystemTest):
    """Each test has a bundle of its own in self.bundle, and its containers are gone afterwards."""

    def setUp(self):
        self.bundle = tempfile.mkdtemp(prefix="bundle-", dir="/var/tmp")
        self.addCleanup(shutil.rmtree, self.bundle)
        for name in ("rootfs", "upper", "work"):
            os.mkdir(f"{self.bundle}/{name}")
        # Its only one, whatever other images are there.
        [identity] = json.loads(slipway("image", "inspect", IMAGE).stdout)[0]["RootFS"]["Layers"]
        layer = f"/var/lib/slipway/layers/{identity.removeprefix('sha256:')}/fs"
        options = f"lowerdir={layer},upperdir={self.bundle}/upper,workdir={self.bundle}/work"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, f"{self.bundle}/rootfs"], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", f"{self.bundle}/rootfs"], check=True)
        self.addCleanup(self.delete_all)
        oci("spec", "--bundle", self.bundle)
        with open(f"{self.bundle}/config.json", encoding="utf-8") as file:
            self.config = json.load(file)
        self.config["process"]["terminal"] = False
        self.config["root"]["readonly"] = False
        self.linux = self.config["linux"]
        self.process = self.config["process"]

    def root(self, path):
        return f"{self.bundle}/rootfs/{path.lstrip('/')}"

    def delete_all(self):
        for name in oci("list", "--quiet").stdout.split():
            oci("delete", "--force", name)

    def write_config(self):
        with open(f"{self.bundle}/config.json", "w", encoding="utf-8") as file:
            json.dump(self.config, file)

    def run_oci(self, *command, name="c", options=(), before=(), **more):
        """`run` of a command, to its end."""
        if command:
            self.process["args"] = list(command)
        self.write_config()
        return oci(*before, "run", "--bundle", self.bundle, *options, name, **more)

    def create(self, *command, name="c", options=(), before=()):
        self.process["args"] = list(command)
        self.write_config()
        # A container holds what it inherits, so a pipe would have no end.
        with tempfile.TemporaryFile("w+") as errors:
            done = subprocess.run(["slipway-oci", *before, "create", "--bundle", self.bundle, *options, name], check=False, timeout=60 * PATIENCE,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
            errors.seek(0)
            done.stderr = errors.read()
        return done

    def start_oci(self, *command, name="c", options=()):
        done = self.create(*command, name=name, options=options)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = oci("start", name)
        self.assertEqual(done.returncode, 0, done.stderr)

    def state(self, name="c"):
        return json.loads(oci("state", name).stdout)

    def shell(self, script, **options):
        """What a shell in a container prints."""
        done = self.run_oci("sh", "-c", script, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def expect_nothing_left(self, name="c"):
        self.assertFalse(os.path.exists(f"/run/slipway-oci/{name}"))
        self.assertFalse(os.path.exists(f"{CGROUPS}/{name}"))
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            self.assertFalse([line for line in mounts if f"{self.bundle}/rootfs/" in line])
        self.assertNotIn("slipway-launch", run("ps", "-eo", "comm").stdout)

    def expect_refusal(self, *words, command=("true",), status=1):
        """A run that fails in one line with these words, and leaves nothing."""
        done = self.run_oci(*command)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.expect_nothing_left()
