# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is to survive a soft-reboot (systemd 255), and what is not."""
from support import IMAGE, SystemTest, run, show, slipway

WAYS_DOWN = "reboot.target kexec.target poweroff.target halt.target"
SURVIVES = [word for one in ("SurviveFinalKillSignal=yes", "IgnoreOnIsolate=yes", "DefaultDependencies=no", f"Conflicts={WAYS_DOWN}", f"Before={WAYS_DOWN}")
            for word in ("--property", one)]
SERVES = ('$| = 1; print "serving\n"; $s = IO::Socket::INET->new(LocalPort => 80, Listen => 9, ReuseAddr => 1) or die; '
          'while ($c = $s->accept) { print "asked\n"; print $c "hi\n"; close $c }')


class BeforeSoftReboot(SystemTest):
    def setUp(self):
        self.assertGreaterEqual(int(run("systemctl", "--version").stdout.split()[1]), 255)

    def make(self, name, *options, command=("sleep", "infinity")):
        slipway("rm", "--force", name)
        done = slipway("run", "-d", "--name", name, "--stop-timeout", "1", *options, IMAGE, *command)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_containers_are_made(self):
        self.make("scope", *SURVIVES, "-p", "8080:80", command=("perl", "-MIO::Socket::INET", "-e", SERVES))
        self.make("kept", *SURVIVES, "--restart", "always")
        self.make("usual")
        self.make("usual-kept", "--restart", "always")
        for name in ("scope", "kept", "usual", "usual-kept"):
            with open(f"/run/before-{name}", "w", encoding="ascii") as file:
                file.write(str(self.state(name)["Pid"]))
        self.assertEqual(show("slipway-scope.scope", "SurviveFinalKillSignal"), "yes")

    def test_slices_do_not_take_them_along(self):
        for slice_name in ("slipway.slice", "slipway-shop.slice"):
            self.assertNotIn("shutdown.target", show(slice_name, "Conflicts"))
