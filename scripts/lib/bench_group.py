# SPDX-License-Identifier: LGPL-2.1-or-later
"""What groups cost: 50 members in ten chains beside one of these chains alone, by turns; an apply that has nothing to do; and what a start by a restart
policy costs beside a plain one. The engine's state is on an ext4 with a journal, as hosts have it: without one (mke2fs -O ^has_journal, which machines of
clouds have) ext4 looks at each inode that was deleted within minutes before it makes a new one, and what a start costs would depend on what ended before."""
import argparse
import contextlib
import json
import os
import stat
import subprocess
import sys
import tempfile
import time

IMAGE = "debian:bookworm"
STATE = "/var/lib/slipway"
SERVICE = "  {name}:\n    image: debian:bookworm\n    command: [sleep, infinity]\n    stop_grace_period: 0s\n"


def do(*words):
    subprocess.run(words, check=True, capture_output=True)


def make_node(path, kind, *number):
    if not os.path.exists(path):
        os.mknod(path, kind | 0o600, os.makedev(*number))


@contextlib.contextmanager
def on_ext4(place):
    make_node("/dev/loop-control", stat.S_IFCHR, 10, 237)
    for number in range(8):
        make_node(f"/dev/loop{number}", stat.S_IFBLK, 7, number)
    with open(f"{place}/disk", "wb") as file:
        file.truncate(2 << 30)
    do("mkfs.ext4", "-q", "-O", "has_journal", f"{place}/disk")
    do("systemctl", "stop", "slipwayd.service")
    os.makedirs(STATE, mode=0o700, exist_ok=True)
    do("mount", "-o", "loop", f"{place}/disk", STATE)
    try:
        yield
    finally:
        do("systemctl", "stop", "slipwayd.service")
        do("umount", STATE)


def slipway(*words):
    return subprocess.run(["slipway", *words], check=True, capture_output=True, text=True).stdout


def compose(chains, length):
    """Each member of a chain waits until the one before is started."""
    text = "services:\n"
    for chain in range(chains):
        for link in range(length):
            text += SERVICE.format(name=f"c{chain}-{link}")
            if link:
                text += f"    depends_on: [c{chain}-{link - 1}]\n"
    return text


def apply(name, file):
    """Milliseconds of the whole command."""
    begin = time.perf_counter()
    slipway("group", "apply", "-p", name, "-f", file)
    return (time.perf_counter() - begin) * 1000


def start(*options):
    """Milliseconds of the whole command."""
    begin = time.perf_counter()
    slipway("run", "--detach", "--name", "bench-one", "--stop-timeout", "0", *options, IMAGE, "sleep", "infinity")
    taken = (time.perf_counter() - begin) * 1000
    slipway("rm", "--force", "bench-one")
    return taken


def bring_image():
    if subprocess.run(["slipway", "image", "inspect", IMAGE], check=False, capture_output=True).returncode != 0:
        with open("/var/cache/slipway-shared/debian-bookworm.tar", "rb") as archive:
            subprocess.run(["slipway", "image", "import", "-", IMAGE], stdin=archive, check=True, stdout=subprocess.DEVNULL)


def measure(rounds, place):
    samples = {"one chain of 5 starts": [], "ten chains of 5 start": [], "nothing to do for 50": [],
               "slipway version": [], "slipway run -d": [], "the same, --restart always": []}
    files = {}
    for name, chains in (("one", 1), ("ten", 10)):
        files[name] = f"{place}/{name}.yaml"
        with open(files[name], "w", encoding="utf-8") as file:
            file.write(compose(chains, 5))
    for number in range(rounds + 1):
        taken = {}
        for name in ("one", "ten") if number % 2 else ("ten", "one"):
            taken[name] = apply(f"bench-{name}", files[name])
            if name == "ten":
                taken["same"] = min(apply("bench-ten", files["ten"]) for _ in range(3))
                begin = time.perf_counter()
                slipway("version")
                taken["version"] = (time.perf_counter() - begin) * 1000
            slipway("group", "rm", f"bench-{name}")
            time.sleep(1)  # the kernel takes network namespaces down behind it
        for key, options in (("plain", ()), ("kept", ("--restart", "always"))):
            taken[key] = min(start(*options) for _ in range(3))
        if number == 0:
            continue  # it warms up
        for what, value in zip(samples, (taken[key] for key in ("one", "ten", "same", "version", "plain", "kept"))):
            samples[what].append(value)
    return samples


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=7)
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory(dir="/var/tmp") as place, on_ext4(place):
        bring_image()
        samples = measure(rounds, place)
    json.dump({"samples": samples, "steps": [], "left_out": {}, "failed": [], "machine": os.uname().release}, sys.stdout)


main()
