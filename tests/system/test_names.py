# SPDX-License-Identifier: LGPL-2.1-or-later
"""Names of containers: told at once, by their network's server and the host's resolver, and to nobody else."""
import os
import signal
import subprocess

from names import NamesTest, dig
from networks import call, inside
from support import IMAGE, engine_pid, output, run, slipway, wait_until

# A question with any source address, by a raw socket.
FORGE = """
import socket, struct, sys
source, target, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
question = struct.pack(">6H", 1, 0x0100, 1, 0, 0, 0) + bytes([6]) + b"victim" + bytes([7]) + b"slipway" + bytes([8]) + b"internal" + bytes(1) + struct.pack(">2H", 1, 1)
datagram = struct.pack(">4H", 4711, port, 8 + len(question), 0) + question
head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), 0, 0, 64, 17, 0, socket.inet_aton(source), socket.inet_aton(target))
with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as sender:
    sender.sendto(head + datagram, (target, 0))
"""


class Names(NamesTest):
    def test_containers_find_each_other_by_name(self):
        server = self.serve("server", "--network-alias", "www")
        self.idle("client")
        for name in ("server", "www", "server.slipway.internal", "WWW.Slipway.Internal"):
            self.assertEqual(self.resolve("client", name), set(server), name)
        self.assertEqual(call("server", 80, *inside("client")), self.addresses("client")[1])

    def test_a_name_is_there_when_start_returns_and_gone_when_it_ends(self):
        self.idle("first")
        gateway = self.gateway()
        for _ in range(10):
            address = self.idle("short")[0]
            self.assertEqual(dig(gateway, "short.slipway.internal"), [address])
            slipway("rm", "--force", "short")
            self.assertEqual(dig(gateway, "short.slipway.internal"), [])

    def test_a_container_that_stops_is_no_longer_answered_for(self):
        self.idle("other")
        gateway = self.gateway()
        identity = self.start("slow", "bash", "-c", "trap 'echo asked; sleep 3; exit' TERM; echo ready; while :; do sleep 0.1; done")
        self.await_line(identity, "ready")
        self.assertEqual(len(dig(gateway, "slow.slipway.internal")), 1)
        with subprocess.Popen(["slipway", "stop", "slow"], stdout=subprocess.DEVNULL) as stopping:
            self.await_line(identity, "asked")
            self.assertEqual(dig(gateway, "slow.slipway.internal"), [])
            stopping.wait()

    def test_records_of_all_kinds(self):
        address = self.serve("server", "--expose", "9000/udp", "-p", "18080:80")
        gateway = self.gateway()
        self.assertEqual(dig(gateway, "server.slipway.internal", "AAAA"), [address[1]])
        self.assertEqual(dig(gateway, "_80._tcp.server.slipway.internal", "SRV"), ["0 0 80 server.slipway.internal."])
        self.assertEqual(dig(gateway, "_9000._udp.server.slipway.internal", "SRV"), ["0 0 9000 server.slipway.internal."])
        for one in address:
            self.assertEqual(dig(gateway, "-x", one), ["server.slipway.internal."])

    def test_a_name_that_two_have_is_both(self):
        first = self.idle("one", "--network-alias", "pool")
        second = self.idle("two", "--network-alias", "pool")
        gateway = self.gateway()
        answers = {tuple(dig(gateway, "pool.slipway.internal")) for _ in range(8)}
        self.assertEqual(answers, {(first[0], second[0]), (second[0], first[0])})

    def test_another_networks_names_are_not_told(self):
        self.make_network("back")
        self.idle("hidden", "--network", "back")
        self.idle("client")
        self.assertEqual(self.resolve("client", "hidden"), set())
        self.assertEqual(len(dig(self.gateway("back"), "hidden.slipway.internal")), 1)
        slipway("network", "connect", "default", "hidden")
        self.assertEqual(self.resolve("client", "hidden"), set(self.addresses("hidden", "default")))
        slipway("network", "disconnect", "default", "hidden")
        self.assertEqual(self.resolve("client", "hidden"), set())

    def test_the_host_resolves_them_by_its_own_resolver(self):
        address = self.idle("server")
        found = {line.split()[0] for line in output("getent", "ahosts", "server.slipway.internal").split("\n") if line}
        self.assertEqual(found, set(address))
        self.assertIn(address[0], output("resolvectl", "query", "-4", "server.slipway.internal"))
        slipway("rm", "--force", "server")
        # The link keeps its carrier, so there is still somebody to ask.
        self.assertNotEqual(run("resolvectl", "query", "server.slipway.internal").returncode, 0)
        again = self.idle("server")
        self.assertIn(again[0], output("resolvectl", "query", "-4", "server.slipway.internal"))

    def test_machined_knows_containers_that_last(self):
        address = self.idle("lasting")
        wait_until(lambda: "lasting" in output("machinectl", "list", "--no-legend"))
        status = output("machinectl", "status", "--no-pager", "lasting")
        self.assertIn("slipway; class container", status)
        self.assertIn("slipway-lasting.scope", status)
        self.assertIn(address[0], status)
        # nss-mymachines
        self.assertIn(address[0], output("getent", "ahosts", "lasting"))
        slipway("rm", "--force", "lasting")
        wait_until(lambda: "lasting" not in output("machinectl", "list", "--no-legend"))

    def test_nobody_from_elsewhere_is_answered(self):
        self.make_outside()
        self.idle("server")
        gateway = self.gateway()
        done = run(*self.OUTSIDE, "dig", f"@{gateway}", "+time=1", "+tries=1", "server.slipway.internal")
        self.assertIn("timed out", done.stdout)

    def test_names_survive_the_engine_and_their_server(self):
        address = self.idle("server")[0]
        gateway = self.gateway()
        os.kill(engine_pid(), signal.SIGKILL)
        self.assertEqual(dig(gateway, "server.slipway.internal"), [address])
        run("systemctl", "kill", "--signal=KILL", "slipway-dns@default.service")
        wait_until(lambda: dig(gateway, "server.slipway.internal") == [address])
        slipway("ps")
        self.assertEqual(dig(gateway, "server.slipway.internal"), [address])

    def test_what_ended_without_the_engine_is_no_longer_answered_for(self):
        self.idle("server")
        gateway = self.gateway()
        run("systemctl", "stop", "slipwayd.socket", "slipwayd.service")
        run("systemctl", "kill", "--signal=KILL", "slipway-server.scope")
        run("systemctl", "start", "slipwayd.socket")
        slipway("ps")
        wait_until(lambda: dig(gateway, "server.slipway.internal") == [])

    def test_no_member_can_send_an_answer_to_another(self):
        victim = self.idle("victim")[0]
        self.idle("attacker")

        def unexpected():
            """Datagrams that came to the victim, where nobody waits for any."""
            values = slipway("exec", "victim", "grep", "^Udp:", "/proc/net/snmp").stdout.splitlines()
            return int(dict(zip(values[0].split(), values[1].split()))["NoPorts"])

        def send(source, port):
            done = run("nsenter", f"--net=/proc/{self.state('attacker')['Pid']}/ns/net", "python3", "-c", FORGE, source, *port)
            self.assertEqual(done.returncode, 0, done.stderr)
        before = unexpected()
        # What comes to it is seen at all.
        send(self.addresses("attacker")[0], (victim, "9"))
        wait_until(lambda: unexpected() == before + 1)
        for _ in range(20):
            send(victim, (self.gateway(), "53"))
        # A question of its own, answered behind the others.
        self.assertEqual(self.resolve("attacker", "victim"), set(self.addresses("victim")))
        self.assertEqual(unexpected(), before + 1)

    def test_a_removed_network_leaves_no_server(self):
        self.make_network("back")
        self.idle("server", "--network", "back")
        self.assertEqual(run("systemctl", "is-active", "slipway-dns@back.socket").stdout, "active\n")
        slipway("rm", "--force", "server")
        slipway("network", "rm", "back")
        wait_until(lambda: run("systemctl", "is-active", "slipway-dns@back.socket").stdout == "inactive\n")
        self.assertFalse(os.path.exists("/run/slipway/names/back"))

    def test_files_of_names_are_the_containers_own(self):
        address = self.idle("server", "--hostname", "www", "--add-host", "db:192.0.2.7", "--add-host", "host:host-gateway", "--dns-search", "example.org",
                            "--dns-option", "ndots:2")
        hosts = slipway("exec", "server", "cat", "/etc/hosts").stdout
        for line in (f"{address[0]}\twww server", "192.0.2.7\tdb", f"{self.gateway()}\thost"):
            self.assertIn(line + "\n", hosts)
        self.assertEqual(slipway("exec", "--user", "nobody", "server", "cat", "/etc/hosts").stdout, hosts)
        self.assertEqual(slipway("exec", "server", "cat", "/etc/hostname").stdout, "www\n")
        resolver = slipway("exec", "server", "cat", "/etc/resolv.conf").stdout
        self.assertIn(f"nameserver {self.gateway()}\n", resolver)
        self.assertIn("search slipway.internal example.org\noptions ndots:2\n", resolver)
        self.assertEqual(slipway("exec", "server", "sh", "-c", "echo '192.0.2.8 more' >> /etc/hosts && cat /etc/hosts").returncode, 0)
        other = slipway("run", "--rm", "--dns", "192.0.2.53", IMAGE, "cat", "/etc/resolv.conf").stdout
        self.assertEqual(other, "nameserver 192.0.2.53\nsearch slipway.internal\n")
        for words in (("--dns", "x"), ("--add-host", "db"), ("--dns-search", "a b")):
            self.assertEqual(slipway("run", "--rm", *words, IMAGE, "true").returncode, 125)
