# SPDX-License-Identifier: LGPL-2.1-or-later
"""Times commands in turn inside the machine and prints all samples as JSON; see scripts/bench for the modes.

A sample is the time from posix_spawn (which returns once the program is executed) until waitpid has the exit status, and
counts only if that is 0. What a command leaves running behind itself is waited for before the next one begins.
"""
import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time

import bench_contenders

SETTLE_SECONDS = 2.0
QUIET_SECONDS = 0.005
WARM_UP_RUNS = 2


class FailedRun(Exception):
    pass


def processes():
    return {name for name in os.listdir("/proc") if name.isdigit()}


def settle(usual):
    """Waits until no process is left that was not there at the beginning."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while not processes() <= usual and time.monotonic() < deadline:
        time.sleep(QUIET_SECONDS)
    time.sleep(QUIET_SECONDS)
    return processes()


def timed_run(argv, errors):
    """Milliseconds until the end of a successful run."""
    errors.seek(0)
    errors.truncate()
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, errors.fileno(), 2),
    ]
    begin = time.perf_counter_ns()
    pid = os.posix_spawn(argv[0], argv, os.environ, file_actions=actions)
    _, status = os.waitpid(pid, 0)
    end = time.perf_counter_ns()
    if status != 0:
        errors.seek(0)
        code = os.waitstatus_to_exitcode(status)
        text = errors.read().decode(errors="replace").strip().splitlines()
        raise FailedRun(f"exit status {code}: {text[-1] if text else 'without a word'}")
    return (end - begin) / 1e6


def read_steps(text):
    """The table of `slipway run --timings`: the step's name to its milliseconds."""
    rows = re.findall(r"^(\S+) {2,}(\S.*?) {2,}([0-9.]+)$", text, re.MULTILINE)
    return {f"{who}: {step}": float(value) for who, step, value in rows}


def warm_up(contenders, errors):
    """Only those that work; and why the others do not."""
    working, left_out = [], {}
    for contender in contenders:
        try:
            contender.prepare()
            for _ in range(WARM_UP_RUNS):
                timed_run(contender.argv(), errors)
            working.append(contender)
        except (FailedRun, OSError, subprocess.CalledProcessError) as reason:
            left_out[contender.name] = str(reason)
    return working, left_out


def sample(contender, errors, usual, results):
    """One run; None in the place of a failed one keeps the samples of a round together."""
    usual |= contender.helpers()
    settle(usual)
    try:
        milliseconds = timed_run(contender.argv(), errors)
    except FailedRun as reason:
        results["failed"].append(f"{contender.name}: {reason}")
        milliseconds = None
    if contender.shows_steps and milliseconds is not None:
        errors.seek(0)
        row = read_steps(errors.read().decode())
        row["client: loaded, and gone again"] = milliseconds - row.get("client: total", 0)
        row["client: total"] = milliseconds
        results["steps"].append(row)
    if not contender.shows_steps:
        results["samples"][contender.name].append(milliseconds)


def measure(contenders, options):
    with tempfile.TemporaryFile() as errors:
        working, left_out = warm_up(contenders, errors)
        results = {
            "machine": f"Linux {platform.release()}, {os.cpu_count()} processors",
            "unit": "milliseconds",
            "commands": {contender.name: contender.text for contender in working},
            "samples": {contender.name: [] for contender in working if not contender.shows_steps},
            "steps": [],
            "left_out": left_out,
            "failed": [],
        }
        usual = settle(set())
        deadline = time.monotonic() + options.seconds
        for number in range(options.rounds):
            if time.monotonic() > deadline or not working:
                break
            # Each has each other one before it, whose traces it may feel, as often as that can be.
            shift = number % len(working)
            for contender in working[shift:] + working[:shift]:
                contender.take_turn()
                for _ in range(contender.runs_per_turn):
                    sample(contender, errors, usual, results)
    return results


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("mode", choices=["run", "compare"])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--only", default="")
    parser.add_argument("builds", nargs="*")
    options = parser.parse_intermixed_args()
    try:
        if options.mode == "run":
            contenders = bench_contenders.others(options.only)
        else:
            contenders = bench_contenders.builds(options.builds)
    except ValueError as mistake:
        parser.error(str(mistake))
    with bench_contenders.installed():
        json.dump(measure(contenders, options), sys.stdout)


main()
