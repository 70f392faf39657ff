# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway build with Debian's buildah; and what is done where a tool is missing or fails."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from images import digest_of, shell_layer, tar_of
from support import SystemTest, expect_no_residue, find_residue, run, slipway


class Building(SystemTest):
    def setUp(self):
        slipway("image", "prune", "--force")
        before = find_residue()
        self.addCleanup(expect_no_residue, before)
        self.place = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.place)
        self.context = os.path.join(self.place, "context")
        os.mkdir(self.context)
        # The machine's own file system is an overlay, and its proc is not the machine's alone.
        self.environment = {**os.environ, "STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot", "TMPDIR": self.place}
        self.addCleanup(run, "buildah", "rmi", "--all", "--force", env=self.environment)
        self.addCleanup(run, "buildah", "rm", "--all", env=self.environment)  # what a failed build leaves

    def write(self, name, content):
        with open(os.path.join(self.context, name), "w", encoding="utf-8") as file:
            file.write(content)

    def build(self, *words, names=()):
        done = slipway("build", *words, self.context, env=self.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in names:
            self.addCleanup(slipway, "image", "rm", name)
        self.assertRegex(done.stdout, r"\Asha256:[0-9a-f]{64}\n\Z")
        return done.stdout.strip()

    def seen(self, name):
        return json.loads(slipway("image", "inspect", name).stdout)[0]

    def stand_in(self, **programs):
        """A PATH with nothing but these scripts."""
        directory = tempfile.mkdtemp(dir=self.place)
        for name, text in programs.items():
            with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
                file.write("#!/bin/sh\n" + text)
            os.chmod(os.path.join(directory, name), 0o755)
        return {**os.environ, "PATH": directory, "TMPDIR": self.place}

    def test_buildah_builds(self):
        self.write("hello", "hello")
        self.write("Dockerfile", "FROM scratch AS first\nARG WHO=nobody\nCOPY hello /first\nLABEL who=$WHO\n"
                                 "FROM first\nCOPY hello /second\nCMD [\"/second\"]\n")
        identity = self.build("-t", "localhost/made:1", "-t", "made:2", "--build-arg", "WHO=ann", names=("localhost/made:1", "made:2"))
        seen = self.seen("localhost/made:1")
        self.assertEqual((seen["Id"], sorted(seen["RepoTags"])), (identity, ["localhost/made:1", "made:2"]))
        self.assertEqual((seen["Config"]["Cmd"], seen["Config"]["Labels"]["who"], len(seen["RootFS"]["Layers"])), (["/second"], "ann", 2))
        # The cache gives the same image; without it there is another.
        self.assertEqual(self.build("-t", "made:2", "--build-arg", "WHO=ann"), identity)
        first = self.build("--target", "first", "--no-cache", "--platform", "linux/amd64", "-t", "made:first", names=("made:first",))
        self.assertEqual(len(self.seen(first[7:])["RootFS"]["Layers"]), 1)
        # A file of another name, and no name for the image.
        self.write("Other", "FROM scratch\nCOPY hello /other\n")
        nameless = self.build("-f", os.path.join(self.context, "Other"))
        self.assertEqual(self.seen(nameless[7:])["RepoTags"], [])
        slipway("image", "rm", nameless[7:])
        self.assertEqual([name for name in os.listdir(self.place) if name.startswith("slipway-build")], [])

    def test_what_is_built_runs(self):
        with open(os.path.join(self.context, "root.tar"), "wb") as file:
            file.write(shell_layer())
        self.write("made", "made")
        self.write("Dockerfile", "FROM scratch\nADD root.tar /\nCOPY made /etc/made\nCMD [\"/bin/cat\", \"/etc/made\"]\n")
        self.build("-t", "localhost/runs:1", names=("localhost/runs:1",))
        done = slipway("run", "--rm", "localhost/runs:1")
        self.assertEqual((done.returncode, done.stdout), (0, "made"), done.stderr)

    def test_a_builder_that_fails_leaves_nothing(self):
        self.write("Dockerfile", "FROM scratch\nCOPY missing /\n")
        done = slipway("build", "-t", "localhost/broken:1", self.context, env=self.environment)
        self.assertEqual(done.returncode, 1)
        self.assertIn("buildah failed with exit status", done.stderr)
        self.assertIn("missing", done.stderr)
        self.assertEqual(slipway("image", "inspect", "localhost/broken:1").returncode, 3)

    def test_buildctl_is_taken_where_there_is_no_buildah(self):
        self.write("Containerfile", "FROM scratch\n")
        config = json.dumps({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": [digest_of(tar_of({"x": b""}))]}}).encode()
        archive = os.path.join(self.place, "archive")
        with open(archive, "wb") as file:
            file.write(tar_of({"c.json": config, "l.tar": tar_of({"x": b""}),
                               "manifest.json": json.dumps([{"Config": "c.json", "RepoTags": ["made:ctl"], "Layers": ["l.tar"]}]).encode()}))
        told = os.path.join(self.place, "told")
        environment = self.stand_in(buildctl=f'for word; do echo "$word"; done > {told}\nexec /bin/cat {archive}\n')
        done = run("/usr/bin/slipway", "build", "-t", "made:ctl", "--build-arg", "A=b c", "--target", "x", "--no-cache", "--platform", "linux/amd64",
                   self.context, env=environment)
        self.addCleanup(slipway, "image", "rm", "made:ctl")
        self.assertEqual((done.returncode, done.stdout), (0, digest_of(config) + "\n"), done.stderr)
        with open(told, encoding="utf-8") as file:
            self.assertEqual(file.read().splitlines(), [
                "build", "--frontend", "dockerfile.v0", "--local", f"context={self.context}", "--local", f"dockerfile={self.context}",
                "--opt", "filename=Containerfile", "--opt", "build-arg:A=b c", "--opt", "target=x", "--opt", "platform=linux/amd64", "--no-cache",
                "--output", "type=oci,dest=-,name=docker.io/library/made:ctl"])
        # All of an image, and then a failure: it is not taken.
        slipway("image", "rm", "made:ctl")
        environment = self.stand_in(buildctl=f"/bin/cat {archive}\necho its words >&2\nexit 3\n")
        done = run("/usr/bin/slipway", "build", "-t", "made:ctl", self.context, env=environment)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("its words", done.stderr)
        self.assertIn("buildctl failed with exit status 3", done.stderr)
        self.assertEqual(slipway("image", "inspect", "made:ctl").returncode, 3)

    def test_what_is_missing_is_named(self):
        environment = self.stand_in()
        for words, missing in ((["build", self.context], "buildah"), (["image", "bootstrap", "debian:bookworm"], "mmdebstrap")):
            done = run("/usr/bin/slipway", "--debug", *words, env=environment)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"install {missing}" if missing == "buildah" else missing, done.stderr)
            self.assertIn("[NotSupported", done.stderr)
        for words in (["build"], ["build", "-t", "a@" + digest_of(b""), self.context], ["build", "-t", "A:B:C", self.context],
                      ["build", "/no/where"], ["image", "bootstrap", "fedora:40"], ["image", "bootstrap", "debian:--x"], ["image", "bootstrap"]):
            done = slipway(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)

    def test_a_base_image_is_bootstrapped(self):
        # The machine has no network to get packages by: in place of mmdebstrap something that is called as it is, and writes what it would.
        archive = os.path.join(self.place, "root.tar")
        with open(archive, "wb") as file:
            file.write(tar_of({"etc": None, "etc/debian_version": b"12"}))
        told = os.path.join(self.place, "told")
        environment = self.stand_in(mmdebstrap=f'for word; do echo "$word"; done > {told}\nexec /bin/cat {archive}\n')
        done = run("/usr/bin/slipway", "image", "bootstrap", "--include", "curl,less", "--mirror", "http://mirror/debian", "debian:sid", env=environment)
        self.addCleanup(slipway, "image", "rm", "debian:sid")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(told, encoding="utf-8") as file:
            self.assertEqual(file.read().splitlines(), ["--variant=minbase", "--format=tar", "--include=curl,less", "sid", "-", "http://mirror/debian"])
        seen = self.seen("debian:sid")
        self.assertEqual((seen["Id"], seen["Config"]["Cmd"]), (done.stdout.strip(), ["bash"]))
        slipway("image", "rm", "debian:sid")
        environment = self.stand_in(mmdebstrap=f"/bin/cat {archive}\nexit 25\n")
        done = run("/usr/bin/slipway", "image", "bootstrap", "debian:sid", env=environment)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("mmdebstrap failed with exit status 25", done.stderr)
        self.assertEqual(slipway("image", "inspect", "debian:sid").returncode, 3)
        # Which ends where nobody reads it.
        environment = self.stand_in(mmdebstrap="exec /bin/cat /dev/zero\n")
        done = subprocess.run(["timeout", "--preserve-status", "-s", "INT", "1", "/usr/bin/slipway", "image", "bootstrap", "debian:sid"], env={**environment, "PATH": environment["PATH"] + ":/usr/bin"},
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertIn(done.returncode, (6, 8), done.stderr)


if __name__ == "__main__":
    unittest.main()
