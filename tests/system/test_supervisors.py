# SPDX-License-Identifier: LGPL-2.1-or-later
"""Other supervisors than systemd, the real ones: each keeps the engine and a container by what `slipway export --for` writes, on a host without systemd and without a bus."""
import os
import re
import unittest

from other_host import ROOT, OtherHost, prepare
from support import IMAGE, run, wait_until

# Ends by itself when it is told so, says who it is, and what it was told.
PAYLOAD = 'trap "echo told to end; exit 0" TERM; echo begun; while :; do [ ! -e /tmp/crash ] || { rm /tmp/crash; echo crashing; exit 3; }; sleep 0.1; done'
SLIPWAYD = "^/usr/lib/slipway/slipwayd"
SUPERVISE = "^/usr/bin/slipway supervise"


SHOP = """
services:
  db: {image: "debian:bookworm", command: ["sleep", "infinity"], stop_grace_period: 0s}
  web: {image: "debian:bookworm", command: ["sleep", "infinity"], stop_grace_period: 0s, depends_on: [db]}
"""


class Grouped:
    """Of supervisors that start or wait for what a service needs."""

    def test_what_it_needs_comes_first(self):
        self.host.write("/var/tmp/compose.yaml", SHOP)
        self.addCleanup(self.host.slipway, "group", "rm", "shop")
        done = self.host.slipway("group", "apply", "-p", "shop", "-f", "/var/tmp/compose.yaml", seconds=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.host.slipway("group", "stop", "shop")
        for name in ("shop-db-1", "shop-web-1"):
            self.install(name)
            self.addCleanup(self.uninstall, name)
        self.start_member()
        wait_until(lambda: '"Status": "running"' in self.host.slipway("inspect", "shop-web-1").stdout)
        times = [re.search(r'"StartedAt": "([^"]+)"', self.host.slipway("inspect", name).stdout)[1] for name in ("shop-db-1", "shop-web-1")]
        self.assertLess(times[0], times[1])


class Supervised:
    """What is asked of each supervisor; how, its own class knows."""
    name = ""
    init = ()
    log = ""

    @classmethod
    def setUpClass(cls):
        cls.host = OtherHost(*cls.init)
        cls.addClassCleanup(cls.host.stop)
        cls.install_engine()
        try:
            wait_until(lambda: cls.host.slipway("info").returncode == 0)
        except AssertionError:
            raise AssertionError(cls.host.slipway("info").stderr + cls.host.said()) from None
        cls.host.import_image()

    def setUp(self):
        self.create(PAYLOAD)

    def create(self, text, *options):
        self.host.slipway("rm", "--force", "web")
        done = self.host.slipway("create", "--name", "web", "--stop-timeout", "2", *options, IMAGE, "sh", "-c", text)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.install("web")
        self.addCleanup(self.forget)

    def forget(self):
        self.uninstall("web")
        self.host.slipway("rm", "--force", "web")

    @classmethod
    def export(cls, directory, *name):
        done = cls.host.slipway("export", "--for", cls.name, "--output", directory, *name)
        assert done.returncode == 0, done.stderr

    def status(self):
        """(state, PID) as the engine has them."""
        text = self.host.slipway("inspect", "web").stdout
        state = re.search(r'"Status": "(\w+)"', text)
        pid = re.search(r'"Pid": (\d+)', text)
        return (state[1], int(pid[1])) if state and pid else ("?", 0)

    def await_running(self, other_than=0):
        try:
            wait_until(lambda: self.status()[0] == "running" and self.status()[1] not in (0, other_than))
        except AssertionError:
            raise AssertionError(f"{self.status()} {self.logged()} {self.host.said()[-2000:]}") from None
        return self.status()[1]

    def await_rest(self):
        wait_until(lambda: self.status()[0] == "exited")

    def logged(self):
        return self.host.read(self.log)

    def await_log(self, text):
        try:
            wait_until(lambda: text in self.logged())
        except AssertionError:
            raise AssertionError(f"no '{text}' in {self.log}: {self.logged()}") from None

    def test_it_starts_is_seen_and_stops(self):
        self.begin()
        self.await_running()
        self.await_log("begun")
        self.assertTrue(self.is_up())
        self.end()
        self.assertEqual(self.status()[0], "exited")
        self.await_log("told to end")
        self.assertFalse(self.is_up())
        self.assertIn('"ExitCode": 0', self.host.slipway("inspect", "web").stdout)
        self.assertEqual(self.host.pids(SUPERVISE), [])

    def test_a_crash_brings_it_back(self):
        self.begin()
        first = self.await_running()
        self.assertEqual(self.host.slipway("exec", "web", "touch", "/tmp/crash").returncode, 0)
        second = self.await_running(other_than=first)
        self.await_log("crashing")
        self.host.kill(second)
        self.await_running(other_than=second)
        self.await_end_told()
        self.end()

    def begin(self):
        done = self.start_it()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr + self.logged())

    def test_its_restarts_have_a_limit(self):
        self.forget()
        self.create("echo begun; sleep 0.3; exit 4", "--restart", "on-failure:2")
        self.start_it()
        try:
            wait_until(self.has_given_up, 40)
        except AssertionError:
            raise AssertionError(self.logged() + self.host.said()) from None
        self.assertEqual(self.logged().count("begun"), 3)
        self.assertEqual(self.status()[0], "exited")

    def await_end_told(self):
        """Where the supervisor itself tells how it ended."""

    def test_a_killed_mirror_leaves_one_container(self):
        self.begin()
        first = self.await_running()
        self.host.kill(self.host.pids(SUPERVISE)[0])
        self.await_running(other_than=first)
        self.assertEqual(len(self.host.pids(SUPERVISE)), 1)
        self.assertEqual(self.host.run("pgrep", "-cx", "slipway-monitor").stdout, "1\n")  # besides a spare of another name
        self.end()
        self.assertEqual(self.status()[0], "exited")

    def test_a_killed_engine_comes_back(self):
        self.begin()
        first = self.await_running()
        for _ in range(2):
            engine = self.host.pids(SLIPWAYD)[0]
            self.host.kill(engine)
            wait_until(lambda old=engine: self.host.pids(SLIPWAYD) not in ([], [old]))
            self.assertEqual(self.host.slipway("exec", "web", "true").returncode, 0)
        self.assertEqual(self.status(), ("running", first))
        # Also while something is under way.
        self.host.run("sh", "-c", "for i in 1 2 3; do slipway run --rm debian:bookworm true & sleep 0.15; pkill -KILL -f '^/usr/lib/slipway/slipwayd'; wait; done", seconds=90)
        wait_until(lambda: self.host.slipway("ps").returncode == 0)
        self.assertEqual(self.status(), ("running", first))
        self.end()
        self.assertEqual(self.status()[0], "exited")


class Runit(Grouped, Supervised, unittest.TestCase):
    name = "runit"
    init = ("runsvdir", "-P", "/run/service")
    log = "/var/log/slipway/web/current"

    @classmethod
    def install_engine(cls):
        cls.host.run("mkdir", "-p", "/run/service")
        cls.export("/run/service")

    def install(self, name):
        # First down, so that nothing starts before it is to.
        self.host.run("rm", "-rf", "/run/stage", f"/var/log/slipway/{name}")
        self.export("/run/stage", name)
        self.host.run("touch", f"/run/stage/{name}/down")
        self.host.run("mv", f"/run/stage/{name}", f"/run/service/{name}")
        wait_until(lambda: self.host.run("sv", "status", f"/run/service/{name}").returncode == 0)

    def uninstall(self, name):
        self.host.run("sv", "-w", "10", "force-stop", f"/run/service/{name}")
        self.host.run("sh", "-c", f"mv /run/service/{name} /run/gone && sv x /run/gone; rm -rf /run/gone")
        wait_until(lambda: not self.host.pids(f"^runsv {name}"))

    def start_it(self):
        return self.host.run("sv", "-w", "20", "start", "/run/service/web")  # until "check" says that it is ready

    def has_given_up(self):
        status = self.host.run("sv", "status", "/run/service/web").stdout
        return status.startswith("down:") and "want up" not in status

    def end(self):
        done = self.host.run("sv", "-w", "20", "stop", "/run/service/web")
        self.assertEqual(done.returncode, 0, done.stdout)

    def is_up(self):
        return self.host.run("sv", "status", "/run/service/web").stdout.startswith("run:")

    def start_member(self):
        self.host.run("sv", "-w", "20", "start", "/run/service/shop-web-1")

    def test_a_good_end_is_the_last(self):
        self.begin()
        self.await_running()
        self.assertEqual(self.host.slipway("stop", "web").returncode, 0)
        wait_until(lambda: not self.is_up())
        self.assertTrue(self.host.run("sv", "status", "/run/service/web").stdout.startswith("down:"))


class S6(Grouped, Supervised, unittest.TestCase):
    name = "s6"
    init = ("sh", "-c", "mkdir -p /run/service && exec s6-svscan /run/service")
    log = "/var/log/slipway/web/current"

    @classmethod
    def install_engine(cls):
        cls.export("/run/service")
        cls.host.run("s6-svscanctl", "-a", "/run/service")

    def install(self, name):
        self.host.run("rm", "-rf", "/run/stage", f"/var/log/slipway/{name}")
        self.export("/run/stage", name)
        self.host.run("touch", f"/run/stage/{name}/down")
        self.host.run("mv", f"/run/stage/{name}", f"/run/service/{name}")
        self.host.run("s6-svscanctl", "-a", "/run/service")
        wait_until(lambda: self.host.run("s6-svok", f"/run/service/{name}").returncode == 0)

    def uninstall(self, name):
        self.host.run("s6-svc", "-wD", "-T", "20000", "-d", f"/run/service/{name}")
        self.host.run("rm", "-rf", f"/run/service/{name}")
        self.host.run("s6-svscanctl", "-an", "/run/service")
        wait_until(lambda: not self.host.pids(f"^s6-supervise {name}"))

    def start_it(self):
        return self.host.run("s6-svc", "-wU", "-T", "20000", "-u", "/run/service/web")  # until it is up, and ready

    def has_given_up(self):
        stat = self.stat()
        return stat.startswith("down (exitcode 4)") and "want up" not in stat

    def end(self):
        done = self.host.run("s6-svc", "-wD", "-T", "20000", "-d", "/run/service/web")
        self.assertEqual(done.returncode, 0, done.stderr)

    def start_member(self):
        for name in ("shop-web-1", "shop-db-1"):
            self.host.run("s6-svc", "-u", f"/run/service/{name}")

    def stat(self):
        return self.host.run("s6-svstat", "/run/service/web").stdout

    def is_up(self):
        return self.stat().startswith("up") and "ready" in self.stat()

    def test_its_exit_status_is_the_payloads(self):
        self.begin()
        self.await_running()
        self.host.slipway("stop", "web")
        wait_until(lambda: self.stat().startswith("down (exitcode 0)"))


class Supervisord(Supervised, unittest.TestCase):
    name = "supervisord"
    init = ("supervisord", "--nodaemon", "--configuration", "/etc/supervisord-test.conf")
    log = "/var/log/supervisor/web.log"

    @classmethod
    def setUpClass(cls):
        prepare()
        os.makedirs(f"{ROOT}/etc/supervisord.d", exist_ok=True)
        for old in os.listdir(f"{ROOT}/etc/supervisord.d"):
            os.remove(f"{ROOT}/etc/supervisord.d/{old}")
        with open(f"{ROOT}/etc/supervisord-test.conf", "w", encoding="utf-8") as file:
            file.write("[unix_http_server]\nfile=/run/supervisor.sock\n[supervisord]\nuser=root\nlogfile=/var/log/supervisord.log\npidfile=/run/supervisord.pid\n"
                       "childlogdir=/var/log/supervisor\nnocleanup=true\n[rpcinterface:supervisor]\n"
                       "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n[supervisorctl]\nserverurl=unix:///run/supervisor.sock\n"
                       "[include]\nfiles = /etc/supervisord.d/*.conf\n")
        os.makedirs(f"{ROOT}/var/log/supervisor", exist_ok=True)
        super().setUpClass()

    @classmethod
    def control(cls, *words):
        return cls.host.run("supervisorctl", "-c", "/etc/supervisord-test.conf", *words, seconds=60)

    @classmethod
    def install_engine(cls):
        wait_until(lambda: "refused" not in cls.control("status").stdout and "no such file" not in cls.control("status").stdout)
        cls.export("/etc/supervisord.d")
        cls.control("update")

    def install(self, name):
        run("sh", "-c", f"rm -f {ROOT}/var/log/supervisor/*")
        self.export("/etc/supervisord.d", name)
        path = f"/etc/supervisord.d/slipway-{name}.conf"
        text = self.host.read(path)
        # A place that is known beforehand, and no start before the test's.
        self.host.write(path, text.replace("AUTO", self.log).replace("autostart=true", "autostart=false"))
        self.control("update")

    def uninstall(self, name):
        self.host.run("rm", f"/etc/supervisord.d/slipway-{name}.conf")
        self.control("update")

    def start_it(self):
        return self.control("start", "web")

    def has_given_up(self):
        return "FATAL" in self.control("status", "web").stdout

    def end(self):
        self.control("stop", "web")

    def is_up(self):
        return "RUNNING" in self.control("status", "web").stdout

    def await_end_told(self):
        wait_until(lambda: "exit status 3; not expected" in self.host.read("/var/log/supervisord.log"))


class InitScript(Supervised):
    given_up_status = 1  # dead, with its pid file
    script = "/etc/init.d/slipway-web"

    def service(self, *words, script=None):
        return self.host.run(script or self.script, *words, seconds=90)

    def install(self, name):
        run("rm", "-f", f"{ROOT}{self.log}")
        self.export("/etc/init.d", name)

    def uninstall(self, name):
        self.service("stop", script=f"/etc/init.d/slipway-{name}")
        run("rm", "-f", f"{ROOT}/etc/init.d/slipway-{name}")

    def start_it(self):
        return self.service("start")

    def has_given_up(self):
        return self.service("status").returncode == self.given_up_status

    def end(self):
        done = self.service("stop")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def is_up(self):
        return self.service("status").returncode == 0


class Sysvinit(InitScript, unittest.TestCase):
    name = "sysvinit"
    init = ("sh", "-c", "while sleep 0.2; do :; done")
    log = "/var/log/slipway/web.log"

    @classmethod
    def install_engine(cls):
        cls.export("/etc/init.d")
        done = cls.host.run("/etc/init.d/slipwayd", "start")
        assert done.returncode == 0, done.stderr + cls.host.read("/var/log/slipway/slipwayd.log")
        cls.addClassCleanup(cls.host.run, "/etc/init.d/slipwayd", "stop")

    def await_end_told(self):
        self.await_log("slipway-web: ended with status 3")

    def test_the_statuses_are_those_of_the_standard(self):
        self.assertEqual(self.service("status").returncode, 3)
        self.begin()
        self.assertEqual(self.service("start").returncode, 0)
        self.assertEqual(self.service("status").returncode, 0)
        first = self.status()[1]
        self.assertEqual(self.service("restart").returncode, 0)
        self.await_running(other_than=first)
        self.host.kill(self.host.pids("slipway-web keep")[0])
        wait_until(lambda: self.service("status").returncode == 1)
        # What was left is taken care of.
        self.begin()
        self.await_running()
        self.assertEqual(len(self.host.pids(SUPERVISE)), 1)
        self.end()
        self.assertEqual(self.service("stop").returncode, 0)
        self.assertEqual(self.service("status").returncode, 3)
        self.assertEqual(self.service("sing").returncode, 2)
        self.assertEqual(self.service("reload").returncode, 3)
        self.host.slipway("rm", "web")
        self.assertEqual(self.service("start").returncode, 6)

    def test_the_headers_put_it_behind_the_engine(self):
        done = self.host.run("insserv", "--dryrun", "--show-all", "slipwayd", "slipway-web")
        self.assertEqual(done.returncode, 0, done.stderr)
        order = re.findall(r"S\d\d(slipwayd|slipway-web)", done.stdout + done.stderr)
        self.assertIn("slipwayd", order)
        self.assertLess(order.index("slipwayd"), order.index("slipway-web"))


class Openrc(Grouped, InitScript, unittest.TestCase):
    given_up_status = 3
    name = "openrc"
    init = ("sh", "-c", "while sleep 0.2; do :; done")
    log = "/var/log/slipway/web.log"

    @classmethod
    def install_engine(cls):
        # A boot with nothing in its runlevels: Debian's services would set the kernel's variables, which are everybody's.
        cls.host.run("sh", "-c", "rm -f /etc/runlevels/*/* && openrc sysinit && openrc default")
        cls.export("/etc/init.d")
        done = cls.host.run("rc-service", "slipwayd", "start")
        assert done.returncode == 0, done.stdout + done.stderr
        cls.addClassCleanup(cls.host.run, "rc-service", "slipwayd", "stop")

    def service(self, *words, script="slipway-web"):
        return self.host.run("rc-service", os.path.basename(script), *words, seconds=90)

    def start_member(self):
        self.service("start", script="slipway-shop-web-1")

    def test_after_a_good_end_the_service_stays(self):
        self.forget()
        self.create("echo begun", "--restart", "on-failure")
        self.begin()
        self.await_log("stays until it is told to end")
        self.assertEqual(self.logged().count("begun"), 1)
        self.assertTrue(self.is_up())
        self.assertEqual(len(self.host.pids(SUPERVISE)), 1)
        self.assertEqual(self.service("restart").returncode, 0)
        wait_until(lambda: self.logged().count("stays until it is told to end") == 2)
        self.assertEqual(self.logged().count("begun"), 2)
        self.end()
        self.assertEqual(self.host.pids(SUPERVISE), [])

    def test_one_that_is_always_to_run_does(self):
        self.forget()
        self.create("echo begun", "--restart", "always")
        self.begin()
        wait_until(lambda: self.logged().count("begun") > 2)
        self.end()


if __name__ == "__main__":
    unittest.main()
