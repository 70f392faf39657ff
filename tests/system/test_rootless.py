# SPDX-License-Identifier: LGPL-2.1-or-later
"""A user's own engine: on the session bus, under the user's systemd, with the user's IDs."""
import json
import os
import signal
import stat
import subprocess

from rootless import RootlessTest, User
from support import ARCHIVE, IMAGE, output, wait_until


class Rootless(RootlessTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.import_image()

    def start(self, name, *command, options=()):
        self.user.slipway("rm", "--force", name)
        done = self.user.slipway("run", "--detach", "--name", name, *options, IMAGE, *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(self.user.slipway, "rm", "--force", name)
        return done.stdout.strip()

    def state(self, name):
        return json.loads(self.user.slipway("inspect", name).stdout)[0]["State"]

    def find_residue(self):
        found = set()
        for directory in ("containers", "tmp", "layers", "blobs/sha256"):
            found |= {f"{directory}/{name}" for name in os.listdir(f"{self.user.state}/{directory}")}
        found |= set(os.listdir(f"{self.user.runtime}/slipway/containers")) if os.path.isdir(f"{self.user.runtime}/slipway/containers") else set()
        units = self.user.run("systemctl", "--user", "list-units", "--all", "--plain", "--no-legend", "slipway-*.scope").stdout
        return found | {line.split()[0] for line in units.splitlines() if line.strip()}

    def expect_no_residue(self, before):
        try:
            wait_until(lambda: self.find_residue() <= before, seconds=60)  # a whole layer, on a busy machine
        except AssertionError:
            raise AssertionError(f"left behind: {sorted(self.find_residue() - before)}") from None
        for program in ("slipway-monitor", "slipway-launch", "slipway-transfe", "fuse-overlayfs"):
            wait_until(lambda program=program: program not in output("ps", "-u", str(self.user.uid), "-o", "comm="))

    def engine_pid(self):
        return int(self.user.show("slipwayd.service", "MainPID"))

    def test_a_run_and_its_exit_status(self):
        before = self.find_residue()
        done = self.user.slipway("run", "--rm", IMAGE, "sh", "-c", "id -u; echo fine; echo bad >&2; exit 7")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (7, "0\nfine\n", "bad\n"))
        self.assertEqual(self.user.slipway("run", "--rm", IMAGE, "no-such-program").returncode, 127)
        self.assertEqual(self.user.slipway("run", "--rm", IMAGE, "/etc/passwd").returncode, 126)
        self.assertEqual(self.user.slipway("run", "--rm", "--pull=never", "no-such-image", "true").returncode, 125)
        self.assertEqual(self.user.slipway("run", "--rm", IMAGE, "sh", "-c", "sh -c 'kill -9 $$'").returncode, 137)
        self.expect_no_residue(before)

    def test_an_init(self):
        done = self.user.slipway("run", "--rm", "--init", IMAGE, "sh", "-c", "tr '\\0' ' ' </proc/1/cmdline; kill -9 $$")
        self.assertEqual((done.returncode, done.stdout[:20]), (137, "/dev/slipway-init --"), done.stderr)

    def test_ids_are_the_users(self):
        first, count = self.user.ids()
        done = self.user.slipway("run", "--rm", IMAGE, "cat", "/proc/self/uid_map")
        self.assertEqual([line.split() for line in done.stdout.splitlines()],
                         [["0", str(self.user.uid), "1"], ["1", str(first), str(min(count, 65535))]])
        done = self.user.slipway("run", "--rm", "--user", "www-data", IMAGE, "sh", "-c", "id -un; echo x >/dev/stdout; stat -c %G /var/mail")
        self.assertEqual(done.stdout.split(), ["www-data", "x", "mail"], done.stderr)
        [layer] = [entry.path for entry in os.scandir(f"{self.user.state}/layers")][:1]
        self.assertEqual(os.stat(f"{layer}/fs/var/mail").st_gid, self.user.ids("gid")[0] + 7)
        self.assertEqual(os.stat(f"{layer}/fs/etc/passwd").st_uid, self.user.uid)

    def test_the_sandbox_is_that_of_every_container(self):
        script = ("cat /proc/1/comm; grep -c . /proc/net/dev; stat -c %F /dev/null; touch /etc/own && echo written; "
                  "cat /proc/timer_list 2>&1 | wc -c; grep Seccomp: /proc/self/status; hostname")
        done = self.user.slipway("run", "--rm", "--hostname", "deck", "--network", "none", IMAGE, "sh", "-c", script)
        self.assertEqual(done.stdout.split(), ["sh", "3", "character", "special", "file", "written", "0", "Seccomp:", "2", "deck"], done.stderr)

    def test_a_scope_of_the_users_systemd_and_its_journal(self):
        identity = self.start("web", "sh", "-c", "echo moored; exec sleep 1000")
        unit = "slipway-web.scope"
        self.assertEqual(self.user.show(unit, "ActiveState"), "active")
        self.assertEqual(self.user.show(unit, "Slice"), "slipway.slice")
        self.assertEqual(self.user.show(unit, "Delegate"), "yes")
        self.assertIn(f"user@{self.user.uid}.service/slipway.slice/{unit}", self.user.show(unit, "ControlGroup"))
        self.assertNotEqual(output("systemctl", "is-active", unit).strip(), "active")
        read = lambda: self.user.run("journalctl", "--user", "-u", unit, f"CONTAINER_ID_FULL={identity}", "-o", "cat").stdout
        wait_until(lambda: "moored" in read())
        self.assertIn("Container web started", read())
        done = self.user.slipway("logs", "web")
        self.assertEqual(done.stdout, "moored\n", done.stderr)
        self.assertEqual(self.user.slipway("ps", "--quiet").returncode, 0)

    def test_exec(self):
        self.start("web", "sleep", "1000")
        done = self.user.slipway("exec", "web", "sh", "-c", "cat /proc/1/comm; exit 5")
        self.assertEqual((done.returncode, done.stdout), (5, "sleep\n"), done.stderr)
        done = self.user.slipway("exec", "--user", "33", "web", "sh", "-c", "id -u; echo x >/dev/stdout")
        self.assertEqual(done.stdout, "33\nx\n", done.stderr)
        self.assertEqual(self.user.slipway("exec", "web", "no-such-program").returncode, 127)
        self.assertEqual(self.user.slipway("exec", "-t", "web", "tty").stdout.strip(), "/dev/pts/0")

    def test_stop_by_the_engine_and_by_systemd(self):
        trap = "trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done"
        for stop in (("slipway", "--user", "stop", "web"), ("systemctl", "--user", "stop", "slipway-web.scope")):
            self.start("web", "sh", "-c", trap)
            wait_until(lambda: "ready" in self.user.slipway("logs", "web").stdout)
            done = self.user.run(*stop)
            self.assertEqual(done.returncode, 0, done.stderr)
            wait_until(lambda: self.state("web")["ExitCode"] == 9 and self.state("web")["Status"] == "exited")

    def test_containers_outlive_their_engine(self):
        before = self.find_residue()
        self.start("web", "sh", "-c", "trap 'exit 4' TERM; while :; do sleep 0.05; done")
        pid = self.state("web")["Pid"]
        os.kill(self.engine_pid(), signal.SIGKILL)
        os.kill(pid, 0)
        self.assertEqual((self.state("web")["Status"], self.state("web")["Pid"]), ("running", pid))
        done = self.user.slipway("exec", "web", "true")
        self.assertEqual(done.returncode, 0, done.stderr)
        # One that ends while there is no engine.
        subprocess.run(self.user.command("systemctl", "--user", "stop", "slipwayd.socket", "slipwayd.service"), check=True)
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not os.path.exists(f"/proc/{pid}"))
        subprocess.run(self.user.command("systemctl", "--user", "start", "slipwayd.socket"), check=True)
        self.assertEqual((self.state("web")["Status"], self.state("web")["ExitCode"]), ("exited", 4))
        self.assertEqual(self.user.slipway("rm", "web").returncode, 0)
        self.expect_no_residue(before)

    def test_files_of_any_owner_are_removed(self):
        before = self.find_residue()
        script = "mkdir -p /srv/a/b; touch /srv/a/b/c; chown -R 33:33 /srv/a; chmod 700 /srv/a; rm -r /etc/apt; ln /etc/passwd /srv/hard"
        self.user.slipway("rm", "--force", "web")
        done = self.user.slipway("run", "--name", "web", IMAGE, "sh", "-c", script)
        self.assertEqual(done.returncode, 0, done.stderr)
        [directory] = [entry.path for entry in os.scandir(f"{self.user.state}/containers")]
        status = os.stat(f"{directory}/upper/srv/a")
        self.assertEqual((status.st_uid, stat.S_IMODE(status.st_mode)), (self.user.ids()[0] + 32, 0o700))
        self.assertEqual(self.user.slipway("start", "web").returncode, 0)
        wait_until(lambda: self.state("web")["Status"] == "exited")
        self.assertEqual(self.user.slipway("rm", "web").returncode, 0)
        self.expect_no_residue(before)

    def test_an_image_of_its_own_and_its_removal(self):
        before = self.find_residue()
        with open(ARCHIVE, "rb") as archive:
            done = self.user.slipway("image", "import", "--change", "CMD [\"true\"]", "-", "other:1", stdin=archive)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.user.slipway("run", "--rm", "other:1").returncode, 0)
        self.assertEqual(self.user.slipway("image", "rm", "other:1").returncode, 0)
        self.expect_no_residue(before)

    def test_what_a_users_engine_has_not_got(self):
        for word in ("host", "keep"):
            done = self.user.slipway("run", "--rm", "--userns", word, IMAGE, "true")
            self.assertEqual(done.returncode, 125)
            self.assertIn("the user's own IDs", done.stderr)
        done = self.user.slipway("run", "--rm", "--user", "70000", IMAGE, "true")
        self.assertIn("the ID 70000 is not mapped", done.stderr)

    def test_the_root_driver(self):
        self.assertIn("Root driver:     overlay\n", self.user.slipway("info").stdout)
        self.assertIn(f"State directory: {self.user.state}\n", self.user.slipway("info").stdout)

    def test_devices_are_the_hosts(self):
        done = self.user.slipway("run", "--rm", "--device", "/dev/fuse:/dev/tube", IMAGE, "sh", "-c", "test -r /dev/tube && stat -c %F /dev/tube")
        self.assertEqual(done.stdout, "character special file\n", done.stderr)

    def test_privileges_are_those_of_the_users_namespace(self):
        script = "head -n 1 /proc/self/uid_map; grep -E 'CapEff|Seccomp:' /proc/self/status; ls /dev"
        done = self.user.slipway("run", "--rm", "--privileged", IMAGE, "sh", "-c", script)
        words = done.stdout.split()
        self.assertEqual(words[:3], ["0", str(self.user.uid), "1"], done.stderr)
        self.assertEqual((int(words[4], 16) >> 21 & 1, words[6]), (1, "0"))
        self.assertNotIn("fuse", words)
        done = self.user.slipway("run", "--rm", "--ipc", "host", IMAGE, "true")
        self.assertEqual((done.returncode, "goes with the host's user namespace" in done.stderr), (125, True), done.stderr)

    def test_devices_of_vendors(self):
        place = "/run/cdi/rootless.json"
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w", encoding="utf-8") as file:
            self.addCleanup(os.unlink, place)
            json.dump({"cdiVersion": "0.7.0", "kind": "vendor.test/tube", "devices": [{"name": "one", "containerEdits": {
                "env": ["TUBE=yes"], "deviceNodes": [{"path": "/dev/tube", "hostPath": "/dev/fuse"}],
                "hooks": [{"hookName": "createContainer", "path": "/bin/sh",
                           "args": ["sh", "-c", f"cd {self.user.runtime}/slipway/bundles/*/rootfs && touch usr/hooked"]}]}}]}, file)
        done = self.user.slipway("run", "--rm", "--device", "vendor.test/tube=one", IMAGE, "sh", "-c", "echo $TUBE; stat -c %F /dev/tube; ls /usr/hooked")
        self.assertEqual((done.returncode, done.stdout), (0, "yes\ncharacter special file\n/usr/hooked\n"), done.stderr)

    def test_fuse_overlayfs(self):
        before = self.find_residue()
        self.user.run("systemctl", "--user", "set-environment", "SLIPWAY_ROOT_DRIVER=fuse-overlayfs")
        self.addCleanup(self.user.run, "systemctl", "--user", "stop", "slipwayd.service")
        self.addCleanup(self.user.run, "systemctl", "--user", "unset-environment", "SLIPWAY_ROOT_DRIVER")
        self.user.run("systemctl", "--user", "stop", "slipwayd.service")
        self.assertIn("Root driver:     fuse-overlayfs\n", self.user.slipway("info").stdout)
        script = "stat -f -c %T /; echo new >/etc/new; chown 33 /etc/new; rm /etc/debian_version; cat /etc/new; setpriv --reuid=33 --clear-groups cat /etc/passwd | wc -l; exit 6"
        done = self.user.slipway("run", "--name", "web", IMAGE, "sh", "-c", script)
        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertEqual(done.stdout.split()[:2], ["fuseblk", "new"])
        self.assertGreater(int(done.stdout.split()[2]), 5)
        wait_until(lambda: "fuse-overlayfs" not in output("ps", "-u", str(self.user.uid), "-o", "comm="))
        self.assertEqual(self.user.slipway("rm", "web").returncode, 0)
        # It is no more the engine's to end than the container is.
        self.start("web", "sleep", "1000")
        [server] = output("pgrep", "-u", str(self.user.uid), "-x", "fuse-overlayfs").split()
        with open(f"/proc/{server}/cgroup", encoding="utf-8") as file:
            self.assertIn("slipway-web.scope/supervisor", file.read())
        os.kill(self.engine_pid(), signal.SIGKILL)
        done = self.user.slipway("exec", "web", "cat", "/etc/passwd")
        self.assertIn("root:*:0:0", done.stdout, done.stderr)
        self.assertEqual(self.user.slipway("rm", "--force", "web").returncode, 0)
        self.expect_no_residue(before)

    def test_the_engine_is_the_users_alone(self):
        self.user.slipway("info")
        self.assertEqual(stat.S_IMODE(os.stat(f"{self.user.runtime}/slipway/bus").st_mode), 0o600)
        other = User("tester")
        # Even with the way open.
        for path, mode in ((self.user.runtime, 0o711), (f"{self.user.runtime}/slipway", 0o711), (f"{self.user.runtime}/slipway/bus", 0o666)):
            self.addCleanup(os.chmod, path, stat.S_IMODE(os.stat(path).st_mode))
            os.chmod(path, mode)
        program = ("import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); "
                   "s.sendall(b'\\0AUTH EXTERNAL\\r\\nDATA\\r\\n'); print(s.recv(100))")
        done = other.run("python3", "-c", program, f"{self.user.runtime}/slipway/bus")
        self.assertTrue(done.stdout.strip() == "b''" or "ConnectionResetError" in done.stderr or "BrokenPipe" in done.stderr, done.stdout + done.stderr)
        done = self.user.run("python3", "-c", program, f"{self.user.runtime}/slipway/bus")
        self.assertIn("OK", done.stdout, done.stderr)
        # Two engines know nothing of each other.
        self.start("web", "sleep", "1000")
        self.assertNotIn("web", other.slipway("ps", "-a").stdout)
        self.assertNotIn("web", output("slipway", "ps", "-a"))

    def test_a_user_without_subordinate_ids(self):
        lonely = User("lonely")
        subprocess.run(["sed", "-i", "/^lonely:/d", "/etc/subuid", "/etc/subgid"], check=True)
        lonely.run("systemctl", "--user", "stop", "slipwayd.service")
        lonely.slipway("image", "rm", "small:1")
        with open(ARCHIVE, "rb") as archive:
            done = lonely.slipway("image", "import", "-", IMAGE, stdin=archive)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no subordinate IDs", done.stderr)
        self.assertEqual(lonely.slipway("image", "ls", "--quiet").stdout, "")
        # Files of one owner do.
        archive = "/var/tmp/lonely.tar"
        self.addCleanup(os.remove, archive)
        subprocess.run(["tar", "--create", "--file", archive, "--owner=0", "--group=0", "--numeric-owner", "--directory", "/", "bin", "lib", "lib64", "usr/bin/dash",
                        "usr/bin/sh", "usr/bin/true", "usr/lib/x86_64-linux-gnu/libc.so.6", "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "usr/lib64"], check=True, stderr=subprocess.DEVNULL)
        self.assertEqual(lonely.slipway("image", "import", archive, "small:1").returncode, 0)
        done = lonely.slipway("run", "--rm", "small:1", "sh", "-c", "echo alone")
        self.assertEqual((done.returncode, done.stdout), (0, "alone\n"), done.stderr)

    def test_root_has_no_engine_of_its_own_kind(self):
        done = subprocess.run(["/usr/lib/slipway/slipwayd", "--user"], capture_output=True, text=True, check=False, timeout=30)
        self.assertEqual(done.returncode, 1)
        self.assertIn("is not for root", done.stderr)
