# SPDX-License-Identifier: LGPL-2.1-or-later
"""A user of the machine with a systemd of its own, subordinate IDs, and commands run as that user."""
import os
import pwd
import stat
import subprocess
import unittest

from support import ARCHIVE, IMAGE, output, run, wait_until

# The kernel lets a user namespace mount proc only where a whole one is to be seen. A machine of its own has one; nspawn's has not.
WHOLE_PROC = "/run/whole-proc"


class User:
    def __init__(self, name):
        if run("id", name).returncode != 0:
            subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", name], check=True)
        entry = pwd.getpwnam(name)
        self.name, self.uid, self.gid, self.home = name, entry.pw_uid, entry.pw_gid, entry.pw_dir
        self.runtime = f"/run/user/{self.uid}"
        self.state = f"{self.home}/.local/share/slipway"
        subprocess.run(["loginctl", "enable-linger", name], check=True)
        wait_until(lambda: self.run("busctl", "--user", "status").returncode == 0)

    def ids(self, kind="uid"):
        """The first subordinate ID and their number."""
        with open(f"/etc/sub{kind}", encoding="utf-8") as lines:
            [line] = [line for line in lines if line.startswith(self.name + ":")]
        return tuple(int(field) for field in line.split(":")[1:])

    def command(self, *words):
        return ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--init-groups", "env", "--ignore-environment",
                f"HOME={self.home}", f"USER={self.name}", f"XDG_RUNTIME_DIR={self.runtime}", "LANG=C.UTF-8",
                f"DBUS_SESSION_BUS_ADDRESS=unix:path={self.runtime}/bus", "PATH=/usr/bin:/usr/sbin", *words]

    def run(self, *words, **options):
        return subprocess.run(self.command(*words), capture_output=True, text=True, timeout=60, check=False, cwd="/", **options)

    def slipway(self, *words, **options):
        return self.run("slipway", "--user", *words, **options)

    def oci(self, *words, **options):
        return self.run("slipway-oci", *words, **options)

    def show(self, unit, key):
        return self.run("systemctl", "--user", "show", "--value", "-p", key, unit).stdout.strip()

    def import_image(self):
        if self.slipway("image", "inspect", IMAGE).returncode != 0:
            with open(ARCHIVE, "rb") as archive:
                done = self.slipway("image", "import", "-", IMAGE, stdin=archive)
            if done.returncode != 0:
                raise AssertionError(done.stderr)


class RootlessTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.path.ismount(WHOLE_PROC):
            os.makedirs(WHOLE_PROC, exist_ok=True)
            subprocess.run(["mount", "-t", "proc", "proc", WHOLE_PROC], check=True)
        if not os.path.exists("/dev/fuse"):
            os.mknod("/dev/fuse", 0o666 | stat.S_IFCHR, os.makedev(10, 229))
            os.chmod("/dev/fuse", 0o666)
        cls.user = User("sailor")

    def expect_failure(self, done, *words, status=1):
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertEqual(len([line for line in done.stderr.splitlines() if not line.startswith("hint:")]), 1, done.stderr)

    def no_process_of(self, program):
        self.assertNotIn(program, output("ps", "-u", str(self.user.uid), "-o", "comm="))
