# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway pull --all-platforms: the whole index is kept, sent again as it was, and gone with its name."""
import json
import os
import unittest

from hostile_registry import HostileRegistry
from images import MadeImage, descriptor, index_of, request, send_blob, send_manifest, shell_layer, tar_of
from pulling import Pulls
from registries import Registry, temporary_directory
from support import STATE, run, slipway, wait_until

INDEX = "application/vnd.oci.image.index.v1+json"


def blobs():
    return set(os.listdir(f"{STATE}/blobs/sha256"))


class AllPlatforms(Pulls):
    @classmethod
    def setUpClass(cls):
        cls.directory = temporary_directory(cls)
        cls.registry, cls.other = (Registry(cls.directory, port) for port in (5065, 5066))
        for registry in (cls.registry, cls.other):
            cls.addClassCleanup(registry.stop)
        cls.host = cls.registry.host
        cls.images = {name: MadeImage([shell_layer(), tar_of({"for": name.encode()})], architecture=name, config={"Cmd": ["/bin/cat", "/for"]})
                      for name in ("amd64", "arm64")}
        for image in cls.images.values():
            image.send(cls.host, "team/both")
        # What describes an image is no image itself.
        content = b'{"predicate": "made by hand"}'
        cls.note = MadeImage([content], is_compressed=False)
        cls.note.manifest = cls.note.manifest.replace(b"application/vnd.oci.image.layer.v1.tar", b"application/vnd.in-toto+json")
        cls.note.send(cls.host, "team/both", descriptor("", cls.note.manifest)["digest"])
        entry = descriptor(cls.note.media_type, cls.note.manifest, platform={"architecture": "unknown", "os": "unknown"},
                           annotations={"vnd.docker.reference.type": "attestation-manifest"})
        inner = index_of([cls.images["arm64"].entry("arm64"), entry])
        send_manifest(cls.host, "team/both", descriptor("", inner)["digest"], inner, INDEX)
        # To the byte: with blanks that no program would write.
        cls.index = json.dumps(json.loads(index_of([cls.images["amd64"].entry("amd64"), cls.images["arm64"].entry("arm64"), entry,
                                                    descriptor(INDEX, inner)])), indent=3).encode()
        cls.digest = descriptor("", cls.index)["digest"]
        send_manifest(cls.host, "team/both", "1", cls.index, INDEX)
        cls.documents = {cls.digest[7:], descriptor("", inner)["digest"][7:], entry["digest"][7:],
                         *(image.digest[7:] for image in cls.images.values())}
        cls.everything = cls.documents | {descriptor("", blob)["digest"][7:] for image in (*cls.images.values(), cls.note) for blob in image.blobs}

    def test_the_whole_is_kept_and_sent_as_it_came(self):
        before = blobs()
        done = self.pull("team/both:1", "--all-platforms")
        self.assertEqual(done.stdout.strip(), self.images["amd64"].id)
        self.assertEqual(blobs() - before, self.everything)
        self.assertEqual(self.in_image("team/both:1"), "amd64")
        name = f"{self.host}/team/both:1"
        self.assertEqual(json.loads(slipway("image", "inspect", name).stdout)[0]["Indexes"], {name: self.digest})
        for there in (f"{self.other.host}/else/both:2", f"{self.host}/third/both:3"):
            pushed = slipway("push", "-q", name, there)
            self.assertEqual((pushed.returncode, pushed.stdout.strip()), (0, self.digest), pushed.stderr)
            host, _, rest = there.partition("/")
            repository, _, tag = rest.partition(":")
            with request("GET", f"http://{host}/v2/{repository}/manifests/{tag}", Accept=INDEX) as answer:
                self.assertEqual(answer.read(), self.index)
            copied = run("skopeo", "copy", "--override-arch=arm64", "--insecure-policy", "--src-tls-verify=false", f"docker://{there}",
                         f"dir:{self.directory}/{tag}")
            self.assertEqual(copied.returncode, 0, copied.stderr)
        # By its ID it is the image alone.
        alone = slipway("push", "-q", self.images["amd64"].id, f"{self.host}/third/both:4")
        self.assertEqual(alone.stdout.strip(), self.images["amd64"].digest, alone.stderr)

    def test_it_survives_the_engine_and_a_pull_for_another_platform(self):
        self.pull("team/both:1", "--all-platforms")
        run("systemctl", "kill", "--signal=KILL", "slipwayd.service")
        wait_until(lambda: slipway("version").returncode == 0)
        self.assertLessEqual(self.everything, blobs())
        self.assertEqual(self.pull("team/both:1", "--platform", "arm64").stdout.strip(), self.images["arm64"].id)
        self.assertLessEqual(self.everything, blobs())
        self.assertEqual(slipway("push", "-q", f"{self.host}/team/both:1", f"{self.other.host}/else/both:5").stdout.strip(), self.digest)

    def test_it_goes_with_its_name(self):
        before = blobs()
        self.pull("team/both:1", "--all-platforms")
        slipway("image", "tag", f"{self.host}/team/both:1", f"{self.host}/team/both:kept")
        slipway("image", "rm", f"{self.host}/team/both:1")
        self.assertEqual(blobs() - before, {self.images["amd64"].id[7:], self.images["amd64"].digest[7:]})
        self.pull("team/both:1", "--all-platforms")
        other = MadeImage([shell_layer(), tar_of({"moved": b"x"})])
        other.send(self.host, "team/other", "1")
        self.pull("team/other:1")
        slipway("image", "tag", f"{self.host}/team/other:1", f"{self.host}/team/both:1")
        self.assertNotIn(self.digest[7:], blobs())

    def test_a_single_image_is_pulled_as_without_it(self):
        before = blobs()
        self.pull(f"team/both@{self.images['amd64'].digest}", "--all-platforms")
        self.assertEqual(len(blobs() - before), 2)

    def test_a_broken_one_leaves_nothing(self):
        before = blobs()
        manifests = {"1": self.index, **{descriptor("", image.manifest)["digest"]: image.manifest for image in (*self.images.values(), self.note)}}
        contents = [blob for image in (*self.images.values(), self.note) for blob in image.blobs]
        lie = descriptor("", self.note.blobs[0])["digest"]

        def plan(asked):
            if "/manifests/" in asked.path and not asked.path.endswith("/1"):
                content = manifests.get(asked.path.rpartition("/")[2])
                return asked.respond(200, content, Content_Type=self.note.media_type) if content else None
            if asked.path.endswith("/1") and "/manifests/" in asked.path:
                return asked.respond(200, index_of([image.entry(name) for name, image in self.images.items()]
                                                   + [descriptor(self.note.media_type, self.note.manifest)]), Content_Type=INDEX)
            if lie in asked.path:
                return asked.respond(200, b"x" * len(self.note.blobs[0]))
            return None
        with HostileRegistry(contents, manifests, plan=plan) as registry:
            self.refused(6, "DigestMismatch", "", "--all-platforms", name=f"{registry.host}/team/both:1")
        self.assert_clean()
        self.assertEqual(blobs(), before)


if __name__ == "__main__":
    unittest.main()
