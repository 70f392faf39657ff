# SPDX-License-Identifier: LGPL-2.1-or-later
"""A container is a unit: systemctl shows it, limits it, signals it and stops it."""
import glob
import os

from support import SystemTest, output, run, show, slipway, wait_until


def payload_cgroup(pid):
    """Of each hierarchy: controllers and path."""
    with open(f"/proc/{pid}/cgroup", encoding="utf-8") as file:
        return dict(line.strip().split(":", 2)[1:] for line in file)


class Placement(SystemTest):
    def test_the_scope_has_what_an_administrator_expects(self):
        self.start("unit", "sleep", "infinity")
        unit = "slipway-unit.scope"
        self.assertEqual(show(unit, "ActiveState"), "active")
        self.assertEqual(show(unit, "Slice"), "slipway.slice")
        self.assertEqual(show(unit, "Delegate"), "yes")
        self.assertEqual(show(unit, "Controller"), "org.slipway.Engine1")
        self.assertEqual(show(unit, "CollectMode"), "inactive-or-failed")
        status = output("systemctl", "status", "--no-pager", unit)
        self.assertIn("sleep infinity", status)
        self.assertIn("payload", status)
        paths = set(payload_cgroup(self.state("unit")["Pid"]).values())
        self.assertTrue(any(path.endswith("/slipway.slice/slipway-unit.scope/payload") for path in paths), paths)

    def test_a_limit_set_by_systemctl_binds(self):
        self.start("limited", "sleep", "infinity")
        self.assertEqual(run("systemctl", "set-property", "--runtime", "slipway-limited.scope", "MemoryMax=64M").returncode, 0)
        self.assertEqual(show("slipway-limited.scope", "MemoryMax"), str(64 << 20))
        files = [name for kind in ("memory.max", "memory.limit_in_bytes")
                 for name in glob.glob(f"/sys/fs/cgroup/**/slipway-limited.scope/{kind}", recursive=True)]
        if not files:
            self.skipTest("no memory controller here: the host has it in a hierarchy that a machine in it does not get")
        for name in files:
            with open(name, encoding="utf-8") as file:
                self.assertEqual(file.read().strip(), str(64 << 20))

    def test_stop_sends_the_stop_signal(self):
        identity = self.start("polite", "sh", "-c", "trap 'exit 21' USR1; trap 'exit 22' TERM; echo ready; while :; do sleep 0.1; done",
                              options=("--stop-signal", "USR1"))
        self.await_line(identity, "ready")
        self.assertEqual(run("systemctl", "stop", "slipway-polite.scope").returncode, 0)
        self.assertEqual(slipway("wait", "polite").returncode, 21)

    def test_what_ignores_it_is_killed_after_the_timeout(self):
        for how in (("slipway", "stop", "-t", "1", "stubborn"), ("systemctl", "stop", "slipway-stubborn.scope")):
            identity = self.start("stubborn", "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done",
                                  options=("--stop-timeout", "1"))
            self.await_line(identity, "ready")
            self.assertEqual(run(*how).returncode, 0)
            self.assertEqual(slipway("wait", "stubborn").returncode, 137)
            self.assertEqual(self.state("stubborn")["Status"], "exited")

    def test_systemctl_kill_ends_it_and_its_status_is_kept(self):
        self.start("struck", "sleep", "infinity")
        self.assertEqual(run("systemctl", "kill", "--signal=KILL", "slipway-struck.scope").returncode, 0)
        self.assertEqual(slipway("wait", "struck").returncode, 137)
        wait_until(lambda: show("slipway-struck.scope", "LoadState") == "not-found")

    def test_the_monitors_pages_are_not_the_limits_to_take(self):
        self.start("kept", "sleep", "infinity")
        monitor = int(output("ps", "-o", "ppid=", "-p", str(self.state("kept")["Pid"])))

        def locked():
            with open(f"/proc/{monitor}/status", encoding="utf-8") as file:
                return next(int(line.split()[1]) for line in file if line.startswith("VmLck:"))
        wait_until(lambda: locked() > 0)

    def test_its_descendants_go_with_it(self):
        identity = self.start("family", "sh", "-c", "sleep 1234567 & sleep 1234567 & echo ready; wait")
        self.await_line(identity, "ready")
        slipway("stop", "-t", "0", "family")
        wait_until(lambda: run("pgrep", "-f", "sleep 1234567").returncode == 1)
        self.assertFalse(os.path.exists("/run/slipway/containers/" + identity))
