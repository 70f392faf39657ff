# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real userland runs as a scope, again and again, whoever stops it and whatever becomes of the engine."""
import json
import os
import signal
import subprocess

from support import IMAGE, SystemTest, show, slipway


class Containers(SystemTest):
    def test_run_says_128_and_the_signal_of_a_killed_payload(self):
        name = "killed"
        self.start(name, "sleep", "infinity")
        self.assertEqual(slipway("kill", "-s", "KILL", name).returncode, 0)
        self.assertEqual(slipway("wait", name).returncode, 137)

    def test_an_ended_container_is_started_again_and_removed_at_once(self):
        slipway("rm", "--force", "again")
        self.assertEqual(slipway("run", "--name", "again", IMAGE, "sh", "-c", "echo x >>/count").returncode, 0)
        for _ in range(5):
            self.assertEqual(slipway("start", "again").returncode, 0)
            self.assertEqual(slipway("wait", "again").returncode, 0)
        identity = json.loads(slipway("inspect", "again").stdout)[0]["Id"]
        with open(f"/var/lib/slipway/containers/{identity}/upper/count", encoding="utf-8") as file:
            self.assertEqual(file.read(), "x\n" * 6)
        for _ in range(5):
            self.assertEqual(slipway("rm", "again").returncode, 0)
            self.assertEqual(slipway("run", "--name", "again", IMAGE, "true").returncode, 0)
        self.assertEqual(slipway("rm", "again").returncode, 0)

    def test_systemctl_stops_it_with_the_engine_idle_and_just_killed(self):
        for how in ("stop", "kill"):
            with self.subTest(how):
                self.start("orphan", "sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.1; done")
                if how == "stop":
                    subprocess.run(["systemctl", "stop", "slipwayd.service"], check=True, timeout=30)
                else:
                    os.kill(int(show("slipwayd.service", "MainPID")), signal.SIGKILL)
                subprocess.run(["systemctl", "stop", "slipway-orphan.scope"], check=True, timeout=30)
                self.assertEqual(slipway("wait", "orphan").returncode, 5)

    def test_the_engine_may_be_killed_while_containers_run(self):
        self.start("survivor", "sh", "-c", "while :; do echo tick; sleep 0.1; done")
        self.start("mortal", "sh", "-c", "read line < /fifo 2>/dev/null; sleep 1; exit 9")
        pid = self.state("survivor")["Pid"]
        os.kill(int(show("slipwayd.service", "MainPID")), signal.SIGKILL)
        self.assertEqual(slipway("wait", "mortal").returncode, 9)
        after = self.state("survivor")
        self.assertEqual((after["Status"], after["Pid"]), ("running", pid))

    def test_exec_runs_in_the_containers_namespaces(self):
        self.start("host", "sleep", "infinity")
        done = slipway("exec", "host", "sh", "-c", "hostname; cat /proc/1/comm; exit 4")
        self.assertEqual((done.returncode, done.stdout), (4, "host\nsleep\n"), done.stderr)
        self.assertEqual(slipway("exec", "host", "no-such-command").returncode, 127)
