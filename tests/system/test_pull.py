# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway pull with a real registry: names, platforms, formats, what is here already, and running what came."""
import json
import os
import pty
import re
import subprocess
import unittest

from images import MadeImage, index_of, send_manifest, shell_layer, tar_of
from pulling import Pulls
from registries import Registry, temporary_directory
from support import ARCHIVE, run, slipway


class FromARegistry(Pulls):
    @classmethod
    def setUpClass(cls):
        cls.directory = temporary_directory(cls)
        cls.registry = Registry(cls.directory, 5011)
        cls.addClassCleanup(cls.registry.stop)
        cls.host = cls.registry.host

    def test_an_image_of_several_layers_is_pulled_and_runs(self):
        layers = [shell_layer(), tar_of({"srv": None, "srv/a": b"one\n", "srv/gone": b"x", "opt": None, "opt/old": b"x"}),
                  tar_of({"srv/.wh.gone": b"", "opt/.wh..wh..opq": b"", "opt/new": b"two\n"})]
        image = MadeImage(layers, config={"Cmd": ["/bin/cat", "/srv/a", "/opt/new"], "Env": ["PLACE=here"]})
        image.send(self.host, "team/app", "1")
        done = self.pull("team/app:1")
        self.assertEqual(done.stdout.strip(), image.id)
        self.assertEqual(self.in_image("team/app:1"), "one\ntwo\n")
        self.assertEqual(self.in_image("team/app:1", "/bin/sh", "-c", "ls /srv /opt; echo $PLACE"), "/opt:\nnew\n\n/srv:\na\nhere\n")
        described = json.loads(slipway("image", "inspect", f"{self.host}/team/app:1").stdout)[0]
        self.assertEqual((described["Digest"], described["RootFS"]["Layers"]), (image.digest, image.diff_ids))
        self.assertEqual(described["Size"], sum(map(len, layers)))

    def test_a_layer_may_hide_all_that_is_below_it(self):
        MadeImage([tar_of({"below": b"x"}), tar_of({".wh..wh..opq": b""}), shell_layer()]).send(self.host, "team/hidden", "1")
        self.pull("team/hidden:1")
        self.assertNotIn("below", self.in_image("team/hidden:1", "/bin/ls", "/"))

    def test_an_image_may_have_many_layers_but_not_too_many(self):
        layers = [shell_layer(), *(tar_of({f"f{i}": str(i).encode()}) for i in range(127))]
        MadeImage(layers).send(self.host, "team/many", "128")
        self.pull("team/many:128")
        self.assertEqual(self.in_image("team/many:128", "/bin/sh", "-c", "cat /f0 /f126; set -- /f*; echo -$#"), "0126-127\n")
        MadeImage([layers[1]] * 501).send(self.host, "team/many", "501")
        self.refused(6, "InvalidManifest", "team/many:501", words="501 layers")

    def test_a_name_may_have_a_digest(self):
        image = MadeImage([shell_layer(), tar_of({"by": b"digest"})])
        image.send(self.host, "team/digest")
        name = f"team/digest@{image.digest}"
        self.assertEqual(self.pull(name).stdout.strip(), image.id)
        self.assertEqual(self.in_image(name, "/bin/cat", "/by"), "digest")
        self.assertEqual(self.in_image(f"team/digest:some@{image.digest}", "/bin/cat", "/by"), "digest")
        self.refused(3, "NotInRegistry", f"team/digest@sha256:{'0' * 64}")

    def test_an_index_has_one_for_each_platform(self):
        for kind in ("oci", "docker"):
            with self.subTest(kind=kind):
                images = {architecture: MadeImage([shell_layer(), tar_of({"for": architecture.encode()})], kind, architecture)
                          for architecture in ("arm64", "amd64")}
                for image in images.values():
                    image.send(self.host, f"team/{kind}")
                index = index_of([image.entry(architecture) for architecture, image in images.items()], kind)
                send_manifest(self.host, f"team/{kind}", "1", index, images["amd64"].index_type)
                self.assertEqual(self.pull(f"team/{kind}:1").stdout.strip(), images["amd64"].id)
                self.assertEqual(self.in_image(f"team/{kind}:1", "/bin/cat", "/for"), "amd64")
                self.assertEqual(self.pull(f"team/{kind}:1", "--platform", "linux/arm64").stdout.strip(), images["arm64"].id)
                self.refused(3, "NoSuchPlatform", f"team/{kind}:1", "--platform", "linux/s390x", words="linux/arm64")
                self.refused(3, "NoSuchPlatform", f"team/{kind}@{images['amd64'].digest}", "--platform", "arm64", words="linux/amd64")

    def test_layers_come_as_they_were_compressed(self):
        layers = [shell_layer(), tar_of({"how": b"as it was"})]
        MadeImage(layers, is_compressed=False).send(self.host, "team/plain", "1")
        MadeImage(layers, kind="docker").send(self.host, "team/gzip", "1")
        done = run("skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false", "--dest-compress-format",
                   "zstd", "--format", "oci", f"docker://{self.host}/team/plain:1", f"docker://{self.host}/team/zstd:1")
        self.assertEqual(done.returncode, 0, done.stderr)
        inspected = run("skopeo", "inspect", "--raw", "--tls-verify=false", f"docker://{self.host}/team/zstd:1").stdout
        self.assertIn("+zstd", inspected)
        for name in ("plain", "gzip", "zstd"):
            with self.subTest(name=name):
                self.pull(f"team/{name}:1")
                self.assertEqual(self.in_image(f"team/{name}:1", "/bin/cat", "/how"), "as it was")
                slipway("image", "rm", f"{self.host}/team/{name}:1")

    def test_a_tag_that_moved_is_followed(self):
        first, second = (MadeImage([shell_layer(), tar_of({"which": which})]) for which in (b"first", b"second"))
        first.send(self.host, "team/moved", "1")
        self.pull("team/moved:1")
        self.assertIn("up to date", self.pull("team/moved:1").stderr)
        second.send(self.host, "team/moved", "1")
        done = self.pull("team/moved:1")
        self.assertIn("team/moved:1: pulled", done.stderr)
        self.assertEqual(done.stderr.count(": exists"), 1)
        self.assertEqual(self.in_image("team/moved:1", "/bin/cat", "/which"), "second")
        self.assertEqual(slipway("image", "inspect", first.id).returncode, 0)

    def test_what_is_not_there_is_said_so(self):
        self.refused(3, "NotInRegistry", "team/none:1", words="team/none")
        self.refused(7, "RegistryUnreachable", "localhost:5099/team/app:1", words="localhost:5099")
        self.refused(2, "InvalidReference", "localhost:5099/Team/app:1")
        self.refused(2, "InvalidArgument", "team/none:1", "--platform", "no/such/thing/here")
        done = slipway("run", "--rm", f"{self.host}/team/none:1", "true")
        self.assertEqual(done.returncode, 125)
        self.assertIn("is not here", done.stderr)

    def test_run_pulls_what_is_missing(self):
        image = MadeImage([shell_layer(), tar_of({"v": b"1"})], config={"Cmd": ["/bin/cat", "/v"]})
        image.send(self.host, "team/run", "1")
        name = f"{self.host}/team/run:1"
        done = slipway("run", "--rm", "--pull", "never", name)
        self.assertEqual(done.returncode, 125)
        self.assertIn("no image", done.stderr)
        done = slipway("run", "--rm", "-i", name, "/bin/cat", input="kept")
        self.assertEqual((done.returncode, done.stdout), (0, "kept"), done.stderr)
        self.assertIn("is not here", done.stderr)
        MadeImage([shell_layer(), tar_of({"v": b"2"})], config={"Cmd": ["/bin/cat", "/v"]}).send(self.host, "team/run", "1")
        self.assertEqual(slipway("run", "--rm", name).stdout, "1")
        done = slipway("run", "--rm", "-q", "--pull=always", name)
        self.assertEqual((done.stdout, done.stderr), ("2", ""))
        self.assertEqual(slipway("run", "--pull", "sometimes", name).returncode, 125)
        slipway("image", "rm", name)
        done = slipway("run", "--detach", "--name", "pulled", "--quiet", name, "/bin/sleep", "60")
        self.addCleanup(slipway, "rm", "--force", "pulled")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_short_name_is_what_registries_conf_says(self):
        MadeImage([shell_layer(), tar_of({"short": b"yes"})]).send(self.host, "team/short", "latest")
        os.makedirs("/etc/slipway", exist_ok=True)
        self.addCleanup(os.unlink, "/etc/slipway/registries.conf")
        with open("/etc/slipway/registries.conf", "w", encoding="utf-8") as conf:
            conf.write(f'[aliases]\n"short" = "{self.host}/team/short"\n')
        done = slipway("run", "--rm", "short", "/bin/cat", "/short")
        self.assertEqual((done.returncode, done.stdout), (0, "yes"), done.stderr)
        self.assertEqual(slipway("run", "--rm", "--pull=never", "short", "/bin/cat", "/short").stdout, "yes")
        with open("/etc/slipway/registries.conf", "w", encoding="utf-8") as conf:
            conf.write('unqualified-search-registries = ["a.example", "b.example"]\n')
        self.refused(2, "InvalidReference", "", name="other", words="a.example")

    def test_a_password_is_found_where_others_keep_it(self):
        users = os.path.join(self.directory, "users")
        subprocess.run(["htpasswd", "-Bbc", users, "ann", "secret"], check=True, capture_output=True)
        guarded = Registry(self.directory, 5012, users=users)
        self.addCleanup(guarded.stop)
        MadeImage([shell_layer(), tar_of({"secret": b"x"})]).send(self.host, "team/secret", "1")
        done = run("skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false", "--dest-creds=ann:secret",
                   f"docker://{self.host}/team/secret:1", f"docker://{guarded.host}/team/secret:1")
        self.assertEqual(done.returncode, 0, done.stderr)
        name = f"{guarded.host}/team/secret:1"
        self.refused(5, "RegistryDenied", "", name=name)
        auth = os.path.join(self.directory, "auth.json")
        with open(auth, "w", encoding="utf-8") as file:
            json.dump({"auths": {guarded.host: {"auth": "YW5uOnNlY3JldA=="}}}, file)
        done = slipway("pull", name, env={**os.environ, "REGISTRY_AUTH_FILE": auth})
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(auth, "w", encoding="utf-8") as file:
            file.write("{nonsense")
        done = slipway("pull", name, env={**os.environ, "REGISTRY_AUTH_FILE": auth})
        self.assertEqual(done.returncode, 2)
        self.assertIn(auth, done.stderr)

    def test_progress_is_bars_on_a_terminal_and_lines_elsewhere(self):
        image = MadeImage([shell_layer(), tar_of({"big": os.urandom(8_000_000)})])
        image.send(self.host, "team/shown", "1")
        done = self.pull("team/shown:1")
        self.assertRegex(done.stderr, r"(?m)^[0-9a-f]{12}: done$")
        self.assertNotIn("\x1b", done.stderr)
        slipway("image", "rm", f"{self.host}/team/shown:1")
        slipway("image", "prune", "--force")
        master, slave = pty.openpty()
        with subprocess.Popen(["slipway", "pull", f"{self.host}/team/shown:1"], stdout=subprocess.PIPE, stderr=slave) as client:
            os.close(slave)
            shown = b""
            try:
                while piece := os.read(master, 65536):
                    shown += piece
            except OSError:
                pass
            self.assertEqual(client.stdout.read().decode().strip(), image.id)
        os.close(master)
        self.assertTrue(re.search(rb"\x1b\[\d+F", shown), shown)
        self.assertTrue(re.search(rb"[0-9a-f]{12}: done", shown), shown)
        slipway("image", "rm", f"{self.host}/team/shown:1")
        self.assertEqual(self.pull("team/shown:1", "--quiet").stderr, "")

    def test_a_whole_distribution_comes_with_layers_of_its_own(self):
        with open(ARCHIVE, "rb") as archive:
            base = archive.read()
        image = MadeImage([base, tar_of({"srv/page": b"hello\n"}), tar_of({"usr/share/.wh.doc": b""})])
        image.send(self.host, "team/debian", "bookworm")
        self.pull("team/debian:bookworm")
        script = "cat /srv/page; ls /usr/share | grep -cx doc; . /etc/os-release; echo $ID; dpkg -s coreutils | grep Status"
        self.assertEqual(self.in_image("team/debian:bookworm", "sh", "-c", script), "hello\n0\ndebian\nStatus: install ok installed\n")


if __name__ == "__main__":
    unittest.main()
