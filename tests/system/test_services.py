# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real services from Debian's packages: imported, pushed, pulled back, and serving."""
import json
import re

from pulling import Pulls
from registries import Registry, temporary_directory
from support import run, slipway, wait_until

SERVICES = {
    "nginx": ['CMD ["nginx", "-g", "daemon off;"]', "STOPSIGNAL SIGQUIT", "EXPOSE 80"],
    "redis": ['ENTRYPOINT ["redis-server"]', 'CMD ["--save", ""]', "USER redis", "WORKDIR /var/lib/redis", "EXPOSE 6379"],
    "postgresql": ['CMD ["/usr/lib/postgresql/15/bin/postgres", "-c", "config_file=/etc/postgresql/15/main/postgresql.conf", '
                   '"-c", "unix_socket_directories=/tmp"]',
                   "USER postgres", "STOPSIGNAL SIGINT", "VOLUME /var/lib/postgresql/15/main", "EXPOSE 5432"],
}


class Services(Pulls):
    removal_seconds = 180

    @classmethod
    def setUpClass(cls):
        cls.registry = Registry(temporary_directory(cls), 5041)
        cls.addClassCleanup(cls.registry.stop)
        cls.host = cls.registry.host

    def bring(self, service):
        """The image's name, once it has been to the registry and back."""
        name = f"{self.host}/services/{service}:12"
        changes = [word for change in SERVICES[service] for word in ("--change", change)]
        for command in (("image", "import", *changes, f"/var/cache/slipway-shared/{service}.tar", name), ("push", "--quiet", name),
                        ("image", "rm", name), ("pull", "--quiet", name)):
            # 400 MB of PostgreSQL are compressed on the way.
            done = run("slipway", *command, seconds=300)
            self.assertEqual(done.returncode, 0, done.stderr)
        return name

    def serve(self, container, name, *options):
        self.addCleanup(slipway, "rm", "--force", "--volumes", container)
        done = slipway("run", "--detach", "--name", container, *options, name)
        self.assertEqual(done.returncode, 0, done.stderr)

    def inside(self, container, *command):
        return slipway("exec", container, *command).stdout

    def stop(self, container):
        """By systemd, with the image's own signal; the exit status."""
        self.assertEqual(run("systemctl", "stop", f"slipway-{container}.scope").returncode, 0)
        return json.loads(slipway("inspect", container).stdout)[0]["State"]["ExitCode"]

    def test_nginx_answers_and_ends_gracefully(self):
        name = self.bring("nginx")
        self.serve("web", name, "-v", "pages:/var/www/html")
        ask = "exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"
        wait_until(lambda: "200 OK" in self.inside("web", "bash", "-c", ask))
        self.assertIn("Welcome to nginx", self.inside("web", "bash", "-c", ask))
        self.inside("web", "sh", "-c", "echo another page > /var/www/html/index.html")
        self.assertIn("another page", self.inside("web", "bash", "-c", ask))
        self.assertEqual(self.stop("web"), 0)
        slipway("rm", "web")
        # What was written is in the volume, and the next one has it.
        self.serve("web", name, "-v", "pages:/var/www/html")
        wait_until(lambda: "another page" in self.inside("web", "bash", "-c", ask))
        slipway("rm", "--force", "web")
        self.assertEqual(slipway("volume", "rm", "pages").returncode, 0)

    def test_redis_keeps_what_it_is_told(self):
        self.serve("store", self.bring("redis"))
        wait_until(lambda: self.inside("store", "redis-cli", "ping") == "PONG\n")
        self.assertEqual(self.inside("store", "redis-cli", "set", "key", "value"), "OK\n")
        self.assertEqual(self.inside("store", "redis-cli", "get", "key"), "value\n")
        self.assertIn("redis", self.inside("store", "ps", "-eo", "user,comm") or self.inside("store", "cat", "/proc/1/comm"))
        self.assertEqual(self.stop("store"), 0)
        self.assertIn("bye bye", slipway("logs", "store").stdout + slipway("logs", "store").stderr)

    def test_postgresql_has_its_rows_after_its_container(self):
        name = self.bring("postgresql")
        self.serve("db", name, "-v", "rows:/var/lib/postgresql/15/main")
        wait_until(lambda: "1" in self.inside("db", "psql", "-h", "/tmp", "-Atc", "select 1"))
        self.inside("db", "psql", "-h", "/tmp", "-c", "create table t as select generate_series(1, 1000) as n")
        self.assertEqual(self.stop("db"), 0)
        slipway("rm", "db")
        self.serve("db", name, "-v", "rows:/var/lib/postgresql/15/main")
        wait_until(lambda: "500500" in self.inside("db", "psql", "-h", "/tmp", "-Atc", "select sum(n) from t"))
        self.assertTrue(re.search("database system was shut down", "".join(run("journalctl", "CONTAINER_NAME=db", "--output=cat").stdout)))
        # And after a death that nobody asked for.
        self.assertEqual(slipway("kill", "db").returncode, 0)
        wait_until(lambda: json.loads(slipway("inspect", "db").stdout)[0]["State"]["Status"] == "exited")
        self.assertEqual(slipway("start", "db").returncode, 0)
        wait_until(lambda: "500500" in self.inside("db", "psql", "-h", "/tmp", "-Atc", "select sum(n) from t"))
        slipway("rm", "--force", "db")
        self.assertEqual(slipway("volume", "rm", "rows").returncode, 0)
