# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the process beside each container costs in memory: slipway-monitor and podman's conmon, side by side, as JSON.

PSS (proc_pid_smaps(5)) shares out what several processes have in common, so the sum over all is what they take.
"""
import json
import statistics
import subprocess
import sys
import time

import bench_contenders

SETTLE_SECONDS = 3


def pids_of(comm):
    answer = subprocess.run(["pgrep", "-x", comm], check=False, capture_output=True, text=True)
    return answer.stdout.split()


def pss_of(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))


def start(command, count):
    for number in range(count):
        subprocess.run([word.replace("NAME", f"memory-{number}") for word in command], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL)


def main():
    count = int(sys.argv[1])
    image = bench_contenders.IMAGE
    bench_contenders.Slipway().prepare()
    bench_contenders.Podman("runc").prepare()
    ways = {
        # The kernel keeps 15 characters of a name.
        "slipway-monitor": (["slipway", "run", "--detach", "--name", "NAME", image, "sleep", "infinity"], ["slipway", "rm", "--force"]),
        "conmon": (["podman", "--runtime", "runc", "run", "--detach", "--name", "NAME", "--network=none", "--pids-limit=0", image, "sleep", "infinity"],
                   ["podman", "rm", "--force", "--ignore", "--time", "0"]),
    }
    results = {}
    try:
        for command, _ in ways.values():
            start(command, count)
        time.sleep(SETTLE_SECONDS)
        for comm in ways:
            sizes = [pss_of(pid) for pid in pids_of(comm)]
            results[comm] = {"processes": len(sizes), "median": statistics.median(sizes), "sum": sum(sizes)}
    finally:
        for _, removal in ways.values():
            subprocess.run([*removal, *(f"memory-{number}" for number in range(count))], check=False, capture_output=True)
    json.dump(results, sys.stdout)


main()
