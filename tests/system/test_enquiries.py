# SPDX-License-Identifier: LGPL-2.1-or-later
"""What registries are only asked: tags, referrers, images by a word; images for other platforms; and how long a silent one is borne."""
import json
import os
import time
import unittest

from hostile_registry import HostileRegistry, break_off
from images import MadeImage, descriptor, index_of, send_blob, send_manifest, shell_layer, tar_of
from pulling import Pulls
from registries import Registry, temporary_directory
from support import output, slipway

CONF = "/etc/slipway/registries.conf"
SBOM = "application/spdx+json"


class Enquiries(Pulls):
    @classmethod
    def setUpClass(cls):
        cls.directory = temporary_directory(cls)
        cls.registry = Registry(cls.directory, 5061)
        cls.addClassCleanup(cls.registry.stop)
        cls.host = cls.registry.host
        cls.image = MadeImage([shell_layer(), tar_of({"a": b"x"})])
        cls.image.send(cls.host, "team/app", "1", "2", "latest")

    def configure(self, text):
        os.makedirs("/etc/slipway", exist_ok=True)
        with open(CONF, "w", encoding="utf-8") as file:
            file.write(text)
        self.addCleanup(lambda: os.path.exists(CONF) and os.unlink(CONF))

    def ask(self, *words, status=0):
        done = slipway("--debug", *words)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout if status == 0 else done.stderr

    def test_tags_are_listed(self):
        self.assertEqual(sorted(self.ask("image", "tags", f"{self.host}/team/app").split()), ["1", "2", "latest"])
        self.assertEqual(sorted(json.loads(self.ask("image", "tags", "--format", "json", f"{self.host}/team/app:1"))), ["1", "2", "latest"])
        self.assertIn("NotInRegistry", self.ask("image", "tags", f"{self.host}/team/none", status=3))
        self.assertIn("InvalidReference", self.ask("image", "tags", f"{self.host}/Team", status=2))
        self.assertIn("RegistryUnreachable", self.ask("image", "tags", "localhost:5069/a", status=7))

    def test_many_tags_come_in_pages(self):
        names = [f"v{number}" for number in range(2500)]

        def page(request):
            if "/tags/list" not in request.path:
                return None
            start = int(request.path.partition("last=")[2] or 0)
            body = json.dumps({"name": "a/b", "tags": names[start:start + 1000]}).encode()
            more = {"Link": f'</v2/a/b/tags/list?n=1000&last={start + 1000}>; rel="next"'} if start + 1000 < len(names) else {}
            return request.respond(200, body, **more)
        with HostileRegistry(plan=page) as registry:
            self.assertEqual(self.ask("image", "tags", f"{registry.host}/a/b").split(), names)

    def test_images_are_found_by_a_word(self):
        rows = json.loads(self.ask("search", "--format", "json", f"{self.host}/ap"))
        self.assertEqual([row["Name"] for row in rows], [f"{self.host}/team/app"])
        self.assertIn("team/app", self.ask("image", "search", f"{self.host}/team"))
        self.assertEqual(json.loads(self.ask("search", "--format", "json", f"{self.host}/nothing-like-it")), [])
        self.configure(f'unqualified-search-registries = ["{self.host}"]\n')
        self.assertIn(f"{self.host}/team/app", self.ask("search", "app"))
        self.assertIn("InvalidArgument", self.ask("search", f"{self.host}/", status=2))

    def test_dockers_search_is_asked_where_there_is_one(self):
        results = {"results": [{"name": "debian", "description": "all \x1b[31mred", "star_count": 9, "is_official": True}, {"name": "other"}]}

        def search(request):
            return request.respond(200, json.dumps(results).encode()) if request.path.startswith("/v1/search?") else None
        with HostileRegistry(plan=search) as registry:
            rows = json.loads(self.ask("search", "--limit", "1", "--format", "json", f"{registry.host}/deb"))
            self.assertEqual(rows, [{"Name": f"{registry.host}/debian", "Description": "all \x1b[31mred", "Stars": 9, "Official": True}])
            table = self.ask("search", f"{registry.host}/deb")
            self.assertNotIn("\x1b", table)
            self.assertRegex(table, r"debian +9 +\[OK\] +all")
        with HostileRegistry() as registry:
            self.assertIn("cannot be searched", self.ask("search", f"{registry.host}/deb", status=1))

    def refer(self, kind, subject):
        """An artifact that belongs to SUBJECT, in the registry."""
        empty, content = b"{}", kind.encode()
        for blob in (empty, content):
            send_blob(self.host, "team/app", blob)
        manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "artifactType": kind,
                               "config": descriptor("application/vnd.oci.empty.v1+json", empty), "layers": [descriptor(kind, content)],
                               "subject": subject}).encode()
        one = descriptor("application/vnd.oci.image.manifest.v1+json", manifest)
        send_manifest(self.host, "team/app", one["digest"], manifest, one["mediaType"])
        return {**one, "artifactType": kind, "annotations": {"made": "here"}}

    def test_what_belongs_to_an_image_is_listed(self):
        subject = descriptor(self.image.media_type, self.image.manifest)
        self.assertEqual(json.loads(self.ask("image", "referrers", "--format", "json", f"{self.host}/team/app:1")), [])
        # Debian's registry has no list of referrers: clients keep it under a tag.
        entries = [self.refer(SBOM, subject), self.refer("application/signature", subject)]
        send_manifest(self.host, "team/app", self.image.digest.replace(":", "-"), index_of(entries), "application/vnd.oci.image.index.v1+json")
        for name in ("team/app:1", f"team/app@{self.image.digest}"):
            found = json.loads(self.ask("image", "referrers", "--format", "json", f"{self.host}/{name}"))
            self.assertEqual([(row["Digest"], row["ArtifactType"], row["Subject"], row["Annotations"]) for row in found],
                             [(entry["digest"], entry["artifactType"], self.image.digest, {"made": "here"}) for entry in entries])
        table = self.ask("image", "referrers", "--artifact-type", SBOM, f"{self.host}/team/app:1").splitlines()
        self.assertEqual((len(table), table[1].split()[0], table[1].split()[-1]), (2, SBOM, entries[0]["digest"]))
        self.assertIn("NotInRegistry", self.ask("image", "referrers", f"{self.host}/team/app:none", status=3))

    def test_a_registry_with_a_list_of_referrers_is_asked_for_it(self):
        entry = {**descriptor(self.image.media_type, b"{}"), "artifactType": SBOM}

        def referrers(request):
            if "/referrers/" not in request.path:
                return None
            return request.respond(200, index_of([entry]), Content_Type="application/vnd.oci.image.index.v1+json")
        with HostileRegistry(plan=referrers) as registry:
            name = f"{registry.host}/a/b@{self.image.digest}"
            self.assertIn(entry["digest"], self.ask("image", "referrers", name))
            self.assertEqual(registry.asked_for("/manifests/"), [])

        def nonsense(request):
            return request.respond(200, b'{"schemaVersion": 2, "manifests": [{"digest": "sha256:x"}]}') if "/referrers/" in request.path else None
        with HostileRegistry(plan=nonsense) as registry:
            self.assertIn("RegistryFailed", self.ask("image", "referrers", f"{registry.host}/a/b@{self.image.digest}", status=1))

    def test_run_takes_the_image_for_a_platform(self):
        images = {architecture: MadeImage([shell_layer(), tar_of({"for": architecture.encode()})], architecture=architecture,
                                          config={"Cmd": ["/bin/cat", "/for"]}) for architecture in ("arm64", "amd64")}
        for image in images.values():
            image.send(self.host, "team/both")
        send_manifest(self.host, "team/both", "1", index_of([image.entry(name) for name, image in images.items()]), images["arm64"].index_type)
        name = f"{self.host}/team/both:1"
        self.assertEqual(slipway("run", "--rm", "-q", name).stdout, "amd64")
        refused = slipway("run", "--rm", "--pull=never", "--platform", "linux/arm64", name)
        self.assertEqual(refused.returncode, 125)
        self.assertIn("is for linux/amd64, not for linux/arm64", refused.stderr)
        # What is in it is this machine's all the same.
        done = slipway("run", "--rm", "--platform", "linux/arm64", name)
        self.assertEqual((done.returncode, done.stdout), (0, "arm64"), done.stderr)
        self.assertIn("for linux/arm64 is not here", done.stderr)
        self.assertEqual(slipway("run", "--rm", "--platform", "linux/arm64", name).stderr, "")
        self.assertEqual(slipway("run", "--rm", "-q", "--platform", "amd64", name).stdout, "amd64")
        none = slipway("run", "--rm", "-q", "--platform", "linux/s390x", name)
        self.assertEqual(none.returncode, 125)
        self.assertIn("not made for linux/s390x, but for linux/amd64, linux/arm64", none.stderr)
        self.assertEqual(slipway("run", "--platform", "no/such/thing/here", name).returncode, 125)
        for image in images.values():
            slipway("image", "rm", image.id)

    def test_a_silent_registry_is_borne_for_as_long_as_its_rule_says(self):
        layer = os.urandom(300_000)
        image = MadeImage([layer], is_compressed=False, diff_ids=["sha256:" + "0" * 64])

        def stall(request):
            if self.image_blob in request.path:
                return break_off(request, layer[:1000], len(layer), pause=60)
            return None
        self.image_blob = descriptor("", layer)["digest"]
        with HostileRegistry([*image.blobs], {"1": image.manifest}, plan=stall) as registry:
            self.configure(f'[[registry]]\nlocation = "{registry.host}"\nstall-timeout = 2\n')
            begun = time.monotonic()
            self.refused(7, "RegistryUnreachable", "", name=f"{registry.host}/team/app:1", words="sent nothing for 2")
            # Five attempts, and the pauses between them.
            self.assertLess(time.monotonic() - begun, 26)
            self.configure(f'[[registry]]\nlocation = "{registry.host}"\nstall-timeout = 0\n')
            self.assertIn(f"{CONF}:3: stall-timeout", self.ask("pull", f"{registry.host}/team/app:1", status=2))

    def test_who_may_not_pull_may_not_ask_either(self):
        for call in (("ListTags", "sa{sv}", "debian", "0"), ("SearchImages", "sa{sv}", "debian", "0"), ("ListReferrers", "sa{sv}", "debian", "0"),
                     ("LogIn", "sa{sv}", "localhost:5061", "0")):
            said = output("su", "tester", "-c", "busctl call org.slipway.Engine1 /org/slipway/Engine1 org.slipway.Engine1.Manager "
                          + " ".join(call) + " 2>&1")
            self.assertIn("not allowed: polkit action", said)


if __name__ == "__main__":
    unittest.main()
