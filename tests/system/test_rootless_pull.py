# SPDX-License-Identifier: LGPL-2.1-or-later
"""A user's own engine pulls, without any right of root's."""
import os

from images import MadeImage, shell_layer, tar_of
from registries import Registry, temporary_directory
from rootless import RootlessTest
from support import wait_until


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
        done = self.user.slipway("pull", f"{registry.host}/team/none:1")
        self.assertEqual(done.returncode, 3, done.stderr)
