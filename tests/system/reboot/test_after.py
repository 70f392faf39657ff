# SPDX-License-Identifier: LGPL-2.1-or-later
"""What has survived a restart of the machine: containers, their files, their IDs, their exit statuses; images."""
import json

from support import IMAGE, SystemTest, find_residue, slipway


class AfterReboot(SystemTest):
    def test_containers_and_images_are_there_and_start_again(self):
        self.assertEqual(slipway("image", "inspect", IMAGE).returncode, 0)
        ended = json.loads(slipway("inspect", "ended").stdout)[0]
        self.assertEqual((ended["State"]["Status"], ended["State"]["ExitCode"]), ("exited", 3))
        running = json.loads(slipway("inspect", "running").stdout)[0]
        self.assertEqual(running["State"]["Status"], "exited")
        self.assertGreater(running["State"]["ExitCode"], 128)
        self.assertFalse([found for found in find_residue() if found.startswith(("unit", "process", "mount", "file: /run"))])
        self.assertEqual(slipway("start", "running").returncode, 0)
        self.assertEqual(slipway("exec", "running", "cat", "/file").stdout, "running\n")
        self.assertEqual(slipway("exec", "running", "sh", "-c", "echo $KEPT").stdout, "yes\n")
        for name in ("ended", "running"):
            self.assertEqual(slipway("rm", "-f", name).returncode, 0)
