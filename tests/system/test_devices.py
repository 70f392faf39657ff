# SPDX-License-Identifier: LGPL-2.1-or-later
"""CDI devices: found in the host's specifications, given to a container, looked up anew at each start."""
import json
import os
import shutil

from support import IMAGE, SystemTest, engine_pid, expect_no_residue, find_residue, output, run, slipway, wait_until

STATIC, FOUND = "/etc/cdi", "/run/cdi"
TRACE = "/run/cdi-trace"

# Writes what it learns beside the others' words; the state is on its standard input.
HOOK = """#!/bin/bash
set -eu
state=$(cat)
bundle=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["bundle"])' "$state")
case $1 in
createContainer)
    root=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["root"]["path"])' "$bundle/config.json")
    echo "by a hook, as $(id -u)" > "$root/usr/hooked"
    ;;
*)
    python3 -c 'import json, sys; state = json.loads(sys.argv[2]); print(sys.argv[1], state["status"], int(state["pid"] > 0))' "$1" "$state" >> "$TRACE"
    ;;
esac
"""


def write(path, content, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content if isinstance(content, str) else json.dumps(content))
    os.chmod(path, mode)


def spec(*devices, kind="vendor.test/card", version="0.7.0", **edits):
    return {"cdiVersion": version, "kind": kind, "devices": [{"name": name, "containerEdits": own} for name, own in devices],
            **({"containerEdits": edits} if edits else {})}


class Devices(SystemTest):
    def setUp(self):
        for place in (STATIC, FOUND):
            shutil.rmtree(place, ignore_errors=True)
            self.addCleanup(shutil.rmtree, place, True)
        if os.path.exists(TRACE):
            os.unlink(TRACE)

    def inside(self, *command, devices=("vendor.test/card=one",), options=()):
        wishes = [word for device in devices for word in ("--device", device)]
        done = slipway("run", "--rm", *wishes, *options, IMAGE, *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def refused(self, *devices, words, status=125):
        before = find_residue()
        wishes = [word for device in devices for word in ("--device", device)]
        done = slipway("--debug", "run", *wishes, IMAGE, "true")
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertIn(words, done.stderr)
        expect_no_residue(before)
        return done.stderr

    def test_a_yaml_specification_gives_node_variable_mount_and_group(self):
        write("/run/cdi-library/lib", "the library")
        self.addCleanup(shutil.rmtree, "/run/cdi-library")
        write(f"{STATIC}/vendor.yaml", """
cdiVersion: 0.7.0
kind: vendor.test/card
containerEdits:
  env: [CARD=yes]
  additionalGids: [44]
devices:
- name: 0
  containerEdits:
    env: [SLOT=0]
    deviceNodes:
    - {path: /dev/card/zero, hostPath: /dev/zero, permissions: r, fileMode: 0440, gid: 44}
    mounts:
    - {hostPath: /run/cdi-library, containerPath: /opt/card, options: [ro, nosuid, nodev]}
""")
        script = "echo $CARD $SLOT; stat -c '%t:%T %a %u:%g' /dev/card/zero; cat /opt/card/lib; id -G; head -c 1 /dev/card/zero | wc -c; " \
                 "echo x 2>/dev/null > /opt/card/new || echo refused"
        for options in ((), ("--userns", "host"), ("--user", "daemon")):
            with self.subTest(options):
                lines = self.inside("sh", "-c", script, devices=("vendor.test/card=0",), options=options).splitlines()
                self.assertEqual(lines[:2], ["yes 0", "1:5 440 0:44"])
                self.assertEqual((lines[2].split("the library")[0], "44" in lines[2].replace("the library", "").split()), ("", True))
                self.assertEqual(lines[3:], ["1", "refused"])

    def test_the_callers_own_mount_stands_in_for_the_vendors(self):
        write(f"{FOUND}/vendor.json", spec(("one", {"mounts": [{"hostPath": "/usr/lib/os-release", "containerPath": "/opt/card/name", "options": ["ro"]},
                                                              {"hostPath": "/usr", "containerPath": "/opt/card/tree", "options": ["ro"]}]})))
        look = ("sh", "-c", "stat -f -c %T /opt/card; test -s /opt/card/name && echo name; test -e /opt/card/tree/bin && echo tree; exit 0")
        self.assertEqual(self.inside(*look).splitlines()[1:], ["name", "tree"])
        self.assertEqual(self.inside(*look, options=("--tmpfs", "/opt/card", "--tmpfs", "/opt/card/tree")).splitlines(), ["tmpfs", "name"])

    def test_the_scope_allows_the_node_and_nothing_else(self):
        write(f"{FOUND}/vendor.json", spec(("one", {"deviceNodes": [{"path": "/dev/card", "hostPath": "/dev/zero", "permissions": "r"}]})))
        self.start("cdi-scope", "sleep", "infinity", options=("--device", "vendor.test/card=one"))
        self.assertEqual(output("systemctl", "show", "--value", "-p", "DevicePolicy", "slipway-cdi-scope.scope"), "closed\n")
        self.assertIn("/dev/char/1:5 r", output("systemctl", "show", "--value", "-p", "DeviceAllow", "slipway-cdi-scope.scope"))

    def test_several_devices_and_all_of_a_kind(self):
        write(f"{STATIC}/vendor.json", spec(("one", {"env": ["ONE=1"]}), ("two", {"env": ["TWO=1"]}), env=["SHARED=1"]))
        write(f"{STATIC}/other.json", spec(("x", {"env": ["X=1"]}), kind="other.test/thing"))
        self.assertEqual(self.inside("sh", "-c", "echo $SHARED$ONE$TWO$X"), "11\n")
        self.assertEqual(self.inside("sh", "-c", "echo $SHARED$ONE$TWO$X", devices=("vendor.test/card=all", "other.test/thing=x")), "1111\n")
        write(f"{FOUND}/vendor.json", spec(("one", {"env": ["ONE=later"]})))
        self.assertEqual(self.inside("sh", "-c", "echo $SHARED$ONE"), "later\n")
        self.assertEqual(self.inside("sh", "-c", "echo $ONE", options=("--env", "ONE=mine")), "later\n")

    def test_what_cannot_be_found_is_refused_by_name(self):
        error = self.refused("vendor.test/card=one", words="no CDI device vendor.test/card=one in /etc/cdi or /run/cdi")
        self.assertIn("Error.NoSuchDevice", error)
        write(f"{STATIC}/a.json", spec(("one", {"env": ["A=1"]}), ("two", {"env": ["A=1"]})))
        write(f"{STATIC}/bad.yaml", "cdiVersion: 0.7.0\nkind: vendor\n")
        self.inside("true")
        error = self.refused("vendor.test/card=three", words="of vendor.test/card there are: one, two")
        self.assertIn("/etc/cdi/bad.yaml: kind: 'vendor' is no kind", error)
        write(f"{STATIC}/b.json", spec(("one", {"env": ["B=1"]})))
        self.refused("vendor.test/card=one", words="vendor.test/card=one is ambiguous: /etc/cdi/a.json and /etc/cdi/b.json")
        self.inside("true", devices=("vendor.test/card=two",))
        write(f"{STATIC}/c.json", spec(("net", {"netDevices": [{"hostInterfaceName": "lo", "name": "x"}]}), kind="v.test/n", version="1.1.0"))
        self.assertIn("Error.NotSupported", self.refused("v.test/n=net", words="netDevices"))
        self.refused("vendor.test=one", words="or a CDI device (vendor.com/class=name)")

    def test_info_lists_them(self):
        write(f"{STATIC}/a.json", spec(("one", {"env": ["A=1"]})))
        write(f"{FOUND}/bad.json", "{")
        text = slipway("info").stdout
        self.assertRegex(text, "CDI devices: +vendor.test/card=one\n")
        self.assertRegex(text, "CDI complaints: +/run/cdi/bad.json: is no JSON object\n")
        found = json.loads(slipway("info", "--format", "json").stdout)
        self.assertEqual(found["CDIDevices"], ["vendor.test/card=one"])

    def test_each_start_looks_anew_and_exec_sees_the_same(self):
        write(f"{FOUND}/vendor.json", spec(("one", {"env": ["WHERE=here"], "additionalGids": [44],
                                                    "deviceNodes": [{"path": "/dev/card", "hostPath": "/dev/zero"}]})))
        self.start("cdi-again", "sleep", "infinity", options=("--device", "vendor.test/card=one"))
        look = ("exec", "cdi-again", "sh", "-c", "echo $WHERE $(stat -c %T /dev/card) $(id -G)")
        self.assertEqual(slipway(*look).stdout, "here 5 0 44\n")
        self.assertEqual(slipway("exec", "--env", "WHERE=mine", "cdi-again", "sh", "-c", "echo $WHERE").stdout, "mine\n")
        # What the device was at the start is known to an engine that knows no more than the database.
        write(f"{FOUND}/vendor.json", spec(("one", {"env": ["WHERE=there"], "deviceNodes": [{"path": "/dev/card", "hostPath": "/dev/full"}]})))
        run("kill", "-9", str(engine_pid()))
        self.assertEqual(slipway(*look).stdout, "here 5 0 44\n")
        slipway("stop", "--time", "0", "cdi-again")
        self.assertEqual(slipway("start", "cdi-again").returncode, 0)
        self.assertEqual(slipway(*look).stdout, "there 7 0\n")
        self.assertIn("/dev/char/1:7 rwm", output("systemctl", "show", "--value", "-p", "DeviceAllow", "slipway-cdi-again.scope"))
        slipway("stop", "--time", "0", "cdi-again")
        os.unlink(f"{FOUND}/vendor.json")
        done = slipway("start", "cdi-again")
        self.assertEqual((done.returncode, "no CDI device vendor.test/card=one" in done.stderr), (3, True))
        self.assertEqual(self.state("cdi-again")["Status"], "exited")

    def write_hooks(self, *names, script=HOOK, **more):
        write("/run/cdi-hook", script, 0o755)
        self.addCleanup(os.unlink, "/run/cdi-hook")
        write(f"{FOUND}/vendor.json", spec(("one", {"hooks": [{"hookName": name, "path": "/run/cdi-hook", "args": ["hook", name],
                                                              "env": ["PATH=/usr/bin:/bin", f"TRACE={TRACE}"], **more} for name in names]})))

    def trace(self):
        if not os.path.exists(TRACE):
            return []
        with open(TRACE, encoding="utf-8") as file:
            return file.read().splitlines()

    def test_hooks_run_in_their_places(self):
        self.write_hooks("poststop", "createContainer", "createRuntime", "poststart", "prestart")
        before = find_residue()
        # The client hears of the end before the hooks do.
        for count, options in enumerate(((), ("--userns", "host")), 1):
            with self.subTest(options):
                self.assertEqual(self.inside("cat", "/usr/hooked", options=options), "by a hook, as 0\n")
                wait_until(lambda count=count: len([line for line in self.trace() if "poststop" in line]) == count)
        each = ["prestart creating 1", "createRuntime creating 1", "poststart running 1", "poststop stopped 0"]
        # A payload so short may be over before its poststart hook is.
        self.assertEqual([line for line in self.trace() if "poststart" not in line], 2 * [line for line in each if "poststart" not in line])
        os.unlink(TRACE)
        self.start("cdi-hooks", "sleep", "infinity", options=("--device", "vendor.test/card=one"))
        self.assertEqual(self.trace(), each[:3])
        self.assertEqual(slipway("stop", "--time", "0", "cdi-hooks").returncode, 0)
        self.assertEqual(self.trace(), each)
        slipway("rm", "cdi-hooks")
        expect_no_residue(before)
        self.assertEqual(os.listdir("/run/slipway/bundles"), [])

    def test_a_start_container_hook_is_the_images_own_program(self):
        write(f"{FOUND}/vendor.json", spec(("one", {"hooks": [{"hookName": "startContainer", "path": "/bin/sh",
                                                              "args": ["sh", "-c", "echo started > /usr/hooked"]}]})))
        self.assertEqual(self.inside("cat", "/usr/hooked"), "started\n")

    def test_a_hook_that_fails_ends_the_start(self):
        for name in ("prestart", "createRuntime", "createContainer", "startContainer"):
            with self.subTest(name):
                write(f"{FOUND}/vendor.json", spec(("one", {"hooks": [{"hookName": name, "path": "/bin/false"}]})))
                self.assertIn("Error.StartFailed", self.refused("vendor.test/card=one", words=f"hooks.{name}[0]: /bin/false ended with status 1"))
        write(f"{FOUND}/vendor.json", spec(("one", {"hooks": [{"hookName": "createRuntime", "path": "/bin/sleep", "args": ["sleep", "60"],
                                                              "timeout": 1}]})))
        self.refused("vendor.test/card=one", words="hooks.createRuntime[0]: /bin/sleep took longer than 1 s")
        write(f"{FOUND}/vendor.json", spec(("one", {"hooks": [{"hookName": "createRuntime", "path": "/no/such"}]})))
        self.refused("vendor.test/card=one", words="hooks.createRuntime[0]: ")

    def test_hooks_after_the_fact_are_only_noted(self):
        self.write_hooks("poststart", "poststop", script="#!/bin/sh\nexit 7\n")
        identity = self.start("cdi-noted", "sleep", "infinity", options=("--device", "vendor.test/card=one"))
        slipway("stop", "--time", "0", "cdi-noted")
        self.assertEqual(self.state("cdi-noted")["Status"], "exited")
        said = lambda: output("journalctl", "-o", "cat", f"CONTAINER_ID_FULL={identity}")  # noqa: E731
        wait_until(lambda: "hooks.poststop[0]: /run/cdi-hook ended with status 7" in said())
        self.assertIn("hooks.poststart[0]: /run/cdi-hook ended with status 7", said())

    def test_what_a_failed_start_has_prepared_is_taken_back(self):
        self.write_hooks("createRuntime", "poststop")
        done = slipway("run", "--device", "vendor.test/card=one", IMAGE, "/no/such/program")
        self.assertEqual(done.returncode, 127, done.stderr)
        self.assertEqual(self.trace(), ["createRuntime creating 1", "poststop stopped 0"])

    def test_the_bundle_is_nobody_elses_to_read(self):
        self.write_hooks("poststop")
        identity = self.start("cdi-bundle", "sleep", "infinity", options=("--device", "vendor.test/card=one", "--env", "SECRET=1"))
        file = f"/run/slipway/bundles/{identity}/config.json"
        self.assertIn("SECRET", run("cat", file).stdout)
        self.assertEqual(run("setpriv", "--reuid", "65534", "--clear-groups", "cat", file).returncode, 1)
        self.assertEqual(run("setpriv", "--reuid", "65534", "--clear-groups", "ls", "/run/slipway/bundles").returncode, 2)
