# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway-registry with real registries: pulling, pushing, who one is, certificates; and that it is confined."""
import json
import os
import subprocess
import unittest

from registries import (MANIFEST, Conversation, Failed, Image, Registry, conversation, digest_of, make_certificates, memory_file, place,
                        read, temporary_directory)
from support import output, run, wait_until


class WithRegistries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = temporary_directory(cls)
        cls.image = Image(cls.directory)
        make_certificates(cls.directory)
        users = os.path.join(cls.directory, "users")
        subprocess.run(["htpasswd", "-Bbc", users, "ann", "secret"], check=True, capture_output=True)
        cls.plain = Registry(cls.directory, 5001)
        cls.addClassCleanup(cls.plain.stop)
        cls.guarded = Registry(cls.directory, 5002, users=users)
        cls.addClassCleanup(cls.guarded.stop)
        cls.encrypted = Registry(cls.directory, 5003, tls=cls.directory)
        cls.addClassCleanup(cls.encrypted.stop)
        cls.mutual = Registry(cls.directory, 5004, tls=cls.directory, client_authority=f"{cls.directory}/ca.crt")
        cls.addClassCleanup(cls.mutual.stop)
        cls.image.send(f"{cls.plain.host}/team/app:1", "--dest-tls-verify=false")
        cls.image.send(f"{cls.guarded.host}/team/app:1", "--dest-tls-verify=false", "--dest-creds=ann:secret")
        cls.image.send(f"{cls.encrypted.host}/team/app:1", "--dest-tls-verify=false")

    def here(self, **members):
        return place(self.plain.host, "team/app", **{"insecure": True, **members})

    def refused(self, name, *words):
        test = self

        class Refusal:
            def __enter__(self):
                return self

            def __exit__(self, kind, error, trace):
                test.assertIs(kind, Failed, error)
                test.assertEqual(error.name, name, error.message)
                for word in words:
                    test.assertIn(word, error.message)
                return True
        return Refusal()


class Pulling(WithRegistries):
    def test_an_image_is_pulled_all_at_once(self):
        with conversation(self.here()) as one:
            found = one.call("manifest", reference="1")
            self.assertEqual((found["digest"], found["content"]), (self.image.digest, self.image.manifest))
            self.assertEqual((found["media_type"], found["host"]), (MANIFEST, self.plain.host))
            descriptors = [json.loads(found["content"])["config"], *json.loads(found["content"])["layers"]]
            files = [memory_file(b"") for _ in descriptors]
            numbers = [one.begin("blob", [os.dup(file)], digest=blob["digest"], size=blob["size"], file=True)
                       for blob, file in zip(descriptors, files)]
            for number, blob, file, content in zip(numbers, descriptors, files, [self.image.config, *self.image.layers]):
                self.assertEqual(one.end(number)["bytes"], blob["size"])
                self.assertEqual(os.pread(file, blob["size"] + 1, 0), content)
                os.close(file)

    def test_a_manifest_is_had_by_its_digest_too(self):
        with conversation(self.here()) as one:
            self.assertEqual(one.call("manifest", reference=self.image.digest)["content"], self.image.manifest)

    def test_a_blob_goes_into_a_pipe_at_the_pace_of_its_reader(self):
        layer = self.image.layers[1]
        for with_file in (True, False):
            with self.subTest(with_file=with_file), conversation(self.here()) as one:
                reader, writer = os.pipe()
                file = memory_file(b"")
                number = one.begin("blob", [os.dup(file), writer] if with_file else [writer], digest=digest_of(layer), size=len(layer),
                                   pipe=True, file=with_file)
                with os.fdopen(reader, "rb") as pipe:
                    self.assertEqual(pipe.read(), layer)
                self.assertEqual(one.end(number)["bytes"], len(layer))
                if with_file:
                    self.assertEqual(os.pread(file, len(layer) + 1, 0), layer)
                os.close(file)

    def test_a_blob_is_gone_on_with_where_it_was(self):
        layer = self.image.layers[1]
        with conversation(self.here()) as one:
            self.assertEqual(one.pull_blob(digest_of(layer), len(layer), layer[:4_000_000]), layer)
            self.assertEqual(one.pull_blob(digest_of(layer), len(layer), layer), layer)
            # What is there is something else's.
            self.assertEqual(one.pull_blob(digest_of(layer), len(layer), b"x" * 1000), layer)
            self.assertEqual(one.pull_blob(digest_of(layer), len(layer), b"x" * (len(layer) + 5)), layer)

    def test_what_is_not_there_is_said_so(self):
        with conversation(self.here()) as one:
            with self.refused("NotInRegistry", "team/app", "none"):
                one.call("manifest", reference="none")
            with self.refused("NotInRegistry", digest_of(b"nothing")):
                one.pull_blob(digest_of(b"nothing"), 7)
        with conversation(place("localhost:5009", "team/app", insecure=True)) as one:
            with self.refused("RegistryUnreachable", "localhost:5009"):
                one.call("manifest", reference="1")
        with conversation(place("no-such-host.invalid", "team/app")) as one:
            with self.refused("RegistryUnreachable", "no-such-host.invalid"):
                one.call("manifest", reference="1")

    def test_plain_http_is_for_those_who_are_said_to_be_insecure(self):
        with conversation(place(self.plain.host, "team/app")) as one:
            with self.refused("RegistryUnreachable", "does not speak TLS"):
                one.call("manifest", reference="1")

    def test_a_mirror_is_asked_first_and_the_registry_behind_it(self):
        places = [place("localhost:5009", "x/y", insecure=True, mirror=True),
                  place(self.encrypted.host, "none/such", insecure=True, mirror=True), self.here()]
        with conversation(*places) as one:
            self.assertEqual(one.call("manifest", reference="1")["host"], self.plain.host)
            with self.refused("NotInRegistry", "before:", "localhost:5009", self.encrypted.host):
                one.call("manifest", reference="none")
        mirror = place(self.encrypted.host, "team/app", insecure=True, mirror=True)
        for use, by_tag, by_digest in (("all", True, True), ("digests", False, True), ("tags", True, False)):
            with conversation({**mirror, "use": use}, self.here()) as one:
                self.assertEqual(one.call("manifest", reference="1")["host"] == self.encrypted.host, by_tag)
            with conversation({**mirror, "use": use}, self.here()) as one:
                self.assertEqual(one.call("manifest", reference=self.image.digest)["host"] == self.encrypted.host, by_digest)


class Identity(WithRegistries):
    def guarded_place(self, **credentials):
        return place(self.guarded.host, "team/app", insecure=True, credentials=credentials)

    def test_a_password_opens_the_registry(self):
        with conversation(self.guarded_place(username="ann", password="secret")) as one:
            self.assertEqual(one.call("ping")["event"], "done")
            self.assertEqual(one.call("manifest", reference="1")["content"], self.image.manifest)
            self.assertEqual(one.pull_blob(digest_of(self.image.layers[0]), len(self.image.layers[0])), self.image.layers[0])

    def test_without_one_or_with_another_it_stays_closed(self):
        for credentials in ({}, {"username": "ann", "password": "wrong"}, {"username": "bob", "password": "secret"}):
            with conversation(self.guarded_place(**credentials)) as one:
                with self.refused("RegistryDenied", self.guarded.host):
                    one.call("ping")
                with self.refused("RegistryDenied", "team/app"):
                    one.call("manifest", reference="1")

    def test_an_unknown_certificate_is_not_believed(self):
        with conversation(place(self.encrypted.host, "team/app")) as one:
            with self.refused("RegistryUntrusted", f"/etc/slipway/certs.d/{self.encrypted.host}/ca.crt"):
                one.call("manifest", reference="1")

    def test_an_authority_of_its_own_makes_it_trusted(self):
        certificates = {"authorities": read(self.directory, "ca.crt")}
        with conversation(place(self.encrypted.host, "team/app", certificates=certificates)) as one:
            self.assertEqual(one.call("manifest", reference="1")["content"], self.image.manifest)
            self.assertEqual(one.pull_blob(digest_of(self.image.layers[1]), len(self.image.layers[1])), self.image.layers[1])
        with conversation(place(self.encrypted.host, "team/app", certificates={"authorities": "nonsense"})) as one:
            with self.refused("InvalidConfiguration", "certs.d"):
                one.call("manifest", reference="1")

    def test_a_registry_that_wants_a_certificate_gets_ours(self):
        certificates = {"authorities": read(self.directory, "ca.crt")}
        there = place(self.mutual.host, "team/app", certificates=certificates)
        with conversation(there) as one:
            with self.assertRaises(Failed):
                one.call("ping")
        certificates.update(certificate=read(self.directory, "client.crt"), key=read(self.directory, "client.key"))
        with conversation(there) as one:
            self.assertEqual(one.call("ping")["event"], "done")


class Pushing(WithRegistries):
    def push(self, one, content, **members):
        return one.call("push_blob", [memory_file(content)], digest=digest_of(content), size=len(content), **members)

    def test_an_image_is_pushed_and_found_by_others(self):
        with conversation(place(self.plain.host, "team/sent", insecure=True)) as one:
            for content in (*self.image.layers, self.image.config):
                event = self.push(one, content)
                self.assertEqual((event["digest"], event["bytes"]), (digest_of(content), len(content)))
                self.assertNotIn("arrival", event)
                self.assertEqual(self.push(one, content)["arrival"], "existed")
            event = one.call("put_manifest", [memory_file(self.image.manifest)], reference="2", media_type=MANIFEST)
            self.assertEqual(event["digest"], self.image.digest)
            self.assertEqual(json.loads(one.call("tags")["content"]), ["2"])
        done = run("skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", f"docker://{self.plain.host}/team/sent:2",
                   f"dir:{self.directory}/back")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_blob_of_another_repository_is_mounted(self):
        layer = self.image.layers[1]
        with conversation(place(self.plain.host, "team/mounted", insecure=True)) as one:
            self.assertEqual(self.push(one, layer, mount_from=["no/such", "team/app"])["arrival"], "mounted")
            self.assertEqual(one.pull_blob(digest_of(layer), len(layer)), layer)

    def test_a_blob_is_looked_for_and_nothing_sent(self):
        layer = self.image.layers[1]
        with conversation(place(self.plain.host, "team/looked", insecure=True)) as one:
            for members in ({}, {"mount_from": ["no/such"]}):
                self.assertNotIn("arrival", one.call("find_blob", digest=digest_of(layer), **members))
            with self.refused("NotInRegistry"):
                one.pull_blob(digest_of(layer), len(layer))
            self.assertEqual(one.call("find_blob", digest=digest_of(layer), mount_from=["no/such", "team/app"])["arrival"], "mounted")
            self.assertEqual(one.call("find_blob", digest=digest_of(layer))["arrival"], "existed")
            self.assertEqual(one.pull_blob(digest_of(layer), len(layer)), layer)
            with self.refused("InvalidArgument", "which blob"):
                one.call("find_blob")
        uploads = run("find", self.directory, "-path", "*team/looked/_uploads/*", "-name", "startedat").stdout
        self.assertEqual(uploads, "")

    def test_a_blob_is_pushed_from_a_pipe_before_its_digest_is_known(self):
        content = os.urandom(3_000_000)
        with conversation(place(self.plain.host, "team/piped", insecure=True)) as one:
            reader, writer = os.pipe()
            number = one.begin("push_blob", [reader])
            with os.fdopen(writer, "wb") as pipe:
                pipe.write(content)
            event = one.end(number)
            self.assertEqual((event["digest"], event["bytes"]), (digest_of(content), len(content)))
            self.assertEqual(one.pull_blob(digest_of(content), len(content)), content)

    def test_what_is_not_what_it_claims_is_not_pushed(self):
        with conversation(place(self.plain.host, "team/wrong", insecure=True)) as one:
            with self.refused("DigestMismatch", digest_of(b"this")):
                one.call("push_blob", [memory_file(b"that")], digest=digest_of(b"this"), size=4)
            with self.refused("NotInRegistry"):
                one.pull_blob(digest_of(b"this"), 4)
            with self.refused("RegistryFailed", "putting the manifest"):
                one.call("put_manifest", [memory_file(self.image.manifest)], reference="1", media_type=MANIFEST)

    def test_lists_are_told(self):
        with conversation(self.here()) as one:
            self.assertEqual(json.loads(one.call("tags")["content"]), ["1"])
            index = json.loads(one.call("referrers", digest=self.image.digest)["content"])
            self.assertEqual(index["manifests"], [])
            found = json.loads(one.call("search", term="ap")["content"])
            self.assertIn("team/app", [row["name"] for row in found])
            self.assertEqual(json.loads(one.call("search", term="nothing-like-it")["content"]), [])


class Confinement(WithRegistries):
    def test_by_itself_it_becomes_nobody(self):
        with conversation(self.here(), way="spawn") as one:
            self.assertEqual(one.call("manifest", reference="1")["content"], self.image.manifest)
            status = dict(line.split(":\t", 1) for line in read(f"/proc/{one.process.pid}/status").splitlines() if ":\t" in line)
            self.assertEqual(status["Uid"].split(), ["65534"] * 4)
            self.assertEqual(status["Groups"].strip(), "")
            self.assertEqual((int(status["CapEff"], 16), int(status["CapPrm"], 16)), (0, 0))
            self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))
            process = one.process
        self.assertEqual(process.returncode, 0)

    def test_the_unit_is_locked_down_and_gone_with_its_job(self):
        def units():
            return output("systemctl", "list-units", "--all", "--plain", "--no-legend", "slipway-registry@*.service").split()
        wait_until(lambda: not units())  # those of tests before
        with conversation(self.here()) as one:
            one.call("ping")
            unit = units()[0]
            pid = output("systemctl", "show", "--value", "-p", "MainPID", unit).strip()
            status = read(f"/proc/{pid}/status")
            self.assertIn("Seccomp:\t2", status)
            self.assertNotIn("Uid:\t0", status)
            report = output("systemd-analyze", "security", "--no-pager", unit)
        self.assertIn("OK", report.splitlines()[-1], report)
        wait_until(lambda: not units())

    def test_one_request_is_cancelled_and_the_others_go_on(self):
        layer = self.image.layers[1]
        with conversation(self.here()) as one:
            reader, writer = os.pipe()
            number = one.begin("blob", [writer], digest=digest_of(layer), size=len(layer), pipe=True)
            os.read(reader, 10)
            text = json.dumps({"request": number, "method": "cancel"}).encode()
            one.socket.send(text)
            with self.refused("Cancelled"):
                one.end(number)
            os.close(reader)
            self.assertEqual(one.call("manifest", reference="1")["digest"], self.image.digest)

    def test_nonsense_ends_the_conversation(self):
        for text in (b"nonsense", b'{"request": 1}', b'{"request": 1, "method": "dance"}'):
            with Conversation("spawn") as one:
                one.socket.send(text)
                self.assertEqual(one.socket.recv(1 << 16), b"")
        with Conversation("spawn") as one:
            with self.refused("InvalidArgument", "nothing is open"):
                one.call("manifest", reference="1")
            with self.refused("InvalidArgument", "places"):
                one.open()


