# SPDX-License-Identifier: LGPL-2.1-or-later
"""What has survived a restart of the machine: containers, their files, their IDs, their exit statuses; images."""
import json
import os
import shutil

from applications import Application
from networks import call
from support import IMAGE, SystemTest, find_residue, output, run, show, slipway, wait_until

WIKI = "/var/lib/slipway-test-wiki"


class AfterReboot(SystemTest):
    def test_boots_start_what_is_kept(self):
        for name, unit in (("always", "slipway-always.service"), ("unless", "slipway-unless.service"), ("enabled", "slipway@enabled.service")):
            wait_until(lambda unit=unit: show(unit, "ActiveState") == "active")
            described = json.loads(slipway("inspect", name).stdout)[0]
            self.assertEqual((described["State"]["Status"], described["Unit"]), ("running", unit))
        for name in ("stopped", "failing"):
            self.assertEqual(json.loads(slipway("inspect", name).stdout)[0]["State"]["Status"], "exited")
        # Stopped, started and removed as ever.
        self.assertEqual(slipway("stop", "always").returncode, 0)
        self.assertEqual(slipway("start", "always").returncode, 0)
        self.assertEqual(show("slipway-always.service", "ActiveState"), "active")
        self.assertEqual(slipway("disable", "--now", "enabled").returncode, 0)
        for name in ("always", "stopped", "unless", "failing", "enabled"):
            self.assertEqual(slipway("rm", "--force", name).returncode, 0)
        wait_until(lambda: show("slipway-always.service", "LoadState") == "not-found")

    def test_sockets_are_there_from_boot_on_and_start_their_containers(self):
        # No engine has run by now.
        self.assertIn("slipway-listen@passed.socket", output("systemctl", "list-dependencies", "--plain", "sockets.target"))
        for name, port in (("passed", 8090), ("carried", 8091)):
            self.assertEqual(call("127.0.0.1", port, seconds=20), name)
        for name, port in (("passed", 8090), ("carried", 8091)):
            self.assertEqual(slipway("rm", "--force", name).returncode, 0)
            self.assertIsNone(call("127.0.0.1", port))
        # systemd still remembers a unit of that name.
        serve = 'open $s, "+<&=", 3 or die; while (accept $c, $s) { print $c "again\\n"; close $c }'
        done = slipway("create", "--name", "passed", "--listen", "8092", IMAGE, "perl", "-e", serve)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(call("127.0.0.1", 8092, seconds=20), "again")
        self.assertEqual(slipway("rm", "--force", "passed").returncode, 0)

    def test_an_application_is_there_again(self):
        application = Application.at("wiki", WIKI)
        self.addCleanup(shutil.rmtree, WIKI)
        self.addCleanup(application.compose, "down", "-v", "-t", "1")
        application.await_service()
        self.assertTrue(application.has("before the reboot"))
        # In their order, as at the first time.
        wait_until(lambda: len(application.containers()) == 5)
        started = {name: self.state(name)["StartedAt"] for name in application.containers()}
        for later, earlier in (("web", "app"), ("app", "db"), ("app", "redis")):
            self.assertGreater(started[f"wiki-{later}-1"], started[f"wiki-{earlier}-1"])
        self.assertTrue(application.use("after the reboot"))

    def test_containers_and_images_are_there_and_start_again(self):
        self.assertEqual(slipway("image", "inspect", IMAGE).returncode, 0)
        ended = json.loads(slipway("inspect", "ended").stdout)[0]
        self.assertEqual((ended["State"]["Status"], ended["State"]["ExitCode"]), ("exited", 3))
        running = json.loads(slipway("inspect", "running").stdout)[0]
        self.assertEqual(running["State"]["Status"], "exited")
        self.assertGreater(running["State"]["ExitCode"], 128)
        self.assertFalse([found for found in find_residue() if found.startswith(("unit", "process", "mount", "file: /run"))])
        self.assertEqual(slipway("start", "running").returncode, 0)
        self.assertEqual(slipway("exec", "running", "cat", "/file").stdout, "running\n")
        self.assertEqual(slipway("exec", "running", "sh", "-c", "echo $KEPT").stdout, "yes\n")
        for name in ("ended", "running"):
            self.assertEqual(slipway("rm", "-f", name).returncode, 0)

    def test_files_of_quadlet_are_units_from_boot_on(self):
        self.addCleanup(run, "systemctl", "daemon-reload")
        self.addCleanup(os.unlink, "/etc/systemd/system/boot-trial.target")
        self.addCleanup(shutil.rmtree, "/etc/slipway/systemd")
        self.addCleanup(slipway, "volume", "rm", "systemd-boot")
        self.addCleanup(run, "systemctl", "stop", "boot-volume.service")
        self.assertEqual(show("boot-trial.target", "Wants"), "boot-volume.service")
        self.assertEqual(show("bad-volume.service", "LoadState"), "not-found")
        self.assertEqual(run("systemctl", "start", "boot-trial.target").returncode, 0)
        self.assertEqual(slipway("volume", "inspect", "systemd-boot").returncode, 0)
