# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests of networks share: servers in containers, a host outside, and calls from anywhere."""
import json
import os
import subprocess

from support import SystemTest, output, run, slipway

# Answers each caller with the address that it comes from.
SERVER = ('$| = 1; $s = IO::Socket::IP->new(LocalHost => "::", LocalPort => $ARGV[0], Listen => 64, ReuseAddr => 1, V6Only => 0) or die $@; '
          'print "ready\\n"; while (1) { $c = $s->accept or next; print $c $c->peerhost, "\\n"; close $c }')


def call(address, port, *where, seconds=3):
    """What a server answers; None where nobody does. WHERE: the words that run a command there."""
    done = run(*where, "timeout", str(seconds), "bash", "-c", f"exec 3<>/dev/tcp/{address}/{port} && cat <&3")
    if done.returncode != 0 or not done.stdout:
        return None
    return done.stdout.strip().removeprefix("::ffff:")


def inside(container):
    return ("slipway", "exec", container)


class NetworkTest(SystemTest):
    OUTSIDE = ("ip", "netns", "exec", "outside")

    def serve(self, name, *options, port=80):
        """A container that answers on a port; its addresses on its first network."""
        identity = self.start(name, "perl", "-MIO::Socket::IP", "-e", SERVER, str(port), options=options)
        self.await_line(identity, "ready")
        return self.addresses(name)

    def idle(self, name, *options):
        self.start(name, "sleep", "infinity", options=options)
        return self.addresses(name)

    def addresses(self, name, network=None):
        networks = json.loads(slipway("inspect", name).stdout)[0]["NetworkSettings"]["Networks"]
        found = networks[network] if network else next(iter(networks.values()))
        return found["IPAddress"], found["GlobalIPv6Address"]

    def make_network(self, name, *options):
        slipway("network", "rm", name)
        done = slipway("network", "create", *options, name)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "network", "rm", name)

    def make_outside(self):
        """Another host, 192.0.2.2 and 2001:db8::2, to which this one is 192.0.2.1 and 2001:db8::1."""
        run("ip", "link", "del", "lan0")
        run("ip", "netns", "del", "outside")
        for line in ("ip netns add outside", "ip link add lan0 type veth peer name eth0 netns outside", "ip link set lan0 up",
                     "ip address add 192.0.2.1/24 dev lan0", "ip address add 2001:db8::1/64 dev lan0 nodad",
                     "ip -n outside link set lo up", "ip -n outside link set eth0 up", "ip -n outside address add 192.0.2.2/24 dev eth0",
                     "ip -n outside address add 2001:db8::2/64 dev eth0 nodad", "ip -n outside route add default via 192.0.2.1",
                     "ip -n outside route add default via 2001:db8::1"):
            done = run(*line.split())
            self.assertEqual(done.returncode, 0, f"{line}: {done.stderr}")
        self.addCleanup(run, "ip", "netns", "del", "outside")

    def serve_outside(self, port):
        """A server on that host; it ends with the test."""
        server = subprocess.Popen([*self.OUTSIDE, "perl", "-MIO::Socket::IP", "-e", SERVER, str(port)], stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.assertEqual(server.stdout.readline(), "ready\n")


def traces(container, *ports):
    """What the kernel's network has of a container, by its ID, and of published PORTS: links and elements of nftables."""
    port = "v" + container[:12]
    found = {name for name in os.listdir("/sys/class/net") if name.startswith(port)}
    for family in ("inet", "bridge"):
        for line in json.loads(output("nft", "-j", "list", "table", family, "slipway") or '{"nftables": []}')["nftables"]:
            for kind in ("set", "map"):
                for one in line.get(kind, {}).get("elem", []):
                    text = f"{family} {line[kind]['name']} {json.dumps(one)}"
                    if port in text or line[kind]["name"].startswith("ports") and any(str(number) in text for number in ports):
                        found.add(text)
    return found
