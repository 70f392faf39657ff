# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whether what is removed holds others up: how long calls take while an image of 30,000 files goes, as JSON."""
import io
import json
import os
import socket
import subprocess
import sys
import tarfile
import threading
import time

STATE = "/var/lib/slipway"
FILES = 30_000


def large_archive():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for number in range(FILES):
            entry = tarfile.TarInfo(f"d{number // 200}/f{number}")
            entry.size = 100
            tar.addfile(entry, io.BytesIO(os.urandom(100)))
    return buffer.getvalue()


class Caller:
    """Calls the engine on its private socket, one call after the other, and notes how long each took."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect("/run/slipway/bus")
        self.socket.sendall(b"\0AUTH EXTERNAL " + b"0".hex().encode() + b"\r\n")
        assert self.read_line().startswith(b"OK")
        self.socket.sendall(b"BEGIN\r\n")
        self.serial = 0
        self.times = []
        self.is_over = False
        self.thread = threading.Thread(target=self.call_on)

    def read_line(self):
        line = b""
        while not line.endswith(b"\r\n"):
            line += self.socket.recv(1)
        return line

    def read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            assert piece, "the engine has gone"
            data += piece
        return data

    def call(self, member, signature, body):
        """A method call of D-Bus, little endian (dbus-specification, "Message Protocol"); until its answer is there."""
        def text(value):
            return len(value).to_bytes(4, "little") + value.encode() + b"\0"

        def padded(data, size):
            return data + b"\0" * (-len(data) % size)
        self.serial += 1
        fields = b""
        for code, kind, value in ((1, "o", "/org/slipway/Engine1"), (2, "s", "org.freedesktop.DBus.Properties"), (3, "s", member)):
            fields = padded(fields, 8) + bytes([code, 1]) + kind.encode() + b"\0" + text(value)
        fields = padded(fields, 8) + bytes([8, 1]) + b"g\0" + bytes([len(signature)]) + signature.encode() + b"\0"
        payload = b""
        for value in body:
            payload = padded(payload, 4) + text(value)
        head = b"l\x01\0\x01" + len(payload).to_bytes(4, "little") + self.serial.to_bytes(4, "little") + len(fields).to_bytes(4, "little")
        self.socket.sendall(padded(head + fields, 8) + payload)
        while True:
            answer = self.read(16)
            length, _, rest = (int.from_bytes(answer[at:at + 4], "little") for at in (4, 8, 12))
            self.read(rest + -rest % 8 + length)
            if answer[1] in (2, 3):  # a signal is none
                assert answer[1] == 2, "refused"
                return

    def call_on(self):
        while not self.is_over:
            started = time.monotonic()
            self.call("Get", "ss", ("org.slipway.Engine1.Manager", "ImageCount"))
            self.times.append(time.monotonic() - started)
            time.sleep(0.001)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.is_over = True
        self.thread.join()
        self.socket.close()


def measure(deed):
    """Milliseconds of each call until DEED is done and nothing is left to be unlinked."""
    with Caller() as caller:
        deed()
        while os.listdir(f"{STATE}/tmp"):
            time.sleep(0.02)  # no event tells of it
    return [seconds * 1000 for seconds in caller.times]


def main():
    archive = large_archive()
    samples = {"while an image goes": [], "when nothing goes": []}
    for _ in range(int(sys.argv[1])):
        subprocess.run(["slipway", "image", "import", "-", "large:1"], input=archive, stdout=subprocess.DEVNULL, check=True)
        started = time.monotonic()
        samples["while an image goes"] += measure(lambda: subprocess.run(["slipway", "image", "rm", "large:1"], stdout=subprocess.DEVNULL, check=True))
        taken = time.monotonic() - started
        samples["when nothing goes"] += measure(lambda taken=taken: time.sleep(min(taken, 30)))
    json.dump(samples, sys.stdout)


main()
