# SPDX-License-Identifier: LGPL-2.1-or-later
"""Names beyond a network's own containers: of further networks, of services, made by hand, and in the host's hosts file."""
import json
import os
import signal
import stat

from names import NamesTest, dig
from support import engine_pid, output, run, slipway, wait_until

ASK = """
import random, socket, struct, sys
server, name, kind = sys.argv[1], sys.argv[2], int(sys.argv[3])
packet = struct.pack(">6H", random.randrange(65536), 0x0100, 1, 0, 0, 0) + b"".join(bytes([len(l)]) + l.encode() for l in name.split(".")) + b"\\0" + struct.pack(">2H", kind, 1)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
    asker.settimeout(2)
    asker.connect((server, 53))
    asker.send(packet)
    print(asker.recv(4096)[3] & 15)
"""


class NamesOfSeveralNetworks(NamesTest):
    def code(self, container, name, network="default"):
        """The response code that a container's own question gets from a network's server."""
        pid = json.loads(slipway("inspect", container).stdout)[0]["State"]["Pid"]
        done = run("nsenter", f"--net=/proc/{pid}/ns/net", "python3", "-c", ASK, self.gateway(network), name, "1")
        return int(done.stdout) if done.stdout else done.stderr.strip().split("\n")[-1]

    def setUp(self):
        self.make_network("back")

    def test_a_container_of_two_hears_of_both_and_others_do_not(self):
        back = self.idle("db", "--network", "back", "--network-alias", "store")
        front = self.idle("web")
        self.idle("both", "--network", "default", "--network", "back")
        for name in ("db", "store", "db.slipway.internal"):
            self.assertEqual(self.resolve("both", name), set(back), name)
            self.assertEqual(self.resolve("web", name), set(), name)
        self.assertEqual(self.resolve("both", "web"), set(front))
        for _ in range(3):
            self.assertEqual((self.code("both", "db.slipway.internal"), self.code("web", "db.slipway.internal")), (0, 3))
            self.assertEqual((self.code("both", "web.slipway.internal", "back"), self.code("db", "web.slipway.internal", "back")), (0, 3))
        self.assertEqual(slipway("exec", "both", "getent", "hosts", back[0]).stdout.split()[1:], ["db.slipway.internal"])
        # The host asks each network for its own.
        self.assertEqual(dig(self.gateway(), "db.slipway.internal"), [])

    def test_connecting_counts_from_the_next_question_on(self):
        back = self.idle("db", "--network", "back")
        self.idle("web")
        for _ in range(3):
            self.assertEqual(self.resolve("web", "db"), set())
            slipway("network", "connect", "back", "web")
            self.assertEqual(self.resolve("web", "db"), set(back))
            self.assertEqual(self.code("web", "db.slipway.internal"), 0)
            slipway("network", "disconnect", "back", "web")
            self.assertEqual(self.resolve("web", "db"), set())
            self.assertEqual(self.code("web", "db.slipway.internal"), 3)

    def test_a_change_there_is_seen_by_the_next_question(self):
        self.idle("both", "--network", "default", "--network", "back")
        for _ in range(5):
            address = self.idle("short", "--network", "back")
            self.assertEqual(self.resolve("both", "short"), set(address))
            slipway("rm", "--force", "short")
            self.assertEqual(self.resolve("both", "short"), set())

    def test_the_own_networks_names_come_first(self):
        first = self.idle("first", "--network-alias", "same")
        second = self.idle("second", "--network", "back:alias=same")
        self.idle("both", "--network", "default", "--network", "back")
        self.idle("other", "--network", "back", "--network", "default")
        self.assertEqual(self.resolve("both", "same"), set(first))
        self.assertEqual(self.resolve("other", "same"), set(second))

    def test_it_is_so_after_the_engines_death_too(self):
        back = self.idle("db", "--network", "back")
        self.idle("both", "--network", "default", "--network", "back")
        os.kill(engine_pid(), signal.SIGKILL)
        self.assertEqual(self.resolve("both", "db"), set(back))
        slipway("ps")
        self.assertEqual(self.resolve("both", "db"), set(back))

    def test_an_internal_network_asks_for_no_other_names(self):
        self.make_network("closed", "--internal")
        self.idle("inner", "--network", "closed")
        self.idle("outer", "--network", "closed", "--network", "default")
        refused = 5
        self.assertEqual(self.code("inner", "www.example", "closed"), refused)
        self.assertEqual(self.code("inner", "outer.slipway.internal", "closed"), 0)
        self.assertNotEqual(self.code("outer", "www.example", "closed"), refused)


class Services(NamesTest):
    def browse(self):
        """Everything that a browser finds: kinds of services, and who has them."""
        gateway = self.gateway()
        kinds = dig(gateway, "_services._dns-sd._udp.slipway.internal", "PTR")
        return {kind: sorted(dig(gateway, kind, "PTR")) for kind in kinds}

    def test_services_are_browsed(self):
        self.idle("web", "--expose", "80", "--expose", "12345")
        gateway = self.gateway()
        for kind in ("b", "lb"):
            self.assertEqual(dig(gateway, f"{kind}._dns-sd._udp.slipway.internal", "PTR"), ["slipway.internal."])
        self.assertEqual(self.browse(), {"_http._tcp.slipway.internal.": ["web._http._tcp.slipway.internal."]})
        self.assertEqual(dig(gateway, "web._http._tcp.slipway.internal", "SRV"), ["0 0 80 web.slipway.internal."])
        self.assertEqual(dig(gateway, "web._http._tcp.slipway.internal", "TXT"), ['""'])

    def test_kinds_of_services_last_as_long_as_somebody_has_them(self):
        self.idle("one", "--expose", "80")
        self.idle("two", "-p", "18080:80", "--expose", "53/udp")
        http = ["one._http._tcp.slipway.internal.", "two._http._tcp.slipway.internal."]
        domain = {"_domain._udp.slipway.internal.": ["two._domain._udp.slipway.internal."]}
        self.assertEqual(self.browse(), {"_http._tcp.slipway.internal.": http, **domain})
        slipway("rm", "--force", "one")
        self.assertEqual(self.browse(), {"_http._tcp.slipway.internal.": http[1:], **domain})
        slipway("stop", "--time", "0", "two")
        self.assertEqual(self.browse(), {})


class StaticRecords(NamesTest):
    def setUp(self):
        self.make_network("back", "--subnet", "172.31.9.0/24", "--subnet", "fd79::/64")
        self.idle("inner", "--network", "back")

    def dns(self, *words, status=0):
        done = slipway("dns", *words)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stderr if status else done.stdout

    def test_all_kinds_are_answered_at_once_and_gone_at_once(self):
        self.dns("add", "back", "Printer", "A", "192.0.2.9")
        self.dns("add", "back", "printer.slipway.internal.", "aaaa", "2001:db8::9")
        self.dns("add", "back", "_ipp._tcp", "SRV", "1", "2", "631", "printer")
        self.dns("add", "back", "9.9.31.172.in-addr.arpa.", "PTR", "printer")
        self.dns("add", "back", "printer", "TXT", "one text", 'and "another"')
        for server in (self.gateway("back"),):
            self.assertEqual(dig(server, "printer.slipway.internal"), ["192.0.2.9"])
            self.assertEqual(dig(server, "printer.slipway.internal", "AAAA"), ["2001:db8::9"])
            self.assertEqual(dig(server, "_ipp._tcp.slipway.internal", "SRV"), ["1 2 631 printer.slipway.internal."])
            self.assertEqual(dig(server, "-x", "172.31.9.9"), ["printer.slipway.internal."])
            self.assertEqual(dig(server, "printer.slipway.internal", "TXT"), ['"one text" "and \\"another\\""'])
        self.assertEqual(self.resolve("inner", "printer"), {"192.0.2.9", "2001:db8::9"})
        self.dns("rm", "back", "printer", "TXT", "one text", 'and "another"')
        self.assertEqual(dig(self.gateway("back"), "printer.slipway.internal", "TXT"), [])
        self.dns("rm", "back", "printer", "A")
        self.assertEqual(self.resolve("inner", "printer"), {"2001:db8::9"})
        self.dns("rm", "back", "PRINTER")
        self.assertEqual(self.resolve("inner", "printer"), set())

    def test_what_cannot_be_is_refused_in_a_line(self):
        for words, says in ((("printer", "MX", "10 a"), "of the type 'MX'"), (("a..b", "A", "192.0.2.1"), "is no name"), (("a", "A", "fd00::1"), "IPv4"),
                            (("example.com.", "A", "192.0.2.1"), "neither in slipway.internal"), (("1.8.31.172.in-addr.arpa.", "PTR", "a"), "neither in"),
                            (("a", "SRV", "1 2 3"), "PRIORITY WEIGHT PORT TARGET")):
            self.assertIn(says, self.dns("add", "back", *words, status=2))
        self.dns("add", "back", "a", "A", "192.0.2.1")
        self.assertIn("already", self.dns("add", "back", "A", "A", "192.0.2.1", status=4))
        self.assertIn("no such static record", self.dns("rm", "back", "a", "A", "192.0.2.2", status=3))
        self.assertIn("no such static record", self.dns("rm", "back", "inner", status=3))
        self.dns("add", "nowhere", "a", "A", "192.0.2.1", status=3)

    def test_nobody_else_changes_them(self):
        for words in (("add", "back", "a", "A", "192.0.2.1"), ("rm", "back", "a"), ("hosts", "off")):
            done = run("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "slipway", "dns", *words)
            self.assertEqual(done.returncode, 5, done.stderr)

    def test_they_outlive_the_engine_and_go_with_their_network(self):
        self.dns("add", "back", "kept", "A", "192.0.2.1")
        os.kill(engine_pid(), signal.SIGKILL)
        self.assertEqual(dig(self.gateway("back"), "kept.slipway.internal"), ["192.0.2.1"])
        slipway("rm", "--force", "inner")
        # Its server is there still, and hears of changes from another engine too.
        os.kill(engine_pid(), signal.SIGKILL)
        self.dns("add", "back", "later", "A", "192.0.2.3")
        self.assertEqual(dig(self.gateway("back"), "later.slipway.internal"), ["192.0.2.3"])
        self.assertEqual(slipway("network", "rm", "back").returncode, 0)
        self.make_network("back")
        self.idle("inner", "--network", "back")
        self.assertEqual(dig(self.gateway("back"), "kept.slipway.internal"), [])

    def test_the_list_says_what_is_answered_and_why(self):
        address = self.idle("web", "--network", "back:alias=www", "--expose", "80")
        self.dns("add", "back", "printer", "A", "192.0.2.9")
        listed = {(one["Name"], one["Type"], one["Data"]): one["Why"] for one in json.loads(self.dns("--network", "back", "--json"))}
        for record, why in ((("web.slipway.internal.", "A", address[0]), "container web: name"), (("www.slipway.internal.", "AAAA", address[1]), "container web: alias"),
                            (("_80._tcp.web.slipway.internal.", "SRV", "0 0 80 web.slipway.internal."), "container web: port 80/tcp"),
                            (("_http._tcp.slipway.internal.", "PTR", "web._http._tcp.slipway.internal."), "container web: port 80/tcp"),
                            (("b._dns-sd._udp.slipway.internal.", "PTR", "slipway.internal."), "network"), (("printer.slipway.internal.", "A", "192.0.2.9"), "static")):
            self.assertEqual(listed.get(record), why, record)
        gateway = self.gateway("back")
        for name, kind, data in listed:
            self.assertIn(data, dig(gateway, name, kind))
        self.assertRegex(self.dns("ls"), r"back +web\.slipway\.internal\. +A +" + address[0])
        slipway("stop", "--time", "0", "web")
        self.assertNotIn("web.slipway.internal.", self.dns())


class HostsFile(NamesTest):
    OTHERS = "127.0.0.1\tlocalhost\n# mine\n192.0.2.77 elsewhere\n"

    def setUp(self):
        self.path = "/run/names-test-hosts"
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(self.OTHERS)
        os.chmod(self.path, 0o640)
        os.chown(self.path, 12, 34)
        self.addCleanup(os.unlink, self.path)
        self.addCleanup(slipway, "dns", "hosts", "off")

    def content(self):
        with open(self.path, encoding="utf-8") as file:
            return file.read()

    def keep(self, *words, status=0):
        done = slipway("dns", "hosts", *words)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stderr

    def test_names_come_and_go_and_the_rest_stays(self):
        web = self.idle("web", "--network-alias", "www")
        self.keep(self.path)
        self.assertTrue(self.content().startswith(self.OTHERS + "# BEGIN slipway\n"))
        for address in web:
            self.assertIn(f"{address}\tweb.slipway.internal www.slipway.internal\n", self.content())
        self.assertEqual(self.content().removeprefix(self.OTHERS), slipway("dns", "--hosts").stdout)
        status = os.stat(self.path)
        self.assertEqual((stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid), (0o640, 12, 34))
        later = self.idle("later")
        wait_until(lambda: later[0] in self.content())
        slipway("rm", "--force", "later")
        wait_until(lambda: later[0] not in self.content())
        with open(self.path, "a", encoding="utf-8") as file:
            file.write("192.0.2.78 behind\n")
        slipway("rm", "--force", "web")
        wait_until(lambda: web[0] not in self.content())
        self.assertEqual(self.content(), self.OTHERS + "# BEGIN slipway\n# END slipway\n192.0.2.78 behind\n")
        self.keep("off")
        self.assertEqual(self.content(), self.OTHERS + "192.0.2.78 behind\n")

    def test_a_mount_point_is_written_in_place(self):
        source = self.path + "-source"
        with open(source, "w", encoding="utf-8") as file:
            file.write(self.OTHERS)
        self.addCleanup(os.unlink, source)
        self.assertEqual(run("mount", "--bind", source, self.path).returncode, 0)
        self.addCleanup(run, "umount", self.path)
        address = self.idle("web")[0]
        self.keep(self.path)
        self.assertIn(address, self.content())
        with open(source, encoding="utf-8") as file:
            self.assertIn(address, file.read())
        self.keep("off")
        self.assertEqual(self.content(), self.OTHERS)

    def test_it_is_kept_after_the_engines_death(self):
        self.keep(self.path)
        os.kill(engine_pid(), signal.SIGKILL)
        address = self.idle("web")[0]
        wait_until(lambda: address in self.content())
        slipway("rm", "--force", "web")
        wait_until(lambda: address not in self.content())

    def test_the_c_library_finds_names_in_it(self):
        with open("/etc/hosts", encoding="utf-8") as file:
            before = file.read()
        address = self.idle("web")
        self.keep()
        # Without resolved, as on hosts that have none.
        found = output("getent", "-s", "files", "hosts", "web.slipway.internal")
        self.assertIn(found.split()[0], address)
        self.assertEqual(output("getent", "-s", "files", "hosts", address[0]).split()[1:], ["web.slipway.internal"])
        self.keep("off")
        self.assertEqual(output("getent", "-s", "files", "hosts", "web.slipway.internal"), "")
        with open("/etc/hosts", encoding="utf-8") as file:
            self.assertEqual(file.read(), before)

    def test_what_cannot_be_written_is_refused_and_changes_nothing(self):
        self.idle("web")
        self.assertIn("regular", self.keep("/run", status=2))
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("# BEGIN slipway\n192.0.2.1 mine\n")
        self.assertIn("by hand", self.keep(self.path, status=2))
        self.assertEqual(self.content(), "# BEGIN slipway\n192.0.2.1 mine\n")
        self.assertEqual(output("busctl", "get-property", "org.slipway.Engine1", "/org/slipway/Engine1", "org.slipway.Engine1.Manager", "HostsFile"), 's ""\n')


if __name__ == "__main__":
    import unittest
    unittest.main()
