# SPDX-License-Identifier: LGPL-2.1-or-later
"""Snapshot drivers on Debian's own kernel: layers by mount(2) where there is no other way, and a file system without idmapped mounts."""
import json
import os
import unittest

import storage
from support import SystemTest, output, slipway

RELEASE = tuple(int(part) for part in os.uname().release.split(".")[:2])


class OverlayByMount(storage.StorageSuite):
    driver = "overlay-mount"


class CopyOnTmpfs(storage.StorageSuite):
    # Before Linux 6.3 it has no idmapped mounts.
    driver, file_system = "copy", "tmpfs"


@unittest.skipIf(RELEASE >= (6, 8), "this kernel takes layers one by one")
class WhatIsChosen(SystemTest):
    def test_layers_are_told_in_one_text(self):
        output("systemctl", "stop", "slipwayd.service")
        info = json.loads(slipway("info", "--format", "json").stdout)
        self.assertEqual(info["RootDriver"], "overlay-mount")
        self.assertEqual([each["Driver"] for each in info["RootDriverObstacles"]], ["overlay"])
        self.assertIn("Invalid argument", info["RootDriverObstacles"][0]["Reason"])
