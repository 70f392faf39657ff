# SPDX-License-Identifier: LGPL-2.1-or-later
"""A network of network namespaces with slipway-dns on its gateway, for test_dns.py: what the engine would make."""
import json
import os
import socket
import struct
import subprocess

from support import output, run, wait_until

GATEWAY, GATEWAY6 = "10.77.0.1", "fd00:1::1"
RESOLVER = "127.0.0.78"
TYPES = {"A": 1, "PTR": 12, "TXT": 16, "AAAA": 28, "SRV": 33}


def sure(*command):
    done = run(*command)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.stderr}")


class Namespace:
    """A machine with one interface, whose other end is on the host."""

    def __init__(self, name, *addresses, bridge=None, host=()):
        self.name = f"dns-{name}"
        self.link = f"dns-{name}"[:15]
        sure("ip", "netns", "add", self.name)
        sure("ip", "link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        if bridge:
            sure("ip", "link", "set", self.link, "master", bridge)
        for address in host:
            sure("ip", "address", "add", address, "dev", self.link, "nodad")
        sure("ip", "link", "set", self.link, "up")
        for address in addresses:
            sure("ip", "-n", self.name, "address", "add", address, "dev", "eth0", "nodad")
        sure("ip", "-n", self.name, "link", "set", "eth0", "up")
        sure("ip", "-n", self.name, "link", "set", "lo", "up")

    def run(self, *command, **options):
        return run("ip", "netns", "exec", self.name, *command, **options)

    def dig(self, *words, server=GATEWAY):
        """What dig says, as lines; empty where nobody answers."""
        return self.run("dig", f"@{server}", "+tries=1", "+timeout=2", *words).stdout

    def short(self, *words, **options):
        return self.dig("+short", *words, **options).split("\n")[:-1]

    def remove(self):
        run("ip", "netns", "delete", self.name)
        run("ip", "link", "delete", self.link)


class Log:
    """A network's log of names, as names::LogWriter writes it."""

    def __init__(self, network, *subnets):
        self.path = f"/run/slipway/names/{network}"
        self.head = {"zone": "slipway.internal", "network": network, "subnets": subnets}
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(json.dumps(self.head) + "\n")
        os.chmod(self.path, 0o644)

    def write(self, **change):
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        os.write(file, (json.dumps(change) + "\n").encode())
        os.close(file)

    def set(self, owner, *records):
        self.write(set=owner, records=records)

    def unset(self, owner):
        self.write(unset=owner)

    def replace(self, owner, *records):
        """Another file with this alone."""
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            file.write(json.dumps(self.head) + "\n" + json.dumps({"set": owner, "records": records}) + "\n")
        os.chmod(self.path + ".new", 0o644)
        os.rename(self.path + ".new", self.path)


def address(name, data, kind="A"):
    return {"name": f"{name}.slipway.internal", "type": kind, "data": data}


class Unit:
    """The socket that starts the server, and the server."""

    def __init__(self, network, *listens):
        self.name = f"slipway-dns@{network}"
        self.path = f"/run/systemd/system/{self.name}.socket"
        lines = [f"Listen{kind}={address}" for address in listens for kind in ("Datagram", "Stream")]
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("\n".join(["[Socket]", *lines, "FreeBind=yes", ""]))
        sure("systemctl", "daemon-reload")
        sure("systemctl", "start", f"{self.name}.socket")

    def show(self, key):
        return output("systemctl", "show", "--value", "-p", key, f"{self.name}.service").strip()

    def pid(self):
        return int(self.show("MainPID"))

    def stop(self):
        run("systemctl", "stop", f"{self.name}.socket", f"{self.name}.service")

    def remove(self):
        self.stop()
        os.unlink(self.path)
        run("systemctl", "daemon-reload")


class Resolver:
    """dnsmasq as the host's resolver."""

    def __init__(self, *options):
        self.process = subprocess.Popen(["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--user=root", "--bind-interfaces",
                                         f"--listen-address={RESOLVER}", "--no-resolv", "--no-hosts", "--log-queries", "--log-facility=-", *options],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        wait_until(lambda: run("dig", f"@{RESOLVER}", "+tries=1", "+timeout=1", "version.bind", "txt", "ch").returncode == 0)

    def stop(self):
        """What it was asked."""
        self.process.terminate()
        return self.process.communicate(timeout=30)[1]


def question(name, kind="A", number=1):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", TYPES[kind], 1)


def ask_from_host(packet, seconds=2):
    """The answer to PACKET, or nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(seconds)
        asker.connect((GATEWAY, 53))
        asker.send(packet)
        try:
            return asker.recv(65536)
        except OSError:  # the time is over, or SECONDS is 0
            return b""
