# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sockets that systemd has and that start containers: passed to the payload, or carried to a port of it."""
import json
import os
import signal
import socket
import threading
import time

from networks import call, inside
from support import IMAGE, engine_pid, journal, output, run, slipway, wait_until
from test_wires import SERVE, WireTest

# Serves the sockets that it is given: says its variables and the name of the socket.
GIVEN = ('$| = 1; @n = split /:/, $ENV{LISTEN_FDNAMES}; for $i (0 .. $ENV{LISTEN_FDS} - 1) { open $s[$i], "+<&=", 3 + $i or die "$i: $!" } '
         'open F, ">>", "/starts"; print F "x"; close F; $starts = -s "/starts"; '
         'while (1) { $r = ""; vec($r, fileno $_, 1) = 1 for @s; select $r, undef, undef, undef; for $i (0 .. $#s) { next unless vec($r, fileno $s[$i], 1); '
         'if ($n[$i] =~ /udp/) { $from = recv $s[$i], $b, 999, 0; send $s[$i], "$n[$i] $starts $b", 0, $from } '
         'else { accept $c, $s[$i] or next; print $c "$n[$i] $ENV{LISTEN_PID} $starts\\n"; close $c } } }')
PASSED = ("perl", "-e", GIVEN)


def unit_state(unit):
    return output("systemctl", "is-active", unit).strip()


def unit_files():
    return os.listdir("/var/lib/slipway/units") if os.path.isdir("/var/lib/slipway/units") else []


def documented_unit():
    """The unit of docs/activation.md's example, as it stands there."""
    with open("/slipway/docs/activation.md", encoding="utf-8") as page:
        text = page.read()
    begin = text.index("    # /etc/systemd/system/site.socket")
    end = text.index("    slipway create", begin)
    return "".join(line[4:] + "\n" for line in text[begin:end].splitlines())


class OwnUnits(WireTest):
    """Sockets that an administrator has written a unit for."""
    UNIT = "/etc/systemd/system/site.socket"

    def setUp(self):
        super().setUp()
        self.addCleanup(run, "systemctl", "daemon-reload")
        self.addCleanup(lambda: os.path.exists(self.UNIT) and os.unlink(self.UNIT))
        self.addCleanup(run, "systemctl", "stop", "slipway-listen@site.service")
        self.addCleanup(run, "systemctl", "disable", "--now", "site.socket")
        slipway("rm", "--force", "site")

    def enable(self, unit):
        with open(self.UNIT, "w", encoding="utf-8") as file:
            file.write(unit)
        done = run("systemctl", "enable", "--now", "site.socket")
        self.assertEqual(done.returncode, 0, done.stderr)

    def told(self, since):
        """What the service has written since then."""
        return [str(entry["MESSAGE"]) for entry in journal("--since", f"@{since}", "-u", "slipway-listen@site.service", "_TRANSPORT=stdout")]

    def test_the_example_starts_a_container_that_was_made_before(self):
        self.make("site", *PASSED)
        self.enable(documented_unit())
        self.assertEqual(self.status("site"), "created")
        self.assertEqual(call("127.0.0.1", 8090, seconds=20), "http 1 1")
        self.assertEqual(self.status("site"), "running")
        with socket.socket(socket.AF_UNIX) as unix:
            unix.connect("/run/site.sock")
            self.assertEqual(unix.recv(99), b"http 1 1\n")
        self.assertEqual(unit_state("slipway-listen@site.service"), "active")
        # Its end is the service's, and the next connection is another start.
        slipway("stop", "--time", "0", "site")
        self.assertEqual(call("127.0.0.1", 8090, seconds=20), "http 1 2")
        self.assertEqual(run("systemctl", "stop", "site.socket", "slipway-listen@site.service").returncode, 0)
        self.assertEqual(self.status("site"), "exited")
        self.assertIsNone(call("127.0.0.1", 8090))
        self.assertEqual(run("systemctl", "start", "site.socket").returncode, 0)
        self.assertEqual(call("127.0.0.1", 8090, seconds=20), "http 1 3")
        # A service that is started by hand has them too; the engine may come and go.
        slipway("stop", "--time", "0", "site")
        os.kill(engine_pid(), signal.SIGKILL)
        self.assertEqual(run("systemctl", "start", "slipway-listen@site.service").returncode, 0)
        self.assertEqual(call("127.0.0.1", 8090, seconds=20), "http 1 4")

    def test_the_example_is_a_good_unit(self):
        self.enable(documented_unit())
        done = run("systemd-analyze", "verify", self.UNIT)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_a_container_that_is_not_there_is_said_so_in_a_line(self):
        self.enable(documented_unit())
        since = time.time()
        self.assertIsNone(call("127.0.0.1", 8090))
        wait_until(lambda: unit_state("slipway-listen@site.service") in ("failed", "inactive") and self.told(since))
        told = self.told(since)
        self.assertEqual(len(told), 1, told)
        self.assertIn("no container 'site'", told[0])
        self.assertEqual(unit_state("site.socket"), "active")
        self.make("site", *PASSED)
        self.assertEqual(call("127.0.0.1", 8090, seconds=20), "http 1 1")

    def test_one_that_runs_without_them_is_said_so(self):
        self.start("site", "sleep", "infinity")
        self.enable(documented_unit())
        since = time.time()
        self.assertIsNone(call("127.0.0.1", 8090))
        wait_until(lambda: any("runs already, without these sockets" in line for line in self.told(since)))
        self.assertEqual(self.status("site"), "running")

    def test_several_units_bring_their_sockets_with_their_names(self):
        other = "/etc/systemd/system/site-time.socket"
        self.make("site", *PASSED)
        self.addCleanup(os.unlink, other)
        self.addCleanup(run, "systemctl", "stop", "site-time.socket")
        with open(other, "w", encoding="utf-8") as file:
            file.write("[Socket]\nListenDatagram=127.0.0.1:8091\nFileDescriptorName=udp\nService=slipway-listen@site.service\n")
        self.enable(documented_unit())
        self.assertEqual(run("systemctl", "start", "site-time.socket").returncode, 0)
        self.assertEqual(call("127.0.0.1", 8090, seconds=20), "http 1 1")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(20)
            asker.connect(("127.0.0.1", 8091))
            asker.send(b"time?")
            self.assertEqual(asker.recv(99), b"udp 1 time?")

    def test_sockets_that_cannot_be_passed_are_refused_in_a_line(self):
        unit = documented_unit().replace("ListenStream=/run/site.sock\nSocketMode=0660\n", "")
        for options, given, reason in ((("--pid", "host", "--userns", "host"), unit, "a PID namespace of its own"), (("--idle-stop", "1s"), documented_unit(), "only connections of TCP"),
                                       (("--listen", "8092"), unit, "a unit of somebody else's")):
            self.make("site", *PASSED, options=options)
            self.enable(given)
            since = time.time()
            self.assertIsNone(call("127.0.0.1", 8090))
            wait_until(lambda since=since, reason=reason: any(reason in line for line in self.told(since)))
            self.assertNotEqual(self.status("site"), "running")
            run("systemctl", "disable", "--now", "site.socket")
            slipway("rm", "--force", "site")

    def test_it_is_stopped_when_nobody_is_connected(self):
        self.make("site", *PASSED, options=("--idle-stop", "1s", "--stop-timeout", "0"))
        self.enable(documented_unit().replace("ListenStream=/run/site.sock\nSocketMode=0660\n", ""))
        self.assertEqual(call("127.0.0.1", 8090, seconds=20), "http 1 1")
        wait_until(lambda: self.status("site") == "exited")
        self.assertEqual(call("127.0.0.1", 8090, seconds=20), "http 1 2")


class Activation(WireTest):

    def test_the_first_connection_starts_it_and_it_has_the_sockets(self):
        self.make("web", *PASSED, options=("--listen", "8080:http", "--listen", "127.0.0.1:8081", "--listen", "/run/web.sock:local"))
        self.assertEqual(unit_state("slipway-listen@web.socket"), "active")
        self.assertEqual(self.status("web"), "created")
        self.assertEqual(call("127.0.0.1", 8080), "http 1 1")
        self.assertEqual(self.status("web"), "running")
        self.assertEqual(call("::1", 8080), "http 1 1")
        self.assertEqual(call("127.0.0.1", 8081), "listen 1 1")
        with socket.socket(socket.AF_UNIX) as unix:
            unix.connect("/run/web.sock")
            self.assertEqual(unix.recv(99), b"local 1 1\n")
        slipway("rm", "--force", "web")
        self.assertFalse(os.path.exists("/run/web.sock"))
        self.assertEqual(unit_files(), [])
        self.assertIsNone(call("127.0.0.1", 8080))

    def test_datagrams_and_vsock(self):
        self.make("time", *PASSED, options=("--listen", "127.0.0.1:8082/udp:udp", "--listen", "vsock::9999:vm"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(20)
            asker.connect(("127.0.0.1", 8082))
            asker.send(b"what time is it")
            self.assertEqual(asker.recv(99), b"udp 1 what time is it")
        self.assertIn("vsock::9999", output("systemctl", "show", "-p", "Listen", "slipway-listen@time.socket"))

    def test_run_starts_it_at_once_with_its_sockets_and_streams(self):
        done = slipway("run", "--rm", "--listen", "8080:http", IMAGE, "sh", "-c", "echo $LISTEN_FDS $LISTEN_FDNAMES; readlink /proc/self/fd/3; exit 7")
        self.assertEqual((done.returncode, done.stdout.split(":")[0]), (7, "1 http\nsocket"), done.stderr)
        wait_until(lambda: unit_state("slipway-listen@*.socket") == "")

    def test_restarts_lose_no_connection(self):
        self.make("web", *PASSED, options=("--listen", "8080:http"))
        answers, done = [], threading.Event()

        def ask():
            while not done.is_set():
                answers.append(call("127.0.0.1", 8080, seconds=20))
        asking = threading.Thread(target=ask)
        asking.start()
        for _ in range(3):
            time.sleep(0.3)
            slipway("stop", "--time", "0", "web")
        os.kill(engine_pid(), signal.SIGKILL)
        time.sleep(0.5)
        done.set()
        asking.join()
        self.assertGreaterEqual(len({answer for answer in answers if answer}), 3, answers[-5:])
        # What was accepted when it was killed is lost, and nothing else.
        self.assertLessEqual(answers.count(None), 3, answers)

    def test_an_engine_killed_in_the_midst_of_a_start_refuses_nobody(self):
        self.make("web", *PASSED, options=("--listen", "8080:http"))
        for delay in range(0, 40, 4):
            slipway("stop", "--time", "0", "web")
            wait_until(lambda: unit_state("slipway-listen@web.service") != "active")
            answers = []
            asking = threading.Thread(target=lambda: answers.append(call("127.0.0.1", 8080, seconds=20)))
            pid = engine_pid()
            asking.start()
            time.sleep(delay / 1000)
            os.kill(pid, signal.SIGKILL)
            asking.join()
            self.assertIsNotNone(answers[0], delay)

    def test_an_image_that_knows_nothing_of_it_is_served_too(self):
        self.make("web", *SERVE, "80", options=("--network", "none", "--listen", "8080=80"))
        self.assertEqual(call("127.0.0.1", 8080, seconds=20)[0], "1")
        self.assertEqual(self.status("web"), "running")
        slipway("stop", "--time", "0", "web")
        self.assertEqual(call("127.0.0.1", 8080, seconds=20)[0], "2")

    def test_it_is_stopped_when_nobody_is_connected(self):
        for name, options, command in (("passed", ("--listen", "8080"), PASSED), ("carried", ("--listen", "8081=80"), (*SERVE, "80"))):
            self.make(name, *command, options=(*options, "--idle-stop", "1s", "--stop-timeout", "0"))
        for port in (8080, 8081):
            self.assertIsNotNone(call("127.0.0.1", port, seconds=20))
        for name in ("passed", "carried"):
            wait_until(lambda name=name: self.status(name) == "exited")
        for port in (8080, 8081):
            self.assertIsNotNone(call("127.0.0.1", port, seconds=20))

    def test_a_connection_to_a_passed_socket_keeps_it_from_a_wires_rest(self):
        hold = ('open $s, "+<&=", 3 or die; $t = IO::Socket::IP->new(LocalHost => "::", LocalPort => 80, Listen => 9, V6Only => 0) or die; '
                'if (!fork) { while ($c = $t->accept) { print $c "wired\n"; close $c } } while (accept $c, $s) { print $c "x\n"; $c->flush; push @c, $c; undef $c }')
        self.make("web", "perl", "-MIO::Handle", "-MIO::Socket::IP", "-e", hold, options=("--listen", "8080", "--idle-stop", "1s", "--stop-timeout", "0"))
        self.idle("other", "--wire", "web:80")
        with socket.create_connection(("127.0.0.1", 8080)) as caller:
            self.assertEqual(caller.recv(9), b"x\n")
            self.assertEqual(call("web", 80, *inside("other")), "wired")
            time.sleep(2.5)
            self.assertEqual(self.status("web"), "running")

    def test_inspect_shows_what_starts_it(self):
        self.make("web", "true", options=("--listen", "8080:http", "--listen", "8081=80", "--wire", "db:5432"))
        known = json.loads(slipway("inspect", "web").stdout)[0]
        self.assertEqual([(one["Kind"], one["Address"], one["Name"], one["TargetPort"]) for one in known["Listeners"]],
                         [("Stream", "8080", "http", 0), ("Stream", "8081", "listen", 80)])
        self.assertEqual([(one["Name"], one["Address"], one["Target"]) for one in known["Wires"]], [("db", "127.208.0.1", "db")])

    def test_an_open_connection_keeps_it(self):
        hold = ('open $s, "+<&=", 3 or die; while (accept $c, $s) { print $c "x\\n"; $c->flush; push @c, $c; undef $c }')
        self.make("web", "perl", "-MIO::Handle", "-e", hold, options=("--listen", "8080", "--idle-stop", "1s", "--stop-timeout", "0"))
        with socket.create_connection(("127.0.0.1", 8080)) as caller:
            self.assertEqual(caller.recv(9), b"x\n")
            time.sleep(2.5)
            self.assertEqual(self.status("web"), "running")
        # The payload keeps its end: half of a connection is one still. It is the other end's that ends it.
        slipway("kill", "web")
        wait_until(lambda: self.status("web") == "exited")

    def test_stopping_the_unit_stops_the_container(self):
        self.make("web", *PASSED, options=("--listen", "8080", "--stop-timeout", "0"))
        self.assertIsNotNone(call("127.0.0.1", 8080, seconds=20))
        self.assertEqual(run("systemctl", "stop", "slipway-listen@web.socket", "slipway-listen@web.service").returncode, 0)
        self.assertEqual(self.status("web"), "exited")
        self.assertIsNone(call("127.0.0.1", 8080))

    def test_one_that_cannot_be_started_refuses_and_listens_on(self):
        self.make("web", "/no/such/program", options=("--listen", "8080"))
        for _ in range(30):
            self.assertIsNone(call("127.0.0.1", 8080))
        wait_until(lambda: unit_state("slipway-listen@web.service") in ("failed", "inactive"))
        self.assertEqual(unit_state("slipway-listen@web.socket"), "active")
        self.assertTrue(any("/no/such/program" in str(entry["MESSAGE"]) for entry in journal("_SYSTEMD_UNIT=slipway-listen@web.service")))
        done = slipway("start", "web")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("/no/such/program", done.stderr)

    def test_a_taken_port_is_refused_by_name_and_leaves_nothing(self):
        with socket.create_server(("0.0.0.0", 8080)):
            for socket_word in ("8080", "8080=80"):
                done = slipway("create", "--name", "web", "--listen", socket_word, IMAGE, "true")
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("8080", done.stderr)
                self.assertNotEqual(slipway("inspect", "web").returncode, 0)
                self.assertEqual(unit_files(), [])

    def test_an_engine_settles_what_another_has_left(self):
        self.make("web", *PASSED, options=("--listen", "8080"))
        # One was killed in the midst of a removal, another in the midst of a creation.
        for directory in ("/var/lib/slipway/units", "/run/systemd/system"):
            with open(f"{directory}/slipway-listen@gone.socket", "w", encoding="utf-8") as file:
                file.write("[Socket]\nListenStream=8081\n")
        self.addCleanup(os.unlink, "/run/systemd/system/slipway-listen@gone.socket")
        run("systemctl", "daemon-reload")
        run("systemctl", "start", "slipway-listen@gone.socket")
        self.assertEqual(unit_state("slipway-listen@gone.socket"), "active")
        run("systemctl", "stop", "slipway-listen@web.socket")
        os.kill(engine_pid(), signal.SIGKILL)
        slipway("ps")
        wait_until(lambda: unit_files() == ["slipway-listen@web.socket"])
        wait_until(lambda: unit_state("slipway-listen@gone.socket") != "active")
        wait_until(lambda: unit_state("slipway-listen@web.socket") == "active")
        self.assertEqual(call("127.0.0.1", 8080, seconds=20), "listen 1 1")

    def test_bad_sockets_are_refused_in_a_line(self):
        for words, reason in ((("--listen", "=80"), "no socket"), (("--listen", "8080=0"), "no port"), (("--listen", "8080/udp=80"), "only streams"),
                              (("--listen", "80 80"), "no address"), (("--listen", "8080/udp", "--idle-stop", "1s"), "only connections"),
                              (("--listen", "8080", "--idle-stop", "soon"), "not a time")):
            done = slipway("create", *words, IMAGE, "true")
            self.assertNotEqual(done.returncode, 0, words)
            self.assertIn(reason, done.stderr, words)
