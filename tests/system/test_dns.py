# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway-dns in its unit: started by a question, seen by its network alone, told of changes at once, confined."""
import os
import random
import signal
import statistics
import time
import unittest

from dns_network import GATEWAY, GATEWAY6, RESOLVER, Log, Namespace, Resolver, Unit, address, ask_from_host, question, sure
from support import journal, output, run, wait_until

RESOLV_CONF = "/etc/resolv.conf"


def use_resolver(*servers):
    with open(RESOLV_CONF, "w", encoding="utf-8") as file:
        file.write("".join(f"nameserver {server}\n" for server in servers))


class DnsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(RESOLV_CONF, encoding="utf-8") as file:
            before = file.read()
        cls.addClassCleanup(lambda: open(RESOLV_CONF, "w", encoding="utf-8").write(before))
        sure("ip", "link", "add", "dns-blue", "type", "bridge")
        cls.addClassCleanup(run, "ip", "link", "delete", "dns-blue")
        for gateway in (f"{GATEWAY}/20", f"{GATEWAY6}/64"):
            sure("ip", "address", "add", gateway, "dev", "dns-blue", "nodad")
        sure("ip", "link", "set", "dns-blue", "up")
        cls.member = Namespace("member", "10.77.0.2/20", "fd00:1::2/64", bridge="dns-blue")
        cls.addClassCleanup(cls.member.remove)
        cls.stranger = Namespace("stranger", "10.209.0.2/24", host=["10.209.0.1/24"])
        cls.addClassCleanup(cls.stranger.remove)
        sure("ip", "-n", cls.stranger.name, "route", "add", "default", "via", "10.209.0.1")
        cls.log = Log("blue", "10.77.0.0/20", "fd00:1::/64")
        cls.addClassCleanup(os.unlink, cls.log.path)
        cls.unit = Unit("blue", f"{GATEWAY}:53", f"[{GATEWAY6}]:53")
        cls.addClassCleanup(cls.unit.remove)
        cls.log.set("web", address("web", "10.77.0.2"), address("web", "fd00:1::2", "AAAA"),
                    {"name": "_80._tcp.web.slipway.internal", "type": "SRV", "port": 80, "target": "web.slipway.internal"},
                    {"name": "2.0.77.10.in-addr.arpa", "type": "PTR", "data": "web.slipway.internal"},
                    {"name": "web.slipway.internal", "type": "TXT", "texts": ["one", "two words"]})
        cls.log.set("many", *[address("many", f"10.77.1.{number}") for number in range(100)])
        cls.log.set("all", *[address("all", f"10.77.2.{number}") for number in range(3)])


class Names(DnsTest):
    def test_the_first_question_starts_it(self):
        self.unit.stop()
        sure("systemctl", "start", f"{self.unit.name}.socket")
        self.assertEqual(self.unit.show("ActiveState"), "inactive")
        self.assertEqual(self.member.short("web.slipway.internal"), ["10.77.0.2"])
        self.assertEqual(self.unit.show("ActiveState"), "active")

    def test_all_kinds_of_records_by_udp_and_tcp_and_both_families(self):
        for server in (GATEWAY, GATEWAY6):
            for way in ("+notcp", "+tcp"):
                with self.subTest(server=server, way=way):
                    def ask(*words, server=server, way=way):
                        return self.member.short(way, *words, server=server)
                    self.assertEqual(ask("web.slipway.internal"), ["10.77.0.2"])
                    self.assertEqual(ask("web.slipway.internal", "AAAA"), ["fd00:1::2"])
                    self.assertEqual(ask("_80._tcp.web.slipway.internal", "SRV"), ["0 0 80 web.slipway.internal."])
                    self.assertEqual(ask("web.slipway.internal", "TXT"), ['"one" "two words"'])
                    self.assertEqual(ask("-x", "10.77.0.2"), ["web.slipway.internal."])
                    self.assertEqual(ask("WEB."), ["10.77.0.2"])

    def test_what_is_not_there_is_said_so_by_the_zone(self):
        said = self.member.dig("no.slipway.internal")
        self.assertIn("NXDOMAIN", said)
        self.assertRegex(said, r"slipway\.internal\.\s+0\s+IN\s+SOA")
        said = self.member.dig("web.slipway.internal", "MX")
        self.assertIn("NOERROR", said)
        self.assertIn("SOA", said)
        self.assertIn("NXDOMAIN", self.member.dig("-x", "10.77.0.99"))

    def test_a_long_answer_is_truncated_and_had_by_tcp(self):
        said = self.member.dig("+ignore", "many.slipway.internal")
        self.assertRegex(said, r"flags: qr aa tc")
        self.assertEqual(len(self.member.short("many.slipway.internal")), 100)

    def test_answers_rotate(self):
        firsts = {self.member.short("+nocookie", "all.slipway.internal")[0] for _ in range(3)}
        self.assertEqual(len(firsts), 3)

    def test_the_c_library_resolves_by_it(self):
        os.makedirs(f"/etc/netns/{self.member.name}", exist_ok=True)
        with open(f"/etc/netns/{self.member.name}/resolv.conf", "w", encoding="utf-8") as file:
            file.write(f"nameserver {GATEWAY}\nsearch slipway.internal\n")
        self.addCleanup(run, "rm", "-r", f"/etc/netns/{self.member.name}")
        # The host's resolved would be asked first, which is there in this namespace too.
        getent = ("getent", "-s", "dns")
        for name in ("web", "web.slipway.internal"):
            self.assertIn("10.77.0.2", self.member.run(*getent, "ahostsv4", name).stdout)
        self.assertIn("web.slipway.internal", self.member.run(*getent, "hosts", "10.77.0.2").stdout)

    def test_a_record_is_seen_by_the_next_question(self):
        ask_from_host(question("web.slipway.internal"))
        times = []
        for number in range(100):
            name = f"new{number}.slipway.internal"
            self.log.set("new", address(f"new{number}", f"10.77.3.{number}"))
            begin = time.monotonic()
            answer = ask_from_host(question(name))
            times.append(time.monotonic() - begin)
            self.assertTrue(answer.endswith(bytes([10, 77, 3, number])), answer)
            self.log.unset("new")
            self.assertEqual(ask_from_host(question(name))[3] & 15, 3)
        self.assertLess(statistics.median(times), 0.005)

    def test_a_file_in_place_of_the_old_one_is_seen_too(self):
        other = Log("green", "10.77.0.0/20")
        self.addCleanup(os.unlink, other.path)
        unit = Unit("green", "127.0.0.8:53")
        self.addCleanup(unit.remove)
        other.set("1", address("one", "10.77.0.8"))

        def ask(name):
            return output("dig", "@127.0.0.8", "+short", "+tries=1", f"{name}.slipway.internal").strip()
        self.assertEqual(ask("one"), "10.77.0.8")
        pid = unit.pid()
        other.replace("2", address("two", "10.77.0.9"))
        self.assertEqual((ask("one"), ask("two")), ("", "10.77.0.9"))
        other.set("3", address("three", "10.77.0.10"))
        self.assertEqual(ask("three"), "10.77.0.10")
        self.assertEqual(unit.pid(), pid)

    def test_killed_it_answers_the_next_question(self):
        self.assertEqual(self.member.short("web.slipway.internal"), ["10.77.0.2"])
        for _ in range(3):
            pid = self.unit.pid()
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda pid=pid: self.unit.pid() != pid)
            self.assertEqual(self.member.short("web.slipway.internal"), ["10.77.0.2"])
            self.assertNotIn(self.unit.pid(), (0, pid))

    def test_asked_to_end_it_ends_well(self):
        self.member.short("web.slipway.internal")
        sure("systemctl", "stop", f"{self.unit.name}.service")
        self.assertEqual((self.unit.show("Result"), self.unit.show("ExecMainCode")), ("success", "1"))
        self.assertEqual(self.member.short("web.slipway.internal"), ["10.77.0.2"])


class Forwarding(DnsTest):
    OPTIONS = ["--host-record=www.example,192.0.2.7", "--address=/none.example/", "--local-ttl=300"]

    def setUp(self):
        # What it remembers is another test's.
        sure("systemctl", "stop", f"{self.unit.name}.service")
        use_resolver(RESOLVER)

    def start(self, *options):
        resolver = Resolver(*self.OPTIONS, *options)
        self.addCleanup(lambda: resolver.process.returncode is None and resolver.stop())
        return resolver

    def test_other_names_come_from_the_hosts_resolver_and_are_remembered(self):
        resolver = self.start()
        for _ in range(3):
            self.assertEqual(self.member.short("www.example"), ["192.0.2.7"])
        self.assertIn("NXDOMAIN", self.member.dig("none.example"))
        self.assertEqual(resolver.stop().lower().count("query[a] www.example"), 1)

    def test_our_own_names_are_never_told_to_it(self):
        resolver = self.start()
        for name in ("no.slipway.internal", "slipway.internal", "nobody", "printer.local", "99.0.77.10.in-addr.arpa"):
            self.member.dig(name)
        self.member.dig("www.example")
        asked = resolver.stop().lower()
        self.assertIn("www.example", asked)
        for name in ("slipway", "nobody", "printer", "77.10"):
            self.assertNotIn(name, asked)

    def test_a_long_answer_is_had_from_it_by_tcp(self):
        self.start(*[f"--host-record=many.example,192.0.2.{number}" for number in range(1, 120)])
        self.assertEqual(len(self.member.short("many.example")), 119)
        self.assertIn("flags: qr tc", self.member.dig("+ignore", "many.example"))

    def test_another_resolver_is_asked_where_resolv_conf_changes(self):
        use_resolver("127.0.0.79")
        self.assertIn("SERVFAIL", self.member.dig("www.example"))
        self.start()
        use_resolver("127.0.0.79", RESOLVER)
        self.assertEqual(self.member.short("www.example"), ["192.0.2.7"])

    def test_no_question_goes_round_in_circles(self):
        use_resolver(GATEWAY, GATEWAY6)
        self.assertIn("SERVFAIL", self.member.dig("www.elsewhere"))
        use_resolver(RESOLVER)
        resolver = self.start(f"--server={GATEWAY}")
        self.assertRegex(self.member.dig("www.elsewhere"), "REFUSED|SERVFAIL")
        self.assertLess(resolver.stop().lower().count("query[a] www.elsewhere"), 10)

    def test_the_host_hears_of_our_names_only(self):
        self.start()
        self.assertEqual(output("dig", f"@{GATEWAY}", "+short", "web.slipway.internal").strip(), "10.77.0.2")
        self.assertIn("REFUSED", output("dig", f"@{GATEWAY}", "www.example"))


class Attacks(DnsTest):
    def test_strangers_hear_nothing(self):
        use_resolver(RESOLVER)
        resolver = Resolver("--host-record=www.example,192.0.2.7")
        self.assertIn("10.209.0.1", self.stranger.run("ip", "route", "get", GATEWAY).stdout)
        for name in ("web.slipway.internal", "www.example"):
            self.assertIn("timed out", self.stranger.dig(name))
            self.assertNotIn("ANSWER", self.stranger.dig("+tcp", name))
        self.assertEqual(self.member.short("web.slipway.internal"), ["10.77.0.2"])
        self.assertNotIn("www.example", resolver.stop())

    def test_a_network_knows_nothing_of_another(self):
        log = Log("secret", "10.209.0.0/24")
        self.addCleanup(os.unlink, log.path)
        unit = Unit("secret", "10.209.0.1:53")
        self.addCleanup(unit.remove)
        log.set("1", address("vault", "10.209.0.2"))
        self.assertEqual(self.stranger.short("vault.slipway.internal", server="10.209.0.1"), ["10.209.0.2"])
        self.assertIn("NXDOMAIN", self.member.dig("vault.slipway.internal"))
        sure("ip", "-n", self.member.name, "route", "replace", "default", "via", GATEWAY)
        self.assertIn("timed out", self.member.dig("vault.slipway.internal", server="10.209.0.1"))

    def test_noise_does_no_harm(self):
        ask_from_host(question("web.slipway.internal"))
        pid = self.unit.pid()
        whole = question("web.slipway.internal")
        chance = random.Random(1)
        for _ in range(5000):
            packet = bytearray(whole) if chance.random() < 0.8 else bytearray(chance.randbytes(chance.randrange(1, 600)))
            for _ in range(chance.randrange(4)):
                packet[chance.randrange(len(packet))] = chance.randrange(256)
            ask_from_host(bytes(packet), 0)
        self.assertEqual(ask_from_host(whole)[-4:], bytes([10, 77, 0, 2]))
        self.assertEqual(self.unit.pid(), pid)

    def test_no_answer_is_larger_than_a_packet(self):
        for size in (512, 1232, 4096):
            said = self.member.dig("+ignore", f"+bufsize={size}", "many.slipway.internal")
            self.assertLessEqual(int(said.split("rcvd: ")[1].split()[0]), min(size, 1232))


class Confinement(DnsTest):
    def test_it_owns_nothing_and_can_do_nothing_else(self):
        self.member.short("web.slipway.internal")
        with open(f"/proc/{self.unit.pid()}/status", encoding="utf-8") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(int(status[kind], 16), 0, kind)
        self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))
        self.assertNotIn("0", status["Uid"].split())
        self.assertNotIn("0", status["Gid"].split())

    def test_systemd_rates_it_ok(self):
        report = output("systemd-analyze", "security", "--no-pager", f"{self.unit.name}.service")
        self.assertIn("OK", report.splitlines()[-1], report)

    def test_it_complains_of_lines_that_nobody_understands_and_goes_on(self):
        self.log.write(nonsense=1)
        self.log.set("later", address("later", "10.77.0.50"))
        self.assertEqual(self.member.short("later.slipway.internal"), ["10.77.0.50"])
        wait_until(lambda: any("a line is skipped" in entry["MESSAGE"] for entry in journal(f"_SYSTEMD_UNIT={self.unit.name}.service")))


if __name__ == "__main__":
    unittest.main()
