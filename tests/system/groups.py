# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests of groups share: compose files applied, and what there is then."""
import json
import os
import tempfile

from networks import NetworkTest
from support import slipway, wait_until


class GroupTest(NetworkTest):
    """Groups whose files are in a directory of the test's own."""

    def setUp(self):
        super().setUp()
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = place.name

    def write(self, text, name="compose.yaml"):
        path = os.path.join(self.place, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def apply(self, text, *options, group="shop"):
        """The finished command; the group goes with the test."""
        self.addCleanup(self.remove, group)
        return slipway("group", "apply", "-p", group, "-f", self.write(text), *options, seconds=120)

    def apply_well(self, text, *options, group="shop"):
        done = self.apply(text, *options, group=group)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def remove(self, group):
        slipway("group", "rm", "-v", group, seconds=120)

    def members(self, group="shop"):
        """By member: (wanted, running, healthy, containers)."""
        found = json.loads(slipway("group", "inspect", group).stdout)[0]["Members"]
        return {one["Name"]: (one["Replicas"], one["Running"], one["Healthy"], one["Containers"]) for one in found}

    def plan(self, text, group="shop"):
        done = slipway("group", "apply", "-p", group, "--dry-run", "-f", self.write(text))
        self.assertEqual(done.returncode, 0, done.stderr)
        return sorted(tuple(line.split()) for line in done.stdout.splitlines()[1:])

    def started(self, name):
        """Of a container, as text that can be compared."""
        return json.loads(slipway("inspect", name).stdout)[0]["State"]["StartedAt"]

    def identity(self, name):
        return json.loads(slipway("inspect", name).stdout)[0]["Id"]

    def await_running(self, name):
        wait_until(lambda: slipway("inspect", name).returncode == 0 and self.state(name)["Status"] == "running")
