# SPDX-License-Identifier: LGPL-2.1-or-later
"""system df tells what du tells, and the prunes take what nothing uses, and nothing else."""
import io
import json
import os
import subprocess
import tarfile
import time

from images import tar_of
from support import IMAGE, STATE, SystemTest, expect_no_residue, find_residue, output, slipway


def du(*paths):
    """Bytes of blocks."""
    return sum(int(output("du", "-s", "-B1", path).split()[0]) for path in paths)


def below(directory):
    return [f"{STATE}/{directory}/{name}" for name in os.listdir(f"{STATE}/{directory}")]


def usage():
    return json.loads(slipway("system", "df", "--format", "json").stdout)


def make_image(name, files, *options, archive=None):
    done = subprocess.run(["slipway", "image", "import", *options, "-", name], input=archive or tar_of(files), capture_output=True, timeout=60,
                          check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().strip().removeprefix("sha256:")


def partial_download(size):
    name = os.urandom(32).hex()
    with open(f"{STATE}/partial/{name}", "wb") as file:
        file.write(os.urandom(size))
    return name


class Care(SystemTest):
    def setUp(self):
        for name in slipway("ps", "-a", "-q").stdout.split():
            slipway("rm", "-f", name)
        slipway("image", "prune", "-f")
        slipway("volume", "prune", "-a")
        before = find_residue()
        self.addCleanup(expect_no_residue, before)

    def remove_later(self, *image_names):
        for name in image_names:
            self.addCleanup(slipway, "image", "rm", name)


class DiskUsage(Care):
    def test_sizes_are_those_of_the_blocks(self):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            entry = tarfile.TarInfo("one")
            entry.size = 3_000_000
            tar.addfile(entry, io.BytesIO(os.urandom(entry.size)))
            for number in range(20):
                entry = tarfile.TarInfo(f"name-{number}")
                entry.type, entry.linkname = tarfile.LNKTYPE, "one"
                tar.addfile(entry)
        # Two with the same layer and other texts.
        first = make_image("linked:1", None, archive=buffer.getvalue())
        second = make_image("linked:2", None, "-c", "ENV A=1", archive=buffer.getvalue())
        other = make_image("other:1", {"f": os.urandom(1_000_000)})
        self.remove_later("linked:1", "linked:2", "other:1")
        self.addCleanup(slipway, "volume", "rm", "kept")
        self.start("writer", "sh", "-c", "dd if=/dev/zero of=/big bs=1M count=5 2>/dev/null; truncate -s 1G /hole; sync; exec sleep infinity",
                   options=("-v", "kept:/srv"))
        identity = json.loads(slipway("inspect", "writer").stdout)[0]["Id"]
        wait = f"{STATE}/containers/{identity}/upper/hole"
        while not os.path.exists(wait) or os.stat(wait).st_size == 0:
            time.sleep(0.02)
        os.sync()
        with open(f"{STATE}/volumes/kept/data/file", "wb") as file:
            file.write(os.urandom(700_000))
        os.sync()
        found = usage()
        self.assertEqual(found["Images"]["Size"], du(*below("layers"), *below("blobs/sha256")))
        self.assertEqual(found["Containers"]["Size"], du(*below("containers")))
        self.assertEqual(found["Volumes"]["Size"], du(*below("volumes")))
        self.assertEqual((found["Volumes"]["Total"], found["Volumes"]["Active"], found["Volumes"]["Reclaimable"]), (1, 1, 0))
        self.assertEqual((found["Containers"]["Active"], found["Containers"]["Reclaimable"]), (1, 0))
        images = {image["Id"]: image for image in found["Images"]["Items"]}
        for identity in (first, second):
            self.assertLess(images[identity]["Size"], 3_500_000)
            self.assertGreater(images[identity]["SharedSize"], 3_000_000)
            self.assertLess(images[identity]["UniqueSize"], 100_000)
        self.assertGreater(images[other]["UniqueSize"], 1_000_000)
        # debian has a container.
        gone = images[first]["Size"] + images[second]["UniqueSize"] + images[other]["Size"]
        self.assertEqual(found["Images"]["Reclaimable"], gone)
        self.assertGreater(found["Containers"]["Size"], 5_000_000)
        self.assertLess(found["Containers"]["Size"], 8_000_000)

    def test_downloads_count_and_go(self):
        name = partial_download(1_000_000)
        found = usage()["Downloads"]
        self.assertEqual([item["ChainId"] for item in found["Items"]], [name])
        self.assertEqual(found["Size"], du(f"{STATE}/partial/{name}"))
        self.assertEqual(found["Reclaimable"], found["Size"])
        pruned = slipway("image", "prune", "-f", "--filter", "until=1s").stdout
        self.assertIn("space: 0B", pruned)
        self.assertIn("space: 1MB", slipway("image", "prune", "-f").stdout)
        self.assertEqual(os.listdir(f"{STATE}/partial"), [])

    def test_people_see_tables(self):
        self.start("shown", "sleep", "infinity")
        table = slipway("system", "df").stdout
        self.assertRegex(table, r"^TYPE +TOTAL +ACTIVE +SIZE +RECLAIMABLE\nImages +\d+ +1 ")
        verbose = slipway("system", "df", "-v").stdout
        for words in (r"debian +bookworm +[0-9a-f]{12} .* 1\n", r"(?m)^[0-9a-f]{12} .* shown$", "VOLUME NAME +LINKS +SIZE"):
            self.assertRegex(verbose, words)
        self.assertEqual(slipway("system", "df", "-x").returncode, 2)


class Prune(Care):
    def test_containers_at_rest_go(self):
        self.start("runs", "sleep", "infinity")
        for name, label in (("first", "a=1"), ("second", "a=2"), ("third", "b")):
            self.start(name, "true", options=("-l", label))
            slipway("wait", name)
        done = slipway("container", "prune", "-f", "--filter", "until=1h")
        self.assertEqual((done.returncode, done.stdout), (0, "Total reclaimed space: 0B\n"))
        identity = json.loads(slipway("inspect", "first").stdout)[0]["Id"]
        pruned = slipway("container", "prune", "-f", "--filter", "label=a=1").stdout
        self.assertIn(f"Deleted Containers:\n{identity}\n\nTotal reclaimed space: ", pruned)
        slipway("container", "prune", "-f", "--filter", "label!=b")
        self.assertEqual(slipway("ps", "-a", "--format", "json").stdout.count('"Name"'), 2)
        slipway("container", "prune", "-f")
        self.assertEqual([c["Name"] for c in json.loads(slipway("ps", "-a", "--format", "json").stdout)], ["runs"])

    def test_a_filter_chooses_images(self):
        make_image("labelled:1", {"a": b"1"}, "-c", "LABEL keep=yes")
        plain = make_image("plain:1", {"b": b"1"})
        self.remove_later("labelled:1", "plain:1")
        self.start("user", "sleep", "infinity")
        self.assertNotIn(plain, slipway("image", "prune", "-a", "-f", "--filter", "until=1h").stdout)
        pruned = slipway("image", "prune", "-a", "-f", "--filter", "label!=keep").stdout
        self.assertIn(plain, pruned)
        self.assertEqual(pruned.count("Deleted"), 1)
        self.assertEqual(slipway("image", "inspect", "labelled:1").returncode, 0)
        for words in ("label", "colour=red", "until=soon", "label="):
            self.assertEqual(slipway("image", "prune", "-f", "--filter", words).returncode, 2, words)

    def test_a_system_prune_takes_all_that_nothing_uses(self):
        self.start("runs", "sleep", "infinity", options=("-v", "/own", "-v", "named:/named"))
        self.start("ended", "sh", "-c", "dd if=/dev/zero of=/big bs=1M count=3 2>/dev/null", options=("-v", "/data",))
        slipway("wait", "ended")
        ended = json.loads(slipway("inspect", "ended").stdout)[0]["Id"]
        used = set(slipway("volume", "ls", "-q").stdout.split())
        self.assertEqual(len(used), 3)
        slipway("volume", "create", "lonely")
        nameless = make_image("moved:1", {"old": b"1"})
        named = make_image("moved:1", {"new": b"1"})
        partial_download(2_000_000)
        self.addCleanup(slipway, "volume", "prune", "-a")
        self.addCleanup(slipway, "rm", "-f", "runs")

        done = slipway("system", "prune", stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--force", done.stderr)
        self.assertEqual(slipway("system", "prune", "-f", "--volumes", "--filter", "until=1h").returncode, 2)
        pruned = slipway("system", "prune", "-f").stdout
        self.assertIn(f"Deleted Containers:\n{ended}\n", pruned)
        self.assertIn(f"Deleted Images:\ndeleted: sha256:{nameless}\n", pruned)
        self.assertNotIn(named, pruned)
        self.assertRegex(pruned, r"Total reclaimed space: 5\.\d*MB\n$")
        self.assertEqual(len(slipway("volume", "ls", "-q").stdout.split()), 4)
        pruned = slipway("system", "prune", "-f", "-a", "--volumes").stdout
        self.assertIn(f"Deleted Images:\ndeleted: sha256:{named}\n", pruned)
        self.assertEqual(pruned.count("Deleted Volumes:"), 1)
        left = slipway("volume", "ls", "-q").stdout.split()
        self.assertEqual((len(left), "named" in left, "lonely" in left), (3, True, True))
        self.assertEqual(slipway("exec", "runs", "true").returncode, 0)
        self.assertEqual(slipway("image", "inspect", IMAGE).returncode, 0)
        self.assertIn("space: 0B", slipway("system", "prune", "-f", "-a", "--volumes").stdout)
