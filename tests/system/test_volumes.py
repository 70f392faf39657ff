# SPDX-License-Identifier: LGPL-2.1-or-later
"""Volumes: what is in them, whose it is, and what stays behind."""
import json
import os
import signal
import subprocess

from mounting import MountTest, inside, volumes
from support import ARCHIVE, IMAGE, STATE, engine_pid, expect_no_residue, run, slipway, wait_until

VOLUMES = f"{STATE}/volumes"


class Volumes(MountTest):
    # Named volumes

    def test_data_and_owners_survive_the_container(self):
        inside(["-v", "data:/srv/data"], "sh", "-c", "echo gold >/srv/data/f; chown daemon:mail /srv/data/f; mkdir /srv/data/d")
        file = os.stat(f"{VOLUMES}/data/data/f")
        self.assertEqual((file.st_uid, file.st_gid), (1, 8))
        self.assertEqual(os.stat(f"{VOLUMES}/data/data/d").st_uid, 0)
        self.start("holds-a-range", "sleep", "infinity")  # so that the next one has other IDs
        self.assertEqual(inside(["-v", "data:/x"], "sh", "-c", "cat /x/f; stat -c %U:%G /x/f"), "gold\ndaemon:mail\n")

    def test_two_containers_see_each_others_changes(self):
        self.start("writer", "sh", "-c", "sleep infinity", options=("-v", "data:/srv"))
        self.assertEqual(slipway("exec", "writer", "sh", "-c", "echo news >/srv/f").returncode, 0)
        self.assertEqual(inside(["-v", "data:/srv"], "cat", "/srv/f"), "news\n")

    def test_read_only_is_read_only(self):
        done = slipway("run", "--rm", "-v", "data:/srv:ro", IMAGE, "touch", "/srv/f")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Read-only file system", done.stderr)

    def test_one_that_a_container_has_is_not_removed(self):
        slipway("run", "--name", "holder", "-v", "data:/srv", IMAGE, "true")
        self.addCleanup(slipway, "rm", "--force", "holder")
        done = slipway("volume", "rm", "data")
        self.assertEqual(done.returncode, 4)
        self.assertIn("in use by holder", done.stderr)
        slipway("rm", "holder")
        self.assertEqual(slipway("volume", "rm", "data").stdout, "data\n")
        self.assertEqual(slipway("volume", "rm", "data").returncode, 3)
        expect_no_residue(self.before)

    def test_they_are_made_listed_and_inspected(self):
        self.assertEqual(slipway("volume", "create", "--label", "a=b", "data").stdout, "data\n")
        self.assertEqual(slipway("volume", "create", "data").returncode, 4)
        self.assertEqual(slipway("volume", "create", "../data").returncode, 2)
        made_up = slipway("volume", "create").stdout.strip()
        self.assertEqual(len(made_up), 64)
        self.assertEqual(volumes(), {"data", made_up})
        found = json.loads(slipway("volume", "inspect", "data").stdout)[0]
        self.assertEqual((found["Name"], found["Labels"], found["Mountpoint"]), ("data", {"a": "b"}, f"{VOLUMES}/data/data"))
        listed = json.loads(slipway("volume", "ls", "--format", "json").stdout)
        self.assertEqual([volume["Anonymous"] for volume in listed if volume["Name"] == made_up], [True])
        self.assertEqual(slipway("volume", "prune").stdout, made_up + "\n")
        self.assertEqual(slipway("volume", "prune", "-a").stdout, "data\n")
        expect_no_residue(self.before)

    # Anonymous volumes

    def test_anonymous_ones_go_with_their_container(self):
        inside(["-v", "/srv"], "touch", "/srv/f")
        self.assertEqual(volumes(), set())
        for options, left in ((["-v"], 0), ([], 1)):
            slipway("run", "--name", "once", "-v", "/srv", IMAGE, "true")
            self.assertEqual(len(volumes()), 1)
            self.assertEqual(slipway("rm", *options, "once").returncode, 0)
            self.assertEqual(len(volumes()), left)
        self.assertEqual(len(slipway("volume", "prune").stdout.split()), 1)
        expect_no_residue(self.before)

    def test_one_that_another_container_has_stays(self):
        slipway("run", "--name", "first", "-v", "/srv", "-v", f"{self.place}:/host", "--tmpfs", "/t", IMAGE, "sh", "-c", "echo gold >/srv/f")
        self.addCleanup(slipway, "rm", "-f", "-v", "first")
        slipway("run", "--name", "second", "--volumes-from", "first:ro", IMAGE, "true")
        self.addCleanup(slipway, "rm", "-f", "-v", "second")
        self.assertEqual(inside(["--volumes-from", "second"], "sh", "-c", "cat /srv/f; test -d /host; touch /srv/x || echo ro; test -d /t || echo none"),
                         "gold\nro\nnone\n")
        slipway("rm", "-v", "first")
        self.assertEqual(len(volumes()), 1)
        slipway("rm", "-v", "second")
        self.assertEqual(volumes(), set())
        expect_no_residue(self.before)

    def test_an_images_volume_is_one(self):
        self.assertEqual(slipway("image", "import", "-c", "VOLUME /var/lib/dpkg", ARCHIVE, "with-volume:1").returncode, 0)
        self.addCleanup(slipway, "image", "rm", "with-volume:1")
        slipway("run", "--name", "once", "with-volume:1", "true")
        name = volumes().pop()
        self.assertTrue(os.path.exists(f"{VOLUMES}/{name}/data/status"))
        slipway("rm", "-v", "once")
        self.assertEqual(inside(["-v", f"{self.place}:/var/lib/dpkg"], "ls", "/var/lib/dpkg", image="with-volume:1"), "")
        self.assertEqual(volumes(), set())

    def test_an_image_may_not_cover_the_kernels_files(self):
        """CVE-2019-16884: a VOLUME over /proc hides what confines the container."""
        for number, target in enumerate(("/proc", "/sys/fs", "/dev", "/")):
            name = f"covers:{number}"
            self.assertEqual(slipway("image", "import", "-c", f"VOLUME {target}", ARCHIVE, name).returncode, 0)
            done = slipway("run", "--rm", name, "true")
            slipway("image", "rm", name)
            self.assertEqual(done.returncode, 125)
            self.assertIn("VOLUME", done.stderr)
        self.assertEqual(volumes(), set())

    # Filling from the image

    def test_a_new_one_takes_over_what_the_image_has(self):
        script = "cd /var && find . ! -type d -printf '%P %y %m %U %G %s %l %T@\\n' -o -printf '%P %y %m %U %G %T@\\n' | sort"
        plain = inside([], "sh", "-c", script)
        self.assertIn("mail d 2775 0 8", plain)
        self.assertIn("local d 2775 0 50", plain)
        self.assertEqual(plain, inside(["-v", "var:/var"], "sh", "-c", script))
        inside(["-v", "data:/etc"], "true")
        inside(["-v", "data:/etc"], "rm", "/etc/issue")
        self.assertNotIn("issue\n", inside(["-v", "data:/etc"], "ls", "/etc").replace("issue.net", ""))
        self.assertEqual(inside(["-v", "none:/etc/apt:nocopy"], "ls", "-A", "/etc/apt"), "")
        self.assertEqual(inside(["--mount", "source=none2,target=/etc/apt,volume-nocopy"], "ls", "-A", "/etc/apt"), "")
        self.assertEqual(inside(["-v", f"{self.place}:/etc/apt"], "ls", "-A", "/etc/apt"), "")

    def test_of_an_empty_directory_it_takes_over_the_owner(self):
        self.assertEqual(inside(["-v", "data:/var/mail"], "stat", "-c", "%G %a", "/var/mail"), "mail 2775\n")

    def test_one_with_content_is_left_as_it_is(self):
        inside(["-v", "data:/srv/x"], "touch", "/srv/x/mine")
        self.assertEqual(inside(["-v", "data:/etc/apt"], "ls", "/etc/apt"), "mine\n")

    def test_killed_while_it_is_filled_it_is_whole_or_empty(self):
        whole = int(inside([], "sh", "-c", "find /usr/share /usr/lib | wc -l"))
        self.assertGreater(whole, 1000)
        self.addCleanup(self.forget_all)
        for instant in range(4):
            self.forget_all()
            client = subprocess.Popen(["slipway", "run", "--rm", "-v", "data:/usr", IMAGE, "true"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if instant:  # the more, the later in the copy
                wait_until(lambda: self.drafted() > instant * 900 or client.poll() is not None)
            os.kill(engine_pid() or client.pid, signal.SIGKILL)
            client.wait(timeout=60)
            slipway("ps", "-a")  # the next engine, which sweeps
            wait_until(lambda: not os.listdir(f"{STATE}/tmp"), 120)
            data = f"{VOLUMES}/data/data"
            found = sum(len(names) + len(files) for _, names, files in os.walk(data)) if os.path.isdir(data) else 0
            self.assertTrue(found == 0 or found > whole, f"half filled: {found} of {whole}")
            self.assertEqual(int(inside(["-v", "data:/usr"], "sh", "-c", "find /usr/share /usr/lib | wc -l")), whole)
        self.forget_all()
        expect_no_residue(self.before)

    @staticmethod
    def forget_all():
        for identity in slipway("ps", "-a", "-q", "--no-trunc").stdout.split():
            slipway("rm", "--force", identity)
        slipway("volume", "prune", "--all")

    @staticmethod
    def drafted():
        return sum(len(files) for _, _, files in os.walk(f"{STATE}/tmp"))

    # Subpaths

    def test_a_subpath_shows_a_part(self):
        inside(["-v", "data:/srv"], "sh", "-c", "mkdir -p /srv/a/b; echo deep >/srv/a/b/f; echo top >/srv/f")
        self.assertEqual(inside(["--mount", "source=data,target=/x,volume-subpath=a/b"], "ls", "/x"), "f\n")
        self.assertEqual(inside(["--mount", "source=data,target=/x,volume-subpath=a/b/f,readonly"], "cat", "/x"), "deep\n")
        self.expect_failure("InvalidMount", "No such file", "--mount", "source=data,target=/x,volume-subpath=none")
        self.expect_failure("InvalidMount", "subpath", "--mount", "source=data,target=/x,volume-subpath=../../..")

    def test_a_subpath_leads_nowhere_else(self):
        """CVE-2017-1002101, CVE-2023-0778: symbolic links in the volume lead the mount to the host's files."""
        secret = self.host_file("secret")
        inside(["-v", "data:/srv"], "sh", "-c", f"ln -s {self.place} /srv/out; ln -s ../../../../../../.. /srv/up; ln -s /srv/up{secret} /srv/file")
        for path in ("out", "up" + self.place, "file", "out/secret"):
            done = slipway("run", "--rm", "--mount", f"source=data,target=/x,volume-subpath={path}", IMAGE, "sh", "-c", "cat /x /x/secret")
            self.assertNotIn("of the host", done.stdout)
            self.assertEqual(done.returncode, 125, path + done.stdout + done.stderr)

    def test_a_subpath_that_is_exchanged_meanwhile_leads_nowhere_else(self):
        self.host_file("secret")
        swap = ("mkdir -p /srv/a /srv/b && ln -s " + self.place + " /srv/b/l && mkdir /srv/a/l && echo mine >/srv/a/l/secret && echo ready && "
                "exec perl -e 'my ($a, $b) = (\"/srv/a/l\", \"/srv/b/l\"); while (1) { syscall(316, -100, $a, -100, $b, 2) == 0 or die }'")
        identity = self.start("swapper", "sh", "-c", swap, options=("-v", "data:/srv"))
        self.await_line(identity, "ready")
        seen = set()
        for _ in range(25):
            done = slipway("run", "--rm", "--mount", "source=data,target=/x,volume-subpath=a/l", IMAGE, "cat", "/x/secret")
            seen.add(done.stdout)
        self.assertLessEqual(seen, {"mine\n", ""})
        self.assertIn("mine\n", seen)
        self.assertEqual(self.state("swapper")["Status"], "running")

    # What cannot be meant

    def test_what_cannot_be_meant_is_refused_and_leaves_nothing(self):
        for name, words, options in (
                ("InvalidMount", "two mounts at /srv", ["-v", "a:/srv", "-v", "b:/srv/"]),
                ("InvalidMount", "/proc", ["-v", "a:/proc/sys"]),
                ("InvalidMount", "root", ["-v", "a:/.."]),
                ("InvalidMount", "nocopy", ["-v", f"{self.place}:/srv:nocopy"]),
                ("InvalidMount", "propagation", ["-v", "a:/srv:rshared"]),
                ("InvalidName", "volume name", ["-v", "a b:/srv"]),
                ("InvalidMount", "lowerdir", ["--tmpfs", "/srv:lowerdir=/"]),
                ("NoSuchContainer", "nobody", ["--volumes-from", "nobody"]),
                ("NotSupported", "tmpfs", ["--mount", "source=a,target=/srv,volume-opt=type=tmpfs,volume-opt=device=tmpfs"])):
            self.expect_failure(name, words, *options)
        self.expect_failure("", "SELinux", "-v", "a:/srv:z", status=125)
        self.expect_failure("", "too many", "-v", "a:/b:ro:x", status=125)
        self.assertEqual(volumes(), set())
        expect_no_residue(self.before)

    def test_a_start_that_fails_leaves_no_volume(self):
        done = slipway("run", "--rm", "-v", "data:/etc", "-v", "/srv", IMAGE, "no-such-program")
        self.assertEqual(done.returncode, 127)
        self.assertEqual(volumes(), set())
        expect_no_residue(self.before)

    def test_volumes_come_back_with_the_engine(self):
        slipway("volume", "create", "data")
        self.start("holder", "sleep", "infinity", options=("-v", "data:/srv", "-v", "/anonymous"))
        os.kill(engine_pid(), signal.SIGKILL)
        self.assertEqual(slipway("volume", "rm", "data").returncode, 4)
        self.assertEqual(len(volumes()), 2)
        self.assertEqual(slipway("exec", "holder", "touch", "/srv/f").returncode, 0)
        self.assertTrue(os.path.exists(f"{VOLUMES}/data/data/f"))

    # Import

    def test_an_archive_becomes_a_volume(self):
        self.host_file("f", "packed\n")
        os.chown(f"{self.place}/f", 1, 1)
        archive = self.place + ".tar"
        self.addCleanup(os.unlink, archive)
        run("tar", "-C", self.place, "-cf", archive, ".")
        self.assertEqual(slipway("volume", "import", "data", archive).stdout, "data\n")
        self.assertEqual(inside(["-v", "data:/srv"], "sh", "-c", "cat /srv/f; stat -c %U /srv/f"), "packed\ndaemon\n")
        again = slipway("volume", "import", "data", archive)
        self.assertEqual(again.returncode, 2)
        self.assertIn("not empty", again.stderr)
        with open(archive, "rb") as file:
            half = file.read()[:700]
        done = subprocess.run(["slipway", "volume", "import", "other", "-"], input=half, capture_output=True, check=False)
        self.assertEqual(done.returncode, 6)
        self.assertEqual(volumes(), {"data"})
        slipway("volume", "rm", "data")
        expect_no_residue(self.before)

    # Devices of their own

    def need_loop_devices(self):
        # The testbed's /dev has no nodes of the host's but for those that containers may have.
        for name, kind, major, minor in [("loop-control", 0o20600, 10, 237), *((f"loop{n}", 0o60600, 7, n) for n in range(32))]:
            if not os.path.exists(f"/dev/{name}"):
                os.mknod(f"/dev/{name}", kind, os.makedev(major, minor))
        if run("losetup", "-f").returncode != 0:
            self.skipTest("this machine has no loop devices")

    def loop_image(self):
        self.need_loop_devices()
        image = f"{self.place}/disk.img"
        with open(image, "wb") as file:
            file.truncate(32 << 20)
        made = run("mkfs.ext4", "-q", image)
        self.assertEqual(made.returncode, 0, made.stderr)
        return image

    @staticmethod
    def attached(image):
        found = set()
        for name in os.listdir("/sys/block"):
            try:
                with open(f"/sys/block/{name}/loop/backing_file", encoding="utf-8") as file:
                    if file.read().strip() == image:
                        found.add(name)
            except OSError:
                pass
        return found

    def test_a_file_is_a_file_system_for_all(self):
        image = self.loop_image()
        done = slipway("volume", "create", "--opt", "type=ext4", "--opt", f"device={image}", "--opt", "o=loop,noatime", "disk")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.attached(image), set())
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            table = mounts.read()
        self.start("first", "sleep", "infinity", options=("-v", "disk:/srv"))
        self.start("second", "sleep", "infinity", options=("-v", "disk:/srv:ro"))
        self.assertEqual(len(self.attached(image)), 1)
        slipway("exec", "first", "sh", "-c", "echo shared >/srv/f; chown daemon /srv/f")
        self.assertEqual(slipway("exec", "second", "sh", "-c", "cat /srv/f; stat -c %U /srv/f").stdout, "shared\ndaemon\n")
        self.assertNotEqual(slipway("exec", "second", "touch", "/srv/x").returncode, 0)
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            self.assertEqual(mounts.read(), table)
        slipway("rm", "-f", "first")
        self.assertEqual(len(self.attached(image)), 1)
        slipway("rm", "-f", "second")
        wait_until(lambda: not self.attached(image))
        self.assertEqual(inside(["-v", "disk:/srv"], "cat", "/srv/f"), "shared\n")

    def test_a_device_that_is_none_is_refused_at_the_start(self):
        self.need_loop_devices()
        image = self.host_file("no-file-system", "\0" * 8192)
        slipway("volume", "create", "--opt", "type=ext4", "--opt", f"device={image}", "--opt", "o=loop", "disk")
        self.expect_failure("InvalidMount", "ext4", "-v", "disk:/srv")
        slipway("volume", "create", "--opt", "type=ext4", "--opt", "device=/dev/nothing", "disk2")
        self.expect_failure("InvalidMount", "/dev/nothing", "-v", "disk2:/srv")
        wait_until(lambda: not self.attached(image))

    def test_a_bind_can_have_a_volumes_name(self):
        self.host_file("f")
        slipway("volume", "create", "--opt", "type=none", "--opt", f"device={self.place}", "--opt", "o=bind", "place")
        self.assertEqual(inside(["-v", "place:/srv"], "cat", "/srv/f"), "of the host\n")
        slipway("volume", "rm", "place")
        self.assertTrue(os.path.exists(f"{self.place}/f"))

    def test_options_that_cannot_be_meant_are_refused(self):
        for status, words, options in ((2, "wants device", ["type=ext4"]), (2, "unknown option", ["typ=ext4"]), (2, "o=bind", ["type=none", "device=/x"]),
                                       (1, "--tmpfs", ["type=tmpfs", "device=tmpfs"]), (2, "not a size", ["size=much"])):
            done = slipway("volume", "create", *(word for option in options for word in ("--opt", option)), "data")
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertIn(words, done.stderr)
        self.assertEqual(volumes(), set())

    def test_a_size_wants_project_quotas(self):
        done = slipway("volume", "create", "--opt", "size=10m", "data")
        if done.returncode == 0:
            self.skipTest("the store is on a file system with project quotas")
        self.assertEqual(done.returncode, 1)
        self.assertIn("prjquota", done.stderr)
        self.assertEqual(volumes(), set())
        expect_no_residue(self.before)
