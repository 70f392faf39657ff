# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tells a systemd on version 1 cgroups which of its scopes have got empty: the kernel does so on a host, but not in a machine within it."""
import os
import socket
import time

ROOT = "/sys/fs/cgroup/systemd"
AGENT = "/run/systemd/cgroups-agent"


def is_empty(scope):
    for place, _, _ in os.walk(scope):
        with open(f"{place}/cgroup.procs", encoding="utf-8") as file:
            if file.read():
                return False
    return True


with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
    while True:
        # There is no event to wait for: that is what is missing.
        time.sleep(0.05)
        for above, names, _ in os.walk(ROOT):
            for name in [name for name in names if name.endswith(".scope") and above != ROOT]:
                try:
                    if is_empty(f"{above}/{name}"):
                        speaker.sendto(f"{above}/{name}".removeprefix(ROOT).encode(), AGENT)
                except OSError:
                    pass  # gone meanwhile
