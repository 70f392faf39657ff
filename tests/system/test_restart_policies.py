# SPDX-License-Identifier: LGPL-2.1-or-later
"""--restart: containers that systemd keeps."""
import json
import os
import signal
import time

from support import IMAGE, STATE, SystemTest, engine_pid, expect_no_residue, find_residue, journal, output, run, show, slipway, wait_until

UNIT = "slipway-web.service"
FILE = f"{STATE}/units/{UNIT}"
TERMS = 'trap "exit 0" TERM; while :; do sleep 0.05; done'


class RestartPolicies(SystemTest):
    def setUp(self):
        self.addCleanup(self.expect_no_unit)
        self.addCleanup(expect_no_residue, find_residue())
        slipway("rm", "--force", "web")
        self.addCleanup(slipway, "rm", "--force", "web")

    def expect_no_unit(self):
        wait_until(lambda: not output("systemctl", "list-units", "--all", "--plain", "--no-legend", UNIT) or show(UNIT, "ActiveState") in ("inactive", "failed"))
        self.assertFalse(os.path.exists(FILE))
        output("systemctl", "reset-failed", UNIT)

    def keep(self, policy, *command, options=()):
        done = slipway("run", "--detach", "--name", "web", "--restart", policy, "--stop-timeout", "1", *options, IMAGE, *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def runs_anew(self, pid):
        # In one look: between two it ends.
        state = self.state("web")
        return state["Status"] == "running" and state["Pid"] != pid

    def pid(self):
        return self.state("web")["Pid"]

    def restarts(self):
        return int(show(UNIT, "NRestarts"))

    def starts(self, identity):
        return len([entry for entry in journal(f"CONTAINER_ID_FULL={identity}", "SYSLOG_IDENTIFIER=slipwayd") if entry["MESSAGE"] == "Container web started"])

    def test_it_is_a_service_of_systemds(self):
        identity = self.keep("always", "sh", "-c", "echo hello; " + TERMS)
        self.assertEqual(show(UNIT, "ActiveState"), "active")
        self.assertEqual(show(UNIT, "Restart"), "always")
        self.assertIn("slipway.slice", show(UNIT, "ControlGroup"))
        self.await_line(identity, "hello")
        self.assertIn("hello", [entry["MESSAGE"] for entry in journal("-u", UNIT, f"CONTAINER_ID_FULL={identity}")])
        described = json.loads(slipway("inspect", "web").stdout)[0]
        self.assertEqual((described["Unit"], described["HostConfig"]["RestartPolicy"]), (UNIT, {"Name": "always", "MaximumRetryCount": 0}))
        self.assertNotIn("slipway-web.scope", output("systemctl", "list-units", "--all"))

    def test_what_ends_comes_back(self):
        identity = self.keep("always", "sleep", "infinity")
        first = self.pid()
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: self.starts(identity) == 2 and self.state("web")["Status"] == "running")
        self.assertNotEqual(self.pid(), first)
        self.assertEqual(self.restarts(), 1)

    def test_only_failures_count(self):
        identity = self.keep("on-failure", "sh", "-c", "[ -e /again ] && exit 0; touch /again; exit 3")
        wait_until(lambda: self.starts(identity) == 2 and self.state("web")["Status"] == "exited")
        wait_until(lambda: show(UNIT, "ActiveState") == "inactive")
        self.assertEqual(self.starts(identity), 2)

    def test_so_many_retries(self):
        identity = self.keep("on-failure:3", "sh", "-c", "exit 9")
        wait_until(lambda: show(UNIT, "ActiveState") == "failed")
        self.assertEqual(self.starts(identity), 4)
        self.assertEqual((self.state("web")["Status"], self.state("web")["ExitCode"]), ("exited", 9))
        # Whoever starts it by hand has as many again.
        self.assertEqual(slipway("start", "web").returncode, 0)
        wait_until(lambda: self.starts(identity) == 8)
        wait_until(lambda: show(UNIT, "ActiveState") == "failed")

    def test_one_that_is_stopped_stays_so(self):
        for policy in ("always", "unless-stopped", "on-failure"):
            identity = self.keep(policy, "sleep", "infinity")
            self.assertEqual(os.path.exists(FILE), policy != "on-failure")
            self.assertEqual(slipway("stop", "web").returncode, 0)
            wait_until(lambda: show(UNIT, "ActiveState") in ("inactive", "failed"))
            self.assertEqual(self.state("web")["Status"], "exited")
            self.assertEqual(os.path.exists(FILE), policy == "always")
            self.assertEqual(self.starts(identity), 1)
            self.assertEqual(slipway("start", "web").returncode, 0)
            self.assertEqual(os.path.exists(FILE), policy != "on-failure")
            self.assertEqual(slipway("kill", "web").returncode, 0)
            wait_until(lambda: show(UNIT, "ActiveState") in ("inactive", "failed"))
            self.assertEqual(self.starts(identity), 2)
            slipway("rm", "--force", "web")

    def test_one_between_two_starts_can_be_stopped(self):
        identity = self.keep("always", "sh", "-c", "exit 1")
        wait_until(lambda: show(UNIT, "SubState") == "auto-restart")
        self.assertEqual(slipway("stop", "web").returncode, 0)
        wait_until(lambda: show(UNIT, "ActiveState") in ("inactive", "failed"))
        before = self.starts(identity)
        slipway("rm", "web")
        self.assertLessEqual(before, 3)

    def test_systemctl_stops_it_too(self):
        self.keep("always", "sh", "-c", TERMS)
        self.assertEqual(run("systemctl", "stop", UNIT).returncode, 0)
        self.assertEqual((self.state("web")["Status"], self.state("web")["ExitCode"]), ("exited", 0))

    def test_a_restart_is_a_stop_and_a_start(self):
        identity = self.keep("always", "sleep", "infinity")
        self.assertEqual(slipway("restart", "web").returncode, 0)
        self.assertEqual((self.starts(identity), self.state("web")["Status"], show(UNIT, "ActiveState")), (2, "running", "active"))

    def test_removal_ends_it(self):
        self.keep("always", "sleep", "infinity")
        self.assertEqual(slipway("rm", "--force", "web").returncode, 0)
        wait_until(lambda: show(UNIT, "ActiveState") in ("inactive", "failed"))
        self.assertFalse(os.path.exists(FILE))

    def test_who_attaches_gets_streams_and_status_of_the_first_run(self):
        done = slipway("run", "-i", "--name", "web", "--restart", "on-failure:1", IMAGE, "sh", "-c", "cat; exit 4", input="through\n")
        self.assertEqual((done.returncode, done.stdout), (4, "through\n"), done.stderr)
        wait_until(lambda: show(UNIT, "ActiveState") == "failed")

    def test_a_start_that_fails_is_told_and_not_repeated(self):
        done = slipway("run", "-d", "--name", "web", "--restart", "always", IMAGE, "no-such-program")
        self.assertEqual(done.returncode, 127, done.stderr)
        self.assertIn("executable file not found", done.stderr)
        self.assertNotEqual(show(UNIT, "ActiveState"), "activating")
        self.assertNotEqual(slipway("inspect", "web").returncode, 0)

    def test_what_does_not_go_together(self):
        for options, word in ((("--rm",), "--rm"), (("--listen", "8099"), "--listen")):
            done = slipway("run", "-d", "--name", "web", "--restart", "always", *options, IMAGE, "true")
            self.assertEqual(done.returncode, 125)
            self.assertIn(word, done.stderr)
        for policy in ("sometimes", "always:3", "on-failure:x", "on-failure:100000"):
            done = slipway("run", "-d", "--name", "web", "--restart", policy, IMAGE, "true")
            self.assertIn(f"'{policy}'", done.stderr)

    def test_limits_and_groups_are_its_units(self):
        self.keep("always", "sleep", "infinity", options=("--memory", "100m", "--group", "shop"))
        self.assertEqual((show(UNIT, "MemoryMax"), show(UNIT, "Slice")), (str(100 << 20), "slipway-shop.slice"))
        os.kill(self.pid(), signal.SIGKILL)
        wait_until(lambda: self.restarts() == 1 and show(UNIT, "ActiveState") == "active")
        self.assertEqual(show(UNIT, "MemoryMax"), str(100 << 20))
        self.assertEqual(run("systemctl", "stop", "slipway-shop.slice").returncode, 0)
        self.assertEqual(self.state("web")["Status"], "exited")

    def test_engines_come_and_go(self):
        identity = self.keep("always", "sleep", "infinity")
        for _ in range(3):
            os.kill(engine_pid(), signal.SIGKILL)
            pid = self.pid()
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: self.runs_anew(pid))
        self.assertEqual(self.starts(identity), 4)
        self.assertEqual(json.loads(slipway("inspect", "web").stdout)[0]["Unit"], UNIT)

    def test_systemd_reloads_and_executes_itself_anew(self):
        identity = self.keep("always", "sh", "-c", TERMS)
        for command in ("daemon-reload", "daemon-reexec"):
            output("systemctl", command)
            pid = self.pid()
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: self.runs_anew(pid))
        output("systemctl", "daemon-reload")
        self.assertEqual(slipway("stop", "web").returncode, 0)
        wait_until(lambda: show(UNIT, "ActiveState") in ("inactive", "failed"))
        # Known by its generator's file since then, and to be started all the same.
        self.assertEqual(slipway("start", "web").returncode, 0)
        self.assertEqual((self.starts(identity), show(UNIT, "ActiveState")), (4, "active"))
        slipway("rm", "--force", "web")
        # Another one of that name has its own policy.
        identity = self.keep("on-failure:1", "sh", "-c", "exit 1")
        wait_until(lambda: show(UNIT, "ActiveState") == "failed")
        time.sleep(0.5)
        self.assertEqual(self.starts(identity), 2)
