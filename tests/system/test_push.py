# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway push: what others and we ourselves find at the registry afterwards."""
import json
import os
import subprocess
import unittest

from hostile_registry import HostileRegistry
from images import MadeImage, digest_of, shell_layer, tar_of
from pulling import Pulls
from registries import Registry, temporary_directory
from support import run, slipway


class Pushing(Pulls):
    @classmethod
    def setUpClass(cls):
        cls.directory = temporary_directory(cls)
        cls.registry = Registry(cls.directory, 5031)
        cls.addClassCleanup(cls.registry.stop)
        cls.host = cls.registry.host

    def push(self, *words):
        done = slipway("push", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def seen_by_skopeo(self, name, *options):
        done = run("skopeo", "inspect", "--tls-verify=false", *options, f"docker://{self.host}/{name}")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def imported(self, name, content=b"x"):
        archive = os.path.join(self.directory, "archive.tar")
        with open(archive, "wb") as file:
            file.write(tar_of({"etc": None, "etc/made": content}))
        done = slipway("image", "import", archive, f"{self.host}/{name}")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_what_was_imported_is_pushed_and_pulled_back(self):
        identity = self.imported("team/made:1")
        done = self.push(f"{self.host}/team/made:1")
        seen = self.seen_by_skopeo("team/made:1")
        self.assertEqual(done.stdout.strip(), seen["Digest"])
        layers = self.seen_by_skopeo("team/made:1", "--raw")["layers"]
        self.assertEqual([layer["mediaType"] for layer in layers], ["application/vnd.oci.image.layer.v1.tar+gzip"])
        copied = run("skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", f"docker://{self.host}/team/made:1",
                     f"dir:{self.directory}/made")
        self.assertEqual(copied.returncode, 0, copied.stderr)
        again = self.push(f"{self.host}/team/made:1")
        self.assertEqual(again.stdout, done.stdout)
        self.assertIn("exists", again.stderr)
        slipway("image", "rm", f"{self.host}/team/made:1")
        self.assertEqual(self.pull("team/made:1").stdout.strip(), identity)

    def test_what_was_pulled_keeps_its_manifest_where_its_layers_are(self):
        for kind in ("oci", "docker"):
            with self.subTest(kind=kind):
                image = MadeImage([shell_layer(), tar_of({"kind": kind.encode()})], kind)
                image.send(self.host, f"team/{kind}", "1")
                self.pull(f"team/{kind}:1")
                self.assertEqual(self.push("--quiet", f"{self.host}/team/{kind}:1", f"{self.host}/team/{kind}:2").stdout.strip(), image.digest)
                # Another repository takes them over.
                self.assertEqual(self.push(f"{self.host}/team/{kind}:1", f"{self.host}/else/{kind}:1").stdout.strip(), image.digest)
                self.assertEqual(self.seen_by_skopeo(f"else/{kind}:1")["Digest"], image.digest)

    def test_another_registry_gets_the_layers_anew(self):
        other = Registry(self.directory, 5032)
        self.addCleanup(other.stop)
        image = MadeImage([shell_layer(), tar_of({"srv": None, "srv/a": b"one"})], "docker")
        image.send(self.host, "team/moved", "1")
        self.pull("team/moved:1")
        name = f"{other.host}/team/moved:1"
        self.push(f"{self.host}/team/moved:1", name)
        slipway("image", "rm", f"{self.host}/team/moved:1")
        done = slipway("run", "--rm", "--quiet", name, "/bin/cat", "/srv/a")
        self.assertEqual((done.returncode, done.stdout), (0, "one"), done.stderr)
        described = json.loads(slipway("image", "inspect", name).stdout)[0]
        self.assertEqual((described["Id"], described["RootFS"]["Layers"]), (image.id, image.diff_ids))

    def test_refusals(self):
        def refused(status, error, *words):
            done = slipway("--debug", "push", *words)
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertIn(f"Error.{error}]", done.stderr)
        identity = self.imported("team/refused:1")
        name = f"{self.host}/team/refused:1"
        refused(3, "NoSuchImage", "no/such:image")
        refused(2, "InvalidArgument", identity.removeprefix("sha256:")[:12])
        refused(2, "InvalidReference", name, f"{self.host}/team/x@{digest_of(b'x')}")
        refused(7, "RegistryUnreachable", name, "localhost:5099/team/x:1")
        users = os.path.join(self.directory, "users")
        subprocess.run(["htpasswd", "-Bbc", users, "ann", "secret"], check=True, capture_output=True)
        guarded = Registry(self.directory, 5033, users=users)
        self.addCleanup(guarded.stop)
        refused(5, "RegistryDenied", name, f"{guarded.host}/team/x:1")
        auth = os.path.join(self.directory, "auth.json")
        with open(auth, "w", encoding="utf-8") as file:
            json.dump({"auths": {guarded.host: {"auth": "YW5uOnNlY3JldA=="}}}, file)
        done = slipway("push", name, f"{guarded.host}/team/x:1", env={**os.environ, "REGISTRY_AUTH_FILE": auth})
        self.assertEqual(done.returncode, 0, done.stderr)
        with HostileRegistry(plan=lambda request: request.respond(403) if request.command != "GET" else None) as closed:
            refused(5, "RegistryDenied", name, f"{closed.host}/team/x:1")


if __name__ == "__main__":
    unittest.main()
