# SPDX-License-Identifier: LGPL-2.1-or-later
"""systemd reads its units anew, or executes itself anew, while containers and groups are created, started, changed and removed."""
import json
import os
import signal
import subprocess
import threading
import time

from groups import GroupTest
from support import IMAGE, expect_no_residue, find_residue, journal, output, run, show, slipway, wait_until

TIMES = 2
# Ends well when it is told to.
PAYLOAD = ("perl", "-e", "$SIG{TERM} = sub { exit 0 }; sleep while 1", "x")
SHOP = """
services:
  db:
    image: {image}
    command: {command}
  web:
    image: {image}
    command: {web}
    depends_on: [db]
    deploy: {{replicas: 2}}
  kept:
    image: {image}
    command: {command}
    restart: always
"""


def shop(web):
    """A definition; WEB is another word for another container."""
    return SHOP.format(image=IMAGE, command=json.dumps(PAYLOAD).replace("$", "$$"), web=json.dumps((*PAYLOAD, web)).replace("$", "$$"))


class Storm:
    """systemd that is told the same again as soon as it has done it; how often that was."""

    def __init__(self, deed):
        self.deed = deed
        self.times = 0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.blow)

    def blow(self):
        while True:
            # A call that comes while it executes itself is lost: then it has what to do.
            subprocess.run(["systemctl", self.deed], capture_output=True, check=False, timeout=60)
            self.times += 1
            # What else systemd has to do waits until nobody asks it anything.
            if self.is_over.wait(0.05):
                return

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()
        # systemctl answers before systemd does again.
        wait_until(lambda: run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"))


def starts(identity):
    return len([entry for entry in journal(f"CONTAINER_ID_FULL={identity}", "SYSLOG_IDENTIFIER=slipwayd") if entry["MESSAGE"] == "Container web started"])


def cgroups():
    found = set()
    for directory, _, _ in os.walk("/sys/fs/cgroup"):
        if "slipway-" in directory:
            found.add(directory)
    return found


def units():
    return {line.split()[0] for line in output("systemctl", "list-units", "--all", "--plain", "--no-legend", "slipway*").splitlines() if line}


def jobs():
    return {line for line in output("systemctl", "list-jobs", "--no-legend").splitlines() if "slipway" in line}


class Reloading(GroupTest):
    """All of it while systemd reloads; below, while it executes itself."""

    DEED = "daemon-reload"

    def setUp(self):
        super().setUp()
        for name in ("web", "other"):
            slipway("rm", "--force", name)
        self.addCleanup(self.expect_nothing, find_residue(), units(), cgroups())
        self.addCleanup(slipway, "rm", "--force", "web")

    def expect_nothing(self, residue, before, places):
        expect_no_residue(residue)
        wait_until(lambda: not jobs())
        try:
            wait_until(lambda: units() <= before and cgroups() <= places, 10)
        except AssertionError:
            self.fail(f"left behind: {units() - before} {cgroups() - places}")

    def well(self, *command):
        done = slipway(*command, seconds=120)
        self.assertEqual(done.returncode, 0, f"slipway {' '.join(command)}: {done.stderr}")
        return done.stdout.strip()

    def expect(self, state, name="web"):
        self.assertEqual(self.state(name)["Status"], state)


    def has_restarted(self, first):
        state = self.state("web")
        return state["Status"] == "running" and state["Pid"] != first

    def test_a_containers_life(self):
        with Storm(self.DEED) as storm:
            for _ in range(TIMES):
                self.well("create", "--name", "web", "--stop-timeout", "5", IMAGE, *PAYLOAD)
                self.well("start", "web")
                self.expect("running")
                self.assertEqual(self.well("exec", "web", "echo", "in"), "in")
                self.well("update", "--memory", "200m", "web")
                self.well("pause", "web")
                self.expect("paused")
                self.well("unpause", "web")
                self.expect("running")
                self.well("restart", "web")
                self.expect("running")
                self.well("kill", "--signal", "TERM", "web")
                self.well("wait", "web")
                self.expect("exited")
                self.well("start", "web")
                self.well("stop", "web")
                # Its own stop signal has ended it.
                self.assertEqual((self.state("web")["Status"], self.state("web")["ExitCode"]), ("exited", 0))
                self.well("start", "web")
                self.well("rm", "--force", "web")
                self.assertEqual(self.well("run", "--rm", IMAGE, "echo", "short"), "short")
        self.assertGreater(storm.times, TIMES)

    def test_a_stop_by_systemctl_is_its_own_afterwards(self):
        # The engine is there and is asked for it; it has gone, and systemd sends the signal itself.
        for is_gone in (False, True):
            self.well("run", "--detach", "--name", "web", "--stop-signal", "USR1", "--stop-timeout", "5", IMAGE,
                      "perl", "-e", "$SIG{USR1} = sub { exit 7 }; sleep while 1")
            with Storm(self.DEED):
                pass
            if is_gone:
                run("systemctl", "stop", "slipwayd.service")
            begin = time.monotonic()
            self.assertEqual(run("systemctl", "stop", "slipway-web.scope").returncode, 0)
            self.assertLess(time.monotonic() - begin, 5)
            wait_until(lambda: self.state("web")["Status"] == "exited")
            self.assertEqual(self.state("web")["ExitCode"], 7)
            self.well("rm", "web")

    def test_a_kept_containers_life(self):
        with Storm(self.DEED) as storm:
            for _ in range(TIMES):
                self.well("run", "--detach", "--name", "web", "--restart", "always", IMAGE, *PAYLOAD)
                self.expect("running")
                first = self.state("web")["Pid"]
                os.kill(first, signal.SIGKILL)
                wait_until(lambda: self.has_restarted(first))
                self.well("pause", "web")
                self.well("unpause", "web")
                self.well("restart", "web")
                self.expect("running")
                self.well("stop", "web")
                self.expect("exited")
                self.well("start", "web")
                self.expect("running")
                self.well("kill", "web")
                wait_until(lambda: self.state("web")["Status"] == "exited")
                self.well("start", "web")
                self.well("rm", "--force", "web")
        self.assertGreater(storm.times, TIMES)

    def test_one_that_fails_so_many_times(self):
        identity = ""
        with Storm(self.DEED):
            identity = self.well("run", "--detach", "--name", "web", "--restart", "on-failure:2", IMAGE, "sh", "-c", "exit 3")
            wait_until(lambda: starts(identity) > 1)
        # systemd's counts begin anew each time.
        wait_until(lambda: show("slipway-web.service", "ActiveState") == "failed")
        self.assertGreater(starts(identity), 2)
        self.assertEqual((self.state("web")["Status"], self.state("web")["ExitCode"]), ("exited", 3))
        self.well("rm", "web")

    def test_one_in_a_unit(self):
        unit = "slipway@web.service"
        self.well("create", "--name", "web", "--memory", "200m", IMAGE, *PAYLOAD)
        self.addCleanup(output, "systemctl", "reset-failed", unit)
        with Storm(self.DEED):
            for _ in range(TIMES):
                self.well("enable", "--now", "web")
                wait_until(lambda: self.state("web")["Status"] == "running")
                self.well("pause", "web")
                self.well("unpause", "web")
                self.assertEqual(self.well("exec", "web", "echo", "in"), "in")
                self.well("disable", "--now", "web")
                wait_until(lambda: self.state("web")["Status"] == "exited")
        wait_until(lambda: show(unit, "ActiveState") == "inactive")
        self.assertFalse(os.path.exists(f"/run/systemd/system.control/{unit}.d"))
        self.assertEqual(run("systemctl", "is-enabled", unit).stdout.strip(), "disabled")

    def test_a_groups_life(self):
        file = self.write(shop("one"))
        self.addCleanup(self.remove, "shop")
        with Storm(self.DEED) as storm:
            self.well("group", "apply", "-p", "shop", "-f", file)
            self.assertEqual(self.running(), {"db": 1, "web": 2, "kept": 1})
            self.write(shop("two"))
            self.well("group", "apply", "-p", "shop", "-f", file)
            self.write(shop("three"))
            self.well("group", "apply", "--rolling", "-p", "shop", "-f", file)
            self.well("group", "scale", "shop", "web=3")
            self.assertEqual(self.running(), {"db": 1, "web": 3, "kept": 1})
            self.well("group", "scale", "shop", "web=1")
            self.well("group", "stop", "shop")
            self.assertEqual(self.running(), {"db": 0, "web": 0, "kept": 0})
            self.well("group", "start", "shop")
            self.well("group", "restart", "shop")
            self.assertEqual(self.running(), {"db": 1, "web": 1, "kept": 1})
            self.well("group", "rm", "-v", "shop")
        self.assertNotIn("shop", slipway("network", "ls").stdout)

    def running(self):
        return {name: member[1] for name, member in self.members().items()}


class Reexecuting(Reloading):
    DEED = "daemon-reexec"
