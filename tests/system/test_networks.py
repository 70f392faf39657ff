# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks: who reaches whom, addresses that stay, and what the kernel is told of it."""
import json
import os
import signal

from networks import NetworkTest, call, inside, traces
from support import IMAGE, engine_pid, find_residue, expect_no_residue, output, run, show, slipway, wait_until


class Networks(NetworkTest):
    def test_containers_of_a_network_reach_each_other(self):
        server = self.serve("server")
        client = self.idle("client")
        for own, other in zip(client, server):
            self.assertEqual(call(other, 80, *inside("client")), own)

    def test_containers_of_different_networks_do_not(self):
        self.make_network("back")
        server = self.serve("server", "--network", "back")
        self.idle("client")
        for address in server:
            self.assertIsNone(call(address, 80, *inside("client"), seconds=1))
            self.assertIsNotNone(call(address, 80), "the host reaches every container")

    def test_a_container_of_two_networks_reaches_both(self):
        self.make_network("back")
        front = self.serve("front")
        back = self.serve("back", "--network", "back")
        self.idle("both", "--network", "default", "--network", "back")
        for address in (*front, *back):
            self.assertIsNotNone(call(address, 80, *inside("both")))

    def test_the_world_is_reached_by_the_hosts_address(self):
        self.make_outside()
        self.serve_outside(7000)
        self.idle("client")
        self.assertEqual(call("192.0.2.2", 7000, *inside("client")), "192.0.2.1")
        self.assertEqual(call("2001:db8::2", 7000, *inside("client")), "2001:db8::1")

    def test_nothing_leads_out_of_an_internal_network_or_into_it(self):
        self.make_outside()
        self.serve_outside(7000)
        self.make_network("closed", "--internal")
        server = self.serve("server", "--network", "closed")
        self.idle("client", "--network", "closed")
        self.assertIsNone(call("192.0.2.2", 7000, *inside("client"), seconds=1))
        self.assertIsNone(call(server[0], 80, *self.OUTSIDE, seconds=1))
        for address in server:
            self.assertIsNotNone(call(address, 80, *inside("client")))

    def test_nobody_outside_reaches_a_container_by_a_route(self):
        self.make_outside()
        for address in self.serve("server"):
            self.assertIsNone(call(address, 80, *self.OUTSIDE, seconds=1))

    def test_addresses_stay_with_a_container(self):
        before = self.idle("stays")
        slipway("stop", "--time", "0", "stays")
        self.idle("other")
        slipway("start", "stays")
        self.assertEqual(self.addresses("stays"), before)
        os.kill(engine_pid(), signal.SIGKILL)
        self.assertEqual(self.addresses("stays"), before)
        self.assertIn(before[0], slipway("exec", "stays", "cat", "/proc/net/fib_trie").stdout)

    def test_addresses_are_those_that_were_asked_for(self):
        self.make_network("chosen", "--subnet", "172.31.7.0/24", "--subnet", "fd77::/64", "--gateway", "172.31.7.254")
        self.idle("asks", "--network", "chosen", "--ip", "172.31.7.9", "--ip6", "fd77::9", "--mac-address", "02:00:00:00:00:09")
        self.assertEqual(self.addresses("asks"), ("172.31.7.9", "fd77::9"))
        self.assertEqual(slipway("exec", "asks", "cat", "/sys/class/net/eth0/address").stdout.strip(), "02:00:00:00:00:09")
        self.assertIn("FE071FAC", slipway("exec", "asks", "cat", "/proc/net/route").stdout)
        again = slipway("run", "--network", "chosen:ip=172.31.7.9", IMAGE, "true")
        self.assertEqual(again.returncode, 125)
        self.assertIn("172.31.7.9 of the network chosen belongs to another container", again.stderr)

    def test_a_full_network_says_so_and_leaves_nothing(self):
        self.make_network("small", "--subnet", "172.31.8.0/30", "--ipv6", "false")
        before = find_residue()
        self.idle("only", "--network", "small")
        full = slipway("run", "--network", "small", IMAGE, "true")
        self.assertEqual(full.returncode, 125)
        self.assertIn("no address of the network small is free", full.stderr)
        slipway("rm", "--force", "only")
        expect_no_residue(before)

    def test_a_network_is_used_to_its_last_address_and_the_next_one_is_that_of_who_goes(self):
        self.make_network("small", "--subnet", "172.31.8.0/29", "--ipv6", "false")
        before = find_residue()
        had = [self.idle(f"one{number}", "--network", "small")[0] for number in range(5)]
        self.assertEqual(sorted(had), [f"172.31.8.{number}" for number in range(2, 7)])
        self.idle("elsewhere")
        with_all = find_residue()
        error = "no address of the network small is free (172.31.8.0/29)"
        for status, words in ((125, ("run", "--name", "late", "--network", "small", IMAGE, "true")), (1, ("create", "--name", "late", "--network", "small", IMAGE, "true")),
                              (1, ("network", "connect", "small", "elsewhere"))):
            refused = slipway("--debug", *words)
            self.assertEqual(refused.returncode, status, words)
            self.assertEqual(len([line for line in refused.stderr.splitlines() if error in line]), 1, refused.stderr)
            self.assertIn("org.slipway.Engine1.Error.NoAddress", refused.stderr)
        self.assertNotEqual(slipway("inspect", "late").returncode, 0)
        self.assertEqual(slipway("exec", "elsewhere", "ls", "/sys/class/net").stdout.split(), ["eth0", "lo"])
        expect_no_residue(with_all)
        slipway("rm", "--force", "one2")
        self.assertEqual(self.idle("late", "--network", "small")[0], had[2])
        for name in ("one0", "one1", "one3", "one4", "late", "elsewhere"):
            slipway("rm", "--force", name)
        expect_no_residue(before)

    def test_a_running_container_is_connected_and_disconnected(self):
        self.make_network("back")
        server = self.serve("server", "--network", "back")
        self.idle("client")
        done = slipway("network", "connect", "back", "client")
        self.assertEqual(done.returncode, 0, done.stderr)
        own = self.addresses("client", "back")
        for address, seen in zip(server, own):
            self.assertEqual(call(address, 80, *inside("client")), seen)
        described = json.loads(slipway("network", "inspect", "back").stdout)[0]["Containers"]
        self.assertEqual({one["Name"]: one["Connected"] for one in described.values()}, {"server": True, "client": True})
        self.assertEqual(slipway("network", "disconnect", "back", "client").returncode, 0)
        self.assertIsNone(call(server[0], 80, *inside("client"), seconds=1))
        self.assertEqual(slipway("exec", "client", "ls", "/sys/class/net").stdout.split(), ["eth0", "lo"])

    def test_the_way_out_moves_to_what_is_left(self):
        self.make_outside()
        self.serve_outside(7000)
        self.make_network("back")
        self.idle("client", "--network", "default", "--network", "back")
        self.assertIsNotNone(call("192.0.2.2", 7000, *inside("client")))
        slipway("network", "disconnect", "default", "client")
        self.assertIsNotNone(call("192.0.2.2", 7000, *inside("client")))
        self.assertIsNotNone(call("2001:db8::2", 7000, *inside("client")))

    def test_a_container_without_a_network_has_a_loopback(self):
        self.start("lonely", "sleep", "infinity", options=("--network", "none"))
        self.assertEqual(slipway("exec", "lonely", "ls", "/sys/class/net").stdout.split(), ["lo"])

    def test_a_container_on_the_hosts_network_has_its_interfaces(self):
        for options in ((), ("--userns", "host")):
            shown = slipway("run", "--rm", "--network", "host", *options, IMAGE, "ls", "/sys/class/net")
            self.assertEqual(set(shown.stdout.split()), set(os.listdir("/sys/class/net")), shown.stderr)

    def test_a_containers_interfaces_are_shared(self):
        server = self.serve("server")
        shared = slipway("run", "--rm", "--network", "container:server", IMAGE, "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/80 && cat <&3")
        self.assertEqual(shared.stdout.strip().removeprefix("::ffff:"), "127.0.0.1", shared.stderr)
        self.assertIn(server[0], slipway("run", "--rm", "--network", "container:server", IMAGE, "cat", "/proc/net/fib_trie").stdout)
        slipway("stop", "--time", "0", "server")
        refused = slipway("run", "--rm", "--network", "container:server", IMAGE, "true")
        self.assertEqual(refused.returncode, 125)
        self.assertIn("not running: server", refused.stderr)

    def test_a_namespace_that_somebody_made_is_joined(self):
        self.make_outside()
        shown = slipway("run", "--rm", "--network", "ns:/run/netns/outside", IMAGE, "cat", "/proc/net/fib_trie")
        self.assertIn("192.0.2.2", shown.stdout, shown.stderr)
        refused = slipway("run", "--rm", "--network", "ns:/etc/passwd", IMAGE, "true")
        self.assertEqual(refused.returncode, 125)
        self.assertIn("/etc/passwd is no network namespace", refused.stderr)

    def test_what_a_container_had_goes_with_it(self):
        # The first one's are made for it, the others' were ready.
        for _ in range(3):
            identity = self.start("server", "sleep", "infinity", options=("-p", "18080:80"))
            # A link; its port, sender, IPv4 and two IPv6 addresses; the published port in both families.
            self.assertEqual(len(traces(identity, 18080)), 8)
            slipway("rm", "--force", "server")
            wait_until(lambda: not traces(identity, 18080))

    def test_a_network_in_use_stays(self):
        self.make_network("back")
        self.idle("user", "--network", "back")
        refused = slipway("network", "rm", "back")
        self.assertEqual(refused.returncode, 4)
        self.assertIn("in use by user", refused.stderr)
        slipway("rm", "--force", "user")
        self.assertTrue(os.path.exists("/sys/class/net/swback"))
        self.assertEqual(slipway("network", "rm", "back").returncode, 0)
        self.assertFalse(os.path.exists("/sys/class/net/swback"))
        self.assertEqual(slipway("network", "rm", "back").returncode, 3)
        self.assertIn("stays", slipway("network", "rm", "default").stderr)

    def test_peers_are_allowed_and_denied_by_the_scope(self):
        server = self.serve("server")
        self.idle("client", "--ip-deny", "any", "--ip-allow", server[0])
        self.assertIsNotNone(call(server[0], 80, *inside("client")))
        self.assertIsNone(call(server[1], 80, *inside("client"), seconds=1))
        self.assertEqual(show("slipway-client.scope", "IPAddressAllow"), f"{server[0]}/32")

    def test_a_bandwidth_is_kept_both_ways_and_leaves_nothing(self):
        identity = self.start("slow", "sleep", "infinity", options=("--bandwidth", "down=8m,up=4m"))
        port = f"v{identity[:12]}0"
        self.assertIn("rate 8Mbit", output("tc", "qdisc", "show", "dev", port))
        self.assertIn("rate 4Mbit", output("tc", "qdisc", "show", "dev", "i" + port[1:]))
        slipway("rm", "--force", "slow")
        wait_until(lambda: not os.path.exists(f"/sys/class/net/i{port[1:]}"))

    def test_bad_wishes_are_refused(self):
        for words, reason in ((("--network", "nowhere"), 'no network "nowhere"'), (("--network", "default:ip=10.0.0.x"), "no IP address"),
                              (("--network", "default:ip=192.168.77.1"), "is not of the network default"), (("--network", "none", "-p", "80"), "with 'none'"),
                              (("--network", "container:nobody"), "nobody"), (("-p", "80:99999"), "1 to 65535"), (("--bandwidth", "much"), "no bandwidth"),
                              (("--ip-deny", "nobody"), "no IP address")):
            refused = slipway("run", "--rm", *words, IMAGE, "true")
            self.assertEqual(refused.returncode, 125, words)
            self.assertIn(reason, refused.stderr)
        for words, reason in ((("--subnet", "10.0.0.1/8", "x"), "10.0.0.0/8?"), (("--driver", "overlay", "x"), "overlay"), (("bridge",), "bridge"),
                              (("--driver", "macvlan", "--subnet", "192.0.2.0/24", "x"), "parent")):
            refused = slipway("network", "create", *words)
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertIn(reason, refused.stderr)

    def test_networks_are_listed_and_pruned(self):
        self.make_network("front")
        self.make_network("back")
        self.idle("user", "--network", "front")
        listed = json.loads(slipway("network", "ls", "--format", "json").stdout)
        self.assertEqual({one["Name"]: one["Users"] for one in listed if one["Name"] != "default"}, {"back": [], "front": ["user"]})
        self.assertEqual(slipway("network", "prune").stdout, "back\n")
        self.assertEqual(slipway("network", "ls", "-q").stdout, "default\nfront\n")

    def test_a_host_without_ipv6_has_networks_of_ipv4(self):
        self.make_network("four", "--ipv6", "false")
        self.assertEqual(self.idle("only4", "--network", "four")[1], "")


class Healing(NetworkTest):
    """What others do to the host's network is put right."""

    def identity(self, name):
        return json.loads(slipway("inspect", name).stdout)[0]["Id"]

    def test_a_flushed_ruleset_comes_back(self):
        server = self.serve("server", "-p", "18080:80")
        identity = self.identity("server")
        before = traces(identity, 18080)
        run("nft", "flush", "ruleset")
        wait_until(lambda: slipway("ps").returncode == 0 and traces(identity, 18080) == before)
        self.assertIsNotNone(call("127.0.0.1", 18080))
        self.assertIsNotNone(call(server[0], 80))

    def test_a_deleted_bridge_comes_back_with_its_ports(self):
        server = self.serve("server")
        run("ip", "link", "delete", "swdefault")
        wait_until(lambda: slipway("ps").returncode == 0 and call(server[0], 80, seconds=1) is not None)

    def test_an_engine_that_was_killed_while_a_ruleset_was_flushed_heals_it(self):
        self.serve("server", "-p", "18080:80")
        identity = self.identity("server")
        before = traces(identity, 18080)
        os.kill(engine_pid(), signal.SIGKILL)
        run("nft", "flush", "ruleset")
        slipway("ps")
        wait_until(lambda: traces(identity, 18080) == before)

    def test_a_renamed_bridge_gets_its_name_back(self):
        server = self.serve("server")
        for line in ("ip link set swdefault down", "ip link set swdefault name other"):
            run(*line.split())
        wait_until(lambda: slipway("ps").returncode == 0 and call(server[0], 80, seconds=1) is not None)
        self.assertFalse(os.path.exists("/sys/class/net/other"))

    def test_addresses_taken_from_a_bridge_come_back(self):
        server = self.serve("server")
        run("ip", "address", "flush", "dev", "swdefault")
        wait_until(lambda: all(call(address, 80, seconds=1) for address in server))
