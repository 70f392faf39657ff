# SPDX-License-Identifier: LGPL-2.1-or-later
"""What slipway-registry makes of registries that stall, break off, lie, redirect, refuse or are busy."""
import base64
import json
import os
import threading
import time
import unittest

from hostile_registry import HostileRegistry, break_off
from registries import Failed, conversation, digest_of, memory_file, place

CONTENT = os.urandom(2_000_000)
DIGEST = digest_of(CONTENT)
MANIFEST = json.dumps({"schemaVersion": 2, "config": {"mediaType": "c", "digest": DIGEST, "size": 1}, "layers": []}).encode()


def there(registry, **members):
    return place(registry.host, "team/app", **{"insecure": True, **members})


def on(part, deed):
    """A plan that does DEED to requests with PART in their path."""
    return lambda request: (deed(request) or True) if part in request.path else None


class Hostile(unittest.TestCase):
    def refused(self, name, words, one, method, fds=(), **members):
        with self.assertRaises(Failed) as caught:
            one.call(method, fds, **members)
        self.assertEqual(caught.exception.name, name, caught.exception.message)
        self.assertIn(words, caught.exception.message)

    def refuse_blob(self, name, words, deed, patience=None):
        with HostileRegistry([CONTENT], plan=on("/blobs/", deed)) as registry, conversation(there(registry), patience=patience) as one:
            self.refused(name, words, one, "blob", [memory_file(b"")], digest=DIGEST, size=len(CONTENT), file=True)
            return registry

    def pull(self, plan):
        """Despite PLAN; the registry, to look at what it was asked."""
        with HostileRegistry([CONTENT], plan=plan) as registry, conversation(there(registry)) as one:
            self.assertEqual(one.pull_blob(DIGEST, len(CONTENT)), CONTENT)
            return registry


class Blobs(Hostile):
    def test_a_broken_one_is_gone_on_with(self):
        parts = iter([500_000, 900_000])

        def plan(request):
            if "/blobs/" not in request.path:
                return None
            size = next(parts, None)
            first = int(request.headers.get("Range", "bytes=0-")[6:-1])
            if size is None:
                return None
            if first == 0:
                return break_off(request, CONTENT[:size], len(CONTENT))
            request.send_response(206)
            request.send_header("Content-Range", f"bytes {first}-{len(CONTENT) - 1}/{len(CONTENT)}")
            request.send_header("Content-Length", str(len(CONTENT) - first))
            request.end_headers()
            request.wfile.write(CONTENT[first:size])
            request.close_connection = True
            return True
        ranges = [headers.get("Range") for headers in self.pull(plan).asked_for("/blobs/")]
        self.assertEqual(ranges, [None, "bytes=500000-", "bytes=900000-"])

    def test_it_begins_anew_where_the_registry_knows_no_ranges(self):
        broken = []

        def deed(request):
            if not broken:
                broken.append(True)
                return break_off(request, CONTENT[:700_000], len(CONTENT))
            return request.respond(200, CONTENT)
        self.pull(on("/blobs/", deed))

    def test_one_that_always_ends_too_early_is_refused(self):
        registry = self.refuse_blob("RegistryFailed", "too early", lambda request: break_off(request, CONTENT[:1000], len(CONTENT)))
        self.assertLess(len(registry.asked_for("/blobs/")), 8)
        self.refuse_blob("RegistryFailed", "of 2000000 bytes", lambda request: request.respond(200, CONTENT[:1000]))

    def test_one_that_stands_still_is_given_up(self):
        begun = time.monotonic()
        self.refuse_blob("RegistryUnreachable", "has sent nothing for 0.4 s",
                         lambda request: break_off(request, CONTENT[:1000], len(CONTENT), 3),
                         patience={"stall_ms": 400, "attempts": 1})
        self.assertLess(time.monotonic() - begun, 3)

    def test_one_that_is_another_is_refused_and_not_kept(self):
        other = bytes([CONTENT[0] ^ 1]) + CONTENT[1:]
        with HostileRegistry(plan=on("/blobs/", lambda request: request.respond(200, other))) as registry, \
                conversation(there(registry)) as one:
            file = memory_file(b"")
            self.refused("DigestMismatch", digest_of(other), one, "blob", [os.dup(file)], digest=DIGEST, size=len(CONTENT), file=True)
            self.assertEqual(os.fstat(file).st_size, 0)
            os.close(file)

    def test_one_that_is_longer_is_refused_before_its_end(self):
        self.refuse_blob("DigestMismatch", "more than the 2000000 bytes", lambda request: request.respond(200, CONTENT + b"x"))

    def test_a_mirror_that_lies_is_passed_over(self):
        lie = on("/blobs/", lambda request: request.respond(200, b"x" * len(CONTENT)))
        with HostileRegistry(plan=lie) as liar, HostileRegistry([CONTENT]) as honest, \
                conversation(there(liar, mirror=True), there(honest)) as one:
            self.assertEqual(one.pull_blob(DIGEST, len(CONTENT)), CONTENT)
            self.assertEqual(len(liar.asked_for("/blobs/")), 1)

    def test_a_reader_that_goes_ends_its_request_alone(self):
        with HostileRegistry([CONTENT], {"1": MANIFEST}) as registry, conversation(there(registry)) as one:
            reader, writer = os.pipe()
            os.close(reader)
            self.refused("Cancelled", "has gone", one, "blob", [writer], digest=DIGEST, size=len(CONTENT), pipe=True)
            self.assertEqual(one.call("manifest", reference="1")["content"], MANIFEST)


class Manifests(Hostile):
    def refuse_manifest(self, name, words, content, reference="1", plan=None):
        with HostileRegistry(manifests={reference: content}, plan=plan) as registry, conversation(there(registry)) as one:
            self.refused(name, words, one, "manifest", reference=reference)

    def test_one_of_5_mib_is_refused(self):
        self.refuse_manifest("InvalidManifest", "larger than 4 MiB", b" " * (5 << 20))

    def test_one_of_another_digest_is_refused(self):
        self.refuse_manifest("DigestMismatch", digest_of(MANIFEST), MANIFEST, reference=DIGEST)
        self.refuse_manifest("DigestMismatch", digest_of(MANIFEST), MANIFEST,
                             plan=on("/manifests/", lambda request: request.respond(200, MANIFEST, Docker_Content_Digest=DIGEST)))

    def test_a_tag_that_moves_between_two_calls_is_no_danger(self):
        versions = iter([MANIFEST, MANIFEST + b" "])
        with HostileRegistry(manifests={digest_of(MANIFEST): MANIFEST + b" "},
                             plan=on("/manifests/1", lambda request: request.respond(200, next(versions)))) as registry, \
                conversation(there(registry)) as one:
            first = one.call("manifest", reference="1")
            second = one.call("manifest", reference="1")
            self.assertNotEqual(first["digest"], second["digest"])
            # What the first call saw is asked for by its digest, and nothing else is taken for it.
            self.refused("DigestMismatch", first["digest"], one, "manifest", reference=first["digest"])

    def test_words_of_a_registry_are_told_in_one_line(self):
        words = json.dumps({"errors": [{"code": "X", "message": "very\n\x1b[2Jbusy " + "x" * 999}]}).encode()
        with HostileRegistry(plan=on("/manifests/", lambda request: request.respond(418, words))) as registry, \
                conversation(there(registry)) as one:
            with self.assertRaises(Failed) as caught:
                one.call("manifest", reference="1")
            self.assertIn("very", caught.exception.message)
            self.assertFalse(any(ord(letter) < 32 for letter in caught.exception.message))
            self.assertLess(len(caught.exception.message), 600)


class Busy(Hostile):
    def answer_later(self, status, **headers):
        refusals = [status, status]
        times = []

        def plan(request):
            if "/manifests/" not in request.path:
                return None
            times.append(time.monotonic())
            return request.respond(refusals.pop(), b"busy", **headers) if refusals else None
        with HostileRegistry(manifests={"1": MANIFEST}, plan=plan) as registry, conversation(there(registry)) as one:
            self.assertEqual(one.call("manifest", reference="1")["content"], MANIFEST)
        return times

    def test_a_busy_registry_is_asked_again(self):
        for status in (429, 500, 502, 503, 504):
            self.assertEqual(len(self.answer_later(status)), 3)

    def test_it_is_asked_again_when_it_said(self):
        times = self.answer_later(429, Retry_After="1")
        self.assertGreaterEqual(times[1] - times[0], 0.99)

    def give_up(self, words, attempts, status, content, **headers):
        with HostileRegistry(plan=on("/manifests/", lambda request: request.respond(status, content, **headers))) as registry, \
                conversation(there(registry)) as one:
            self.refused("RegistryFailed", words, one, "manifest", reference="1")
            self.assertEqual(len(registry.asked_for("/manifests/")), attempts)

    def test_it_is_not_waited_for_longer_than_is_sensible(self):
        self.give_up("too many requests", 1, 429, b"busy", Retry_After="3600")

    def test_attempts_have_an_end(self):
        self.give_up("503: down for repair", 3, 503, b"down for repair")


class Redirections(Hostile):
    CREDENTIALS = {"username": "ann", "password": "secret"}

    def guard(self, request):
        """Answers those without a password."""
        if "Authorization" in request.headers:
            return None
        return request.respond(401, WWW_Authenticate='Basic realm="test"')

    def test_another_host_gets_the_request_and_no_credentials(self):
        with HostileRegistry([CONTENT]) as elsewhere:
            def plan(request):
                if self.guard(request):
                    return True
                return request.respond(307, Location=f"http://{elsewhere.host}{request.path}") if "/blobs/" in request.path else None
            with HostileRegistry(plan=plan) as registry, conversation(there(registry, credentials=self.CREDENTIALS)) as one:
                self.assertEqual(one.pull_blob(DIGEST, len(CONTENT), CONTENT[:1000]), CONTENT)
            asked = elsewhere.asked_for("/blobs/")
            self.assertEqual([("Authorization" in headers, headers.get("Range")) for headers in asked], [(False, "bytes=1000-")])

    def test_the_same_host_gets_them_again(self):
        def plan(request):
            if self.guard(request):
                return True
            if "/blobs/" in request.path and "moved" not in request.path:
                return request.respond(302, Location=f"/moved{request.path}")
            return None
        with HostileRegistry([CONTENT], plan=plan) as registry, conversation(there(registry, credentials=self.CREDENTIALS)) as one:
            self.assertEqual(one.pull_blob(DIGEST, len(CONTENT)), CONTENT)
            self.assertIn("Authorization", registry.asked_for("/moved")[0])

    def test_circles_and_other_schemes_are_refused(self):
        for location, words in (("", "in a circle"), ("file:///etc/passwd", "none of HTTP's"), ("gopher://x/", "none of HTTP's")):
            with HostileRegistry(plan=on("/manifests/", lambda request, to=location: request.respond(302, Location=to or request.path))) \
                    as registry, conversation(there(registry)) as one:
                self.refused("RegistryFailed", words, one, "manifest", reference="1")


class Tokens(Hostile):
    def serve(self, credentials, realm_answer, test):
        """A registry whose token server answers by REALM_ANSWER; TEST speaks with it."""
        def plan(request):
            if request.path.startswith("/token"):
                return realm_answer(request)
            if request.headers.get("Authorization") == "Bearer good":
                return None
            return request.respond(401, WWW_Authenticate=f'Bearer realm="http://{registry.host}/token",service="test, of course"')
        with HostileRegistry([CONTENT], {"1": MANIFEST}, plan=plan) as registry, \
                conversation(there(registry, credentials=credentials)) as one:
            test(one)
            return registry

    @staticmethod
    def grant(request, **more):
        return request.respond(200, json.dumps({"token": "good", **more}).encode())

    def test_one_token_does_for_many_requests_at_once(self):
        def test(one):
            numbers = [one.begin("blob", [memory_file(b"")], digest=DIGEST, size=len(CONTENT), file=True) for _ in range(6)]
            numbers.append(one.begin("manifest", reference="1"))
            for number in numbers:
                one.end(number)
        registry = self.serve({}, self.grant, test)
        asked = [path.lower() for _, path, _ in registry.asked if path.startswith("/token")]
        self.assertEqual(asked, ["/token?service=test%2c%20of%20course&scope=repository%3ateam%2fapp%3apull"])

    def test_a_password_goes_to_the_token_server_only(self):
        registry = self.serve({"username": "ann", "password": "secret"}, self.grant, lambda one: one.call("manifest", reference="1"))
        for _, path, headers in registry.asked:
            basic = "Basic " + base64.b64encode(b"ann:secret").decode()
            self.assertEqual(headers.get("Authorization") == basic, path.startswith("/token"), path)

    def test_an_identity_token_is_exchanged_by_a_form(self):
        forms = []

        def exchange(request):
            forms.append((request.command, request.rfile.read(int(request.headers["Content-Length"]))))
            return request.respond(200, b'{"access_token": "good", "expires_in": 300}')
        self.serve({"identity_token": "id&en"}, exchange, lambda one: one.call("manifest", reference="1"))
        self.assertEqual(forms[0][0], "POST")
        self.assertIn(b"grant_type=refresh_token", forms[0][1])
        self.assertIn(b"refresh_token=id%26en", forms[0][1])

    def test_a_login_may_give_a_token_to_keep(self):
        def test(one):
            self.assertEqual(one.call("ping")["identity_token"], "keep")
        registry = self.serve({"username": "ann", "password": "secret"}, lambda request: self.grant(request, refresh_token="keep"), test)
        self.assertTrue(any("offline_token=true" in path for _, path, _ in registry.asked))

    def test_an_expired_one_is_replaced(self):
        def test(one):
            one.call("manifest", reference="1")
            one.call("manifest", reference="1")
        registry = self.serve({}, lambda request: self.grant(request, expires_in=0), test)
        self.assertEqual(len(registry.asked_for("/token")), 2)

    def test_a_refusal_is_told(self):
        def refuse(request):
            return request.respond(401, b'{"details": "incorrect username or password"}')
        self.serve({"username": "ann", "password": "wrong"}, refuse,
                   lambda one: self.refused("RegistryDenied", "incorrect username or password", one, "ping"))
        self.serve({}, lambda request: request.respond(200, b"[]"),
                   lambda one: self.refused("RegistryFailed", "no JSON object", one, "manifest", reference="1"))


class Sending(Hostile):
    def test_a_broken_upload_goes_on_where_the_registry_is(self):
        got = bytearray()
        patches = []

        def plan(request):
            path = request.path
            if request.command == "HEAD":
                return request.respond(404)
            if request.command == "POST":
                return request.respond(202, Location="/upload/1")
            if request.command == "PATCH":
                patches.append(request.headers.get("Content-Range"))
                length = int(request.headers["Content-Length"])
                if len(patches) == 1:
                    got.extend(request.rfile.read(700_000))
                    request.connection.shutdown(2)
                    request.close_connection = True
                    return True
                got.extend(request.rfile.read(length))
                return request.respond(202, Location="/upload/2?state=x")
            if request.command == "GET" and path.startswith("/upload/"):
                return request.respond(204, Range=f"0-{len(got) - 1}", Location="/upload/1")
            if request.command == "PUT":
                return request.respond(201, Docker_Content_Digest=digest_of(bytes(got)))
            return None
        with HostileRegistry(plan=plan) as registry, conversation(there(registry)) as one:
            event = one.call("push_blob", [memory_file(CONTENT)], digest=DIGEST, size=len(CONTENT))
            self.assertEqual(event["bytes"], len(CONTENT))
            self.assertEqual(bytes(got), CONTENT)
            self.assertEqual(patches, [None, f"700000-{len(CONTENT) - 1}"])
            self.assertEqual([path.lower() for command, path, _ in registry.asked if command == "PUT"],
                             [f"/upload/2?state=x&digest={DIGEST.replace(':', '%3a')}"])

    def test_pages_of_tags_are_put_together(self):
        def plan(request):
            if request.path.endswith("/tags/list?n=1000"):
                return request.respond(200, b'{"tags": ["a", "b"]}', Link='</v2/team/app/tags/list?last=b>; rel="next"')
            return request.respond(200, b'{"tags": ["c"]}') if "last=b" in request.path else None
        with HostileRegistry(plan=plan) as registry, conversation(there(registry)) as one:
            self.assertEqual(json.loads(one.call("tags")["content"]), ["a", "b", "c"])
        away = on("/tags/", lambda request: request.respond(200, b'{"tags": []}', Link='<http://127.0.0.2:1/>; rel="next"'))
        with HostileRegistry(plan=away) as registry, conversation(there(registry)) as one:
            self.refused("RegistryFailed", "continues at 127.0.0.2:1", one, "tags")

    def test_referrers_are_kept_under_a_tag_where_there_is_no_list_of_them(self):
        entries = [{"digest": DIGEST, "size": 1, "mediaType": "m", "artifactType": kind} for kind in ("signature", "sbom")]
        index = json.dumps({"schemaVersion": 2, "manifests": entries}).encode()
        with HostileRegistry(manifests={DIGEST.replace(":", "-"): index}) as registry, conversation(there(registry)) as one:
            self.assertEqual(json.loads(one.call("referrers", digest=DIGEST)["content"])["manifests"], entries)
            found = one.call("referrers", digest=DIGEST, artifact_type="sbom")["content"]
            self.assertEqual(json.loads(found)["manifests"], entries[1:])

    def test_a_search_is_asked_for_first(self):
        results = json.dumps({"results": [{"name": "team/app", "description": "an app", "star_count": 7, "is_official": False}]}).encode()
        with HostileRegistry(plan=on("/v1/search?q=an%20app&n=", lambda request: request.respond(200, results))) as registry, \
                conversation(there(registry)) as one:
            self.assertEqual(json.loads(one.call("search", term="an app", limit=5)["content"]),
                             [{"name": "team/app", "description": "an app", "stars": 7, "is_official": False}])

    def test_a_proxy_is_asked_instead(self):
        proxied = threading.Event()

        def plan(request):
            if request.path.startswith("http://registry.example/"):
                proxied.set()
                return request.respond(200, MANIFEST if "/manifests/" in request.path else b"")
            return request.respond(502)
        with HostileRegistry(plan=plan) as proxy:
            # It knows no CONNECT, so that HTTPS fails and plain HTTP is tried.
            with conversation(place("registry.example", "team/app", insecure=True),
                              proxies={"http": f"http://{proxy.host}", "https": f"http://{proxy.host}"}) as one:
                self.assertEqual(one.call("manifest", reference="1")["content"], MANIFEST)
            self.assertTrue(proxied.is_set())
            with conversation(place("127.0.0.1:1", "team/app", insecure=True),
                              proxies={"all": f"http://{proxy.host}", "none": "127.0.0.1"}) as one:
                self.refused("RegistryUnreachable", "nothing answers at 127.0.0.1:1", one, "manifest", reference="1")
