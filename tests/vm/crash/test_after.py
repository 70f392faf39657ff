# SPDX-License-Identifier: LGPL-2.1-or-later
"""After a loss of power: the store is consistent, what it shows works, and all of it can be removed."""
import hashlib
import json
import os
import sqlite3
import tarfile

from support import ARCHIVE, IMAGE, STATE, SystemTest, find_residue, slipway, wait_until


class AfterTheLossOfPower(SystemTest):
    @classmethod
    def setUpClass(cls):
        """What is there is the matter; nothing is imported."""

    def test_1_the_engine_starts_and_has_a_true_picture(self):
        done = slipway("ps", "-a", "-q", "--no-trunc")
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_until(lambda: not os.listdir(f"{STATE}/tmp"))
        self.assertEqual(set(done.stdout.split()), set(os.listdir(f"{STATE}/containers")))
        for container in json.loads(slipway("inspect", *done.stdout.split()).stdout):
            self.assertIn(container["State"]["Status"], ("created", "exited"), container)

    def test_2_the_database_is_sound(self):
        with sqlite3.connect(f"file:{STATE}/state.db?mode=ro", uri=True) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def test_3_an_image_that_is_shown_is_whole(self):
        images = json.loads(slipway("image", "ls", "--format", "json").stdout)
        self.assertTrue(images)
        self.check_blobs()
        self.check_files()

    def check_blobs(self):
        for name in os.listdir(f"{STATE}/blobs/sha256"):
            with open(f"{STATE}/blobs/sha256/{name}", "rb") as file:
                self.assertEqual(hashlib.sha256(file.read()).hexdigest(), name)

    def check_files(self):
        """Each file of the base image against the archive that it came from, and those of the others against their rule."""
        found = 0
        for layer in os.listdir(f"{STATE}/layers"):
            root = f"{STATE}/layers/{layer}/fs"
            if os.path.exists(f"{root}/bin/sh"):
                found += 1
                with tarfile.open(ARCHIVE) as archive:
                    for member in archive:
                        if member.isreg():
                            with open(os.path.join(root, member.name), "rb") as file:
                                self.assertEqual(hashlib.sha256(file.read()).digest(),
                                                 hashlib.sha256(archive.extractfile(member).read()).digest(), member.name)
            else:
                contents = [open(f"{root}/etc/file{number}", encoding="utf-8").read() for number in range(40)]
                turn = contents[0].split()[0]
                self.assertEqual(contents, [f"{turn} {number}\n" * 500 for number in range(40)])
        self.assertEqual(found, 1)

    def test_4_what_was_made_goes_on_where_it_was(self):
        self.assertEqual(slipway("run", "--rm", IMAGE, "echo", "well").stdout, "well\n")
        identities = slipway("ps", "-a", "-q", "--no-trunc").stdout.split()
        for name in [container["Name"] for container in json.loads(slipway("inspect", *identities).stdout)]:
            if name.startswith("running"):
                done = slipway("start", name)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(self.state(name)["Status"], "running")

    def test_5_all_of_it_can_be_removed(self):
        for name in slipway("ps", "-a", "-q", "--no-trunc").stdout.split():
            done = slipway("rm", "--force", name)
            self.assertEqual(done.returncode, 0, done.stderr)
        for name in slipway("image", "ls", "-q").stdout.split():
            done = slipway("image", "rm", name)
            self.assertEqual(done.returncode, 0, done.stderr)
        wait_until(lambda: not find_residue())
