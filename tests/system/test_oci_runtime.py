# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway-oci: the life of a container as the OCI runtime specification has it, and the command line that engines expect."""
import json
import os
import random
import signal
import socket
import subprocess
import time

from bundles import CGROUPS, HIERARCHY, BundleTest, oci
from support import PATIENCE, output, wait_until


class OciRuntime(BundleTest):
    def test_the_life_of_a_container(self):
        done = self.create("sh", "-c", "sleep 1000", options=("--pid-file", f"{self.bundle}/pid"))
        self.assertEqual(done.returncode, 0, done.stderr)
        state = self.state()
        self.assertEqual((state["status"], state["id"], state["bundle"]), ("created", "c", self.bundle))
        with open(f"{self.bundle}/pid", encoding="utf-8") as file:
            self.assertEqual(int(file.read()), state["pid"])
        self.assertEqual(oci("start", "c").returncode, 0)
        self.assertEqual(self.state()["status"], "running")
        self.assertIn(str(state["pid"]), oci("ps", "c").stdout)
        self.assertIn(state["pid"], json.loads(oci("ps", "--format", "json", "c").stdout))
        refused = oci("delete", "c")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("not stopped: running", refused.stderr)
        self.assertIn("cannot start a container that is running", oci("start", "c").stderr)
        self.assertEqual(oci("kill", "c", "KILL").returncode, 0)
        wait_until(lambda: self.state()["status"] == "stopped")
        self.assertIn("container not running", oci("kill", "c", "TERM").stderr)
        self.assertEqual(oci("delete", "c").returncode, 0)
        self.expect_nothing_left()
        self.assertIn("does not exist", oci("state", "c").stderr)

    def test_a_container_that_was_never_started_can_be_deleted(self):
        self.create("true")
        self.assertEqual(oci("delete", "c").stderr, "")
        self.expect_nothing_left()

    def test_a_taken_id_and_one_that_is_none(self):
        self.create("true")
        self.assertIn("container with id exists: c", self.create("true").stderr)
        self.assertEqual(self.state()["status"], "created")
        self.assertIn("is no container ID", self.create("true", name="../x").stderr)

    def test_the_status_is_the_payloads(self):
        self.assertEqual(self.run_oci("sh", "-c", "exit 7").returncode, 7)
        self.linux["namespaces"] = [space for space in self.linux["namespaces"] if space["type"] != "pid"]
        self.assertEqual(self.run_oci("sh", "-c", "kill -9 $$").returncode, 137)
        self.expect_nothing_left()

    def test_a_program_that_is_missing_is_known_when_the_container_is_made(self):
        done = self.create("no-such-program")
        self.assertEqual(done.returncode, 127)
        self.assertIn("executable file not found in $PATH", done.stderr)
        self.expect_nothing_left()

    def test_the_log_has_the_failure_as_engines_read_it(self):
        log = f"{self.bundle}/log"
        self.process["args"] = ["/no/such"]
        self.write_config()
        oci("--log", log, "--log-format", "json", "create", "--bundle", self.bundle, "c")
        with open(log, encoding="utf-8") as file:
            line = json.loads(file.read())
        self.assertEqual(line["level"], "error")
        self.assertIn("No such file or directory", line["msg"])

    def test_signals_to_run_reach_the_payload(self):
        self.process["args"] = ["sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.01; done"]
        self.write_config()
        with subprocess.Popen(["slipway-oci", "run", "--bundle", self.bundle, "c"], stdout=subprocess.PIPE, text=True) as running:
            self.assertEqual(running.stdout.readline(), "ready\n")
            running.send_signal(signal.SIGTERM)
            self.assertEqual(running.wait(20), 9)

    def test_exec_joins_what_the_container_has(self):
        self.config["hostname"] = "box"
        self.start_oci("sleep", "1000")
        done = oci("exec", "--env", "A=b", "--cwd", "/tmp", "--user", "7:8", "c", "sh", "-c", "hostname; echo $A; pwd; id -u; id -g; exit 4")
        self.assertEqual((done.stdout.split(), done.returncode), (["box", "b", "/tmp", "7", "8"], 4))
        caps = oci("exec", "c", "grep", "CapBnd", "/proc/self/status").stdout.split()[1]
        self.assertEqual(int(caps, 16), 1 << 5 | 1 << 10 | 1 << 29)
        self.assertEqual(oci("exec", "c", "no-such").returncode, 127)
        self.assertIn("cannot exec in a container that is", oci("exec", "gone", "true").stderr + self.exec_after_the_end())

    def exec_after_the_end(self):
        oci("kill", "c", "KILL")
        wait_until(lambda: self.state()["status"] == "stopped")
        return oci("exec", "c", "true").stderr

    def test_exec_takes_a_process_as_json(self):
        self.start_oci("sleep", "1000")
        with open(f"{self.bundle}/process.json", "w", encoding="utf-8") as file:
            json.dump({"args": ["sh", "-c", "umask; id -G"], "cwd": "/", "env": ["PATH=/usr/bin:/bin"],
                       "user": {"uid": 1, "gid": 2, "umask": 0o77, "additionalGids": [5]}}, file)
        self.assertEqual(oci("exec", "--process", f"{self.bundle}/process.json", "c").stdout.split(), ["0077", "2", "5"])

    def test_exec_has_processors_of_its_own(self):
        self.start_oci("sleep", "1000")
        self.process.update({"args": ["grep", "Cpus_allowed_list", "/proc/self/status"], "execCPUAffinity": {"initial": "0", "final": "0"}})
        with open(f"{self.bundle}/process.json", "w", encoding="utf-8") as file:
            json.dump(self.process, file)
        self.assertEqual(oci("exec", "--process", f"{self.bundle}/process.json", "c").stdout.split(), ["Cpus_allowed_list:", "0"])

    def test_pause_stops_everything_until_resume(self):
        self.start_oci("sh", "-c", "while :; do echo x >> /ticks; sleep 0.01; done")
        wait_until(lambda: os.path.exists(self.root("ticks")))
        self.assertEqual(oci("pause", "c").returncode, 0)
        self.assertEqual(self.state()["status"], "paused")
        size = os.path.getsize(self.root("ticks"))
        self.assertIn("--ignore-paused", oci("exec", "c", "true").stderr)
        time.sleep(0.2)
        self.assertEqual(os.path.getsize(self.root("ticks")), size)
        self.assertEqual(oci("resume", "c").returncode, 0)
        wait_until(lambda: os.path.getsize(self.root("ticks")) > size)
        self.assertEqual(oci("pause", "c").returncode, 0)
        self.assertEqual(oci("delete", "--force", "c").returncode, 0)
        self.expect_nothing_left()

    def test_who_sees_it_can_start_it(self):
        """From the first moment that `state` knows a container, `start` waits for whoever makes it."""
        self.process["args"] = ["true"]
        self.write_config()
        for _ in range(25):
            with subprocess.Popen(["slipway-oci", "create", "--bundle", self.bundle, "c"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as making:
                wait_until(lambda: oci("state", "c").returncode == 0)
                started = oci("start", "c")
                self.assertEqual((started.returncode, making.wait()), (0, 0), started.stderr)
            self.assertEqual(oci("delete", "--force", "c").returncode, 0)

    def test_a_name_is_made_once(self):
        self.assertEqual(self.create("sleep", "100").returncode, 0)
        self.assertIn("exists", self.create("sleep", "100").stderr)
        self.assertEqual(oci("list", "--quiet").stdout.split(), ["c"])

    def test_hooks_run_in_their_order_with_the_state(self):
        trace = f"{self.bundle}/trace"
        self.config["hooks"] = {kind: [{"path": "/bin/sh", "args": ["sh", "-c", f"echo {kind} $(cat) >> {place}"]}]
                                for kind, place in [("prestart", trace), ("createRuntime", trace), ("createContainer", trace),
                                                    ("startContainer", "/trace"), ("poststart", trace), ("poststop", trace)]}
        self.assertEqual(self.run_oci("cat", "/trace").returncode, 0)
        with open(trace, encoding="utf-8") as file:
            rows = [line.split(" ", 1) for line in file.read().splitlines() if not line.startswith(" ")]
        kinds = [row[0] for row in rows]
        self.assertEqual(kinds, ["prestart", "createRuntime", "createContainer", "poststart", "poststop"])
        states = {kind: json.loads(text) for kind, text in rows}
        self.assertEqual([states[kind]["status"] for kind in kinds], ["creating", "creating", "creating", "running", "stopped"])
        self.assertTrue(all(state["id"] == "c" and state["bundle"] == self.bundle for state in states.values()))
        with open(self.root("trace"), encoding="utf-8") as file:
            self.assertIn('"status":"created"', file.read())

    def test_a_failing_hook_ends_the_making(self):
        for kind in ("prestart", "createRuntime", "createContainer", "startContainer"):
            with self.subTest(kind):
                self.config["hooks"] = {kind: [{"path": "/bin/false"}]}
                self.expect_refusal(f"hooks.{kind}[0]: /bin/false ended with status 1")

    def test_a_hook_that_takes_too_long_is_killed(self):
        self.config["hooks"] = {"createRuntime": [{"path": "/bin/sleep", "args": ["sleep", "1000"], "timeout": 1}]}
        self.expect_refusal("hooks.createRuntime[0]: /bin/sleep took longer than 1 s")

    def test_a_start_that_fails_is_told_by_start(self):
        self.config["hooks"] = {"startContainer": [{"path": "/bin/false"}]}
        self.assertEqual(self.create("true").returncode, 0)
        done = oci("start", "c")
        self.assertEqual(done.returncode, 1)
        self.assertIn("hooks.startContainer[0]", done.stderr)
        wait_until(lambda: self.state()["status"] == "stopped")

    def test_what_is_refused_before_anything_is_made(self):
        del self.config["hostname"]
        for change, words in [
                ({"resources": {"memory": {"limit": "1"}}}, "linux.resources.memory.limit: must be a whole number"),
                ({"namespaces": [{"type": "mount"}, {"type": "pid", "path": "/etc/passwd"}]}, "is no namespace of this type"),
                ({"namespaces": [{"type": "pid"}]}, "linux.namespaces: a new mount namespace is needed"),
                ({"sysctl": {"net.no.such": "1"}}, "linux.sysctl.net.no.such: this kernel has none such"),
                ({"sysctl": {"vm.swappiness": "1"}}, "linux.sysctl.vm.swappiness: is none of a namespace's"),
                ({"intelRdt": {"closID": "x"}}, "linux.intelRdt: no resctrl file system"),
                ({"mountLabel": "x"}, "linux.mountLabel: this host has no SELinux")]:
            with self.subTest(words):
                self.config["linux"] = {**self.linux, **change}
                self.expect_refusal(words)
        self.config["linux"] = self.linux
        self.process["apparmorProfile"] = "x"
        if not os.path.exists("/sys/module/apparmor"):
            self.expect_refusal("process.apparmorProfile: this host has no AppArmor")

    def test_a_missing_bind_source(self):
        self.config["mounts"].append({"destination": "/x", "type": "bind", "source": "/no/such", "options": ["bind"]})
        self.expect_refusal("mounts: /x: open /no/such: No such file or directory")

    def test_a_terminal_that_nobody_takes(self):
        self.process["terminal"] = True
        self.assertIn("use --console-socket", self.create("true").stderr)
        self.expect_nothing_left()

    def test_the_terminal_goes_to_the_console_socket(self):
        self.process["terminal"] = True
        self.process["consoleSize"] = {"height": 33, "width": 77}
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"{self.bundle}/console")
            listener.listen(1)
            done = self.create("sh", "-c", "stty size; tty; test -t 0 && test -c /dev/console && echo good",
                               options=("--console-socket", f"{self.bundle}/console"))
            self.assertEqual(done.returncode, 0, done.stderr)
            connection, _ = listener.accept()
            _, [descriptor], _, _ = socket.recv_fds(connection, 100, 1)
        oci("start", "c")
        text = b""
        while b"good" not in text:
            text += os.read(descriptor, 1000)
        os.close(descriptor)
        self.assertIn(b"33 77", text)
        self.assertIn(b"/dev/pts/0", text)

    def test_the_process_has_what_it_asks_for(self):
        self.process.update({
            "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200}, {"type": "RLIMIT_CORE", "soft": 0, "hard": 0}],
            "oomScoreAdj": 500, "scheduler": {"policy": "SCHED_BATCH", "nice": 5},
            "ioPriority": {"class": "IOPRIO_CLASS_IDLE", "priority": 0},
            "user": {"uid": 3, "gid": 4, "umask": 0o27, "additionalGids": [20, 30]}})
        text = self.shell("ulimit -Sn; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj; chrt -p $$ | head -n 1; nice; "
                          "ionice -p $$; umask; id -G; cat /proc/self/sessionid >/dev/null; echo $HOME")
        self.assertEqual(text.splitlines(), ["100", "200", "0", "500", "pid 1's current scheduling policy: SCHED_BATCH", "5", "idle",
                                             "0027", "4 20 30", "/dev"])

    def test_the_kernel_has_what_it_asks_for(self):
        self.config.update({"hostname": "box", "domainname": "example"})
        self.linux["sysctl"] = {"net.ipv4.ip_unprivileged_port_start": "77", "kernel.shmmax": "12345678"}
        self.linux["personality"] = {"domain": "LINUX32"}
        self.linux["namespaces"].append({"type": "time"})
        self.linux["timeOffsets"] = {"boottime": {"secs": 100000000}}
        text = self.shell("hostname; cat /proc/sys/kernel/domainname /proc/sys/net/ipv4/ip_unprivileged_port_start "
                          "/proc/sys/kernel/shmmax; uname -m; cut -d. -f1 /proc/uptime; cat /sys/class/net/lo/flags").split()
        self.assertEqual(text[:5], ["box", "example", "77", "12345678", "i686"])
        self.assertGreater(int(text[5]), 100000000)
        self.assertEqual(int(text[6], 16) & 1, 1)

    def test_capabilities_are_those_of_the_five_sets(self):
        names = ["CAP_CHOWN", "CAP_NET_RAW"]
        bits = 1 | 1 << 13
        self.process["capabilities"] = {kind: names for kind in ("bounding", "effective", "permitted", "inheritable", "ambient")}
        self.process["user"] = {"uid": 5, "gid": 5}
        text = self.shell("grep ^Cap /proc/self/status")
        self.assertEqual({int(line.split()[1], 16) for line in text.splitlines()}, {bits})
        del self.process["capabilities"]["ambient"]
        self.assertIn("CapEff:\t0000000000000000", self.shell("grep ^Cap /proc/self/status"))

    def test_mounts_have_their_options(self):
        os.makedirs(self.root("covered/deep"))
        with open(self.root("covered/deep/file"), "w", encoding="utf-8") as file:
            file.write("kept")
        os.mkdir(f"{self.bundle}/outside")
        with open(f"{self.bundle}/outside/file", "w", encoding="utf-8") as file:
            file.write("outside")
        os.chown(f"{self.bundle}/outside/file", 0, 0)
        mapping = [{"containerID": 0, "hostID": 500, "size": 10}]
        self.config["mounts"] += [
            {"destination": "/covered", "type": "tmpfs", "source": "tmpfs", "options": ["tmpcopyup", "size=1m", "nodev"]},
            {"destination": "/file", "type": "bind", "source": f"{self.bundle}/outside/file", "options": ["bind", "ro"]},
            {"destination": "relative/place", "type": "bind", "source": "outside", "options": ["rbind", "rro", "nosuid"]},
            {"destination": "/mapped", "type": "bind", "source": "outside", "options": ["bind", "idmap"],
             "uidMappings": mapping, "gidMappings": mapping}]
        text = self.shell("cat /covered/deep/file /file; echo; stat -c %u:%g /mapped/file; "
                          "(echo x > /file) 2>&1 | tail -c 22; (: > /relative/place/y) 2>&1 | tail -c 22; "
                          "grep ' /covered ' /proc/self/mountinfo")
        lines = text.splitlines()
        self.assertEqual(lines[:4], ["keptoutside", "500:500", "Read-only file system", "Read-only file system"])
        self.assertIn("nodev", lines[4])

    def test_the_root_propagates_as_told(self):
        for word, sign in (("private", ""), ("shared", "shared"), ("rslave", "master"), ("unbindable", "unbindable")):
            self.linux["rootfsPropagation"] = word
            tags = self.shell("grep ' / / ' /proc/self/mountinfo").split(" - ")[0].split()[6:]
            self.assertEqual("".join(tags).split(":")[0], sign, word)

    def test_no_mount_of_the_hosts_is_left_in_reach(self):
        # Masks are copies of the host's null device, and standard streams may be that.
        mounts = self.shell("cat /proc/self/mountinfo")
        self.assertIn(" /proc/timer_list ", mounts)
        self.assertNotRegex(mounts, " (shared|master):")
        script = 'id=$(grep mnt_id /proc/self/fdinfo/0 | tr -dc 0-9); grep -q "^$id " /proc/self/mountinfo && echo own'
        self.assertEqual(self.shell(script, stdin=subprocess.DEVNULL), "own")

    def test_the_root_is_read_only_when_told(self):
        self.config["root"]["readonly"] = True
        self.process["cwd"] = "/made/for/this"
        self.assertEqual(self.shell("pwd; (: > /x) 2>&1 | tail -c 22").splitlines(), ["/made/for/this", "Read-only file system"])

    def test_devices_are_made_and_others_refused(self):
        self.linux["devices"] = [{"path": "/dev/kmsg-like", "type": "c", "major": 1, "minor": 11, "fileMode": 0o646, "uid": 3, "gid": 4},
                                 {"path": "/elsewhere/null", "type": "c", "major": 1, "minor": 3}]
        text = self.shell("stat -c '%t:%T %a %u:%g' /dev/kmsg-like; echo gone > /elsewhere/null && cat /elsewhere/null; "
                          "head -c 1 /dev/kmsg-like 2>&1 | tail -c 24; ls /dev | tr '\\n' ' '")
        lines = text.splitlines()
        self.assertEqual(lines[:2], ["1:b 646 3:4", "Operation not permitted"])
        self.assertEqual(set(lines[2].split()), {"console", "fd", "full", "kmsg-like", "mqueue", "null", "ptmx", "pts", "random", "shm",
                                                 "stderr", "stdin", "stdout", "tty", "urandom", "zero"} - {"console"})

    def test_a_user_namespace_of_its_own(self):
        mapping = [{"containerID": 0, "hostID": 400000, "size": 1000}]
        self.linux["namespaces"].append({"type": "user"})
        self.linux.update({"uidMappings": mapping, "gidMappings": mapping})
        self.config["mounts"] = [mount for mount in self.config["mounts"] if mount["destination"] != "/sys/fs/cgroup"]
        os.chmod(self.bundle, 0o755)
        self.start_oci("sleep", "1000")
        pid = self.state()["pid"]
        with open(f"/proc/{pid}/uid_map", encoding="utf-8") as file:
            self.assertEqual(file.read().split(), ["0", "400000", "1000"])
        self.assertEqual(os.stat(f"/proc/{pid}").st_uid, 400000)
        self.assertEqual(oci("exec", "c", "id", "-u").stdout.strip(), "0")

    def test_namespaces_are_joined_by_path(self):
        self.config["hostname"] = "first"
        self.start_oci("sleep", "1000")
        pid = self.state()["pid"]
        for space in self.linux["namespaces"]:
            if space["type"] in ("uts", "network", "pid", "ipc"):
                space["path"] = f"/proc/{pid}/ns/{ {'network': 'net'}.get(space['type'], space['type']) }"
        del self.config["hostname"]
        self.assertEqual(self.shell("hostname; ls -l /proc/1/ns/net >/dev/null; cat /proc/1/comm", name="second").split(), ["first", "sleep"])

    def test_systemd_makes_the_scope_when_asked(self):
        self.linux["cgroupsPath"] = "system.slice:oci:box"
        self.linux["resources"]["pids"] = {"limit": 77}
        self.write_config()
        done = self.create("sleep", "1000", before=("--systemd-cgroup",))
        if "controller `pids` is not available" in done.stderr:
            del self.linux["resources"]["pids"]
            done = self.create("sleep", "1000", before=("--systemd-cgroup",))
        self.assertEqual(done.returncode, 0, done.stderr)
        state = self.state()
        self.assertEqual(state["systemd-scope"], "oci-box.scope")
        self.assertIn("/system.slice/oci-box.scope", output("systemctl", "show", "--value", "-p", "ControlGroup", "oci-box.scope"))
        with open(f"/proc/{state['pid']}/cgroup", encoding="utf-8") as file:
            self.assertRegex(file.read(), "(0:|:name=systemd):/system.slice/oci-box.scope\n")
        self.assertEqual(oci("delete", "--force", "c").returncode, 0)
        wait_until(lambda: "not-found" in output("systemctl", "show", "-p", "LoadState", "oci-box.scope"))

    def test_the_makers_death_at_any_moment_leaves_what_delete_removes(self):
        self.process["args"] = ["sleep", "1000"]
        self.config["hooks"] = {"createRuntime": [{"path": "/bin/true"}]}
        self.write_config()
        for _ in range(25):
            with subprocess.Popen(["slipway-oci", "create", "--bundle", self.bundle, "c"], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as maker:
                time.sleep(random.random() * 0.012)
                maker.kill()
            done = oci("delete", "--force", "c")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            # A launcher goes by its maker's name until it is one.
            wait_until(lambda: not {"slipway-oci", "slipway-launch"} & set(output("ps", "-eo", "comm").split()))
            self.expect_nothing_left()

    def test_descriptors_of_a_supervisor_are_handed_on(self):
        self.process["args"] = ["sh", "-c", "echo $LISTEN_FDS $LISTEN_PID $LISTEN_FDNAMES; cat <&3"]
        self.write_config()
        with open(f"{self.bundle}/passed", "w", encoding="utf-8") as file:
            file.write("from outside")
        script = 'LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=web exec slipway-oci run --bundle "$1" c 3<"$1/passed"'
        self.assertEqual(output("sh", "-c", script, "sh", self.bundle), "1 1 web\nfrom outside")
        # Another process's are none of ours.
        other = script.replace("LISTEN_PID=$$", "LISTEN_PID=1").replace("exec ", "")
        self.assertTrue(output("sh", "-c", other, "sh", self.bundle).startswith("\n"))

    def test_a_supervisor_is_told_when_the_container_is_ready(self):
        place = f"{self.bundle}/supervisor"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
            supervisor.bind(place)
            supervisor.settimeout(20 * PATIENCE)
            send = 'socket(S, AF_UNIX, SOCK_DGRAM, 0); send(S, "MAINPID=1\\nREADY=1\\nSTATUS=up", 0, sockaddr_un($ENV{NOTIFY_SOCKET})) or die; sleep 1000'
            self.process["args"] = ["perl", "-MSocket", "-e", send]
            self.write_config()
            done = subprocess.run(["slipway-oci", "run", "--detach", "--bundle", self.bundle, "c"], env={**os.environ, "NOTIFY_SOCKET": place},
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60 * PATIENCE, check=False)
            self.assertEqual(done.returncode, 0)
            # Whose main process it is, only the supervisor's own may say.
            self.assertEqual(supervisor.recv(4096), b"READY=1\nSTATUS=up")

    def test_features_are_the_specifications_document(self):
        features = json.loads(oci("features").stdout)
        self.assertEqual(features["ociVersionMax"], "1.2.0")
        self.assertIn("createContainer", features["hooks"])
        self.assertIn("time", features["linux"]["namespaces"])
        self.assertIn("CAP_CHECKPOINT_RESTORE", features["linux"]["capabilities"])
        self.assertIn("rro", features["mountOptions"])
        self.assertIn("SCMP_ACT_NOTIFY", features["linux"]["seccomp"]["actions"])

    def test_checkpoint_says_what_it_wants(self):
        self.start_oci("sleep", "1000")
        if not os.path.exists("/usr/sbin/criu"):
            self.assertIn("CRIU, which is not installed", oci("checkpoint", "c").stderr)

    def test_events_have_statistics(self):
        self.start_oci("sleep", "1000")
        event = json.loads(oci("events", "--stats", "c").stdout)
        self.assertEqual((event["type"], event["id"]), ("stats", "c"))
        self.assertIn("usage", event["data"]["memory"])

    def test_a_cgroup_path_is_below_the_hierarchys_root(self):
        self.linux["cgroupsPath"] = "/../../escape"
        self.start_oci("sleep", "1000")
        self.assertTrue(os.path.exists(f"{HIERARCHY}/escape/cgroup.procs"))
        self.assertEqual(oci("delete", "--force", "c").returncode, 0)
        self.assertFalse(os.path.exists(f"{HIERARCHY}/escape"))
        self.assertTrue(os.path.exists(os.path.dirname(CGROUPS)))
