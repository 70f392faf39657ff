# SPDX-License-Identifier: LGPL-2.1-or-later
"""A container that gives itself out as its network's gateway, to answer for the names of others: nothing of that reaches them."""
import json
import re
import subprocess

from names import NamesTest
from support import IMAGE, output, run, slipway

# Answers every question with one address, and says when it can.
FALSE_SERVER = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
with socket.socket(family, socket.SOCK_DGRAM) as server:
    server.bind((sys.argv[1], 53))
    print("ready", flush=True)
    while True:
        question, asker = server.recvfrom(999)
        body = question[12:].split(bytes(1), 1)[0] + bytes(1) + b"\\0\\1\\0\\1"
        server.sendto(question[:2] + b"\\x85\\x80\\0\\1\\0\\1\\0\\0\\0\\0" + body + b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\0\\0\\4\\x06\\x06\\x06\\x06", asker)
"""
# Tells the whole network that the address is at this interface: an answer that nobody has asked for, and a question of the address's own.
CLAIM = """
import socket, sys
address = socket.inet_aton(sys.argv[1])
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
    sender.bind(("eth0", 0))
    mac = sender.getsockname()[4]
    for operation in (1, 2):
        sender.send(b"\\xff" * 6 + mac + b"\\x08\\x06\\0\\1\\x08\\0\\6\\4\\0" + bytes([operation]) + mac + address + b"\\xff" * 6 + address)
"""
# One datagram from an address, to whoever listens there.
SEND = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
    sender.bind((sys.argv[1], 0))
    sender.sendto(sys.argv[3].encode(), (sys.argv[2], 5353))
"""
HEAR = ('$| = 1; $s = IO::Socket::INET->new(LocalPort => 5353, Proto => "udp") or die $@; print "ready\\n"; while (defined $s->recv($m, 99)) { print "$m\\n" }')
BIND = 'IO::Socket::IP->new(LocalHost => $ARGV[0], LocalPort => 53, Proto => $ARGV[1], ($ARGV[1] eq "tcp" ? (Listen => 1) : ())) or die "$@\\n"; print "bound\\n"'


class Spoofing(NamesTest):
    def inside(self, container, *command):
        """With all rights that a container can have over its interfaces, and the host's programs."""
        return ("nsenter", f"--net=/proc/{self.state(container)['Pid']}/ns/net", *command)

    def sure(self, container, *command):
        done = run(*self.inside(container, *command))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def gateways(self):
        return [one["Gateway"] for one in json.loads(slipway("network", "inspect", "default").stdout)[0]["IPAM"]["Config"]]

    def make_spoofer(self):
        """It has the gateway's addresses, answers at port 53, and says so to its network."""
        self.idle("spoofer", "--cap-add", "all")
        for gateway in self.gateways():
            self.sure("spoofer", "ip", "address", "add", gateway, "dev", "eth0", *(("nodad",) if ":" in gateway else ()))
            server = subprocess.Popen(self.inside("spoofer", "python3", "-c", FALSE_SERVER, gateway), stdout=subprocess.PIPE, text=True)
            self.addCleanup(server.stdout.close)
            self.addCleanup(server.wait)
            self.addCleanup(server.kill)
            self.assertEqual(server.stdout.readline(), "ready\n")

    def hardware_address(self, container, gateway):
        """Where it thinks that the gateway is."""
        found = re.search(r"lladdr (\S+)", self.sure(container, "ip", "neigh", "show", gateway))
        return found.group(1) if found else None

    def test_the_gateways_port_53_is_nobodys_to_bind(self):
        for gateway in self.gateways():
            for protocol in ("udp", "tcp"):
                done = slipway("run", "--rm", "--cap-add", "all", IMAGE, "perl", "-MIO::Socket::IP", "-e", BIND, gateway, protocol)
                self.assertNotEqual(done.returncode, 0, (gateway, protocol))
                self.assertIn("Cannot assign requested address", done.stderr)

    def test_names_are_answered_by_the_gateway_alone(self):
        server = self.idle("server")
        self.idle("victim")
        self.make_spoofer()
        def ask(gateway):
            return output(*self.inside("victim", "dig", f"@{gateway}", "+short", "+tries=1", "+timeout=2", "server.slipway.internal")).split()
        for _ in range(5):
            for gateway in self.gateways():
                # To one that knows where the gateway is, and to one that asks.
                self.assertEqual(ask(gateway), [server[0]])
                if "." in gateway:
                    self.sure("spoofer", "python3", "-c", CLAIM, gateway)
                self.assertEqual(ask(gateway), [server[0]])
                self.sure("victim", "ip", "neigh", "flush", "all")
            self.assertEqual(self.resolve("victim", "server"), set(server))
        for gateway in self.gateways():
            ask(gateway)
            with open("/sys/class/net/swdefault/address", encoding="ascii") as file:
                self.assertEqual(self.hardware_address("victim", gateway), file.read().strip())
        # It fools nobody but itself.
        self.assertIn("6.6.6.6", output(*self.inside("spoofer", "dig", f"@{gateway}", "+short", "+tries=1", "+timeout=2", "server")))

    def test_what_it_sends_as_the_gateway_comes_to_nobody(self):
        hearer = self.start("victim", "perl", "-MIO::Socket::INET", "-e", HEAR)
        self.await_line(hearer, "ready")
        self.make_spoofer()
        own, victim = self.addresses("spoofer")[0], self.addresses("victim")[0]
        self.sure("spoofer", "python3", "-c", SEND, self.gateway(), victim, "as-the-gateway")
        self.sure("spoofer", "python3", "-c", SEND, own, victim, "as-itself")
        self.await_line(hearer, "as-itself")
        # It came later, by the same way.
        self.assertNotIn("as-the-gateway", slipway("logs", "victim").stdout)
