# SPDX-License-Identifier: LGPL-2.1-or-later
"""The D-Bus interface is what its XML says, announces what changes, and asks polkit."""
import json
import os
import subprocess
import xml.etree.ElementTree as tree

from support import ARCHIVE, IMAGE, SystemTest, expect_no_residue, find_residue, output, run, slipway, wait_until
from watcher import NAME, ROOT, Watcher, call

def members(root, name):
    interface = next(found for found in root.iter("interface") if found.get("name") == name)
    found = set()
    for child in interface:
        arguments = tuple((a.get("name"), a.get("type"), a.get("direction", "out")) for a in child.findall("arg"))
        notes = tuple(sorted((a.get("name"), a.get("value")) for a in child.findall("annotation") if "EmitsChanged" in a.get("name")))
        if child.tag in ("method", "signal", "property"):
            found.add((child.tag, child.get("name"), child.get("type"), arguments, notes))
    return found


class DBus(SystemTest):
    def running_jobs(self):
        objects = json.loads(call(ROOT, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects").stdout)["data"][0]
        return [path for path, interfaces in objects.items()
                if interfaces.get(f"{NAME}.Job", {}).get("State", {}).get("data") == "running"]

    def slow_import(self, reference):
        """An import that has begun and whose end is ours to bring; its job."""
        reader, writer = os.pipe()
        client = subprocess.Popen(["slipway", "image", "import", "-", reference], stdin=reader, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
        os.close(reader)
        with open(ARCHIVE, "rb") as archive:
            os.write(writer, archive.read(1 << 16))
        wait_until(self.running_jobs)
        return client, writer, self.running_jobs()[0]

    def test_live_objects_are_as_the_interface_files_say(self):
        self.start("object", "sleep", "infinity", options=("--wire", "nobody:1"))
        wire = json.loads(slipway("wire", "inspect", "object/nobody").stdout)[0]["ID"]
        identity = json.loads(slipway("image", "inspect", IMAGE).stdout)[0]["Id"].removeprefix("sha256:")
        client, writer, job = self.slow_import("copy:1")
        slipway("volume", "create", "object")
        self.addCleanup(slipway, "volume", "rm", "object")
        paths = {"Manager": ROOT, "Container": f"{ROOT}/container/object", "Image": f"{ROOT}/image/_{identity}", "Job": job,
                 "Volume": f"{ROOT}/volume/object", "Network": f"{ROOT}/network/default", "Wire": f"{ROOT}/wire/_{wire}"}
        for kind, path in paths.items():
            live = tree.fromstring(output("busctl", "introspect", "--xml-interface", NAME, path))
            file = tree.parse(f"/usr/share/dbus-1/interfaces/{NAME}.{kind}.xml").getroot()
            self.assertEqual(members(live, f"{NAME}.{kind}"), members(file, f"{NAME}.{kind}"))
        os.close(writer)
        client.communicate(timeout=60)

    def test_objects_and_their_changes_are_announced(self):
        watcher = Watcher()
        self.addCleanup(watcher.end)
        self.start("announced", "sh", "-c", "exit 4")
        path = f"{ROOT}/container/announced"
        watcher.expect(lambda p: p["member"] == "InterfacesAdded" and p["payload"]["data"][0] == path)
        for state in ("starting", "running", "exited"):
            watcher.expect(lambda p, state=state: p["member"] == "PropertiesChanged" and p["path"] == path
                           and p["payload"]["data"][1].get("State", {}).get("data") == state)
        slipway("rm", "announced")
        watcher.expect(lambda p: p["member"] == "InterfacesRemoved" and p["payload"]["data"][0] == path)

    def test_wires_are_announced(self):
        watcher = Watcher()
        self.addCleanup(watcher.end)
        self.start("wired", "sleep", "infinity")
        slipway("wire", "wired", "nobody:1")
        path = f"{ROOT}/wire/_{json.loads(slipway('wire', 'inspect', 'wired/nobody').stdout)[0]['ID']}"
        watcher.expect(lambda p: p["member"] == "InterfacesAdded" and p["payload"]["data"][0] == path)
        slipway("wire", "rm", "wired/nobody")
        watcher.expect(lambda p: p["member"] == "InterfacesRemoved" and p["payload"]["data"][0] == path)

    def test_volumes_are_announced(self):
        watcher = Watcher()
        self.addCleanup(watcher.end)
        path = f"{ROOT}/volume/an_2dnounced"
        for method, arguments in (("CreateVolume", ("sa{sv}", "an-nounced", "0")), ("GetVolume", ("s", "an-nounced"))):
            self.assertIn(path, call(ROOT, "Manager", method, *arguments).stdout)
        watcher.expect(lambda p: p["member"] == "InterfacesAdded" and p["payload"]["data"][0] == path)
        self.assertEqual(call(path, "Volume", "Remove", "a{sv}", "0").returncode, 0)
        watcher.expect(lambda p: p["member"] == "InterfacesRemoved" and p["payload"]["data"][0] == path)
        self.assertIn("no volume", call(ROOT, "Manager", "GetVolume", "s", "an-nounced").stderr)
        mounts = ("a{sv}", "2", "Image", "s", IMAGE, "Mounts", "aa{sv}", "1", "2", "Target", "s", "/srv", "Sorce", "s", "data")
        self.assertIn("unknown option 'Sorce'", call(ROOT, "Manager", "Create", *mounts).stderr)

    def test_managed_objects_have_all(self):
        self.start("managed", "sleep", "infinity")
        done = call(ROOT, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
        objects = json.loads(done.stdout)["data"][0]
        properties = objects[f"{ROOT}/container/managed"][f"{NAME}.Container"]
        self.assertEqual(properties["State"]["data"], "running")
        self.assertTrue(any(path.startswith(f"{ROOT}/image/_") for path in objects))

    def test_a_job_tells_of_its_progress_and_its_end(self):
        watcher = Watcher()
        self.addCleanup(watcher.end)
        done = slipway("image", "import", ARCHIVE, "copy:2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "image", "rm", "copy:2")
        watcher.expect(lambda p: p["member"] == "Finished" and p["payload"]["data"][0] == "done"
                       and p["payload"]["data"][1].startswith(f"{ROOT}/image/_"))
        watcher.expect(lambda p: p["member"] == "PropertiesChanged" and "/job/" in p["path"] and "Progress" in p["payload"]["data"][1])

    def test_a_cancelled_job_leaves_nothing(self):
        before = find_residue()
        watcher = Watcher()
        self.addCleanup(watcher.end)
        client, writer, job = self.slow_import("never:1")
        self.assertEqual(call(job, "Job", "Cancel").returncode, 0)
        watcher.expect(lambda p: p["member"] == "Finished" and p["path"] == job and p["payload"]["data"][0] == "cancelled")
        self.assertNotEqual(client.wait(timeout=60), 0)
        client.communicate()
        os.close(writer)
        self.assertEqual(slipway("image", "inspect", "never:1").returncode, 3)
        expect_no_residue(before)


class Polkit(SystemTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user, options in (("plain", ()), ("member", ("-G", "slipway"))):
            run("useradd", "-M", "-s", "/bin/sh", *options, user)

    @classmethod
    def tearDownClass(cls):
        for user in ("plain", "member"):
            run("userdel", user)

    def test_everybody_may_look_and_nobody_else_may_act(self):
        self.start("guarded", "sleep", "infinity", options=("-e", "SECRET=word"))
        for user in ("plain", "member"):
            self.assertEqual(run("runuser", "-u", user, "--", "slipway", "ps").returncode, 0)
            for command in (("stop", "guarded"), ("kill", "guarded"), ("rm", "-f", "guarded"), ("image", "rm", IMAGE), ("start", "guarded"),
                            ("volume", "create", "own"), ("volume", "prune"), ("volume", "import", "own", "/dev/null")):
                done = run("runuser", "-u", user, "--", "slipway", *command)
                self.assertEqual(done.returncode, 5, (user, command, done.stderr))
            self.assertEqual(run("runuser", "-u", user, "--", "slipway", "run", IMAGE, "true").returncode, 125)
            self.assertEqual(run("runuser", "-u", user, "--", "slipway", "exec", "guarded", "true").returncode, 125)
        self.assertEqual(self.state("guarded")["Status"], "running")

    def test_secrets_are_for_the_group(self):
        self.start("secretive", "sleep", "infinity", options=("-e", "SECRET=word"))
        self.assertEqual(run("runuser", "-u", "plain", "--", "slipway", "inspect", "secretive").returncode, 5)
        done = run("runuser", "-u", "member", "--", "slipway", "inspect", "secretive")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("SECRET=word", done.stdout)
