# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway save and load: archives that nobody should trust, wrong words, and ends before the end."""
import json
import os
import pty
import signal
import subprocess
import unittest

from archives import ArchiveTest
from images import MadeImage, descriptor, digest_of, shell_layer, tar_of
from support import STATE, show, slipway, wait_until


class ArchiveFaults(ArchiveTest):
    def expect_refusal(self, status, error, archive, words=""):
        done = subprocess.run(["slipway", "--debug", "load"], input=archive, capture_output=True, timeout=60, check=False)
        told = done.stderr.decode()
        self.assertEqual((done.returncode, done.stdout), (status, b""), told)
        self.assertIn(f"Error.{error}]", told)
        self.assertIn(words, told)
        self.assert_clean()

    def test_what_nobody_should_trust_is_refused(self):
        image = MadeImage([shell_layer(), tar_of({"x": b"x"})], "oci")
        whole = self.layout(image)
        layer, config = "blobs/sha256/" + digest_of(image.layers[1])[7:], "blobs/sha256/" + image.id[7:]

        def refused(status, error, changed, words=""):
            with self.subTest(changed=list(changed), error=error):
                self.expect_refusal(status, error, tar_of({name: content for name, content in {**whole, **changed}.items() if content != b"none"}), words)

        refused(6, "HostileArchive", {"../../etc/passwd": b"x"}, "..")
        refused(6, "HostileArchive", {"/etc/passwd": b"x"}, "absolute")
        refused(6, "HostileArchive", {"link": "/etc/passwd"}, "link")
        refused(6, "HostileArchive", {"blobs/link": "../../etc"}, "link")
        refused(6, "DigestMismatch", {layer: image.layers[0]})
        refused(6, "DigestMismatch", {config: image.config.replace(b"amd64", b"arm64")})
        refused(6, "InvalidManifest", {layer: b"none"}, digest_of(image.layers[1])[7:])
        refused(6, "InvalidManifest", {"index.json": b'{"schemaVersion":2,"manifests":[]}'})
        refused(6, "InvalidManifest", {"index.json": b" " * (5 << 20)}, "bytes")
        refused(6, "InvalidManifest", {"index.json": b"[]"})
        refused(6, "InvalidManifest", {"oci-layout": b'{"imageLayoutVersion":"9"}'})
        refused(6, "UnreadableArchive", {"index.json": b"none"}, "slipway image import")
        self.expect_refusal(6, "UnreadableArchive", b"nothing of the kind")
        self.expect_refusal(6, "UnreadableArchive", b"")
        self.expect_refusal(6, "TruncatedArchive", tar_of(whole)[:5000])
        self.expect_refusal(6, "UnreadableArchive", tar_of({"etc": None, "etc/passwd": b"root"}), "none of images")
        # A layer that is what the manifest says, and not what the configuration says: one of two is there by then.
        wrong = MadeImage([shell_layer(), tar_of({"x": b"x"})], "oci", diff_ids=[digest_of(shell_layer()), digest_of(b"other")])
        self.expect_refusal(6, "DigestMismatch", tar_of(self.layout(wrong)))
        hostile = MadeImage([shell_layer(), tar_of({"../out": b"x"})], "oci")
        self.expect_refusal(6, "HostileArchive", tar_of(self.layout(hostile)))
        empty = MadeImage([], "oci")
        self.expect_refusal(6, "InvalidManifest", tar_of(self.layout(empty)), "no layer")
        # Two images, one of them good: none is there.
        both = self.layout(image)
        both |= {name: content for name, content in self.layout(wrong).items() if name.startswith("blobs/")}
        both["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [descriptor(each.media_type, each.manifest) for each in (image, wrong)]}).encode()
        self.expect_refusal(6, "DigestMismatch", tar_of(both))
        self.assertEqual(slipway("image", "inspect", image.id[7:]).returncode, 3)
        archive, _ = self.older_docker({"b" * 64 + "/layer.tar": "../../etc/passwd"})
        self.expect_refusal(6, "HostileArchive", archive)
        archive, _ = self.older_docker({"b" * 64 + "/layer.tar": tar_of({"other": b""})})
        self.expect_refusal(6, "DigestMismatch", archive)
        archive, _ = self.older_docker({"manifest.json": b'[{"Config":"../../etc/passwd","Layers":[]}]'})
        self.expect_refusal(6, "InvalidManifest", archive)
        # And whole again it is taken.
        done = subprocess.run(["slipway", "load"], input=tar_of(whole), capture_output=True, timeout=60, check=True)
        self.assertEqual(done.stdout, b"Loaded image: localhost:1/x:1\n")

    def test_the_command_line_refuses_and_leaves_nothing(self):
        self.pull_both()
        before = os.listdir(self.place)

        def refused(status, words, *command):
            done = slipway(*command)
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual(os.listdir(self.place), before)
        refused(2, "--format", "save", "--format", "zip", "-o", self.at("x"), self.names[0])
        refused(2, "-o", "save", "--format", "oci-dir", self.names[0])
        refused(3, "no/such", "save", "-o", self.at("x"), self.names[0], "no/such:1")
        refused(3, "no/such", "save", "-o", self.at("x/"), "no/such:1")
        refused(2, "docker-dir", "save", "--format", "docker-dir", "-o", self.at("x"), *self.names)
        refused(1, "nowhere", "save", "-o", self.at("nowhere/x"), self.names[0])
        refused(1, "nowhere", "load", "-i", self.at("nowhere"))
        refused(2, "IMAGE", "save", "-o", self.at("x"))
        refused(2, "platform", "load", "--platform", "a/b/c/d", "-i", "/dev/null")
        with open(self.at("kept"), "w", encoding="ascii") as file:
            file.write("kept")
        before = os.listdir(self.place)
        refused(3, "no/such", "save", "-o", self.at("kept"), "no/such:1")
        refused(2, "no empty directory", "save", "-o", self.place, self.names[0])
        with open(self.at("kept"), encoding="ascii") as file:
            self.assertEqual(file.read(), "kept")
        for verb in (["save", self.names[0]], ["load"]):
            ours, terminal = pty.openpty()
            done = subprocess.run(["slipway", *verb], stdin=terminal, stdout=terminal, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("terminal", done.stderr)
            os.close(ours)
            os.close(terminal)
        self.save("-o", "/dev/null", self.names[0])
        self.assertTrue(os.path.exists("/dev/null") and not os.path.isfile("/dev/null"))

    def test_a_broken_off_one_leaves_nothing(self):
        self.pull("team/one:1")
        reader, writer = os.pipe()
        saving = subprocess.Popen(["slipway", "save", self.names[0]], stdout=writer, stderr=subprocess.PIPE, text=True)
        os.close(writer)
        self.assertTrue(os.read(reader, 100))
        saving.send_signal(signal.SIGINT)
        self.assertEqual(saving.wait(20), 8, saving.stderr.read())
        saving.stderr.close()
        os.close(reader)
        # A reader that goes.
        done = subprocess.run(f"set -o pipefail; slipway save {self.names[0]} | head -c 100 >/dev/null", shell=True, executable="/bin/bash",
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("write the archive", done.stderr)
        archive = slipway("save", "-o", self.at("one"), self.names[0])
        self.assertEqual(archive.returncode, 0)
        with open(self.at("one"), "rb") as file:
            whole = file.read()
        slipway("image", "rm", self.names[0])
        for end in ("cancelled", "killed"):
            loading = subprocess.Popen(["slipway", "load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            loading.stdin.write(whole[:len(whole) - 3000])
            loading.stdin.flush()
            wait_until(lambda: any(os.path.isdir(f"{STATE}/tmp/{name}/files") for name in os.listdir(f"{STATE}/tmp")))
            if end == "cancelled":
                loading.send_signal(signal.SIGINT)
                self.assertEqual(loading.wait(20), 8)
            else:
                os.kill(int(show("slipwayd.service", "MainPID")), signal.SIGKILL)
                self.assertEqual(loading.wait(30), 1)
            for stream in (loading.stdin, loading.stdout, loading.stderr):
                try:
                    stream.close()
                except BrokenPipeError:
                    pass
            slipway("image", "ls")
            self.assert_clean()


if __name__ == "__main__":
    unittest.main()
