# SPDX-License-Identifier: LGPL-2.1-or-later
"""Health: checks in containers, and what hangs on them: names, listings, signals, restarts."""
import json
import os
import signal
import subprocess
import tempfile
import time

from networks import NetworkTest
from support import IMAGE, engine_pid, journal, output, run, slipway, wait_until
from watcher import Watcher

QUICK = ("--health-interval", "100ms", "--health-retries", "2")
# Those take their time to be ready.
PATIENT = ("--health-interval", "100ms", "--health-retries", "30")


class Health(NetworkTest):
    def health(self, name):
        return output("busctl", "get-property", "org.slipway.Engine1", f"/org/slipway/Engine1/container/{name}",
                      "org.slipway.Engine1.Container", "Health").split('"')[1]

    def await_health(self, name, health):
        wait_until(lambda: self.health(name) == health)

    def do(self, name, command):
        done = slipway("exec", name, "sh", "-c", command)
        self.assertEqual(done.returncode, 0, done.stderr)

    def answers(self, client, name):
        return slipway("exec", client, "getent", "ahostsv4", name).stdout.split()[:1]

    def test_it_is_seen_everywhere(self):
        identity = self.start("web", "sleep", "infinity", options=("--health-cmd", "test -e /ok && echo fine", *PATIENT))
        self.assertEqual(self.health("web"), "starting")
        self.assertIn("(health: starting)", slipway("ps").stdout)
        self.do("web", "touch /ok")
        self.await_health("web", "healthy")
        self.assertIn("(healthy)", slipway("ps").stdout)
        state = self.state("web")["Health"]
        self.assertEqual((state["Status"], state["FailingStreak"], state["Log"][-1]["ExitCode"], state["Log"][-1]["Output"]), ("healthy", 0, 0, "fine\n"))
        self.do("web", "rm /ok")
        self.await_health("web", "unhealthy")
        self.assertIn("(unhealthy)", slipway("ps").stdout)
        said = [entry["CONTAINER_HEALTH"] for entry in journal(f"CONTAINER_ID_FULL={identity}", "_SYSTEMD_UNIT=slipway-web.scope") if "CONTAINER_HEALTH" in entry]
        self.assertEqual(said, ["healthy", "unhealthy"])
        slipway("stop", "--time", "0", "web")
        self.assertEqual(self.health("web"), "")
        self.assertNotIn("Health", self.state("web"))

    def test_a_change_is_a_signal(self):
        self.start("web", "sleep", "infinity", options=("--health-cmd", "test -e /ok", *PATIENT))
        path = "/org/slipway/Engine1/container/web"
        watcher = Watcher()
        self.addCleanup(watcher.end)
        self.do("web", "touch /ok")
        watcher.expect(lambda p: p["path"] == path and p["member"] == "PropertiesChanged" and p["payload"]["data"][1].get("Health", {}).get("data") == "healthy")

    def test_the_image_brings_one(self):
        with open("/var/cache/slipway-shared/debian-bookworm.tar", "rb") as archive:
            done = slipway("image", "import", "--change", 'HEALTHCHECK --interval=1s CMD ["test", "-e", "/etc/os-release"]', "-", "checked:1", stdin=archive)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "image", "rm", "--force", "checked:1")
        for options, expected in (((), "healthy"), (("--no-healthcheck",), "")):
            slipway("rm", "--force", "web")
            self.assertEqual(slipway("run", "-d", "--name", "web", *options, "checked:1", "sleep", "infinity").returncode, 0)
            self.addCleanup(slipway, "rm", "--force", "web")
            self.await_health("web", expected)

    def test_names_are_those_of_the_healthy(self):
        self.make_network("shop")
        for name in ("one", "two"):
            self.start(name, "sleep", "infinity", options=("--network", "shop", "--network-alias", "shared", "--health-cmd", "test -e /ok", *PATIENT))
        self.start("client", "sleep", "infinity", options=("--network", "shop"))
        address = {name: self.addresses(name, "shop")[0] for name in ("one", "two")}
        # While it starts it has its own name and none that others may have.
        self.assertEqual(self.answers("client", "one"), [address["one"]])
        self.assertEqual(self.answers("client", "shared"), [])
        self.do("one", "touch /ok")
        self.await_health("one", "healthy")
        self.assertEqual(self.answers("client", "shared"), [address["one"]])
        self.do("two", "touch /ok")
        self.await_health("two", "healthy")
        self.do("one", "rm /ok")
        self.await_health("one", "unhealthy")
        self.assertEqual(self.answers("client", "one"), [])
        self.assertEqual(self.answers("client", "shared"), [address["two"]])

    def test_checks_go_on_without_the_engine_and_wake_it(self):
        with tempfile.TemporaryDirectory() as place:
            os.chmod(place, 0o755)
            identity = self.start("web", "sleep", "infinity", options=("-v", f"{place}:/flags", "--health-cmd", "test -e /flags/ok", *PATIENT))
            run("systemctl", "stop", "slipwayd.service", "slipwayd.socket")
            self.addCleanup(run, "systemctl", "start", "slipwayd.socket")

            def status():
                with open(f"/run/slipway/containers/{identity}/health", encoding="utf-8") as file:
                    return json.load(file)["status"]
            with open(f"{place}/ok", "w", encoding="utf-8"):
                wait_until(lambda: status() == "healthy")
            run("systemctl", "start", "slipwayd.socket")
            os.unlink(f"{place}/ok")
            wait_until(lambda: engine_pid() != 0)
            self.await_health("web", "unhealthy")

    def test_an_engine_that_was_killed_knows_it(self):
        self.start("web", "sleep", "infinity", options=("--health-cmd", "true", *QUICK))
        self.await_health("web", "healthy")
        os.kill(engine_pid(), signal.SIGKILL)
        self.await_health("web", "healthy")

    def test_the_unhealthy_is_restarted_or_stopped(self):
        self.start("web", "sh", "-c", "echo x >>/starts; rm -f /bad; exec sleep infinity",
                   options=("--health-cmd", "test ! -e /bad", *QUICK, "--on-unhealthy", "restart", "--stop-timeout", "0"))
        self.await_health("web", "healthy")
        self.do("web", "touch /bad")
        wait_until(lambda: slipway("exec", "web", "cat", "/starts").stdout == "x\nx\n")
        self.await_health("web", "healthy")
        self.start("db", "sleep", "infinity", options=("--health-cmd", "test ! -e /bad", *QUICK, "--on-unhealthy", "stop", "--stop-timeout", "0"))
        self.do("db", "touch /bad")
        wait_until(lambda: self.state("db")["Status"] == "exited")

    def test_one_that_says_it_is_ready_is_starting_until_then(self):
        identity = self.start("web", "sh", "-c", 'trap : USR1; echo waiting; sleep infinity & wait; perl -MIO::Socket::UNIX -e \'IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => '
                   '$ENV{NOTIFY_SOCKET})->send("READY=1")\'; exec sleep infinity', options=("--sdnotify", "container"))
        self.await_line(identity, "waiting")
        self.assertEqual(self.health("web"), "starting")
        slipway("kill", "-s", "USR1", "web")
        self.await_health("web", "healthy")

    def test_a_paused_one_is_not_checked(self):
        self.start("web", "sleep", "infinity", options=("--health-cmd", "test -e /ok", "--health-timeout", "300ms", *PATIENT))
        self.do("web", "touch /ok")
        self.await_health("web", "healthy")
        slipway("pause", "web")
        time.sleep(1)  # longer than a check may take
        last = self.state("web")["Health"]["Log"][-1]["Start"]
        slipway("unpause", "web")
        wait_until(lambda: self.state("web")["Health"]["Log"][-1]["Start"] != last)
        self.assertEqual(self.health("web"), "healthy")
        self.assertEqual({entry["ExitCode"] for entry in self.state("web")["Health"]["Log"]}, {0})

    def test_restart(self):
        self.start("web", "sh", "-c", "echo x >>/starts; exec sleep infinity", options=("--stop-timeout", "0"))
        done = slipway("restart", "web")
        self.assertEqual((done.returncode, done.stdout), (0, "web\n"), done.stderr)
        self.assertEqual(slipway("exec", "web", "cat", "/starts").stdout, "x\nx\n")
        slipway("stop", "--time", "0", "web")
        self.assertEqual(slipway("restart", "web").returncode, 0)
        self.assertEqual(self.state("web")["Status"], "running")
        self.start("gone", "sleep", "infinity", options=("--rm",))
        refused = slipway("restart", "gone")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("is removed when it has ended (--rm)", refused.stderr)
        self.assertEqual(self.state("gone")["Status"], "running")

    def test_what_makes_no_sense_is_refused(self):
        for options, words in ((("--health-retries", "3"), "has no command"), (("--health-cmd", "true", "--health-interval", "x"), "--health-interval"),
                               (("--on-unhealthy", "stop"), "no check"), (("--health-cmd", "true", "--on-unhealthy", "sing"), "not 'sing'"),
                               (("--rm", "--health-cmd", "true", "--on-unhealthy", "restart"), "do not go together"),
                               (("--health-cmd", "true", "--no-healthcheck"), "do not go together")):
            done = slipway("run", *options, IMAGE, "true")
            self.assertNotIn(done.returncode, (0, 1), done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual([line for line in done.stderr.splitlines() if not line.startswith("hint: ")], done.stderr.splitlines()[:1])
