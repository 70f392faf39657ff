# SPDX-License-Identifier: LGPL-2.1-or-later
"""Groups: containers that are one slice, and answer to one name."""
from networks import NetworkTest
from support import output, run, show, slipway, wait_until


class Membership(NetworkTest):
    def answers(self, client, name):
        return sorted({line.split()[0] for line in slipway("exec", client, "getent", "ahostsv4", name).stdout.splitlines()})

    def test_a_group_is_a_slice(self):
        for name in ("one", "two"):
            self.start(name, "sleep", "infinity", options=("--group", "my-shop:web", "--stop-timeout", "0"))
        self.assertEqual(show("slipway-one.scope", "Slice"), "slipway-my\\x2dshop.slice")
        self.assertEqual(self.state("one")["Status"], "running")
        self.assertEqual(run("systemctl", "stop", "slipway-my\\x2dshop.slice").returncode, 0)
        wait_until(lambda: [self.state(name)["Status"] for name in ("one", "two")] == ["exited", "exited"])
        for name in ("one", "two"):
            slipway("rm", name)
        wait_until(lambda: output("systemctl", "list-units", "--all", "--plain", "--no-legend", "slipway-my*.slice") == "")

    def test_its_members_answer_to_its_name(self):
        self.make_network("shop")
        self.start("client", "sleep", "infinity", options=("--network", "shop"))
        for name, member in (("one", "web"), ("two", "web"), ("three", "db")):
            self.start(name, "sleep", "infinity", options=("--network", "shop", "--group", f"store:{member}", "--expose", "80"))
        address = {name: self.addresses(name, "shop")[0] for name in ("one", "two", "three")}
        self.assertEqual(self.answers("client", "store"), sorted(address.values()))
        self.assertEqual(self.answers("client", "web.store"), sorted((address["one"], address["two"])))
        self.assertEqual(self.answers("client", "db.store"), [address["three"]])
        listed = slipway("dns", "ls", "--network", "shop").stdout
        self.assertIn("group", listed)
        slipway("stop", "--time", "0", "one")
        self.assertEqual(self.answers("client", "web.store"), [address["two"]])

    def test_those_that_are_not_healthy_do_not(self):
        self.make_network("shop")
        self.start("client", "sleep", "infinity", options=("--network", "shop"))
        for name in ("one", "two"):
            self.start(name, "sleep", "infinity", options=("--network", "shop", "--group", "store:web", "--health-cmd", "test -e /ok", "--health-interval", "100ms"))
        slipway("exec", "one", "touch", "/ok")
        wait_until(lambda: self.answers("client", "web.store") == [self.addresses("one", "shop")[0]])
        self.assertEqual(self.answers("client", "store"), [self.addresses("one", "shop")[0]])

    def test_one_may_come_as_soon_as_the_last_has_gone(self):
        # systemd is still stopping the slice by then.
        for _ in range(15):
            done = slipway("run", "--rm", "--group", "short", "debian:bookworm", "true")
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_names_that_are_none_are_refused(self):
        for word in ("Shop", "-shop", "a.b", "x" * 41):
            done = slipway("run", "--group", word, "debian:bookworm", "true")
            self.assertNotIn(done.returncode, (0, 1))
            self.assertIn("Group", done.stderr)
