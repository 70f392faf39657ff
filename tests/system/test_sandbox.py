# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a payload sees of its sandbox, and what the host sees of the payload."""
import os

from support import IMAGE, STATE, SystemTest, slipway

FIRST_ID = 0x70000000


def inside(*command, options=()):
    done = slipway("run", "--rm", *options, IMAGE, *command)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


class Sandbox(SystemTest):
    def test_each_container_has_ids_of_its_own(self):
        first = inside("cat", "/proc/self/uid_map").split()
        self.start("neighbour", "sleep", "infinity")
        second = slipway("exec", "neighbour", "cat", "/proc/self/uid_map").stdout.split()
        third = inside("cat", "/proc/self/gid_map").split()
        for mapping in (first, second, third):
            self.assertEqual((mapping[0], mapping[2]), ("0", "65536"))
            self.assertGreaterEqual(int(mapping[1]), FIRST_ID)
        self.assertNotEqual(second[1], third[1])

    def test_the_host_sees_the_mapped_user(self):
        self.start("mapped", "sleep", "infinity", options=("--user", "daemon"))
        pid = self.state("mapped")["Pid"]
        self.assertEqual(os.stat(f"/proc/{pid}").st_uid % 65536, 1)
        self.assertGreaterEqual(os.stat(f"/proc/{pid}").st_uid, FIRST_ID)

    def test_files_keep_their_owners_on_the_disk(self):
        identity = self.start("owner", "sh", "-c", "touch /mine; chown daemon:daemon /mine; rm /etc/motd; mkdir /var/new; echo ready; exec sleep infinity")
        self.await_line(identity, "ready")
        upper = f"{STATE}/containers/{identity}/upper"
        self.assertEqual((os.stat(f"{upper}/mine").st_uid, os.stat(f"{upper}/mine").st_gid), (1, 1))
        self.assertEqual(os.stat(f"{upper}/var/new").st_uid, 0)

    def test_capabilities_are_few_and_privileges_cannot_grow(self):
        status = dict(line.split(":\t", 1) for line in inside("cat", "/proc/self/status").splitlines() if ":\t" in line)
        self.assertEqual(status["CapEff"], "00000000800405fb")
        self.assertEqual(status["CapBnd"], "00000000800405fb")
        self.assertEqual((status["CapInh"], status["CapAmb"]), ("0" * 16, "0" * 16))
        self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))
        status = inside("cat", "/proc/self/status", options=("-u", "daemon"))
        self.assertIn("CapEff:\t0000000000000000", status)

    def test_it_is_alone_in_its_namespaces(self):
        self.assertEqual(inside("cat", "/proc/1/comm").strip(), "cat")
        self.assertEqual(inside("sh", "-c", "hostname", options=("--hostname", "box")).strip(), "box")
        interfaces = inside("cat", "/proc/net/dev").splitlines()[2:]
        self.assertEqual([line.split(":")[0].strip() for line in interfaces], ["lo", "eth0"])
        self.assertIn("0::/\n", inside("cat", "/proc/self/cgroup"))
        mine = {name: os.readlink(f"/proc/self/ns/{name}") for name in ("user", "mnt", "pid", "ipc", "uts", "cgroup", "net")}
        listed = inside("ls", "-l", "/proc/self/ns")
        for link in mine.values():
            self.assertNotIn(link, listed)

    def test_devices_are_the_specifications(self):
        names = set(inside("ls", "/dev").split())
        self.assertEqual(names, {"fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty",
                                 "urandom", "zero"})
        self.assertEqual(inside("sh", "-c", "echo lost >/dev/null; head -c 4 /dev/zero | od -An -tx1").split(), ["00"] * 4)

    def test_the_kernels_files_are_masked_or_read_only(self):
        script = ("for f in /proc/keys /proc/timer_list; do [ -s $f ] && echo open $f; done;"
                  "ls /sys/firmware; for f in /proc/sys/kernel/domainname /proc/sysrq-trigger /sys/kernel/uevent_seqnum /sys/fs/cgroup/x;"
                  " do (echo x >$f) 2>/dev/null && echo written $f; done; exit 0")
        self.assertEqual(inside("sh", "-c", script), "")

    def test_calls_that_reach_out_are_denied(self):
        probe = ("use POSIX; for my $c ([165,'mount'],[272,'unshare'],[308,'setns'],[246,'kexec'],[175,'init_module'],[169,'reboot'],"
                 "[321,'bpf'],[298,'perf'],[248,'add_key']) { $! = 0; my $r = syscall($c->[0], 0x10000000, 0, 0, 0, 0, 0);"
                 "print \"$c->[1] \" if $r >= 0 || $! != EPERM; }")
        self.assertEqual(inside("perl", "-e", probe), "")

    def test_a_plain_user_may_open_its_standard_output_anew(self):
        self.assertEqual(inside("sh", "-c", "echo again >/dev/stdout", options=("-u", "nobody")), "again\n")

    def test_nothing_of_it_is_in_the_hosts_mount_table(self):
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            before = mounts.read()
        self.start("hidden", "sleep", "infinity")
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            self.assertEqual(mounts.read(), before)

    def test_exec_is_in_the_same_sandbox(self):
        self.start("same", "sleep", "infinity")
        status = slipway("exec", "same", "cat", "/proc/self/status").stdout
        self.assertIn("CapEff:\t00000000800405fb", status)
        self.assertIn("Seccomp:\t2", status)
        pid = self.state("same")["Pid"]
        listed = slipway("exec", "same", "ls", "-l", "/proc/self/ns").stdout
        for name in ("user", "mnt", "pid", "ipc", "uts", "cgroup", "net"):
            self.assertIn(os.readlink(f"/proc/{pid}/ns/{name}"), listed)

    def test_info_says_that_user_namespaces_are_there(self):
        self.assertIn("User namespaces: one per container", slipway("info").stdout)
