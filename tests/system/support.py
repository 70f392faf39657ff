# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the booted machine share: commands, the image, what a container may not leave behind."""
import json
import os
import subprocess
import time
import unittest

IMAGE = "debian:bookworm"
ARCHIVE = "/var/cache/slipway-shared/debian-bookworm.tar"
STATE = "/var/lib/slipway"
# How many times longer than usual everything may take: an emulated machine is slow.
PATIENCE = int(os.environ.get("SLIPWAY_PATIENCE", "1"))


def run(*command, seconds=60, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds * PATIENCE, check=False, **options)


def slipway(*arguments, **options):
    return run("slipway", *arguments, **options)


def output(*command):
    return run(*command).stdout


def show(unit, key):
    return output("systemctl", "show", "--value", "-p", key, unit).strip()


def engine_pid():
    return int(show("slipwayd.service", "MainPID"))


def wait_until(is_true, seconds=20):
    """What no event tells of: looks again and again."""
    end = time.monotonic() + seconds * PATIENCE
    while not is_true():
        if time.monotonic() > end:
            raise AssertionError("it did not come to pass")
        time.sleep(0.02)


def journal(*matches):
    return [json.loads(line) for line in output("journalctl", "--output=json", "--all", *matches).splitlines()]


def is_state_disk(mount):
    """Whether a line of mountinfo is the file system that the machine has for the state from boot on."""
    words = mount.split()
    try:
        with open(f"/sys/dev/block/{words[2]}/loop/backing_file", encoding="utf-8") as file:
            return words[4] == STATE and file.read().strip() == "/var/lib/testbed/state.ext4"
    except OSError:
        return False


def find_residue():
    """Everything that containers and images leave on the host while they are there."""
    units = output("systemctl", "list-units", "--all", "--plain", "--no-legend", "slipway-*.scope").split("\n")
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        found = {"mount: " + line for line in mounts if any(word in line for word in (" - overlay ", "/var/lib/slipway", "/run/slipway")) and not is_state_disk(line)}
    found |= {"unit: " + unit.split()[0] for unit in units if unit.strip()}
    for directory in (f"{STATE}/containers", f"{STATE}/tmp", f"{STATE}/partial", f"{STATE}/layers", f"{STATE}/volumes", f"{STATE}/blobs/sha256", "/run/slipway/containers",
                      "/run/systemd/units"):
        if os.path.isdir(directory):
            found |= {f"file: {directory}/{name}" for name in os.listdir(directory)
                      if directory != "/run/systemd/units" or "slipway-" in name and "log-rate" in name}
    for line in output("ps", "-eo", "comm,pid,ppid").splitlines():
        # The engine's spare monitor is its child, and the launcher of that one's child.
        if line.startswith(("slipway-monitor", "slipway-launch", "slipway-transfe")) or line.startswith("slipway-spare") and line.endswith(" 1"):
            found.add("process: " + line)
    found |= {"row: " + line for line in slipway("ps", "-a", "-q", "--no-trunc").stdout.splitlines()}
    return found


def expect_no_residue(before, seconds=20):
    """Nothing but what was there BEFORE, as soon as the engine's workers are done."""
    try:
        wait_until(lambda: find_residue() <= before, seconds)
    except AssertionError:
        raise AssertionError(f"left behind: {sorted(find_residue() - before)}") from None


class SystemTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if slipway("image", "inspect", IMAGE).returncode != 0:
            with open(ARCHIVE, "rb") as archive:
                done = slipway("image", "import", "-", IMAGE, stdin=archive)
            if done.returncode != 0:
                raise AssertionError(done.stderr)

    def start(self, name, *command, options=()):
        """A container in the background, gone with the test; its ID."""
        slipway("rm", "--force", name)
        done = slipway("run", "--detach", "--name", name, *options, IMAGE, *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "rm", "--force", name)
        return done.stdout.strip()

    def state(self, name):
        return json.loads(slipway("inspect", name).stdout)[0]["State"]

    def await_line(self, identity, line):
        """Until the container has written LINE."""
        with subprocess.Popen(["journalctl", "-f", "-n", "all", "-o", "cat", f"CONTAINER_ID_FULL={identity}"],
                              stdout=subprocess.PIPE, text=True) as follower:
            for found in follower.stdout:
                if found.strip() == line:
                    break
            follower.terminate()
