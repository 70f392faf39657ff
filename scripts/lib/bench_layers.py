# SPDX-License-Identifier: LGPL-2.1-or-later
"""What layers cost: starts from an image of one layer and from the same image with 99 small ones on top, by turns, inside the machine.

Prints the samples as JSON: milliseconds of the whole command, and of making the root as `slipway run --timings` tells it.
"""
import argparse
import contextlib
import json
import re
import subprocess
import sys
import tempfile
import time

sys.path.append("/slipway/tests/system")

from images import MadeImage, tar_of  # noqa: E402
from registries import Registry  # noqa: E402

ARCHIVE = "/var/cache/slipway-shared/debian-bookworm.tar"
COUNTS = (1, 100)


def quietly(*argv):
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def run_time(name):
    """Milliseconds."""
    begin = time.perf_counter_ns()
    quietly("slipway", "run", "--rm", name, "true")
    return (time.perf_counter_ns() - begin) / 1e6


def image_of(count):
    with open(ARCHIVE, "rb") as file:
        bottom = file.read()
    return MadeImage([bottom, *(tar_of({f"srv/f{i}": str(i).encode()}) for i in range(count - 1))], is_compressed=False)


def root_step(name):
    """Milliseconds."""
    done = subprocess.run(["slipway", "run", "--rm", "--timings", name, "true"], check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    found = re.search(r"sandbox\.root\s+([\d.]+)", done.stderr)
    if not found:
        raise RuntimeError("--timings tells no sandbox.root: " + done.stderr)
    return float(found[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    samples = {count: {"run": [], "root": []} for count in COUNTS}
    with tempfile.TemporaryDirectory(dir="/var/tmp") as place, contextlib.ExitStack() as undo:
        registry = Registry(place, 5077)
        undo.callback(registry.stop)
        names = {}
        for count in COUNTS:
            image_of(count).send(registry.host, f"layers{count}", "1")
            names[count] = f"{registry.host}/layers{count}:1"
            quietly("slipway", "pull", names[count])
            undo.callback(quietly, "slipway", "image", "rm", names[count])
        for number in range(rounds + 2):
            for count in COUNTS if number % 2 else reversed(COUNTS):
                run, root = run_time(names[count]), root_step(names[count])
                if number >= 2:  # the first warm up
                    samples[count]["run"].append(run)
                    samples[count]["root"].append(root)
    json.dump({str(count): kinds for count, kinds in samples.items()}, sys.stdout)


if __name__ == "__main__":
    main()
