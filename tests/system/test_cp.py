# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway cp: docker's rules for names, both ways and between containers; running, at rest, read-only; and containers that try to lead it astray."""
import io
import os
import signal
import subprocess
import tarfile
import time
import unittest

from mounting import MountTest
from support import IMAGE, engine_pid, expect_no_residue, find_residue, slipway, wait_until

MAKE = """mkdir -p /srv/tree/below; echo a >/srv/tree/a; echo b >/srv/tree/below/b; ln -s a /srv/tree/soft; ln /srv/tree/a /srv/tree/hard
mkfifo /srv/tree/pipe; echo one >/srv/one; chown daemon:mail /srv/one; chmod 4750 /srv/one; touch -d @1700000000.5 /srv/one; ln -s /srv/one /srv/way"""


class Copies(MountTest):
    def setUp(self):
        self.addCleanup(expect_no_residue, find_residue())
        super().setUp()

    def begin(self, *options, command=MAKE, name="box"):
        self.start(name, "sh", "-c", command + "\ntouch /run/ready; exec sleep infinity", options=options)
        wait_until(lambda: slipway("exec", name, "test", "-e", "/run/ready").returncode == 0)

    def end(self, name="box"):
        slipway("stop", "--time", "0", name)

    def copy(self, *words):
        done = slipway("cp", *words)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def refused(self, status, error, words, *command):
        done = slipway("--debug", "cp", *command)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn(words, done.stderr)
        if error:
            # As a job's failure, or as a call's.
            self.assertRegex(done.stderr, rf"\[{error} at |Error\.{error}\]")

    def inside(self, script, name="box"):
        done = slipway("exec", name, "sh", "-c", script)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def at(self, *parts):
        return os.path.join(self.place, *parts)

    def read(self, *parts):
        with open(self.at(*parts), encoding="utf-8") as file:
            return file.read()

    def test_out_of_one_that_runs_and_of_one_at_rest(self):
        self.begin()
        for state in ("running", "exited"):
            with self.subTest(state=state):
                os.mkdir(self.at(state))
                self.copy("box:/srv/one", self.at(state))
                self.copy("box:/srv/one", self.at(state, "other"))
                self.copy("box:/srv/tree", self.at(state))
                self.copy("box:/srv/tree", self.at(state, "named"))
                self.copy("box:srv/tree/.", self.at(state, "content"))
                self.copy("box:/srv/way", self.at(state, "link"))
                self.copy("-L", "box:/srv/way", self.at(state, "followed"))
                self.assertEqual(self.read(state, "other"), "one\n")
                for name in ("tree", "named", "content"):
                    self.assertEqual(sorted(os.listdir(self.at(state, name))), ["a", "below", "hard", "pipe", "soft"])
                    self.assertEqual(self.read(state, name, "below/b"), "b\n")
                    self.assertEqual(os.stat(self.at(state, name, "a")).st_ino, os.stat(self.at(state, name, "hard")).st_ino)
                self.assertEqual(os.readlink(self.at(state, "link")), "/srv/one")
                self.assertEqual(self.read(state, "followed"), "one\n")
                status = os.stat(self.at(state, "one"))
                self.assertEqual((status.st_uid, status.st_mode & 0o7777, status.st_mtime), (0, 0o750, 1700000000.5))
                self.copy("-a", "box:/srv/one", self.at(state, "kept"))
                status = os.stat(self.at(state, "kept"))
                self.assertEqual((status.st_uid, status.st_gid, status.st_mode & 0o7777), (1, 8, 0o4750))
            self.end()

    def test_into_one_that_runs_and_into_one_at_rest(self):
        self.begin(command="mkdir /srv/here")
        os.makedirs(self.at("tree/below"))
        for name, text in (("file", "first"), ("tree/below/b", "b")):
            with open(self.at(name), "w", encoding="ascii") as file:
                file.write(text)
        os.chown(self.at("file"), 1000, 1000)
        os.chmod(self.at("file"), 0o4711)
        for state in ("running", "exited"):
            with self.subTest(state=state):
                top = f"/srv/{state}"
                self.copy(self.at("tree"), f"box:{top}")
                self.copy(self.at("tree"), f"box:{top}")
                self.copy(self.at("tree") + "/.", f"box:{top}")
                self.copy(self.at("file"), f"box:{top}/")
                self.copy("-a", self.at("file"), f"box:{top}/kept")
                if state == "exited":
                    self.assertEqual(slipway("start", "box").returncode, 0)
                self.assertEqual(self.inside(f"cd {top}; find . | sort; cat file; stat -c '%u %g %a' file kept below"),
                                 ".\n./below\n./below/b\n./file\n./kept\n./tree\n./tree/below\n./tree/below/b\nfirst0 0 711\n1000 1000 4711\n0 0 755\n")
            self.end()

    def test_from_one_to_another(self):
        self.begin(name="from")
        self.begin(name="to", command=":")
        self.copy("from:/srv/tree", "to:/srv")
        self.assertEqual(self.inside("cat /srv/tree/below/b; stat -c %u /srv/tree", name="to"), "b\n0\n")
        self.copy("-a", "from:/srv/one", "to:/srv")
        self.assertEqual(self.inside("stat -c '%U:%G %a' /srv/one", name="to"), "daemon:mail 4750\n")
        self.refused(3, "NoSuchFile", "from: \"/srv/none\"", "from:/srv/none", "to:/srv")
        self.refused(3, "NoSuchFile", "to: \"", "from:/srv/one", "to:/none/at/all")

    def test_archives_on_standard_streams(self):
        self.begin()
        done = subprocess.run(["slipway", "cp", "box:/srv/tree", "-"], capture_output=True, timeout=60, check=True)
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
            self.assertEqual(sorted(tar.getnames()), ["tree", "tree/a", "tree/below", "tree/below/b", "tree/hard", "tree/pipe", "tree/soft"])
            owners = {(entry.uid, entry.gid) for entry in tar}
        self.assertEqual(owners, {(0, 0)})
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            for name in ("x/one", "y"):
                entry = tarfile.TarInfo(name)
                entry.uid, entry.gid, entry.size = 33, 34, 3
                tar.addfile(entry, io.BytesIO(b"abc"))
        done = subprocess.run(["slipway", "cp", "-", "box:/srv/tree"], input=buffer.getvalue(), capture_output=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(self.inside("cd /srv/tree; cat x/one y; stat -c '%u:%g' y"), "abcabc33:34\n")
        for target, status in (("box:/srv/one", 2), ("box:/srv/none", 3)):
            done = subprocess.run(["slipway", "cp", "-", target], input=buffer.getvalue(), capture_output=True, timeout=60, check=False)
            self.assertEqual(done.returncode, status, done.stderr)
        for cut in (0, 40):
            done = subprocess.run(["slipway", "cp", "-", "box:/srv/tree"], input=buffer.getvalue()[:cut], capture_output=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 6, done.stderr)

    def test_names_that_mean_nothing(self):
        self.begin()
        with open(self.at("file"), "w", encoding="ascii"):
            pass
        os.mkdir(self.at("directory"))
        self.refused(3, "NoSuchFile", "/srv/none", "box:/srv/none", self.place)
        self.refused(3, "NoSuchFile", "none", self.at("none"), "box:/srv")
        self.refused(3, "NoSuchFile", "none", self.at("file"), "box:/none/file")
        self.refused(3, "NoSuchFile", "none", "box:/srv/one", self.at("none/file"))
        self.refused(3, "NoSuchFile", "none", "box:/srv/one", self.at("none/"))
        self.refused(3, "NoSuchContainer", "nobody", "nobody:/srv", self.place)
        self.refused(3, "NoSuchContainer", "nobody", self.at("file"), "nobody:/srv")
        self.refused(2, "InvalidArgument", "no directory", "box:/srv/tree", self.at("file"))
        self.refused(2, "InvalidArgument", "no directory", self.at("directory"), "box:/srv/one")
        self.refused(2, "InvalidArgument", "is empty", "box:", self.place)
        self.refused(2, "InvalidArgument", "leave the slash out", "box:/srv/one/", self.place)
        self.refused(1, "NotSupported", "socket or a device", "box:/dev/null", self.place)
        self.refused(1, "NotSupported", "the kernel's own file systems", "box:/proc/version", self.place)
        self.refused(2, "", "cp(1)", self.at("file"), self.place)
        self.refused(2, "", "cp(1)", "-", "-")
        self.assertEqual(sorted(os.listdir(self.place)), ["directory", "file"])
        self.assertEqual(os.listdir(self.at("directory")), [])
        # A name with a colon is a file's if it says so.
        os.rename(self.at("file"), self.at("a:b"))
        self.copy(self.at("a:b"), "box:/srv/")
        self.assertEqual(self.inside("ls /srv/a:b"), "/srv/a:b\n")

    def test_nothing_becomes_another_kind(self):
        self.begin()
        os.makedirs(self.at("one/inside"))
        with open(self.at("tree"), "w", encoding="ascii"):
            pass
        self.refused(2, "InvalidArgument", "remove it first", "box:/srv/one", self.place)
        self.refused(2, "InvalidArgument", "remove it first", "box:/srv/tree", self.place)
        self.refused(2, "InvalidArgument", "remove it first", self.at("one"), "box:/srv")
        self.refused(2, "InvalidArgument", "remove it first", self.at("tree"), "box:/srv")
        self.assertEqual((os.listdir(self.at("one")), os.path.isfile(self.at("tree"))), (["inside"], True))
        self.assertEqual(self.inside("cat /srv/one /srv/tree/a"), "one\na\n")

    def test_volumes_binds_and_tmpfs(self):
        bound = self.host_file("bound", "of the host\n")
        os.mkdir(self.at("directory"))
        self.begin("-v", "data:/srv/data", "-v", f"{bound}:/srv/bound", "-v", f"{self.at('directory')}:/srv/directory:ro", "--tmpfs", "/srv/memory",
                   command="echo v >/srv/data/v; echo m >/srv/memory/m")
        self.copy("box:/srv", self.at("all"))
        self.assertEqual([self.read("all", name) for name in ("data/v", "memory/m", "bound")], ["v\n", "m\n", "of the host\n"])
        source = self.host_file("source", "from here\n")
        self.copy(source, "box:/srv/bound")
        self.assertEqual(self.read("bound"), "from here\n")
        self.copy(source, "box:/srv/memory")
        self.copy(source, "box:/srv/data")
        self.assertEqual(self.inside("cat /srv/memory/source /srv/data/source"), "from here\nfrom here\n")
        self.refused(1, "IoError", "Read-only file system", source, "box:/srv/directory")
        self.end()
        self.copy(source, "box:/srv/data/rest")
        self.copy("box:/srv/data/rest", self.at("again"))
        self.assertEqual(self.read("again"), "from here\n")
        self.assertEqual(slipway("run", "--rm", "-v", "data:/x", IMAGE, "ls", "/x").stdout, "rest\nsource\nv\n")

    def test_a_read_only_root(self):
        self.begin("--read-only", "--tmpfs", "/run", command=":")
        source = self.host_file("source")
        for _ in ("running", "exited"):
            self.refused(1, "IoError", "Read-only file system", source, "box:/srv/x")
            self.copy("box:/etc/passwd", self.at("passwd"))
            self.end()

    def test_the_hosts_ids_and_those_of_a_user_namespace(self):
        source = self.host_file("source")
        for mode in ("host", "auto"):
            self.begin("--userns", mode, command=MAKE)
            self.copy("-a", "box:/srv/one", self.at(mode))
            self.assertEqual(os.stat(self.at(mode)).st_uid, 1)
            self.copy(source, "box:/srv/in")
            self.assertEqual(self.inside("stat -c %u /srv/in"), "0\n")
            slipway("rm", "--force", "box")

    def test_the_whole_root_without_what_the_kernel_makes(self):
        self.begin(command=":")
        done = slipway("cp", "box:/", self.at("root"))
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertRegex(done.stderr, r"^[^\n]*left out[^\n]*dev/null[^\n]*\n$")
        self.assertEqual(os.listdir(self.at("root/proc")) + os.listdir(self.at("root/sys")), [])
        self.assertTrue(os.path.exists(self.at("root/etc/passwd")))

    def test_links_lead_nowhere_else(self):
        secret = self.host_file("secret", "the host's\n")
        self.begin(command=f"""ln -s {secret} /srv/file; ln -s {self.place} /srv/away; ln -s ../../../../../../..{self.place} /srv/up; mkdir -p {self.place}; echo inner >{secret}""")
        for path in ("/srv/file", "/srv/away/secret", "/srv/up/secret"):
            self.copy("-L", f"box:{path}", self.at("got"))
            self.assertEqual(self.read("got"), "inner\n")
        source = self.host_file("source", "changed\n")
        for path in ("/srv/file", "/srv/away/", "/srv/up/new"):
            self.copy(source, f"box:{path}")
        self.assertEqual(self.read("secret"), "the host's\n")
        self.assertEqual(sorted(os.listdir(self.place)), ["got", "secret", "source"])
        self.assertEqual(self.inside(f"cat {secret} {self.place}/source {self.place}/new"), "changed\n" * 3)

    def test_one_that_changes_its_paths_meanwhile(self):
        """A directory turns into a link to a place of the host's and back, as fast as it can."""
        os.mkdir(self.at("prize"))
        self.host_file("prize/file", "the host's\n")
        source = self.host_file("source", "from here\n")
        swap = f"""mkdir -p /srv/real {self.place}; echo inner >/srv/real/file; ln -s {self.at('prize')} /srv/link; ln -s / /srv/root
(perl -e 'my ($a, $b) = ("/srv/way", "/srv/spare"); rename "/srv/real", $a; rename "/srv/link", $b;
while (1) {{ rename $a, "/srv/t"; rename $b, $a; rename "/srv/t", $b; }}') &"""
        self.begin(command=swap)
        outcomes = set()
        end = time.monotonic() + 8
        while time.monotonic() < end:
            done = slipway("cp", source, "box:/srv/way/file")
            outcomes.add(done.returncode)
            self.assertIn(done.returncode, (0, 1, 3), done.stderr)
            done = slipway("cp", "-L", "box:/srv/way/file", self.at("got"))
            self.assertIn(done.returncode, (0, 1, 3), done.stderr)
            if done.returncode == 0:
                self.assertNotEqual(self.read("got"), "the host's\n")
        self.assertIn(0, outcomes)
        self.assertEqual(self.read("prize/file"), "the host's\n")
        self.assertEqual(os.listdir(self.at("prize")), ["file"])

    def test_a_broken_off_one(self):
        self.begin(command="truncate -s 3G /srv/hole; dd if=/dev/urandom of=/srv/large bs=1M count=300 2>/dev/null")
        for sign in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen(["slipway", "cp", "box:/srv", self.at("out")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as copying:
                wait_until(lambda: os.path.exists(self.at("out")))
                copying.send_signal(sign)
                self.assertEqual(copying.wait(20), 8, copying.stderr.read())
            subprocess.run(["rm", "-rf", self.at("out")], check=True)
        with subprocess.Popen(["slipway", "cp", "box:/srv", self.at("out")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as copying:
            wait_until(lambda: os.path.exists(self.at("out")))
            os.kill(engine_pid(), signal.SIGKILL)
            self.assertEqual(copying.wait(30), 1)
        self.assertEqual(self.state("box")["Status"], "running")
        self.copy("box:/srv/hole", self.at("hole"))
        self.assertEqual(os.stat(self.at("hole")).st_size, 3 << 30)
        self.assertLess(os.stat(self.at("hole")).st_blocks, 1000)

    def test_one_that_is_removed_meanwhile(self):
        self.begin(command="dd if=/dev/urandom of=/srv/large bs=1M count=200 2>/dev/null")
        self.end()
        reader, writer = os.pipe()
        with subprocess.Popen(["slipway", "cp", "box:/srv/large", "-"], stdout=writer, stderr=subprocess.PIPE, text=True) as copying:
            os.close(writer)
            self.assertTrue(os.read(reader, 100))
            self.assertEqual(slipway("rm", "box").returncode, 0)
            while os.read(reader, 1 << 20):
                pass
            os.close(reader)
            self.assertEqual(copying.wait(20), 3, copying.stderr.read())


if __name__ == "__main__":
    unittest.main()
