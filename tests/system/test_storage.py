# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each snapshot driver passes the one suite (storage.py); and which is chosen, and why no better one."""
import json

import storage
from support import SystemTest, output, run, slipway


class Overlay(storage.StorageSuite):
    driver = "overlay"


class OverlayByMount(storage.StorageSuite):
    driver = "overlay-mount"


class FuseOverlayfs(storage.StorageSuite):
    driver = "fuse-overlayfs"

    def test_a_busy_one_is_paused_whatever_it_waits_for(self):
        # Who waits for fuse-overlayfs, which is in the same unit, cannot stand still once that does.
        self.kept("mkdir /srv/busy; while :; do mkdir /srv/busy/a; echo a >/srv/busy/a/is; rm -rf /srv/busy/a; done")
        for _ in range(60):
            for verb in ("pause", "unpause"):
                done = slipway(verb, "kept")
                self.assertEqual(done.returncode, 0, done.stderr)


class Copy(storage.StorageSuite):
    driver = "copy"


class BtrfsSnapshots(storage.StorageSuite):
    driver, file_system = "btrfs", "btrfs"


class ReflinksOfBtrfs(storage.StorageSuite):
    driver, file_system = "reflink", "btrfs"


class ReflinksOfXfs(storage.StorageSuite):
    driver, file_system = "reflink", "xfs"


class OverlayOnXfs(storage.StorageSuite):
    driver, file_system = "overlay", "xfs"


class CopyWithoutIdMappedMounts(storage.StorageSuite):
    driver, file_system = "copy", "overlay"


class Choice(SystemTest):
    def setUp(self):
        output("systemctl", "stop", "slipwayd.service")
        self.addCleanup(storage.StorageSuite.restore.__func__, storage.StorageSuite)

    def info(self):
        return json.loads(slipway("info", "--format", "json").stdout)

    def test_the_best_one_is_chosen(self):
        info = self.info()
        self.assertEqual((info["RootDriver"], info["RootDriverObstacles"]), ("overlay", []))
        self.assertIn("Root driver:     overlay\n", slipway("info").stdout)

    def test_why_no_better_one_is_told(self):
        storage.StorageSuite.choose("copy")
        text = slipway("info").stdout
        self.assertIn("Root driver:     copy\nnot taken:       overlay: SLIPWAY_ROOT_DRIVER=copy\n", text)
        self.assertEqual(len(self.info()["RootDriverObstacles"]), 5)

    def test_one_that_does_not_work_is_refused(self):
        self.assertEqual(slipway("run", "--name", "waiting", "debian:bookworm", "true").returncode, 0)
        self.addCleanup(slipway, "rm", "waiting")
        # The machine's disk has no subvolumes; nobody has a driver of the other name.
        for wish, words in (("btrfs", "it does not work here: make a subvolume"), ("zfs", "there is no such driver (overlay, overlay-mount, btrfs")):
            storage.StorageSuite.choose(wish)
            done = slipway("--debug", "start", "waiting")
            self.assertEqual(done.returncode, 1)
            self.assertIn("Error.NotSupported]", done.stderr)
            self.assertIn(f"SLIPWAY_ROOT_DRIVER={wish}: {words}", done.stderr)
            self.assertEqual(self.info()["RootDriver"], "none")
            self.assertIn(words, slipway("info").stdout)


class WhereNoOverlayWorks(SystemTest):
    """A state directory on an overlay: what works is found out, not known by name."""

    def test_another_driver_is_found(self):
        class Place(storage.StorageSuite):
            file_system = "overlay"

        output("systemctl", "stop", "slipwayd.service")
        self.addCleanup(Place.restore)
        Place.mount()
        info = json.loads(slipway("info", "--format", "json").stdout)
        self.assertIn(info["RootDriver"], ("fuse-overlayfs", "copy"))
        self.assertEqual([each["Driver"] for each in info["RootDriverObstacles"]][:4], ["overlay", "overlay-mount", "btrfs", "reflink"])
        self.assertEqual(info["UserNamespaceObstacle"], "")
        self.assertTrue(all(each["Reason"] for each in info["RootDriverObstacles"]))
        self.assertEqual(run("slipway", "ps", "-a").returncode, 0)
