# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests of compose files share: a project called shop, in a directory of the test's own."""
import os
import subprocess

from groups import GroupTest
from support import slipway


SHOP = """
services:
  web:
    image: debian:bookworm
    command: sh -c "echo web speaks; echo web complains >&2; exec sleep infinity"
    stop_grace_period: 0s
    depends_on: [db]
    environment: {COLOUR: red}
    working_dir: /srv
    ports: ["8093:80"]
  db:
    image: debian:bookworm
    command: sh -c "echo db speaks; exec sleep infinity"
    stop_grace_period: 0s
"""


class ComposeTest(GroupTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove, "shop")
        self.addCleanup(self.compose, "down", "-v", "-t", "0")

    def compose(self, *words, **options):
        return slipway("compose", "-p", "shop", "-f", os.path.join(self.place, "compose.yaml"), *words, **{"seconds": 120, **options})

    def compose_well(self, *words, **options):
        done = self.compose(*words, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def up(self, text=SHOP, *words):
        self.write(text)
        self.compose_well("up", "-d", *words)

    def foreground(self, text, *words):
        self.write(text)
        child = subprocess.Popen(["slipway", "compose", "-p", "shop", "-f", os.path.join(self.place, "compose.yaml"), "up", *words],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.stderr.close)
        return child
