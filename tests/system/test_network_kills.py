# SPDX-License-Identifier: LGPL-2.1-or-later
"""Engines killed at random instants while containers are connected, disconnected, run and removed: nothing of a network leaks."""
import os
import random
import re
import signal
import sqlite3
import subprocess
import time

from networks import NetworkTest, call, inside
from support import IMAGE, STATE, engine_pid, output, run, slipway, wait_until

KILLS = int(os.environ.get("SLIPWAY_KILLS", "200"))
SEED = int(os.environ.get("SLIPWAY_SEED", "20"))
LATEST = 0.060
PORT = re.compile(r"\b[vi]([0-9a-f]{12})[0-9a-z]\b")


def containers():
    """IDs of all, running or not."""
    return set(slipway("ps", "-a", "-q", "--no-trunc").stdout.split())


def of_nobody(names, owners):
    """Those of NAMES that are called after a container, but none of OWNERS."""
    known = {owner[:12] for owner in owners}
    return {name for name in names for short in PORT.findall(name) if short not in known}


def leaks():
    """What the host has of containers that are not running, and the database of those that are not there."""
    running = set(slipway("ps", "-q", "--no-trunc").stdout.split())
    found = {f"link {name}" for name in of_nobody(os.listdir("/sys/class/net"), running)}
    for family in ("inet", "bridge"):
        found |= {f"{family} {line.strip()}" for line in of_nobody(output("nft", "list", "table", family, "slipway").splitlines(), running)}
    with sqlite3.connect(f"file:{STATE}/state.db?mode=ro", uri=True) as database:
        found |= {f"address {address} of {network}" for network, address, owner in
                  database.execute("SELECT network, address, container FROM addresses") if owner not in containers()}
    published = re.findall(r"\b(190\d\d) : ", output("nft", "list", "table", "inet", "slipway"))
    if not running:
        found |= {f"port {port}" for port in published}
    return found


def namespaces():
    """Network namespaces that a process is in, or has open."""
    found = set()
    for process in filter(str.isdigit, os.listdir("/proc")):
        for path in (f"/proc/{process}/ns/net", *(f"/proc/{process}/fd/{number}" for number in descriptors(process))):
            try:
                target = os.readlink(path)
            except OSError:
                continue
            if target.startswith("net:"):
                found.add(target)
    return found


def descriptors(process):
    try:
        return os.listdir(f"/proc/{process}/fd")
    except OSError:
        return []


class NetworkKills(NetworkTest):
    def stop_engine(self):
        run("systemctl", "stop", "slipwayd.socket", "slipwayd.service")
        run("systemctl", "start", "slipwayd.socket")

    def remove_all(self):
        for name in re.findall(r"\b(?:turn\d+|server|still)\b", slipway("ps", "-a").stdout):
            slipway("rm", "--force", name)

    def test_nothing_leaks(self):
        self.remove_all()
        self.make_network("front")
        self.make_network("back")
        self.addCleanup(self.remove_all)
        self.stop_engine()
        namespaces_before = namespaces()
        self.idle("still", "--network", "front", "--bandwidth", "up=50m,down=50m")
        chance = random.Random(SEED)
        connected, there = False, {}
        for turn in range(KILLS):
            deed = chance.choice(("connect", "disconnect", "run", "run", "rm"))
            delay = chance.uniform(0, LATEST)
            if deed in ("connect", "disconnect"):
                deed = "disconnect" if connected else "connect"
                words = ("network", deed, "back", "still")
            elif deed == "rm" and there:
                words = ("rm", "--force", chance.choice(sorted(there)))
            else:
                name = f"turn{turn}"
                there[name] = True
                limits = ("--bandwidth", "up=50m") if chance.random() < 0.3 else ()
                words = ("run", "--detach", "--name", name, "--network", chance.choice(("front", "back", "default")), *limits,
                         "-p", f"{19000 + turn % 100}:80", IMAGE, "sleep", "infinity")
            slipway("ps")  # there is an engine to kill
            victim = engine_pid()
            with subprocess.Popen(["slipway", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as begun:
                time.sleep(delay)
                os.kill(victim, signal.SIGKILL)
                begun.wait(60)
            listed = slipway("ps", "-a")
            self.assertEqual(listed.returncode, 0, f"turn {turn}, {' '.join(words)} after {delay * 1000:.1f} ms: {listed.stderr}")
            there = {name: True for name in re.findall(r"\bturn\d+\b", listed.stdout)}
            connected = "back" in run("slipway", "inspect", "still").stdout.split('"Networks"')[1].split('"Ports"')[0]
            # Few run at a time: it is the engine that is on trial, not the machine.
            for name in sorted(there)[:-4]:
                self.assertEqual(slipway("rm", "--force", name).returncode, 0)
                del there[name]

        # What is there works.
        self.serve("server", "--network", "front", "-p", "18080:80")
        self.assertIsNotNone(call(self.addresses("server", "front")[0], 80, *inside("still")))
        self.assertIsNotNone(call("127.0.0.1", 18080))
        try:
            self.stop_engine()  # takes along what it has made ahead
            wait_until(lambda: not leaks(), seconds=20)
        except AssertionError:
            raise AssertionError(f"with containers there are left: {sorted(leaks())}") from None

        for name in (*there, "server", "still"):
            self.assertEqual(slipway("rm", "--force", name).returncode, 0, name)
        try:
            self.stop_engine()
            wait_until(lambda: not leaks() and namespaces() <= namespaces_before, seconds=20)
        except AssertionError:
            raise AssertionError(f"without containers there are left: {sorted(leaks())}, {sorted(namespaces() - namespaces_before)}") from None
        self.assertEqual(containers(), set())
