# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is removed holds nobody up: calls of others are answered at once while an image of 30,000 files goes."""
import io
import os
import socket
import statistics
import subprocess
import tarfile
import threading
import time

from support import STATE, PATIENCE, SystemTest, expect_no_residue, find_residue, slipway, wait_until

FILES = 30_000
# Of a call of others meanwhile, in seconds, on a machine with nothing else to do.
LIMIT = 0.020


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


class Removal(SystemTest):
    def measure(self, deed):
        with Caller() as caller:
            deed()
            wait_until(lambda: not os.listdir(f"{STATE}/tmp"), 300)
        return sorted(caller.times)

    def test_calls_are_answered_while_a_large_image_goes(self):
        slipway("image", "prune", "-f")
        expected = find_residue()
        archive = large_archive()
        for _ in range(3):
            done = subprocess.run(["slipway", "image", "import", "-", "large:1"], input=archive, capture_output=True, timeout=300, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            started = time.monotonic()
            times = self.measure(lambda: slipway("image", "rm", "large:1"))
            taken = time.monotonic() - started
            # Somebody else's work on this machine is no fault of ours: what it costs when nothing goes is known then.
            idle = self.measure(lambda taken=taken: time.sleep(min(taken, 10)))
            usual = times[len(times) * 999 // 1000]
            print(f"{len(times)} calls in {taken:.1f} s, median {statistics.median(times) * 1000:.2f} ms, 99.9 % under {usual * 1000:.1f} ms, "
                  f"longest {times[-1] * 1000:.1f} ms, {idle[-1] * 1000:.1f} ms when nothing goes; ", end="", flush=True)
            self.assertGreater(len(times), 20)
            limits = max(LIMIT * PATIENCE, idle[len(idle) * 999 // 1000] * 2), max(LIMIT * PATIENCE, idle[-1] * 4)
            if usual < limits[0] and times[-1] < limits[1]:
                break
        self.assertLess(usual, limits[0])
        self.assertLess(times[-1], limits[1])
        expect_no_residue(expected)
