# SPDX-License-Identifier: LGPL-2.1-or-later
"""A terminal through a terminal: its size, its keys, its exit status; and that ours is given back as it was."""
import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios

from support import IMAGE, SystemTest


class Terminal:
    """A client on a terminal of its own."""

    def __init__(self, *arguments, rows=33, columns=101):
        self.master, self.slave = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.slave)
        self.child = subprocess.Popen(["slipway", *arguments], stdin=self.slave, stdout=self.slave, stderr=self.slave,
                                      start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.text = ""

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read_until(self, words):
        while words not in self.text:
            try:
                self.text += os.read(self.master, 4096).decode()
            except OSError as error:
                raise AssertionError(f"no {words!r} in {self.text!r}") from error
        return self.text

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        status = self.child.wait(timeout=60)
        after = termios.tcgetattr(self.slave)
        os.close(self.slave)
        os.close(self.master)
        return status, after == self.before


class Terminals(SystemTest):
    def setUp(self):
        def give_up(*_):
            raise AssertionError("it takes too long")

        signal.signal(signal.SIGALRM, give_up)
        signal.alarm(60)
        self.addCleanup(signal.alarm, 0)

    def test_the_payload_has_our_size_and_follows_it(self):
        terminal = Terminal("run", "--rm", "-it", IMAGE, "sh", "-c", "trap 'exit 6' INT; while :; do stty size; sleep 0.1; done")
        terminal.read_until("33 101")
        terminal.resize(20, 70)
        os.kill(terminal.child.pid, signal.SIGWINCH)
        terminal.read_until("20 70")
        terminal.type("\x03")
        self.assertEqual(terminal.end(), (6, True))

    def test_keys_reach_it_and_interrupt_it(self):
        terminal = Terminal("run", "--rm", "-it", IMAGE, "sh", "-c", "trap 'exit 130' INT; read -p 'name? ' name; echo \"hello $name\"; while :; do sleep 0.1; done")
        terminal.read_until("name? ")
        terminal.type("world\r")
        terminal.read_until("hello world")
        terminal.type("\x03")
        self.assertEqual(terminal.end(), (130, True))

    def test_it_is_the_controlling_terminal(self):
        terminal = Terminal("run", "--rm", "-it", IMAGE, "sh", "-c", "tty; test -c /dev/console && echo there; exec sh -c 'echo mine >/dev/tty'")
        terminal.read_until("mine")
        self.assertIn("/dev/pts/0", terminal.text)
        self.assertIn("there", terminal.text)
        self.assertEqual(terminal.end(), (0, True))

    def test_exec_has_one_too(self):
        self.start("shell", "sleep", "infinity")
        terminal = Terminal("exec", "-it", "shell", "sh", rows=11, columns=44)
        terminal.type("stty size; exit 9\r")
        terminal.read_until("11 44")
        self.assertEqual(terminal.end(), (9, True))

    def test_a_client_that_is_no_terminal_is_told(self):
        done = subprocess.run(["slipway", "run", "--rm", "-it", IMAGE, "true"], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("terminal", done.stderr)
