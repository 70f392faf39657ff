# SPDX-License-Identifier: LGPL-2.1-or-later
"""What groups cost: 50 members in ten chains beside one of these chains alone, by turns; an apply that has nothing to do; and what a start by a restart
policy costs beside a plain one."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

IMAGE = "debian:bookworm"
SERVICE = "  {name}:\n    image: debian:bookworm\n    command: [sleep, infinity]\n    stop_grace_period: 0s\n"


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


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=7)
    rounds = options.parse_args().rounds
    if subprocess.run(["slipway", "image", "inspect", IMAGE], check=False, capture_output=True).returncode != 0:
        with open("/var/cache/slipway-shared/debian-bookworm.tar", "rb") as archive:
            subprocess.run(["slipway", "image", "import", "-", IMAGE], stdin=archive, check=True, stdout=subprocess.DEVNULL)
    samples = {"one chain of 5 starts": [], "ten chains of 5 start": [], "nothing to do for 50": [], "slipway version": [],
               "slipway run -d": [], "the same, --restart always": []}
    with tempfile.TemporaryDirectory() as place:
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
            for key, options in (("plain", ()), ("kept", ("--restart", "always"))):
                taken[key] = min(start(*options) for _ in range(3))
            if number == 0:
                continue  # it warms up
            for what, value in zip(samples, (taken[key] for key in ("one", "ten", "same", "version", "plain", "kept"))):
                samples[what].append(value)
    json.dump({"samples": samples, "steps": [], "left_out": {}, "failed": [], "machine": os.uname().release}, sys.stdout)


main()
