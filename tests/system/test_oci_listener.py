# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway-oci hands the descriptor for seccomp notifications to whoever decides on them."""
import array
import errno
import fcntl
import json
import os
import socket
import struct
import threading

from bundles import BundleTest

# linux/seccomp.h: _IOWR('!', 0, struct seccomp_notif), _IOWR('!', 1, struct seccomp_notif_resp).
RECEIVE, SEND = 0xC0502100, 0xC0182101


class Listener(BundleTest):
    def setUp(self):
        super().setUp()
        self.path = f"{self.bundle}/listener"
        self.server = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.server.close)
        self.server.bind(self.path)
        self.server.listen()
        self.server.settimeout(60)
        self.linux["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": self.path, "listenerMetadata": "for the test",
                                 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_NOTIFY"}]}

    def decide(self, heard):
        """Takes the descriptor, and lets the first call fail with an error that no file system has."""
        connection = self.server.accept()[0]
        with connection:
            text, controls, _, _ = connection.recvmsg(65536, socket.CMSG_SPACE(64))
        heard["message"] = json.loads(text)
        descriptors = array.array("i", controls[0][2])
        heard["descriptors"] = len(descriptors)
        notification = bytearray(80)
        fcntl.ioctl(descriptors[0], RECEIVE, notification)
        number, heard["pid"] = struct.unpack_from("=QI", notification)
        fcntl.ioctl(descriptors[0], SEND, struct.pack("=QqiI", number, 0, -errno.EXDEV, 0))
        os.close(descriptors[0])

    def test_it_decides_on_calls(self):
        heard = {}
        thread = threading.Thread(target=self.decide, args=(heard,))
        thread.start()
        done = self.run_oci("sh", "-c", "mkdir /asked; test ! -e /asked")
        thread.join()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Invalid cross-device link", done.stderr)
        self.assertEqual(heard["descriptors"], 1)
        message = heard["message"]
        self.assertEqual((message["fds"], message["metadata"]), (["seccompFd"], "for the test"))
        self.assertEqual((message["state"]["id"], message["state"]["status"], message["state"]["bundle"]), ("c", "creating", self.bundle))
        self.assertGreater(message["pid"], 0)
        self.expect_nothing_left()

    def test_nobody_listens(self):
        self.server.close()
        os.unlink(self.path)
        self.expect_refusal("linux.seccomp.listenerPath", self.path)
