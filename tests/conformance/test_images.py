# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images of slipway's in the hands of podman: what a container has become is the same there."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../system"))
from pulling import Pulls  # noqa: E402
from registries import Registry, temporary_directory  # noqa: E402
from support import IMAGE, SystemTest, run, slipway  # noqa: E402
from test_export import CAPABILITY, MAKE_FILES  # noqa: E402


class Images(Pulls):
    @classmethod
    def setUpClass(cls):
        SystemTest.setUpClass()
        cls.registry = Registry(temporary_directory(cls), 5038)
        cls.addClassCleanup(cls.registry.stop)
        cls.host = cls.registry.host

    def test_podman_reads_what_was_committed_and_pushed(self):
        name = f"{self.host}/team/committed:1"
        slipway("run", "--name", "source", IMAGE, "sh", "-c", MAKE_FILES)
        self.addCleanup(slipway, "rm", "source")
        identity = slipway("commit", "-c", 'CMD ["cat", "/srv/link"]', "source", name).stdout.strip()
        self.assertEqual(slipway("push", name).returncode, 0)
        done = run("podman", "pull", "--quiet", "--tls-verify=false", name)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(run, "podman", "rmi", "--force", name)
        self.assertEqual("sha256:" + done.stdout.strip(), identity)
        mounted = run("podman", "image", "mount", name).stdout.strip()
        self.addCleanup(run, "podman", "image", "umount", name)
        file = os.stat(f"{mounted}/srv/dir/file")
        self.assertEqual((file.st_uid, file.st_gid, file.st_mode & 0o7777, file.st_nlink), (1, 8, 0o6750, 2))
        self.assertEqual(os.getxattr(f"{mounted}/srv/able", "security.capability"), CAPABILITY)
        self.assertFalse(os.path.lexists(f"{mounted}/etc/issue"))
        self.assertEqual(json.loads(run("podman", "image", "inspect", name).stdout)[0]["Config"]["Cmd"], ["cat", "/srv/link"])
