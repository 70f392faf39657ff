# SPDX-License-Identifier: LGPL-2.1-or-later
"""Binds and tmpfs: what is in them, whose it is, and what stays behind."""
import os

from mounting import MountTest, inside, volumes
from support import IMAGE, expect_no_residue, run, slipway


class Binds(MountTest):
    def test_a_bind_is_the_hosts_and_so_is_its_owner(self):
        self.host_file("f")
        self.assertEqual(inside(["-v", f"{self.place}:/srv"], "sh", "-c", "cat /srv/f; stat -c %u /srv/f; touch /srv/new; chown daemon /srv/new"),
                         "of the host\n0\n")
        self.assertEqual(os.stat(f"{self.place}/new").st_uid, 1)
        self.assertEqual(inside(["-v", f"{self.place}:/srv:noidmap"], "stat", "-c", "%u", "/srv/f"), "65534\n")
        self.assertEqual(inside(["-v", f"{self.place}/f:/etc/motd:ro"], "cat", "/etc/motd"), "of the host\n")
        done = slipway("run", "--rm", "-v", "./f:/srv/f", IMAGE, "cat", "/srv/f", cwd=self.place)
        self.assertEqual(done.stdout, "of the host\n")

    def test_the_hosts_mount_table_stays_as_it_is(self):
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            table = mounts.read()
        self.start("hidden", "sleep", "infinity", options=("-v", "data:/srv", "-v", f"{self.place}:/host", "--tmpfs", "/t"))
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            self.assertEqual(mounts.read(), table)

    def test_a_source_that_is_not_there_is_refused(self):
        self.expect_failure("InvalidMount", "No such file or directory (a bind mount does not make its source)", "-v", f"{self.place}/none:/srv")
        self.assertFalse(os.path.exists(f"{self.place}/none"))
        self.assertIn("hint: ", slipway("run", "--rm", "-v", f"{self.place}/none:/srv", IMAGE, "true").stderr)
        self.expect_failure("InvalidMount", "No such file or directory (a bind mount does not make its source)", "-v", f"{self.place}/none:/srv", "-v", "data:/data", "-v", "/more")
        self.assertEqual(volumes(), set())
        expect_no_residue(self.before)

    def test_devices_in_a_bind_do_not_work(self):
        os.mknod(f"{self.place}/zero", 0o20666, os.makedev(1, 5))
        os.chmod(f"{self.place}/zero", 0o666)
        read = ["head", "-c", "1", "/srv/zero"]
        done = slipway("run", "--rm", "-v", f"{self.place}:/srv", IMAGE, *read)
        self.assertIn("Permission denied", done.stderr)
        self.assertEqual(inside(["-v", f"{self.place}:/srv:dev"], *read), "\0")

    def test_read_only_is_what_is_mounted_below_too(self):
        os.mkdir(f"{self.place}/below")
        self.assertEqual(run("mount", "-t", "tmpfs", "tmpfs", f"{self.place}/below").returncode, 0)
        self.addCleanup(run, "umount", f"{self.place}/below")
        touch = "touch /srv/f 2>/dev/null; touch /srv/below/f 2>/dev/null; ls /srv/f /srv/below/f 2>/dev/null; true"
        self.assertEqual(inside(["-v", f"{self.place}:/srv:ro"], "sh", "-c", touch), "")
        writable = f"type=bind,source={self.place},target=/srv,readonly,bind-recursive=writable"
        self.assertEqual(inside(["--mount", writable], "sh", "-c", touch), "/srv/below/f\n")
        alone = f"type=bind,source={self.place},target=/srv,bind-recursive=disabled"
        self.assertEqual(inside(["--mount", alone], "sh", "-c", "ls -A /srv/below; stat -c %d /srv /srv/below | uniq | wc -l"), "1\n")

    def test_later_mounts_propagate_on_request(self):
        self.assertEqual(run("mount", "--bind", self.place, self.place).returncode, 0)
        self.addCleanup(run, "umount", self.place)
        run("mount", "--make-private", self.place)
        self.expect_failure("InvalidMount", "private", "-v", f"{self.place}:/srv:rslave")
        run("mount", "--make-shared", self.place)
        os.mkdir(f"{self.place}/later")
        self.start("slave", "sleep", "infinity", options=("-v", f"{self.place}:/srv:rslave"))
        self.start("private", "sleep", "infinity", options=("-v", f"{self.place}:/srv"))
        run("mount", "-t", "tmpfs", "tmpfs", f"{self.place}/later")
        self.addCleanup(run, "umount", f"{self.place}/later")
        self.assertIn(" /srv/later ", slipway("exec", "slave", "cat", "/proc/self/mounts").stdout)
        self.assertNotIn(" /srv/later ", slipway("exec", "private", "cat", "/proc/self/mounts").stdout)

    def test_a_tmpfs_has_its_options(self):
        lines = inside(["--tmpfs", "/a", "--tmpfs", "/b:size=64k,mode=750,exec,uid=1", "--mount", "type=tmpfs,target=/c,tmpfs-size=1m,tmpfs-mode=700,readonly"],
                       "sh", "-c", "grep ' /[abc] ' /proc/self/mounts | sort; stat -c '%n %a %u' /a /b /c; head -c 65537 /dev/zero >/b/f; true").splitlines()
        self.assertRegex(lines[0], "^tmpfs /a tmpfs rw,nosuid,nodev,noexec,")
        self.assertRegex(lines[1], "^tmpfs /b tmpfs rw,nosuid,nodev,.*size=64k,mode=750")
        self.assertNotIn("noexec", lines[1])
        self.assertRegex(lines[2], "^tmpfs /c tmpfs ro,.*size=1024k,mode=700")
        self.assertEqual(lines[3:6], ["/a 1777 0", "/b 750 1", "/c 700 0"])
        self.assertEqual(inside(["--tmpfs", "/dev/shm:size=128k"], "sh", "-c", "grep -c ' /dev/shm ' /proc/mounts; grep ' /dev/shm ' /proc/mounts | grep -o size=128k"),
                         "1\nsize=128k\n")
