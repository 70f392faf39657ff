# SPDX-License-Identifier: LGPL-2.1-or-later
"""A host without systemd and without a bus, in the booted machine: a root of its own with all the namespaces, whose first process is another supervisor."""
import functools
import os
import shutil
import subprocess
import time

from support import ARCHIVE, IMAGE, run, wait_until

ROOT_ARCHIVE = "/var/cache/slipway-shared/supervisors.tar"
ROOT = "/var/lib/other-host"
CGROUP = "/sys/fs/cgroup/other-host"

# Run by the first process of the new namespaces, in the new root's parent.
ENTER = r"""set -eu
mount --make-rprivate /
mount --bind $ROOT $ROOT
cd $ROOT
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty fuse net/tun; do
    [ -e /dev/$node ] || continue
    mkdir -p dev/${node%/*} 2>/dev/null || true
    [ ! -d dev/$node ] || rmdir dev/$node
    touch dev/$node
    mount --bind /dev/$node dev/$node
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
if [ -e /sys/fs/cgroup/cgroup.procs ]; then
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    mount -o remount,bind,$CGROUPS sys/fs/cgroup
else
    mount -t tmpfs tmpfs sys/fs/cgroup
    for one in memory pids freezer devices cpu; do
        mkdir sys/fs/cgroup/$one
        mount -t cgroup -o $one cgroup sys/fs/cgroup/$one
        mount -o remount,bind,$CGROUPS sys/fs/cgroup/$one
    done
fi
mkdir -p cache old
mount --bind /var/cache/slipway-shared cache
ip link set lo up
pivot_root . old
cd /
umount -l /old
hostname other
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"
"""


@functools.cache
def prepare():
    """The root with what was last built in it, once for a file of tests."""
    stamp = str(os.stat(ROOT_ARCHIVE).st_mtime_ns)
    if not os.path.islink(f"{ROOT}/made-of") or os.readlink(f"{ROOT}/made-of") != stamp:
        for place in (ROOT, ROOT + ".making"):
            shutil.rmtree(place, ignore_errors=True)
        os.makedirs(ROOT + ".making")
        done = run("tar", "-x", "-C", ROOT + ".making", "-f", ROOT_ARCHIVE, "--numeric-owner", seconds=120)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        os.symlink(stamp, ROOT + ".making/made-of")
        os.rename(ROOT + ".making", ROOT)
    shutil.rmtree(f"{ROOT}/usr/lib/slipway", ignore_errors=True)
    shutil.copytree("/usr/lib/slipway", f"{ROOT}/usr/lib/slipway", symlinks=True)
    shutil.copy2("/usr/bin/slipway", f"{ROOT}/usr/bin/slipway")
    for place in ("var/log/slipway", "var/lib/slipway"):
        shutil.rmtree(f"{ROOT}/{place}", ignore_errors=True)
    with open(f"{ROOT}/etc/resolv.conf", "w", encoding="utf-8") as file:
        file.write("nameserver 192.0.2.53\n")


class OtherHost:
    """INIT: the command that is its first process. CGROUPS: "rw", "ro"."""

    def __init__(self, *init, cgroups="rw"):
        prepare()
        if os.path.exists("/sys/fs/cgroup/cgroup.procs"):
            os.makedirs(CGROUP, exist_ok=True)
        self.console = open(f"{ROOT}.console", "w", encoding="utf-8")  # pylint: disable=consider-using-with

        def join():
            if os.path.exists("/sys/fs/cgroup/cgroup.procs"):
                with open(f"{CGROUP}/cgroup.procs", "w", encoding="utf-8") as file:
                    file.write(str(os.getpid()))
        self.shell = subprocess.Popen(  # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
            ["unshare", "--pid", "--mount", "--uts", "--ipc", "--net", "--cgroup", "--fork", "--kill-child",
             "sh", "-c", ENTER, "sh", *init],
            stdin=subprocess.DEVNULL, stdout=self.console, stderr=self.console, preexec_fn=join,
            env={"PATH": os.environ["PATH"], "ROOT": ROOT, "CGROUPS": cgroups})
        self.pid = None
        wait_until(self.find_first)
        # Its root is the new one, and the old one is gone.
        wait_until(lambda: os.path.exists(f"/proc/{self.pid}/root/cache/supervisors.tar") and not os.path.exists(f"/proc/{self.pid}/root/old/etc"))

    def find_first(self):
        if self.shell.poll() is not None:
            raise AssertionError("the other host has ended: " + self.said())
        children = run("pgrep", "-P", str(self.shell.pid)).stdout.split()
        self.pid = int(children[0]) if children else None
        return self.pid

    def said(self):
        with open(f"{ROOT}.console", encoding="utf-8", errors="replace") as file:
            return file.read()

    def run(self, *command, seconds=60, **options):
        # Who is outside its cgroups may move nobody within (nsdelegate, cgroups(7)).
        join = f"[ ! -e {CGROUP}/cgroup.procs ] || echo $$ >{CGROUP}/cgroup.procs; exec \"$@\""
        return run("sh", "-c", join, "sh", "nsenter", "--target", str(self.pid), "--all", "--root", "--wd",
                   "env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", *command, seconds=seconds, **options)

    def slipway(self, *arguments, **options):
        return self.run("slipway", *arguments, **options)

    def write(self, path, text, mode=0o644):
        """A file below its root; not in /run and the like, which are its own."""
        os.makedirs(os.path.dirname(f"{ROOT}{path}"), exist_ok=True)
        with open(f"{ROOT}{path}", "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(f"{ROOT}{path}", mode)

    def read(self, path):
        try:
            with open(f"{ROOT}{path}", encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def pids(self, pattern):
        """Of processes in it, as it numbers them."""
        return [int(word) for word in self.run("pgrep", "-f", pattern).stdout.split()]

    def kill(self, pid, signal="KILL"):
        self.run("kill", f"-{signal}", str(pid))

    def import_image(self):
        if self.slipway("image", "inspect", IMAGE).returncode != 0:
            with open(ARCHIVE, "rb") as archive:
                done = self.slipway("image", "import", "-", IMAGE, stdin=archive, seconds=120)
            if done.returncode != 0:
                raise AssertionError(done.stderr + self.said())

    def stop(self):
        if self.pid:
            run("kill", "-KILL", str(self.pid))
        self.shell.wait(timeout=30)
        self.console.close()
        end = time.monotonic() + 10
        while os.path.isdir(CGROUP) and time.monotonic() < end:
            run("find", CGROUP, "-depth", "-type", "d", "-exec", "rmdir", "{}", "+")
            time.sleep(0.05)
