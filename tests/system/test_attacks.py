# SPDX-License-Identifier: LGPL-2.1-or-later
"""Known ways out of a container runtime, each by its name, against slipway and against slipway-oci."""
import glob
import hashlib
import os
import shutil
import stat
import subprocess
import threading
import time

from bundles import BundleTest, oci
from support import IMAGE, output, run, slipway, wait_until

PROGRAMS = ["/usr/bin/slipway-oci", *sorted(glob.glob("/usr/lib/slipway/slipway-*"))]


def fingerprints():
    found = {}
    for program in PROGRAMS:
        with open(program, "rb") as file:
            found[program] = hashlib.sha256(file.read()).hexdigest()
    return found


class Attacks(BundleTest):
    def swap_while(self, path, target, deed):
        """PATH is in turn a directory and a symbolic link to TARGET while DEED is done."""
        os.makedirs(path)
        link = path + ".link"
        os.symlink(target, link)
        is_over = threading.Event()

        def swap():
            while not is_over.is_set():
                for one, other in ((path, path + ".aside"), (link, path), (path, link), (path + ".aside", path)):
                    os.rename(one, other)

        thread = threading.Thread(target=swap)
        thread.start()
        try:
            deed()
        finally:
            is_over.set()
            thread.join()

    def test_cve_2019_5736_the_launcher_overwritten_through_proc_self_exe(self):
        before = fingerprints()
        with open(self.root("evil"), "w", encoding="utf-8") as file:
            file.write("#!/proc/self/exe\n")
        os.chmod(self.root("evil"), 0o755)
        self.start_oci("sh", "-c", "while :; do for p in /proc/[0-9]*/exe; do (exec 9<$p; for i in 1 2 3 4 5 6 7 8; do "
                       "printf '#!/bin/sh\\n' >> /proc/self/fd/9; done; : >> $p) 2>/dev/null; done; done")
        for _ in range(20):
            oci("exec", "c", "/evil")
            oci("exec", "c", "/proc/self/exe")
            oci("exec", "c", "true")
        oci("delete", "--force", "c")
        self.assertNotEqual(self.run_oci("/evil").returncode, 0)
        slipway("rm", "--force", "evil")
        self.start("evil", "sh", "-c", "printf '#!/proc/self/exe\\n' > /evil; chmod 755 /evil; while :; do for p in /proc/[0-9]*/exe; do "
                   "(: >> $p) 2>/dev/null; done; done")
        for _ in range(10):
            slipway("exec", "evil", "/evil")
        self.assertEqual(fingerprints(), before)

    def test_cve_2021_30465_a_mount_point_that_becomes_a_symbolic_link(self):
        outside = f"{self.bundle}/outside"
        os.makedirs(outside)
        self.config["mounts"] += [{"destination": "/race/in/here", "type": "tmpfs", "source": "tmpfs"},
                                  {"destination": "/race/file", "type": "bind", "source": "/etc/hostname", "options": ["bind"]}]
        self.swap_while(self.root("race"), "/../../../.." + outside, lambda: [self.run_oci("true") for _ in range(40)])
        self.assertEqual(os.listdir(outside), [])

    def test_cve_2024_45310_directories_made_outside_of_the_root(self):
        outside = f"{self.bundle}/outside"
        os.makedirs(outside)
        self.process["cwd"] = "/race/made/here"
        self.swap_while(self.root("race"), outside, lambda: [self.run_oci("true") for _ in range(40)])
        self.assertEqual(os.listdir(outside), [])

    def test_cve_2023_27561_a_proc_that_is_a_symbolic_link(self):
        for name in ("proc", "sys"):
            with self.subTest(name):
                shutil.rmtree(self.root(name))
                os.makedirs(self.root("elsewhere"), exist_ok=True)
                os.symlink("elsewhere", self.root(name))
                self.expect_refusal(f"mounts: /{name}: is no directory of the root")
                os.unlink(self.root(name))
                os.mkdir(self.root(name))

    def test_a_dev_that_is_a_symbolic_link(self):
        shutil.rmtree(self.root("dev"))
        outside = f"{self.bundle}/outside"
        os.makedirs(outside)
        os.symlink(outside, self.root("dev"))
        self.run_oci("true")
        self.assertEqual(os.listdir(outside), [])

    def test_cve_2022_29162_no_inheritable_capabilities(self):
        self.start("inherit", "sleep", "infinity")
        for status in (slipway("run", "--rm", IMAGE, "cat", "/proc/self/status").stdout,
                       slipway("exec", "inherit", "cat", "/proc/self/status").stdout, self.shell("cat /proc/self/status")):
            self.assertIn("CapInh:\t0000000000000000", status)

    def test_cve_2024_21626_a_descriptor_of_the_host_as_working_directory(self):
        with open("/run/host-marker", "w", encoding="utf-8") as file:
            file.write("escaped")
        self.addCleanup(os.unlink, "/run/host-marker")
        script = "for up in . .. ../.. ../../.. ../../../.. ../../../../..; do cat $up/run/host-marker 2>/dev/null; done; exit 0"
        for number in range(3, 40):
            self.process["cwd"] = f"/proc/self/fd/{number}"
            self.assertNotIn("escaped", self.run_oci("sh", "-c", script).stdout)
        self.process["cwd"] = "/"
        self.start_oci("sleep", "1000")
        for number in range(3, 40):
            self.assertNotIn("escaped", oci("exec", "--cwd", f"/proc/self/fd/{number}", "c", "sh", "-c", script).stdout)
        self.start("leak", "sleep", "infinity")
        for number in range(3, 20):
            done = slipway("exec", "--workdir", f"/proc/self/fd/{number}", "leak", "sh", "-c", script)
            self.assertNotIn("escaped", done.stdout)

    def test_no_descriptor_of_the_host_is_left_open(self):
        self.start("open", "sleep", "infinity")
        for text in (slipway("run", "--rm", IMAGE, "ls", "/proc/self/fd").stdout, slipway("exec", "open", "ls", "/proc/self/fd").stdout,
                     self.shell("ls /proc/self/fd")):
            self.assertEqual(text.split(), ["0", "1", "2", "3"])

    def test_cve_2025_31133_a_masked_path_covered_with_somebody_elses_null(self):
        os.makedirs(f"{self.bundle}/dev")
        os.symlink("/proc/sys/kernel/core_pattern", f"{self.bundle}/dev/null")
        self.config["mounts"] = [mount for mount in self.config["mounts"] if not mount["destination"].startswith("/dev")]
        self.config["mounts"].append({"destination": "/dev", "type": "bind", "source": f"{self.bundle}/dev", "options": ["bind"]})
        self.linux["maskedPaths"] = ["/proc/keys"]
        self.assertEqual(self.shell("test -c /proc/keys && (echo x > /proc/keys); cat /proc/keys; stat -c %t:%T /proc/keys"), "1:3")

    def test_cve_2025_52565_a_console_that_is_a_symbolic_link(self):
        os.makedirs(f"{self.bundle}/dev")
        with open(f"{self.bundle}/target", "w", encoding="utf-8") as file:
            file.write("mine")
        os.symlink(f"{self.bundle}/target", f"{self.bundle}/dev/console")
        os.makedirs(f"{self.bundle}/dev/pts")
        self.config["mounts"] = [mount for mount in self.config["mounts"] if mount["destination"] not in ("/dev", "/dev/shm", "/dev/mqueue")]
        self.config["mounts"].insert(1, {"destination": "/dev", "type": "bind", "source": f"{self.bundle}/dev", "options": ["bind"]})
        self.process.update({"terminal": True, "args": ["true"]})
        self.write_config()
        done = subprocess.run(["script", "-qec", f"slipway-oci run --bundle {self.bundle} c", "/dev/null"], check=False, text=True,
                              capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("/dev/console", done.stdout)
        with open(f"{self.bundle}/target", encoding="utf-8") as file:
            self.assertEqual(file.read(), "mine")

    def test_cve_2025_52881_writes_below_proc_that_lead_elsewhere(self):
        # A file system of the container's in place of proc: what is to be hidden there would not be.
        self.config["mounts"][0] = {"destination": "/proc", "type": "tmpfs", "source": "tmpfs"}
        os.makedirs(self.root("etc"), exist_ok=True)
        self.config["mounts"].append({"destination": "/proc/sys", "type": "bind", "source": self.bundle, "options": ["bind"]})
        self.expect_refusal("the container's /proc is no proc file system")
        # What is written by way of proc goes to the host's own, whatever the container mounts.
        self.linux.update({"maskedPaths": [], "readonlyPaths": [], "sysctl": {"kernel.domainname": "written"}})
        os.makedirs(f"{self.bundle}/kernel", exist_ok=True)
        with open(f"{self.bundle}/kernel/domainname", "w", encoding="utf-8") as file:
            file.write("untouched")
        self.assertEqual(self.run_oci("true").returncode, 0)
        with open(f"{self.bundle}/kernel/domainname", encoding="utf-8") as file:
            self.assertEqual(file.read(), "untouched")

    def test_cve_2022_0492_no_way_to_a_release_agent(self):
        mount = 165 if os.uname().machine == "x86_64" else 40
        script = ("mkdir /cg; for type in cgroup cgroup2; do perl -e 'my ($what, $where, $type) = (qw(x /cg), $ARGV[0]); "
                  f"print \"mounted\" if syscall({mount}, $what, $where, $type, 0, 0) == 0' $type; done; "
                  "unshare --user --map-root-user --mount --cgroup true && echo unshared; "
                  "(echo x > /sys/fs/cgroup/cgroup.procs) && echo written; find / -xdev -name release_agent 2>/dev/null; exit 0")
        done = slipway("run", "--rm", IMAGE, "sh", "-c", script)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_hostile_lists_of_users(self):
        for name in ("passwd", "group"):
            place = self.root(f"etc/{name}")
            for make in (lambda place: os.mkfifo(place), lambda place: os.symlink("/dev/zero", place),
                         lambda place: os.symlink(f"/etc/{os.path.basename(place)}", place), lambda place: os.mkdir(place),
                         lambda place: self.write(place, b"x" * (8 << 20)), lambda place: self.write(place, b"\0:\0:0:0\n" * 100000),
                         lambda place: self.write(place, b"root:x:" + b"9" * 100000 + b":0::/:/bin/sh\n")):
                kept = place + ".kept"
                os.rename(place, kept)
                make(place)
                begin = time.monotonic()
                self.assertEqual(self.run_oci("true").returncode, 0)
                self.assertLess(time.monotonic() - begin, 5)
                if stat.S_ISDIR(os.lstat(place).st_mode):
                    os.rmdir(place)
                else:
                    os.unlink(place)
                os.rename(kept, place)

    def write(self, place, content):
        with open(place, "wb") as file:
            file.write(content)

    def test_a_payload_cannot_reach_its_monitor(self):
        self.start("reach", "sh", "-c", "kill -9 -1; for p in /proc/[0-9]*; do echo $p $(cat $p/comm); done; kill -STOP -1; exec sleep infinity")
        [monitor] = [line.split()[0] for line in output("ps", "-eo", "pid,comm").splitlines() if line.endswith("slipway-monitor")][-1:]
        self.assertEqual(slipway("exec", "reach", "sh", "-c", f"kill -9 {monitor} || ls /proc/{monitor}").returncode, 2)
        self.assertTrue(os.path.exists(f"/proc/{monitor}/stat"))
        self.assertEqual(slipway("stop", "--time", "0", "reach").returncode, 0)

    def test_a_payload_that_floods_or_closes_its_terminal(self):
        for script, status in (("yes $(seq 100) | head -c 5000000; exit 3", 3), ("exec <&- >&- 2>&-; sleep 0.2; exit 4", 4),
                               ("exec </dev/null >/dev/null 2>&1; exit 5", 5)):
            done = subprocess.run(["script", "-qec", f"slipway run --rm -it {IMAGE} sh -c '{script}'", "/dev/null"], check=False,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60)
            self.assertEqual(done.returncode, status)

    def test_a_payload_that_floods_its_log_fills_nothing_of_ours(self):
        before = int(run("du", "-sk", "/run/slipway").stdout.split()[0])
        done = slipway("run", "--rm", IMAGE, "sh", "-c", "yes $(head -c 4000 /dev/zero | tr '\\0' x) | head -c 20000000")
        self.assertEqual(len(done.stdout), 20000000)
        self.assertLess(int(run("du", "-sk", "/run/slipway").stdout.split()[0]), before + 1024)

    def test_a_payload_that_fills_run_fills_only_its_own(self):
        def used():
            return sum(int(line) for line in run("df", "-k", "--output=used", "/run", "/dev", "/dev/shm", "/tmp").stdout.split()[1:])
        before = used()
        script = "for place in /run /dev /dev/shm; do head -c 100000000 /dev/zero > $place/much && echo all in $place; done; true"
        self.assertEqual(slipway("run", "--rm", IMAGE, "sh", "-c", f"({script}) 2>&1 | grep -v ' in /run'").stdout.count("No space left"), 2)
        self.start("full", "sh", "-c", f"{script}; exec sleep infinity")
        wait_until(lambda: "sleep" in output("systemctl", "status", "slipway-full.scope"))
        self.assertLess(used(), before + 1024)

    def test_a_fork_bomb_has_a_limit(self):
        self.start("bomb", "sleep", "infinity")
        limit = output("systemctl", "show", "--value", "-p", "TasksMax", "slipway-bomb.scope").strip()
        self.assertTrue(limit.isdigit() and int(limit) < 1 << 20, limit)

    def test_containers_share_no_session_keyring(self):
        def session(*before):
            # The serial numbers of what one sees of its session's keyring; "-" where there is none to see.
            return run(*before, "perl", "-e", "print syscall(250, 0, -3, 0)").stdout
        if not os.path.exists("/proc/keys") or os.uname().machine != "x86_64":
            self.skipTest("the number of keyctl(2) is known for x86-64 alone")
        options = ("--rm", "--security-opt", "seccomp=unconfined", IMAGE)
        found = {session(), session("slipway", "run", *options), session("slipway", "run", *options)}
        self.assertEqual(len(found), 3, found)
