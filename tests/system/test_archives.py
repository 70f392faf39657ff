# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway save and load: what skopeo, podman and buildah read of ours, and we of theirs."""
import gzip
import io
import json
import lzma
import os
import subprocess
import tarfile
import tempfile
import unittest

from archives import ArchiveTest
from images import MadeImage, descriptor, digest_of, tar_of
from support import run, slipway


def tool(*command, **options):
    done = run(*command, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stderr}")
    return done.stdout


def members_of(archive):
    """Contents by name."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar if entry.isfile()}


class Archives(ArchiveTest):
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

    def test_what_an_older_docker_wrote_is_loaded(self):
        archive, identity = self.older_docker()
        with open(self.at("old"), "wb") as file:
            file.write(archive)
        self.assertEqual(self.load("-i", self.at("old")), ["Loaded image: localhost:1/old:1"])
        self.assertEqual(json.loads(slipway("image", "inspect", "localhost:1/old:1").stdout)[0]["Id"], identity)
        self.assertEqual(slipway("run", "--rm", "localhost:1/old:1", "/bin/ls", "/srv").stdout, "end\ntwo\n")

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


if __name__ == "__main__":
    unittest.main()
