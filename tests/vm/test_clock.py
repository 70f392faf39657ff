# SPDX-License-Identifier: LGPL-2.1-or-later
"""The clock is set, by a day and by ten years, forward and back, while containers run, are checked, restarted, followed and applied."""
import os
import signal
import subprocess
import time

from groups import GroupTest
from support import IMAGE, expect_no_residue, find_residue, show, slipway, wait_until

DAY = 24 * 3600
JUMPS = (DAY, -DAY, 3650 * DAY, -3650 * DAY)
COUNTING = "n=0; trap 'exit 0' TERM; while :; do echo line $((n += 1)); sleep 0.5; done"
SHOP = f"""
services:
  db:
    image: {IMAGE}
    command: sleep infinity
    stop_grace_period: 0s
    healthcheck: {{test: "test -e /etc/passwd", interval: 1s, timeout: 60s, retries: 9}}
  web:
    image: {IMAGE}
    command: sleep infinity
    stop_grace_period: 0s
    depends_on: {{db: {{condition: service_healthy}}}}
"""


def follows(one, other):
    return int(other.split()[1]) == int(one.split()[1]) + 1


class Clock(GroupTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(expect_no_residue, find_residue())
        self.behind = time.clock_gettime(time.CLOCK_REALTIME) - time.monotonic()
        self.addCleanup(self.jump, 0)
        self.addCleanup(slipway, "rm", "--force", "web")

    def jump(self, seconds):
        """The clock is that much ahead of what it was at first."""
        time.clock_settime(time.CLOCK_REALTIME, self.behind + time.monotonic() + seconds)

    def follow(self, *options):
        follower = subprocess.Popen(["slipway", "logs", "--follow", *options, "web"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(follower.stdout.close)
        self.addCleanup(follower.wait)
        self.addCleanup(follower.kill)
        os.set_blocking(follower.stdout.fileno(), False)
        return follower

    def read_on(self, follower, lines):
        """Two lines more, each the next one."""
        wanted = len(lines) + 2

        def is_enough():
            lines.extend(line.strip() for line in follower.stdout)
            return len(lines) >= wanted

        wait_until(is_enough, 10)
        numbers = [int(line.split()[1]) for line in lines]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))
        self.assertIsNone(follower.poll())

    def test_checks_and_logs_go_on(self):
        self.start("web", "sh", "-c", COUNTING, options=("--stop-timeout", "30", "--health-cmd", "echo x >>/checks", "--health-interval", "1s", "--health-timeout", "60s"))
        all_of_them, since = [], []
        followers = [(self.follow(), all_of_them), (self.follow("--since", "1h"), since)]
        for follower, lines in followers:
            self.read_on(follower, lines)
        for seconds in JUMPS:
            self.jump(seconds)
            before = int(slipway("exec", "web", "sh", "-c", "wc -l </checks").stdout)
            for follower, lines in followers:
                self.read_on(follower, lines)
            wait_until(lambda before=before: int(slipway("exec", "web", "sh", "-c", "wc -l </checks").stdout) > before + 1, 10)
            self.assertIn("(healthy)", slipway("ps").stdout)
            # Lines of another time of day may be later than that by the clock; the next ones come in any case.
            late, lines = self.follow("--since", "1s"), []
            wait_until(lambda late=late, lines=lines: lines.extend(late.stdout) or len(lines) > 1 and follows(*lines[-2:]), 10)
            late.kill()
        self.assertEqual(all_of_them[0], "line 1")
        self.assertEqual(slipway("stop", "web", seconds=60).returncode, 0)
        self.assertEqual(self.state("web")["ExitCode"], 0)
        for follower, _ in followers:
            self.assertEqual(follower.wait(60), 0)

    def test_a_run_is_not_over_since_the_one_before_was_in_the_future(self):
        self.jump(3650 * DAY)
        self.start("web", "sh", "-c", COUNTING, options=("--stop-timeout", "30"))
        wait_until(lambda: "line 5" in slipway("logs", "web").stdout)
        self.assertEqual(slipway("stop", "web").returncode, 0)
        self.jump(0)
        self.assertEqual(slipway("start", "web").returncode, 0)
        # It meets the end of the run before, which by the clock is later than this one's start.
        follower, lines = self.follow(), []
        wait_until(lambda: lines.extend(follower.stdout) or lines.count("line 5\n") == 2)
        self.assertIsNone(follower.poll())
        self.assertEqual(slipway("stop", "web").returncode, 0)
        self.assertEqual(follower.wait(60), 0)

    def test_what_is_due_comes(self):
        self.start("web", "sleep", "infinity", options=("--restart", "always", "--stop-timeout", "0"))
        for seconds in JUMPS:
            first = self.state("web")["Pid"]
            os.kill(first, signal.SIGKILL)
            self.jump(seconds)

            def has_come_back(first=first):
                state = self.state("web")
                return state["Status"] == "running" and state["Pid"] != first

            wait_until(has_come_back, 10)
        self.assertEqual(show("slipway-web.service", "NRestarts"), str(len(JUMPS)))
        # A stop's time-out is none of the clock's either.
        self.start("web", "sh", "-c", "trap '' TERM; while :; do sleep 1; done", options=("--stop-timeout", "5"))
        for seconds in JUMPS[:2]:
            begin = time.monotonic()
            with subprocess.Popen(["slipway", "stop", "web"]) as stopping:
                self.jump(seconds)
                self.assertEqual(stopping.wait(100), 0)
            self.assertGreater(time.monotonic() - begin, 4)
            self.assertEqual(slipway("start", "web").returncode, 0)

    def test_groups_come_up(self):
        self.addCleanup(self.remove, "shop")
        path = self.write(SHOP)
        for seconds in JUMPS:
            with subprocess.Popen(["slipway", "group", "apply", "-p", "shop", "-f", path], stderr=subprocess.PIPE, text=True) as applying:
                wait_until(lambda: slipway("inspect", "shop-db-1").returncode == 0)
                self.jump(seconds)
                _, said = applying.communicate(timeout=300)
            self.assertEqual(applying.returncode, 0, said)
            self.assertEqual({name: member[1] for name, member in self.members().items()}, {"db": 1, "web": 1})
            # Nothing is another thing for another time of day.
            self.assertEqual([deed for deed, *_ in self.plan(SHOP)], ["keep", "keep"])
            self.remove("shop")
