# SPDX-License-Identifier: LGPL-2.1-or-later
"""export, diff and volume export: what of a container comes out, whether it runs or not, and what is left behind when it does not come to its end."""
import io
import json
import os
import signal
import subprocess
import tarfile
import time

from mounting import MountTest
from support import IMAGE, engine_pid, expect_no_residue, run, slipway, wait_until

# CAP_NET_RAW, permitted and effective (linux/capability.h, VFS_CAP_REVISION_2).
CAPABILITY = b"\x01\0\0\x02\0\x20" + b"\0" * 14
SET_CAPABILITY = r"""perl -e 'my ($file, $name, $value) = ("/srv/able", "security.capability", "\x01\0\0\x02\0\x20" . "\0" x 14); syscall(188, $file, $name, $value, 20, 0) == 0 or die $!'"""
# A bit of everything that a container may leave in its root.
MAKE_FILES = f"""set -e
mkdir -p /srv/dir; echo gold >/srv/dir/file; chown daemon:mail /srv/dir/file; chmod 6750 /srv/dir/file; touch -d @1700000000.5 /srv/dir/file
ln /srv/dir/file /srv/link; ln -s /nowhere /srv/soft; mkfifo /srv/pipe
truncate -s 30M /srv/sparse; printf end >>/srv/sparse
touch /srv/able; {SET_CAPABILITY}
rm /etc/issue; echo other >>/etc/motd
"""


def exported(name, *options):
    done = subprocess.run(["slipway", "export", *options, name], capture_output=True, timeout=120, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return tarfile.open(fileobj=io.BytesIO(done.stdout))

# Where the container's own files are shown, if the image has none there.
NAME_FILES = {"A /etc/hostname", "A /etc/hosts", "A /etc/resolv.conf"}


class Export(MountTest):
    def start_ready(self, commands, options=()):
        """A container named source that has done COMMANDS and goes on."""
        self.start("source", "sh", "-c", commands + "; touch /run/ready; exec sleep infinity", options=options)
        wait_until(lambda: slipway("exec", "source", "test", "-e", "/run/ready").returncode == 0)

    def check_files(self, tar):
        file = tar.getmember("srv/dir/file")
        self.assertEqual((file.uid, file.gid, file.mode, file.mtime), (1, 8, 0o6750, 1700000000.5))
        self.assertEqual(tar.extractfile("srv/link").read(), b"gold\n")
        self.assertEqual([entry.linkname for entry in tar if entry.islnk() and entry.name.startswith("srv/")], ["srv/link"])
        self.assertEqual(tar.getmember("srv/soft").linkname, "/nowhere")
        self.assertTrue(tar.getmember("srv/pipe").isfifo())
        sparse = tar.getmember("srv/sparse")
        self.assertTrue(sparse.issparse() and sparse.size == (30 << 20) + 3, sparse)
        self.assertEqual(tar.getmember("srv/able").pax_headers["SCHILY.xattr.security.capability"].encode("utf-8", "surrogateescape"), CAPABILITY)
        self.assertNotIn("etc/issue", tar.getnames())
        self.assertIn("usr/bin/env", tar.getnames())

    def test_one_that_runs_and_one_at_rest_are_the_same(self):
        self.start_ready(MAKE_FILES.rstrip())
        self.check_files(exported("source"))
        slipway("stop", "--time", "1", "source")
        self.check_files(exported("source"))
        slipway("rm", "source")
        expect_no_residue(self.before)

    def test_one_with_the_hosts_ids(self):
        self.start_ready(MAKE_FILES.rstrip(), options=("--userns", "host"))
        self.check_files(exported("source"))
        slipway("kill", "source")
        slipway("wait", "source")
        self.check_files(exported("source"))

    def test_one_that_was_never_started(self):
        done = slipway("run", "--name", "broken", IMAGE, "/no/such/program")
        self.assertEqual(done.returncode, 127)
        self.start("source", "true")
        slipway("wait", "source")
        self.assertIn("usr/bin/env", exported("source").getnames())

    def test_what_is_mounted_is_left_out(self):
        bound = self.host_file("secret")
        options = ("-v", "data:/srv/data", "-v", f"{bound}:/etc/issue", "-v", f"{self.place}:/srv/place", "--tmpfs", "/srv/memory")
        self.start_ready("echo x >/srv/data/f; echo x >/srv/memory/f", options=options)
        for state in ("running", "exited"):
            with self.subTest(state=state):
                tar = exported("source")
                self.assertEqual([name for name in tar.getnames() if name.startswith(("srv/", "proc/", "sys/"))], ["srv/data", "srv/memory", "srv/place"])
                self.assertNotIn(b"of the host", tar.extractfile("etc/issue").read())
            slipway("stop", "--time", "0", "source")

    def test_ten_thousand_files(self):
        self.start_ready("mkdir /srv/many; cd /srv/many; for i in $(seq 100); do mkdir $i; (cd $i; touch $(seq 100)); done")
        begun = time.monotonic()
        names = exported("source").getnames()
        self.assertEqual(sum(name.startswith("srv/many/") and name.count("/") == 3 for name in names), 10_000)
        print(f"exported {len(names)} files in {time.monotonic() - begun:.1f} s")
        self.assertEqual(slipway("diff", "source").stdout.count("A /srv/many/"), 10_100)

    def test_sockets_are_left_out_and_told(self):
        self.start_ready("perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => \"/srv/sock\", Listen => 1) or die'")
        file = os.path.join(self.place, "tar")
        done = slipway("export", "-o", file, "source")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("left out: srv/sock", done.stderr)
        self.assertEqual(os.stat(file).st_mode & 0o777, 0o600)
        self.assertEqual(os.listdir(self.place), ["tar"])

    def test_it_goes_to_no_terminal_and_leaves_no_file(self):
        self.start("source", "sleep", "infinity")
        done = run("script", "-qec", "slipway export source", "/dev/null")
        self.assertEqual(done.returncode, 2)
        self.assertIn("-o FILE", done.stdout)
        for words in (["nobody"], ["-o", f"{self.place}/none/tar", "source"], ["-o", f"{self.place}/tar", "nobody"]):
            self.assertNotEqual(slipway("export", *words).returncode, 0)
        self.assertEqual(os.listdir(self.place), [])
        self.assertEqual(slipway("export", "-o", "/dev/null", "source").returncode, 0)

    def begin(self):
        """An export that waits for its reader."""
        export = subprocess.Popen(["slipway", "export", "source"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(export.stderr.close)
        self.addCleanup(export.stdout.close)
        self.addCleanup(export.kill)
        self.assertEqual(len(export.stdout.read(1)), 1)
        return export

    def test_a_reader_that_goes_ends_it(self):
        self.start("source", "sleep", "infinity")
        export = self.begin()
        export.stdout.close()
        self.assertNotEqual(export.wait(timeout=60), 0)
        slipway("rm", "-f", "source")
        expect_no_residue(self.before)

    def test_it_is_cancelled(self):
        self.start("source", "sleep", "infinity")
        for _ in range(4):  # at whatever it does just then; nobody reads, so it waits for room
            export = self.begin()
            export.send_signal(signal.SIGINT)
            self.assertEqual(export.wait(timeout=60), 8)
        slipway("rm", "-f", "source")
        expect_no_residue(self.before)

    def test_an_engine_that_dies_leaves_nothing(self):
        self.start("source", "sleep", "infinity")
        slipway("stop", "--time", "0", "source")
        export = self.begin()
        os.kill(engine_pid(), signal.SIGKILL)
        self.assertNotEqual(export.wait(timeout=60), 0)
        slipway("rm", "-f", "source")
        expect_no_residue(self.before)

    def test_a_start_waits_for_it_and_a_removal_does_not(self):
        self.start("source", "true")
        slipway("wait", "source")
        export = self.begin()
        with subprocess.Popen(["slipway", "start", "source"]) as start:
            time.sleep(0.5)
            self.assertIsNone(start.poll())
            self.assertEqual(self.state("source")["Status"], "exited")
            export.stdout.read()
            self.assertEqual(export.wait(timeout=60), 0)
            self.assertEqual(start.wait(timeout=60), 0)
        slipway("wait", "source")
        export = self.begin()
        self.assertEqual(slipway("rm", "source").returncode, 0)
        export.stdout.read()
        self.assertNotEqual(export.wait(timeout=60), 0)
        expect_no_residue(self.before)

    def test_only_who_may(self):
        self.start("source", "sleep", "infinity")
        for words in (["export", "source"], ["diff", "source"]):
            done = run("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "slipway", *words)
            self.assertEqual(done.returncode, 5, done.stderr)

    def test_diff(self):
        self.start_ready("rm /etc/issue; echo x >>/etc/motd; mkdir /srv/new; touch /srv/new/f; rm -r /etc/skel; mkdir /etc/skel")
        wanted = ["C /etc", "D /etc/issue", "C /etc/motd", "C /etc/skel", "D /etc/skel/.bash_logout", "D /etc/skel/.bashrc", "D /etc/skel/.profile",
                  "C /srv", "A /srv/new", "A /srv/new/f"]
        for _ in range(2):
            found = slipway("diff", "source").stdout.splitlines()
            self.assertEqual([line for line in found if "/run" not in line and line not in NAME_FILES], wanted)
            kinds = json.loads(slipway("diff", "--format", "json", "source").stdout)
            self.assertIn({"Path": "/etc/issue", "Kind": 2}, kinds)
            self.assertEqual(len(kinds), len(found))
            slipway("stop", "--time", "0", "source")
        slipway("run", "--name", "still", IMAGE, "true")
        self.addCleanup(slipway, "rm", "still")
        self.assertLessEqual(set(slipway("diff", "still").stdout.splitlines()), {"C /etc", *NAME_FILES})

    def test_a_volume_goes_out_and_comes_in_again(self):
        slipway("run", "--rm", "-v", "data:/srv", IMAGE, "sh", "-c", MAKE_FILES)
        file = os.path.join(self.place, "tar")
        self.assertEqual(slipway("volume", "export", "-o", file, "data").returncode, 0)
        self.assertEqual(slipway("volume", "import", "again", file).returncode, 0)
        again = subprocess.run(["slipway", "volume", "export", "again"], capture_output=True, check=True).stdout
        with open(file, "rb") as first:
            self.assertEqual(first.read(), again)
        with tarfile.open(file) as tar:
            self.assertEqual(tar.getmember("dir/file").uid, 1)
        self.assertEqual(slipway("volume", "export", "nothing").returncode, 3)
        slipway("volume", "create", "--opt", "type=none", "--opt", "o=bind", "--opt", f"device={self.place}", "bound")
        self.assertEqual(slipway("volume", "export", "-o", "/dev/null", "bound").returncode, 2)

    def test_what_other_supervisors_need_comes_out_too(self):
        slipway("create", "--name", "kept", "--restart", "on-failure:3", "--stop-timeout", "4", IMAGE, "true")
        self.addCleanup(slipway, "rm", "--force", "kept")
        for kind, path, part in (("runit", "kept/finish", "-gt 3 ]"), ("s6", "kept/timeout-kill", "14000"), ("sysvinit", "slipway-kept", "TERM/14/KILL"),
                                 ("openrc", "slipway-kept", "respawn_max=3"), ("supervisord", "slipway-kept.conf", "startretries=3"),
                                 ("upstart", "slipway-kept.conf", "respawn limit 3 40")):
            place = os.path.join(self.place, kind)
            done = slipway("export", "--for", kind, "-o", place, "kept")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            with open(os.path.join(place, path), encoding="utf-8") as file:
                self.assertIn(part, file.read())
            printed = slipway("export", "--for", kind, "kept")
            self.assertIn(part, printed.stdout)
        self.assertTrue(os.access(os.path.join(self.place, "runit/kept/run"), os.X_OK))
        self.assertIn("slipwayd --no-bus", slipway("export", "--for", "runit").stdout)
        self.assertEqual(slipway("export", "--for", "runit", "nobody").returncode, 3)
        for words in (("--for", "monit", "kept"), ()):
            done = slipway("export", *words)
            self.assertEqual(done.returncode, 2)
            self.assertLessEqual(len(done.stderr.splitlines()), 2)
        self.assertIn("make the directory", slipway("export", "--for", "runit", "-o", "/dev/null/x", "kept").stderr)
