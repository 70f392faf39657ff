# SPDX-License-Identifier: LGPL-2.1-or-later
"""Other rulers of the host's packets beside our tables: firewalld, what docker sets up, and what crosses on the wire."""
import os
import subprocess
import time

from networks import NetworkTest, call, inside
from support import output, run, slipway, wait_until

MASK = "/etc/systemd/system/firewalld.service"
# What docker 20.10 has when it has started, in words of iptables.
DOCKERS = ["-P FORWARD DROP", "-N DOCKER", "-N DOCKER-USER", "-A FORWARD -j DOCKER-USER", "-A FORWARD -o docker0 -j DOCKER",
           "-A FORWARD -i docker0 ! -o docker0 -j ACCEPT", "-A DOCKER-USER -j RETURN", "-t nat -N DOCKER",
           "-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER", "-t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE"]


def has_br_netfilter():
    """Whether frames between ports of a bridge go by iptables' FORWARD too, as they do where docker is."""
    try:
        with open("/proc/sys/net/bridge/bridge-nf-call-iptables", encoding="utf-8") as file:
            return file.read().strip() == "1"
    except FileNotFoundError:
        return False


class Firewalld(NetworkTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        os.unlink(MASK)
        cls.addClassCleanup(run, "systemctl", "daemon-reload")
        cls.addClassCleanup(os.symlink, "/dev/null", MASK)
        cls.addClassCleanup(run, "systemctl", "stop", "firewalld")
        run("systemctl", "daemon-reload")
        done = run("systemctl", "start", "firewalld")
        if done.returncode != 0:
            raise AssertionError(done.stderr + output("journalctl", "-u", "firewalld", "-n", "20"))

    def setUp(self):
        self.make_outside()
        self.assertEqual(run("firewall-cmd", "--state").stdout.strip(), "running")

    def zone(self, interface):
        return output("firewall-cmd", f"--get-zone-of-interface={interface}").strip()

    def test_containers_reach_the_outside_and_are_reached(self):
        self.serve("web", "--publish", "8080:80")
        self.assertEqual(self.zone("swdefault"), "trusted")
        self.serve_outside()
        self.assertEqual(call("192.0.2.2", 99, *inside("web")), "192.0.2.1")
        self.assertEqual(call("192.0.2.1", 8080, *self.OUTSIDE), "192.0.2.2")
        self.idle("other")
        self.assertIsNotNone(call("web", 80, *inside("other")))

    def serve_outside(self):
        serve = ('use IO::Socket::IP; $s = IO::Socket::IP->new(LocalPort => 99, Listen => 9, ReuseAddr => 1) or die; '
                 'while ($c = $s->accept) { print $c $c->peerhost, "\\n"; close $c }')
        server = subprocess.Popen([*self.OUTSIDE, "perl", "-e", serve])
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        wait_until(lambda: ":99" in output(*self.OUTSIDE, "ss", "-Hltn"))

    def test_it_is_told_again_when_it_has_forgotten(self):
        self.make_network("blue", "--interface", "swblue")
        self.idle("web", "--network", "blue")
        wait_until(lambda: self.zone("swblue") == "trusted")
        for command in (("firewall-cmd", "--reload"), ("systemctl", "restart", "firewalld")):
            self.assertEqual(run(*command).returncode, 0)
            wait_until(lambda: self.zone("swblue") == "trusted")

    def test_its_rules_are_its_own(self):
        def rules():
            return "\n".join(line for line in output("nft", "list", "table", "inet", "firewalld").split("\n") if "sw" not in line)
        self.idle("one")
        before = rules()
        self.make_network("green")
        self.serve("web", "--network", "green", "--publish", "8081:80")
        slipway("rm", "--force", "web")
        slipway("network", "rm", "green")
        self.assertEqual(rules(), before)


class Docker(NetworkTest):
    def setUp(self):
        self.make_outside()
        for tables in ("iptables", "ip6tables"):
            for rule in DOCKERS if tables == "iptables" else DOCKERS[:4]:
                done = run(tables, *rule.split())
                self.assertEqual(done.returncode, 0, done.stderr)
            self.addCleanup(run, "nft", "delete", "table", "ip6" if tables == "ip6tables" else "ip", "filter")
        self.addCleanup(run, "nft", "delete", "table", "ip", "nat")

    def test_what_needs_no_word_of_the_administrators_and_what_does(self):
        address, _ = self.serve("web", "--publish", "8080:80")
        self.idle("other")
        if not has_br_netfilter():
            self.assertIsNotNone(call("web", 80, *inside("other")))
        self.assertIsNotNone(call(address, 80))
        self.assertIsNotNone(call("127.0.0.1", 8080))
        self.assertIsNone(call("192.0.2.1", 8080, *self.OUTSIDE, seconds=1))
        for way in ("-i", "-o"):
            for tables in ("iptables", "ip6tables"):
                self.assertEqual(run(tables, "-I", "DOCKER-USER", way, "sw+", "-j", "ACCEPT").returncode, 0)
        self.assertIsNotNone(call("web", 80, *inside("other")))
        self.assertEqual(call("192.0.2.1", 8080, *self.OUTSIDE), "192.0.2.2")

    def test_its_rules_are_its_own(self):
        def rules():
            return [line.split(" [")[0] for line in output("iptables-save").split("\n") if not line.startswith("#")]
        before = rules()
        self.serve("web", "--publish", "8081:80")
        slipway("rm", "--force", "web")
        self.assertEqual(rules(), before)


class OnTheWire(NetworkTest):
    """What tcpdump sees."""

    def watch(self, interface, words):
        capture = subprocess.Popen(["tcpdump", "-n", "-l", "-i", interface, *words.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertIn("listening", capture.stderr.readline() + capture.stderr.readline())

        def end():
            time.sleep(0.3)
            capture.terminate()
            said, _ = capture.communicate(timeout=30)
            return said
        return end

    def test_networks_hear_nothing_of_each_other(self):
        for name in ("front", "back"):
            self.make_network(name, "--interface", f"sw{name}")
        address, _ = self.serve("db", "--network", "back", port=5432)
        self.idle("web", "--network", "front")
        end = self.watch("swback", "tcp")
        self.assertIsNone(call(address, 5432, *inside("web"), seconds=1))
        self.assertEqual(end().strip(), "")

    def test_a_wire_crosses_no_bridge(self):
        self.idle("web", "--wire", "db:5432")
        self.serve("db", port=5432)
        end = self.watch("swdefault", "tcp port 5432")
        self.assertIsNotNone(call("db", 5432, *inside("web")))
        self.assertEqual(end().strip(), "")

    def test_the_outside_sees_the_host_and_no_container(self):
        self.make_outside()
        address, _ = self.idle("web")
        end = self.watch("lan0", "ip")
        run("slipway", "exec", "web", "timeout", "1", "bash", "-c", "exec 3<>/dev/tcp/192.0.2.2/7")
        seen = end()
        self.assertIn("192.0.2.1", seen)
        self.assertNotIn(address, seen)
