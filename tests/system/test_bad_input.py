# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bad input gets a clear line, its own D-Bus error and exit status, and leaves nothing: no scope, mount, directory, row or process."""
import gzip
import io
import os
import subprocess
import tarfile

from support import ARCHIVE, IMAGE, SystemTest, expect_no_residue, find_residue, output, slipway


def member(name, kind=tarfile.REGTYPE, link=""):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    if kind == tarfile.REGTYPE:
        entry.size = 4
    if kind in (tarfile.BLKTYPE, tarfile.CHRTYPE):
        entry.devmajor, entry.devminor = 8, 0
    return entry


def archive(*members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for entry in members:
            tar.addfile(entry, io.BytesIO(b"evil"[:entry.size]))
    return buffer.getvalue()


class BadInput(SystemTest):
    def expect(self, status, error, *arguments, words="", before=None, **options):
        """The refusal, and that nothing is left of it."""
        kept = find_residue() if before is None else before
        done = subprocess.run(["slipway", "--debug", *arguments], capture_output=True, timeout=120, check=False, **options)
        message = done.stderr.decode()
        self.assertEqual(done.returncode, status, message)
        self.assertIn(f"[org.slipway.Engine1.Error.{error}]", message)
        self.assertIn(words, message)
        self.assertTrue(message.startswith("slipway: "), message)
        expect_no_residue(kept)

    def test_an_unknown_image(self):
        self.expect(125, "NoSuchImage", "run", "--pull=never", "no-such-image", "true", words="no-such-image")
        self.expect(3, "NoSuchImage", "image", "inspect", "no-such-image")
        self.expect(3, "NoSuchImage", "image", "rm", "no-such-image")

    def test_an_unknown_container(self):
        for verb in ("start", "stop", "kill", "wait", "rm", "inspect"):
            self.expect(3 if verb != "wait" else 125, "NoSuchContainer", verb, "nobody", words="nobody")

    def test_a_name_that_is_taken(self):
        self.start("taken", "sleep", "infinity")
        self.expect(125, "NameTaken", "run", "--name", "taken", IMAGE, "true", words="taken")
        self.assertEqual(self.state("taken")["Status"], "running")

    def test_a_name_that_is_no_unit_name(self):
        for name in ("../up", "two words", "-dash", "x" * 64, "umläut", "a/b", "a@b"):
            self.expect(125, "InvalidName", "run", f"--name={name}", IMAGE, "true")

    def test_a_command_that_is_not_there(self):
        self.expect(127, "CommandNotFound", "run", IMAGE, "no-such-command", words="no-such-command")
        self.expect(127, "CommandNotFound", "run", "--rm", IMAGE, "/no/such/command")

    def test_a_command_that_is_not_executable(self):
        self.expect(126, "CommandNotExecutable", "run", IMAGE, "/etc/passwd")
        self.expect(126, "CommandNotExecutable", "run", IMAGE, "/etc")

    def test_a_failed_start_of_a_kept_container_leaves_it_at_rest(self):
        self.start("kept", "sleep", "infinity")
        self.expect(4, "AlreadyRunning", "start", "kept")
        self.assertEqual(slipway("stop", "-t", "0", "kept").returncode, 0)
        self.expect(4, "NotRunning", "stop", "kept")
        self.expect(4, "NotRunning", "kill", "kept")
        self.expect(125, "NotRunning", "exec", "kept", "true")
        self.assertEqual(slipway("start", "kept").returncode, 0)

    def test_a_user_that_is_nobody(self):
        self.expect(125, "NoSuchUser", "run", "--user", "no-such-user", IMAGE, "true", words="no-such-user")
        self.expect(125, "NoSuchUser", "run", "--user", "0:no-such-group", IMAGE, "true", words="no-such-group")
        self.expect(125, "InvalidArgument", "run", "--user", "70000", IMAGE, "true", words="70000")

    def test_a_working_directory_that_is_relative(self):
        self.expect(125, "InvalidArgument", "run", "--workdir", "here", IMAGE, "true", words="here")

    def test_an_option_that_the_engine_does_not_know_is_named(self):
        done = subprocess.run(["busctl", "call", "org.slipway.Engine1", "/org/slipway/Engine1", "org.slipway.Engine1.Manager",
                               "Create", "a{sv}", "1", "Colour", "s", "blue"], capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Colour", done.stderr)

    def refuse(self, content, error):
        self.expect(6, error, "image", "import", "-", "evil:1", input=content)
        self.assertEqual(slipway("image", "inspect", "evil:1").returncode, 3)

    def test_an_archive_that_is_none(self):
        self.refuse(b"", "UnreadableArchive")
        self.refuse(b"this is no archive at all, but text " * 99, "UnreadableArchive")
        self.refuse(os.urandom(4096), "UnreadableArchive")

    def test_an_archive_that_cannot_be_opened(self):
        done = slipway("image", "import", "/no/such/file", "evil:1")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("/no/such/file", done.stderr)

    def test_a_truncated_archive(self):
        whole = archive(*(member(f"file{number}") for number in range(9)))
        for length in (700, 1024, 1026, 5 * 1024 + 3):
            self.refuse(whole[:length], "TruncatedArchive")
        self.refuse(gzip.compress(whole)[:-20], "TruncatedArchive")
        with open(ARCHIVE, "rb") as file:
            self.refuse(file.read(1 << 20), "TruncatedArchive")

    def test_a_hostile_archive(self):
        for entries in ((member("/etc/evil"),), (member("../evil"),), (member("a/../../evil"),),
                        (member("sda", tarfile.BLKTYPE),), (member("mem", tarfile.CHRTYPE),),
                        (member("in", tarfile.SYMTYPE, "/tmp"), member("in/evil")),
                        (member("in", tarfile.SYMTYPE, "../../../../../../tmp"), member("in/evil")),
                        (member("hard", tarfile.LNKTYPE, "../../../../../etc/passwd"),),
                        (member("hard", tarfile.LNKTYPE, "/etc/passwd"),)):
            self.refuse(archive(*entries), "HostileArchive")
        self.assertFalse(os.path.exists("/tmp/evil"))
        self.assertFalse(os.path.exists("/etc/evil"))

    def test_a_reference_that_is_none(self):
        for reference in ("UPPER", "a:b:c", "a//b", ""):
            self.expect(2, "InvalidReference", "image", "import", "-", reference, input=archive(member("a")))

    def test_an_image_in_use(self):
        self.start("user", "sleep", "infinity")
        self.expect(4, "ImageInUse", "image", "rm", IMAGE)
        self.assertIn("user", output("slipway", "ps"))
