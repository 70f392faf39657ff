# SPDX-License-Identifier: LGPL-2.1-or-later
"""Docker's verbs as fingers know them: options, exit statuses, tables and JSON."""
import io
import json
import subprocess
import tarfile

from support import IMAGE, SystemTest, slipway, wait_until


class Verbs(SystemTest):
    def test_options_of_run_reach_the_payload(self):
        done = slipway("run", "--rm", "-e", "A=1", "-e", "B=two words", "-w", "/made/for/it", "-u", "daemon", "--hostname", "box",
                       "--entrypoint", "sh", IMAGE, "-c", "echo $A; echo $B; pwd; id -un; hostname; echo $HOME")
        self.assertEqual(done.stdout.splitlines(), ["1", "two words", "/made/for/it", "daemon", "box", "/usr/sbin"], done.stderr)

    def test_exit_statuses_are_the_payloads(self):
        for status in (0, 1, 2, 124, 125, 255):
            self.assertEqual(slipway("run", "--rm", IMAGE, "sh", "-c", f"exit {status}").returncode, status)
        self.start("statuses", "sleep", "infinity")
        self.assertEqual(slipway("exec", "statuses", "sh", "-c", "exit 77").returncode, 77)
        self.assertEqual(slipway("exec", "statuses", "sh", "-c", "kill -TERM $$").returncode, 143)
        self.assertEqual(slipway("kill", "-s", "INT", "statuses").returncode, 0)
        self.assertEqual(slipway("kill", "statuses").returncode, 0)
        done = slipway("wait", "statuses")
        self.assertEqual((done.returncode, done.stdout), (137, "137\n"))

    def test_ps_lists_what_runs_and_with_a_what_ran(self):
        self.start("runs", "sleep", "infinity")
        self.start("ran", "true")
        slipway("wait", "ran")
        self.assertIn("runs", slipway("ps").stdout)
        self.assertNotIn("ran\n", slipway("ps").stdout)
        self.assertIn("Exited (0)", slipway("ps", "-a").stdout)

    def test_everything_speaks_json(self):
        self.start("spoken", "sleep", "infinity")
        for command in (("ps", "--format", "json"), ("ps", "-a", "--format", "json"), ("image", "ls", "--format", "json"),
                        ("version", "--format", "json"), ("info", "--format", "json"), ("inspect", "spoken"), ("image", "inspect", IMAGE)):
            done = slipway(*command)
            self.assertEqual(done.returncode, 0, done.stderr)
            json.loads(done.stdout)
        found = json.loads(slipway("inspect", "spoken").stdout)[0]
        self.assertEqual(found["Name"].lstrip("/"), "spoken")
        self.assertEqual(found["State"]["Status"], "running")

    def test_rm_removes_at_the_end_and_by_force(self):
        self.assertEqual(slipway("run", "--rm", "--name", "short", IMAGE, "true").returncode, 0)
        wait_until(lambda: slipway("inspect", "short").returncode == 3)
        self.start("forced", "sleep", "infinity")
        self.assertEqual(slipway("rm", "-f", "forced").returncode, 0)
        self.assertEqual(slipway("inspect", "forced").returncode, 3)

    def test_an_id_may_be_shortened(self):
        identity = self.start("long", "sleep", "infinity")
        self.assertEqual(json.loads(slipway("inspect", identity[:12]).stdout)[0]["Id"], identity)

    def test_usage_errors_are_2_and_say_so(self):
        for arguments in (("run",), ("run", "--no-such-option", IMAGE), ("no-such-verb",), ("stop", "-t", "soon", "x")):
            done = slipway(*arguments)
            self.assertIn(done.returncode, (2, 125), arguments)
            self.assertTrue(done.stderr.startswith("slipway: "), done.stderr)

    def test_logs_follow_until_the_end(self):
        self.start("followed", "sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.1; done")
        self.assertEqual(slipway("logs", "-f", "followed").stdout, "1\n2\n3\n")
        self.assertEqual(slipway("logs", "-n", "1", "followed").stdout, "3\n")

    def test_images_come_and_go_by_name(self):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("empty"))
        done = subprocess.run(["slipway", "image", "import", "-c", "CMD [\"sh\"]", "-", "small:1"], input=buffer.getvalue(),
                              capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("small", slipway("image", "ls").stdout)
        self.assertEqual(json.loads(slipway("image", "inspect", "small:1").stdout)[0]["Config"]["Cmd"], ["sh"])
        self.assertEqual(slipway("image", "tag", "small:1", "team/small:2", "small:3").returncode, 0)
        names = json.loads(slipway("image", "inspect", "small:1").stdout)[0]["RepoTags"]
        self.assertEqual(names, ["small:1", "small:3", "team/small:2"])
        self.assertEqual(slipway("tag", "small:1", "small@sha256:" + 64 * "0").returncode, 2)
        steps = json.loads(slipway("history", "--format", "json", "small:1").stdout)
        self.assertEqual([step["CreatedBy"] for step in steps][-1], "slipway image import")
        self.assertGreater(steps[-1]["Size"], 0)
        for name in ("team/small:2", "small:3", "small:1"):
            self.assertEqual(slipway("image", "rm", name).returncode, 0)
        self.assertNotIn("small", slipway("image", "ls").stdout)

    def test_prune_removes_what_nothing_uses(self):
        def add(content, name):
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode="w") as tar:
                tar.addfile(tarfile.TarInfo(content))
            done = subprocess.run(["slipway", "import", "-", name], input=buffer.getvalue(), capture_output=True, timeout=60, check=True)
            return done.stdout.decode().strip()
        nameless = add("old", "moving:1")
        named = add("new", "moving:1")
        done = slipway("image", "prune", stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--force", done.stderr)
        pruned = slipway("image", "prune", "-f").stdout
        self.assertIn("Deleted: " + nameless, pruned)
        self.assertNotIn(named, pruned)
        self.assertEqual(slipway("run", "-d", "--name", "user", IMAGE, "true").returncode, 0)
        pruned = slipway("image", "prune", "-a", "-f").stdout
        self.assertIn("Deleted: " + named, pruned)
        self.assertEqual(slipway("image", "inspect", IMAGE).returncode, 0)
        slipway("rm", "-f", "user")
