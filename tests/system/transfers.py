# SPDX-License-Identifier: LGPL-2.1-or-later
"""slipway-transfer as the engine starts it, for tests of the program itself."""
import json
import os
import socket
import subprocess
import threading

PROGRAM = "/usr/lib/slipway/slipway-transfer"


class Transfer:
    """One run: descriptors 3 (a directory), 4 (the conversation) and 5 (the recipe) as docs/protocols.md has them."""

    def __init__(self, arguments, directory, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, recipe=None):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.conversation = ours
        place = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        # High numbers first, so that none is closed by another's coming.
        mapping = [(place, 3), (theirs.fileno(), 4)]
        if recipe is not None:
            mapping.append((recipe, 5))

        def arrange():
            high = [(os.dup2(old, 100 + new), new) for old, new in mapping]
            for old, new in high:
                os.dup2(old, new)

        # pylint: disable-next=subprocess-popen-preexec-fn
        self.process = subprocess.Popen([PROGRAM, *arguments], stdin=stdin, stdout=stdout, preexec_fn=arrange, close_fds=False,
                                        env={"LANG": "C.UTF-8"})
        theirs.close()
        os.close(place)

    def end(self):
        """The last packet, once the program is gone."""
        last = {}
        while packet := self.conversation.recv(1 << 16):
            last = json.loads(packet)
        self.status = self.process.wait()
        self.conversation.close()
        return last


def unpack(archive, directory, *arguments, recipe=None):
    """ARCHIVE: bytes, or a file's name."""
    if not isinstance(archive, bytes):
        with open(archive, "rb") as file:
            return _unpack(file, directory, arguments, recipe)
    reader, writer = os.pipe()
    feeder = threading.Thread(target=_feed, args=(writer, archive))
    feeder.start()
    with open(reader, "rb") as file:
        last = _unpack(file, directory, arguments, recipe)
    feeder.join()
    return last


def _unpack(file, directory, arguments, recipe):
    if recipe is None:
        return Transfer(["unpack", *arguments], directory, stdin=file).end()
    with open(recipe, "wb") as target:
        return Transfer(["unpack", "--recipe", *arguments], directory, stdin=file, recipe=target.fileno()).end()


def _feed(writer, content):
    try:
        with open(writer, "wb") as file:
            file.write(content)
    except BrokenPipeError:
        pass


def assemble(recipe, directory, target, *arguments):
    with open(recipe, "rb") as source, open(target, "wb") as output:
        return Transfer(["assemble", *arguments], directory, stdin=source, stdout=output).end()


def pack(directory, target, *arguments):
    with open(target, "wb") as output:
        return Transfer(["pack", *arguments], directory, stdout=output).end()
