# SPDX-License-Identifier: LGPL-2.1-or-later
"""system check finds real damage, --repair mends it, and neither harms who works meanwhile."""
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import time

from images import MadeImage, shell_layer, tar_of
from pulling import Pulls
from registries import Registry, temporary_directory
from support import IMAGE, STATE, engine_pid, slipway, wait_until


def layer_with_attributes():
    """A file with an attribute, links, an empty directory, a whiteout."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, kind in (("srv", tarfile.DIRTYPE), ("srv/empty", tarfile.DIRTYPE), ("srv/file", tarfile.REGTYPE), ("srv/.wh.gone", tarfile.REGTYPE),
                           ("srv/link", tarfile.SYMTYPE), ("srv/same", tarfile.LNKTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode, entry.mtime = kind, 0o755, 1_700_000_000
            content = b"content\n" * 1000 if name == "srv/file" else b""
            entry.size = len(content)
            if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                entry.linkname = "srv/file"
            if name == "srv/file":
                entry.pax_headers = {"SCHILY.xattr.user.colour": "red"}
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def check(*options, **keywords):
    return slipway("system", "check", *options, **keywords)


class Check(Pulls):
    @classmethod
    def setUpClass(cls):
        cls.directory = temporary_directory(cls)
        cls.registry = Registry(cls.directory, 5061)
        cls.addClassCleanup(cls.registry.stop)
        cls.host = cls.registry.host
        cls.image = MadeImage([shell_layer(), tar_of({"srv": None, "srv/gone": b"x"}), layer_with_attributes(), tar_of({"top": b"there"})])
        cls.image.send(cls.host, "team/app", "1")
        # What takes long to read; others import it again.
        slipway("image", "rm", IMAGE)

    def setUp(self):
        super().setUp()
        self.name = f"{self.host}/team/app:1"
        before = set(os.listdir(f"{STATE}/layers"))
        self.pull("team/app:1")
        self.layers = {}
        for chain in set(os.listdir(f"{STATE}/layers")) - before:
            fs = f"{STATE}/layers/{chain}/fs"
            kind = next(kind for kind, name in (("attributes", "srv/file"), ("base", "srv"), ("top", "top"), ("shell", "bin")) if os.path.exists(f"{fs}/{name}"))
            self.layers[kind] = f"{STATE}/layers/{chain}"
        self.assertEqual(check().returncode, 0, "clean at first")

    def found(self, *words, lines=1):
        done = check()
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual(len(done.stdout.splitlines()), lines + 1, done.stdout)
        for word in words:
            self.assertIn(word, done.stdout)

    def repaired(self, *words):
        done = check("--repair")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        for word in ("(repaired: ", *words):
            self.assertIn(word, done.stdout)
        done = check()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("nothing is wrong", done.stdout)
        self.assertEqual(self.in_image("team/app:1", "/bin/sh", "-c", "cat /top; ls /srv"), "thereempty\nfile\nlink\nsame\n")

    def test_a_clean_store_is_said_to_be_clean(self):
        done = check()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^checked \d+ images?, \d+ blobs?, \d+ layers?, \d+ containers?, \d+ volumes?: nothing is wrong\n$")
        self.assertEqual(json.loads(check("--format", "json").stdout)["Findings"], [])

    def test_damage_of_a_layer_is_found_and_mended(self):
        place = self.layers["attributes"]
        file = f"{place}/fs/srv/file"

        def flip():
            before = os.stat(file)
            with open(file, "r+b") as opened:
                opened.seek(100)
                opened.write(b"X")
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

        def remove_directory():
            before = os.stat(f"{place}/fs/srv")
            os.rmdir(f"{place}/fs/srv/empty")
            os.utime(f"{place}/fs/srv", ns=(before.st_atime_ns, before.st_mtime_ns))

        damages = {
            "a flipped byte": (flip, "are not what was unpacked"),
            "a file is gone": (lambda: (os.unlink(file), os.unlink(f"{place}/fs/srv/same")), "srv/file"),
            "one name of two": (lambda: os.unlink(f"{place}/fs/srv/same"), '"srv/same" is missing'),
            "a shorter file": (lambda: os.truncate(file, 10), "shorter"),
            "a lost attribute": (lambda: os.removexattr(file, "user.colour"), '"srv/file" has lost its attribute "user.colour"'),
            "another mode": (lambda: os.chmod(file, 0o600), '"srv/file" has the mode 0600 instead of 0755'),
            "another owner": (lambda: os.chown(file, 5, 6), "belongs to 5:6 instead of 0:0"),
            "an empty directory": (remove_directory, '"srv/empty" is missing'),
            "a whiteout": (lambda: os.unlink(f"{place}/fs/srv/gone"), '"srv/gone" is missing'),
            "one more file": (lambda: open(f"{place}/fs/srv/more", "wb").close(), '"srv/more" is there, and was not unpacked'),
            "a link that leads elsewhere": (lambda: (os.unlink(f"{place}/fs/srv/link"), os.symlink("x", f"{place}/fs/srv/link")), "leads elsewhere"),
            "no recipe": (lambda: os.truncate(f"{place}/recipe", 0), "has no recipe"),
            "half a recipe": (lambda: os.truncate(f"{place}/recipe", 100), "recipe"),
            "no layer": (lambda: shutil.rmtree(place), "it is missing"),
        }
        for what, (damage, words) in damages.items():
            with self.subTest(what):
                damage()
                self.found(words, "damaged layer " + place, "; in " + self.name)
                self.repaired("got again from " + self.name)

    def test_damage_of_a_blob_is_found_and_mended(self):
        for digest in (self.image.digest, self.image.id):
            place = f"{STATE}/blobs/sha256/{digest[7:]}"
            for what, damage, words in (("truncated", lambda p: os.truncate(p, 10), "10 bytes"), ("gone", os.unlink, "missing")):
                with self.subTest(digest=digest, what=what):
                    damage(place)
                    self.found("damaged blob " + place, words, self.name)
                    self.repaired("got again from " + self.name)

    def test_what_cannot_be_got_again_is_said(self):
        os.chmod(f"{self.layers['top']}/fs/top", 0o444)
        self.registry.stop()
        try:
            done = check("--repair")
        finally:
            self.restart()
        self.assertEqual(done.returncode, 1)
        self.assertIn("(not repaired: ", done.stdout)
        self.repaired("got again from")

    def restart(self):
        shutil.rmtree(f"{self.directory}/registry-5061")
        type(self).registry = Registry(self.directory, 5061)
        self.addClassCleanup(self.registry.stop)
        self.image.send(self.host, "team/app", "1")

    def test_a_layer_that_runs_is_left_alone(self):
        done = slipway("run", "-d", "--name", "runs", self.name, "/bin/sleep", "600")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "rm", "-f", "runs")
        os.chmod(f"{self.layers['top']}/fs/top", 0o444)
        identity = os.stat(f"{self.layers['top']}/fs").st_ino
        done = check("--repair")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the container runs runs with it: stop it", done.stdout)
        self.assertEqual(os.stat(f"{self.layers['top']}/fs").st_ino, identity)
        self.assertEqual(slipway("exec", "runs", "/bin/cat", "/top").stdout, "there")
        slipway("rm", "-f", "runs")
        self.repaired("got again")

    def test_an_imported_image_can_only_be_imported_again(self):
        done = subprocess.run(["slipway", "import", "-", "alone:1"], input=tar_of({"f": b"x" * 100, ".wh.f": b""}), capture_output=True, timeout=60,
                              check=True)
        self.addCleanup(slipway, "image", "rm", "alone:1")
        self.assertEqual(check().returncode, 0, "a name of a whiteout is a name")
        with open(f"{STATE}/blobs/sha256/{done.stdout.decode().strip()[7:]}", encoding="utf-8") as file:
            config = json.load(file)
        os.truncate(f"{STATE}/layers/{config['rootfs']['diff_ids'][0][7:]}/fs/f", 5)
        self.found("alone:1")
        done = check("--repair")
        self.assertEqual(done.returncode, 1)
        self.assertIn("import it again", done.stdout)

    def sql(self, *statements):
        with sqlite3.connect(f"{STATE}/state.db") as database:
            for statement in statements:
                database.execute(statement)

    def test_rows_that_are_gone(self):
        image = self.image.id[7:]
        for statement in (f"DELETE FROM image_layers WHERE image_id = '{image}' AND position = 1",
                          f"DELETE FROM layers WHERE chain_id = '{os.path.basename(self.layers['attributes'])}'",
                          f"UPDATE layers SET diff_id = '{'0' * 64}' WHERE chain_id = '{os.path.basename(self.layers['top'])}'"):
            with self.subTest(statement):
                self.sql(statement)
                done = check()
                self.assertEqual(done.returncode, 1)
                self.assertIn(f"contradicting image {self.name}", done.stdout)
                self.repaired("they were written anew")

    def test_an_image_without_its_row(self):
        self.sql(f"DELETE FROM images WHERE id = '{self.image.id[7:]}'")
        done = check()
        self.assertEqual(done.returncode, 1)
        self.assertIn("image_names refer to rows of images", done.stdout)
        self.assertEqual(done.stdout.count("stray "), 6, done.stdout)
        done = check("--repair")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(check().returncode, 0)
        self.assertFalse(os.path.exists(self.layers["top"]))
        self.assertEqual(slipway("image", "inspect", self.name).returncode, 3)

    def test_what_a_container_may_need_is_left(self):
        slipway("run", "--name", "orphan", self.name, "/bin/true")
        self.addCleanup(slipway, "rm", "orphan")
        self.sql(f"DELETE FROM images WHERE id = '{self.image.id[7:]}'")
        done = check("--repair")
        self.assertEqual(done.returncode, 1)
        self.assertIn("lost container orphan: its image", done.stdout)
        self.assertTrue(os.path.isdir(self.layers["top"]))
        self.pull("team/app:1")
        self.assertEqual(check("--repair").returncode, 0)
        self.assertEqual(slipway("start", "orphan").returncode, 0)
        slipway("wait", "orphan")

    def test_containers_and_volumes(self):
        for name in ("without", "halved", "rowless"):
            slipway("run", "--name", name, self.name, "/bin/true")
            self.addCleanup(slipway, "rm", name)
        identities = {c["Name"]: c["Id"] for c in json.loads(slipway("ps", "-a", "--format", "json").stdout)}
        shutil.rmtree(f"{STATE}/containers/{identities['without']}")
        shutil.rmtree(f"{STATE}/containers/{identities['halved']}/work")
        self.sql(f"DELETE FROM addresses WHERE container = '{identities['rowless']}'", f"DELETE FROM containers WHERE id = '{identities['rowless']}'")
        for name in ("lost", "rowless-volume"):
            slipway("volume", "create", name)
            self.addCleanup(slipway, "volume", "rm", name)
        shutil.rmtree(f"{STATE}/volumes/lost")
        with open(f"{STATE}/volumes/rowless-volume/data/precious", "wb") as file:
            file.write(b"kept")
        self.sql("DELETE FROM volumes WHERE name = 'rowless-volume'")
        self.found("lost container without", "lost container halved", "lost container rowless", "lost volume lost", "unlisted volume ", lines=5)
        done = check("--repair")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(check().returncode, 0)
        self.assertEqual(slipway("inspect", "without").returncode, 3)
        self.assertEqual(slipway("start", "halved", "rowless").returncode, 0)
        slipway("wait", "halved", "rowless")
        self.assertIn("rowless-volume", slipway("volume", "ls", "-q").stdout)
        with open(f"{STATE}/volumes/rowless-volume/data/precious", "rb") as file:
            self.assertEqual(file.read(), b"kept")

    def test_orphans(self):
        places = [f"{STATE}/layers/{'1' * 64}", f"{STATE}/layers/junk", f"{STATE}/containers/{'2' * 64}", f"{STATE}/volumes/empty", f"{STATE}/tmp/odd"]
        for place in places:
            os.makedirs(f"{place}/data" if "volumes" in place else place)
        files = [f"{STATE}/blobs/sha256/{'3' * 64}", f"{STATE}/partial/odd"]
        for place in files:
            open(place, "wb").close()
        self.found(*(f"stray {place}: it belongs to nothing" for place in places + files), lines=7)
        self.repaired("it was removed")
        for place in places + files:
            self.assertFalse(os.path.exists(place), place)

    def test_two_at_once_and_a_pull_meanwhile(self):
        files = {f"d/f{i}": os.urandom(3000) for i in range(2000)}
        MadeImage([shell_layer(), tar_of({"d": None, **files})]).send(self.host, "team/other", "1")
        with subprocess.Popen(["slipway", "system", "check", "--repair"], stdout=subprocess.PIPE, text=True) as one, \
                subprocess.Popen(["slipway", "system", "check"], stdout=subprocess.PIPE, text=True) as other:
            for _ in range(3):
                self.pull("team/other:1")
                self.assertEqual(slipway("image", "rm", f"{self.host}/team/other:1").returncode, 0)
            self.pull("team/other:1")
            for client in (one, other):
                said = client.communicate(timeout=120)[0]
                self.assertEqual((client.returncode, "nothing is wrong" in said), (0, True), said)
        self.assertEqual(self.in_image("team/other:1", "/bin/sh", "-c", "set -- /d/*; echo $#"), "2000\n")
        self.assertEqual(check().returncode, 0)

    def test_an_engine_that_is_killed_leaves_it_right(self):
        for step in range(8):
            os.chmod(f"{self.layers['attributes']}/fs/srv/file", 0o600)
            with subprocess.Popen(["slipway", "system", "check", "--repair"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as client:
                time.sleep(0.05 * step)  # the moment is what is tried
                try:
                    os.kill(engine_pid(), signal.SIGKILL)
                except ProcessLookupError:
                    pass
                client.wait(60)
            self.assertEqual(slipway("image", "inspect", self.name).returncode, 0)
            wait_until(lambda: not os.listdir(f"{STATE}/tmp"))
        self.assertEqual(check("--repair").returncode, 0)
        self.assertEqual(check().returncode, 0)

    def test_a_cancelled_one_leaves_nothing(self):
        with subprocess.Popen(["slipway", "system", "check"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as client:
            wait_until(lambda: subprocess.run(["pgrep", "-x", "slipway-transfe"], check=False, stdout=subprocess.DEVNULL).returncode == 0 or client.poll() is not None)
            client.send_signal(signal.SIGINT)
            client.communicate(timeout=60)
        self.assertIn(client.returncode, (0, 8))
        wait_until(lambda: not os.listdir(f"{STATE}/tmp"))

    def test_it_is_nothing_for_everybody(self):
        subprocess.run(["useradd", "-M", "plain"], check=False)
        self.addCleanup(subprocess.run, ["userdel", "plain"], check=False)
        for options in ((), ("--repair",)):
            done = subprocess.run(["runuser", "-u", "plain", "--", "slipway", "system", "check", *options], capture_output=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 5, done.stderr)
