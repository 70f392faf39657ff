# SPDX-License-Identifier: LGPL-2.1-or-later
"""Groups of a user's engine: slices of the user's systemd, without networks of their own."""
import json
import os
import tempfile

from rootless import RootlessTest
from support import IMAGE, output, wait_until

SHOP = f"""
services:
  db:
    image: {IMAGE}
    command: perl -MIO::Socket::INET -e '$$s = IO::Socket::INET->new(LocalPort => 80, Listen => 9, ReuseAddr => 1); while (1) {{{{ $$c = $$s->accept or next; print $$c "served"; close $$c }}}}'
    stop_grace_period: 0s
    healthcheck: {{{{test: "test -e /etc/passwd", interval: 500ms}}}}
  beside:
    image: {IMAGE}
    command: sleep infinity
    stop_grace_period: 0s
    network_mode: service:db
  web:
    image: {IMAGE}
    command: sleep {{seconds}}
    stop_grace_period: 0s
    volumes: [data:/data]
    depends_on: {{{{db: {{{{condition: service_healthy}}}}}}}}
    deploy: {{{{replicas: 2}}}}
  kept:
    image: {IMAGE}
    command: sleep infinity
    stop_grace_period: 0s
    restart: always
volumes: {{{{data: {{{{}}}}}}}}
"""


class RootlessGroups(RootlessTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.import_image()

    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        os.chmod(place.name, 0o755)
        self.file = os.path.join(place.name, "compose.yaml")
        self.user.slipway("group", "rm", "-v", "shop")
        self.addCleanup(self.expect_nothing)
        self.addCleanup(self.user.slipway, "group", "rm", "-v", "shop")

    def expect_nothing(self):
        wait_until(lambda: self.user.run("systemctl", "--user", "list-units", "--all", "--plain", "--no-legend", "slipway-shop*").stdout == "")
        for kind in ("group", "volume", "network"):
            self.assertNotIn("shop", self.user.slipway(kind, "ls").stdout)
        self.assertNotIn("shop", self.user.slipway("ps", "-a").stdout)
        for program in ("slipway-monitor", "pasta", "slirp4netns"):
            wait_until(lambda program=program: program not in output("ps", "-u", str(self.user.uid), "-o", "comm="))

    def write(self, text):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(text)

    def well(self, *words):
        done = self.user.slipway(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def apply(self, seconds, *options):
        self.write(SHOP.format(seconds=seconds))
        return self.well("group", "apply", "-p", "shop", "-f", self.file, *options)

    def running(self):
        return {one["Name"]: one["Running"] for one in json.loads(self.well("group", "inspect", "shop"))[0]["Members"]}

    def identity(self, name):
        return json.loads(self.well("inspect", name))[0]["Id"]

    def test_its_life(self):
        self.apply(1000)
        self.assertEqual(self.running(), {"db": 1, "beside": 1, "web": 2, "kept": 1})
        self.assertEqual(self.user.show("slipway-shop.slice", "ActiveState"), "active")
        self.assertEqual([self.user.show(unit, "Slice") for unit in ("slipway-shop-web-1.scope", "slipway-shop-kept-1.service")], ["slipway-shop.slice"] * 2)
        self.assertEqual({line.split()[0] for line in self.apply(1000, "--dry-run").splitlines()[1:]}, {"keep"})
        # Who shares a network finds the other on its loopback.
        self.assertEqual(self.well("exec", "shop-beside-1", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/80 && cat <&3"), "served")
        self.well("exec", "shop-web-1", "touch", "/data/there")
        self.well("exec", "shop-web-2", "test", "-e", "/data/there")
        before = self.identity("shop-web-1")
        db = self.identity("shop-db-1")
        self.apply(2000, "--rolling")
        self.assertEqual(self.running()["web"], 2)
        self.assertNotIn(before, self.well("ps", "-q", "--no-trunc"))
        self.assertEqual(self.identity("shop-db-1"), db)
        self.well("group", "scale", "shop", "web=3")
        self.assertEqual(self.running()["web"], 3)
        self.well("group", "stop", "shop")
        self.assertEqual(set(self.running().values()), {0})
        self.well("group", "start", "shop")
        self.well("group", "restart", "shop")
        self.assertEqual(self.running(), {"db": 1, "beside": 1, "web": 3, "kept": 1})
        self.assertEqual(self.user.run("systemctl", "--user", "stop", "slipway-shop.slice").returncode, 0)
        wait_until(lambda: set(self.running().values()) == {0})

    def test_compose(self):
        self.write(SHOP.format(seconds=1000))
        where = ("compose", "-p", "shop", "-f", self.file)
        self.well(*where, "up", "-d")
        self.assertEqual(self.running(), {"db": 1, "beside": 1, "web": 2, "kept": 1})
        self.assertIn("shop-web-2", self.well(*where, "ps"))
        self.well(*where, "down", "-v")

    def test_networks_are_refused_and_nothing_is_left(self):
        service = f"services: {{web: {{image: '{IMAGE}', command: sleep infinity, networks: [front]}}}}\n"
        self.write(service + "networks: {front: {}}\n")
        for words in (("group", "apply", "-p", "shop", "-f", self.file), ("compose", "-p", "shop", "-f", self.file, "up", "-d")):
            self.expect_failure(self.user.slipway(*words), "shop_front", "a user's engine makes no networks")
            self.expect_nothing()
