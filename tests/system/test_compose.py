# SPDX-License-Identifier: LGPL-2.1-or-later
"""What people have in their fingers: the verbs of docker compose."""
import json
import os
import signal

from compose import SHOP, ComposeTest
from support import output, run, slipway, wait_until

# Two restarts, and no more.
RESTARTED = """
services:
  web:
    image: debian:bookworm
    command: sh -c "echo run; sleep 0.3; exit 3"
    restart: on-failure:2
"""


class Logs(ComposeTest):
    def test_each_line_has_its_container_in_front(self):
        self.up()
        wait_until(lambda: "complains" in self.compose("logs").stderr)
        done = self.compose("logs")
        self.assertEqual(sorted(done.stdout.splitlines()), ["db-1   | db speaks", "web-1  | web speaks"])
        self.assertEqual(done.stderr, "web-1  | web complains\n")
        self.assertEqual(self.compose_well("logs", "--no-log-prefix", "db"), "db speaks\n")
        stamped = self.compose_well("logs", "-t", "db")
        self.assertRegex(stamped, r"\Adb-1  \| \d{4}-\d\d-\d\dT\S+ db speaks\n\Z")
        self.assertEqual(self.compose_well("logs", "--since", "2100-01-01T00:00:00Z"), "")

    def test_tail_is_of_each_container(self):
        self.up('services:\n  web:\n    image: debian:bookworm\n    command: sh -c "seq 5"\n'
                '  db:\n    image: debian:bookworm\n    command: sh -c "seq 2; exec sleep infinity"\n    stop_grace_period: 0s\n')
        wait_until(lambda: len(self.compose("logs").stdout.splitlines()) == 7)
        lines = self.compose_well("logs", "--tail", "2").splitlines()
        self.assertEqual(sorted(lines), ["db-1   | 1", "db-1   | 2", "web-1  | 4", "web-1  | 5"])
        self.assertEqual(len(self.compose_well("logs", "--tail", "all").splitlines()), 7)
        self.assertEqual(len(self.compose_well("logs", "--tail", "4").splitlines()), 6)

    def test_following_goes_on_until_all_have_ended(self):
        self.up('services:\n  web:\n    image: debian:bookworm\n    command: sh -c "sleep 1; echo at last"\n'
                '  db:\n    image: debian:bookworm\n    command: sh -c "echo first; sleep 2"\n')
        lines = self.compose_well("logs", "-f").splitlines()
        self.assertEqual(sorted(lines), ["db-1   | first", "web-1  | at last"])

    def test_following_goes_on_through_restarts(self):
        self.up(RESTARTED)
        lines = self.compose_well("logs", "-f").splitlines()
        self.assertEqual([line for line in lines if line.startswith("web")], ["web-1  | run"] * 3)
        self.assertEqual(slipway("logs", "-f", "shop-web-1").stdout, "run\n" * 3)

    def test_a_line_without_an_end_is_kept_apart(self):
        self.up('services:\n  a:\n    image: debian:bookworm\n    command: sh -c "printf half; sleep 2; echo whole"\n'
                '  b:\n    image: debian:bookworm\n    command: sh -c "sleep 1; echo other"\n')
        lines = self.compose_well("logs", "-f").splitlines()
        self.assertIn("b-1  | other", lines)

    def test_services_that_are_none(self):
        self.up()
        done = self.compose("logs", "nothing")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no service nothing", done.stderr)


class Foreground(ComposeTest):
    def test_interrupted_it_stops_them_in_their_order(self):
        child = self.foreground(SHOP)
        lines = [child.stdout.readline() for _ in range(2)]
        self.assertEqual(sorted(lines), ["db-1   | db speaks\n", "web-1  | web speaks\n"])
        child.send_signal(signal.SIGINT)
        self.assertEqual(child.wait(30), 130)
        self.assertEqual([self.state(name)["Status"] for name in ("shop-web-1", "shop-db-1")], ["exited", "exited"])
        self.assertLess(self.state("shop-web-1")["FinishedAt"], self.state("shop-db-1")["FinishedAt"])
        self.assertIn("web-1 ended with status 137", child.stderr.read())

    def test_interrupted_twice_it_kills(self):
        child = self.foreground('services:\n  web:\n    image: debian:bookworm\n    command: sh -c "trap true TERM; echo ready; while sleep 0.1; do :; done"\n'
                                '    stop_grace_period: 5m\n')
        self.assertEqual(child.stdout.readline(), "web-1  | ready\n")
        child.send_signal(signal.SIGINT)
        while "once more" not in child.stderr.readline():
            pass
        child.send_signal(signal.SIGINT)
        self.assertEqual(child.wait(30), 130)
        self.assertEqual(self.state("shop-web-1")["ExitCode"], 137)

    def test_the_end_of_one_ends_all(self):
        text = ('services:\n  tests:\n    image: debian:bookworm\n    command: sh -c "sleep 0.5; echo they fail; exit 7"\n'
                f'  db:\n    image: debian:bookworm\n    command: sleep infinity\n    stop_grace_period: 0s\n    attach: false\n')
        for words in (("--abort-on-container-exit",), ("--exit-code-from", "tests"), ("--abort-on-container-failure",)):
            child = self.foreground(text, *words)
            self.assertEqual(child.wait(60), 7, words)
            self.assertEqual(child.stdout.read(), "tests-1  | they fail\n")
            self.assertEqual(self.state("shop-db-1")["Status"], "exited")

    def test_what_is_restarted_has_not_ended(self):
        child = self.foreground(RESTARTED)
        output_, errors = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 0)
        self.assertEqual(output_, "web-1  | run\n" * 3)
        ends = [line for line in errors.splitlines() if line.startswith("web-1 ")]
        # systemd counts its starts when the time for the next one has come.
        self.assertEqual(ends, ["web-1 ended with status 3 (restarting)"] * 3 + ["web-1 is not started anew"])

    def test_a_stop_ends_what_would_be_restarted(self):
        child = self.foreground(RESTARTED.replace("on-failure:2", "always").replace("0.3", "0.1"))
        lines = [child.stdout.readline() for _ in range(2)]
        self.assertEqual(lines, ["web-1  | run\n"] * 2)
        self.compose_well("stop")
        self.assertEqual(child.wait(30), 0)

    def test_its_first_end_ends_all_if_that_is_wanted(self):
        child = self.foreground(RESTARTED.replace("on-failure:2", "always"), "--abort-on-container-exit")
        self.assertEqual(child.wait(30), 3)
        self.assertEqual(child.stdout.read(), "web-1  | run\n")

    def test_it_ends_with_the_last_one(self):
        child = self.foreground('services:\n  one:\n    image: debian:bookworm\n    command: echo done\n')
        self.assertEqual(child.wait(60), 0)
        self.assertEqual(child.stdout.read(), "one-1  | done\n")


class Up(ComposeTest):
    def test_some_services_with_what_they_depend_on(self):
        three = SHOP + "  other:\n    image: debian:bookworm\n    command: sleep infinity\n    stop_grace_period: 0s\n"
        self.up(three, "web")
        self.assertEqual(sorted(self.members()), ["db", "web"])
        db = self.identity("shop-db-1")
        self.compose_well("up", "-d", "--no-deps", "--force-recreate", "web")
        self.assertEqual(self.identity("shop-db-1"), db)
        self.compose_well("up", "-d", "other")
        self.assertEqual(sorted(self.members()), ["db", "other", "web"])
        self.compose_well("stop", "other")
        self.compose_well("up", "-d", "web")
        self.assertEqual(self.members()["other"][1], 0)  # left alone

    def test_without_dependencies(self):
        self.up(SHOP, "--no-deps", "web")
        self.assertEqual(sorted(self.members()), ["web"])

    def test_replacing_all_or_nothing(self):
        self.up()
        before = self.identity("shop-db-1")
        self.up(SHOP.replace("db speaks", "db sings"), "--no-recreate")
        self.assertEqual(self.identity("shop-db-1"), before)
        self.compose_well("up", "-d")
        changed = self.identity("shop-db-1")
        self.assertNotEqual(changed, before)
        self.compose_well("up", "-d", "--force-recreate")
        self.assertNotEqual(self.identity("shop-db-1"), changed)

    def test_scale_and_wait(self):
        text = ('services:\n  web:\n    image: debian:bookworm\n    command: sh -c "sleep 0.5; touch /ok; exec sleep infinity"\n    stop_grace_period: 0s\n'
                '    healthcheck: {test: test -e /ok, interval: 200ms}\n'
                '  once:\n    image: debian:bookworm\n    command: "true"\n'
                '  last:\n    image: debian:bookworm\n    command: sleep infinity\n    stop_grace_period: 0s\n    depends_on: {once: {condition: service_completed_successfully}}\n')
        self.write(text)
        self.compose_well("up", "--wait", "--scale", "web=3")
        self.assertEqual(self.members()["web"][:3], (3, 3, 3))
        self.compose_well("scale", "web=1")
        self.assertEqual(self.members()["web"][:3], (1, 1, 1))
        self.assertEqual(self.compose("up", "-d", "--scale", "nothing=3").returncode, 2)
        self.write(text.replace("touch /ok", "true").replace("200ms", "100ms, retries: 1"))
        failed = self.compose("up", "--wait")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("unhealthy", failed.stderr)

    def test_what_is_refused(self):
        self.write(SHOP)
        for words, message in ((("up", "--attach-dependencies"), "--attach-dependencies"), (("up", "-d", "--exit-code-from", "db"), "--detach"), (("up", "--pull", "often"), "often"),
                               (("up", "nothing"), "nothing"), (("up", "--force-recreate", "--no-recreate"), "opposites")):
            done = self.compose(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(message, done.stderr)
        never = self.compose("up", "-d", "--pull", "never")
        self.assertEqual(never.returncode, 0, never.stderr)
        self.write(SHOP.replace("debian:bookworm", "localhost/nowhere:1"))
        never = self.compose("up", "-d", "--pull", "never")
        self.assertIn("never to be pulled", never.stderr)
        self.assertNotEqual(never.returncode, 0)


class Verbs(ComposeTest):
    def test_exec(self):
        self.up()
        self.assertEqual(self.compose_well("exec", "web", "sh", "-c", "echo $COLOUR $PWD $EXTRA", input=""), "red /srv\n")
        self.assertEqual(self.compose_well("exec", "-T", "-e", "EXTRA=more", "-w", "/", "-u", "1", "web", "sh", "-c", "echo $EXTRA $PWD; id -u"), "more /\n1\n")
        self.assertEqual(self.compose_well("exec", "-T", "web", "cat", input="through"), "through")
        self.assertEqual(self.compose("exec", "web", "sh", "-c", "exit 9").returncode, 9)
        self.compose_well("exec", "-d", "web", "touch", "/srv/there")
        wait_until(lambda: self.compose("exec", "web", "test", "-e", "/srv/there").returncode == 0)
        missing = self.compose("exec", "--index", "2", "web", "true")
        self.assertEqual(missing.returncode, 125)
        self.assertIn("shop-web-2", missing.stderr)

    def test_run(self):
        text = SHOP.replace("depends_on: [db]", "depends_on: {db: {condition: service_healthy}, once: {condition: service_completed_successfully}}").replace(
            "echo db speaks;", "touch /ok;") + "    healthcheck: {test: test -e /ok, interval: 200ms}\n  once:\n    image: debian:bookworm\n    command: 'true'\n"
        self.write(text)
        done = self.compose("run", "--rm", "-T", "-e", "COLOUR=green", "-e", "MORE=1", "web", "sh", "-c", "echo $COLOUR $MORE; getent hosts db >/dev/null && pwd")
        self.assertEqual((done.returncode, done.stdout), (0, "green 1\n/srv\n"), done.stderr)
        self.assertEqual(self.members()["db"][:3], (1, 1, 1))
        self.assertNotIn("web", self.members())
        self.assertEqual(self.compose("run", "--rm", "web", "sh", "-c", "exit 5").returncode, 5)
        # It answers to none of the service's names, and an up does not take it for a replica.
        identity = self.compose_well("run", "-d", "--name", "shop-odd", "web", "sleep", "infinity").strip()
        self.addCleanup(slipway, "rm", "--force", "shop-odd")
        self.assertRegex(identity, r"\A[0-9a-f]{64}\Z")
        self.compose_well("up", "-d")
        self.assertEqual(self.members()["web"][3], ["shop-web-1"])
        self.assertEqual(len(self.compose_well("exec", "db", "getent", "ahostsv4", "web").split("STREAM")), 2)
        self.compose_well("down")
        self.assertNotEqual(slipway("inspect", "shop-odd").returncode, 0)

    def test_run_without_dependencies_and_with_ports(self):
        self.write(SHOP)
        self.compose_well("run", "--rm", "--no-deps", "--entrypoint", "echo", "web", "hello")
        self.assertEqual(self.members(), {})
        self.compose_well("run", "-d", "--no-deps", "--service-ports", "--name", "shop-odd", "web", "sleep", "infinity")
        self.addCleanup(slipway, "rm", "--force", "shop-odd")
        self.assertIn("8093", json.dumps(json.loads(slipway("inspect", "shop-odd").stdout)))

    def test_lists(self):
        self.up()
        self.assertEqual(self.compose_well("ps", "--services"), "db\nweb\n")
        self.assertEqual(len(self.compose_well("ps", "-q").split()), 2)
        self.assertIn("shop-web-1", self.compose_well("ps", "web"))
        self.assertNotIn("shop-db-1", self.compose_well("ps", "web"))
        self.assertRegex(slipway("compose", "ls").stdout, r"(?m)^shop +running\(2\)$")
        self.assertRegex(self.compose_well("images"), r"(?m)^shop-db-1 +debian +bookworm ")
        self.assertEqual(self.compose_well("port", "web", "80"), "0.0.0.0:8093\n")
        self.assertEqual(self.compose("port", "web", "81").returncode, 2)
        top = self.compose_well("top", "db")
        self.assertIn("shop-db-1", top)
        self.assertIn("sleep infinity", top)
        self.assertRegex(slipway("compose", "version", "--short").stdout, r"\A[0-9]")

    def test_states(self):
        self.up()
        self.compose_well("pause", "web")
        self.assertEqual(self.state("shop-web-1")["Status"], "paused")
        self.compose_well("unpause", "web")
        self.assertEqual(self.compose_well("kill", "-s", "KILL", "web"), "shop-web-1\n")
        self.assertEqual(self.compose("wait", "web").stdout, "137\n")
        self.assertEqual(self.state("shop-db-1")["Status"], "running")
        self.compose_well("start", "web")
        self.assertEqual(self.state("shop-web-1")["Status"], "running")
        before = self.started("shop-db-1")
        self.compose_well("restart", "-t", "0", "db")
        self.assertNotEqual(self.started("shop-db-1"), before)
        self.compose_well("stop", "web")
        self.assertEqual(self.compose_well("rm", "-f"), "shop-web-1\n")
        self.assertEqual(self.compose("rm", "-f", "-s", "nothing").returncode, 2)

    def test_files_in_and_out(self):
        self.up()
        path = self.write("content\n", "file")
        self.compose_well("cp", path, "web:/srv/file")
        self.assertEqual(self.compose_well("exec", "web", "cat", "/srv/file"), "content\n")
        self.compose_well("cp", "web:/srv/file", path + ".back")
        with open(path + ".back", encoding="utf-8") as file:
            self.assertEqual(file.read(), "content\n")

    def test_config(self):
        self.write(SHOP.replace("red", "'a $$ and ${SHADE:-no}'") + "volumes: {data: {}}\nx-own: {a: 010, b: '010', c: 1.5, d: 'yes', e: yes, f: null, g: []}\n")
        text = self.compose_well("config")
        self.assertIn("name: shop\n", text)
        self.assertIn('COLOUR: "a $$ and no"', text)
        # What is printed means the same.
        self.write(text)
        self.assertEqual(self.compose_well("config"), text)
        model = json.loads(self.compose_well("config", "--format", "json"))
        self.assertEqual(model["services"]["db"]["image"], "debian:bookworm")
        self.assertEqual(self.compose_well("config", "--services"), "db\nweb\n")
        self.assertEqual(self.compose_well("config", "--volumes"), "data\n")
        self.assertEqual(self.compose_well("config", "--images"), "debian:bookworm\n")
        self.assertEqual(self.compose_well("config", "-q"), "")
        self.write("services: {web: {imagine: x}}")
        self.assertNotEqual(self.compose("config", "-q").returncode, 0)


class Building(ComposeTest):
    environment = {**os.environ, "STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}

    def setUp(self):
        self.addCleanup(slipway, "image", "rm", "shop-made", "shop-inline")  # last of all
        super().setUp()
        os.mkdir(os.path.join(self.place, "context"))
        for words in (("rmi", "--all", "--force"), ("rm", "--all")):
            self.addCleanup(run, "buildah", *words, env=self.environment)
        # Built from nothing: the host's own shell in a layer would be large.
        run("cp", "/bin/busybox" if os.path.exists("/bin/busybox") else "/bin/true", os.path.join(self.place, "context/program"))
        self.name("$WHO")
        self.text = ("services:\n  made:\n    build: {context: context, args: {WHO: ann}}\n  inline:\n    build:\n      context: context\n      dockerfile_inline: |\n"
                     "        FROM scratch\n        COPY program /other\n        CMD [\"/other\"]\n")
        self.write(self.text)

    def name(self, who):
        self.write(f"FROM scratch\nARG WHO=nobody\nLABEL who={who}\nCOPY program /program\nCMD [\"/program\"]\n", "context/Dockerfile")

    def label(self):
        return json.loads(slipway("image", "inspect", "shop-made").stdout)[0]["Config"]["Labels"]["who"]

    def test_images_are_built(self):
        self.assertEqual(self.compose_well("build", env=self.environment), "shop-inline\nshop-made\n")
        self.assertEqual(self.label(), "ann")
        # buildah 1.28 takes a step of another argument from its cache.
        self.compose_well("build", "--no-cache", "--build-arg", "WHO=bob", "made", env=self.environment)
        self.assertEqual(self.label(), "bob")
        # Those that are here are built again only when that is asked for.
        self.name("carl")
        self.compose("up", "-d", "made", env=self.environment)
        self.assertEqual(self.label(), "bob")
        self.compose("up", "-d", "--build", "made", env=self.environment)
        self.assertEqual(self.label(), "carl")

    def test_those_that_are_missing_are_built_first(self):
        self.compose("up", "-d", "made", env=self.environment)
        self.assertEqual(self.label(), "ann")
        self.name("eve")
        self.write(self.text.replace("WHO: ann}}", "WHO: ann}}\n    pull_policy: build"))
        self.compose("up", "-d", "made", env=self.environment)
        self.assertEqual(self.label(), "eve")
