# SPDX-License-Identifier: LGPL-2.1-or-later
"""Limits that bind, in a machine that has the controllers: memory, processes, processors, devices."""
import os

from support import IMAGE, SystemTest, expect_no_residue, find_residue, output, show, slipway, wait_until

# A process that takes memory until it is stopped.
GREEDY = ("tail", "/dev/zero")
OLD_FILES = {"memory.max": "memory.limit_in_bytes", "pids.current": "pids.current", "pids.max": "pids.max"}


def limit_file(unit, name):
    """What the kernel has for a unit, in a unified or an old hierarchy."""
    path = show(unit, "ControlGroup")
    place = f"/sys/fs/cgroup{path}/{name}"
    if not os.path.exists("/sys/fs/cgroup/cgroup.procs"):
        place = f"/sys/fs/cgroup/{name.split('.')[0]}{path}/{OLD_FILES.get(name, name)}"
    with open(place, encoding="utf-8") as file:
        return file.read().strip()


def members(unit, controller):
    """The PIDs that the controller counts as the unit's."""
    root = "/sys/fs/cgroup" if os.path.exists("/sys/fs/cgroup/cgroup.procs") else f"/sys/fs/cgroup/{controller}"
    found = set()
    for place, _, _ in os.walk(root + show(unit, "ControlGroup")):
        with open(place + "/cgroup.procs", encoding="utf-8") as file:
            found |= {int(line) for line in file}
    return found


class Limits(SystemTest):
    def exit_cause(self, name):
        told = output("busctl", "get-property", "org.slipway.Engine1", f"/org/slipway/Engine1/container/{name}",
                      "org.slipway.Engine1.Container", "ExitCause").split('"')[1]
        self.assertEqual(self.state(name)["OOMKilled"], told == "oom-kill")
        return told

    def run_to_end(self, name, *command, options=()):
        self.addCleanup(slipway, "rm", "--force", name)
        return slipway("run", "--name", name, *options, IMAGE, *command)

    def test_who_takes_more_memory_than_there_is_ends_by_want_of_it(self):
        done = self.run_to_end("greedy", *GREEDY, options=("--memory", "48m"))
        self.assertEqual(done.returncode, 137, done.stderr)
        self.assertEqual(self.exit_cause("greedy"), "oom-kill")
        self.assertIn("slipway: killed by the kernel for want of memory", done.stderr)
        self.assertIn("out of memory", slipway("ps", "-a").stdout)

    def test_a_plain_kill_is_none_of_memorys(self):
        self.start("struck", "sleep", "infinity", options=("--memory", "48m"))
        slipway("kill", "struck")
        self.assertEqual(slipway("wait", "struck").stdout, "137\n")
        self.assertEqual(self.exit_cause("struck"), "killed")

    def test_a_child_that_is_killed_is_its_parents_matter(self):
        done = self.run_to_end("parent", "sh", "-c", "tail /dev/zero; echo child: $?", options=("--memory", "48m"))
        self.assertEqual((done.returncode, done.stdout), (0, "child: 137\n"), done.stderr)
        self.assertEqual(self.exit_cause("parent"), "exited")

    def test_many_small_ones_do_not_take_the_monitor_along(self):
        script = "i=0; while [ $i -lt 60 ]; do perl -e '$x = q(y) x 400000; sleep 5' & i=$((i + 1)); done; wait"
        done = self.run_to_end("swarm", "sh", "-c", script, options=("--memory", "24m"))
        self.assertIn(done.returncode, (0, 137), done.stderr)
        self.assertEqual(slipway("start", "swarm").returncode, 0)

    def test_a_new_limit_binds_at_once(self):
        self.start("growing", "sleep", "infinity", options=("--memory", "64m"))
        self.assertEqual(limit_file("slipway-growing.scope", "memory.max"), str(64 << 20))
        self.assertEqual(slipway("update", "--memory", "32m", "growing").returncode, 0)
        self.assertEqual(limit_file("slipway-growing.scope", "memory.max"), str(32 << 20))
        done = slipway("exec", "growing", *GREEDY)
        self.assertEqual(done.returncode, 137, done.stderr)
        self.assertIn("slipway: killed by the kernel for want of memory", done.stderr)
        self.assertEqual(self.state("growing")["Status"], "running")

    def test_a_fork_bomb_stays_in_its_limit_and_the_host_usable(self):
        before = find_residue()
        # A bomb of a size: should the limit not bind, it is not the host's end. It waits until the limit is seen to be the payload's.
        bomb = "select(undef, undef, undef, 0.1) until -e '/go'; for (1..9) { fork } sleep 1000"
        self.start("bomb", "perl", "-e", bomb, options=("--pids-limit", "40", "--cpus", "0.2"))
        unit = "slipway-bomb.scope"
        self.assertEqual(limit_file(unit, "pids.max"), "40")
        self.assertIn(self.state("bomb")["Pid"], members(unit, "pids"))
        self.assertEqual(slipway("exec", "bomb", "touch", "/go").returncode, 0)
        wait_until(lambda: int(dict(line.split() for line in limit_file(unit, "pids.events").splitlines())["max"]) > 10)
        self.assertLessEqual(int(limit_file(unit, "pids.current")), 40)
        done = slipway("run", "--rm", IMAGE, "echo", "well")
        self.assertEqual((done.returncode, done.stdout), (0, "well\n"), done.stderr)
        self.assertIn("bomb", slipway("ps").stdout)
        done = slipway("rm", "--force", "bomb")
        self.assertEqual(done.returncode, 0, done.stderr)
        expect_no_residue(before)

    def test_processors_are_shared_out(self):
        identity = self.start("busy", "perl", "-e", '$| = 1; print "ready\\n"; 1 while 1', options=("--cpus", "0.02"))
        self.await_line(identity, "ready")
        unit = "slipway-busy.scope"
        if os.path.exists("/sys/fs/cgroup/cgroup.procs"):
            self.assertEqual(limit_file(unit, "cpu.max"), "2000 100000")
        else:
            self.assertEqual((limit_file(unit, "cpu.cfs_quota_us"), limit_file(unit, "cpu.cfs_period_us")), ("2000", "100000"))
        wait_until(lambda: int(dict(line.split() for line in limit_file(unit, "cpu.stat").splitlines())["nr_throttled"]) > 3)

    def test_a_device_that_was_not_given_cannot_be_opened(self):
        if not os.path.exists("/dev/kmsg"):
            self.skipTest("no /dev/kmsg here")
        # What was not given may not even be made; the capability to make it is there both times.
        for given, status, said in (((), 1, "mknod: /dev/k: Operation not permitted\n"), (("--device", "/dev/kmsg:/dev/log2:wm"), 0, "")):
            done = self.run_to_end("devices", "sh", "-c", "mknod /dev/k c 1 11 && : > /dev/k",
                                   options=("--rm", "--userns", "host", "--cap-add", "MKNOD", "--security-opt", "seccomp=unconfined",
                                            "--device", "/dev/full:/dev/brimful:r", *given))
            self.assertEqual((done.returncode, done.stderr), (status, said))
