# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests of volumes and binds share: a directory of the host's, no volume at the beginning."""
import os
import shutil
import tempfile

from support import IMAGE, SystemTest, find_residue, slipway


def volumes():
    return set(slipway("volume", "ls", "-q").stdout.split())


def inside(options, *command, image=IMAGE):
    done = slipway("run", "--rm", *options, image, *command)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


class MountTest(SystemTest):
    def setUp(self):
        self.addCleanup(slipway, "volume", "prune", "--all")
        slipway("volume", "prune", "--all")
        self.before = find_residue()
        self.place = tempfile.mkdtemp(prefix="slipway-volumes-", dir="/var/tmp")
        os.chmod(self.place, 0o755)
        self.addCleanup(shutil.rmtree, self.place, True)

    def host_file(self, name, text="of the host\n"):
        path = os.path.join(self.place, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def expect_failure(self, name, words, *options, status=125):
        done = slipway("--debug", "run", "--rm", *options, IMAGE, "true")
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn(words, done.stderr)
        if name:
            self.assertIn(f"org.slipway.Engine1.Error.{name}", done.stderr)
