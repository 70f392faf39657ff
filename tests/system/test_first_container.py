# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real userland runs as a scope: run, stop by systemctl, exec, logs, kill -9 of the engine, bad input."""
import json
import os
import signal
import subprocess
import unittest

IMAGE = "debian:bookworm"
ARCHIVE = "/var/cache/slipway-shared/debian-bookworm.tar"


def slipway(*arguments, **options):
    return subprocess.run(["slipway", *arguments], capture_output=True, text=True, timeout=60, check=False, **options)


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout


def show(unit, key):
    return output("systemctl", "show", "--value", "-p", key, unit).strip()


class Containers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if slipway("image", "inspect", IMAGE).returncode != 0:
            with open(ARCHIVE, "rb") as archive:
                done = subprocess.run(["slipway", "image", "import", "-", IMAGE], stdin=archive, check=False,
                                      capture_output=True, text=True, timeout=300)
            if done.returncode != 0:
                raise AssertionError(done.stderr)

    def start(self, name, *command, options=()):
        slipway("rm", "--force", name)
        done = slipway("run", "--detach", "--name", name, *options, IMAGE, *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "rm", "--force", name)
        return done.stdout.strip()

    def state(self, name):
        return json.loads(slipway("inspect", name).stdout)[0]["State"]

    def test_run_gives_the_payloads_output_and_exit_status(self):
        done = slipway("run", "--rm", IMAGE, "sh", "-c", "echo out; echo err >&2; exit 7")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (7, "out\n", "err\n"))

    def test_run_says_128_and_the_signal_of_a_killed_payload(self):
        self.assertEqual(slipway("run", "--rm", IMAGE, "sh", "-c", "kill -9 $$; sleep 9 & wait").returncode in (0, 137), True)
        name = "killed"
        self.start(name, "sleep", "infinity")
        self.assertEqual(slipway("kill", "-s", "KILL", name).returncode, 0)
        self.assertEqual(slipway("wait", name).returncode, 137)

    def test_an_ended_container_is_started_again_and_removed_at_once(self):
        slipway("rm", "--force", "again")
        self.assertEqual(slipway("run", "--name", "again", IMAGE, "sh", "-c", "echo x >>/count").returncode, 0)
        for _ in range(5):
            self.assertEqual(slipway("start", "again").returncode, 0)
            self.assertEqual(slipway("wait", "again").returncode, 0)
        identity = json.loads(slipway("inspect", "again").stdout)[0]["Id"]
        with open(f"/var/lib/slipway/containers/{identity}/upper/count", encoding="utf-8") as file:
            self.assertEqual(file.read(), "x\n" * 6)
        for _ in range(5):
            self.assertEqual(slipway("rm", "again").returncode, 0)
            self.assertEqual(slipway("run", "--name", "again", IMAGE, "true").returncode, 0)
        self.assertEqual(slipway("rm", "again").returncode, 0)

    def test_exit_statuses_125_126_127(self):
        self.assertEqual(slipway("run", "--rm", "no-such-image", "true").returncode, 125)
        self.assertEqual(slipway("run", "--rm", IMAGE, "/etc/passwd").returncode, 126)
        self.assertEqual(slipway("run", "--rm", IMAGE, "no-such-command").returncode, 127)
        self.assertEqual(slipway("ps", "-a", "-q").stdout.count("no-such"), 0)

    def test_a_failed_run_leaves_no_container(self):
        before = slipway("ps", "-a", "-q").stdout
        slipway("run", "--name", "residue", IMAGE, "no-such-command")
        self.assertEqual(slipway("ps", "-a", "-q").stdout, before)
        self.assertEqual(slipway("inspect", "residue").returncode, 3)

    def test_a_container_is_a_unit_and_systemctl_stops_it(self):
        self.start("unit", "sh", "-c", "trap 'exit 3' TERM; while :; do sleep 0.1; done")
        unit = "slipway-unit.scope"
        self.assertEqual(show(unit, "ActiveState"), "active")
        self.assertEqual(show(unit, "Slice"), "slipway.slice")
        self.assertEqual(show(unit, "Delegate"), "yes")
        subprocess.run(["systemctl", "stop", unit], check=True, timeout=30)
        self.assertEqual(slipway("wait", "unit").returncode, 3)

    def test_systemctl_stops_it_with_the_engine_idle_and_just_killed(self):
        for how in ("stop", "kill"):
            with self.subTest(how):
                self.start("orphan", "sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.1; done")
                if how == "stop":
                    subprocess.run(["systemctl", "stop", "slipwayd.service"], check=True, timeout=30)
                else:
                    os.kill(int(show("slipwayd.service", "MainPID")), signal.SIGKILL)
                subprocess.run(["systemctl", "stop", "slipway-orphan.scope"], check=True, timeout=30)
                self.assertEqual(slipway("wait", "orphan").returncode, 5)

    def test_the_engine_may_be_killed_while_containers_run(self):
        self.start("survivor", "sh", "-c", "while :; do echo tick; sleep 0.1; done")
        self.start("mortal", "sh", "-c", "read line < /fifo 2>/dev/null; sleep 1; exit 9")
        pid = self.state("survivor")["Pid"]
        os.kill(int(show("slipwayd.service", "MainPID")), signal.SIGKILL)
        self.assertEqual(slipway("wait", "mortal").returncode, 9)
        after = self.state("survivor")
        self.assertEqual((after["Status"], after["Pid"]), ("running", pid))

    def test_logs_are_journal_entries_of_the_scope(self):
        self.start("talker", "sh", "-c", "echo one; echo two >&2; printf three")
        slipway("wait", "talker")
        entries = [json.loads(line) for line in output(
            "journalctl", "-u", "slipway-talker.scope", "-o", "json", "SYSLOG_IDENTIFIER=talker").splitlines()]
        lines = {entry["MESSAGE"]: entry for entry in entries if "SLIPWAY_STREAM" in entry}
        self.assertEqual(set(lines), {"one", "two", "three"})
        self.assertEqual(lines["one"]["PRIORITY"], "6")
        self.assertEqual(lines["two"]["PRIORITY"], "3")
        self.assertEqual(lines["three"]["CONTAINER_PARTIAL_MESSAGE"], "true")
        self.assertEqual(lines["one"]["CONTAINER_NAME"], "talker")
        self.assertEqual(lines["one"]["IMAGE_NAME"], IMAGE)
        self.assertEqual(slipway("logs", "talker").stdout, "one\nthree")

    def test_exec_runs_in_the_containers_namespaces(self):
        self.start("host", "sleep", "infinity")
        done = slipway("exec", "host", "sh", "-c", "hostname; cat /proc/1/comm; exit 4")
        self.assertEqual((done.returncode, done.stdout), (4, "host\nsleep\n"), done.stderr)
        self.assertEqual(slipway("exec", "host", "no-such-command").returncode, 127)

    def test_no_mount_of_a_container_shows_on_the_host(self):
        self.start("hidden", "sleep", "infinity")
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            self.assertNotIn("overlay", mounts.read())

    def test_a_payload_has_no_new_privileges_and_a_filter(self):
        status = slipway("run", "--rm", IMAGE, "cat", "/proc/self/status").stdout
        self.assertIn("NoNewPrivs:\t1", status)
        self.assertIn("Seccomp:\t2", status)
        self.assertNotEqual(slipway("run", "--rm", IMAGE, "mount", "-t", "tmpfs", "x", "/mnt").returncode, 0)

    def test_bad_names_and_states_are_refused_by_their_own_status(self):
        self.start("taken", "sleep", "infinity")
        self.assertEqual(slipway("run", "-d", "--name", "taken", IMAGE, "true").returncode, 125)
        self.assertIn("taken", slipway("run", "-d", "--name", "taken", IMAGE, "true").stderr)
        self.assertEqual(slipway("run", "-d", "--name", "../x", IMAGE, "true").returncode, 125)
        self.assertEqual(slipway("start", "taken").returncode, 4)
        self.assertEqual(slipway("rm", "taken").returncode, 4)
        self.assertEqual(slipway("stop", "-t", "1", "taken").returncode, 0)
        self.assertEqual(slipway("stop", "taken").returncode, 4)

    def test_bad_archives_are_refused_and_leave_no_image(self):
        import io
        import tarfile

        def archive(member):
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode="w") as tar:
                tar.addfile(member, io.BytesIO(b"x" * member.size))
            return buffer.getvalue()

        absolute = tarfile.TarInfo("/etc/evil")
        upward = tarfile.TarInfo("../evil")
        device = tarfile.TarInfo("sda")
        device.type, device.devmajor, device.devminor = tarfile.BLKTYPE, 8, 0
        for content in (archive(absolute), archive(upward), archive(device), b"", b"no archive at all" * 99):
            done = subprocess.run(["slipway", "image", "import", "-", "evil:1"], input=content, check=False,
                                  capture_output=True, timeout=60)
            self.assertEqual(done.returncode, 6, done.stderr)
        self.assertEqual(slipway("image", "inspect", "evil:1").returncode, 3)

    def test_live_introspection_is_what_the_interface_files_say(self):
        import xml.etree.ElementTree as tree

        def members(root, name):
            interface = next(i for i in root.iter("interface") if i.get("name") == name)
            found = set()
            for child in interface:
                arguments = tuple((a.get("type"), a.get("direction", "out")) for a in child.findall("arg"))
                if child.tag in ("method", "signal", "property"):
                    found.add((child.tag, child.get("name"), child.get("type"), arguments))
            return found

        self.start("object", "sleep", "infinity")
        paths = {"Manager": "/org/slipway/Engine1", "Container": "/org/slipway/Engine1/container/object"}
        for kind, path in paths.items():
            live = tree.fromstring(output("busctl", "introspect", "--xml-interface", "org.slipway.Engine1", path))
            name = f"org.slipway.Engine1.{kind}"
            file = tree.parse(f"/usr/share/dbus-1/interfaces/{name}.xml").getroot()
            self.assertEqual(members(live, name), members(file, name))
