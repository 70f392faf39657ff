# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway save and load: what skopeo, podman and buildah read of ours, and we of theirs; and archives that nobody should trust."""
import gzip
import io
import json
import lzma
import os
import pty
import shutil
import signal
import subprocess
import tarfile
import tempfile
import unittest

from images import MadeImage, descriptor, digest_of, shell_layer, tar_of
from pulling import Pulls
from registries import Registry, temporary_directory
from support import STATE, run, show, slipway, wait_until


def tool(*command, **options):
    done = run(*command, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stderr}")
    return done.stdout


def members_of(archive):
    """Contents by name."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar if entry.isfile()}


class Archives(Pulls):
    @classmethod
    def setUpClass(cls):
        cls.directory = temporary_directory(cls)
        cls.registry = Registry(cls.directory, 5041)
        cls.addClassCleanup(cls.registry.stop)
        cls.host = cls.registry.host
        cls.one = MadeImage([shell_layer(), tar_of({"srv": None, "srv/one": b"1"})], "docker")
        cls.two = MadeImage([shell_layer(), tar_of({"srv": None, "srv/two": b"2"}), tar_of({"srv/.wh.two": b"", "srv/end": b"e"})], "oci")
        cls.one.send(cls.host, "team/one", "1")
        cls.two.send(cls.host, "team/two", "2")
        cls.names = [f"{cls.host}/team/one:1", f"{cls.host}/team/two:2"]
        cls.images = dict(zip(cls.names, (cls.one, cls.two)))

    def setUp(self):
        super().setUp()
        # Podman calls what it loads from a directory by the directory, which may not end in "_" as a made up name may.
        self.place = "/var/tmp/archives"
        os.mkdir(self.place)
        self.addCleanup(shutil.rmtree, self.place)

    def at(self, name):
        return os.path.join(self.place, name)

    def pull_both(self):
        self.pull("team/one:1")
        self.pull("team/two:2")

    def remove_both(self):
        for name in self.names:
            slipway("image", "rm", name)

    def save(self, *words, **options):
        done = slipway("save", *words, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done

    def load(self, *words, **options):
        done = slipway("load", *words, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def assert_there(self, name, image=None):
        image = image or self.images[name]
        seen = json.loads(slipway("image", "inspect", name).stdout)[0]
        self.assertEqual((seen["Id"], seen["RootFS"]["Layers"]), (image.id, image.diff_ids))

    def skopeo_sees(self, place, image):
        """With the digests of the configuration's layers."""
        self.assertEqual(json.loads(tool("skopeo", "inspect", place))["Layers"], image.diff_ids)
        manifest = json.loads(tool("skopeo", "inspect", "--raw", place))
        self.assertEqual(manifest["config"]["digest"], image.id)
        self.assertEqual([layer["digest"] for layer in manifest["layers"]], image.diff_ids)
        # And all of it is as it says.
        target = tempfile.mkdtemp(dir=self.place)
        tool("skopeo", "copy", "--insecure-policy", "--quiet", place, f"dir:{target}")

    def podman(self, *words):
        return tool("podman", "--root", self.at("storage"), "--runroot", self.at("run"), "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs",
                    "--events-backend", "none", *words)

    def podman_sees(self, name, image):
        seen = json.loads(self.podman("image", "inspect", name))[0]
        self.assertEqual(("sha256:" + seen["Id"], seen["RootFS"]["Layers"]), (image.id, image.diff_ids))

    def test_skopeo_reads_all_that_is_saved(self):
        self.pull_both()
        self.save("-o", self.at("both.tar"), *self.names)
        self.save("--format", "oci-archive", "-o", self.at("both.oci"), *self.names)
        self.save("-o", self.at("layout/"), *self.names)
        for name, image in self.images.items():
            for place in (f"docker-archive:{self.at('both.tar')}:{name}", f"oci-archive:{self.at('both.tar')}:{name}",
                          f"oci-archive:{self.at('both.oci')}:{name}", f"oci:{self.at('layout')}:{name}"):
                with self.subTest(place=place):
                    self.skopeo_sees(place, image)
        for name, image in self.images.items():
            self.save("--format", "docker-dir", "-o", self.at("flat-" + image.id[7:]), name)
            self.skopeo_sees(f"dir:{self.at('flat-' + image.id[7:])}", image)
        # By an ID it has no name.
        self.save("-o", self.at("nameless.tar"), self.two.id)
        self.skopeo_sees(f"docker-archive:{self.at('nameless.tar')}", self.two)
        self.skopeo_sees(f"oci-archive:{self.at('nameless.tar')}", self.two)
        with open(self.at("both.tar"), "rb") as file:
            members = members_of(file.read())
        self.assertEqual(json.loads(members["repositories"])[f"{self.host}/team/one"], {"1": self.one.diff_ids[-1][7:]})
        self.assertEqual(len([name for name in members if name.startswith("blobs/")]), 4 + 2 + 2)  # layers, configurations, manifests
        self.save("-o", self.at("again.tar"), *self.names)
        with open(self.at("both.tar"), "rb") as first, open(self.at("again.tar"), "rb") as second:
            self.assertEqual(digest_of(first.read()), digest_of(second.read()))

    def test_podman_reads_all_that_is_saved(self):
        self.pull_both()
        self.save("-o", self.at("both.tar"), *self.names)
        told = self.podman("load", "-i", self.at("both.tar"))
        for name, image in self.images.items():
            self.assertIn(name, told)
            self.podman_sees(name, image)
        self.podman("rmi", "--all", "--force")
        for name, image in self.images.items():
            for form in ("docker-archive", "oci-archive", "oci-dir", "docker-dir"):
                with self.subTest(form=form, name=name):
                    place = self.at(f"{form}-{image.id[7:]}")
                    self.save("--format", form, "-o", place, name)
                    self.podman("load", "-i", place)
                    # What it takes from a directory it calls by the directory.
                    self.podman_sees(image.id[7:] if form.endswith("-dir") else name, image)
                    self.podman("rmi", "--all", "--force")

    def test_what_is_saved_comes_back(self):
        self.pull_both()
        for form in ("docker-archive", "oci-archive", "oci-dir"):
            with self.subTest(form=form):
                self.save("-q", "--format", form, "-o", self.at(form), *self.names)
                self.remove_both()
                self.assertEqual(self.load("-i", self.at(form)), [f"Loaded image: {name}" for name in self.names])
                for name in self.names:
                    self.assert_there(name)
                self.assertEqual(self.in_image("team/two:2", "/bin/ls", "/srv"), "end\n")
                # Once more there is nothing to do.
                self.assertEqual(self.load("-q", "--input", self.at(form)), [f"Loaded image: {name}" for name in self.names])
        with open(self.at("docker-archive"), "rb") as file:
            whole = file.read()
        for name, compress in (("gz", gzip.compress), ("xz", lzma.compress)):
            self.remove_both()
            with open(self.at(name), "wb") as file:
                file.write(compress(whole))
            with open(self.at(name), "rb") as file:
                self.assertEqual(len(self.load(stdin=file)), 2)
            self.assert_there(self.names[1])
        # Through pipes, on both sides.
        done = subprocess.run(f"slipway image save {self.names[0]} | slipway image rm {self.names[1]} >&2; "
                              f"slipway save {' '.join(self.names[:1])} | cat | slipway image load", shell=True, capture_output=True, text=True, check=True, timeout=60)
        self.assertEqual(done.stdout, f"Loaded image: {self.names[0]}\n")
        # What came uncompressed keeps its manifest.
        before = json.loads(slipway("image", "inspect", self.names[0]).stdout)[0]["Digest"]
        self.remove_both()
        self.load("-i", self.at("oci-archive"))
        middle = json.loads(slipway("image", "inspect", self.names[0]).stdout)[0]["Digest"]
        self.save("-o", self.at("third"), self.names[0])
        with open(self.at("third"), "rb") as file:
            self.assertIn("blobs/sha256/" + middle[7:], members_of(file.read()))
        self.assertNotEqual(before, None)

    def test_a_name_moves_and_an_id_has_none(self):
        self.pull_both()
        self.save("-o", self.at("two.tar"), self.two.id[7:19])
        self.save("-o", self.at("one.tar"), self.names[0])
        self.remove_both()
        self.assertEqual(self.load("-i", self.at("two.tar")), [f"Loaded image: {self.two.id}"])
        slipway("image", "tag", self.two.id[7:], self.names[0])
        self.assertEqual(self.load("-i", self.at("one.tar")), [f"Loaded image: {self.names[0]}"])
        self.assert_there(self.names[0])
        self.assert_there(self.two.id[7:], self.two)

    def test_what_skopeo_writes_is_loaded(self):
        for name, image in self.images.items():
            source = ["skopeo", "copy", "--insecure-policy", "--quiet", "--src-tls-verify=false", f"docker://{name}"]
            for kind, reference, is_named in (("docker-archive", ":" + name, True), ("oci-archive", ":" + name, True), ("oci", ":latest", False),
                                              ("dir", "", False)):
                with self.subTest(kind=kind, name=name):
                    place = self.at(f"{kind}-{image.id[7:]}")
                    tool(*source, f"{kind}:{place}{reference}")
                    # Into an OCI layout skopeo writes a docker image's configuration anew.
                    identity = json.loads(tool("skopeo", "inspect", "--raw", f"{kind}:{place}{reference}"))["config"]["digest"]
                    if image is self.two or not kind.startswith("oci"):
                        self.assertEqual(identity, image.id)
                    printed = name if is_named else identity
                    self.assertEqual(self.load("-i", place), [f"Loaded image: {printed}"])
                    seen = json.loads(slipway("image", "inspect", printed.removeprefix("sha256:")).stdout)[0]
                    self.assertEqual((seen["Id"], seen["RootFS"]["Layers"]), (identity, image.diff_ids))
                    slipway("image", "rm", printed.removeprefix("sha256:"))

    def test_what_podman_and_buildah_write_is_loaded(self):
        for name in self.names:
            self.podman("pull", "--quiet", "--tls-verify=false", name)
        self.podman("save", "--multi-image-archive", "-o", self.at("multi"), *self.names)
        self.assertEqual(sorted(self.load("-i", self.at("multi"))), [f"Loaded image: {name}" for name in self.names])
        for name in self.names:
            self.assert_there(name)
        self.remove_both()
        buildah = ["buildah", "--root", self.at("storage"), "--runroot", self.at("run"), "--storage-driver", "vfs"]
        for name, image in self.images.items():
            places = {}
            for form in ("docker-archive", "oci-archive", "oci-dir", "docker-dir"):
                places[form] = self.at(f"{form}-{image.id[7:]}")
                self.podman("save", "--quiet", "--format", form, "-o", places[form], name)
            for kind in ("docker-archive", "oci-archive"):
                places["buildah " + kind] = self.at(f"buildah-{kind}-{image.id[7:]}")
                tool(*buildah, "push", "--quiet", name, f"{kind}:{places['buildah ' + kind]}:{name}")
            for form, place in places.items():
                with self.subTest(form=form, name=name):
                    printed = self.load("-i", place)[0].removeprefix("Loaded image: ")
                    self.assertEqual(printed.startswith("sha256:"), form in ("docker-dir",), printed)
                    layers = json.loads(slipway("image", "inspect", printed.removeprefix("sha256:")).stdout)[0]["RootFS"]["Layers"]
                    self.assertEqual(layers, image.diff_ids)
                    slipway("image", "rm", printed.removeprefix("sha256:"))

    def older_docker(self, changed=None):
        """As docker wrote it before its 25th version, with a link for a layer that is there twice."""
        config = json.loads(self.two.config)
        config["rootfs"]["diff_ids"].append(config["rootfs"]["diff_ids"][1])
        text = json.dumps(config).encode()
        base, two, gone = shell_layer(), tar_of({"srv": None, "srv/two": b"2"}), tar_of({"srv/.wh.two": b"", "srv/end": b"e"})
        ids = [character * 64 for character in "abcd"]
        manifest = [{"Config": digest_of(text)[7:] + ".json", "RepoTags": ["localhost:1/old:1"], "Layers": [f"{each}/layer.tar" for each in ids]}]
        files = {}
        for each, layer in zip(ids, (base, two, gone, f"../{ids[1]}/layer.tar")):
            files |= {each: None, f"{each}/VERSION": b"1.0", f"{each}/json": b"{}", f"{each}/layer.tar": layer}
        files |= {digest_of(text)[7:] + ".json": text, "manifest.json": json.dumps(manifest).encode(),
                  "repositories": json.dumps({"localhost:1/old": {"1": ids[-1]}}).encode(), **(changed or {})}
        return tar_of({name: content for name, content in files.items() if content != b"none"}), digest_of(text)

    def test_what_an_older_docker_wrote_is_loaded(self):
        archive, identity = self.older_docker()
        with open(self.at("old"), "wb") as file:
            file.write(archive)
        self.assertEqual(self.load("-i", self.at("old")), ["Loaded image: localhost:1/old:1"])
        self.assertEqual(json.loads(slipway("image", "inspect", "localhost:1/old:1").stdout)[0]["Id"], identity)
        self.assertEqual(slipway("run", "--rm", "localhost:1/old:1", "/bin/ls", "/srv").stdout, "end\ntwo\n")

    def layout(self, image, **changed):
        """A layout's files by name."""
        files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}
        for content in (*image.blobs, image.manifest):
            files["blobs/sha256/" + digest_of(content)[7:]] = content
        entry = descriptor(image.media_type, image.manifest, annotations={"io.containerd.image.name": "localhost:1/x:1"})
        files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode()
        return {**files, **changed}

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

    def test_the_platform_is_chosen(self):
        arm = MadeImage([tar_of({"arm": b""})], "oci", architecture="arm64")
        files = self.layout(self.two)
        files |= {name: content for name, content in self.layout(arm).items() if name.startswith("blobs/")}
        inner = json.dumps({"schemaVersion": 2, "mediaType": self.two.index_type, "manifests": [self.two.entry("amd64"), arm.entry("arm64")]}).encode()
        files["blobs/sha256/" + digest_of(inner)[7:]] = inner
        files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [
            descriptor(self.two.index_type, inner, annotations={"org.opencontainers.image.ref.name": "localhost:1/multi:1"})]}).encode()
        with open(self.at("multi"), "wb") as file:
            file.write(tar_of(files))
        for options, image in (((), self.two), (("--platform", "linux/arm64"), arm)):
            self.assertEqual(self.load("-i", self.at("multi"), *options), ["Loaded image: localhost:1/multi:1"])
            self.assert_there("localhost:1/multi:1", image)
        done = slipway("--debug", "load", "-i", self.at("multi"), "--platform", "linux/s390x")
        self.assertEqual(done.returncode, 3)
        self.assertIn("Error.NoSuchPlatform]", done.stderr)

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
