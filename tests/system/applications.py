# SPDX-License-Identifier: LGPL-2.1-or-later
"""Three applications as people have them: their images, their files, and what they answer."""
import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request

from support import run, slipway, wait_until

FILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "applications")
IMAGES = {
    "nginx": ['CMD ["nginx", "-g", "daemon off;"]', "STOPSIGNAL SIGQUIT", "EXPOSE 80"],
    "redis": ['ENTRYPOINT ["redis-server"]', "USER redis", "WORKDIR /var/lib/redis", "EXPOSE 6379"],
    "postgresql": ["USER postgres", "STOPSIGNAL SIGINT", "VOLUME /var/lib/postgresql/15/main", "EXPOSE 5432"],
    "python": ['CMD ["python3"]', "STOPSIGNAL SIGTERM"],
}
PORTS = {"wiki": 8081, "forum": 8082, "todo": 8083}


def import_images():
    for name, changes in IMAGES.items():
        if slipway("image", "inspect", f"localhost/{name}:12").returncode == 0:
            continue
        words = [word for change in changes for word in ("--change", change)]
        done = run("slipway", "image", "import", *words, f"/var/cache/slipway-shared/{name}.tar", f"localhost/{name}:12", seconds=120)
        if done.returncode != 0:
            raise AssertionError(done.stderr)


def forget_images():
    """They are large, and others look at all that is in the store."""
    for name in IMAGES:
        slipway("image", "rm", f"localhost/{name}:12")


def ask(port, path="/", body=None):
    """The answer's lines; none where there is no good one."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=None if body is None else body.encode())
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read().decode().splitlines()
    except (urllib.error.URLError, OSError):
        return []


class Application:
    """One of them, its files in a directory of its own."""

    @classmethod
    def at(cls, name, place):
        """One whose files are there already."""
        application = cls.__new__(cls)
        application.name, application.port, application.place = name, PORTS[name], os.path.join(place, name)
        return application

    def __init__(self, name, place):
        self.name, self.port, self.place = name, PORTS[name], os.path.join(place, name)
        shutil.copytree(os.path.join(FILES, name), self.place)
        for shared in ("nginx.conf", "hba.conf", "serving.py"):
            shutil.copy(os.path.join(FILES, shared), place)
        self.write("db_password", "secret-of-" + name + "\n")
        os.mkdir(os.path.join(self.place, "static"))
        self.write("static/hello", "hello from " + name + "\n")
        for directory, _, files in os.walk(place):
            os.chmod(directory, 0o755)
            for file in files:
                os.chmod(os.path.join(directory, file), 0o644)

    def write(self, file, text):
        with open(os.path.join(self.place, file), "w", encoding="utf-8") as out:
            out.write(text)

    def compose(self, *words, version=1):
        return run("slipway", "compose", *words, cwd=self.place, seconds=180, env={**os.environ, "VERSION": str(version)})

    def compose_well(self, *words, version=1):
        done = self.compose(*words, version=version)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return done

    def containers(self):
        """Names of those that run, by service."""
        found = json.loads(self.compose("ps", "--format", "json").stdout)
        return {one["Name"]: one for one in found if one["State"] == "running"}

    def await_service(self):
        """It has come up when its containers have started, and serves a moment later."""
        wait_until(lambda: ask(self.port, "/page"))

    def use(self, word):
        """Writes WORD and reads it again: rows, counters, and the file of the front."""
        if ask(self.port, "/hello") != ["hello from " + self.name]:
            return False
        ask(self.port, "/page", word)
        if self.name == "forum":  # until the worker has it
            wait_until(lambda: word in ask(self.port))
        before, after = ask(self.port, "/page"), ask(self.port, "/page")
        return len(after) > 2 and any(word in line for line in after[2:]) and before[0] == after[0] and (
            self.name == "forum" or int(after[1].split()[1]) == int(before[1].split()[1]) + 1)

    def has(self, word):
        return any(word in line for line in ask(self.port, "/page")[2:])

    def load(self):
        """A running ab."""
        return subprocess.Popen(["ab", "-q", "-t", "60", "-n", "1000000", "-c", "8", "-s", "10", f"http://127.0.0.1:{self.port}/page"],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
