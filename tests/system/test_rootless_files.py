# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files of a user's containers: exported, compared, committed, with the user's subordinate IDs and as the container sees them."""
import io
import os
import subprocess
import tarfile

from rootless import RootlessTest
from support import IMAGE, wait_until

MAKE = "mkdir /srv/d; echo gold >/srv/d/f; chown daemon:mail /srv/d/f; chmod 6750 /srv/d/f; rm /etc/issue; rm -r /etc/skel; mkdir /etc/skel"


class RootlessFiles(RootlessTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.import_image()

    def test_they_are_what_the_container_sees(self):
        user = self.user
        user.slipway("rm", "--force", "source")
        self.addCleanup(user.slipway, "rm", "--force", "source")
        done = user.slipway("run", "-d", "--name", "source", "-v", "data:/data:nocopy", IMAGE, "sh", "-c", f"{MAKE}; echo v >/data/v; exec sleep infinity")
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_until(lambda: user.slipway("exec", "source", "test", "-e", "/data/v").returncode == 0)
        for state in ("running", "exited"):
            with self.subTest(state=state):
                tar = subprocess.run(user.command("slipway", "--user", "export", "source"), capture_output=True, check=False, cwd="/", timeout=60)
                self.assertEqual(tar.returncode, 0, tar.stderr)
                with tarfile.open(fileobj=io.BytesIO(tar.stdout)) as archive:
                    file = archive.getmember("srv/d/f")
                    self.assertEqual((file.uid, file.gid, file.mode), (1, 8, 0o6750))
                    self.assertNotIn("etc/issue", archive.getnames())
                    self.assertNotIn("data/v", archive.getnames())
                changes = user.slipway("diff", "source").stdout.splitlines()
                for line in ("C /etc", "D /etc/issue", "C /etc/skel", "D /etc/skel/.bashrc", "A /srv/d/f"):
                    self.assertIn(line, changes)
                done = user.slipway("commit", "source", "made:1")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.addCleanup(user.slipway, "image", "rm", "made:1")
                done = user.slipway("run", "--rm", "made:1", "sh", "-c", "stat -c '%u:%g %a' /srv/d/f; ls -A /etc/skel; test ! -e /etc/issue; echo $?")
                self.assertEqual((done.stdout, done.stderr), ("1:8 6750\n0\n", ""))
            user.slipway("stop", "--time", "0", "source")
        volume = subprocess.run(user.command("slipway", "--user", "volume", "export", "data"), capture_output=True, check=False, cwd="/", timeout=60)
        with tarfile.open(fileobj=io.BytesIO(volume.stdout)) as archive:
            self.assertEqual(archive.extractfile("v").read(), b"v\n")

    def test_they_are_copied_both_ways(self):
        user = self.user
        user.slipway("rm", "--force", "source")
        self.addCleanup(user.slipway, "rm", "--force", "source")
        place = user.run("mktemp", "-d").stdout.strip()
        self.addCleanup(user.run, "rm", "-rf", place)
        done = user.slipway("run", "-d", "--name", "source", IMAGE, "sh", "-c", f"{MAKE}; exec sleep infinity")
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_until(lambda: user.slipway("exec", "source", "test", "-e", "/etc/skel").returncode == 0)
        for state in ("running", "exited"):
            with self.subTest(state=state):
                for words in (("source:/srv/d", f"{place}/{state}"), (f"{place}/{state}", "source:/opt"), ("-a", "source:/srv/d", f"source:/mnt/{state}")):
                    done = user.slipway("cp", *words)
                    self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), words)
                self.assertEqual(user.run("stat", "-c", "%u %a", f"{place}/{state}/f").stdout, f"{user.uid} 750\n")
            user.slipway("stop", "--time", "0", "source")
        self.assertEqual(user.slipway("start", "source").returncode, 0)
        done = user.slipway("exec", "source", "stat", "-c", "%u:%g %a", "/opt/running/f", "/opt/exited/f", "/mnt/running/f", "/mnt/exited/f")
        self.assertEqual(done.stdout, "0:0 750\n" * 2 + "1:8 6750\n" * 2)

    def test_a_volume_takes_over_what_the_image_has(self):
        """Directories of all owners, closed ones too; and what the container makes of them."""
        user = self.user
        user.slipway("rm", "--force", "source")
        self.addCleanup(wait_until, lambda: not os.listdir(f"{user.state}/tmp"))
        self.addCleanup(user.slipway, "volume", "prune", "--all", "--force")
        done = user.slipway("run", "--name", "source", IMAGE, "sh", "-c", f"{MAKE}; chown daemon:mail /srv/d; chmod 700 /srv/d")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(user.slipway, "rm", "--force", "source")
        done = user.slipway("commit", "source", "owned:1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(user.slipway, "image", "rm", "owned:1")
        look = "stat -c '%u:%g %a' /data /data/f; cat /data/f"
        for _ in range(2):
            done = user.slipway("run", "--rm", "-v", "owned:/srv/d", "owned:1", "sh", "-c", look.replace("/data", "/srv/d"))
            self.assertEqual((done.stdout, done.stderr), ("1:8 700\n1:8 6750\ngold\n", ""))
        # One that nothing was taken over to, and whose first container made it its own.
        for _ in range(2):
            done = user.slipway("run", "--rm", "-v", "made:/nothing", "owned:1", "sh", "-c", "chown 33 /nothing; chmod 700 /nothing; stat -c %u /nothing")
            self.assertEqual((done.stdout, done.stderr), ("33\n", ""))
        tar = subprocess.run(user.command("slipway", "--user", "volume", "export", "owned"), capture_output=True, check=False, cwd="/", timeout=60)
        self.assertEqual((tar.returncode, tar.stderr), (0, b""))
        tar = tar.stdout
        self.assertEqual(user.slipway("volume", "create", "there").returncode, 0)
        for name in ("new", "there"):
            done = subprocess.run(user.command("slipway", "--user", "volume", "import", name, "-"), input=tar, capture_output=True, check=False, cwd="/", timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            done = user.slipway("run", "--rm", "-v", f"{name}:/data", IMAGE, "sh", "-c", look)
            self.assertEqual((done.stdout, done.stderr), ("1:8 700\n1:8 6750\ngold\n", ""))
        done = subprocess.run(user.command("slipway", "--user", "volume", "import", "there", "-"), input=tar, capture_output=True, check=False, cwd="/", timeout=60)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(b"not empty", done.stderr)
