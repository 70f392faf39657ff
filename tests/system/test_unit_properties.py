# SPDX-License-Identifier: LGPL-2.1-or-later
"""--property: what systemd has for units, and no option of ours."""
import json
import os

from support import IMAGE, SystemTest, expect_no_residue, find_residue, output, show, slipway, wait_until

PROPERTIES = ("Description=the shop", "After=basic.target", "MemoryHigh=200M", "TasksMax=50%", "CPUWeight=50", "RuntimeMaxSec=1h", "ManagedOOMPreference=avoid",
              "DefaultDependencies=no", "IgnoreOnIsolate=yes")
SHOWN = {"Description": "the shop", "MemoryHigh": str(200 << 20), "CPUWeight": "50", "RuntimeMaxUSec": "1h", "ManagedOOMPreference": "avoid", "DefaultDependencies": "no", "IgnoreOnIsolate": "yes"}


class UnitProperties(SystemTest):
    def setUp(self):
        self.addCleanup(expect_no_residue, find_residue())
        slipway("rm", "--force", "web")
        self.addCleanup(slipway, "rm", "--force", "web")

    def run_with(self, *options, properties=PROPERTIES):
        words = [word for property in properties for word in ("--property", property)]
        return slipway("run", "-d", "--name", "web", "--stop-timeout", "0", *options, *words, IMAGE, "sleep", "infinity")

    def expect(self, unit):
        self.assertEqual({key: show(unit, key) for key in SHOWN}, SHOWN)
        self.assertIn("basic.target", show(unit, "After").split())

    def test_a_scope_has_them(self):
        self.assertEqual(self.run_with().returncode, 0)
        self.expect("slipway-web.scope")
        self.assertEqual(json.loads(slipway("inspect", "web").stdout)[0]["HostConfig"]["UnitProperties"], list(PROPERTIES))
        slipway("stop", "web")
        self.assertEqual(slipway("start", "web").returncode, 0)
        self.expect("slipway-web.scope")

    def test_a_service_has_them(self):
        self.assertEqual(self.run_with("--restart", "always").returncode, 0)
        self.expect("slipway-web.service")
        with open("/var/lib/slipway/units/slipway-web.service", encoding="utf-8") as file:
            unit = file.read()
        for section, line in (("[Unit]", "After=basic.target"), ("[Service]", "MemoryHigh=200M")):
            self.assertIn(f"\n{line}\n", unit[unit.index(section):])

    def test_a_service_of_somebodys_has_them_while_it_runs(self):
        self.addCleanup(output, "systemctl", "reset-failed", "slipway@web.service")
        self.addCleanup(output, "systemctl", "stop", "slipway@web.service")
        self.assertEqual(slipway("create", "--name", "web", "--stop-timeout", "0", "--property", "CPUWeight=50", IMAGE, "sleep", "infinity").returncode, 0)
        output("systemctl", "start", "slipway@web.service")
        self.assertEqual(show("slipway@web.service", "CPUWeight"), "50")
        output("systemctl", "stop", "slipway@web.service")
        wait_until(lambda: show("slipway@web.service", "CPUWeight") == "[not set]")

    def test_what_is_refused(self):
        for property, word in (("ExecStart=/bin/true", "no such property"), ("KillSignal=TERM", "--stop-signal"), ("MemoryHigh=much", "cannot be meant so"), ("High", "KEY=VALUE")):
            done = self.run_with(properties=(property,))
            self.assertEqual(done.returncode, 125)
            self.assertIn(word, done.stderr)
        # Of a later systemd than this one.
        done = self.run_with(properties=("SurviveFinalKillSignal=yes",))
        if done.returncode != 0:
            self.assertIn("SurviveFinalKillSignal", done.stderr)
        self.assertEqual(os.path.exists("/var/lib/slipway/units/slipway-web.service"), False)
