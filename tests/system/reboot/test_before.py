# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is to survive a restart of the machine."""
from support import SystemTest, slipway


class BeforeReboot(SystemTest):
    def test_containers_are_made(self):
        for name, command in (("ended", "exit 3"), ("running", "exec sleep infinity")):
            slipway("rm", "--force", name)
            done = slipway("run", "-d", "--name", name, "-e", "KEPT=yes", "debian:bookworm", "sh", "-c", f"echo {name} >/file; {command}")
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(slipway("wait", "ended").returncode, 3)
