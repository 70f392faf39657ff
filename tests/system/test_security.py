# SPDX-License-Identifier: LGPL-2.1-or-later
"""What users may ask of a container's security, and pausing."""
import json
import os
import time

from support import IMAGE, SystemTest, engine_pid, output, run, slipway, wait_until

# mount(2) of a tmpfs, since the image has no mount(8); 165 on x86-64, 40 on the newer architectures.
CALL = 165 if os.uname().machine == "x86_64" else 40
MOUNT = f'my ($what, $where, $type) = qw(x /mnt tmpfs); print syscall({CALL}, $what, $where, $type, 0, 0) == 0 ? "mounted" : $!, "\\n"'



def inside(*command, options=()):
    done = slipway("run", "--rm", *options, IMAGE, *command)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


class Security(SystemTest):
    def test_the_user_namespace_is_a_choice(self):
        self.assertEqual(inside("cat", "/proc/self/uid_map", options=("--userns", "keep")).split(), ["0", "0", "65536"])
        self.assertEqual(inside("cat", "/proc/self/uid_map", options=("--userns", "host")).split(), ["0", "0", "4294967295"])
        self.assertNotEqual(inside("cat", "/proc/self/uid_map", options=("--userns", "auto")).split()[1], "0")
        self.assertIn("auto, keep or host", slipway("run", "--rm", "--userns", "x", IMAGE, "true").stderr)

    def test_without_a_user_namespace_the_rest_still_holds(self):
        text = inside("sh", "-c", f"perl -e '{MOUNT}'; grep -E 'NoNewPrivs|Seccomp:' /proc/self/status; id -u; "
                      "(echo x > /proc/sys/kernel/hostname) 2>/dev/null || echo refused", options=("--userns", "host"))
        self.assertEqual(text.split(), ["Operation", "not", "permitted", "NoNewPrivs:", "1", "Seccomp:", "2", "0", "refused"])

    def test_capabilities_are_given_and_taken(self):
        def bounding(*options):
            return int(inside("grep", "CapBnd", "/proc/self/status", options=options).split()[1], 16)
        self.assertEqual(bounding("--cap-drop", "ALL", "--cap-add", "net_raw"), 1 << 13)
        self.assertEqual(bounding("--cap-drop", "CHOWN"), 0x800405fb & ~1)
        self.assertIn("no capability", slipway("run", "--rm", "--cap-add", "fly", IMAGE, "true").stderr)
        # With a capability come the calls that it is for.
        self.assertEqual(inside("perl", "-e", MOUNT, options=("--cap-add", "SYS_ADMIN")), "mounted\n")
        self.assertEqual(inside("perl", "-e", MOUNT), "Operation not permitted\n")

    def test_another_filter_or_none(self):
        with open("/run/profile.json", "w", encoding="utf-8") as file:
            json.dump({"defaultAction": "SCMP_ACT_ALLOW",
                       "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]}, file)
        self.addCleanup(os.unlink, "/run/profile.json")
        done = slipway("run", "--rm", "--security-opt", "seccomp=/run/profile.json", IMAGE, "mkdir", "/x")
        self.assertIn("No space left on device", done.stderr)
        self.assertIn("Seccomp:\t0", inside("cat", "/proc/self/status", options=("--security-opt", "seccomp=unconfined")))
        with open("/run/profile.json", "w", encoding="utf-8") as file:
            file.write("{}")
        done = slipway("run", "--rm", "--security-opt", "seccomp=/run/profile.json", IMAGE, "true")
        self.assertEqual((done.returncode, "seccomp.defaultAction: is missing" in done.stderr), (125, True))

    def test_a_device_comes_with_its_rule(self):
        self.start("device", "sleep", "infinity", options=("--device", "/dev/zero:/dev/nothing:r"))
        self.assertEqual(slipway("exec", "device", "stat", "-c", "%t:%T", "/dev/nothing").stdout, "1:5\n")
        self.assertEqual(output("systemctl", "show", "--value", "-p", "DevicePolicy", "slipway-device.scope"), "closed\n")
        self.assertIn("/dev/zero r", output("systemctl", "show", "--value", "-p", "DeviceAllow", "slipway-device.scope"))
        self.assertEqual(slipway("exec", "device", "sh", "-c", "echo x > /dev/null && head -c 1 /dev/zero | wc -c").stdout, "1\n")
        self.assertIn("is no device", slipway("run", "--rm", "--device", "/etc/passwd", IMAGE, "true").stderr)

    def test_pause_lets_everything_stand_still(self):
        identity = self.start("still", "sh", "-c", "echo ready; while :; do echo x >> /ticks; sleep 0.01; done")
        self.await_line(identity, "ready")
        ticks = f"/var/lib/slipway/containers/{identity}/upper/ticks"
        wait_until(lambda: os.path.exists(ticks))
        self.assertEqual(slipway("pause", "still").stdout, "still\n")
        self.assertEqual(self.state("still")["Status"], "paused")
        self.assertIn("(Paused)", slipway("ps").stdout)
        size = os.path.getsize(ticks)
        time.sleep(0.2)
        self.assertEqual(os.path.getsize(ticks), size)
        self.assertIn("is paused", slipway("exec", "still", "true").stderr)
        self.assertEqual(output("systemctl", "show", "--value", "-p", "FreezerState", "slipway-still.scope"), "frozen\n")
        run("kill", "-9", str(engine_pid()))
        wait_until(lambda: self.state("still")["Status"] == "paused")
        self.assertEqual(slipway("unpause", "still").returncode, 0)
        wait_until(lambda: os.path.getsize(ticks) > size)
        slipway("pause", "still")
        self.assertEqual(slipway("stop", "--time", "1", "still").returncode, 0)
        self.assertEqual(self.state("still")["Status"], "exited")

    def test_one_that_an_administrator_froze_can_be_stopped_and_removed(self):
        for deed in (("stop", "--time", "1"), ("rm", "--force")):
            self.start("p", "sleep", "infinity")
            self.assertEqual(run("systemctl", "freeze", "slipway-p.scope").returncode, 0)
            self.assertEqual(slipway(*deed, "p", seconds=20).returncode, 0)

    def test_a_paused_container_can_be_removed(self):
        self.start("frozen", "sleep", "infinity")
        slipway("pause", "frozen")
        self.assertEqual(slipway("rm", "--force", "frozen").returncode, 0)
        self.assertIn("is not running", slipway("pause", self.start("over", "true") and "over").stderr)

    def test_the_cause_of_the_end_is_told(self):
        self.start("cause", "sh", "-c", "exit 3")
        wait_until(lambda: self.state("cause")["Status"] == "exited")
        info = json.loads(slipway("ps", "-a", "--format", "json").stdout)
        self.assertEqual([row["ExitCause"] for row in info if row["Name"] == "cause"], ["exited"])
        self.start("killed", "sleep", "infinity")
        slipway("kill", "killed")
        wait_until(lambda: self.state("killed")["Status"] == "exited")
        state = self.state("killed")
        self.assertEqual((state["ExitCode"], state["OOMKilled"]), (137, False))

    def test_limits_are_properties_of_the_scope(self):
        def show(key):
            return output("systemctl", "show", "--value", "-p", key, "slipway-limits.scope").strip()
        self.start("limits", "sleep", "infinity", options=("--memory", "64m", "--cpus", "1.5", "--pids-limit", "50"))
        self.assertEqual([show(key) for key in ("MemoryMax", "CPUQuotaPerSecUSec", "TasksMax")], [str(64 << 20), "1.500000s", "50"])
        self.assertEqual(slipway("update", "--memory", "128m", "--cpu-shares", "512", "limits").stdout, "limits\n")
        self.assertEqual([show(key) for key in ("MemoryMax", "CPUWeight", "TasksMax")], [str(128 << 20), "20", "50"])
        slipway("stop", "--time", "0", "limits")
        self.assertEqual(slipway("update", "--pids-limit", "60", "limits").returncode, 0)
        self.assertEqual(slipway("start", "limits").returncode, 0)
        self.assertEqual([show(key) for key in ("MemoryMax", "TasksMax")], [str(128 << 20), "60"])
        self.assertEqual(slipway("update", "--memory", "much", "limits").returncode, 2)
        self.assertEqual(slipway("update", "limits").returncode, 2)
        done = run("busctl", "call", "org.slipway.Engine1", "/org/slipway/Engine1/container/limits", "org.slipway.Engine1.Container", "Update",
                   "a{sv}", "1", "Limits", "a{st}", "1", "Speed", "7")
        self.assertIn("no limit 'Speed'", done.stderr)
