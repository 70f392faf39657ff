# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a container's network carries beside bare pairs of interfaces at a bridge, by turns (iperf3); and what it costs a start, alone and beside many."""
import argparse
import contextlib
import json
import os
import subprocess
import sys
import time

IMAGE = "debian:bookworm"


def run(*words, **options):
    return subprocess.run(words, check=True, capture_output=True, text=True, **options).stdout


def slipway(*words):
    return run("slipway", *words)


def ours_of(*options):
    """Names of the benchmark's own containers."""
    names = [name for row in json.loads(slipway("ps", *options, "--format", "json")) for name in row["Names"]]
    return [name for name in names if name.startswith("bench-")]


def clear():
    ours = ours_of("-a")
    for begin in range(0, len(ours), 50):
        subprocess.run(["slipway", "rm", "--force", *ours[begin:begin + 50]], check=False, capture_output=True)
    for name in ("bare-a", "bare-b"):
        # A link goes with its namespace, but a moment later.
        subprocess.run(["ip", "link", "delete", name], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)
    subprocess.run(["ip", "link", "delete", "bare0"], check=False, capture_output=True)


def make_bare():
    """Two namespaces at a bridge, as one would make them by hand."""
    run("ip", "link", "add", "bare0", "type", "bridge")
    run("ip", "address", "add", "10.99.0.1/24", "dev", "bare0")
    run("ip", "link", "set", "bare0", "up")
    for name, address in (("bare-a", "10.99.0.2"), ("bare-b", "10.99.0.3")):
        run("ip", "netns", "add", name)
        run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "link", "set", name, "master", "bare0", "up")
        run("ip", "-n", name, "address", "add", f"{address}/24", "dev", "eth0")
        run("ip", "-n", name, "link", "set", "eth0", "up")
        run("ip", "-n", name, "link", "set", "lo", "up")


def inside(name):
    pid = json.loads(slipway("inspect", name))[0]["State"]["Pid"]
    return ("nsenter", "--net", f"--target={pid}")


@contextlib.contextmanager
def server(where, port):
    with subprocess.Popen([*where, "iperf3", "--server", "--port", str(port)], stdout=subprocess.DEVNULL) as process:
        time.sleep(0.3)
        yield
        process.terminate()


def speed(where, address, port, seconds):
    """Gbit/s that the server has received."""
    said = json.loads(run(*where, "iperf3", "--client", address, "--port", str(port), "--time", str(seconds), "--json"))
    return said["end"]["sum_received"]["bits_per_second"] / 1e9


def measure_speed(rounds, seconds):
    make_bare()
    for name, ports in (("bench-a", ()), ("bench-b", ("--publish", "5299:5201"))):
        slipway("run", "--detach", "--name", name, *ports, IMAGE, "sleep", "infinity")
    address = json.loads(slipway("inspect", "bench-b"))[0]["NetworkSettings"]["Networks"]["default"]["IPAddress"]
    bare_a, bare_b = (("ip", "netns", "exec", name) for name in ("bare-a", "bare-b"))
    gateway = json.loads(slipway("network", "inspect", "default"))[0]["IPAM"]["Config"][0]["Gateway"]
    ways = {"bare pair to pair": (bare_a, "10.99.0.3", 5201), "container to container": (inside("bench-a"), address, 5201),
            "host to bare pair": ((), "10.99.0.3", 5201), "host to published port": ((), gateway, 5299), "host to container": ((), address, 5201)}
    samples = {name: [] for name in ways}
    with server(bare_b, 5201), server(inside("bench-b"), 5201):
        for _ in range(rounds):
            for name, way in ways.items():
                samples[name].append(speed(*way, seconds))
    return samples


def timed_start(*options):
    begin = time.perf_counter()
    run("slipway", "run", "--rm", *options, IMAGE, "true")
    took = (time.perf_counter() - begin) * 1000
    time.sleep(0.15)  # what is made ahead for the next one
    return took


def measure_starts(rounds, many):
    samples = {}
    for count in (1, many):
        for number in range(len(ours_of()), count):
            slipway("run", "--detach", "--name", f"bench-{number}", IMAGE, "sleep", "infinity")
        none, default = f"no network, beside {count}", f"default network, beside {count}"
        samples |= {none: [], default: []}
        for number in range(rounds + 2):
            pair = [(none, timed_start("--network", "none")), (default, timed_start())]
            if number >= 2:
                for name, took in pair:
                    samples[name].append(took)
    return samples


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seconds", type=int, default=2)
    options.add_argument("--starts", type=int, default=25)
    options.add_argument("--many", type=int, default=500)
    wish = options.parse_args()
    if subprocess.run(["slipway", "image", "inspect", IMAGE], check=False, capture_output=True).returncode != 0:
        with open("/var/cache/slipway-shared/debian-bookworm.tar", "rb") as archive:
            subprocess.run(["slipway", "image", "import", "-", IMAGE], stdin=archive, check=True, stdout=subprocess.DEVNULL)
    clear()
    tables = [{"unit": "Gbit/s", "samples": measure_speed(wish.rounds, wish.seconds)}]
    clear()
    tables.append({"unit": "milliseconds", "samples": measure_starts(wish.starts, wish.many)})
    clear()
    json.dump({"tables": tables, "samples": {}, "steps": [], "left_out": {}, "failed": [], "machine": os.uname().release}, sys.stdout)


main()
