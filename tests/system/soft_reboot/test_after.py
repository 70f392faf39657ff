# SPDX-License-Identifier: LGPL-2.1-or-later
"""What has survived a soft-reboot: processes, ports, names, logs."""
from networks import call
from support import IMAGE, SystemTest, output, show, slipway, wait_until


class AfterSoftReboot(SystemTest):
    @staticmethod
    def pid_before(name):
        with open(f"/run/before-{name}", encoding="ascii") as file:
            return int(file.read())

    def test_survivors_run_as_before(self):
        self.assertNotEqual(output("systemctl", "show", "--property=SoftRebootsCount", "--value").strip(), "0")
        for name, unit in (("scope", "slipway-scope.scope"), ("kept", "slipway-kept.service")):
            self.assertEqual((name, self.state(name)["Status"], self.state(name)["Pid"]), (name, "running", self.pid_before(name)))
            self.assertEqual(show(unit, "ActiveState"), "active")
            self.assertEqual(slipway("exec", name, "echo", "in").stdout, "in\n")

    def test_others_have_not(self):
        self.assertEqual(self.state("usual")["Status"], "exited")
        wait_until(lambda: self.state("usual-kept")["Status"] == "running")
        self.assertNotEqual(self.state("usual-kept")["Pid"], self.pid_before("usual-kept"))

    def test_survivors_serve_as_before(self):
        self.assertEqual(call("127.0.0.1", 8080), "hi")
        done = slipway("run", "--rm", IMAGE, "perl", "-MIO::Socket::INET", "-e",
                       'my $c = IO::Socket::INET->new(PeerHost => "scope", PeerPort => 80) or die "$@"; print <$c>')
        self.assertEqual((done.stdout, done.returncode), ("hi\n", 0), done.stderr)
        wait_until(lambda: slipway("logs", "scope").stdout == "serving\nasked\nasked\n")

    def test_they_stop_and_go_as_ever(self):
        for name in ("kept", "scope"):
            self.assertEqual(slipway("stop", name).returncode, 0)
            self.assertEqual(self.state(name)["Status"], "exited")
        for name in ("kept", "scope", "usual", "usual-kept"):
            self.assertEqual(slipway("rm", "--force", name).returncode, 0)
