# SPDX-License-Identifier: LGPL-2.1-or-later
"""Exec: in the container's very sandbox, and safe from a container that does its worst."""
import json
import os
import subprocess
import time

from support import IMAGE, SystemTest, output, run, slipway, wait_until

NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts")

# Looks at everybody who is not known, again and again: what it gets hold of while it is still the launcher is an escape. execve(2) changes
# a process's memory a moment before its name, so that what is got must be the launcher's by its content too.
SPY = r"""
use strict; $| = 1;
my %known = map { $_ => 1 } qw(perl sh touch true);
my $me = $$; my $seen = 0;
sub name { my $pid = shift; open(my $file, "<", "/proc/$pid/comm") or return ""; my $name = <$file> // ""; chomp $name; return $name }
sub content { open(my $file, "<", shift) or return ""; my $content = ""; sysread($file, $content, 1 << 16); return $content }
sub is_launcher { my $exe = readlink("/proc/" . shift . "/exe"); return defined $exe && $exe =~ /slipway/ }
print "ready\n";
while (!-e "/over") {
    opendir(my $proc, "/proc"); my @pids = grep { /^\d+$/ && $_ != $me } readdir $proc; closedir $proc;
    for my $pid (@pids) {
        my $name = name($pid);
        next if $name eq "" || $known{$name};
        $seen++;
        print "got exe of $name\n" if is_launcher($pid);
        print "got maps of $name\n" if content("/proc/$pid/maps") =~ /slipway/;
        my $environ = content("/proc/$pid/environ");
        print "got environ of $name\n" if $environ ne "" && $environ !~ /SPIED=/;
        if (open(my $mem, "+<", "/proc/$pid/mem")) { print "got mem of $name\n" if is_launcher($pid) }
        # Its socket, which execve(2) closes, is nothing of the host's; what it opens when it is another program by now is its own.
        for my $fd (3 .. 20) {
            my $target = readlink("/proc/$pid/fd/$fd");
            print "got $target of $name\n" if defined $target && $target !~ /^socket:/ && name($pid) eq $name;
        }
        if (syscall(101, 0x4206, $pid, 0, 0) == 0) {
            print "traced $name\n" if is_launcher($pid);
            syscall(101, 0x4207, $pid, 0, 0); waitpid($pid, 0x40000000); syscall(101, 17, $pid, 0, 0);
        }
    }
}
print "seen $seen\n";
"""

# In the midst of execve(2) the memory belongs to the container's user namespace already: whoever may trace there may take descriptors, and sees
# in their directory which there are.
LISTER = r"""
use strict; $| = 1;
my %known = map { $_ => 1 } qw(perl sh touch true);
my $seen = 0;
print "ready\n";
while (!-e "/over") {
    opendir(my $proc, "/proc"); my @pids = grep { /^\d+$/ && $_ > 1 } readdir $proc; closedir $proc;
    for my $pid (@pids) {
        for (1 .. 200) {
            open(my $file, "<", "/proc/$pid/comm") or last; my $name = <$file> // ""; chomp $name;
            last if $known{$name};
            $seen++;
            if (opendir(my $open, "/proc/$pid/fd")) { my @fds = grep { /^\d+$/ && $_ > 2 } readdir $open; print "got @fds of $name\n" if @fds > 1 }
        }
    }
}
print "seen $seen\n";
"""


class Exec(SystemTest):
    def status(self, name, *options):
        text = slipway("exec", *options, name, "cat", "/proc/self/status").stdout
        return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)

    def test_it_is_in_all_namespaces_and_the_cgroup(self):
        for options in ((), ("--userns", "host"), ("--userns", "keep")):
            with self.subTest(options):
                self.start("joined", "sleep", "infinity", options=options)
                pid = self.state("joined")["Pid"]
                links = slipway("exec", "joined", "sh", "-c", "for n in " + " ".join(NAMESPACES) + "; do readlink /proc/self/ns/$n; done").stdout
                self.assertEqual(links.split(), [os.readlink(f"/proc/{pid}/ns/{name}") for name in NAMESPACES])
                self.assertEqual(slipway("exec", "--detach", "joined", "sleep", "4321").returncode, 0)
                [other] = [line.split()[0] for line in output("ps", "-eo", "pid,args").splitlines() if line.endswith("sleep 4321")]
                with open(f"/proc/{other}/cgroup", encoding="utf-8") as joined, open(f"/proc/{pid}/cgroup", encoding="utf-8") as payload:
                    found = [line for line in joined.read().splitlines() if line.startswith("0::")]
                    self.assertEqual(found, [line for line in payload.read().splitlines() if line.startswith("0::")])
                self.assertTrue(found[0].endswith("slipway-joined.scope/payload"), found)

    def test_it_has_the_containers_powers_and_filter(self):
        with open("/run/exec-profile.json", "w", encoding="utf-8") as file:
            json.dump({"defaultAction": "SCMP_ACT_ALLOW",
                       "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]}, file)
        self.addCleanup(os.unlink, "/run/exec-profile.json")
        self.start("powers", "sleep", "infinity", options=("--cap-drop", "ALL", "--cap-add", "KILL", "--user", "daemon",
                                                          "--security-opt", "seccomp=/run/exec-profile.json"))
        self.assertIn("No space left on device", slipway("exec", "powers", "mkdir", "/tmp/x").stderr)
        payload = dict(line.split(":\t", 1) for line in output("cat", f"/proc/{self.state('powers')['Pid']}/status").splitlines() if ":\t" in line)
        status = self.status("powers")
        for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters"):
            self.assertEqual(status[key], payload[key], key)
        self.assertEqual(status["Uid"].split(), ["1"] * 4)
        self.assertEqual(self.status("powers", "--user", "0")["CapEff"], f"{1 << 5:016x}")

    def test_its_options(self):
        self.start("options", "sleep", "infinity", options=("--env", "A=container", "--env", "B=container", "--workdir", "/usr"))
        script = "echo $A $B $C; pwd; id -u; id -g"
        self.assertEqual(slipway("exec", "options", "sh", "-c", script).stdout.split(), ["container", "container", "/usr", "0", "0"])
        with open("/run/exec-env", "w", encoding="utf-8") as file:
            file.write("C=file\nA=file\n")
        self.addCleanup(os.unlink, "/run/exec-env")
        done = slipway("exec", "--env-file", "/run/exec-env", "-e", "A=mine", "-w", "/tmp", "-u", "daemon:mail", "options", "sh", "-c", script)
        self.assertEqual(done.stdout.split(), ["mine", "container", "file", "/tmp", "1", "8"])
        # Once each: which of two counts is each program's own choice.
        self.assertEqual(slipway("exec", "-e", "A=mine", "options", "sh", "-c", "cat /proc/self/environ | tr '\\0' '\\n' | grep -c ^A=").stdout, "1\n")
        self.assertEqual(slipway("exec", "-i", "options", "cat", input="in\n").stdout, "in\n")
        self.assertEqual(slipway("exec", "options", "sh", "-c", "exit 7").returncode, 7)
        self.assertEqual(slipway("exec", "-u", "nobody-here", "options", "true").returncode, 125)

    def test_privileges_are_the_callers_to_give(self):
        self.start("plain", "sleep", "infinity")
        status = self.status("plain", "--privileged")
        self.assertEqual((status["Seccomp"], status["NoNewPrivs"]), ("0", "0"))
        self.assertTrue(int(status["CapEff"], 16) >> 21 & 1)
        self.assertFalse(int(self.status("plain")["CapEff"], 16) >> 21 & 1)

    def test_hostile_lists_of_users(self):
        self.start("lists", "sleep", "infinity")
        for name in ("passwd", "group"):
            for make in (f"mkfifo /etc/{name}", f"ln -s /dev/zero /etc/{name}", f"ln -s /proc/self/mem /etc/{name}", f"ln -s {name} /etc/{name}",
                         f"mkdir /etc/{name}", f"head -c 8000000 /dev/zero | tr '\\0' : > /etc/{name}", f"ln -s ../../../../etc/{name} /etc/{name}"):
                with self.subTest(make):
                    self.assertEqual(slipway("exec", "lists", "sh", "-c", f"mv /etc/{name} /etc/{name}.kept; {make}").returncode, 0)
                    begin = time.monotonic()
                    done = slipway("exec", "lists", "id", "-u")
                    self.assertEqual((done.returncode, done.stdout), (0, "0\n"), done.stderr)
                    if name == "passwd":
                        self.assertIn(slipway("exec", "-u", "daemon", "lists", "id", "-u").returncode, (0, 125))
                    self.assertLess(time.monotonic() - begin, 10)
                    self.assertEqual(slipway("exec", "lists", "sh", "-c", f"rm -rf /etc/{name}; mv /etc/{name}.kept /etc/{name}").returncode, 0)

    def test_a_proc_or_dev_of_the_containers_own(self):
        self.start("replaced", "sleep", "infinity", options=("--cap-add", "SYS_ADMIN"))
        mount = "perl -e 'my ($what, $where, $type) = (qw(x), $ARGV[0], qw(tmpfs)); exit(syscall(165, $what, $where, $type, 0, 0) != 0)' "
        for place, words in (("/proc", ("id", "-u")), ("/dev", ("id", "-u"))):
            self.assertEqual(slipway("exec", "replaced", "sh", "-c", mount + place).returncode, 0)
            self.assertEqual(slipway("exec", "replaced", *words).stdout, "0\n")
        # No terminal of somebody else's: its /dev/pts is not one.
        slipway("exec", "replaced", "sh", "-c", "mkdir /dev/pts; mkfifo /dev/pts/ptmx")
        done = subprocess.run(["script", "-qec", "slipway exec -it replaced true", "/dev/null"], check=False, text=True, capture_output=True,
                              timeout=60, stdin=subprocess.DEVNULL)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("/dev/pts of the container is no devpts", done.stdout)

    def spy(self, script, *options):
        """What SCRIPT says of 60 processes that join its container."""
        identity = self.start("spy", "perl", "-e", script, options=(*options, "--env", "SPIED=1", "--security-opt", "seccomp=unconfined"))
        self.await_line(identity, "ready")
        for _ in range(60):
            self.assertEqual(slipway("exec", "spy", "true").returncode, 0)
        slipway("exec", "spy", "touch", "/over")
        self.assertEqual(slipway("wait", "spy").stdout, "0\n")
        lines = []

        def has_ended():
            lines[:] = run("journalctl", "-o", "cat", f"CONTAINER_ID_FULL={identity}").stdout.splitlines()
            return any(line.startswith("seen ") for line in lines)
        wait_until(has_ended)
        self.assertNotIn("seen 0", lines, "it has never met the launcher, so this tells nothing")
        return [line for line in lines if line.startswith(("got ", "traced "))]

    def test_nobody_in_the_container_reaches_the_joining_process(self):
        if os.uname().machine != "x86_64":
            self.skipTest("the number of ptrace(2) is known for x86-64 alone")
        # In the host's user namespace CAP_SYS_PTRACE is the power over every process, which is not given here.
        for options in (("--cap-add", "SYS_PTRACE"), ("--userns", "host")):
            with self.subTest(options):
                self.assertEqual(self.spy(SPY, *options), [])

    def test_no_descriptor_of_the_hosts_is_left_to_execve(self):
        self.assertEqual(self.spy(LISTER, "--cap-add", "SYS_PTRACE"), [])
