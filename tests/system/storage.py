# SPDX-License-Identifier: LGPL-2.1-or-later
"""The one suite that each snapshot driver passes, on each file system that it is for."""
import io
import json
import os
import subprocess
import tarfile
import tempfile

from images import MadeImage
from registries import Registry, temporary_directory
from support import ARCHIVE, STATE, SystemTest, engine_pid, expect_no_residue, find_residue, output, run, slipway, wait_until

DROP_IN = "/run/systemd/system/slipwayd.service.d/root-driver.conf"
# cap_dac_override=ep (capabilities(7), "File capability extended attribute versioning").
MAY_READ_ALL = b"\x01\0\0\x02\x02\0\0\0" + b"\0" * 12


def layer(*entries):
    """An archive of entries: name, content or a word of TYPES, and what else its header says."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, what, *more in entries:
            entry = tarfile.TarInfo(name)
            entry.mode, entry.mtime = 0o755, 1_700_000_000
            for key, value in (more[0] if more else {}).items():
                setattr(entry, key, value)
            if isinstance(what, bytes):
                entry.size = len(what)
                archive.addfile(entry, io.BytesIO(what))
            else:
                entry.type = TYPES[what]
                archive.addfile(entry)
    return buffer.getvalue()


TYPES = {"directory": tarfile.DIRTYPE, "link": tarfile.LNKTYPE, "symbolic link": tarfile.SYMTYPE, "pipe": tarfile.FIFOTYPE}
RELEASE = tuple(int(part) for part in os.uname().release.split(".")[:2])


def xattr(name, value):
    return {f"SCHILY.xattr.{name}": value.decode("utf-8", "surrogateescape")}


def sparse_layer():
    """Written by GNU tar, who knows holes."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as top:
        with open(f"{top}/sparse", "wb") as file:
            file.seek(40 << 20)
            file.write(b"end")
        return subprocess.run(["tar", "-C", top, "--sparse", "--format=posix", "-c", "sparse"], capture_output=True, check=True).stdout


def suite_image(file_system):
    """Overlayfs has no whiteouts to give, and tmpfs no attributes of users' before Linux 6.6."""
    noted = {} if file_system == "tmpfs" and RELEASE < (6, 6) else {"pax_headers": xattr("user.note", b"said")}
    with open(ARCHIVE, "rb") as file:
        bottom = file.read()
    with open("/bin/cat", "rb") as file:
        cat = file.read()
    return MadeImage([
        bottom,
        layer(("srv/kept", b"bottom\n"), ("srv/gone", b"x"), ("srv/opaque", "directory"), ("srv/opaque/below", b"x"), ("srv/file", b"x"),
              ("srv/directory", "directory"), ("srv/directory/below", b"x"), ("srv/tree", "directory"), ("srv/tree/a", b"1"), ("srv/tree/b", b"2"),
              ("srv/linked", b"one\n"), ("srv/other", "link", {"linkname": "srv/linked"}), ("srv/pipe", "pipe"),
              ("srv/soft", "symbolic link", {"linkname": "kept"}), ("srv/theirs", b"x", {"uid": 1000, "gid": 33, "mode": 0o640}),
              ("srv/setuid", cat, {"mode": 0o4755}), ("srv/secret", b"secret\n", {"mode": 0o600}),
              ("srv/reader", cat, {"pax_headers": xattr("security.capability", MAY_READ_ALL)}),
              ("srv/noted", b"x", noted)),
        sparse_layer(),
        layer(("srv/tree/c", b"3")) if file_system == "overlay" else
        layer(("srv/.wh.gone", b""), ("srv/opaque/.wh..wh..opq", b""), ("srv/opaque/own", b"x"), ("srv/.wh.file", b""), ("srv/file", "directory"),
              ("srv/file/inside", b"x"), ("srv/.wh.directory", b""), ("srv/directory", b"a file\n"), ("srv/tree/c", b"3")),
    ], is_compressed=False)


def deep_image(file_system):
    with open(ARCHIVE, "rb") as file:
        bottom = file.read()
    return MadeImage([bottom, *(layer((f"deep/f{i}", str(i).encode()), *(() if file_system == "overlay" else [(f"deep/.wh.f{i - 2}", b"")])) for i in range(127))], is_compressed=False)


def need_devices():
    # The testbed's /dev has no nodes of the host's but for those that containers may have.
    for name, kind, major, minor in [("fuse", 0o20666, 10, 229), ("loop-control", 0o20600, 10, 237), *((f"loop{n}", 0o60600, 7, n) for n in range(32))]:
        if not os.path.exists(f"/dev/{name}"):
            os.mknod(f"/dev/{name}", kind, os.makedev(major, minor))
            os.chmod(f"/dev/{name}", kind & 0o777)


class StorageSuite(SystemTest):
    """Of a DRIVER, on FILE_SYSTEM: empty for the machine's own."""
    driver = ""
    file_system = ""

    @classmethod
    def setUpClass(cls):
        output("systemctl", "stop", "slipwayd.service")
        cls.place = temporary_directory(cls)
        cls.addClassCleanup(cls.restore)
        need_devices()
        cls.mount()
        cls.choose(cls.driver)
        info = json.loads(slipway("info", "--format", "json").stdout)
        assert info["RootDriver"] == cls.driver, info
        cls.registry = Registry(cls.place, 5023)
        cls.addClassCleanup(cls.registry.stop)
        cls.image, cls.deep = f"{cls.registry.host}/suite:1", f"{cls.registry.host}/deep:1"
        for name, image in (("suite", suite_image(cls.file_system)), ("deep", deep_image(cls.file_system))):
            image.send(cls.registry.host, name, "1")
            done = slipway("pull", f"{cls.registry.host}/{name}:1")
            assert done.returncode == 0, done.stderr

    @classmethod
    def mount(cls):
        if not cls.file_system:
            return
        if cls.file_system == "overlay":
            # Whose upper directory is no place for another's; and the kernel shows it with no other IDs.
            for part in ("upper", "work"):
                os.makedirs(f"/var/lib/storage/{part}", exist_ok=True)
            os.makedirs("/var/lib/storage/lower", exist_ok=True)
            cls.do("mount", "-t", "overlay", "-o", "lowerdir=/var/lib/storage/lower,upperdir=/var/lib/storage/upper,workdir=/var/lib/storage/work", "overlay", STATE)
            return
        if cls.file_system == "tmpfs":
            os.makedirs(STATE, mode=0o700, exist_ok=True)  # of a machine on which no engine has run yet
            cls.do("mount", "-t", "tmpfs", "-o", "size=1500m", "tmpfs", STATE)
            return
        image = f"{cls.place}/disk.img"
        with open(image, "wb") as file:
            file.truncate(2 << 30)
        cls.do(f"mkfs.{cls.file_system}", "-q", image)
        cls.do("mount", "-o", "loop", image, STATE)

    @classmethod
    def restore(cls):
        for name in output("slipway", "ps", "-a", "-q").split():
            slipway("rm", "--force", name)
        output("systemctl", "stop", "slipwayd.service")
        if cls.file_system:
            cls.do("umount", STATE)
            subprocess.run(["rm", "-rf", "/var/lib/storage"], check=True)
        if os.path.exists(DROP_IN):
            os.remove(DROP_IN)
        output("systemctl", "daemon-reload")

    @staticmethod
    def do(*command):
        done = run(*command)
        assert done.returncode == 0, (command, done.stderr)

    @staticmethod
    def choose(driver):
        output("systemctl", "stop", "slipwayd.service")
        os.makedirs(os.path.dirname(DROP_IN), exist_ok=True)
        with open(DROP_IN, "w", encoding="ascii") as file:
            file.write(f"[Service]\nEnvironment=SLIPWAY_ROOT_DRIVER={driver}\n")
        output("systemctl", "daemon-reload")

    def setUp(self):
        before = find_residue()
        self.addCleanup(expect_no_residue, before)

    def inside(self, script, *options, image=None):
        done = slipway("run", "--rm", *options, image or self.image, "sh", "-c", script)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def kept(self, script="exec sleep infinity", *options):
        """A container that stays; its name."""
        slipway("rm", "--force", "kept")
        done = slipway("run", "--detach", "--name", "kept", *options, self.image, "sh", "-c", script)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "rm", "--force", "kept")

    def in_kept(self, script):
        done = slipway("exec", "kept", "sh", "-c", script)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def again(self):
        slipway("kill", "kept")
        wait_until(lambda: self.state("kept")["Status"] == "exited")
        done = slipway("start", "kept")
        self.assertEqual(done.returncode, 0, done.stderr)

    def root(self):
        return f"/proc/{self.state('kept')['Pid']}/root"

    def test_upper_layers_hide_lower_files(self):
        if self.file_system == "overlay":
            self.skipTest("overlayfs has no whiteouts to give")
        self.assertEqual(self.inside("cd /srv; ls -d gone opaque/* file/* directory tree/* 2>/dev/null; cat kept directory; readlink soft; cat soft"),
                         "directory\nfile/inside\nopaque/own\ntree/a\ntree/b\ntree/c\nbottom\na file\nkept\nbottom\n")

    def test_a_container_hides_and_brings_back(self):
        self.kept()
        self.in_kept("cd /srv; rm kept; rm -r tree; mkdir tree; echo new >tree/new; rm -r opaque; echo file >opaque")
        self.again()
        self.assertEqual(self.in_kept("cd /srv; ls kept 2>/dev/null; ls tree; cat opaque"), "new\nfile\n")
        self.in_kept("cd /srv; rm opaque; mkdir opaque")
        self.again()
        self.assertEqual(self.in_kept("ls -A /srv/opaque"), "")

    def test_directories_move_across_layers(self):
        self.kept()
        self.in_kept("cd /srv; mv tree moved; mkdir tree; mv moved/a tree/a2; mv /usr/share/doc /srv/doc")
        self.again()
        self.assertEqual(self.in_kept("cd /srv; ls moved tree; test -d doc && test ! -e /usr/share/doc && cat tree/a2"), "moved:\nb\nc\n\ntree:\na2\n1")

    def test_hard_links(self):
        self.kept()
        script = "cd /srv; stat -c %h linked; test linked -ef other && echo same"
        self.assertEqual(self.in_kept(script), "2\nsame\n")
        # What an overlay cannot keep: two names of one file in a layer below are two files once one is written to.
        self.in_kept("cd /srv; echo mine >mine; ln mine yours; ln kept twice; echo more >>yours")
        self.again()
        self.assertEqual(self.in_kept("cd /srv; cat mine; test mine -ef yours && test kept -ef twice && stat -c %h mine"), "mine\nmore\n2\n")

    def test_owners_are_the_containers(self):
        self.assertEqual(self.inside("cat /proc/self/uid_map | tr -s ' ' | cut -d ' ' -f 2; stat -c '%u %g %a' /srv/theirs /srv/secret /; touch /srv/new; stat -c %u:%g /srv/new"),
                         "0\n1000 33 640\n0 0 600\n0 0 755\n0:0\n")
        self.kept("touch /srv/new; chown 1000:33 /srv/new; exec sleep infinity")
        wait_until(lambda: os.path.exists(f"{self.root()}/srv/new"))
        wait_until(lambda: self.in_kept("stat -c %u /srv/new") == "1000\n")
        self.again()
        self.assertEqual(self.in_kept("stat -c %u:%g /srv/new /srv/theirs"), "1000:33\n1000:33\n")
        # The host's root owns none of it.
        first = int(self.in_kept("cat /proc/self/uid_map").split()[1])
        self.assertNotEqual(first, 0)
        for name, owner in (("srv/new", 1000), ("srv/theirs", 1000), ("srv/secret", 0), ("etc", 0)):
            self.assertEqual(os.stat(f"{self.root()}/{name}").st_uid, first + owner, name)

    def test_the_hosts_user_namespace(self):
        self.assertEqual(self.inside("stat -c '%u %g' /srv/theirs /etc; echo >/srv/new", "--userns", "host"), "1000 33\n0 0\n")

    def test_capabilities_and_set_user_id(self):
        options = ("--security-opt", "no-new-privileges=false")
        unprivileged = "setpriv --reuid 1000 --regid 1000 --clear-groups"
        script = f"cd /srv; {unprivileged} cat secret 2>/dev/null || echo refused; {unprivileged} ./setuid secret"
        self.assertEqual(self.inside(script, *options), "refused\nsecret\n")
        script = f"cd /srv; {unprivileged} ./reader secret 2>/dev/null || echo refused"
        self.assertEqual(self.inside(script, *options), "secret\n")
        self.assertEqual(self.inside(script, *options, "--userns", "host"), "secret\n")

    def test_extended_attributes(self):
        if self.file_system == "tmpfs" and RELEASE < (6, 6):
            self.skipTest("tmpfs has no attributes of users'")
        self.kept()
        self.assertEqual(os.getxattr(f"{self.root()}/srv/noted", "user.note"), b"said")
        os.setxattr(f"{self.root()}/srv/kept", "user.new", b"yes")
        self.again()
        self.assertEqual(os.getxattr(f"{self.root()}/srv/kept", "user.new"), b"yes")
        self.assertFalse([name for name in os.listxattr(f"{self.root()}/srv/opaque") if "overlay" in name])

    def test_holes(self):
        self.kept()
        script = "cd /; stat -c '%s %b' sparse; tail -c 3 sparse"
        size, blocks, end = self.in_kept(script).split()
        self.assertEqual((size, end), (str((40 << 20) + 3), "end"))
        self.assertLess(int(blocks), 1000)
        self.in_kept("cd /srv; truncate -s 30M hole; printf x >>hole")
        self.again()
        self.assertLess(int(self.in_kept("stat -c %b /srv/hole")), 1000)

    def test_pipes_and_sockets(self):
        self.kept()
        self.assertEqual(self.in_kept("stat -c %F /srv/pipe; (cat /srv/pipe & echo through >/srv/pipe; wait)"), "fifo\nthrough\n")
        self.in_kept("cd /srv; perl -e 'use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un(\"socket\")) or die $!'; mkfifo new")
        self.again()
        self.assertEqual(self.in_kept("stat -c %F /srv/socket /srv/new"), "socket\nfifo\n")

    def test_128_layers(self):
        if self.file_system == "overlay":
            self.assertEqual(self.inside("ls /deep | wc -l; cat /deep/f0 /deep/f126", image=self.deep), "127\n0126")
            return
        self.assertEqual(self.inside("ls /deep; cat /deep/*; rm /deep/f126; ls /deep", image=self.deep), "f125\nf126\n125126f125\n")

    def test_a_read_only_root(self):
        self.assertEqual(self.inside("touch /srv/x 2>/dev/null || echo refused; cat /srv/kept", "--read-only"), "refused\nbottom\n")

    def test_a_volume_takes_over_what_the_image_has(self):
        if self.file_system in ("overlay", "tmpfs") and self.driver == "copy" and (self.file_system == "overlay" or RELEASE < (6, 3)):
            self.skipTest("volumes are shown by idmapped mounts alone (docs/volumes.md)")
        self.addCleanup(slipway, "volume", "rm", "data")
        self.assertEqual(self.inside("cat /srv/tree/*; stat -c %u /srv/tree", "-v", "data:/srv/tree"), "1230\n")

    def test_containers_do_not_see_each_others_changes(self):
        self.kept()
        self.in_kept("echo changed >/srv/kept; rm /srv/theirs; echo >/etc/passwd")
        self.assertEqual(self.inside("cat /srv/kept; ls /srv/theirs; grep -c root /etc/passwd"), "bottom\n/srv/theirs\n1\n")

    def test_trees_within_trees_are_removed(self):
        self.kept()
        self.in_kept("cd /srv; d=.; for i in $(seq 60); do d=$d/deep$i; done; mkdir -p $d; echo x >$d/x")
        if self.file_system == "btrfs" and self.driver in ("btrfs", "reflink", "copy"):
            tree = f"{STATE}/containers/{self.identity()}/root/fs/srv"
            self.do("btrfs", "subvolume", "create", f"{tree}/inner")
            self.do("btrfs", "subvolume", "create", f"{tree}/inner/most")
            with open(f"{tree}/inner/most/file", "wb"):
                pass
        slipway("rm", "--force", "kept")

    def identity(self):
        return json.loads(slipway("inspect", "kept").stdout)[0]["Id"]

    def test_another_driver_goes_on_with_what_is_there(self):
        if self.file_system == "overlay":
            self.skipTest("there is none but this")
        other = "overlay-mount" if self.driver == "copy" else "copy"
        self.kept("exec sleep infinity")
        self.in_kept("echo mine >/srv/mine; rm /srv/kept")
        slipway("kill", "kept")
        wait_until(lambda: self.state("kept")["Status"] == "exited")
        self.choose(other)
        self.addCleanup(self.choose, self.driver)
        self.assertEqual(slipway("start", "kept").returncode, 0)
        self.assertEqual(self.in_kept("cat /srv/mine; ls /srv/kept 2>/dev/null || echo gone"), "mine\ngone\n")
        slipway("rm", "--force", "kept")

    def test_a_killed_engine_leaves_no_half_of_a_root(self):
        self.addCleanup(slipway, "rm", "--force", "kept")
        slipway("ps")
        for delay in (0.01, 0.05, 0.15, 0.3):
            with subprocess.Popen(["slipway", "run", "--detach", "--name", "kept", self.image, "sleep", "infinity"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as starting:
                try:
                    starting.wait(delay)
                except subprocess.TimeoutExpired:
                    pass
                if pid := engine_pid():
                    os.kill(pid, 9)
                starting.wait()
            slipway("ps")
            wait_until(lambda: not os.listdir(f"{STATE}/tmp"))
            if slipway("inspect", "kept").returncode != 0:
                self.kept()
            slipway("start", "kept")
            wait_until(lambda: self.state("kept")["Status"] == "running")
            self.assertEqual(self.in_kept("cat /srv/kept; ls /srv/setuid"), "bottom\n/srv/setuid\n")
            slipway("rm", "--force", "kept")

    def test_changes_are_told_and_committed(self):
        if self.file_system == "overlay":
            self.skipTest("overlayfs has no whiteouts to give")
        self.kept()
        self.in_kept("cd /srv; echo new >new; ln new also; rm theirs; rm -r opaque; mkdir opaque; echo x >opaque/x; mv tree moved; chmod 4711 kept; chown 1000:33 new")
        expected = {"A /srv/new", "A /srv/also", "D /srv/theirs", "D /srv/tree", "A /srv/moved", "A /srv/moved/a", "C /srv/kept", "D /srv/opaque/own", "A /srv/opaque/x"}
        # Of a running one, and of one at rest.
        for _ in range(2):
            told = set(slipway("diff", "kept").stdout.splitlines())
            self.assertLessEqual(expected, told)
            self.assertEqual({line for line in told if line[2:].startswith(("/srv/linked", "/srv/file", "/usr"))}, set())
            slipway("kill", "kept")
            wait_until(lambda: self.state("kept")["Status"] == "exited")
        done = slipway("commit", "kept", "committed:1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "image", "rm", "committed:1")
        self.assertEqual(self.inside("cd /srv; ls theirs tree 2>/dev/null; ls opaque moved; stat -c '%a %u' kept new; cat also; test also -ef new && cat linked", image="committed:1"),
                         "moved:\na\nb\nc\n\nopaque:\nx\n4711 0\n644 1000\nnew\none\n")
        self.assertEqual(slipway("start", "kept").returncode, 0)
        self.assertEqual(self.in_kept("cat /srv/new"), "new\n")

    def test_a_busy_one_is_committed_as_of_one_moment(self):
        if self.file_system == "overlay":
            self.skipTest("overlayfs has no whiteouts to give")
        # At any moment all but the newest directory is whole, and few are there.
        self.kept("mkdir /srv/busy; i=0; while :; do i=$((i+1)); mkdir /srv/busy/$i; echo $i >/srv/busy/$i/is; rm -rf /srv/busy/$((i-3)); done")
        wait_until(lambda: slipway("exec", "kept", "ls", "/srv/busy").stdout.count("\n") >= 3)
        for tag in ("committed:1", "committed:2"):
            done = slipway("commit", "kept", tag)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.addCleanup(slipway, "image", "rm", tag)
            numbers = sorted(int(name) for name in self.inside("ls /srv/busy", image=tag).split())
            self.assertIn(len(numbers), (3, 4))
            self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))
            self.assertEqual(self.inside(f"cd /srv/busy; cat {' '.join(f'{number}/is' for number in numbers[1:-1])}", image=tag).split(), [str(number) for number in numbers[1:-1]])

    def test_no_mount_shows_on_the_host(self):
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            before = mounts.read()
        self.kept()
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            self.assertEqual(mounts.read(), before)
