# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each line is a journal entry of the scope, whole and marked; the container's events are entries with a catalog."""
import os
import subprocess

from support import IMAGE, SystemTest, journal, output, slipway, wait_until


class Logs(SystemTest):
    def entries_of(self, identity):
        return [entry for entry in journal(f"CONTAINER_ID_FULL={identity}") if "SLIPWAY_STREAM" in entry]

    def test_an_entry_has_every_field(self):
        identity = self.start("fields", "sh", "-c", "echo one; echo two >&2", options=("--log-tag", "tagged"))
        slipway("wait", "fields")
        wait_until(lambda: len(self.entries_of(identity)) == 2)
        one, two = sorted(self.entries_of(identity), key=lambda entry: entry["MESSAGE"])
        expected = {"MESSAGE": "one", "PRIORITY": "6", "CONTAINER_NAME": "fields", "CONTAINER_ID": identity[:12],
                    "CONTAINER_TAG": "tagged", "IMAGE_NAME": IMAGE, "SYSLOG_IDENTIFIER": "tagged",
                    "_SYSTEMD_UNIT": "slipway-fields.scope"}
        self.assertEqual({key: one.get(key) for key in expected}, expected)
        self.assertEqual((two["MESSAGE"], two["PRIORITY"]), ("two", "3"))
        self.assertEqual(output("journalctl", "-o", "cat", "-u", "slipway-fields.scope", f"CONTAINER_ID_FULL={identity}", "SYSLOG_IDENTIFIER=tagged").split(), ["one", "two"])

    def test_bytes_that_are_no_text_survive(self):
        identity = self.start("bytes", "printf", "a\\377\\001b\\n")
        slipway("wait", "bytes")
        wait_until(lambda: len(self.entries_of(identity)) == 1)
        self.assertEqual(self.entries_of(identity)[0]["MESSAGE"], [97, 255, 1, 98])

    def test_a_long_line_is_marked_as_parts(self):
        identity = self.start("long", "sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x; echo")
        slipway("wait", "long")
        wait_until(lambda: sum(len(entry["MESSAGE"] or "") for entry in self.entries_of(identity)) == 100000)
        entries = self.entries_of(identity)
        self.assertGreater(len(entries), 1)
        self.assertEqual(len({entry["CONTAINER_PARTIAL_ID"] for entry in entries}), 1)
        self.assertEqual([entry["CONTAINER_PARTIAL_LAST"] for entry in entries].count("true"), 1)
        self.assertEqual(slipway("logs", "long").stdout, "x" * 100000 + "\n")

    def test_no_line_is_lost_to_a_rate_limit(self):
        identity = self.start("flood", "seq", "1", "20000")
        slipway("wait", "flood")
        wait_until(lambda: len(self.entries_of(identity)) >= 20000)
        self.assertEqual([entry["MESSAGE"] for entry in self.entries_of(identity)], [str(number) for number in range(1, 20001)])

    def test_who_follows_from_the_end_of_nothing_sees_what_comes(self):
        for option in (("--tail", "0"), ("--since", "1s")):
            self.start("silent", "sh", "-c", "trap 'echo heard; exit' USR1; while :; do sleep 0.05; done")
            with subprocess.Popen(["slipway", "logs", "--follow", *option, "silent"], stdout=subprocess.PIPE, text=True) as follower:
                wait_until(lambda: "inotify" in str([os.readlink(f"/proc/{follower.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{follower.pid}/fd")]))
                slipway("kill", "--signal", "USR1", "silent")
                self.assertEqual(follower.communicate(timeout=20)[0], "heard\n")

    def test_events_have_ids_and_a_catalog(self):
        identity = self.start("events", "sh", "-c", "exit 3")
        slipway("wait", "events")
        slipway("rm", "events")
        wait_until(lambda: len([e for e in journal(f"CONTAINER_ID_FULL={identity}") if "MESSAGE_ID" in e]) == 4)
        entries = [e for e in journal(f"CONTAINER_ID_FULL={identity}") if "MESSAGE_ID" in e]
        self.assertEqual(len({entry["MESSAGE_ID"] for entry in entries}), 4)
        died = next(entry for entry in entries if "CONTAINER_EXIT_STATUS" in entry)
        self.assertEqual((died["CONTAINER_EXIT_STATUS"], died["CONTAINER_EXIT_SIGNAL"]), ("3", "0"))
        text = output("journalctl", "-x", "--no-pager", f"CONTAINER_ID_FULL={identity}")
        for words in ("Subject: Container events created", "Subject: Container events started",
                      "Subject: Container events ended with status 3", "Subject: Container events removed"):
            self.assertIn(words, text)
