# SPDX-License-Identifier: LGPL-2.1-or-later
"""Published ports: from everywhere, with the caller's address, held as long as the container runs."""
import json
import os
import signal
import socket

from networks import NetworkTest, call, inside
from support import IMAGE, engine_pid, slipway, wait_until


# Answers each datagram with its own name.
NAMED_ECHO = ('$| = 1; $s = IO::Socket::IP->new(LocalHost => "::", LocalPort => 53, Proto => "udp", V6Only => 0) or die $@; '
              'print "ready\\n"; while (defined $s->recv($m, 1500)) { $s->send($ARGV[0]) }')


class Ports(NetworkTest):
    def ask_rules_of_bridges(self, value):
        """As a host with br_netfilter and one without it."""
        path = "/proc/sys/net/bridge/bridge-nf-call-ip6tables"
        if not os.path.exists(path):
            if value == "1":
                self.skipTest("this kernel has no br_netfilter")
            return
        with open(path, encoding="ascii") as file:
            before = file.read()
        self.addCleanup(self.write, path, before)
        self.write(path, value)

    @staticmethod
    def write(path, text):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)

    def test_a_port_is_reached_from_outside_with_the_callers_address(self):
        self.make_outside()
        self.serve("server", "-p", "18080:80")
        self.assertEqual(call("192.0.2.1", 18080, *self.OUTSIDE), "192.0.2.2")
        self.assertEqual(call("2001:db8::1", 18080, *self.OUTSIDE), "2001:db8::2")

    def test_a_port_is_reached_from_the_host(self):
        self.make_outside()
        self.serve("server", "-p", "18080:80")
        for address in ("127.0.0.1", "192.0.2.1", "2001:db8::1"):
            self.assertIsNotNone(call(address, 18080), address)

    def test_a_port_is_reached_from_the_hosts_ipv6_loopback(self):
        self.ask_rules_of_bridges("0")
        self.serve("server", "-p", "18080:80")
        self.assertIsNotNone(call("::1", 18080))

    def test_where_br_netfilter_is_the_ipv6_loopback_refuses_at_once(self):
        self.ask_rules_of_bridges("1")
        self.serve("server", "-p", "18080:80")
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("::1", 18080), timeout=3)
        self.assertIsNotNone(call("localhost", 18080))

    def test_a_port_is_reached_from_containers_by_the_hosts_address(self):
        self.make_outside()
        self.make_network("back")
        self.serve("server", "-p", "18080:80")
        self.idle("neighbour")
        self.idle("stranger", "--network", "back")
        for container in ("server", "neighbour", "stranger"):
            self.assertIsNotNone(call("192.0.2.1", 18080, *inside(container)), container)

    def test_a_port_of_one_address_is_of_no_other(self):
        self.make_outside()
        self.serve("server", "-p", "192.0.2.1:18080:80")
        self.assertEqual(call("192.0.2.1", 18080, *self.OUTSIDE), "192.0.2.2")
        self.assertIsNone(call("127.0.0.1", 18080, seconds=1))
        self.assertIsNone(call("2001:db8::1", 18080, *self.OUTSIDE, seconds=1))

    def test_ranges_are_published_port_by_port(self):
        self.serve("server", "-p", "18080-18089:80-89", port=85)
        self.assertIsNotNone(call("127.0.0.1", 18085))
        self.assertIsNone(call("127.0.0.1", 18084, seconds=1))

    def test_a_port_that_a_program_has_is_refused_with_its_name(self):
        with socket.create_server(("127.0.0.1", 18080)):
            refused = slipway("run", "--rm", "-p", "18080:80", IMAGE, "true")
        self.assertEqual(refused.returncode, 125)
        self.assertIn(f"the host's port 18080/tcp is taken by python3 (process {os.getpid()})", refused.stderr)

    def test_a_port_that_a_container_has_is_refused_with_its_name(self):
        self.serve("server", "-p", "18080:80")
        refused = slipway("run", "--rm", "-p", "18080:80", IMAGE, "true")
        self.assertEqual(refused.returncode, 125)
        self.assertIn("the host's port 18080/tcp is published by the container server", refused.stderr)

    def test_a_port_is_held_by_whoever_runs_and_by_nobody_after(self):
        self.serve("server", "-p", "18080:80")
        os.kill(engine_pid(), signal.SIGKILL)
        with self.assertRaises(OSError):
            socket.create_server(("0.0.0.0", 18080))
        slipway("stop", "--time", "0", "server")
        socket.create_server(("0.0.0.0", 18080)).close()

    def test_a_port_that_nobody_minds_is_chosen_and_told(self):
        self.serve("server", "-p", "80")
        ports = json.loads(slipway("inspect", "server").stdout)[0]["NetworkSettings"]["Ports"]
        port = int(ports["80/tcp"][0]["HostPort"])
        self.assertIsNotNone(call("127.0.0.1", port))
        self.assertIn(f"{port}->80/tcp", slipway("ps").stdout)
        slipway("stop", "--time", "0", "server")
        # Somebody else has it by now: another one is as good.
        with socket.create_server(("0.0.0.0", port)):
            self.assertEqual(slipway("start", "server").returncode, 0)
            ports = json.loads(slipway("inspect", "server").stdout)[0]["NetworkSettings"]["Ports"]
            self.assertNotEqual(int(ports["80/tcp"][0]["HostPort"]), port)

    def test_what_is_exposed_is_published_when_asked_for_all(self):
        self.serve("server", "--expose", "80", "--expose", "81/udp", "-P")
        ports = json.loads(slipway("inspect", "server").stdout)[0]["NetworkSettings"]["Ports"]
        self.assertEqual(set(ports), {"80/tcp", "81/udp"})
        self.assertIsNotNone(call("127.0.0.1", int(ports["80/tcp"][0]["HostPort"])))

    def test_datagrams_come_and_go(self):
        echo = ("use IO::Socket::IP; $| = 1; $s = IO::Socket::IP->new(LocalHost => '::', LocalPort => 53, Proto => 'udp', V6Only => 0) or die $@; "
                "print \"ready\\n\"; while ($s->recv($m, 1500)) { $s->send($m) }")
        identity = self.start("echo", "perl", "-e", echo, options=("-p", "18053:53/udp"))
        self.await_line(identity, "ready")
        self.make_outside()
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
            with socket.socket(family, socket.SOCK_DGRAM) as client:
                client.settimeout(3)
                client.connect((address, 18053))
                client.send(b"hello")
                self.assertEqual(client.recv(100), b"hello")

    def serve_datagrams(self, name, *options):
        identity = self.start(name, "perl", "-MIO::Socket::IP", "-e", NAMED_ECHO, name, options=options)
        self.await_line(identity, "ready")

    @staticmethod
    def clients():
        """Sockets that keep their ports, connected to the host's 18053 by its addresses."""
        clients = []
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
            clients.append(socket.socket(family, socket.SOCK_DGRAM))
            clients[-1].connect((address, 18053))
        return clients

    @staticmethod
    def answer(client):
        """Who answers a datagram; None where nobody does for a moment."""
        client.settimeout(0.2)
        try:
            client.send(b"who?")
            return client.recv(100).decode()
        except OSError:
            return None

    def test_a_client_of_udp_that_keeps_its_port_reaches_whoever_has_the_port_now(self):
        self.make_outside()
        self.serve_datagrams("before", "-p", "18053:53/udp")
        clients = self.clients()
        for client in clients:
            self.addCleanup(client.close)
            wait_until(lambda client=client: self.answer(client) == "before")
        slipway("rm", "--force", "before")
        # What they send meanwhile is remembered by the kernel as well, as theirs to the host itself.
        for client in clients:
            self.assertIsNone(self.answer(client))
        self.serve_datagrams("after", "-p", "18053:53/udp")
        for client in clients:
            wait_until(lambda client=client: self.answer(client) == "after")

    def test_a_client_of_udp_does_not_reach_who_has_the_address_next(self):
        self.make_outside()
        self.make_network("small", "--subnet", "172.31.9.0/30", "--ipv6", "false")
        self.serve_datagrams("before", "--network", "small", "-p", "18053:53/udp")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.connect(("192.0.2.1", 18053))
            wait_until(lambda: self.answer(client) == "before")
            slipway("rm", "--force", "before")
            self.serve_datagrams("private", "--network", "small")
            self.assertEqual(self.addresses("private")[0], "172.31.9.2")
            self.assertIsNone(self.answer(client))

    def test_a_container_that_is_started_anew_has_its_ports_again(self):
        self.serve("server", "-p", "18080:80")
        for _ in range(3):
            slipway("stop", "--time", "0", "server")
            self.assertEqual(slipway("start", "server").returncode, 0)
            wait_until(lambda: call("127.0.0.1", 18080, seconds=1) is not None)
