# SPDX-License-Identifier: LGPL-2.1-or-later
"""The engine on the system bus: called, and its signals heard."""
import json
import subprocess
import threading

from support import run, wait_until

NAME = "org.slipway.Engine1"
ROOT = "/org/slipway/Engine1"


def call(path, interface, method, *arguments):
    return run("busctl", "--json=short", "call", NAME, path, f"{NAME}.{interface}" if "." not in interface else interface, method, *arguments)


class Watcher:
    """Signals of the engine from now on."""

    def __init__(self):
        self.process = subprocess.Popen(["busctl", "--json=short", "monitor", NAME], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.signals = []
        self.news = threading.Condition()
        self.hears = threading.Event()
        self.thread = threading.Thread(target=self.read)
        self.thread.start()
        # Not every systemd's says when it begins.
        wait_until(lambda: call(ROOT, "org.freedesktop.DBus.Peer", "Ping").returncode == 0 and self.hears.wait(0.05))

    def read(self):
        for line in self.process.stdout:
            try:
                packet = json.loads(line)
            except json.JSONDecodeError:
                continue
            self.hears.set()
            if packet.get("type") == "signal":
                with self.news:
                    self.signals.append(packet)
                    self.news.notify_all()

    def expect(self, is_it):
        with self.news:
            if not self.news.wait_for(lambda: any(is_it(packet) for packet in self.signals), timeout=30):
                raise AssertionError("no such signal among " + repr([(p["member"], p["path"]) for p in self.signals]))

    def end(self):
        self.process.terminate()
        self.thread.join()
        self.process.wait()
        self.process.stdout.close()
