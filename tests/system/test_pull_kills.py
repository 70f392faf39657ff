# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pulls whose engine or helpers are killed at random moments: the store is clean each time, nothing partial is ever to be seen."""
import os
import random
import signal
import subprocess
import time

from images import MadeImage, shell_layer, tar_of
from pulling import Pulls
from registries import Registry, temporary_directory
from support import STATE, output, slipway, wait_until

ROUNDS = int(os.environ.get("SLIPWAY_KILLS", "30"))


def processes(name):
    # The kernel keeps fifteen characters of it.
    return [int(pid) for pid in output("pgrep", "-x", name[:15]).split()]


class Kills(Pulls):
    @classmethod
    def setUpClass(cls):
        cls.directory = temporary_directory(cls)
        cls.registry = Registry(cls.directory, 5041)
        cls.addClassCleanup(cls.registry.stop)
        cls.host = cls.registry.host

    def test_a_pull_that_is_killed_anywhere(self):
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        files = {f"d/f{i}": os.urandom(2_000) for i in range(1_000)}
        layers = [shell_layer(), tar_of({"d": None, **files}), tar_of({"last": b"there"})]
        MadeImage(layers).send(self.host, "team/app", "1")
        name = f"{self.host}/team/app:1"
        before = set(os.listdir(f"{STATE}/layers"))
        killed = {}
        for step in range(ROUNDS):
            with self.subTest(seed=seed, step=step):
                with subprocess.Popen(["slipway", "pull", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as client:
                    time.sleep(chance.uniform(0, 0.3))  # the moment is what is tried
                    victim = chance.choice(["slipwayd", "slipwayd", "slipway-transfer", "slipway-registry"])
                    for pid in processes(victim):
                        try:
                            os.kill(pid, signal.SIGKILL)
                            killed[victim] = killed.get(victim, 0) + 1
                        except ProcessLookupError:
                            pass
                    client.wait(60)
                is_there = slipway("image", "inspect", name).returncode == 0
                wait_until(lambda: not os.listdir(f"{STATE}/tmp"))
                if is_there:
                    self.assertEqual(self.in_image("team/app:1", "/bin/cat", "/last"), "there")
                    slipway("image", "rm", name)
                elif victim == "slipwayd":
                    self.assertEqual(set(os.listdir(f"{STATE}/layers")), before)
                if step % 5 == 4:
                    slipway("image", "prune", "--force")
        print(f"killed {killed} ", end="", flush=True)
        self.pull("team/app:1")
        self.assertEqual(self.in_image("team/app:1", "/bin/sh", "-c", "set -- /d/*; echo $#"), "1000\n")
