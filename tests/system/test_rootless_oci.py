# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway-oci as an ordinary user: its own IDs, its subordinate ones, its systemd, and what is root's alone."""
import json
import os
import shutil
import subprocess
import tempfile

from rootless import RootlessTest
from support import ARCHIVE, run, wait_until


class RootlessOci(RootlessTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rootfs = f"{cls.user.home}/rootfs"
        if not os.path.isdir(cls.rootfs):
            os.mkdir(cls.rootfs)
            os.chown(cls.rootfs, cls.user.uid, cls.user.gid)
            done = cls.user.run("tar", "--extract", "--no-same-owner", "--directory", cls.rootfs, "--file", ARCHIVE)
            if done.returncode != 0:
                raise AssertionError(done.stderr)

    def setUp(self):
        self.bundle = self.user.run("mktemp", "--directory", "/var/tmp/bundle-XXXXXX").stdout.strip()
        self.addCleanup(shutil.rmtree, self.bundle)
        self.addCleanup(self.delete_all)
        done = self.user.oci("spec", "--rootless", "--bundle", self.bundle)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(f"{self.bundle}/config.json", encoding="utf-8") as file:
            self.config = json.load(file)
        self.config["process"]["terminal"] = False
        self.config["root"] = {"path": self.rootfs, "readonly": False}
        self.linux = self.config["linux"]

    def delete_all(self):
        for name in self.user.oci("list", "--quiet").stdout.split():
            self.user.oci("delete", "--force", name)

    def write(self, *command):
        self.config["process"]["args"] = list(command)
        with open(f"{self.bundle}/config.json", "w", encoding="utf-8") as file:
            json.dump(self.config, file)

    def run_oci(self, *command, before=(), **options):
        self.write(*command)
        return self.user.oci(*before, "run", "--bundle", self.bundle, "c", **options)

    def shell(self, script, **options):
        done = self.run_oci("sh", "-c", script, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def by_pipe(self, *words):
        """Its output through a pipe of the user's own, which is the payload's to open anew."""
        done = self.user.run("sh", "-c", '"$@" | cat', "sh", "slipway-oci", *words)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def start(self, *command, before=()):
        self.write(*command)
        with tempfile.TemporaryFile("w+") as errors:
            done = subprocess.run(self.user.command("slipway-oci", *before, "create", "--bundle", self.bundle, "c"), check=False,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, timeout=60)
            errors.seek(0)
            self.assertEqual(done.returncode, 0, errors.read())
        done = self.user.oci("start", "c")
        self.assertEqual(done.returncode, 0, done.stderr)

    def state(self):
        return json.loads(self.user.oci("state", "c").stdout)

    def expect_nothing_left(self):
        self.assertFalse(os.path.exists(f"{self.user.runtime}/slipway-oci/c"))
        self.no_process_of("slipway-launch")

    def use_subordinates(self):
        for kind in ("uid", "gid"):
            first, count = self.user.ids(kind)
            self.linux[f"{kind}Mappings"] = [{"containerID": 0, "hostID": getattr(self.user, kind), "size": 1},
                                             {"containerID": 1, "hostID": first, "size": count}]

    def test_a_users_own_id_becomes_root(self):
        self.assertEqual(self.shell("id -u; cat /proc/self/uid_map; cat /proc/1/comm").split(), ["0", "0", str(self.user.uid), "1", "sh"])
        self.assertEqual(self.run_oci("sh", "-c", "exit 7").returncode, 7)
        self.shell("touch /root/mine")
        self.addCleanup(os.remove, f"{self.rootfs}/root/mine")
        self.assertEqual(os.stat(f"{self.rootfs}/root/mine").st_uid, self.user.uid)
        self.expect_nothing_left()

    def test_the_life_of_a_container(self):
        self.start("sleep", "1000")
        self.assertEqual(self.state()["status"], "running")
        self.assertEqual(self.state()["owner"], self.user.name)
        done = self.user.oci("exec", "c", "sh", "-c", "cat /proc/1/comm; id -u; exit 3")
        self.assertEqual((done.returncode, done.stdout.split()), (3, ["sleep", "0"]), done.stderr)
        self.assertIn("not stopped: running", self.user.oci("delete", "c").stderr)
        self.assertEqual(self.user.oci("kill", "c", "KILL").returncode, 0)
        wait_until(lambda: self.state()["status"] == "stopped")
        self.assertEqual(self.user.oci("delete", "c").stderr, "")
        self.expect_nothing_left()

    def test_subordinate_ids(self):
        self.use_subordinates()
        self.linux["namespaces"].append({"type": "network"})
        self.config["process"]["capabilities"]["bounding"] += ["CAP_CHOWN", "CAP_SETUID", "CAP_SETGID"]
        for kind in ("effective", "permitted"):
            self.config["process"]["capabilities"][kind] = self.config["process"]["capabilities"]["bounding"]
        answer = self.shell("touch /tmp/theirs; chown 33:34 /tmp/theirs; id -G; setpriv --reuid=33 --regid=33 --clear-groups id -u; tail -n +3 /proc/net/dev | cut -d: -f1")
        self.addCleanup(os.remove, f"{self.rootfs}/tmp/theirs")
        status = os.stat(f"{self.rootfs}/tmp/theirs")
        self.assertEqual((status.st_uid, status.st_gid), (self.user.ids("uid")[0] + 32, self.user.ids("gid")[0] + 33))
        self.assertEqual(answer.split(), ["0", "33", "lo"])
        self.config["process"]["user"] = {"uid": 33, "gid": 33, "additionalGids": [44]}
        self.write("sh", "-c", "id -u; id -G; echo x >/dev/stdout")
        self.assertEqual(self.by_pipe("run", "--bundle", self.bundle, "c").split(), ["33", "33", "44", "x"])
        self.expect_nothing_left()

    def test_exec_as_another_user(self):
        self.use_subordinates()
        self.start("sleep", "1000")
        self.assertEqual(self.by_pipe("exec", "--user", "33:33", "c", "sh", "-c", "id -u; echo x >/dev/stdout").split(), ["33", "x"])
        done = self.user.oci("exec", "--user", "200000", "c", "true")
        self.expect_failure(done, "the ID 200000 is not mapped")

    def test_ids_that_are_not_the_users(self):
        self.linux["uidMappings"] = [{"containerID": 0, "hostID": self.user.uid, "size": 1}, {"containerID": 1, "hostID": 5000, "size": 10}]
        self.expect_failure(self.run_oci("true"), f"{self.user.uid}, 5000 to 5009", "/etc/subuid")
        self.linux["uidMappings"] = [{"containerID": 0, "hostID": 0, "size": 1}]
        self.expect_failure(self.run_oci("true"), "newuidmap", "/etc/subuid")
        self.linux["uidMappings"] = [{"containerID": 0, "hostID": self.user.uid, "size": 1}]
        self.linux["gidMappings"] = [{"containerID": 0, "hostID": 6000, "size": 10}]
        self.expect_failure(self.run_oci("true"), "6000 to 6009", "/etc/subgid")
        self.expect_nothing_left()

    def test_without_newuidmap(self):
        self.use_subordinates()
        os.rename("/usr/bin/newuidmap", "/usr/bin/newuidmap.away")
        try:
            self.expect_failure(self.run_oci("true"), "newuidmap, which is not installed", "uidmap")
        finally:
            os.rename("/usr/bin/newuidmap.away", "/usr/bin/newuidmap")

    def test_what_needs_root(self):
        self.config["process"]["oomScoreAdj"] = -500
        self.expect_failure(self.run_oci("true"), "process.oomScoreAdj", "only root", "-500")
        del self.config["process"]["oomScoreAdj"]
        self.config["process"]["rlimits"] = [{"type": "RLIMIT_NOFILE", "hard": 1 << 40, "soft": 10}]
        self.expect_failure(self.run_oci("true"), "RLIMIT_NOFILE", "only root", str(1 << 40))
        self.config["process"]["rlimits"] = []
        self.linux["devices"] = [{"path": "/dev/odd", "type": "c", "major": 240, "minor": 77}]
        self.expect_failure(self.run_oci("true"), "/dev/odd", "240:77", "only root")
        self.linux["devices"] = []
        self.linux["namespaces"] = [space for space in self.linux["namespaces"] if space["type"] != "user"]
        self.linux["uidMappings"] = self.linux["gidMappings"] = []
        self.expect_failure(self.run_oci("true"), "a user namespace is needed")
        self.expect_nothing_left()

    def test_devices_are_the_hosts(self):
        number = os.stat("/dev/fuse").st_rdev
        self.linux["devices"] = [{"path": "/dev/else/where", "type": "c", "major": os.major(number), "minor": os.minor(number)}]
        self.assertEqual(self.shell("head -c 2 /dev/zero | od -An -c; stat -c %t:%T /dev/else/where; test -w /dev/null && echo writable").split(),
                         ["\\0", "\\0", f"{os.major(number):x}:{os.minor(number):x}", "writable"])

    def test_places_and_limits_without_a_delegated_cgroup(self):
        done = run("setpriv", f"--reuid={self.user.uid}", f"--regid={self.user.gid}", "--clear-groups", "env", "-u", "XDG_RUNTIME_DIR",
                   "slipway-oci", "list")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.linux["resources"] = {"pids": {"limit": 100}}
        self.expect_failure(self.run_oci("true"), "linux.resources", "delegated", "--systemd-cgroup")
        self.expect_nothing_left()

    def test_a_delegated_cgroup_is_used(self):
        self.linux["namespaces"] = [space for space in self.linux["namespaces"] if space["type"] != "cgroup"]
        self.write("cat", "/proc/self/cgroup")
        done = self.user.run("systemd-run", "--user", "--scope", "--quiet", "--unit=berth", "-p", "Delegate=yes",
                             "slipway-oci", "run", "--bundle", self.bundle, "c")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("/berth.scope/slipway-oci/c", done.stdout)

    def test_a_scope_of_the_users_systemd(self):
        self.start("sleep", "1000", before=("--systemd-cgroup",))
        unit = "slipway-oci-c.scope"
        self.assertEqual(self.user.show(unit, "ActiveState"), "active")
        with open(f"/proc/{self.state()['pid']}/cgroup", encoding="utf-8") as file:
            self.assertIn(f"user@{self.user.uid}.service/user.slice/{unit}", file.read())
        done = self.user.oci("exec", "c", "cat", "/proc/1/comm")
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "sleep"), done.stderr)
        self.assertEqual(self.user.oci("pause", "c").stderr, "")
        self.assertEqual(self.state()["status"], "paused")
        self.assertEqual(self.user.oci("resume", "c").stderr, "")
        self.assertEqual(self.user.oci("delete", "--force", "c").stderr, "")
        wait_until(lambda: self.user.show(unit, "ActiveState") == "inactive")
        self.expect_nothing_left()
