# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks of a user's containers, by pasta and by slirp4netns: out, in, names, and what is left when anything is killed."""
import json
import os
import signal
import socket
import subprocess

from networks import SERVER, NetworkTest, call
from rootless import RootlessTest
from support import IMAGE, output, run, wait_until

PROGRAMS = ("pasta", "slirp4netns")
# Their names as the kernel has them: pasta becomes its variant for the processor.
COMMANDS = ("pasta", "pasta.avx2", "passt", "passt.avx2", "slirp4netns")
# As SERVER, but it waits for the caller to say something: pasta of 2023 passes nothing on to a caller from elsewhere before.
ASKED_SERVER = SERVER.replace("print $c $c->peerhost", "<$c>; print $c $c->peerhost")
ECHO = ("use IO::Socket::IP; $| = 1; $s = IO::Socket::IP->new(LocalHost => '::', LocalPort => $ARGV[0], Proto => 'udp', V6Only => 0) or die $@; "
        "print \"ready\\n\"; while ($s->recv($m, 1500)) { $s->send($m) }")


def ask(address, port, *where, seconds=3):
    done = run(*where, "timeout", str(seconds), "bash", "-c", f"exec 3<>/dev/tcp/{address}/{port} && echo >&3 && cat <&3")
    return done.stdout.strip().removeprefix("::ffff:") or None


class RootlessNetworks(RootlessTest, NetworkTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.import_image()
        if not os.path.exists("/dev/net/tun"):
            os.makedirs("/dev/net", exist_ok=True)
            subprocess.run(["mknod", "/dev/net/tun", "c", "10", "200"], check=True)
        os.chmod("/dev/net/tun", 0o666)  # as udev has it
        NetworkTest.setUpClass()  # the machine's engine has the image too

    def setUp(self):
        self.addCleanup(self.expect_nothing)  # the last to be called

    def expect_nothing(self):
        wait_until(lambda: not self.relays() and not os.path.exists("/sys/class/net/lan0"))

    def make_world(self):
        """Another host, to which the default routes lead."""
        self.make_outside()
        for line in ("ip route replace default via 192.0.2.2", "ip -6 route replace default via 2001:db8::2"):
            done = run(*line.split())
            self.assertEqual(done.returncode, 0, done.stderr)

    def relays(self):
        lines = [line.split() for line in output("ps", "-u", str(self.user.uid), "-o", "pid=,stat=,comm=").splitlines()]
        return [int(line[0]) for line in lines if line[2] in COMMANDS and not line[1].startswith("Z")]

    def begin(self, name, *options, command=("sleep", "infinity")):
        self.user.slipway("rm", "--force", name)
        done = self.user.slipway("run", "--detach", "--name", name, *options, IMAGE, *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(self.user.slipway, "rm", "--force", name)

    def start_anew(self, name):
        for words in (("stop", "--time", "0", name), ("start", name)):
            done = self.user.slipway(*words)
            self.assertEqual(done.returncode, 0, done.stderr)

    def begin_server(self, name, *options, port=80):
        self.begin(name, *options, command=("perl", "-MIO::Socket::IP", "-e", ASKED_SERVER, str(port)))
        wait_until(lambda: "ready" in self.user.slipway("logs", name).stdout)

    def inside(self, name):
        return self.user.command("slipway", "--user", "exec", name)

    def state(self, name):
        return json.loads(self.user.slipway("inspect", name).stdout)[0]["State"]

    def ports(self, name):
        return json.loads(self.user.slipway("inspect", name).stdout)[0]["NetworkSettings"]["Ports"]

    def serve_here(self, address, port):
        """A server of the host's own, that tells callers their address."""
        server = subprocess.Popen(["perl", "-MIO::Socket::IP", "-e", SERVER.replace('"::"', f'"{address}"').replace(", V6Only => 0", ""), str(port)],
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.assertEqual(server.stdout.readline(), "ready\n")

    def hide(self, *programs):
        for name in programs:
            os.rename(f"/usr/bin/{name}", f"/usr/bin/{name}.hidden")
            self.addCleanup(os.rename, f"/usr/bin/{name}.hidden", f"/usr/bin/{name}")

    def interfaces(self, name):
        lines = self.user.slipway("exec", name, "cat", "/proc/net/dev").stdout.splitlines()[2:]
        return {line.split(":")[0].strip() for line in lines}

    def gateway(self, name):
        routes = [line.split() for line in self.user.slipway("exec", name, "cat", "/proc/net/route").stdout.splitlines()]
        [address] = [route[2] for route in routes if route[1] == "00000000"]
        return socket.inet_ntoa(bytes.fromhex(address)[::-1])

    def test_the_outside_is_reached_by_the_hosts_address(self):
        self.make_world()
        self.serve_outside(7000)
        for program in PROGRAMS:
            with self.subTest(program):
                self.begin("client", "--network", program)
                self.assertEqual(self.interfaces("client"), {"lo", "eth0"})
                self.assertEqual(call("192.0.2.2", 7000, *self.inside("client")), "192.0.2.1")
        self.begin("client", "--network", "pasta")
        self.assertEqual(call("2001:db8::2", 7000, *self.inside("client")), "2001:db8::1")

    def test_the_host_is_reached_by_its_address_and_not_by_its_loopback(self):
        self.make_world()
        self.serve_here("192.0.2.1", 7001)
        self.serve_here("127.0.0.1", 7002)
        for program in PROGRAMS:
            with self.subTest(program):
                self.begin("client", "--network", program, "--add-host", "harbour:host-gateway")
                self.assertEqual(call("192.0.2.1", 7001, *self.inside("client")), "192.0.2.1")
                self.assertEqual(call("harbour", 7001, *self.inside("client")), "192.0.2.1")
                for gateway in (self.gateway("client"), "127.0.0.1"):
                    self.assertIsNone(call(gateway, 7002, *self.inside("client"), seconds=1))

    def test_a_host_that_leads_nowhere_has_containers_too(self):
        for program in PROGRAMS:
            with self.subTest(program):
                self.begin_server("server", "--network", program, "-p", "18080:80")
                self.assertEqual(self.interfaces("server"), {"lo", "eth0"})
                self.assertIsNotNone(ask("127.0.0.1", 18080))
        # What comes later leads there as well.
        self.begin("client", "--network", "pasta")
        self.make_world()
        self.serve_outside(7000)
        self.assertEqual(call("192.0.2.2", 7000, *self.inside("client")), "192.0.2.1")

    def test_a_port_is_reached_from_the_hosts_loopback(self):
        self.make_world()
        for program in PROGRAMS:
            with self.subTest(program):
                self.begin_server("server", "--network", program, "-p", "18080:80")
                self.assertIsNotNone(ask("127.0.0.1", 18080))
                self.assertIsNotNone(ask("192.0.2.1", 18080))
        self.begin_server("server", "--network", "pasta", "-p", "18080:80")
        for address in ("::1", "2001:db8::1"):
            self.assertIsNotNone(ask(address, 18080), address)

    def test_a_port_is_reached_from_elsewhere(self):
        self.make_world()
        self.begin_server("server", "--network", "slirp4netns", "-p", "18080:80")
        self.assertEqual(ask("192.0.2.1", 18080, *self.OUTSIDE), "192.0.2.2")
        self.begin_server("server", "--network", "pasta", "-p", "18080:80")
        self.assertEqual(ask("192.0.2.1", 18080, *self.OUTSIDE), "192.0.2.2")
        self.assertEqual(ask("2001:db8::1", 18080, *self.OUTSIDE), "2001:db8::2")

    def test_a_port_of_one_address_is_of_no_other(self):
        self.make_world()
        for program in PROGRAMS:
            with self.subTest(program):
                self.begin_server("server", "--network", program, "-p", "192.0.2.1:18080:80")
                self.assertIsNotNone(ask("192.0.2.1", 18080, *self.OUTSIDE))
                self.assertIsNone(ask("127.0.0.1", 18080, seconds=1))

    def test_datagrams_come_and_go(self):
        self.make_world()
        # What is not there is beyond the programs: see docs/networking.md.
        for program, outer, inner, addresses in (("pasta", 18053, 53, ("192.0.2.1",)), ("pasta", 18053, 18053, ("127.0.0.1", "192.0.2.1")),
                                                 ("slirp4netns", 18053, 53, ("192.0.2.1",))):
            self.begin("echo", "--network", program, "-p", f"{outer}:{inner}/udp", command=("perl", "-e", ECHO, str(inner)))
            wait_until(lambda: "ready" in self.user.slipway("logs", "echo").stdout)
            for address in addresses:
                with self.subTest(program, address=address), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                    client.settimeout(3)
                    client.connect((address, outer))
                    client.send(b"hello")
                    self.assertEqual(client.recv(100), b"hello")

    def test_ranges_and_any_ports(self):
        for program in PROGRAMS:
            with self.subTest(program):
                self.begin_server("server", "--network", program, "-p", "18080-18089:80-89", "-p", "90", "--expose", "85", "-P", port=85)
                self.assertIsNotNone(ask("127.0.0.1", 18085))
                chosen = int(self.ports("server")["90/tcp"][0]["HostPort"])
                with self.assertRaises(OSError):
                    socket.create_server(("127.0.0.1", chosen)).close()

    def test_nothing_is_published_that_nobody_asked_for(self):
        bound = lambda: {" ".join(line.split()[0:5:4]) for line in output("ss", "-Hlntu").splitlines()}
        before = bound()
        for program in PROGRAMS:
            self.begin_server("server", "--network", program)
            self.assertEqual(bound(), before, program)
        self.begin_server("server", "-p", "18080:80")
        self.assertEqual(bound() - before, {"tcp 0.0.0.0:18080"})

    def test_a_port_that_somebody_has_is_refused(self):
        with socket.create_server(("127.0.0.1", 18080)):
            refused = self.user.slipway("run", "--rm", "-p", "18080:80", IMAGE, "true")
        self.expect_failure(refused, "the host's port 18080/tcp is taken", status=125)
        self.begin_server("server", "-p", "18080:80")
        refused = self.user.slipway("run", "--rm", "-p", "18080:80", IMAGE, "true")
        self.expect_failure(refused, "the host's port 18080/tcp is published by the container server", status=125)
        refused = self.user.slipway("run", "--rm", "-p", "80:80", IMAGE, "true")
        self.expect_failure(refused, "the host's port 80/tcp is for root alone (publish one from 1024 on", status=125)
        refused = self.user.slipway("run", "--rm", "-p", "8080:80/sctp", IMAGE, "true")
        self.expect_failure(refused, "publishes ports of tcp and udp", status=125)

    def test_a_container_that_is_started_anew_has_its_port_again(self):
        for program in PROGRAMS:
            self.begin_server("server", "--network", program, "-p", "18080:80")
            for _ in range(3):
                self.start_anew("server")
                wait_until(lambda: ask("127.0.0.1", 18080, seconds=1) is not None)

    def answer_names(self, address, *where):
        """A name server that knows one name."""
        server = subprocess.Popen([*where, "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces", "--user=root",
                                   f"--listen-address={address}", "--address=/harbour.example/192.0.2.77"], stderr=subprocess.PIPE, text=True)
        self.addCleanup(server.stderr.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        while "started" not in server.stderr.readline():
            pass

    def set_aside(self, path):
        if os.path.lexists(path):
            os.rename(path, path + ".before")
            self.addCleanup(os.replace, path + ".before", path)

    def test_names_are_resolved_by_the_hosts_server(self):
        self.make_world()
        self.answer_names("127.0.0.9")
        self.answer_names("192.0.2.2", *self.OUTSIDE)
        self.set_aside("/etc/resolv.conf")
        for server in ("127.0.0.9", "192.0.2.2"):
            with open("/etc/resolv.conf", "w", encoding="ascii") as file:
                file.write(f"nameserver {server}\nsearch example\n")
            for program in PROGRAMS:
                with self.subTest(program, server=server):
                    done = self.user.slipway("run", "--rm", "--network", program, IMAGE, "sh", "-c", "getent ahostsv4 harbour; cat /etc/resolv.conf")
                    self.assertIn("192.0.2.77", done.stdout, done.stderr)
                    direct = program == "pasta" and server == "192.0.2.2"
                    self.assertRegex(done.stdout, r"nameserver 192\.0\.2\.2\n" if direct else r"nameserver 10\.2\d\d\.2\.3\n")

    def test_pasta_is_the_default_and_slirp4netns_where_it_is_missing(self):
        self.assertIn("Network:         pasta\n", self.user.slipway("info").stdout)
        self.assertIn("Network:         bridge\n", output("slipway", "info"))
        self.begin("client")
        self.assertNotIn("slirp4netns", output("ps", "-u", str(self.user.uid), "-o", "comm="))
        self.hide("pasta")
        info = self.user.slipway("info").stdout
        self.assertIn("Network:         slirp4netns\nnot taken:       pasta: is not installed (package passt)\n", info)
        self.begin("client")
        self.assertIn("slirp4netns", output("ps", "-u", str(self.user.uid), "-o", "comm="))
        refused = self.user.slipway("run", "--rm", "--network", "pasta", IMAGE, "true")
        self.expect_failure(refused, "the network pasta cannot be had: pasta is not installed (package passt)", status=125)

    def test_without_either_there_is_a_loopback_interface(self):
        self.hide(*PROGRAMS)
        self.assertIn("Network:         none\n", self.user.slipway("info").stdout)
        self.begin("client")
        self.assertEqual(self.interfaces("client"), {"lo"})
        wait_until(lambda: "The container client has a loopback interface alone: pasta is not installed" in
                   self.user.run("journalctl", "--user", "-u", "slipwayd.service", "-o", "cat", "-n", "50").stdout)
        refused = self.user.slipway("run", "--rm", "-p", "18080:80", IMAGE, "true")
        self.expect_failure(refused, "publishes ports by pasta or slirp4netns", status=125)

    def test_a_device_that_is_closed_to_the_user_is_told(self):
        os.chmod("/dev/net/tun", 0o600)
        self.addCleanup(os.chmod, "/dev/net/tun", 0o666)
        self.assertIn("pasta: /dev/net/tun: Permission denied", self.user.slipway("info").stdout)
        self.begin("client")
        self.assertEqual(self.interfaces("client"), {"lo"})

    def test_what_a_users_engine_has_not_got(self):
        for words, part in ((("--network", "back"), "no networks, so none of the name back"), (("--ip", "10.208.2.7"), "leave --ip,"),
                            (("--network-alias", "www"), "leave --ip,"), (("--bandwidth", "10m"), "leave --bandwidth out")):
            refused = self.user.slipway("run", "--rm", *words, IMAGE, "true")
            self.expect_failure(refused, part, status=125)
        refused = run("slipway", "run", "--rm", "--network", "pasta", IMAGE, "true")
        self.assertIn("is for containers of a user's engine", refused.stderr)
        self.assertEqual(self.user.slipway("network", "create", "back").returncode, 1)

    def test_other_networks_are_as_they_were(self):
        done = self.user.slipway("run", "--rm", "--network", "none", IMAGE, "grep", "-c", ":", "/proc/net/dev")
        self.assertEqual(done.stdout, "1\n", done.stderr)
        done = self.user.slipway("run", "--rm", "--network", "host", IMAGE, "readlink", "/proc/self/ns/net")
        self.assertEqual(done.stdout.strip(), os.readlink("/proc/self/ns/net"), done.stderr)
        self.begin("first")
        self.begin("second", "--network", "container:first")
        own = [self.user.slipway("exec", name, "readlink", "/proc/self/ns/net").stdout for name in ("first", "second")]
        self.assertEqual(own[0], own[1])
        self.assertEqual(len(self.relays()), 1)

    def test_nothing_is_left_whoever_is_killed(self):
        for program in PROGRAMS:
            for victim in ("monitor", "payload", "stop", "systemd"):
                with self.subTest(program, victim=victim):
                    self.begin_server("server", "--network", program, "-p", "18080:80")
                    [relay] = self.relays()
                    with open(f"/proc/{relay}/cgroup", encoding="utf-8") as file:
                        self.assertIn("slipway-server.scope/supervisor", file.read())
                    if victim == "monitor":
                        [monitor] = output("pgrep", "-u", str(self.user.uid), "-x", "slipway-monitor").split()
                        os.kill(int(monitor), signal.SIGKILL)
                    elif victim == "payload":
                        os.kill(self.state("server")["Pid"], signal.SIGKILL)
                    elif victim == "stop":
                        self.assertEqual(self.user.slipway("stop", "server").returncode, 0)
                    else:
                        self.assertEqual(self.user.run("systemctl", "--user", "stop", "slipway-server.scope").returncode, 0)
                    wait_until(lambda: not self.relays())
                    wait_until(lambda: self.state("server")["Status"] == "exited")
                    wait_until(lambda: self.user.show("slipway-server.scope", "ActiveState") == "inactive")
                    socket.create_server(("127.0.0.1", 18080)).close()

    def test_an_engine_that_is_killed_changes_nothing(self):
        for program in PROGRAMS:
            with self.subTest(program):
                self.begin_server("server", "--network", program, "-p", "18080:80")
                relays = self.relays()
                os.kill(int(self.user.show("slipwayd.service", "MainPID")), signal.SIGKILL)
                self.assertIsNotNone(ask("127.0.0.1", 18080))
                self.assertEqual(self.state("server")["Status"], "running")
                self.assertEqual(self.user.run("systemctl", "--user", "restart", "slipwayd.service").returncode, 0)
                self.assertEqual(self.relays(), relays)
                self.assertIsNotNone(ask("127.0.0.1", 18080))
                self.assertEqual(self.user.slipway("stop", "--time", "0", "server").returncode, 0)

    def test_engines_killed_during_a_start_leave_nothing(self):
        for delay in range(0, 60, 4):
            program = PROGRAMS[delay // 4 % 2]
            self.user.slipway("rm", "--force", "server")
            engine = int(self.user.show("slipwayd.service", "MainPID"))
            begun = subprocess.Popen(self.user.command("slipway", "--user", "run", "--detach", "--name", "server", "--network", program, "-p", "18080:80", IMAGE, "sleep", "infinity"),
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                begun.wait(delay / 1000)
            except subprocess.TimeoutExpired:
                pass
            os.kill(engine, signal.SIGKILL)
            begun.wait(30)
            listed = json.loads(self.user.slipway("ps", "-a", "--format", "json").stdout)
            if not any(each["State"] == "running" for each in listed):
                wait_until(lambda: not self.relays())
        self.user.slipway("rm", "--force", "server")

    def test_a_relay_that_is_killed_is_told_and_the_payload_runs_on(self):
        self.begin("server")
        [relay] = self.relays()
        os.kill(relay, signal.SIGKILL)
        journal = lambda: self.user.run("journalctl", "--user", "-n", "50", "-o", "cat").stdout
        wait_until(lambda: "was killed by signal 9: the container has no network any more until it is started anew" in journal())
        self.assertEqual(self.state("server")["Status"], "running")
        self.start_anew("server")
        self.assertEqual(self.interfaces("server"), {"lo", "eth0"})

    def test_a_payload_that_says_good_bye_is_heard(self):
        self.make_world()
        self.serve_outside(7000)
        script = "trap 'exec 3<>/dev/tcp/192.0.2.2/7000; head -n 1 <&3; exit 0' TERM; echo ready; while :; do sleep 0.05; done"
        for program in PROGRAMS:
            with self.subTest(program):
                self.begin("polite", "--network", program, command=("bash", "-c", script))
                wait_until(lambda: "ready" in self.user.slipway("logs", "polite").stdout)
                self.assertEqual(self.user.run("systemctl", "--user", "stop", "slipway-polite.scope").returncode, 0)
                self.assertIn("192.0.2.1", self.user.slipway("logs", "polite").stdout)
