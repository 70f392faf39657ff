# SPDX-License-Identifier: LGPL-2.1-or-later
"""Groups made, changed, scaled and removed by what compose files say."""
import os
import signal
import subprocess

from groups import GroupTest
from support import engine_pid, output, run, show, slipway, wait_until

IDLE = 'image: debian:bookworm\n    command: ["sleep", "infinity"]\n    stop_grace_period: 0s'

SHOP = """
services:
  web:
    image: debian:bookworm
    command: ["sh", "-c", "test -e /data/done && exec sleep infinity"]
    stop_grace_period: 0s
    deploy: {replicas: 2}
    volumes: ["data:/data"]
    depends_on:
      db: {condition: service_healthy}
      migrate: {condition: service_completed_successfully}
  migrate:
    image: debian:bookworm
    command: sh -c "test -e /data/up && touch /data/done"
    volumes: ["data:/data"]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: debian:bookworm
    command: sh -c "sleep 0.5; touch /data/up; exec sleep infinity"
    stop_grace_period: 0s
    healthcheck: {test: test -e /data/up, interval: 1s}
    volumes: ["data:/data"]
volumes: {data: {}}
"""


class Applying(GroupTest):
    def test_members_come_in_the_order_of_what_they_wait_for(self):
        done = self.apply_well(SHOP)
        self.assertEqual(done.stdout, "shop\n")
        self.assertEqual(self.members(), {"db": (1, 1, 1, ["shop-db-1"]), "migrate": (1, 0, 0, ["shop-migrate-1"]),
                                          "web": (2, 2, 2, ["shop-web-1", "shop-web-2"])})
        self.assertEqual(show("slipway-shop-web-1.scope", "Slice"), "slipway-shop.slice")
        # On a network of the group's, by its members' names.
        for name in ("db", "web", "shop", "web.shop"):
            self.assertEqual(slipway("exec", "shop-web-1", "getent", "hosts", name).returncode, 0, name)

    def test_the_same_again_does_nothing(self):
        self.apply_well(SHOP)
        before = {name: self.started(name) for name in ("shop-db-1", "shop-migrate-1", "shop-web-1", "shop-web-2")}
        self.apply_well(SHOP)
        self.assertEqual({name: self.started(name) for name in before}, before)
        self.assertEqual({step[0] for step in self.plan(SHOP)}, {"keep"})

    def test_what_is_another_thing_is_replaced_and_nothing_else(self):
        self.apply_well(SHOP)
        db, web = self.identity("shop-db-1"), self.identity("shop-web-1")
        changed = SHOP.replace("deploy: {replicas: 2}", "deploy: {replicas: 2}\n    environment: {MODE: fast}")
        self.assertEqual(self.plan(changed), [("keep", "db", "shop-db-1"), ("keep", "migrate", "shop-migrate-1"),
                                              ("replace", "web", "shop-web-1"), ("replace", "web", "shop-web-2")])
        self.apply_well(changed)
        self.assertEqual(self.identity("shop-db-1"), db)
        self.assertNotEqual(self.identity("shop-web-1"), web)
        self.assertEqual(slipway("exec", "shop-web-2", "sh", "-c", "echo $MODE").stdout, "fast\n")

    def test_what_is_too_much_goes(self):
        self.apply_well(f"services:\n  one:\n    {IDLE}\n    deploy: {{replicas: 3}}\n  two:\n    {IDLE}\n")
        self.apply_well(f"services:\n  one:\n    {IDLE}\n")
        self.assertEqual(self.members(), {"one": (1, 1, 1, ["shop-one-1"])})
        self.assertEqual(sorted(slipway("ps", "-a", "--group", "shop").stdout.split()[-1:]), ["shop-one-1"])

    def test_scale(self):
        self.apply_well(f"services:\n  one:\n    {IDLE}\n")
        self.assertEqual(slipway("group", "scale", "shop", "one=3").returncode, 0)
        self.assertEqual(self.members()["one"], (3, 3, 3, ["shop-one-1", "shop-one-2", "shop-one-3"]))
        self.assertEqual(slipway("group", "scale", "shop", "one=0").returncode, 0)
        self.assertEqual(self.members()["one"], (0, 0, 0, []))
        refused = slipway("group", "scale", "shop", "three=1")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("no member three", refused.stderr)

    def test_stop_and_start(self):
        self.apply_well(SHOP)
        self.assertEqual(slipway("group", "stop", "shop").returncode, 0)
        ended = {name: self.state(name)["FinishedAt"] for name in ("shop-web-1", "shop-db-1")}
        self.assertLess(ended["shop-web-1"], ended["shop-db-1"])
        self.assertEqual(slipway("group", "start", "shop").returncode, 0)
        self.assertEqual(self.members()["web"][1], 2)
        self.assertEqual(slipway("group", "restart", "shop").returncode, 0)
        self.assertEqual(self.members()["web"][1], 2)

    def test_removal_leaves_nothing(self):
        networks, volumes = (slipway(kind, "ls", "-q").stdout for kind in ("network", "volume"))
        self.apply_well(SHOP)
        done = slipway("compose", "-p", "shop", "down", "-v")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(tuple(slipway(kind, "ls", "-q").stdout for kind in ("network", "volume")), (networks, volumes))
        self.assertEqual(slipway("ps", "-a", "-q", "--group", "shop").stdout, "")
        wait_until(lambda: output("systemctl", "list-units", "--all", "--plain", "--no-legend", "slipway-shop*") == "")

    def test_a_network_that_is_another_one_is_made_anew(self):
        text = f"services:\n  one:\n    {IDLE}\n    networks: [inner]\nnetworks:\n  inner: {{internal: %s}}\n"
        self.apply_well(text % "false")
        self.apply_well(text % "true")
        self.assertIn('"Internal": true', slipway("network", "inspect", "shop_inner").stdout)
        self.assertEqual(self.members()["one"][1], 1)


class Failing(GroupTest):
    def test_a_member_that_fails_is_named_with_its_last_lines(self):
        done = self.apply("services:\n  web:\n    image: debian:bookworm\n    command: sleep infinity\n    depends_on: {db: {condition: service_healthy}}\n"
                          "  db:\n    image: debian:bookworm\n    command: sh -c 'echo the disk is on fire >&2; exit 3'\n    healthcheck: {test: 'false'}\n"
                          f"  other:\n    {IDLE}\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("member web: it waits for shop-db-1, which ended with status 3", done.stderr)
        self.assertIn("the disk is on fire", done.stderr)
        # Who does not wait for it runs.
        self.assertEqual(self.members()["other"][1], 1)
        self.assertEqual(self.members()["web"], (1, 0, 0, []))

    def test_one_that_never_becomes_healthy(self):
        done = self.apply("services:\n  web:\n    image: debian:bookworm\n    command: sleep infinity\n    depends_on: {db: {condition: service_healthy}}\n"
                          f"  db:\n    {IDLE}\n    healthcheck: {{test: 'false', interval: 100ms, retries: 2}}\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("shop-db-1, which is unhealthy", done.stderr)

    def test_a_command_that_is_not_there(self):
        done = self.apply("services:\n  web:\n    image: debian:bookworm\n    command: /no/such/thing\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("member web: shop-web-1:", done.stderr)
        self.assertIn("/no/such/thing", done.stderr)

    def test_cycles_and_strangers_are_named_before_anything_is_done(self):
        for text, words in (("a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}", "depends"),
                            ("a: {image: x, depends_on: [c]}", "c"), ("a: {command: x}", "image")):
            done = self.apply(f"services:\n  {text}\n")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(words, done.stderr)
            self.assertNotEqual(slipway("group", "inspect", "shop").returncode, 0)

    def test_an_optional_dependency_that_fails_is_no_matter(self):
        self.apply("services:\n  web:\n    image: debian:bookworm\n    command: sleep infinity\n    stop_grace_period: 0s\n"
                   "    depends_on: {db: {condition: service_completed_successfully, required: false}}\n"
                   "  db:\n    image: debian:bookworm\n    command: 'false'\n")
        self.assertEqual(self.members()["web"][1], 1)

    def test_an_engine_that_dies_meanwhile(self):
        path = self.write(SHOP)
        self.addCleanup(self.remove, "shop")
        with subprocess.Popen(["slipway", "group", "apply", "-p", "shop", "-f", path], stderr=subprocess.PIPE) as client:
            self.await_running("shop-db-1")
            os.kill(engine_pid(), signal.SIGKILL)
            client.communicate(timeout=60)
        self.apply_well(SHOP)
        self.assertEqual(self.members()["web"], (2, 2, 2, ["shop-web-1", "shop-web-2"]))

    def test_two_at_once_are_one_after_the_other(self):
        path = self.write(SHOP)
        self.addCleanup(self.remove, "shop")
        commands = [subprocess.Popen(["slipway", "group", "apply", "-p", "shop", "-f", path], stderr=subprocess.PIPE, text=True) for _ in range(3)]
        said = [(command.communicate(timeout=120)[1], command.returncode) for command in commands]
        # One of two that make the group at once may come too late to do so.
        self.assertIn(0, [status for _, status in said], said)
        self.apply_well(SHOP)
        self.assertEqual(self.members()["web"], (2, 2, 2, ["shop-web-1", "shop-web-2"]))

    def test_ctrl_c_ends_the_waiting(self):
        path = self.write(f"services:\n  web:\n    {IDLE}\n    depends_on: {{db: {{condition: service_healthy}}}}\n  db:\n    {IDLE}\n    healthcheck: {{test: 'false', interval: 1h}}\n")
        self.addCleanup(self.remove, "shop")
        with subprocess.Popen(["slipway", "group", "apply", "-p", "shop", "-f", path], stderr=subprocess.PIPE, text=True) as client:
            self.await_running("shop-db-1")
            client.send_signal(signal.SIGINT)
            client.communicate(timeout=30)
            self.assertEqual(client.returncode, 8)
        self.assertEqual(self.members()["db"][1], 1)
        self.assertEqual(self.members()["web"][1], 0)

    def test_a_slice_that_is_stopped_while_it_scales(self):
        self.apply_well(f"services:\n  one:\n    {IDLE}\n")
        with subprocess.Popen(["slipway", "group", "scale", "shop", "one=8"], stderr=subprocess.PIPE, text=True) as client:
            self.await_running("shop-one-3")
            self.assertEqual(run("systemctl", "stop", "slipway-shop.slice").returncode, 0)
            client.communicate(timeout=60)
        self.assertEqual(slipway("group", "start", "shop").returncode, 0)
        self.assertEqual(self.members()["one"][1], 8)


class Rolling(GroupTest):
    # Its health is what its variable says.
    TEXT = ("services:\n  web:\n    image: debian:bookworm\n    command: sleep infinity\n    stop_grace_period: 0s\n    environment: {{GOOD: '{good}', VERSION: '{version}'}}\n"
            "    deploy: {{replicas: {replicas}}}\n    healthcheck: {{test: 'test $$GOOD = yes', interval: 100ms, retries: 2}}\n")

    def versions(self):
        return [slipway("exec", name, "sh", "-c", "echo $VERSION").stdout.strip() for name in self.members()["web"][3]]

    def test_each_is_healthy_before_the_next(self):
        self.apply_well(self.TEXT.format(good="yes", version=1, replicas=3))
        wait_until(lambda: self.members()["web"][2] == 3)
        with subprocess.Popen(["slipway", "group", "apply", "--rolling", "-p", "shop", "-f", self.write(self.TEXT.format(good="yes", version=2, replicas=3))]) as client:
            least = 3
            while client.poll() is None:
                least = min(least, self.members()["web"][2])
            self.assertEqual(client.returncode, 0)
        self.assertGreaterEqual(least, 3)
        self.assertEqual(self.versions(), ["2"] * 3)

    def test_files_can_ask_for_it(self):
        text = self.TEXT.replace("deploy: {{", "deploy: {{update_config: {{{update}}}, ")
        compose = lambda good, version, update: slipway("compose", "-p", "shop", "-f", self.write(text.format(good=good, version=version, replicas=2, update=update)), "up", "-d", seconds=120)
        self.addCleanup(self.remove, "shop")
        ours = "parallelism: 1, order: start-first, failure_action: rollback"
        self.assertEqual(compose("yes", 1, ours).returncode, 0)
        wait_until(lambda: self.members()["web"][2] == 2)
        done = compose("no", 2, ours)
        self.assertEqual(done.returncode, 1)
        self.assertIn("as it was before", done.stderr)
        self.assertNotIn("update_config", done.stderr)
        self.assertEqual(self.versions(), ["1", "1"])
        # All at once, as without it.
        self.assertEqual(compose("no", 3, "parallelism: 0").returncode, 0)
        self.assertEqual(self.versions(), ["3", "3"])
        self.assertIn("services.web.deploy.update_config: 'up' replaces one container after the other", compose("yes", 4, "order: stop-first").stderr)

    def test_one_that_is_not_healthy_is_taken_back(self):
        self.apply_well(self.TEXT.format(good="yes", version=1, replicas=2))
        wait_until(lambda: self.members()["web"][2] == 2)
        done = self.apply(self.TEXT.format(good="no", version=2, replicas=2), "--rolling")
        self.assertEqual(done.returncode, 1)
        self.assertIn("unhealthy", done.stderr)
        self.assertIn("as it was before", done.stderr)
        self.assertEqual(self.versions(), ["1", "1"])
        self.assertEqual({step[0] for step in self.plan(self.TEXT.format(good="yes", version=1, replicas=2))}, {"keep"})

    def test_one_with_a_port_of_the_hosts_is_taken_back_too(self):
        text = self.TEXT.replace("    deploy", "    ports: ['8093:80']\n    deploy")
        self.apply_well(text.format(good="yes", version=1, replicas=1))
        wait_until(lambda: self.members()["web"][2] == 1)
        self.apply_well(text.format(good="yes", version=2, replicas=1), "--rolling")
        self.assertEqual(self.versions(), ["2"])
        self.assertEqual(self.apply(text.format(good="no", version=3, replicas=1), "--rolling").returncode, 1)
        self.assertEqual(self.versions(), ["2"])
