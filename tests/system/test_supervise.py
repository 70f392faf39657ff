# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway supervise: a container in a service of systemd's, mirrored."""
import os
import signal
import subprocess
import unittest

from support import IMAGE, SystemTest, engine_pid, expect_no_residue, find_residue, journal, output, run, show, slipway, wait_until

UNIT = "slipway@web.service"
# What systemd-notify(1) would say, which the image has not.
NOTIFY = """notify() { perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => $ENV{NOTIFY_SOCKET})->send($ARGV[0])' "$1"; }; """
TERMS = 'trap "echo got it; exit 0" TERM; while :; do sleep 0.05; done'


class Supervise(SystemTest):
    def setUp(self):
        self.addCleanup(expect_no_residue, find_residue())
        self.addCleanup(self.forget)
        self.forget()
        self.drop_in("")

    def forget(self):
        output("systemctl", "stop", UNIT, "own.service")
        output("systemctl", "reset-failed", UNIT, "own.service")
        slipway("rm", "--force", "web")
        for unit in (UNIT, "own.service"):
            run("rm", "-rf", f"/run/systemd/system/{unit}", f"/run/systemd/system/{unit}.d")
        output("systemctl", "daemon-reload")

    def create(self, *command, options=()):
        done = slipway("create", "--name", "web", "--stop-timeout", "1", *options, IMAGE, *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def drop_in(self, text, unit=UNIT):
        os.makedirs(f"/run/systemd/system/{unit}.d", exist_ok=True)
        with open(f"/run/systemd/system/{unit}.d/test.conf", "w", encoding="utf-8") as file:
            file.write("[Service]\nTimeoutStartSec=20s\n" + text)
        output("systemctl", "daemon-reload")

    def begin(self):
        done = run("systemctl", "start", UNIT)
        self.assertEqual(done.returncode, 0, done.stderr + output("systemctl", "status", UNIT))

    def pid(self):
        return self.state("web")["Pid"]

    def await_state(self, state, unit=UNIT):
        wait_until(lambda: show(unit, "ActiveState") == state)

    def test_the_payload_lives_in_the_service(self):
        identity = self.create("sh", "-c", "echo hello; exec sleep infinity", options=("--memory", "300m"))
        self.begin()
        with open(f"/proc/{self.pid()}/cgroup", encoding="utf-8") as file:
            self.assertIn(f"/{UNIT}/payload", file.read())
        self.assertEqual(run("slipway", "inspect", "web").stdout.count(f'"Unit": "{UNIT}"'), 1)
        self.assertNotIn("slipway-web.scope", output("systemctl", "list-units", "--all"))
        self.assertEqual(show(UNIT, "MemoryMax"), str(300 << 20))
        self.await_line(identity, "hello")
        self.assertIn("hello", [entry["MESSAGE"] for entry in journal("-u", UNIT, f"CONTAINER_ID_FULL={identity}")])
        status = output("systemctl", "status", UNIT)
        self.assertIn("sleep infinity", status)
        self.assertIn("slipway-monitor", status)
        # What works on a scope works here.
        slipway("update", "--memory", "200m", "web")
        self.assertEqual(show(UNIT, "MemoryMax"), str(200 << 20))
        self.assertEqual(slipway("exec", "web", "echo", "in").stdout, "in\n")
        # Of the container's, the unit keeps nothing.
        slipway("stop", "web")
        wait_until(lambda: show(UNIT, "MemoryMax") == "infinity")
        self.begin()
        self.assertEqual(show(UNIT, "MemoryMax"), str(200 << 20))
        if os.path.exists("/sys/fs/cgroup/cgroup.procs"):
            self.assertEqual(slipway("pause", "web").returncode, 0)
            self.assertEqual(show(UNIT, "FreezerState"), "frozen")
            self.assertEqual(slipway("unpause", "web").returncode, 0)

    @unittest.skipUnless(os.path.exists("/sys/fs/cgroup/cgroup.procs"), "the old hierarchies have another freezer")
    def test_a_pause_is_seen_whatever_ended_just_before(self):
        self.create("sleep", "infinity")
        self.drop_in("[Unit]\nStartLimitIntervalSec=0\n")
        for _ in range(25):
            self.begin()
            slipway("exec", "web", "true")
            self.assertEqual(slipway("pause", "web").returncode, 0)
            self.assertEqual(show(UNIT, "FreezerState"), "frozen")
            self.assertEqual(slipway("unpause", "web").returncode, 0)
            self.assertEqual(show(UNIT, "FreezerState"), "running")
            slipway("kill", "web")
            output("systemctl", "stop", UNIT)

    def test_a_stop_of_the_unit_is_a_stop_of_the_container(self):
        identity = self.create("sh", "-c", TERMS)
        self.begin()
        self.assertEqual(run("systemctl", "stop", UNIT).returncode, 0)
        self.assertEqual((show(UNIT, "ActiveState"), show(UNIT, "Result")), ("inactive", "success"))
        self.assertIn("got it", [entry["MESSAGE"] for entry in journal(f"CONTAINER_ID_FULL={identity}")])
        self.assertEqual((self.state("web")["Status"], self.state("web")["ExitCode"]), ("exited", 0))

    def test_the_stop_signal_and_time_are_the_containers(self):
        self.create("sh", "-c", 'trap "" TERM USR1; while :; do sleep 0.05; done', options=("--stop-signal", "USR1", "--stop-timeout", "1"))
        self.begin()
        output("systemctl", "stop", UNIT)
        self.assertEqual(self.state("web")["ExitSignal"], signal.SIGKILL)

    def test_a_stop_of_the_container_is_a_stop_of_the_unit(self):
        self.create("sh", "-c", TERMS)
        self.drop_in("Restart=always\n")
        self.begin()
        self.assertEqual(slipway("stop", "web").returncode, 0)
        self.await_state("inactive")
        self.assertEqual(show(UNIT, "NRestarts"), "0")

    def test_it_ends_as_the_payload_does(self):
        self.drop_in("Restart=no\n")
        for command, result, code, status in (("exit 7", "exit-code", "1", "7"), ("exit 0", "success", "1", "0"), ("", "signal", "2", "9")):
            slipway("rm", "--force", "web")
            # The first process of a PID namespace takes none from itself.
            self.create("sh", "-c", "exec sleep infinity" if result == "signal" else f"sleep 0.2; {command}")
            self.begin()
            if result == "signal":
                os.kill(self.pid(), signal.SIGKILL)
            wait_until(lambda: show(UNIT, "ActiveState") in ("inactive", "failed"))
            self.assertEqual(show(UNIT, "Result"), result)
            if result != "success":  # which systemd forgets at once
                self.assertEqual((show(UNIT, "ExecMainCode"), show(UNIT, "ExecMainStatus")), (code, status), command)
            output("systemctl", "reset-failed", UNIT)

    def test_restart_restarts(self):
        self.create("sleep", "infinity")
        self.drop_in("RestartSec=100ms\n")
        self.begin()
        first = self.pid()
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: show(UNIT, "NRestarts") == "1" and self.state("web")["Status"] == "running" and self.pid() != first)

    def test_its_log_is_followed_through_restarts(self):
        self.create("sh", "-c", "[ -p /end ] || mkfifo /end; echo run; cat /end; exit 4")
        self.drop_in("RestartSec=300ms\n[Unit]\nStartLimitBurst=3\nStartLimitIntervalSec=60\n")
        with subprocess.Popen(["slipway", "logs", "-f", "web"], stdout=subprocess.PIPE, text=True) as early:
            self.assertEqual(early.communicate(timeout=20)[0], "")  # it has not run yet
        self.begin()
        with subprocess.Popen(["slipway", "logs", "-f", "web"], stdout=subprocess.PIPE, text=True) as follower:
            self.addCleanup(follower.kill)
            for _ in range(3):
                self.assertEqual(follower.stdout.readline(), "run\n")
                self.assertEqual(slipway("exec", "web", "sh", "-c", ": >/end").returncode, 0)
            self.assertEqual(follower.communicate(timeout=30)[0], "")
            self.assertEqual(follower.returncode, 0)
        self.await_state("failed")
        self.assertEqual(slipway("logs", "-f", "web").stdout, "run\n" * 3)

    def test_between_two_runs_it_can_be_stopped(self):
        self.create("sh", "-c", "exit 4")
        self.drop_in("RestartSec=30s\n")
        run("systemctl", "start", UNIT)
        self.await_state("activating")
        wait_until(lambda: self.state("web")["Status"] == "exited" and show(UNIT, "SubState") == "auto-restart")
        self.assertEqual(slipway("stop", "web").returncode, 0)
        self.await_state("inactive")
        self.assertNotEqual(slipway("stop", "web").returncode, 0)

    def test_what_is_killed_takes_the_rest_along(self):
        self.create("sleep", "infinity")
        self.drop_in("RestartSec=100ms\n")
        self.begin()
        for who in ("supervise", "monitor", "payload"):
            payload = self.pid()
            victim = {"supervise": int(show(UNIT, "MainPID")), "payload": payload,
                      "monitor": int(output("ps", "-o", "ppid=", "-p", str(payload)))}[who]
            restarts = int(show(UNIT, "NRestarts"))
            os.kill(victim, signal.SIGKILL)
            wait_until(lambda: int(show(UNIT, "NRestarts")) == restarts + 1 and show(UNIT, "ActiveState") == "active"
                       and self.state("web")["Status"] == "running" and self.pid() != payload)
            self.assertFalse(os.path.exists(f"/proc/{payload}"))

    def test_the_engine_is_not_needed(self):
        self.create("sh", "-c", TERMS)
        self.begin()
        output("systemctl", "kill", "--signal=KILL", "slipwayd.service")
        output("systemctl", "stop", UNIT)
        self.assertEqual(show(UNIT, "Result"), "success")
        wait_until(lambda: self.state("web")["Status"] == "exited")
        # One that comes in between knows where the container is.
        self.begin()
        os.kill(engine_pid(), signal.SIGKILL)
        self.assertIn(f'"Unit": "{UNIT}"', slipway("inspect", "web").stdout)
        self.assertEqual(slipway("stop", "web").returncode, 0)
        self.await_state("inactive")

    def test_other_signals_are_passed_on(self):
        identity = self.create("sh", "-c", 'trap "echo hung up" HUP; trap "echo user" USR1; while :; do sleep 0.05; done')
        self.begin()
        wait_until(lambda: "SigCgt" in open(f"/proc/{self.pid()}/status", encoding="ascii").read())
        output("systemctl", "kill", "--kill-who=main", "--signal=HUP", UNIT)
        output("systemctl", "kill", "--kill-who=main", "--signal=USR1", UNIT)
        self.await_line(identity, "user")
        self.assertIn("hung up", [entry["MESSAGE"] for entry in journal(f"CONTAINER_ID_FULL={identity}")])

    def test_readiness_is_the_payloads(self):
        self.create("sh", "-c", NOTIFY + "until [ -e /go ]; do sleep 0.05; done; notify 'READY=1\nSTATUS=all is well'; exec sleep infinity", options=("--sdnotify", "container"))
        with subprocess.Popen(["systemctl", "start", UNIT]) as starting:
            wait_until(lambda: self.state("web")["Status"] == "running")
            self.assertEqual(show(UNIT, "ActiveState"), "activating")
            slipway("exec", "web", "touch", "/go")
            self.assertEqual(starting.wait(20), 0)
        self.assertEqual((show(UNIT, "ActiveState"), show(UNIT, "StatusText")), ("active", "all is well"))

    def test_readiness_is_health(self):
        self.create("sleep", "infinity", options=("--sdnotify", "healthy", "--health-cmd", "test -e /ok", "--health-interval", "100ms", "--health-retries", "100"))
        with subprocess.Popen(["systemctl", "start", UNIT]) as starting:
            wait_until(lambda: self.state("web")["Status"] == "running")
            self.assertEqual(show(UNIT, "ActiveState"), "activating")
            slipway("exec", "web", "touch", "/ok")
            self.assertEqual(starting.wait(20), 0)

    def test_the_watchdog_is_the_payloads(self):
        self.create("sh", "-c", NOTIFY + "notify READY=1; until [ -e /hang ]; do notify WATCHDOG=1; sleep 0.1; done; exec sleep infinity", options=("--sdnotify", "container"))
        self.drop_in("WatchdogSec=1s\nRestart=no\n")
        self.begin()
        with open(f"/proc/{self.pid()}/environ", "rb") as file:
            self.assertIn(b"WATCHDOG_USEC=1000000", file.read().split(b"\0"))
        self.assertEqual(show(UNIT, "ActiveState"), "active")
        slipway("exec", "web", "touch", "/hang")
        wait_until(lambda: show(UNIT, "Result") == "watchdog")
        wait_until(lambda: self.state("web")["Status"] == "exited")

    def test_an_unhealthy_one_fails_its_watchdog(self):
        self.create("sleep", "infinity", options=("--sdnotify", "healthy", "--health-cmd", "test ! -e /ill", "--health-interval", "100ms", "--health-retries", "1"))
        self.drop_in("WatchdogSec=600ms\nRestart=no\n")
        self.begin()
        slipway("exec", "web", "touch", "/ill")
        wait_until(lambda: show(UNIT, "Result") == "watchdog")

    def test_a_container_that_is_not_there(self):
        self.assertNotEqual(run("systemctl", "start", "slipway@nobody.service").returncode, 0)
        self.addCleanup(output, "systemctl", "reset-failed", "slipway@nobody.service")
        self.addCleanup(output, "systemctl", "stop", "slipway@nobody.service")
        said = [entry["MESSAGE"] for entry in journal("-u", "slipway@nobody.service", "SYSLOG_IDENTIFIER=slipway")]
        self.assertIn("slipway: no container 'nobody' (see slipway ps -a)", said)
        self.assertEqual(show("slipway@nobody.service", "ExecMainStatus"), "125")

    def test_one_that_runs_is_not_taken_over(self):
        self.start("web", "sleep", "infinity")
        pid = self.pid()
        self.assertNotEqual(run("systemctl", "start", UNIT).returncode, 0)
        output("systemctl", "stop", UNIT)
        self.assertEqual(self.pid(), pid)

    def test_a_unit_without_delegation_has_the_container_beside(self):
        self.create("sleep", "infinity")
        with open("/run/systemd/system/own.service", "w", encoding="ascii") as file:
            file.write("[Service]\nType=notify\nExecStart=/usr/bin/slipway supervise web\n")
        output("systemctl", "daemon-reload")
        self.assertEqual(run("systemctl", "start", "own.service").returncode, 0)
        self.assertIn('"Unit": "slipway-web.scope"', slipway("inspect", "web").stdout)
        self.assertIn("Delegate=yes", output("journalctl", "-u", "own.service", "-o", "cat", "-n", "20"))
        # Its mirror is what it lives by all the same.
        os.kill(int(show("own.service", "MainPID")), signal.SIGKILL)
        wait_until(lambda: self.state("web")["Status"] == "exited", 40)

    def test_a_unit_that_makes_its_container(self):
        with open("/run/systemd/system/own.service", "w", encoding="ascii") as file:
            file.write("[Service]\nType=notify\nDelegate=yes\nKillMode=mixed\nRestart=always\nRestartSec=100ms\n"
                       f"ExecStart=/usr/bin/slipway run --supervise --replace --rm --name web {IMAGE} sleep infinity\n")
        output("systemctl", "daemon-reload")
        done = run("systemd-analyze", "verify", "/run/systemd/system/own.service")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(run("systemctl", "start", "own.service").returncode, 0)
        first = slipway("ps", "-q", "--no-trunc").stdout
        self.assertIn('"Unit": "own.service"', slipway("inspect", "web").stdout)
        os.kill(self.pid(), signal.SIGKILL)
        wait_until(lambda: slipway("ps", "-q", "--no-trunc").stdout not in ("", first))
        output("systemctl", "stop", "own.service")
        self.assertEqual(slipway("ps", "-a", "-q").stdout, "")

    def test_its_output_is_ours_where_that_is_wished(self):
        self.create("sh", "-c", "echo out; echo error >&2; exit 3")
        done = slipway("supervise", "--log", "output", "web")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (3, "out\n", "error\n"))
        self.assertEqual(slipway("supervise", "--log", "paper", "web").returncode, 125)

    def test_s6_hears_of_readiness(self):
        self.create("sh", "-c", "sleep 0.2")
        reader, writer = os.pipe()
        with subprocess.Popen(["slipway", "supervise", "--ready-fd", str(writer), "web"], pass_fds=(writer,)) as mirror:
            os.close(writer)
            self.assertEqual(os.read(reader, 10), b"\n")
            self.assertEqual(os.read(reader, 10), b"")
            self.assertEqual(mirror.wait(20), 0)
        os.close(reader)

    def test_enabled_for_boots(self):
        self.create("sleep", "infinity")
        self.addCleanup(slipway, "disable", "--now", "web")
        done = slipway("enable", "--now", "web")
        self.assertEqual((done.returncode, done.stdout), (0, UNIT + "\n"), done.stderr)
        self.assertEqual(output("systemctl", "is-enabled", UNIT), "enabled\n")
        self.await_state("active")
        self.assertEqual(slipway("disable", "--now", "web").returncode, 0)
        self.assertEqual(output("systemctl", "is-enabled", UNIT), "disabled\n")
        self.assertEqual(slipway("enable", "nobody").returncode, 3)

    def test_its_unit_is_sound(self):
        done = run("systemd-analyze", "verify", "--man=no", UNIT)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_units_of_others_order_it(self):
        """After=, PartOf= and timers, as with any service."""
        self.create("sh", "-c", TERMS)
        with open("/run/systemd/system/own.service", "w", encoding="ascii") as file:
            file.write(f"[Unit]\nRequires={UNIT}\nAfter={UNIT}\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/slipway exec web true\n")
        self.drop_in("[Unit]\nPartOf=own.service\n")
        self.assertEqual(run("systemctl", "start", "own.service").returncode, 0)
        self.assertEqual(show(UNIT, "ActiveState"), "active")
        output("systemctl", "stop", "own.service")
        self.await_state("inactive")
        self.assertEqual(run("systemd-run", "--on-active=100ms", "--timer-property=AccuracySec=10ms", f"--unit={UNIT}").returncode, 0)
        self.await_state("active")
