# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway pull with registries that err, lie or stand still, with engines that die, and with several clients."""
import contextlib
import glob
import json
import os
import signal
import subprocess
import threading
import unittest

from hostile_registry import HostileRegistry, break_off
from images import MadeImage, digest_of, shell_layer, tar_of
from pulling import Pulls, partials
from support import STATE, engine_pid, output, slipway, wait_until

BIG = {"first": b"x" * 100_000, "big": os.urandom(3_000_000)}


class Stalling:
    """A plan that sends half of the blob DIGEST and no more until `release` is called; further requests are answered honestly."""

    def __init__(self, *digests):
        self.digests = digests
        self.held = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.is_over = False

    def release(self):
        self.is_over = True
        self.go_on.set()

    def __call__(self, request):
        digest = request.path.rpartition("/")[2]
        if self.is_over or digest not in self.digests or request.command != "GET":
            return None
        content = self.registry.blobs[digest]
        start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        half = max(len(content) // 2, start)
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(content) - start))
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.end_headers()
        request.wfile.write(content[start:half])
        request.wfile.flush()
        self.held.release()
        self.go_on.wait(60)
        request.wfile.write(content[half:])
        return True


class WithFaults(Pulls):
    def serve(self, image, plan=None, blobs=None, tag="1"):
        registry = HostileRegistry(image.blobs if blobs is None else blobs, {tag: image.manifest, image.digest: image.manifest}, plan)
        if isinstance(plan, Stalling):
            plan.registry = registry
            self.addCleanup(plan.release)
        registry.__enter__()
        self.addCleanup(registry.__exit__)
        self.host = registry.host
        return registry

    @contextlib.contextmanager
    def client(self, *options):
        with subprocess.Popen(["slipway", "pull", *options, f"{self.host}/team/app:1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as client:
            try:
                yield client
            finally:
                client.kill()

    def stalled(self, layers=None, **options):
        """An image whose upper layer stands still half way."""
        image = MadeImage(layers or [shell_layer(), tar_of(BIG)], **options)
        plan = Stalling(digest_of(image.layers[-1]))
        return image, plan, self.serve(image, plan)

    def await_partial(self, plan, image):
        """Half of the upper layer, the whole of the lower one."""
        wait_until(lambda: os.path.isdir(f"{STATE}/layers/{image.diff_ids[0].removeprefix('sha256:')}"))
        self.assertTrue(plan.held.acquire(timeout=30))
        half = len(image.layers[-1]) // 2
        wait_until(lambda: any(os.path.getsize(file) == half for file in glob.glob(f"{STATE}/partial/*")))


class Streams(WithFaults):
    def test_a_layer_is_unpacked_while_it_comes(self):
        image, plan, _ = self.stalled(is_compressed=False)
        with self.client() as client:
            self.assertTrue(plan.held.acquire(timeout=30))
            wait_until(lambda: any(os.path.getsize(file) == 100_000 for file in glob.glob(f"{STATE}/tmp/*/fs/first")))
            parts = [output("busctl", "get-property", "org.slipway.Engine1", job, "org.slipway.Engine1.Job", "Parts") for job in self.jobs()]
            self.assertTrue(any(f'"{digest_of(image.layers[1])}" "downloading"' in part for part in parts), parts)
            plan.release()
            self.assertEqual(client.wait(60), 0, client.stderr.read())
        self.assertEqual(self.in_image("team/app:1", "/bin/ls", "/first"), "/first\n")

    @staticmethod
    def jobs():
        return [path for path in output("busctl", "tree", "--list", "org.slipway.Engine1").split() if "/job/" in path.lower()]

    def test_layers_come_side_by_side(self):
        image = MadeImage([shell_layer(), *(tar_of({f"f{i}": os.urandom(1000)}) for i in range(2))])
        together = threading.Barrier(3, timeout=30)

        def plan(request):
            if request.command == "GET" and any(request.path.endswith(digest_of(layer)) for layer in image.layers):
                together.wait()
        self.serve(image, plan)
        self.pull("team/app:1")

    def test_a_layer_that_is_here_is_not_fetched(self):
        shared = shell_layer()
        one, two = (MadeImage([shared, tar_of({"own": own})]) for own in (b"one", b"two"))
        registry = HostileRegistry([*one.blobs, *two.blobs], {"1": one.manifest, "2": two.manifest})
        with registry:
            self.host = registry.host
            self.pull("team/app:1")
            self.assertIn("exists", self.pull("team/app:2").stderr)
            self.assertEqual(len(registry.asked_for(digest_of(one.layers[0]))), 1)
            self.assertEqual(self.in_image("team/app:2", "/bin/cat", "/own"), "two")
            registry.asked.clear()
            self.pull("team/app:1")
            self.assertEqual(registry.asked_for("/blobs/"), [])

    def test_two_clients_have_one_pull(self):
        image, plan, registry = self.stalled()
        with self.client() as first, self.client() as second:
            self.await_partial(plan, image)
            wait_until(lambda: len(registry.asked_for("/manifests/")) == 2)
            plan.release()
            self.assertEqual((first.wait(60), second.wait(60)), (0, 0))
        for layer in image.layers:
            self.assertEqual(len(registry.asked_for(digest_of(layer))), 1)

    def test_what_one_client_gives_up_the_other_goes_on_with(self):
        image, plan, registry = self.stalled()
        with self.client() as first:
            self.await_partial(plan, image)
            with self.client() as second:
                wait_until(lambda: len(registry.asked_for("/manifests/")) == 2)
                first.send_signal(signal.SIGINT)
                self.assertEqual(first.wait(20), 8)
                self.assertTrue(plan.held.acquire(timeout=30))
                plan.release()
                self.assertEqual(second.wait(60), 0, second.stderr.read())
        asked = registry.asked_for(digest_of(image.layers[1]))
        self.assertEqual([headers.get("Range") for headers in asked], [None, f"bytes={len(image.layers[1]) // 2}-"])


class Interrupted(WithFaults):
    def test_what_ctrl_c_left_is_gone_on_with(self):
        image, plan, registry = self.stalled()
        with self.client() as client:
            self.await_partial(plan, image)
            client.send_signal(signal.SIGINT)
            self.assertEqual(client.wait(20), 8)
            self.assertIn("cancelled", client.stderr.read())
        wait_until(lambda: not os.listdir(f"{STATE}/tmp"))
        self.assertEqual(slipway("image", "inspect", f"{self.host}/team/app:1").returncode, 3)
        plan.release()
        done = self.pull("team/app:1")
        self.assertIn("exists", done.stderr)  # the lower one was whole
        asked = registry.asked_for(digest_of(image.layers[1]))
        self.assertEqual(asked[-1].get("Range"), f"bytes={len(image.layers[1]) // 2}-")
        self.assertEqual(partials(), [])

    def test_what_is_given_up_for_good_is_pruned(self):
        image, plan, _ = self.stalled()
        with self.client() as client:
            self.await_partial(plan, image)
            client.send_signal(signal.SIGINT)
            client.wait(20)
        done = slipway("image", "prune", "--force")
        self.assertNotIn(" 0B", done.stdout)
        self.assert_clean()

    def test_an_engine_that_is_killed_leaves_a_clean_store(self):
        image, plan, registry = self.stalled()
        with self.client() as client:
            self.await_partial(plan, image)
            os.kill(engine_pid(), signal.SIGKILL)
            self.assertEqual(client.wait(30), 1)
        self.assertNotIn("team/app", slipway("image", "ls").stdout)
        wait_until(lambda: not os.listdir(f"{STATE}/tmp"))
        self.assertEqual(len(partials()), 1)
        self.assertNotIn("slipway-transfer", output("ps", "-eo", "comm"))
        plan.release()
        self.pull("team/app:1")
        self.assertEqual(registry.asked_for(digest_of(image.layers[1]))[-1].get("Range"), f"bytes={len(image.layers[1]) // 2}-")
        self.assertEqual(self.in_image("team/app:1", "/bin/ls", "/first"), "/first\n")

    def test_an_image_that_goes_during_a_pull_leaves_its_layers_to_it(self):
        base, own = shell_layer(), tar_of(BIG)
        lower = MadeImage([base, tar_of({"lower": b""})])
        image, plan, registry = self.stalled([base, own])
        for blob in lower.blobs:
            registry.blobs[digest_of(blob)] = blob
        registry.manifests["lower"] = lower.manifest
        self.pull("team/app:lower")
        with self.client() as client:
            self.await_partial(plan, image)
            self.assertEqual(slipway("image", "rm", f"{self.host}/team/app:lower").returncode, 0)
            plan.release()
            self.assertEqual(client.wait(60), 0, client.stderr.read())
        self.assertEqual(self.in_image("team/app:1", "/bin/ls", "/first"), "/first\n")

    def test_a_connection_that_breaks_is_taken_up_again(self):
        image = MadeImage([shell_layer(), tar_of(BIG)])
        layer, breaks = image.layers[1], []

        def plan(request):
            if request.path.endswith(digest_of(layer)) and not breaks:
                breaks.append(1)
                return break_off(request, layer[:1_000_000], len(layer))
            return None
        registry = self.serve(image, plan)
        self.pull("team/app:1")
        self.assertEqual([headers.get("Range") for headers in registry.asked_for(digest_of(layer))], [None, "bytes=1000000-"])


class Full(WithFaults):
    """A store with little room: a file system of its own."""

    def setUp(self):
        super().setUp()
        self.stop()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=9m,mode=0700", "tmpfs", STATE], check=True)
        self.addCleanup(subprocess.run, ["umount", STATE], check=True)
        self.addCleanup(self.stop)

    @staticmethod
    def stop():
        subprocess.run(["systemctl", "stop", "slipwayd.service"], check=True)

    def test_a_full_disk_is_said_and_left_as_it_was(self):
        whole = MadeImage([shell_layer()])
        registry = self.serve(whole)
        # The blob has no room; it has, but not what is in it; the third layer of three.
        for layers in ([tar_of({"big": os.urandom(12_000_000)})], [tar_of({"zeros": b"z" * 20_000_000})],
                       [tar_of({"a": os.urandom(1_000_000)}), tar_of({"b": os.urandom(1_000_000)}), tar_of({"c": b"c" * 20_000_000})]):
            image = MadeImage(layers)
            for blob in image.blobs:
                registry.blobs[digest_of(blob)] = blob
            registry.manifests["big"] = image.manifest
            self.refused(1, "NoSpace", "team/app:big")
            self.assert_clean()
            wait_until(lambda: not os.listdir(f"{STATE}/layers"))
        self.pull("team/app:1")


class Lies(WithFaults):
    def lie(self, error, image, words="", **options):
        self.serve(image, **options)
        done = slipway("--debug", "pull", f"{self.host}/team/app:1")
        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertIn(f"Error.{error}]", done.stderr)
        self.assertIn(words, done.stderr)
        self.assert_clean()
        self.assertEqual(os.listdir(f"{STATE}/layers"), self.layers)

    def setUp(self):
        super().setUp()
        self.layers = os.listdir(f"{STATE}/layers")

    def test_a_blob_that_is_not_what_its_digest_says(self):
        other = tar_of({"a": b"lie!"})
        for is_compressed in (False, True):
            image = MadeImage([shell_layer(), tar_of({"a": b"true"})], is_compressed=is_compressed)
            layer = image.layers[1]
            for false in (other[:len(layer)], os.urandom(len(layer)), bytes(len(layer)), layer + b"more"):
                with self.subTest(false=false[:4], is_compressed=is_compressed):
                    def plan(request, false=false, layer=layer):
                        return request.respond(200, false) if request.path.endswith(digest_of(layer)) else None
                    self.lie("DigestMismatch", image, words="the registry sends more" if len(false) > len(layer) else digest_of(layer),
                             plan=plan)

    def test_a_layer_that_is_not_what_the_configuration_says(self):
        layers = [shell_layer(), tar_of({"a": b"true"})]
        image = MadeImage(layers, diff_ids=[digest_of(layers[0]), digest_of(b"another")])
        self.lie("DigestMismatch", image, words=digest_of(b"another"))

    def test_a_layer_that_is_no_archive(self):
        self.lie("UnreadableArchive", MadeImage([shell_layer(), b"no archive at all" * 1000]))

    def test_a_layer_that_climbs_out(self):
        self.lie("HostileArchive", MadeImage([shell_layer(), tar_of({"../../etc/evil": b"x"})]), words="evil")
        self.assertFalse(any("evil" in files for _, _, files in os.walk(STATE)))

    def test_a_configuration_of_other_layers(self):
        image = MadeImage([shell_layer(), tar_of({"a": b"true"})], diff_ids=[digest_of(b"one")])
        self.lie("InvalidManifest", image, words="2 layers")

    def test_what_is_no_image(self):
        image = MadeImage([shell_layer()])
        text = json.loads(image.manifest)
        for change, words in (({"config": {**text["config"], "mediaType": "application/vnd.cncf.helm.config.v1+json"}}, "helm"),
                              ({"layers": []}, "layers"), ({"layers": 7}, ""), ({"config": None}, "")):
            with self.subTest(change=change):
                image.manifest = json.dumps({**text, **change}).encode()
                image.digest = digest_of(image.manifest)
                self.lie("InvalidManifest", image, words=words)

    def test_what_an_earlier_pull_left_may_have_been_a_lie(self):
        image, plan, registry = self.stalled()
        true = registry.blobs[digest_of(image.layers[1])]
        registry.blobs[digest_of(image.layers[1])] = os.urandom(len(true))
        with self.client() as client:
            self.assertTrue(plan.held.acquire(timeout=30))
            wait_until(lambda: any(os.path.getsize(file) > 10_000 for file in glob.glob(f"{STATE}/partial/*")) or client.poll() is not None)
            client.send_signal(signal.SIGINT)
            client.wait(20)
        registry.blobs[digest_of(image.layers[1])] = true
        plan.release()
        self.pull("team/app:1")
        self.assertEqual(partials(), [])


if __name__ == "__main__":
    unittest.main()
