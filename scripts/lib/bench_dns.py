# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks slipway-dns, dnsmasq and unbound for the same 1,000 names by turns, inside the machine, and prints all samples as JSON.

A turn has two parts, each by dnsperf with four sockets: as many questions as the server takes, at most 100 being on their way; and
so many a second that none of them is at its limit, whose times are looked at one by one.
"""
import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time

sys.path.append("/slipway/tests/system")

from dns_network import Log, Unit  # noqa: E402

NAMES = 1000
ZONE = "slipway.internal"
PLACE = "/var/tmp/slipway-bench-dns"
# With --undisturbed: before the rest of a busy machine, servers and askers alike.
PRIORITY = []


def records():
    return [(f"c{number}.{ZONE}", f"10.208.{number // 250}.{number % 250 + 1}") for number in range(NAMES)]


class Contender:
    """Serves the records at ADDRESS, port 53; each in a service, since the scheduler shares out time by sessions and cgroups."""

    def __init__(self, name, address):
        self.name, self.address = name, address
        self.unit = f"bench-{name}.service"

    def argv(self):
        raise NotImplementedError

    def begin(self):
        subprocess.run(["systemd-run", "--quiet", "--collect", f"--unit={self.unit}", *self.argv()], check=True)

    def end(self):
        subprocess.run(["systemctl", "--quiet", "stop", self.unit], check=False, stderr=subprocess.DEVNULL)


class Slipway(Contender):
    def begin(self):
        self.log = Log("bench", "127.0.0.0/8")
        for name, address in records():
            self.log.set(name, {"name": name, "type": "A", "data": address})
        self.units = Unit("bench", f"{self.address}:53")
        self.unit = f"{self.units.name}.service"

    def end(self):
        self.units.remove()
        os.unlink(self.log.path)


class Dnsmasq(Contender):
    def argv(self):
        with open(f"{PLACE}/hosts", "w", encoding="utf-8") as file:
            file.writelines(f"{address} {name}\n" for name, address in records())
        return ["/usr/sbin/dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--user=root", "--bind-interfaces",
                f"--listen-address={self.address}", "--no-resolv", "--no-hosts", f"--addn-hosts={PLACE}/hosts", f"--local=/{ZONE}/"]


class Unbound(Contender):
    def argv(self):
        with open(f"{PLACE}/unbound.conf", "w", encoding="utf-8") as file:
            file.write(f'server:\n  interface: {self.address}\n  do-daemonize: no\n  use-syslog: no\n  chroot: ""\n  username: ""\n'
                       f'  pidfile: ""\n  directory: "{PLACE}"\n  module-config: "iterator"\n  access-control: 127.0.0.0/8 allow\n'
                       f'  local-zone: "{ZONE}." static\n')
            file.writelines(f'  local-data: "{name}. 0 IN A {address}"\n' for name, address in records())
        return ["/usr/sbin/unbound", "-d", "-c", f"{PLACE}/unbound.conf"]


def dnsperf(address, *options):
    done = subprocess.run([*PRIORITY, "dnsperf", "-s", address, "-d", f"{PLACE}/questions", "-c", "4", *options], check=True, capture_output=True, text=True)
    if re.search(r"Response codes: +NOERROR \d+ \(100\.00%\)", done.stdout) is None:
        raise RuntimeError(done.stdout[-600:])
    return done.stdout


def pid_of(unit):
    return subprocess.run(["systemctl", "show", "--value", "-p", "MainPID", unit], check=True, capture_output=True, text=True).stdout.strip()


def processor_time(unit):
    """Seconds that the unit's process has had, in user and kernel."""
    with open(f"/proc/{pid_of(unit)}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fastest(contender, seconds):
    """Answers a second, and the processor's microseconds for each."""
    before = processor_time(contender.unit)
    said = dnsperf(contender.address, "-q", "100", "-l", str(seconds))
    taken = processor_time(contender.unit) - before
    return {"rate": float(re.search(r"Queries per second: +([\d.]+)", said)[1]),
            "processor": taken * 1e6 / int(re.search(r"Queries completed: +(\d+)", said)[1])}


def times(address, rate, seconds):
    """The median and the 99th percentile, in microseconds, of answers at RATE."""
    said = dnsperf(address, "-Q", str(rate), "-l", str(seconds), "-v")
    found = [float(line.rsplit(" ", 1)[1]) * 1e6 for line in said.splitlines() if line.startswith("> NOERROR")]
    hundredths = statistics.quantiles(found, n=100)
    return {"median": hundredths[49], "p99": hundredths[98]}


def answers(address):
    asked = subprocess.run(["dig", f"@{address}", "+short", "+tries=1", "+timeout=1", records()[-1][0]], check=False, capture_output=True, text=True)
    return asked.stdout.strip() == records()[-1][1]


def begin(contender):
    contender.begin()
    end = time.monotonic() + 20
    while not answers(contender.address):
        if time.monotonic() > end:
            raise RuntimeError(f"{contender.name} does not answer")
        time.sleep(0.05)
    if PRIORITY:
        subprocess.run([*PRIORITY[:-1], "--all-tasks", "--pid", PRIORITY[-1], pid_of(contender.unit)], check=True)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench dns")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rate", type=int, default=10_000)
    parser.add_argument("--undisturbed", action="store_true")
    options = parser.parse_args()
    if options.undisturbed:
        PRIORITY.extend(["chrt", "--rr", "10"])
    os.makedirs(PLACE, exist_ok=True)
    with open(f"{PLACE}/questions", "w", encoding="utf-8") as file:
        file.writelines(f"{name} A\n" for name, _ in records())
    contenders = [Slipway("slipway-dns", "127.0.0.11"), Dnsmasq("dnsmasq", "127.0.0.12"), Unbound("unbound", "127.0.0.13")]
    samples = {contender.name: {"rate": [], "processor": [], "median": [], "p99": []} for contender in contenders}
    try:
        for contender in contenders:
            begin(contender)
            fastest(contender, 1)  # warm up
        for number in range(options.rounds):
            shift = number % len(contenders)
            for contender in contenders[shift:] + contenders[:shift]:
                kinds = samples[contender.name]
                found = fastest(contender, options.seconds) | times(contender.address, options.rate, options.seconds)
                for kind, value in found.items():
                    kinds[kind].append(value)
    finally:
        for contender in contenders:
            contender.end()
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    json.dump({"machine": f"Linux {platform.release()}, {os.cpu_count()} processors, load {load} at the end", "dns": samples,
               "rate": options.rate}, sys.stdout)


if __name__ == "__main__":
    main()
