# SPDX-License-Identifier: LGPL-2.1-or-later
"""What docker's users ask for around a payload: limits, mounts, groups, namespaces, privileges."""
import json
import os
import socket

from support import IMAGE, SystemTest, expect_no_residue, find_residue, output, slipway

HOST = ("--userns", "host")


class Surroundings(SystemTest):
    def inside(self, *command, options=(), status=0):
        done = slipway("run", "--rm", *options, IMAGE, *command)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout

    def refused(self, *options, words, status=125):
        before = find_residue()
        done = slipway("run", *options, IMAGE, "true")
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertIn(words, done.stderr)
        expect_no_residue(before)

    def test_a_read_only_root(self):
        script = "touch /new 2>&1; echo x > /run/y && cat /run/y; grep ' /run ' /proc/self/mounts"
        text = self.inside("sh", "-c", script, options=("--read-only", "--tmpfs", "/run:size=1m,exec"))
        self.assertIn("Read-only file system", text)
        self.assertIn("\nx\n", text)
        self.assertIn("rw,nosuid,nodev,", text)
        self.assertIn("size=1024k", text)
        self.assertNotIn("noexec", text)

    def test_the_size_of_shared_memory(self):
        self.assertIn("size=2048k", self.inside("grep", " /dev/shm ", "/proc/self/mounts", options=("--shm-size", "2m")))
        self.refused("--shm-size", "much", words="takes a size")

    def test_limits_of_processes(self):
        options = ("--ulimit", "nofile=100:200", "--ulimit", "core=0", "--oom-score-adj", "500")
        text = self.inside("sh", "-c", "ulimit -Sn; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj", options=options)
        self.assertEqual(text.split(), ["100", "200", "0", "500"])
        self.start("limited", "sleep", "infinity", options=options)
        self.assertEqual(slipway("exec", "limited", "sh", "-c", "ulimit -Sn; cat /proc/self/oom_score_adj").stdout.split(), ["100", "500"])
        self.refused("--ulimit", "files=1", words="ulimit files=1: is NAME=SOFT[:HARD] with a name of as core")
        self.refused("--ulimit", "nofile=2:1", words="the soft limit is above the hard one")
        self.refused("--oom-score-adj", "2000", words="from -1000 to 1000")

    def test_groups_by_name_and_number(self):
        for options in ((), ("--user", "daemon")):
            groups = self.inside("id", "-G", options=(*options, "--group-add", "audio", "--group-add", "1234")).split()
            self.assertTrue({"29", "1234"} <= set(groups), groups)
        self.refused("--group-add", "no-such-group", words="no group 'no-such-group'")
        self.refused("--group-add", "70000", words="the ID 70000 is not mapped")

    def test_parameters_of_its_namespaces(self):
        text = self.inside("cat", "/proc/sys/kernel/msgmax", "/proc/sys/net/ipv4/ip_forward",
                           options=("--sysctl", "kernel.msgmax=9000", "--sysctl", "net.ipv4.ip_forward=1"))
        self.assertEqual(text.split(), ["9000", "1"])
        self.refused("--sysctl", "kernel.panic=1", words="would be set for the whole host")
        self.assertEqual(self.inside("cat", "/proc/sys/kernel/domainname", options=("--domainname", "fleet")), "fleet\n")

    def test_namespaces_of_the_host(self):
        for option, name in (("--ipc", "ipc"), ("--pid", "pid"), ("--uts", "uts"), ("--cgroupns", "cgroup")):
            with self.subTest(name):
                mine = os.readlink(f"/proc/self/ns/{name}")
                read = ("readlink", f"/proc/self/ns/{name}")
                self.assertEqual(self.inside(*read, options=(option, "host", *HOST)).strip(), mine)
                self.assertNotEqual(self.inside(*read, options=(option, "private")).strip(), mine)
                self.refused(option, "host", words="goes with the host's user namespace")
                self.refused(option, "other", words="takes private or host")
        self.assertEqual(self.inside("cat", "/proc/1/comm", options=("--pid", "host", *HOST)), output("cat", "/proc/1/comm"))
        self.assertEqual(self.inside("hostname", options=("--uts", "host", *HOST)).strip(), socket.gethostname())
        with open("/dev/shm/of-the-host", "w", encoding="utf-8"):
            self.addCleanup(os.unlink, "/dev/shm/of-the-host")
        self.assertEqual(self.inside("ls", "/dev/shm", options=("--ipc", "host", *HOST)).split().count("of-the-host"), 1)
        self.start("shared", "sleep", "infinity", options=("--pid", "host", *HOST))
        self.assertEqual(slipway("exec", "shared", "cat", "/proc/1/comm").stdout, output("cat", "/proc/1/comm"))
        self.assertEqual(slipway("stop", "--time", "0", "shared").returncode, 0)

    def test_new_privileges_are_given_back(self):
        def privileges(*options):
            return self.inside("sh", "-c", "cp /usr/bin/id /usr/bin/setuid-id; chmod 4755 /usr/bin/setuid-id; "
                               "grep NoNewPrivs /proc/self/status; grep Seccomp: /proc/self/status; setpriv --reuid 1 --clear-groups setuid-id -u",
                               options=options).split()
        self.assertEqual(privileges(), ["NoNewPrivs:", "1", "Seccomp:", "2", "1"])
        self.assertEqual(privileges("--security-opt", "no-new-privileges"), ["NoNewPrivs:", "1", "Seccomp:", "2", "1"])
        self.assertEqual(privileges("--security-opt", "no-new-privileges=false"), ["NoNewPrivs:", "0", "Seccomp:", "2", "0"])

    def test_open_system_paths(self):
        script = "head -c 1 /proc/timer_list | wc -c; grep -c ' /proc/sys ' /proc/self/mountinfo; exit 0"
        self.assertEqual(self.inside("sh", "-c", script).split(), ["0", "1"])
        self.assertEqual(self.inside("sh", "-c", "grep -c -E ' /proc/(sys|keys|timer_list) ' /proc/self/mountinfo; exit 0",
                                     options=("--security-opt", "systempaths=unconfined")).split(), ["0"])
        for word in ("apparmor=unconfined", "label=disable"):
            self.inside("true", options=("--security-opt", word))
        self.refused("--security-opt", "apparmor=mine", words="--security-opt takes")

    def test_a_privileged_container_is_the_hosts_root(self):
        script = "cat /proc/self/uid_map; grep -E 'CapEff|Seccomp:|NoNewPrivs' /proc/self/status; " \
                 "grep -E ' (/sys|/sys/fs/cgroup) ' /proc/self/mounts | cut -d' ' -f4 | cut -d, -f1"
        words = self.inside("sh", "-c", script, options=("--privileged",)).split()
        self.assertEqual(words[:3], ["0", "0", "4294967295"])
        self.assertEqual(words[3:9], ["CapEff:", words[4], "NoNewPrivs:", "0", "Seccomp:", "0"])
        with open("/proc/self/status", encoding="utf-8") as status:
            mine = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff"))
        self.assertEqual(int(words[4], 16), mine)
        self.assertEqual(words[9:], ["rw", "rw"])
        self.start("privileged", "sleep", "infinity", options=("--privileged", "--device", "/dev/null:/dev/mine"))
        self.assertEqual(output("systemctl", "show", "--value", "-p", "DevicePolicy", "slipway-privileged.scope"), "auto\n")
        self.assertEqual(slipway("exec", "privileged", "stat", "-c", "%t:%T", "/dev/mine").stdout, "1:3\n")
        # In a user namespace of its own it has all of that there.
        text = self.inside("sh", "-c", "cat /proc/self/uid_map; grep CapEff /proc/self/status", options=("--privileged", "--userns", "auto")).split()
        self.assertEqual((text[2], text[4]), ("65536", words[4]))

    def test_a_privileged_container_has_the_hosts_devices(self):
        os.mknod("/dev/of-the-host", 0o20600, os.makedev(1, 7))
        self.addCleanup(os.unlink, "/dev/of-the-host")
        self.assertEqual(self.inside("stat", "-c", "%t:%T %a", "/dev/of-the-host", options=("--privileged",)), "1:7 600\n")
        self.assertNotIn("of-the-host", self.inside("ls", "/dev"))

    def test_an_init_reaps_and_ends_as_its_program_does(self):
        comm = "tr '\\0' ' ' </proc/1/cmdline; ls /dev/slipway-init; cat /proc/$$/comm"
        self.assertEqual(self.inside("sh", "-c", comm, options=("--init",)).splitlines(), [f"/dev/slipway-init -- sh -c {comm} /dev/slipway-init", "sh"])
        orphan = "(sleep 0.1 &); exec perl -e 'select(undef, undef, undef, 0.5); exec qw(grep -h State:), glob(q(/proc/[0-9]*/status))'"
        self.assertNotIn("zombie", self.inside("sh", "-c", orphan, options=("--init",)))
        self.assertIn("zombie", self.inside("sh", "-c", orphan))
        self.inside("sh", "-c", "exit 7", options=("--init",), status=7)
        self.inside("sh", "-c", "kill -9 $$", options=("--init",), status=137)
        self.inside("true", options=("--init", "--read-only", "--user", "nobody"))
        for program, status in (("no-such-program", 127), ("/etc/passwd", 126)):
            done = slipway("run", "--rm", "--init", IMAGE, program)
            self.assertEqual((done.returncode, len(done.stderr.splitlines())), (status, 1))
            self.assertIn(f"slipway-init: cannot execute {program}: ", done.stderr)
        self.refused("--init", "--volume", "/dev:/dev", words="leave out one of the two")

    def test_an_init_passes_signals_on(self):
        script = "for s in TERM HUP USR1 RTMIN; do trap \"echo $s\" $s; done; echo ready; while :; do sleep 0.05; done"
        identity = self.start("init", "bash", "-c", script, options=("--init", "--stop-timeout", "1"))
        self.await_line(identity, "ready")
        for name in ("TERM", "HUP", "USR1", "RTMIN"):
            self.assertEqual(slipway("kill", "-s", name, "init").returncode, 0)
            self.await_line(identity, name)
        described = json.loads(slipway("inspect", "init").stdout)[0]
        self.assertEqual((described["HostConfig"]["Init"], described["Path"]), (True, "bash"))
        self.assertIn("RunInit=true", slipway("unit", "export", "init").stdout)
        # Neither is what is executed beside it below another init, nor does anything of the host's show.
        self.assertEqual(slipway("exec", "init", "sh", "-c", "cat /proc/$$/comm").stdout, "sh\n")
        self.assertNotIn("slipway-init", slipway("diff", "init").stdout)
        self.assertEqual(slipway("exec", "init", "sh", "-c", "echo x >/dev/slipway-init || stat -c %a /dev/slipway-init").stdout, "755\n")

    def test_an_init_hands_its_terminal_over(self):
        done = output("script", "-qec", f"slipway run --rm --init -t {IMAGE} sh -c 'cut -d\" \" -f5,8 /proc/$$/stat'", "/dev/null").split()
        self.assertEqual(done[0], done[1])

    def test_the_id_goes_to_a_file(self):
        place = "/run/test-cidfile"
        self.addCleanup(lambda: os.path.exists(place) and os.unlink(place))
        self.refused("--cidfile", place, "--ulimit", "x=1", words="ulimit x=1")
        self.assertFalse(os.path.exists(place))
        identity = self.start("with-file", "sleep", "infinity", options=("--cidfile", place))
        with open(place, encoding="utf-8") as file:
            self.assertEqual(file.read(), identity)
        self.refused("--cidfile", place, words=f"make {place}: File exists")
        os.unlink(place)
        self.inside("true", options=("--cidfile", place))
        with open(place, encoding="utf-8") as file:
            self.assertRegex(file.read(), "^[0-9a-f]{64}$")
