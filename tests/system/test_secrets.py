# SPDX-License-Identifier: LGPL-2.1-or-later
"""Secrets: files that only their containers see, in no listing, environment, journal, row or file of the host."""
import json
import os
import subprocess

from groups import GroupTest
from rootless import RootlessTest
from support import IMAGE, STATE, SystemTest, output, run, slipway, wait_until

VALUE = "correct-horse-battery-staple"


class SecretTest(SystemTest):
    def keep(self, name, value=VALUE, *options):
        slipway("secret", "rm", name)
        done = slipway("secret", "create", *options, name, input=value)
        self.assertEqual((done.returncode, done.stdout), (0, name + "\n"), done.stderr)
        self.addCleanup(slipway, "secret", "rm", name)

    def see(self, *options, command="cat /run/secrets/key"):
        done = slipway("run", "--rm", *options, IMAGE, "sh", "-c", command)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


class Seen(SecretTest):
    def setUp(self):
        self.keep("key")

    def test_it_is_a_file_of_the_containers_root(self):
        self.assertEqual(self.see("--secret", "key"), VALUE)
        self.assertEqual(self.see("--secret", "key", command="stat -c '%a %u %g %F' /run/secrets/key; echo $CREDENTIALS_DIRECTORY"), "400 0 0 regular file\n/run/secrets\n")
        self.assertEqual(self.see("--secret", "key,target=other,mode=0440,uid=7,gid=8", command="stat -c '%a %u %g' /run/secrets/other"), "440 7 8\n")
        self.assertEqual(self.see("--secret", "key", "-u", "1", command="cat /run/secrets/key 2>/dev/null || echo closed"), "closed\n")
        self.assertEqual(self.see("--secret", "key", "--read-only"), VALUE)
        self.assertEqual(self.see("--secret", "key", "--userns", "host"), VALUE)

    def test_at_a_place_of_its_own(self):
        self.assertEqual(self.see("--secret", "key,target=/etc/app/key", command="cat /etc/app/key; echo; echo $CREDENTIALS_DIRECTORY"), VALUE + "\n\n")
        self.assertEqual(self.see("--config", "key", command="cat /key; stat -c ' %a' /key"), VALUE + " 444\n")
        self.keep("second", "another")
        self.assertEqual(self.see("--secret", "key", "--secret", "second", command="ls /run/secrets"), "key\nsecond\n")

    def test_nobody_writes_to_it(self):
        for command in ("echo x >/run/secrets/key", "rm -f /run/secrets/key", "touch /run/secrets/new", "mount -o remount,rw /run/secrets"):
            self.assertEqual(self.see("--secret", "key", command=f"({command}) 2>/dev/null && echo done || echo refused"), "refused\n", command)
        self.assertIn(" ro,", self.see("--secret", "key", command="grep /run/secrets /proc/self/mountinfo"))

    def test_any_bytes_up_to_a_mebibyte(self):
        value = bytes(range(256)) * 4096
        done = subprocess.run(["slipway", "secret", "create", "bytes"], input=value, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "secret", "rm", "bytes")
        seen = subprocess.run(["slipway", "run", "--rm", "--secret", "bytes", IMAGE, "cat", "/run/secrets/bytes"], capture_output=True, check=False).stdout
        self.assertEqual(seen, value)
        more = subprocess.run(["slipway", "secret", "create", "more"], input=value + b"x", capture_output=True, check=False)
        self.assertNotEqual(more.returncode, 0)
        self.assertNotEqual(slipway("secret", "inspect", "more").returncode, 0)
        self.keep("empty", "")
        self.assertEqual(self.see("--secret", "empty", command="wc -c </run/secrets/empty"), "0\n")

    def test_another_value_is_there_at_the_next_start(self):
        self.start("holder", "sh", "-c", "cat /run/secrets/key; exec sleep infinity", options=("--secret", "key", "--stop-timeout", "0"))
        self.assertEqual(slipway("secret", "create", "key", input="new").returncode, 4)
        self.keep_again("new")
        self.assertEqual(slipway("exec", "holder", "cat", "/run/secrets/key").stdout, VALUE)
        self.assertEqual(slipway("restart", "holder").returncode, 0)
        self.assertEqual(slipway("exec", "holder", "cat", "/run/secrets/key").stdout, "new")

    def keep_again(self, value):
        self.assertEqual(slipway("secret", "create", "--replace", "key", input=value).returncode, 0)

    def test_without_it_there_is_no_start(self):
        done = slipway("run", "--rm", "--secret", "absent", IMAGE, "true")
        self.assertEqual(done.returncode, 125)
        self.assertIn('no secret "absent"', done.stderr)
        for word in ("key,mode=9", "key,target=../x", "key,target=/", "key,uid=root", "key,type=env", ",mode=0400", "key,target=a/b"):
            done = slipway("run", "--rm", "--secret", word, IMAGE, "true")
            self.assertEqual(done.returncode, 125, word)
            self.assertEqual(len(done.stderr.splitlines()) <= 2, True, done.stderr)
        twice = slipway("run", "--rm", "--secret", "key", "--secret", "key", IMAGE, "true")
        self.assertIn("two secrets at", twice.stderr)

    def test_names_that_are_none(self):
        for name in ("../key", "a/b", "", ".hidden"):
            self.assertNotEqual(slipway("secret", "create", name, input="x").returncode, 0, name)
        self.assertEqual(slipway("secret", "rm", "absent").returncode, 3)


class NotSeen(SecretTest):
    def setUp(self):
        # What a container writes is in the journal, and others have written theirs.
        self.value = os.urandom(16).hex()

    def test_it_is_nowhere_else(self):
        self.keep("key", self.value)
        self.start("holder", "sleep", "infinity", options=("--secret", "key", "--config", "key", "--stop-timeout", "0"))
        self.assertEqual(slipway("exec", "holder", "cat", "/run/secrets/key").stdout, self.value)
        pid = self.state("holder")["Pid"]
        told = [slipway(*words).stdout for words in (("inspect", "holder"), ("secret", "ls"), ("secret", "ls", "--format", "json"), ("secret", "inspect", "key"), ("ps", "-a", "--format", "json"))]
        told.append(output("busctl", "call", "org.slipway.Engine1", "/org/slipway/Engine1", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"))
        told.append(slipway("exec", "holder", "env").stdout)
        told.append(run("journalctl", "--all", "--output=export", "--boot", errors="replace").stdout)
        told.append(output("ps", "axeww"))
        with open(f"/proc/{pid}/environ", encoding="utf-8", errors="replace") as file:
            told.append(file.read())
        self.assertIn("CREDENTIALS_DIRECTORY=/run/secrets", told[-1])
        self.assertEqual([text[:80] for text in told if self.value in text], [])
        encrypted = json.loads(slipway("secret", "inspect", "key").stdout)[0]["Encrypted"]
        places = [STATE, "/run/slipway"] if encrypted else [f"{STATE}/state.db", f"{STATE}/containers", "/run/slipway"]
        self.assertEqual(output("grep", "-rlaF", self.value, *places), "")
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            self.assertNotIn("secrets", mounts.read())
        for verb in (("create", "theirs"), ("rm", "key")):
            self.assertIn("manage-secrets", run("runuser", "-u", "nobody", "--", "slipway", "secret", *verb, input="x").stderr)
        self.assertEqual(os.stat(f"{STATE}/secrets").st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(f"{STATE}/secrets/key").st_mode & 0o777, 0o600)

    def test_it_is_encrypted_where_the_host_can(self):
        if run("systemd-creds", "setup").returncode != 0 or run("sh", "-c", "echo x | systemd-creds encrypt - - | systemd-creds decrypt - -").returncode != 0:
            self.skipTest("this machine has no key for credentials")
        self.keep("key", self.value)
        self.assertTrue(json.loads(slipway("secret", "inspect", "key").stdout)[0]["Encrypted"])
        self.assertRegex(slipway("secret", "ls").stdout, r"(?m)^key +encrypted ")
        # One in the place of another is not taken for it.
        self.keep("other", "something else")
        with open(f"{STATE}/secrets/key", "rb") as one, open(f"{STATE}/secrets/other", "wb") as another:
            another.write(one.read())
        done = slipway("run", "--rm", "--secret", "other", IMAGE, "cat", "/run/secrets/other")
        self.assertEqual(done.returncode, 125)
        self.assertIn("opening the secret other", done.stderr)
        self.assertNotIn(self.value, done.stdout + done.stderr)

    def test_it_is_plain_where_the_host_cannot(self):
        self.assertEqual(run("mount", "--bind", "/dev/null", "/usr/bin/systemd-creds").returncode, 0)
        self.addCleanup(run, "umount", "/usr/bin/systemd-creds")
        self.keep("key", self.value)
        self.assertFalse(json.loads(slipway("secret", "inspect", "key").stdout)[0]["Encrypted"])
        self.assertEqual(self.see("--secret", "key"), self.value)


class OfProjects(GroupTest, SecretTest):
    TEXT = """
services:
  web:
    image: debian:bookworm
    command: sh -c "cat /run/secrets/* /etc/conf /inner; stat -c ' %a %u' /run/secrets/of_file; exec sleep infinity"
    stop_grace_period: 0s
    secrets: [of_variable, outer, {source: of_file, uid: '3', mode: 0400}]
    configs: [{source: conf, target: /etc/conf}, inner]
secrets:
  of_file: {file: ./value}
  of_variable: {environment: THE_VALUE}
  outer: {external: true}
configs:
  conf: {content: "conf of ${THE_VALUE} "}
  inner: {environment: THE_VALUE}
"""

    def test_all_kinds(self):
        self.keep("outer", "three ")
        self.write("one ", "value")
        path = self.write(self.TEXT)
        self.addCleanup(self.remove, "shop")
        environment = {**os.environ, "THE_VALUE": "two "}
        done = slipway("compose", "-p", "shop", "-f", path, "up", "-d", env=environment, seconds=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "web: done\n")
        logs = ("compose", "-p", "shop", "-f", path, "logs", "--no-log-prefix")
        wait_until(lambda: "400" in slipway(*logs, env=environment).stdout)
        self.assertEqual(slipway(*logs, env=environment).stdout, "one two three conf of two  two  400 3\n")
        # A definition has names only; and what is the project's goes with it.
        self.assertNotIn("one two", slipway("group", "inspect", "shop").stdout)
        self.assertIn("shop_of_file", slipway("secret", "ls", "-q").stdout)
        again = slipway("group", "apply", "-p", "shop", "-f", path, "--dry-run", env=environment)
        self.assertIn("keep", again.stdout)
        slipway("group", "rm", "shop")
        self.assertEqual(slipway("secret", "ls", "-q").stdout, "outer\n")

    def test_what_cannot_be_had_is_said_before_anything_is_done(self):
        path = self.write(self.TEXT)
        done = slipway("compose", "-p", "shop", "-f", path, "up", "-d")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("secrets.of_", done.stderr)
        self.assertNotEqual(slipway("group", "inspect", "shop").returncode, 0)


class OfUsers(RootlessTest):
    def test_a_users_containers_have_theirs(self):
        self.user.import_image()
        self.user.slipway("secret", "rm", "key")
        done = self.user.slipway("secret", "create", "key", input=VALUE)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.user.slipway("run", "--rm", "--secret", "key", "--secret", "key,target=/srv/key,uid=1", IMAGE, "sh", "-c",
                                 "cat /run/secrets/key /srv/key; stat -c ' %a %u' /run/secrets/key /srv/key")
        self.assertEqual((done.returncode, done.stdout), (0, f"{VALUE}{VALUE} 400 0\n 400 1\n"), done.stderr)
