# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests of pulling share: the command, its refusals, and a store that is as it was before."""
import json
import os
import unittest

from support import STATE, expect_no_residue, find_residue, slipway, wait_until


def partials():
    return os.listdir(f"{STATE}/partial")


class Pulls(unittest.TestCase):
    host = ""
    # What a large image takes to be unlinked, on a disk that discards each file's blocks at once.
    removal_seconds = 20

    def setUp(self):
        slipway("image", "prune", "--force")
        before = find_residue()
        self.addCleanup(expect_no_residue, before, self.removal_seconds)
        self.addCleanup(self.clean)

    def clean(self):
        for image in json.loads(slipway("image", "ls", "--format", "json").stdout):
            names = image["Names"]
            if any(name.startswith(("localhost:", "127.0.0.1:")) for name in names):
                for name in names:
                    slipway("image", "rm", name)
        slipway("image", "prune", "--force")
        self.assertEqual(partials(), [])

    def pull(self, name, *options):
        done = slipway("pull", *options, f"{self.host}/{name}")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def in_image(self, name, *command):
        done = slipway("run", "--rm", "--pull=never", f"{self.host}/{name}", *command)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def refused(self, status, error, image, *options, name=None, words=""):
        name = name or (image if image.startswith("localhost:") else f"{self.host}/{image}")
        done = slipway("--debug", "pull", *options, name)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn(f"Error.{error}]", done.stderr)
        self.assertIn(words, done.stderr)

    def assert_clean(self):
        """Nothing of a pull is left, also where it might be gone on with."""
        wait_until(lambda: not os.listdir(f"{STATE}/tmp"))
        self.assertEqual(partials(), [])
