# SPDX-License-Identifier: LGPL-2.1-or-later
"""The engine on a host without systemd and without a bus: what works there, and what is refused and how."""
import os
import signal
import subprocess
import unittest

from other_host import CGROUP, OtherHost
from rootless import RootlessTest
from support import ARCHIVE, IMAGE, run, wait_until

INIT = ("sh", "-c", "busybox syslogd -O /var/log/syslog; while sleep 0.2; do :; done")
UNIFIED = os.path.exists("/sys/fs/cgroup/cgroup.procs")


class NoSystemd(unittest.TestCase):
    cgroups = "rw"

    @classmethod
    def setUpClass(cls):
        cls.host = OtherHost(*INIT, cgroups=cls.cgroups)
        cls.addClassCleanup(cls.host.stop)
        cls.before_engine()
        cls.begin_engine()
        cls.host.import_image()

    @classmethod
    def before_engine(cls):
        """What else its host has."""

    @classmethod
    def begin_engine(cls):
        """A child of the first process, as a supervisor would have it."""
        cls.host.run("sh", "-c", "setsid /usr/lib/slipway/slipwayd </dev/null >>/var/log/slipwayd.log 2>&1 &")
        try:
            wait_until(lambda: cls.host.slipway("info").returncode == 0)
        except AssertionError:
            raise AssertionError(cls.host.slipway("info").stderr + cls.host.read("/var/log/slipwayd.log")[-2000:]) from None

    def check(self, *arguments, **options):
        done = self.host.slipway(*arguments, **options)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stderr}{self.host.read('/var/log/slipwayd.log')[-2000:]}")
        return done.stdout

    def start(self, name, *command, options=()):
        self.host.slipway("rm", "--force", name)
        self.addCleanup(self.host.slipway, "rm", "--force", name)
        return self.check("run", "--detach", "--name", name, *options, IMAGE, *command).strip()

    def refused(self, word, *arguments):
        done = self.host.slipway(*arguments)
        self.assertNotEqual(done.returncode, 0, arguments)
        self.assertIn(word, done.stderr)
        self.assertLessEqual(len(done.stderr.strip().splitlines()), 2, done.stderr)
        return done


class Engine(NoSystemd):
    def test_a_container_runs_and_tells_its_status(self):
        done = self.host.slipway("run", "--rm", IMAGE, "sh", "-c", "echo out; echo err >&2; exit 7")
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("out\n", "err\n", 7))
        self.assertEqual(self.check("ps", "-a", "-q"), "")

    @unittest.skipUnless(UNIFIED, "the old hierarchies have several places")
    def test_it_is_in_a_cgroup_of_its_own_which_goes_with_it(self):
        self.start("web", "sleep", "infinity")
        self.assertIn("0::/slipway/web/payload", self.host.run("cat", f"/proc/{self.pid('web')}/cgroup").stdout)
        self.assertIn('"Unit": "slipway/web"', self.check("inspect", "web"))
        wait_until(lambda: os.path.exists(f"{CGROUP}/slipway/web/supervisor"))
        self.check("pause", "web")
        with open(f"{CGROUP}/slipway/web/cgroup.events", encoding="ascii") as file:
            self.assertIn("frozen 1", file.read())
        self.check("unpause", "web")
        self.assertEqual(self.check("exec", "web", "echo", "in"), "in\n")
        self.check("stop", "-t", "1", "web")
        wait_until(lambda: not os.path.exists(f"{CGROUP}/slipway/web"))

    @unittest.skipIf(UNIFIED, "the unified hierarchy has no controllers in this machine")
    def test_limits_bind(self):
        self.start("web", "sleep", "infinity", options=("--memory", "64m", "--pids-limit", "20", "--cpus", "0.5"))
        read = lambda file: self.host.run("cat", f"/sys/fs/cgroup/{file}").stdout.strip()  # noqa: E731
        self.assertEqual(read("memory/slipway/web/memory.limit_in_bytes"), str(64 << 20))
        self.assertEqual(read("pids/slipway/web/pids.max"), "20")
        self.assertIn(str(self.pid("web")), read("memory/slipway/web/cgroup.procs").split())
        self.check("update", "--memory", "96m", "web")
        self.assertEqual(read("memory/slipway/web/memory.limit_in_bytes"), str(96 << 20))
        self.assertNotEqual(self.host.slipway("exec", "web", "sh", "-c", "for i in $(seq 40); do sleep 1 & done; wait").returncode, 0)
        self.check("pause", "web")
        self.assertIn(read("freezer/slipway/web/freezer.state"), ("FROZEN", "FREEZING"))
        self.check("unpause", "web")
        self.check("stop", "-t", "1", "web")
        for one in ("memory", "pids", "freezer"):
            wait_until(lambda place=one: self.host.run("ls", f"/sys/fs/cgroup/{place}/slipway/web").returncode != 0)

    def pid(self, name):
        return int(self.check("inspect", name).split('"Pid": ')[1].split(",")[0])

    def test_files_go_in_and_out(self):
        self.start("web", "sleep", "infinity")
        self.host.write("/var/tmp/note", "hello\n")
        self.check("cp", "/var/tmp/note", "web:/note")
        self.assertEqual(self.check("exec", "web", "cat", "/note"), "hello\n")

    def test_containers_reach_each_other_by_their_names(self):
        self.start("server", "perl", "-MIO::Socket::INET", "-e",
                   'my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5, ReuseAddr => 1); while (my $c = $s->accept) { print $c "hi\n"; close $c }')
        ask = 'my $c = IO::Socket::INET->new(PeerHost => "server", PeerPort => 80) or die "$@"; print <$c>'
        for attempt in range(3):
            if attempt == 2:  # The server of names that the killed engine has started is there still, and the next engine's too.
                self.replace_engine(signal.SIGKILL)
            done = self.host.slipway("run", "--rm", IMAGE, "perl", "-MIO::Socket::INET", "-e", ask)
            self.assertEqual((done.stdout, done.returncode), ("hi\n", 0), done.stderr + self.host.read("/var/log/slipwayd.log")[-2000:])

    def test_published_ports_are_reached(self):
        self.start("server", "perl", "-MIO::Socket::INET", "-e",
                   'my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5, ReuseAddr => 1); while (my $c = $s->accept) { print $c "hi\n"; close $c }',
                   options=("--publish", "8080:80"))
        wait_until(lambda: self.host.run("bash", "-c", "cat </dev/tcp/127.0.0.1/8080").stdout == "hi\n")

    def test_what_systemd_alone_can_do_is_refused(self):
        self.addCleanup(self.host.slipway, "rm", "--force", "web")
        self.refused("slipway export --for", "run", "-d", "--name", "web", "--restart", "always", IMAGE, "true")
        self.host.slipway("rm", "--force", "web")
        self.refused("need systemd", "run", "-d", "--name", "web", "--listen", "8080", IMAGE, "true")
        self.host.slipway("rm", "--force", "web")
        self.refused("no journal", "logs", self.start("web", "true"))

    def test_a_line_without_a_reader_goes_to_syslog(self):
        self.start("talker", "sh", "-c", "echo to whom it may concern; echo oops >&2")
        wait_until(lambda: "talker" in self.host.read("/var/log/syslog") and "oops" in self.host.read("/var/log/syslog"))
        self.assertIn("daemon.info talker", self.host.read("/var/log/syslog"))
        wait_until(lambda: "Container talker exited with status 0" in self.host.read("/var/log/syslog"))
        self.host.slipway("run", "--rm", IMAGE, "echo", "somebody reads this")
        self.assertNotIn("somebody reads this", self.host.read("/var/log/syslog"))

    def test_much_output_is_all_read(self):
        done = self.host.slipway("run", "--rm", IMAGE, "sh", "-c", "seq 1 300000", seconds=60)
        self.assertEqual(done.stdout.splitlines()[-1], "300000")
        self.assertEqual(len(done.stdout.splitlines()), 300000)

    def test_a_killed_engine_finds_its_containers_again(self):
        self.start("web", "sleep", "infinity")
        for sign in (signal.SIGKILL, signal.SIGTERM):
            self.replace_engine(sign)
            self.assertIn('"Status": "running"', self.check("inspect", "web"))
        self.assertEqual(self.check("exec", "web", "echo", "in"), "in\n")
        self.check("rm", "--force", "web")
        if UNIFIED:
            wait_until(lambda: not os.path.exists(f"{CGROUP}/slipway/web"))

    def replace_engine(self, sign):
        engine = self.host.pids("^/usr/lib/slipway/slipwayd")[0]
        self.host.kill(engine, sign.value)
        wait_until(lambda: engine not in self.host.pids("^/usr/lib/slipway/slipwayd"))
        self.begin_engine()

    def test_there_is_one_engine(self):
        done = self.host.run("/usr/lib/slipway/slipwayd", seconds=20)
        self.assertEqual(done.returncode, 1)
        self.assertIn("another slipwayd", done.stderr)

    def test_supervise_waits_for_its_payload_and_ends_alike(self):
        self.check("create", "--name", "kept", IMAGE, "sh", "-c", "echo said; exit 5")
        self.addCleanup(self.host.slipway, "rm", "--force", "kept")
        done = self.host.slipway("supervise", "kept")
        self.assertEqual((done.stdout, done.returncode), ("said\n", 5), done.stderr)


class WithBus(NoSystemd):
    """A system bus that nobody's systemd is on."""

    @classmethod
    def before_engine(cls):
        for name in ("system.d/org.slipway.Engine1.conf", "interfaces/org.slipway.Engine1.Manager.xml"):
            with open(f"/usr/share/dbus-1/{name}", encoding="utf-8") as file:
                cls.host.write(f"/usr/share/dbus-1/{name}", file.read())
        done = cls.host.run("sh", "-c", "mkdir -p /run/dbus && dbus-uuidgen --ensure && dbus-daemon --system --fork")
        assert done.returncode == 0, done.stderr

    def test_it_serves_there_too(self):
        call = ("dbus-send", "--system", "--print-reply", "--dest=org.slipway.Engine1", "/org/slipway/Engine1", "org.freedesktop.DBus.Properties.GetAll", "string:")
        done = self.host.run(*call)
        self.assertIn("Version", done.stdout, done.stderr)
        create = ("setpriv", "--reuid=65534", "--clear-groups", "env", "SLIPWAY_BUS=system", "slipway", "create", IMAGE)
        done = self.host.run(*create)
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("not allowed", done.stderr)
        self.assertEqual(self.host.slipway("run", "--rm", IMAGE, "echo", "hi").stdout, "hi\n")


class WithoutCgroups(NoSystemd):
    cgroups = "ro"

    def test_it_runs_without_limits_and_says_so(self):
        self.assertIn("no cgroups", self.host.read("/var/log/slipwayd.log").splitlines()[-1])
        self.start("web", "sleep", "infinity")
        self.assertEqual(self.check("exec", "web", "echo", "in"), "in\n")
        self.check("cp", "web:/etc/hostname", "/var/tmp/hostname")
        self.check("stop", "-t", "1", "web")
        self.refused("none can be made here", "run", "--rm", "--memory", "64m", IMAGE, "true")


class Unreachable(unittest.TestCase):
    def test_a_client_is_told_what_to_do(self):
        host = OtherHost(*INIT)
        self.addCleanup(host.stop)
        done = host.slipway("ps")
        self.assertIn("start slipwayd", done.stderr)

    def test_an_engine_that_is_to_leave_leaves(self):
        host = OtherHost(*INIT)
        self.addCleanup(host.stop)
        done = host.run("env", "SLIPWAY_IDLE_SEC=1", "/usr/lib/slipway/slipwayd", seconds=30)
        self.assertEqual((done.returncode, done.stderr), (0, "slipwayd: no systemd: containers are in cgroups below slipway/\n"))
        self.assertEqual(host.run("test", "-e", "/run/slipway/bus").returncode, 1)


class UsersEngine(RootlessTest):
    """Without the user's systemd, which is there, and without its bus."""

    def test_it_runs_containers_without_cgroups(self):
        place = f"{self.user.home}/no-systemd"
        run("rm", "-rf", place)
        for name in ("", "/run", "/data"):
            os.makedirs(place + name, exist_ok=True)
            os.chown(place + name, self.user.uid, self.user.gid)
        self.addCleanup(run, "rm", "-rf", place)
        words = ("env", f"XDG_RUNTIME_DIR={place}/run", f"XDG_DATA_HOME={place}/data", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere")
        with open("/run/users-engine.log", "w+", encoding="utf-8") as log:
            engine = subprocess.Popen(self.user.command(*words, "/usr/lib/slipway/slipwayd", "--user", "--no-bus"), stderr=log, stdout=log, cwd="/")
            self.addCleanup(engine.wait)
            self.addCleanup(engine.terminate)
            wait_until(lambda: self.user.run(*words, "slipway", "--user", "ps").returncode == 0)
            with open(ARCHIVE, "rb") as archive:
                done = self.user.run(*words, "slipway", "--user", "image", "import", "-", IMAGE, stdin=archive)
            self.assertEqual(done.returncode, 0, done.stderr)
            done = self.user.run(*words, "slipway", "--user", "run", "--rm", IMAGE, "sh", "-c", "id -u; exit 4")
            log.seek(0)
            self.assertEqual((done.stdout, done.returncode), ("0\n", 4), done.stderr + log.read())
            done = self.user.run(*words, "slipway", "--user", "run", "-d", "--name", "web", IMAGE, "sleep", "infinity")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.user.run(*words, "slipway", "--user", "exec", "web", "echo", "in").stdout, "in\n")
            done = self.user.run(*words, "slipway", "--user", "run", "--rm", "--memory", "64m", IMAGE, "true")
            self.assertIn("none can be made here", done.stderr)
            self.assertEqual(self.user.run(*words, "slipway", "--user", "rm", "--force", "web").returncode, 0)
