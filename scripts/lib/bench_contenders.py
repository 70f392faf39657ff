# SPDX-License-Identifier: LGPL-2.1-or-later
"""What scripts/bench compares: how each engine is made ready, and the command that starts a container with it."""
import contextlib
import json
import os
import shutil
import subprocess

IMAGE = "debian:bookworm"
TAR = "/var/cache/slipway-shared/debian-bookworm.tar"
PLACE = "/var/lib/slipway-bench"
ROOT = f"{PLACE}/rootfs"
# Where `meson install` puts what differs between builds.
PROGRAMS = [
    "usr/bin/slipway",
    "usr/lib/slipway/slipwayd",
    "usr/lib/slipway/slipway-monitor",
    "usr/lib/slipway/slipway-launch",
]
CHECKOUT = "/slipway"


def quietly(*argv, **options):
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, capture_output=True, **options)


def works(*argv):
    answer = subprocess.run(argv, check=False, stdin=subprocess.DEVNULL, capture_output=True)
    return answer.returncode == 0


class Contender:
    shows_steps = False
    runs_per_turn = 1

    def __init__(self, name, *words):
        self.name = name
        self.words = words
        self.text = " ".join(words)
        self.number = 0

    def prepare(self):
        pass

    def take_turn(self):
        pass

    def helpers(self):
        """Processes that stay on behind it and are none of its leavings."""
        return set()

    def argv(self):
        """A run's own words: 'ID' is another one each time."""
        self.number += 1
        program = shutil.which(self.words[0])
        if program is None:
            raise FileNotFoundError(f"{self.words[0]} is not installed")
        return [program, *(f"bench-{self.number}" if word == "ID" else word for word in self.words[1:])]


class Slipway(Contender):
    def __init__(self, name="slipway", *extra):
        super().__init__(name, "slipway", "run", "--rm", *extra, IMAGE, "true")
        self.shows_steps = "--timings" in extra

    def prepare(self):
        if not works("slipway", "image", "inspect", IMAGE):
            quietly("slipway", "image", "import", TAR, IMAGE)

    def helpers(self):
        question = ["systemctl", "show", "--value", "--property=MainPID", "slipwayd.service"]
        return {subprocess.run(question, check=True, capture_output=True, text=True).stdout.strip()}


class Build(Slipway):
    """slipway from a directory that `meson install` has filled."""

    # Taking turns is slow, and what comes after it at first.
    runs_per_turn = 5

    def __init__(self, directory):
        super().__init__(directory)
        self.directory = os.path.join(CHECKOUT, directory)

    def prepare(self):
        install(self.directory)
        super().prepare()
        self.take_turn()

    def take_turn(self):
        install(self.directory)
        # The engine's own start is no part of the comparison.
        quietly("slipway", "run", "--rm", IMAGE, "true")


class Podman(Contender):
    # Podman sets a limit of processes unless told otherwise, which fails where the machine has no such controller.
    def __init__(self, runtime):
        options = ["--rm", "--network=none", "--pids-limit=0"]
        super().__init__(f"podman-{os.path.basename(runtime)}", "podman", "--runtime", runtime, "run", *options, IMAGE, "true")

    def prepare(self):
        if not works("podman", "image", "exists", IMAGE):
            quietly("podman", "import", TAR, IMAGE)


class Runtime(Contender):
    """An OCI runtime by itself, on a root that is a plain directory, with the configuration that it proposes."""

    def __init__(self, name, *words):
        super().__init__(name, *words, "run", "--bundle", f"{PLACE}/{words[0]}", "ID")
        self.runtime = words[0]

    def prepare(self):
        bundle = f"{PLACE}/{self.runtime}"
        os.makedirs(bundle, exist_ok=True)
        if not os.path.isdir(ROOT):
            os.makedirs(ROOT + ".making", exist_ok=True)
            quietly("tar", "--extract", "--file", TAR, "--directory", ROOT + ".making")
            os.rename(ROOT + ".making", ROOT)
        file = f"{bundle}/config.json"
        if not os.path.exists(file):
            quietly(self.runtime, "spec", cwd=bundle)
        with open(file, encoding="utf-8") as stream:
            config = json.load(stream)
        config["process"].update({"args": ["true"], "terminal": False})
        config["root"]["path"] = ROOT
        # crun raises RLIMIT_MEMLOCK to restrict devices, which a machine may not allow.
        config["linux"].pop("resources", None)
        with open(file, "w", encoding="utf-8") as stream:
            json.dump(config, stream)


def others(only):
    """slipway and its peers; ONLY names some, separated by commas."""
    contenders = [
        Contender("true", "true"),
        Slipway(),
        Podman("crun"),
        Podman("runc"),
        Podman("/usr/bin/slipway-oci"),
        Runtime("crun", "crun"),
        Runtime("crun-systemd", "crun", "--systemd-cgroup"),
        Runtime("runc", "runc"),
        Runtime("slipway-oci", "slipway-oci"),
        Runtime("slipway-oci-systemd", "slipway-oci", "--systemd-cgroup"),
        Contender("systemd-scope", "systemd-run", "--quiet", "--scope", "true"),
    ]
    names = [name for name in only.split(",") if name]
    unknown = set(names) - {contender.name for contender in contenders}
    if unknown:
        raise ValueError(f"--only: no {', '.join(sorted(unknown))}")
    if names:
        contenders = [contender for contender in contenders if contender.name in names]
    if any(contender.name == "slipway" for contender in contenders):
        contenders.append(Slipway("slipway --timings", "--timings"))
    return contenders


def builds(directories):
    if len(directories) < 2:
        raise ValueError("compare wants two directories or more")
    for directory in directories:
        if not os.path.exists(os.path.join(CHECKOUT, directory, PROGRAMS[0])):
            raise ValueError(f"{directory}: no {PROGRAMS[0]} in it")
    return [Build(directory) for directory in directories]


def install(root):
    for program in PROGRAMS:
        shutil.copy2(os.path.join(root, program), f"/{program}.new")
        os.rename(f"/{program}.new", f"/{program}")
    quietly("systemctl", "stop", "slipwayd.service")
    # Else systemd takes so many starts for a failure.
    quietly("systemctl", "reset-failed", "slipwayd.service", "slipwayd.socket")


@contextlib.contextmanager
def installed():
    """Puts back what was installed before."""
    kept = f"{PLACE}/installed"
    for program in PROGRAMS:
        os.makedirs(os.path.dirname(f"{kept}/{program}"), exist_ok=True)
        shutil.copy2(f"/{program}", f"{kept}/{program}")
    try:
        yield
    finally:
        install(kept)
