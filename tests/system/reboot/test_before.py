# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is to survive a restart of the machine."""
import os
import shutil

from applications import Application, import_images
from support import IMAGE, SystemTest, slipway

WIKI = "/var/lib/slipway-test-wiki"

PASSED, CARRIED = "passed", "carried"
GIVES_ITSELF = 'open $s, "+<&=", 3 or die; while (accept $c, $s) { print $c "passed\n"; close $c }'
LISTENS_ITSELF = ('$s = IO::Socket::IP->new(LocalHost => "::", LocalPort => 80, Listen => 9, V6Only => 0) or die; '
                  'while ($c = $s->accept) { print $c "carried\n"; close $c }')


class BeforeReboot(SystemTest):
    def test_containers_are_made(self):
        for name, command in (("ended", "exit 3"), ("running", "exec sleep infinity")):
            slipway("rm", "--force", name)
            done = slipway("run", "-d", "--name", name, "-e", "KEPT=yes", "debian:bookworm", "sh", "-c", f"echo {name} >/file; {command}")
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(slipway("wait", "ended").returncode, 3)

    def test_kept_ones_are_made(self):
        for name, options in (("always", ("--restart", "always")), ("stopped", ("--restart", "unless-stopped")), ("unless", ("--restart", "unless-stopped")),
                              ("failing", ("--restart", "on-failure")), ("enabled", ())):
            slipway("rm", "--force", name)
            done = slipway("run", "-d", "--name", name, "--stop-timeout", "1", *options, IMAGE, "sleep", "infinity")
            self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("always", "stopped", "enabled"):
            self.assertEqual(slipway("stop", name).returncode, 0)
        self.assertEqual(slipway("enable", "enabled").returncode, 0)

    def test_sockets_are_made(self):
        for name, listener, serve in ((PASSED, "8090:http", GIVES_ITSELF), (CARRIED, "8091=80", LISTENS_ITSELF)):
            slipway("rm", "--force", name)
            done = slipway("create", "--name", name, "--network", "none", "--listen", listener, IMAGE, "perl", "-MIO::Socket::IP", "-e", serve)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_files_of_quadlet_are_written(self):
        os.makedirs("/etc/slipway/systemd", exist_ok=True)
        for name, text in (("boot.volume", "[Volume]\n[Install]\nWantedBy=boot-trial.target\n"), ("bad.volume", "[Volume]\nVolum=x\n")):
            with open(f"/etc/slipway/systemd/{name}", "w", encoding="utf-8") as file:
                file.write(text)
        with open("/etc/systemd/system/boot-trial.target", "w", encoding="utf-8") as file:
            file.write("[Unit]\nDescription=What the boot's files are wanted by\n")

    def test_an_application_is_brought_up(self):
        import_images()
        shutil.rmtree(WIKI, ignore_errors=True)
        os.mkdir(WIKI, 0o755)
        application = Application("wiki", WIKI)
        application.compose_well("up", "-d")
        application.await_service()
        self.assertTrue(application.use("before the reboot"))
