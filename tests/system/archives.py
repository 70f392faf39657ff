# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests of archives of images share: two images in a registry, and archives as others write them."""
import json
import os
import shutil

from images import MadeImage, descriptor, digest_of, shell_layer, tar_of
from pulling import Pulls
from registries import Registry, temporary_directory
from support import slipway


class ArchiveTest(Pulls):
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

    def layout(self, image, **changed):
        """A layout's files by name."""
        files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}
        for content in (*image.blobs, image.manifest):
            files["blobs/sha256/" + digest_of(content)[7:]] = content
        entry = descriptor(image.media_type, image.manifest, annotations={"io.containerd.image.name": "localhost:1/x:1"})
        files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode()
        return {**files, **changed}
