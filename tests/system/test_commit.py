# SPDX-License-Identifier: LGPL-2.1-or-later
"""commit: the image that a container becomes has what the container had, for us and for others; nothing stays paused, and nothing is left of one that fails."""
import json
import os
import signal
import subprocess
import tarfile

from mounting import MountTest
from pulling import Pulls
from registries import Registry, temporary_directory
from support import IMAGE, STATE, SystemTest, engine_pid, expect_no_residue, find_residue, run, slipway, wait_until
from test_export import MAKE_FILES

LOOK = "stat -c '%n %u:%g %a %Y' /srv/dir/file; stat -c %h /srv/link; stat -c '%s %b' /srv/sparse; getcap /srv/able 2>/dev/null; test -p /srv/pipe && readlink /srv/soft; " \
       "test ! -e /etc/issue && cat /etc/motd | tail -n 1"


class Commits(MountTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove_images)

    @staticmethod
    def remove_images():
        for image in json.loads(slipway("image", "ls", "--format", "json").stdout):
            if IMAGE not in image["Names"]:
                slipway("image", "rm", image["Id"])

    def commit(self, *words):
        done = slipway("commit", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def described(self, image):
        return json.loads(slipway("image", "inspect", image).stdout)[0]

    def run_in(self, image, *command, options=()):
        done = slipway("run", "--rm", *options, image, *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def start_ready(self, commands, *options):
        self.start("source", "sh", "-c", commands.rstrip() + "; touch /tmp/ready; exec sleep infinity", options=options)
        wait_until(lambda: slipway("exec", "source", "test", "-e", "/tmp/ready").returncode == 0)

    def look(self, image, *options):
        able = "perl -e '$n = \"/srv/able\"; $k = \"security.capability\"; $v = \"x\" x 64; $s = syscall(191, $n, $k, $v, 64, 0); print unpack(\"H*\", substr($v, 0, 20)), \"\\n\"'"
        return self.run_in(image, "sh", "-c", LOOK + "; " + able, options=options)

    def check_committed(self, *options):
        self.start_ready(MAKE_FILES, *options)
        identity = self.commit("source", "made:1")
        self.assertEqual(self.state("source")["Status"], "running")
        self.assertEqual(self.described("made:1")["Id"], identity)
        seen = self.look("made:1").splitlines()
        self.assertEqual(seen[0], "/srv/dir/file 1:8 6750 1700000000")
        self.assertEqual(seen[1], "2")
        size, blocks = seen[2].split()
        self.assertEqual(int(size), (30 << 20) + 3)
        self.assertLess(int(blocks), 100)
        self.assertEqual(seen[3:], ["/nowhere", "other", "0100000200200000" + "0" * 24])
        # Another container has other IDs of the host, and the same here.
        self.start("holds-a-range", "sleep", "infinity")
        self.assertEqual(self.look("made:1").splitlines(), seen)
        self.assertEqual(self.look("made:1", "--userns", "host").splitlines(), seen)

    def test_files_owners_attributes_and_whiteouts(self):
        self.check_committed()

    def test_one_with_the_hosts_ids(self):
        self.check_committed("--userns", "host")

    def test_one_at_rest_and_its_child(self):
        slipway("run", "--name", "first", IMAGE, "sh", "-c", "mkdir -p /srv/d/deep; echo 1 >/srv/d/one; echo 2 >/srv/d/deep/two")
        self.addCleanup(slipway, "rm", "first")
        self.commit("first", "made:1")
        slipway("run", "--name", "second", "made:1", "sh", "-c", "rm -r /srv/d; mkdir /srv/d; echo 3 >/srv/d/three")
        self.addCleanup(slipway, "rm", "second")
        self.commit("second", "made:2")
        self.assertEqual(self.run_in("made:2", "sh", "-c", "cd /srv; find d | sort"), "d\nd/three\n")
        layers = [self.described(name)["RootFS"]["Layers"] for name in (IMAGE, "made:1", "made:2")]
        self.assertEqual(layers[1][:-1], layers[0])
        self.assertEqual(layers[2][:-1], layers[1])
        self.assertEqual(len(os.listdir(f"{STATE}/layers")), len(layers[2]))
        # The same changes are the same layer.
        self.assertEqual(self.described(self.commit("second", "made:3"))["RootFS"]["Layers"], layers[2])

    def test_settings_go_along(self):
        options = ("-e", "COLOUR=blue", "-w", "/srv", "--label", "kind=test", "-u", "daemon", "--stop-signal", "SIGINT", "-v", "/cache")
        self.start("source", "sleep", "infinity", options=(*options, "--entrypoint", "/bin/sh"))
        slipway("rm", "-f", "source")
        slipway("run", "--name", "source", *options, "--entrypoint", "/usr/bin/env", IMAGE, "-u", "TERM", "pwd")
        identity = self.commit("-m", "a test", "-a", "A. Sailor", "-c", "ENV SHAPE=round", "-c", "EXPOSE 80", "-c", "ONBUILD RUN true",
                               "-c", 'HEALTHCHECK --interval=1m30s --retries=2 CMD ["true"]', "source")
        found = self.described(identity)
        self.assertEqual(found["RepoTags"], [])
        self.assertEqual(found["Author"], "A. Sailor")
        config = found["Config"]
        self.assertEqual((config["Entrypoint"], config["Cmd"]), (["/usr/bin/env"], ["-u", "TERM", "pwd"]))
        self.assertEqual((config["User"], config["WorkingDir"], config["StopSignal"]), ("daemon", "/srv", "SIGINT"))
        self.assertEqual((config["Labels"]["kind"], list(config["Volumes"])), ("test", ["/cache"]))
        self.assertEqual({word for word in config["Env"] if not word.startswith("PATH=")}, {"COLOUR=blue", "SHAPE=round"})
        self.assertEqual(list(config["ExposedPorts"]), ["80/tcp"])
        with open(f"{STATE}/blobs/sha256/{identity[7:]}", encoding="utf-8") as blob:
            whole = json.load(blob)
        self.assertEqual(whole["config"]["OnBuild"], ["RUN true"])
        self.assertEqual(whole["config"]["Healthcheck"], {"Test": ["CMD", "true"], "Interval": 90_000_000_000, "Retries": 2})
        self.assertEqual((whole["history"][-1]["comment"], whole["history"][-1]["created_by"]), ("a test", "-u TERM pwd"))
        self.assertEqual(self.run_in(identity), "/srv\n")
        history = json.loads(slipway("image", "history", "--format", "json", identity).stdout)
        self.assertEqual(sum(step["Size"] > 0 for step in history), len(found["RootFS"]["Layers"]))

    def test_bad_input_makes_no_image(self):
        self.start("source", "sleep", "infinity")
        before = find_residue()
        for status, words in ((2, ("source", "Upper")), (2, ("-c", "FROM x", "source")), (2, ("-c", "HEALTHCHECK --every=1s CMD x", "source")),
                              (3, ("nobody",)), (2, ("source", "made@sha256:" + "0" * 64)), (2, ())):
            done = slipway("commit", *words)
            self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(self.state("source")["Status"], "running")
        expect_no_residue(before)

    def test_one_that_is_paused_stays_paused(self):
        self.start("source", "sleep", "infinity")
        slipway("pause", "source")
        self.commit("source", "made:1")
        self.assertEqual(self.state("source")["Status"], "paused")
        slipway("unpause", "source")
        self.commit("--pause=false", "source", "made:1")
        self.commit("--no-pause", "source", "made:1")
        self.assertEqual(self.state("source")["Status"], "running")

    def begin_large(self):
        self.start_ready("head -c 400M /dev/urandom >/srv/large")
        commit = subprocess.Popen(["slipway", "commit", "source", "made:1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(commit.wait)
        wait_until(lambda: self.state("source")["Status"] == "paused")
        return commit

    def test_one_that_is_cancelled_goes_on(self):
        commit = self.begin_large()
        commit.send_signal(signal.SIGINT)
        self.assertEqual(commit.wait(timeout=60), 8)
        self.assertEqual(self.state("source")["Status"], "running")
        self.assertNotEqual(slipway("image", "inspect", "made:1").returncode, 0)
        slipway("rm", "-f", "source")
        expect_no_residue(self.before)

    def test_one_whose_engine_dies_goes_on(self):
        commit = self.begin_large()
        os.kill(engine_pid(), signal.SIGKILL)
        self.assertNotEqual(commit.wait(timeout=60), 0)
        wait_until(lambda: self.state("source")["Status"] == "running")
        self.assertEqual(slipway("exec", "source", "true").returncode, 0)
        slipway("rm", "-f", "source")
        expect_no_residue(self.before)

    def test_only_who_may(self):
        self.start("source", "sleep", "infinity")
        done = run("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "slipway", "commit", "source")
        self.assertEqual(done.returncode, 5, done.stderr)


class Pushed(Pulls):
    @classmethod
    def setUpClass(cls):
        SystemTest.setUpClass()
        cls.directory = temporary_directory(cls)
        cls.registry = Registry(cls.directory, 5037)
        cls.addClassCleanup(cls.registry.stop)
        cls.host = cls.registry.host

    def test_others_read_it(self):
        name = f"{self.host}/team/committed:1"
        slipway("run", "--name", "source", IMAGE, "sh", "-c", MAKE_FILES)
        self.addCleanup(slipway, "rm", "source")
        identity = slipway("commit", "-c", 'CMD ["cat", "/srv/link"]', "source", name).stdout.strip()
        self.assertEqual(slipway("push", name).returncode, 0)
        copied = run("skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", f"docker://{name}", f"dir:{self.directory}/copy")
        self.assertEqual(copied.returncode, 0, copied.stderr)
        with open(f"{self.directory}/copy/manifest.json", encoding="utf-8") as file:
            manifest = json.load(file)
        self.assertEqual(manifest["config"]["digest"], identity)
        with tarfile.open(f"{self.directory}/copy/{manifest['layers'][-1]['digest'][7:]}") as layer:
            names = layer.getnames()
            self.assertIn("etc/.wh.issue", names)
            self.assertNotIn("usr/bin/env", names)
            self.assertEqual((layer.getmember("srv/link").uid, layer.getmember("srv/link").mode), (1, 0o6750))
        slipway("rm", "source")
        slipway("image", "rm", name)
        self.assertEqual(self.pull("team/committed:1").stdout.strip(), identity)
        self.assertEqual(slipway("run", "--rm", name).stdout, "gold\n")
