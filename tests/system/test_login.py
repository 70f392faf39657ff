# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway login and logout: what a registry says of it, what is kept and by whom, and that others understand it."""
import base64
import concurrent.futures
import fcntl
import json
import os
import pty
import select
import shutil
import stat
import subprocess
import termios
import unittest

from images import MadeImage, shell_layer, tar_of
from pulling import Pulls
from registries import Registry, make_certificates, temporary_directory
from support import run, slipway

# Those that keep credentials as we do: skopeo has podman's own code for it.
OTHERS = [name for name in ("skopeo", "podman") if shutil.which(name)]

# A real helper: it keeps what it is told in a directory, a file for each server.
HELPER = r"""#!/usr/bin/python3
import json, os, sys, urllib.parse
place, verb = os.environ["HELPER_PLACE"], sys.argv[1]
text = sys.stdin.read().strip()
path = lambda server: os.path.join(place, urllib.parse.quote(server, safe=""))
with open(os.path.join(place, ".asked"), "a") as log:
    log.write(verb + "\n")
if verb == "store":
    one = json.loads(text)
    with open(path(one["ServerURL"]), "w") as file:
        json.dump(one, file)
elif verb == "list":
    print(json.dumps({urllib.parse.unquote(name): "x" for name in os.listdir(place) if not name.startswith(".")}))
elif os.path.exists(os.path.join(place, ".locked")):
    print("the keyring is locked")
    sys.exit(1)
elif not os.path.exists(path(text)):
    print("credentials not found in native keychain")
    sys.exit(1)
elif verb == "get":
    print(open(path(text)).read())
elif verb == "erase":
    os.unlink(path(text))
"""


class Login(Pulls):
    @classmethod
    def setUpClass(cls):
        cls.directory = temporary_directory(cls)
        make_certificates(cls.directory)
        users = os.path.join(cls.directory, "users")
        subprocess.run(["htpasswd", "-Bbc", users, "ann", "secret"], check=True, capture_output=True)
        subprocess.run(["htpasswd", "-Bb", users, "bob", "other"], check=True, capture_output=True)
        cls.registry = Registry(cls.directory, 5051, tls=cls.directory, users=users)
        cls.addClassCleanup(cls.registry.stop)
        cls.host = cls.registry.host
        for engine in ("slipway", "containers"):
            place = f"/etc/{engine}/certs.d/{cls.host}"
            os.makedirs(place, exist_ok=True)
            cls.addClassCleanup(shutil.rmtree, place)
            shutil.copy(f"{cls.directory}/ca.crt", place)
        plain = Registry(cls.directory, 5052)
        cls.addClassCleanup(plain.stop)
        MadeImage([shell_layer(), tar_of({"secret": b"x"})]).send(plain.host, "team/app", "1")
        copied = run("skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", "--dest-creds=ann:secret",
                     f"docker://{plain.host}/team/app:1", f"docker://{cls.host}/team/app:1")
        if copied.returncode != 0:
            raise AssertionError(copied.stderr)

    def setUp(self):
        super().setUp()
        self.home = temporary_directory(type(self))
        self.runtime = os.path.join(self.home, "run")
        os.mkdir(self.runtime)
        self.auth = os.path.join(self.runtime, "containers/auth.json")
        self.env = {"PATH": f"{self.home}/bin:/usr/bin:/bin:/usr/sbin", "HOME": self.home, "XDG_RUNTIME_DIR": self.runtime, "LANG": "C.UTF-8"}

    def call(self, *words, status=0, text=None):
        done = slipway("--debug", *words, env=self.env, input=text)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def login(self, *options, user="ann", password="secret", status=0, host=None):
        return self.call("login", "-u", user, "--password-stdin", *options, host or self.host, status=status, text=password + "\n")

    def pulls(self, status=0, *options):
        done = self.call("pull", "-q", *options, f"{self.host}/team/app:1", status=status)
        if status == 0:
            slipway("image", "rm", f"{self.host}/team/app:1")
        return done

    def kept(self):
        with open(self.auth, encoding="utf-8") as file:
            return json.load(file)

    def write(self, name, content, mode=0o600):
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
        os.chmod(path, mode)
        return path

    def add_helper(self):
        self.write("bin/docker-credential-filed", HELPER, 0o755)
        self.write("bin/docker-credential-broken", "#!/bin/sh\necho out of order\nexit 3\n", 0o755)
        self.env["HELPER_PLACE"] = os.path.join(self.home, "kept")
        os.mkdir(self.env["HELPER_PLACE"])

    def in_helper(self):
        return sorted(name for name in os.listdir(self.env["HELPER_PLACE"]) if not name.startswith("."))

    def test_what_is_kept_opens_the_registry_until_logout(self):
        self.pulls(5)
        done = self.login()
        self.assertEqual((done.stdout, done.stderr), ("Login Succeeded\n", f"kept in {self.auth}\n"))
        self.assertEqual(self.kept(), {"auths": {self.host: {"auth": base64.b64encode(b"ann:secret").decode()}}})
        status = os.stat(self.auth)
        self.assertEqual((stat.S_IMODE(status.st_mode), os.listdir(os.path.dirname(self.auth))), (0o600, ["auth.json"]))
        self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(self.auth)).st_mode), 0o700)
        self.pulls()
        self.call("push", "-q", self.pulled(), f"{self.host}/team/again:1")
        self.assertIn("Removed", self.call("logout", self.host).stdout)
        self.assertEqual(self.kept(), {"auths": {}})
        self.pulls(5)
        self.assertIn("NotLoggedIn", self.call("logout", self.host, status=3).stderr)

    def pulled(self):
        self.call("pull", "-q", f"{self.host}/team/app:1")
        return f"{self.host}/team/app:1"

    def test_what_the_registry_refuses_is_not_kept(self):
        self.assertIn("RegistryDenied", self.login(password="wrong", status=5).stderr)
        self.assertFalse(os.path.exists(self.auth))
        self.login()
        self.login(user="bob", password="wrong", status=5)
        self.assertEqual(base64.b64decode(self.kept()["auths"][self.host]["auth"]), b"ann:secret")
        self.login(user="bob", password="other")
        self.assertEqual(base64.b64decode(self.kept()["auths"][self.host]["auth"]), b"bob:other")
        self.assertIn("RegistryUnreachable", self.login(host="localhost:5059", status=7).stderr)
        for name in ("registry", "localhost:x", "-", "localhost:5051/Team"):
            self.call("login", "-u", "ann", "-p", "x", "--", name, status=2)
        self.call("login", "-u", "a:b", "-p", "x", self.host, status=2)
        self.call("login", "-u", "ann", "-p", "x\ny", self.host, status=2)
        self.call("login", "-u", "ann", "-p", "", self.host, status=2)
        self.call("login", "-p", "x", "--password-stdin", "-u", "ann", self.host, status=2)
        self.assertIn("--username", self.call("login", "--password-stdin", self.host, status=2, text="secret").stderr)
        self.assertIn("nobody is there", self.call("login", self.host, status=2, text="").stderr)

    def test_an_unknown_certificate_gets_no_password(self):
        with open("/etc/hosts", encoding="utf-8") as file:
            hosts = file.read()
        with open("/etc/hosts", "a", encoding="utf-8") as file:
            file.write("127.0.0.1 registry.test\n")
        self.addCleanup(lambda: open("/etc/hosts", "w", encoding="utf-8").write(hosts))
        self.assertIn("RegistryUntrusted", self.login(host="registry.test:5051", status=6).stderr)
        self.assertFalse(os.path.exists(self.auth))

    def test_entries_of_others_stay(self):
        before = {"auths": {"quay.example": {"auth": "YTpi", "email": "a@b"}, "https://" + self.host: {"auth": "YTpi"}}, "HttpHeaders": {"X": "y"}}
        self.write("run/containers/auth.json", before, 0o644)
        self.login()
        after = self.kept()
        self.assertEqual(after.pop("HttpHeaders"), {"X": "y"})
        self.assertEqual(after["auths"].pop(self.host), {"auth": "YW5uOnNlY3JldA=="})
        self.assertEqual(after, {"auths": {"quay.example": {"auth": "YTpi", "email": "a@b"}}})
        self.assertEqual(stat.S_IMODE(os.stat(self.auth).st_mode), 0o600)
        self.call("logout", "--all")
        self.assertEqual(self.kept(), {"auths": {}, "HttpHeaders": {"X": "y"}})
        broken = self.write("run/containers/auth.json", "{nonsense")
        self.assertIn(broken, self.login(status=2).stderr)
        with open(broken, encoding="utf-8") as file:
            self.assertEqual(file.read(), "{nonsense")

    def test_many_at_once_lose_nothing(self):
        names = [f"{self.host}/team{number}" for number in range(12)]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda name: self.login(host=name), names))
        self.assertEqual(sorted(self.kept()["auths"]), sorted(names))

    def test_a_file_may_be_chosen_and_may_be_a_link(self):
        file = os.path.join(self.home, "mine.json")
        self.login("--authfile", file)
        self.assertFalse(os.path.exists(self.auth))
        self.pulls(5)
        self.pulls(0, "--authfile", file)
        link = os.path.join(self.home, "link.json")
        os.symlink("mine.json", link)
        self.env["REGISTRY_AUTH_FILE"] = link
        self.pulls()
        self.login(user="bob", password="other")
        self.assertTrue(os.path.islink(link))
        with open(file, encoding="utf-8") as written:
            self.assertEqual(base64.b64decode(json.load(written)["auths"][self.host]["auth"]), b"bob:other")
        os.chown(file, 65534, 65534)
        self.login()
        self.assertEqual(os.stat(file).st_uid, 65534)
        self.call("logout", self.host)
        self.pulls(5)

    def test_a_part_of_a_registry_has_its_own(self):
        self.login(host=f"{self.host}/team")
        self.assertEqual(list(self.kept()["auths"]), [f"{self.host}/team"])
        self.pulls()
        self.call("logout", self.host, status=3)
        self.call("logout", f"{self.host}/team")

    def test_others_read_what_we_keep_and_we_what_they_do(self):
        self.assertTrue(OTHERS)
        for other in OTHERS:
            with self.subTest(other=other):
                self.login()
                seen = run("skopeo", "inspect", f"docker://{self.host}/team/app:1", env=self.env)
                self.assertEqual(seen.returncode, 0, seen.stderr)
                self.assertEqual(run(other, "login", "--get-login", self.host, env=self.env).stdout, "ann\n")
                out = run(other, "logout", self.host, env=self.env)
                self.assertEqual(out.returncode, 0, out.stderr)
                self.pulls(5)
                theirs = run(other, "login", "-u", "bob", "-p", "other", self.host, env=self.env)
                self.assertEqual(theirs.returncode, 0, theirs.stderr)
                self.pulls()
                self.call("logout", self.host)
                self.assertNotEqual(run(other, "login", "--get-login", self.host, env=self.env).returncode, 0)

    def test_what_docker_keeps_is_read_and_left_alone(self):
        config = self.write(".docker/config.json", {"auths": {self.host: {"auth": "YW5uOnNlY3JldA=="}}})
        self.pulls()
        self.assertIn(config, self.call("logout", self.host, status=3).stderr)
        self.login(user="bob", password="other")
        self.assertIn(config, self.call("logout", self.host).stderr)
        self.pulls()

    def test_a_helper_keeps_what_it_is_named_for(self):
        self.add_helper()
        for content in ({"credHelpers": {self.host: "filed"}}, {"credsStore": "filed"}):
            with self.subTest(content=content):
                self.write("run/containers/auth.json", content)
                self.assertIn("by docker-credential-filed", self.login().stderr)
                self.assertNotIn(self.host, self.kept().get("auths", {}))
                self.assertEqual(self.in_helper(), [self.host.replace(":", "%3A")])
                self.pulls()
                self.call("push", "-q", self.pulled(), f"{self.host}/team/again:1")
                if "credHelpers" in content:
                    seen = run("skopeo", "inspect", f"docker://{self.host}/team/app:1", env=self.env)
                    self.assertEqual(seen.returncode, 0, seen.stderr)
                self.call("logout", self.host)
                self.assertEqual(self.in_helper(), [])
                self.pulls(5)
                self.call("logout", self.host, status=3)
                self.login()
                self.call("logout", "--all")
                self.assertEqual(self.in_helper(), [])

    def test_registries_conf_may_name_helpers(self):
        self.add_helper()
        with open("/etc/slipway/registries.conf", "w", encoding="utf-8") as conf:
            conf.write('credential-helpers = ["filed", "containers-auth.json"]\n')
        self.addCleanup(os.unlink, "/etc/slipway/registries.conf")
        self.login()
        self.assertEqual((self.in_helper(), os.path.exists(self.auth)), ([self.host.replace(":", "%3A")], False))
        self.pulls()
        self.write("mine.json", {"auths": {self.host: {"auth": "Ym9iOndyb25n"}}})
        self.pulls(5, "--authfile", f"{self.home}/mine.json")
        self.call("logout", self.host)
        self.pulls(5)
        self.write("run/containers/auth.json", {"auths": {self.host: {"auth": "YW5uOnNlY3JldA=="}}})
        self.pulls()

    def test_a_helper_that_fails_is_told_of(self):
        self.add_helper()
        self.write("run/containers/auth.json", {"credHelpers": {self.host: "broken"}})
        self.assertIn("CredentialHelperFailed", self.login(status=1).stderr)
        self.assertIn("docker-credential-broken get: out of order", self.pulls(5).stderr)
        self.write("run/containers/auth.json", {"credHelpers": {self.host: "absent"}})
        self.assertIn("docker-credential-absent is not in PATH", self.pulls(5).stderr)
        # What is there besides counts.
        self.write("run/containers/auth.json", {"credsStore": "absent", "auths": {self.host: {"auth": "YW5uOnNlY3JldA=="}}})
        self.assertIn("not in PATH", self.pulls().stderr)
        self.write("run/containers/auth.json", {"credsStore": "../../bin/sh"})
        self.assertIn("InvalidConfiguration", self.pulls(2).stderr)
        self.write("run/containers/auth.json", {"credsStore": "filed"})
        self.login()
        self.write("kept/.locked", "")
        self.assertIn("the keyring is locked", self.pulls(5).stderr)

    def on_terminal(self, *answers):
        """What was shown, the exit status, and whether the terminal's echo was on afterwards."""
        master, slave = pty.openpty()
        with subprocess.Popen(["slipway", "login", self.host], stdin=slave, stdout=slave, stderr=slave, env=self.env, start_new_session=True,
                              preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) as client:
            shown = b""
            for prompt, answer in answers:
                while prompt not in shown:
                    self.assertTrue(select.select([master], [], [], 20)[0], shown)
                    shown += os.read(master, 4096)
                os.write(master, answer)
            client.wait(timeout=20)
            while select.select([master], [], [], 0.2)[0]:
                shown += os.read(master, 4096)
            echo = bool(termios.tcgetattr(slave)[3] & termios.ECHO)
        os.close(slave)
        os.close(master)
        return shown.decode(), client.returncode, echo

    def test_on_a_terminal_it_asks_and_shows_no_password(self):
        shown, status, echo = self.on_terminal((b"User at", b"ann\n"), (b"Password of ann", b"secret\n"))
        self.assertEqual((status, echo), (0, True), shown)
        self.assertIn("ann\r\n", shown)
        self.assertNotIn("secret", shown)
        self.assertIn("Login Succeeded", shown)
        self.call("logout", self.host)
        shown, status, echo = self.on_terminal((b"User at", b"ann\n"), (b"Password of ann", b"\x03"))
        self.assertEqual((status, echo), (8, True), shown)
        shown, status, echo = self.on_terminal((b"User at", b"ann\n"), (b"Password of ann", b"\x04"))
        self.assertEqual((status, echo), (8, True), shown)
        self.assertEqual(self.kept(), {"auths": {}})


if __name__ == "__main__":
    unittest.main()
