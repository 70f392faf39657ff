# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pulls images from a registry on the loopback with one engine after the other, inside the machine, and prints all samples as JSON.

A sample is the time from the command's start to its end. What it made is removed before the next one begins. Everybody's files are in
memory (tmpfs) unless --disk says otherwise: else a slow disk is what is measured. The floor is what no pull can do without: the layers
through curl and tar, verified by nobody and synced by nobody.
"""
import argparse
import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import threading
import time

import bench_images

HOST = "localhost:5071"
PLACE = "/var/lib/slipway-bench/pull"
TOOLS = "/var/cache/slipway-shared/bench-tools"
STATE = "/var/lib/slipway"
DOCKER = f"unix://{PLACE}/docker.sock"


def quietly(*argv, **options):
    done = subprocess.run(argv, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise RuntimeError(f"{' '.join(argv[:3])}: exit status {done.returncode}: {said[-1] if said else 'without a word'}")
    return done.stdout


def wait_until(is_true, seconds=60):
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            raise RuntimeError("it did not come to pass")
        time.sleep(0.02)


class Contender:
    def __init__(self, name):
        self.name = name

    def begin(self):
        """Before the first round; raises if it cannot take part."""

    def argv(self, image):
        raise NotImplementedError

    def clean(self, image):
        raise NotImplementedError

    def end(self):
        pass


class InService(Contender):
    """What does its work itself does it in a service of its own, as slipway's is: the kernel shares a busy machine out by sessions."""

    def words(self, image):
        raise NotImplementedError

    def argv(self, image):
        return ["systemd-run", "--quiet", "--wait", "--pipe", "--", *self.words(image)]


class Floor(InService):
    def words(self, image):
        steps = [f"{TOOLS}/usr/bin/curl -sSf http://{HOST}/v2/{image.repository}/blobs/{digest} | tar xz -C {PLACE}/floor" for digest in image.layers]
        return ["bash", "-c", f"set -e -o pipefail; mkdir {PLACE}/floor; {'; '.join(steps)}"]

    def clean(self, image):
        shutil.rmtree(f"{PLACE}/floor", ignore_errors=True)


class Slipway(Contender):
    def begin(self):
        quietly("slipway", "version")

    def argv(self, image):
        return ["slipway", "pull", "--quiet", image.name]

    def clean(self, image):
        subprocess.run(["slipway", "image", "rm", image.name], check=False, capture_output=True)
        quietly("slipway", "image", "prune", "--force")
        wait_until(lambda: not os.listdir(f"{STATE}/tmp"))


class Podman(InService):
    def begin(self):
        quietly("podman", "version")

    def words(self, image):
        return ["podman", "pull", "--quiet", "--tls-verify=false", image.name]

    def clean(self, image):
        quietly("podman", "rmi", "--force", "--ignore", image.name)


class Umoci(InService):
    def begin(self):
        if not os.path.exists(f"{TOOLS}/usr/bin/umoci"):
            raise RuntimeError("umoci is not there")

    def words(self, image):
        return ["bash", "-c", f"set -e; skopeo copy --quiet --insecure-policy --src-tls-verify=false docker://{image.name} oci:{PLACE}/oci:1; "
                              f"{TOOLS}/usr/bin/umoci unpack --image {PLACE}/oci:1 {PLACE}/bundle"]

    def clean(self, image):
        for directory in ("oci", "bundle"):
            shutil.rmtree(f"{PLACE}/{directory}", ignore_errors=True)


class Docker(Contender):
    """Debian's docker.io, its daemon started for the occasion."""

    daemon = None

    def environment(self):
        return {**os.environ, "PATH": f"{TOOLS}/usr/sbin:{TOOLS}/usr/bin:{os.environ['PATH']}", "LD_LIBRARY_PATH": f"{TOOLS}/lib/x86_64-linux-gnu"}

    def docker(self, *words):
        return quietly(f"{TOOLS}/usr/bin/docker", "--host", DOCKER, *words)

    def begin(self):
        if not os.path.exists(f"{TOOLS}/usr/sbin/dockerd"):
            raise RuntimeError("dockerd is not there")
        os.makedirs(f"{PLACE}/docker")
        with open(f"{PLACE}/dockerd.log", "wb") as log:
            self.daemon = subprocess.Popen(
                [f"{TOOLS}/usr/sbin/dockerd", "--host", DOCKER, "--data-root", f"{PLACE}/docker/data", "--exec-root", f"{PLACE}/docker/run",
                 "--pidfile", f"{PLACE}/docker/pid", "--bridge=none", "--iptables=false", "--ip6tables=false"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment(), start_new_session=True)
        try:
            wait_until(lambda: self.daemon.poll() is not None or os.path.exists(DOCKER.removeprefix("unix://")), 30)
            self.docker("version")
        except RuntimeError:
            self.end()
            with open(f"{PLACE}/dockerd.log", encoding="utf-8") as log:
                raise RuntimeError("dockerd: " + (log.read().strip().splitlines() or ["without a word"])[-1]) from None

    def argv(self, image):
        return [f"{TOOLS}/usr/bin/docker", "--host", DOCKER, "pull", "--quiet", image.name]

    def clean(self, image):
        subprocess.run([*self.argv(image)[:3], "rmi", "--force", image.name], check=False, capture_output=True)

    def end(self):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait(timeout=60)
            self.daemon = None


class Image:
    def __init__(self, layers, files):
        self.title = f"{layers} layer{'s' if layers > 1 else ''}, {files} files"
        self.repository = f"bench/{layers}"
        self.name = f"{HOST}/{self.repository}:1"
        layout = bench_images.layout_of(layers, files)
        self.layers = bench_images.layers_of(layout)
        self.bytes = sum(os.path.getsize(f"{layout}/blobs/sha256/{digest[7:]}") for digest in self.layers)
        quietly("skopeo", "copy", "--insecure-policy", "--dest-tls-verify=false", f"oci:{layout}:1", f"docker://{self.name}")


def status_of(pid, file_name):
    with open(f"/proc/{pid}/{file_name}", encoding="utf-8") as file:
        return dict(line.split(":", 1) for line in file if ":" in line)


class Watch:
    """What slipway's processes take: each at its most (VmHWM), and all of one moment together (PSS, which shares out what they share)."""

    def __init__(self):
        self.peaks = {}
        self.together = 0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.is_over.set()
        self.thread.join()

    def watch(self):
        while not self.is_over.wait(0.01):
            self.together = max(self.together, sum(self.look(pid) for pid in os.listdir("/proc") if pid.isdigit()))

    def look(self, pid):
        try:
            status = status_of(pid, "status")
            name = status["Name"].strip()
            if not name.startswith("slipway") or "VmHWM" not in status:
                return 0
            self.peaks[name] = max(self.peaks.get(name, 0), int(status["VmHWM"].split()[0]))
            return int(status_of(pid, "smaps_rollup")["Pss"].split()[0])
        except (OSError, KeyError, ValueError):
            return 0  # it has gone


def start_registry():
    os.makedirs(f"{PLACE}/registry")
    config = {"version": "0.1", "log": {"level": "error", "accesslog": {"disabled": True}}, "http": {"addr": HOST.replace("localhost", "127.0.0.1")},
              "storage": {"filesystem": {"rootdirectory": f"{PLACE}/registry"}}}
    with open(f"{PLACE}/registry.yml", "w", encoding="utf-8") as file:
        json.dump(config, file)
    registry = subprocess.Popen(["docker-registry", "serve", f"{PLACE}/registry.yml"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: subprocess.run([f"{TOOLS}/usr/bin/curl", "-sf", f"http://{HOST}/v2/"], check=False, capture_output=True).returncode == 0)
    return registry


def timed(contender, image):
    os.sync()
    begin = time.perf_counter()
    quietly(*contender.argv(image))
    return time.perf_counter() - begin


def begin_all(contenders, image):
    working, left_out = [], {}
    for contender in contenders:
        try:
            contender.begin()
            contender.clean(image)
            working.append(contender)
        except (RuntimeError, OSError) as reason:
            left_out[contender.name] = str(reason)
    return working, left_out


def measure(contenders, image, rounds, failed):
    samples = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        shift = number % len(contenders)
        for contender in contenders[shift:] + contenders[:shift]:
            try:
                samples[contender.name].append(timed(contender, image))
            except RuntimeError as reason:
                failed.append(f"{contender.name}, {image.title}: {reason}")
                samples[contender.name].append(None)
            contender.clean(image)
    return samples


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench pull")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--files", type=int, default=30_000)
    parser.add_argument("--only", default="")
    parser.add_argument("--disk", action="store_true")
    options = parser.parse_args()
    with in_memory(not options.disk):
        json.dump(compare(options), sys.stdout)


@contextlib.contextmanager
def in_memory(is_wanted):
    """The places that everybody writes to, empty; what was there comes back."""
    quietly("systemctl", "stop", "slipwayd.socket", "slipwayd.service")
    shutil.rmtree(PLACE, ignore_errors=True)
    places = [PLACE, STATE, "/var/lib/containers"] if is_wanted else []
    os.makedirs(PLACE)
    try:
        for place in places:
            os.makedirs(place, exist_ok=True)
            quietly("mount", "-t", "tmpfs", "-o", "mode=0700", "bench", place)
        quietly("systemctl", "start", "slipwayd.socket")
        yield
    finally:
        subprocess.run(["systemctl", "stop", "slipwayd.socket", "slipwayd.service"], check=False, capture_output=True)
        for place in places:
            subprocess.run(["umount", "--recursive", "--lazy", place], check=False, capture_output=True)
        shutil.rmtree(PLACE, ignore_errors=True)
        quietly("systemctl", "start", "slipwayd.socket")


def compare(options):
    contenders = [Floor("floor"), Slipway("slipway"), Podman("podman"), Umoci("skopeo-umoci"), Docker("docker")]
    names = [name for name in options.only.split(",") if name]
    contenders = [contender for contender in contenders if not names or contender.name in names]
    registry = start_registry()
    failed, images, memory = [], {}, {}
    try:
        subjects = [Image(1, options.files), Image(10, options.files)]
        working, left_out = begin_all(contenders, subjects[0])
        for image in subjects:
            images[image.title] = {"bytes": image.bytes, "samples": measure(working, image, options.rounds, failed)}
        for contender in working:
            if isinstance(contender, Slipway):
                for image in subjects:
                    with Watch() as watch:
                        timed(contender, image)
                    contender.clean(image)
                    memory[image.title] = {"peaks": watch.peaks, "together": watch.together}
    finally:
        for contender in contenders:
            contender.end()
        registry.terminate()
        registry.wait(timeout=30)
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return {"machine": f"Linux {platform.release()}, {os.cpu_count()} processors, load {load} at the end", "unit": "seconds", "images": images,
               "memory": memory, "left_out": left_out, "failed": failed}


main()
