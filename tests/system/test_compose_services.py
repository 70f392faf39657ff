# SPDX-License-Identifier: LGPL-2.1-or-later
"""What keys of a compose file's services come to: images and their age, restarts, an init."""
import os

from compose import ComposeTest
from support import output, show, slipway


class Images(ComposeTest):
    def test_down_takes_images_along(self):
        slipway("image", "tag", "debian:bookworm", "localhost/mine:1")
        self.addCleanup(slipway, "image", "rm", "localhost/mine:1")
        self.up("services:\n  web:\n    image: localhost/mine:1\n    command: sleep infinity\n    stop_grace_period: 0s\n")
        self.assertEqual(self.compose("down", "--rmi", "some").returncode, 2)
        self.assertEqual(self.compose_well("down", "--rmi", "local"), "")
        self.compose_well("up", "-d")
        self.assertEqual(self.compose_well("down", "--rmi", "all"), "localhost/mine:1\n")
        self.assertNotEqual(slipway("image", "inspect", "localhost/mine:1").returncode, 0)
        self.assertEqual(slipway("image", "inspect", "debian:bookworm").returncode, 0)

    def test_old_images_are_asked_for(self):
        slipway("image", "tag", "debian:bookworm", "localhost:1/mine:1")
        self.addCleanup(slipway, "image", "rm", "localhost:1/mine:1")
        text = "services:\n  web:\n    image: localhost:1/mine:1\n    pull_policy: {policy}\n    command: sleep infinity\n    stop_grace_period: 0s\n"
        for policy, is_asked in (("every_52w", False), ("every_1s", True), ("refresh\n    pull_refresh_after: 1s", True)):
            self.write(text.format(policy=policy))
            done = self.compose("up", "-d")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual("localhost:1/mine:1 is used as it is here: " in done.stderr, is_asked, done.stderr)
            self.assertNotIn("is not acted on", done.stderr)
        self.assertEqual(self.compose("up", "-d", "--pull", "always").returncode, 7)
        self.write(text.format(policy="refresh"))
        self.assertIn("pull_refresh_after", self.compose("up", "-d").stderr)


class Restarts(ComposeTest):
    def test_delay_and_window_are_systemds(self):
        self.up("services:\n  web:\n    image: debian:bookworm\n    command: sleep infinity\n    stop_grace_period: 0s\n"
                "    deploy: {restart_policy: {condition: on-failure, delay: 250ms, max_attempts: 2, window: 3s}}\n")
        self.assertEqual([show("slipway-shop-web-1.service", key) for key in ("Restart", "RestartUSec", "StartLimitBurst", "StartLimitIntervalUSec")],
                         ["on-failure", "250ms", "3", "9.750000s"])
        self.assertIn("on-failure:2,delay=250ms,window=3s", output("busctl", "get-property", "org.slipway.Engine1", "/org/slipway/Engine1/container/shop_2dweb_2d1",
                                                                   "org.slipway.Engine1.Container", "Restart"))
        self.compose_well("up", "-d")
        self.assertIn("keep", slipway("group", "apply", "-p", "shop", "--dry-run", "-f", os.path.join(self.place, "compose.yaml")).stdout)

    def test_init(self):
        self.up("services:\n  web:\n    image: debian:bookworm\n    init: true\n    command: sleep infinity\n    stop_grace_period: 0s\n")
        self.assertIn("/dev/slipway-init", self.compose_well("exec", "-T", "web", "cat", "/proc/1/cmdline"))
