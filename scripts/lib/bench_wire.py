# SPDX-License-Identifier: LGPL-2.1-or-later
"""How soon the first connection to a stopped container is answered: from the moment that it listens, and from the call; beside a connection to one that runs."""
import argparse
import json
import os
import subprocess
import sys
import time

# Says when it began to listen, by the clock that all processes of the machine have.
SERVER = ('use IO::Socket::IP; use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC); '
          '$s = IO::Socket::IP->new(LocalHost => "::", LocalPort => 5432, Listen => 64, V6Only => 0) or die; '
          '$t = clock_gettime(CLOCK_MONOTONIC); while (1) { $c = $s->accept or next; printf $c "%.9f\\n", $t; close $c }')
# In the caller's network namespace: connects and tells when it was answered.
CALLER = ('import socket, sys, time; begin = time.monotonic(); s = socket.create_connection((sys.argv[1], 5432)); '
          'said = s.makefile().readline(); print(begin, time.monotonic(), said)')


def slipway(*words):
    return subprocess.run(["slipway", *words], check=True, capture_output=True, text=True).stdout


def call(pid, address):
    done = subprocess.run(["nsenter", "--net", f"--target={pid}", "python3", "-c", CALLER, address], check=True, capture_output=True, text=True)
    begin, end, ready = (float(word) for word in done.stdout.split())
    return begin, end, ready


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=30)
    rounds = options.parse_args().rounds
    image = "debian:bookworm"
    if subprocess.run(["slipway", "image", "inspect", image], check=False, capture_output=True).returncode != 0:
        with open("/var/cache/slipway-shared/debian-bookworm.tar", "rb") as archive:
            subprocess.run(["slipway", "image", "import", "-", image], stdin=archive, check=True, stdout=subprocess.DEVNULL)
    for name in ("bench-web", "bench-db"):
        subprocess.run(["slipway", "rm", "--force", name], check=False, capture_output=True)
    slipway("create", "--name", "bench-db", "--network", "none", "--stop-timeout", "0", image, "perl", "-e", SERVER)
    slipway("run", "--detach", "--name", "bench-web", "--network", "none", "--stop-timeout", "0", "--wire", "bench-db:5432", image, "sleep", "infinity")
    web = json.loads(slipway("inspect", "bench-web"))[0]["State"]["Pid"]
    address = json.loads(slipway("wire", "inspect", "bench-web/bench-db"))[0]["Address"]
    samples = {"answered after it listens": [], "answered after the call": [], "answered by one that runs": []}
    for number in range(rounds + 1):
        begin, end, ready = call(web, address)
        warm_begin, warm_end, _ = call(web, address)
        slipway("stop", "bench-db")
        time.sleep(0.1)
        if number == 0:
            continue
        samples["answered after it listens"].append((end - ready) * 1000)
        samples["answered after the call"].append((end - begin) * 1000)
        samples["answered by one that runs"].append((warm_end - warm_begin) * 1000)
    for name in ("bench-web", "bench-db"):
        slipway("rm", "--force", name)
    json.dump({"samples": samples, "steps": [], "left_out": {}, "failed": [], "machine": os.uname().release}, sys.stdout)


main()
