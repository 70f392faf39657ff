# SPDX-License-Identifier: LGPL-2.1-or-later
"""The engine comes when it is called, leaves when it is idle, and may be killed at any instruction."""
import os
import random
import signal
import subprocess
import threading

from support import IMAGE, SystemTest, engine_pid, expect_no_residue, find_residue, journal, output, run, show, slipway, wait_until


def kill_engine():
    pid = engine_pid()
    if pid != 0:  # which would be all of us
        os.kill(pid, signal.SIGKILL)


class EngineLife(SystemTest):
    def test_a_call_on_the_bus_starts_it(self):
        run("systemctl", "stop", "slipwayd.service")
        done = run("busctl", "get-property", "org.slipway.Engine1", "/org/slipway/Engine1", "org.slipway.Engine1.Manager", "Version")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(show("slipwayd.service", "ActiveState"), "active")

    def test_it_leaves_when_idle_and_a_container_that_ends_brings_it_back(self):
        run("systemctl", "set-environment", "SLIPWAY_IDLE_SEC=1")
        self.addCleanup(run, "systemctl", "stop", "slipwayd.service")
        self.addCleanup(run, "systemctl", "unset-environment", "SLIPWAY_IDLE_SEC")
        run("systemctl", "restart", "slipwayd.service")
        done = slipway("run", "-d", "--rm", "--name", "lasting", IMAGE, "sh", "-c", "trap 'exit 0' USR1; while :; do sleep 0.1; done")
        identity = done.stdout.strip()
        pid = self.state("lasting")["Pid"]
        wait_until(lambda: show("slipwayd.service", "ActiveState") == "inactive")
        self.assertEqual(show("slipway-lasting.scope", "ActiveState"), "active")
        os.kill(pid, signal.SIGUSR1)
        wait_until(lambda: not os.path.exists(f"/var/lib/slipway/containers/{identity}"))
        self.assertEqual(slipway("inspect", "lasting").returncode, 3)

    def test_a_monitor_waits_for_the_next_start(self):
        def spares():
            rows = [line.split() for line in output("ps", "-eo", "pid,ppid,comm").splitlines()]
            found = {int(pid): int(parent) for pid, parent, comm in (row[:3] for row in rows) if comm == "slipway-spare"}
            # The monitor is the engine's child, the launcher the monitor's.
            monitors = [pid for pid, parent in found.items() if parent == engine_pid()]
            return monitors, [pid for pid, parent in found.items() if parent in monitors]

        def wait_for_spare():
            wait_until(lambda: [len(each) for each in spares()] == [1, 1])
            return spares()

        self.start("first", "sleep", "infinity")
        [monitor], _ = wait_for_spare()
        self.start("second", "sleep", "infinity")
        self.assertEqual(int(output("ps", "-o", "ppid=", "-p", str(self.state("second")["Pid"]))), monitor)
        self.assertEqual(output("ps", "-o", "comm=", "-p", str(monitor)).strip(), "slipway-monitor")
        for victim in (0, 1):
            os.kill(wait_for_spare()[victim][0], signal.SIGKILL)
            done = slipway("run", "--rm", IMAGE, "echo", "well")
            self.assertEqual((done.returncode, done.stdout), (0, "well\n"), done.stderr)
        wait_for_spare()
        run("systemctl", "stop", "slipwayd.service")
        wait_until(lambda: not any(spares()))

    def test_logs_and_payloads_go_on_without_it(self):
        identity = self.start("lone", "sh", "-c", "while :; do echo tick; sleep 0.05; done")
        kill_engine()
        before = output("journalctl", "-o", "cat", f"CONTAINER_ID_FULL={identity}").count("tick")
        wait_until(lambda: output("journalctl", "-o", "cat", f"CONTAINER_ID_FULL={identity}").count("tick") > before + 5)
        self.assertEqual(self.state("lone")["Status"], "running")

    def test_killed_at_any_instant_it_comes_back_to_a_true_picture(self):
        before = find_residue()
        for turn in range(25):
            victim = threading.Timer(random.random() * 0.04, kill_engine)
            victim.start()
            slipway("run", "--name", f"turn{turn}", IMAGE, "true")
            slipway("rm", "--force", f"turn{turn}")
            victim.join()
        for line in slipway("ps", "-a", "-q", "--no-trunc").stdout.split():
            done = slipway("rm", "--force", line)
            self.assertEqual(done.returncode, 0, done.stderr)
        expect_no_residue(before)
        self.assertEqual(slipway("run", "--rm", IMAGE, "echo", "well").stdout, "well\n")

    def test_it_knows_more_containers_than_a_bus_answers_at_once(self):
        """dbus-daemon lets a connection wait for 128 answers."""
        names = [f"many-{number}" for number in range(140)]
        self.addCleanup(run, "slipway", "rm", "--force", *names, seconds=120)
        for name in names:
            done = slipway("run", "--detach", "--name", name, "--network", "none", IMAGE, "sleep", "infinity")
            self.assertEqual(done.returncode, 0, done.stderr)
        # Old hierarchies have no freezer of systemd's.
        before = "paused" if slipway("pause", names[-1]).returncode == 0 else "running"
        kill_engine()
        slipway("ps")
        wait_until(lambda: self.state(names[-1])["Status"] == before)
        invocation = show("slipwayd.service", "InvocationID")
        said = [str(entry["MESSAGE"]) for entry in journal(f"_SYSTEMD_INVOCATION_ID={invocation}")]
        self.assertFalse([line for line in said if "pending replies" in line])
        self.assertEqual(slipway("unpause", names[-1]).returncode == 0, before == "paused")

    def zombie_scope(self, name):
        """What an engine leaves that dies between its request and systemd's answer: the monitor is gone, but not yet reaped."""
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        done = run("busctl", "call", "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
            "StartTransientUnit", "ssa(sv)a(sa(sv))", f"slipway-{name}.scope", "fail", "3", "PIDs", "au", "1", str(pid),
            "Delegate", "b", "true", "CollectMode", "s", "inactive-or-failed", "0")
        self.assertEqual(done.returncode, 0, done.stderr)
        os.waitpid(pid, 0)

    def test_a_scope_that_nobody_lives_in_is_ended(self):
        slipway("ps")
        self.zombie_scope("late")
        wait_until(lambda: show("slipway-late.scope", "ActiveState") == "inactive")
        kill_engine()
        self.zombie_scope("early")
        slipway("ps")
        wait_until(lambda: show("slipway-early.scope", "ActiveState") == "inactive")

    def test_a_scope_that_nobody_lives_in_is_in_no_starts_way(self):
        self.start("again", "sleep", "infinity")
        for _ in range(10):
            slipway("stop", "--time", "0", "again")
            wait_until(lambda: show("slipway-again.scope", "LoadState") == "not-found")
            kill_engine()
            self.zombie_scope("again")
            # Another engine's first deed: before it has looked around.
            done = slipway("start", "again")
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_import_that_dies_with_it_leaves_nothing(self):
        before = find_residue()
        with subprocess.Popen(["sh", "-c", "head -c 30000000 /var/cache/slipway-shared/debian-bookworm.tar; sleep 600"],
                              stdout=subprocess.PIPE) as slow:
            client = subprocess.Popen(["slipway", "image", "import", "-", "half:1"], stdin=slow.stdout, stderr=subprocess.PIPE)
            wait_until(lambda: any("/tmp/" in found for found in find_residue() - before))
            kill_engine()
            self.assertNotEqual(client.wait(timeout=60), 0)
            client.stderr.close()
            slow.terminate()
        slipway("ps")
        expect_no_residue(before)
