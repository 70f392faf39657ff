# SPDX-License-Identifier: LGPL-2.1-or-later
"""A user's own engine pulls, saves and loads, without any right of root's."""
import io
import json
import os
import tarfile

from images import MadeImage, shell_layer, tar_of
from registries import Registry, temporary_directory
from rootless import RootlessTest
from support import output, wait_until


class RootlessPull(RootlessTest):
    def test_an_image_is_pulled_and_runs(self):
        registry = Registry(temporary_directory(type(self)), 5021)
        self.addCleanup(registry.stop)
        layers = [shell_layer(), tar_of({"opt": None, "opt/old": b"x", "srv": None, "srv/gone": b"x"}),
                  tar_of({"opt/.wh..wh..opq": b"", "opt/new": b"x", "srv/.wh.gone": b"", "mine": b"x"})]
        image = MadeImage(layers)
        image.send(registry.host, "team/app", "1")
        name = f"{registry.host}/team/app:1"
        done = self.user.slipway("pull", name)
        self.assertEqual((done.returncode, done.stdout.strip()), (0, image.id), done.stderr)
        self.addCleanup(self.user.slipway, "image", "rm", name)
        done = self.user.slipway("run", "--rm", "--pull=never", name, "/bin/sh", "-c", "ls /opt /srv; ls -n /mine")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines()[:4], ["/opt:", "new", "", "/srv:"])
        self.assertRegex(done.stdout.splitlines()[4], r"^-rwxr-xr-x 1 0 +0 +1 .* /mine$")
        self.assertIn("up to date", self.user.slipway("pull", name).stderr)
        self.assertEqual(os.listdir(f"{self.user.state}/partial"), [])
        wait_until(lambda: not os.listdir(f"{self.user.state}/tmp"))
        self.no_process_of("slipway-registr")
        # Out as an archive and in again, all by the user.
        archive = f"{self.user.state}/../app.tar"
        done = self.user.slipway("save", "-o", archive, name)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.addCleanup(os.unlink, archive)
        self.assertEqual(self.user.slipway("image", "rm", name).returncode, 0)
        done = self.user.slipway("load", "-i", archive)
        self.assertEqual((done.returncode, done.stdout), (0, f"Loaded image: {name}\n"), done.stderr)
        done = self.user.slipway("run", "--rm", "--pull=never", name, "/bin/ls", "/opt", "/srv")
        self.assertEqual(done.stdout.splitlines()[:4], ["/opt:", "new", "", "/srv:"], done.stderr)
        wait_until(lambda: not os.listdir(f"{self.user.state}/tmp"))
        done = self.user.slipway("pull", f"{registry.host}/team/none:1")
        self.assertEqual(done.returncode, 3, done.stderr)

    def test_the_store_is_measured_checked_and_mended(self):
        registry = Registry(temporary_directory(type(self)), 5022)
        self.addCleanup(registry.stop)
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            for path, kind, size in (("closed", tarfile.DIRTYPE, 0), ("closed/file", tarfile.REGTYPE, 500_000)):
                entry = tarfile.TarInfo(path)
                entry.type, entry.mode, entry.uid, entry.gid, entry.size = kind, 0o700, 1000, 1000, size
                tar.addfile(entry, io.BytesIO(os.urandom(size)))
        MadeImage([shell_layer(), buffer.getvalue()]).send(registry.host, "team/closed", "1")
        name = f"{registry.host}/team/closed:1"
        done = self.user.slipway("pull", name)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(self.user.slipway, "image", "rm", name)
        state = self.user.state
        places = [f"{state}/{directory}/{entry}" for directory in ("layers", "blobs/sha256") for entry in os.listdir(f"{state}/{directory}")]
        os.sync()
        found = json.loads(self.user.slipway("system", "df", "--format", "json").stdout)
        self.assertEqual(found["Images"]["Size"], sum(int(output("du", "-s", "-B1", place).split()[0]) for place in places))
        done = self.user.slipway("system", "check")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        [file] = [f"{state}/layers/{layer}/fs/closed/file" for layer in os.listdir(f"{state}/layers") if os.path.exists(f"{state}/layers/{layer}/fs/closed")]
        os.chmod(file, 0o777)
        done = self.user.slipway("system", "check")
        self.assertEqual(done.returncode, 1)
        self.assertIn('"closed/file" has the mode 0777 instead of 0700', done.stdout)
        done = self.user.slipway("system", "check", "--repair")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertEqual(os.stat(file).st_mode & 0o777, 0o700)
        self.assertEqual(self.user.slipway("system", "check").returncode, 0)
        self.assertIn("Total reclaimed space: ", self.user.slipway("system", "prune", "-f", "-a").stdout)
        self.assertEqual(self.user.slipway("image", "inspect", name).returncode, 3)
