# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway-transfer itself: real archives come back to the byte; overlays show what layers say; it is confined, and gives up when told."""
import hashlib
import io
import json
import lzma
import os
import random
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
import zlib

import transfers
from support import STATE, SystemTest, output, slipway, wait_until


def digest(name):
    with open(name, "rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def make_tree(top):
    """A bit of everything that a file system of a container has."""
    rng = random.Random(7)
    for number in range(300):
        directory = f"{top}/usr/{number % 17}/{'deep/' * (number % 5)}"
        os.makedirs(directory, exist_ok=True)
        with open(f"{directory}/file{number}", "wb") as file:
            file.write(rng.randbytes(int(rng.expovariate(1 / 9000))))
        os.chmod(f"{directory}/file{number}", rng.choice([0o644, 0o4755, 0o600]))
        os.chown(f"{directory}/file{number}", rng.choice([0, 1000, 2_000_000]), rng.choice([0, 100, 70_000]))
        if number % 10 == 0:
            os.link(f"{directory}/file{number}", f"{top}/usr/link{number}")
            os.symlink("x" * (1 + number), f"{top}/usr/soft{number}")
    os.makedirs(f"{top}/long/{'n' * 120}/{'m' * 120}")
    for name in (f"{top}/long/{'n' * 120}/{'m' * 120}/end", f"{top}/ünïcödé\n", os.fsencode(top) + b"/\xff\xfe"):
        with open(name, "wb") as file:
            file.write(b"x")
    with open(f"{top}/sparse", "wb") as file:
        for offset in (0, 1 << 20, 9 << 20, 30 << 20):
            file.seek(offset)
            file.write(b"data" * 3000)
        file.truncate(50 << 20)
    os.mkfifo(f"{top}/pipe")
    os.setxattr(f"{top}/sparse", "security.capability", b"\x01\0\0\x02\0\x20" + b"\0" * 14)
    os.makedirs(f"{top}/dev")
    os.mknod(f"{top}/dev/null", 0o20666, os.makedev(1, 3))


class Layers(SystemTest):
    def setUp(self):
        # Not on the machine's overlay: a layer's attributes are overlayfs' own.
        self.top = tempfile.mkdtemp(dir=f"{STATE}/tmp" if os.path.isdir(f"{STATE}/tmp") else "/var/tmp")
        self.addCleanup(shutil.rmtree, self.top, ignore_errors=True)

    def new(self):
        return tempfile.mkdtemp(dir=self.top)

    def come_back(self, archive, *arguments):
        """Unpacked and assembled, ARCHIVE is the same; returns the layer's directory."""
        place = self.new()
        os.mkdir(f"{place}/fs")
        told = transfers.unpack(archive, f"{place}/fs", *arguments, recipe=f"{place}/recipe")
        self.assertEqual(told["event"], "unpacked", told)
        self.assertEqual(told["diff_id"], digest(archive), archive)
        made = transfers.assemble(f"{place}/recipe", f"{place}/fs", f"{place}/tar")
        self.assertEqual(made["event"], "assembled", made)
        self.assertEqual(made["diff_id"], told["diff_id"])
        self.assertEqual(digest(f"{place}/tar"), told["diff_id"])
        self.assertLess(os.path.getsize(f"{place}/recipe"), os.path.getsize(archive) / 10)
        return place

    def test_archives_of_other_tools_come_back(self):
        tree = self.new()
        make_tree(tree)
        archive = f"{self.top}/tar"
        for options in ("--format=gnu", "--format=gnu --sparse", "--format=oldgnu --sparse", "--format=posix",
                        "--format=posix --sparse --sparse-version=0.0", "--format=posix --sparse --sparse-version=0.1",
                        "--format=posix --sparse --sparse-version=1.0", "--format=posix --xattrs --xattrs-include=*",
                        "--format=ustar --exclude=long --exclude=usr/*/deep", "--format=v7 --exclude=long --exclude=dev",
                        "--format=gnu --blocking-factor=1", "--format=posix --sort=name --numeric-owner --mtime=@0"):
            done = subprocess.run(["tar", "-C", tree, "-cf", archive, *options.split(), "."], check=False, stderr=subprocess.DEVNULL)
            self.assertLessEqual(done.returncode, 2)
            for arguments in ((), ("--layer",)):
                with self.subTest(options=options, arguments=arguments):
                    self.come_back(archive, *arguments)
        for kind in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            with tarfile.open(archive, "w", format=kind) as tar:
                tar.add(tree + "/usr", "usr", filter=lambda entry: entry if len(entry.linkname) < 100 else None)
                tar.add(tree + "/usr/1", "usr/1")
            with self.subTest(python=kind):
                self.come_back(archive)

    def test_files_that_are_in_an_archive_twice_come_back(self):
        tree = self.new()
        make_tree(tree)
        archive = f"{self.top}/tar"
        subprocess.run(["tar", "-C", tree, "-cf", archive, "."], check=True)
        for number in (3, 4):
            with open(f"{tree}/usr/{number}/x", "w", encoding="ascii") as file:
                file.write(f"{number}" * 5000)
            subprocess.run(["tar", "-C", tree, "-rf", archive, "usr", "sparse"], check=True)
        self.come_back(archive)

    def test_what_is_packed_comes_back_and_is_the_same_each_time(self):
        tree = self.new()
        make_tree(tree)
        told = transfers.pack(tree, f"{self.top}/one", "tree")
        self.assertEqual(told["event"], "packed", told)
        self.assertEqual(told["left_out"], ["dev/null"])
        self.assertEqual(told["diff_id"], digest(f"{self.top}/one"))
        place = self.come_back(f"{self.top}/one")
        transfers.pack(f"{place}/fs", f"{self.top}/two", "tree")
        self.assertEqual(digest(f"{self.top}/one"), digest(f"{self.top}/two"))
        # Others read it. GNU tar does not know the word for names that are no UTF-8, and lists them all the same.
        listed = subprocess.run(["tar", "-tvf", f"{self.top}/one"], capture_output=True, check=True)
        self.assertEqual(listed.stderr.decode().replace("tar: Ignoring unknown extended header keyword 'hdrcharset'\n", ""), "")
        for compression, command in (("gzip", "gzip -dc"), ("zstd", "zstd -dc")):
            told = transfers.pack(tree, f"{self.top}/blob", "tree", f"--compression={compression}")
            self.assertEqual(told["diff_id"], digest(f"{self.top}/one"))
            self.assertEqual(told["digest"], digest(f"{self.top}/blob"))
            if shutil.which(command.split()[0]):
                plain = subprocess.run(f"{command} < {self.top}/blob", shell=True, capture_output=True, check=True).stdout
                self.assertEqual("sha256:" + hashlib.sha256(plain).hexdigest(), told["diff_id"])

    def test_an_overlay_shows_what_layers_say(self):
        lower, merged, work = self.new(), self.new(), self.new()
        for name in ("gone", "kept", "opaque/below", "replaced/below", "tree/a/b"):
            os.makedirs(os.path.dirname(f"{lower}/{name}"), exist_ok=True)
            with open(f"{lower}/{name}", "w", encoding="ascii") as file:
                file.write("lower")
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            def add(name, kind=tarfile.REGTYPE):
                entry = tarfile.TarInfo(name)
                entry.type, entry.mode = kind, 0o755
                tar.addfile(entry)
            add("opaque/.wh..wh..opq")
            add("opaque/own")
            add(".wh.gone")
            add("replaced", tarfile.DIRTYPE)
            add("replaced/own")
            add(".wh.replaced")
            add(".wh.tree")
            add("tree/own")
        layer = self.new()
        told = transfers.unpack(buffer.getvalue(), layer, "--layer")
        self.assertEqual(told["event"], "unpacked", told)
        upper = self.new()
        subprocess.run(["mount", "-t", "overlay", "-o", f"lowerdir={layer}:{lower},upperdir={upper},workdir={work}", "overlay", merged], check=True)
        self.addCleanup(subprocess.run, ["umount", merged], check=False)
        found = sorted(os.path.relpath(os.path.join(at, name), merged) for at, _, files in os.walk(merged) for name in files)
        self.assertEqual(found, ["kept", "opaque/own", "replaced/own", "tree/own"])
        # And back: what happens in the overlay is packed as changes, which make the same overlay again.
        shutil.rmtree(f"{merged}/opaque")
        os.makedirs(f"{merged}/opaque/new")
        os.remove(f"{merged}/kept")
        with open(f"{merged}/replaced/own", "w", encoding="ascii") as file:
            file.write("changed")
        told = transfers.pack(upper, f"{self.top}/changes", "changes")
        self.assertEqual(told["event"], "packed", told)
        with tarfile.open(f"{self.top}/changes") as tar:
            self.assertEqual(sorted(tar.getnames()), [".", ".wh.kept", "opaque", "opaque/.wh..wh..opq", "opaque/new", "replaced", "replaced/own"])
        place = self.come_back(f"{self.top}/changes", "--layer")
        again = self.new()
        subprocess.run(["mount", "-t", "overlay", "-o", f"lowerdir={place}/fs:{layer}:{lower}", "overlay", again], check=True)
        self.addCleanup(subprocess.run, ["umount", again], check=False)
        listing = [sorted((os.path.relpath(at, top), sorted(names), sorted(files)) for at, names, files in os.walk(top)) for top in (merged, again)]
        self.assertEqual(*listing)

    def test_a_containers_changes_have_the_owners_that_it_saw(self):
        self.start("owners", "sh", "-c", "touch /mine; chown 1000:33 /mine; rm -r /usr/share/doc; echo done; exec sleep infinity")
        identity = json.loads(slipway("inspect", "owners").stdout)[0]["Id"]
        self.await_line(identity, "done")
        upper = f"{STATE}/containers/{identity}/upper"
        told = transfers.pack(upper, f"{self.top}/changes", "changes")
        self.assertEqual(told["event"], "packed", told)
        with tarfile.open(f"{self.top}/changes") as tar:
            mine = tar.getmember("mine")
            self.assertEqual((mine.uid, mine.gid), (1000, 33))
            self.assertEqual(tar.getmember(".").uid, 0)
            self.assertIn("usr/share/.wh.doc", tar.getnames())

    def test_an_imported_image_has_a_recipe(self):
        for chain in os.listdir(f"{STATE}/layers"):
            made = transfers.assemble(f"{STATE}/layers/{chain}/recipe", f"{STATE}/layers/{chain}/fs", f"{self.top}/tar")
            self.assertEqual(made["event"], "assembled", made)
            self.assertEqual(made["diff_id"], "sha256:" + chain)

    def test_an_older_layer_is_refused(self):
        open(f"{self.top}/empty", "wb").close()
        told = transfers.assemble(f"{self.top}/empty", self.new(), f"{self.top}/tar")
        self.assertEqual(told["error"]["name"], "DamagedLayer")
        self.assertIn("no recipe", told["error"]["message"])

    def test_words_that_nobody_knows_are_refused(self):
        for words in (["unpack", "--colour=blue"], ["unpack", "--size=many"], ["unpack", "--diff-id=md5:0"], ["pack"], ["pack", "all"],
                      ["pack", "tree", "--only=../x"], ["assemble", "--compression=rar"], ["unpack", "--overlay=both"]):
            told = transfers.Transfer(words, self.new()).end()
            self.assertEqual(told["event"], "failed", words)
            self.assertIn(told["error"]["name"], ("InvalidArgument", "HostileArchive", "DamagedLayer"), told)

    def test_a_stalled_reader_or_writer_does_not_keep_it(self):
        tree = self.new()
        make_tree(tree)
        for words, stalled in ((["unpack"], "stdin"), (["pack", "tree"], "stdout"), (["pack", "tree", "--compression=gzip"], "stdout")):
            reader, writer = os.pipe()
            transfer = transfers.Transfer(words, tree if words[0] == "pack" else self.new(), **{stalled: reader if stalled == "stdin" else writer})
            wait_until(lambda pid=transfer.process.pid: "poll" in open(f"/proc/{pid}/wchan", encoding="ascii").read()
                       or any(open(f"/proc/{pid}/task/{task}/syscall", encoding="ascii").read().startswith("7 ") for task in os.listdir(f"/proc/{pid}/task")))
            transfer.conversation.shutdown(2)
            self.assertEqual(transfer.process.wait(20), 1, words)
            os.close(reader)
            os.close(writer)

    def test_it_is_confined(self):
        for words, stalled in ((["unpack", "--layer"], "stdin"), (["pack", "tree"], "stdout")):
            reader, writer = os.pipe()
            tree = self.new()
            with open(f"{tree}/large", "wb") as file:
                file.write(os.urandom(1 << 20))
            transfer = transfers.Transfer(words, tree, **{stalled: reader if stalled == "stdin" else writer})
            status = f"/proc/{transfer.process.pid}/status"
            wait_until(lambda status=status: "Seccomp:\t2" in open(status, encoding="ascii").read())
            told = dict(line.rstrip("\n").split(":\t", 1) for line in open(status, encoding="ascii") if ":\t" in line)
            self.assertEqual(told["NoNewPrivs"], "1")
            # CHOWN, DAC_OVERRIDE, FOWNER, FSETID, MKNOD, SETFCAP and for trusted.* SYS_ADMIN; or DAC_READ_SEARCH alone.
            expected = 1 << 0 | 1 << 1 | 1 << 3 | 1 << 4 | 1 << 27 | 1 << 31 | 1 << 21 if words[0] == "unpack" else 1 << 2
            for key in ("CapPrm", "CapEff", "CapBnd"):
                self.assertEqual(int(told[key], 16), expected, key)
            self.assertEqual(os.readlink(f"/proc/{transfer.process.pid}/root"), tree)
            self.assertNotEqual(os.readlink(f"/proc/{transfer.process.pid}/ns/net"), os.readlink("/proc/self/ns/net"))
            transfer.process.send_signal(signal.SIGKILL)
            transfer.process.wait()
            os.close(reader)
            os.close(writer)

    def test_a_decompressor_gets_no_more_memory_than_is_right(self):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            tar.add("/etc/passwd")
        archive = bytearray(lzma.compress(buffer.getvalue()))
        self.assertEqual(transfers.unpack(bytes(archive), self.new())["event"], "unpacked")
        # The block's header (xz-file-format.txt, 3.1): one filter, LZMA2, its dictionary's size, here 768 MiB, and a sum.
        self.assertEqual(bytes(archive[14:16]), b"\x21\x01")
        archive[16] = 35
        size = (archive[12] + 1) * 4
        archive[12 + size - 4:12 + size] = zlib.crc32(archive[12:12 + size - 4]).to_bytes(4, "little")
        told = transfers.unpack(bytes(archive), self.new())
        self.assertEqual(told["event"], "failed", told)
        self.assertIn("memory", told["error"]["message"])

    def test_it_needs_little_memory_and_time(self):
        archive = f"{self.top}/tar.gz"
        with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
            content = os.urandom(4096)
            for number in range(20_000):
                entry = tarfile.TarInfo(f"d{number // 100}/f{number}")
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        place = self.new()
        started = time.monotonic()
        with open(archive, "rb") as source, open(f"{place}.recipe", "wb") as recipe:
            transfer = transfers.Transfer(["unpack", "--layer", "--recipe"], place, stdin=source, recipe=recipe.fileno())
            while json.loads(transfer.conversation.recv(1 << 16))["event"] == "progress":
                pass
            _, _, usage = os.wait4(transfer.process.pid, 0)
        self.assertLess(usage.ru_maxrss, 64 << 10)
        print(f"20,000 files: {time.monotonic() - started:.1f} s, {usage.ru_maxrss >> 10} MiB", output("nproc").strip(), "processors")
