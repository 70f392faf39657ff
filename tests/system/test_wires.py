# SPDX-License-Identifier: LGPL-2.1-or-later
"""Wires: connections between containers that start what they connect to, with real services."""
import json
import os
import signal
import time

from networks import NetworkTest, call, inside
from support import IMAGE, engine_pid, journal, output, run, slipway, wait_until

# A server that says how often it was started: its file survives it.
COUNTER = ('open F, ">>", "/starts"; print F "x"; close F; $n = -s "/starts"; '
           '$s = IO::Socket::IP->new(LocalHost => $ARGV[1] || "::", LocalPort => $ARGV[0], Listen => 64, ReuseAddr => 1, V6Only => 0) or die $@; '
           'while (1) { $c = $s->accept or next; print $c $n, " ", $c->peerhost, "\\n"; close $c }')
SERVE = ("perl", "-MIO::Socket::IP", "-e", COUNTER)


class WireTest(NetworkTest):
    def make(self, name, *command, options=()):
        """At rest, gone with the test."""
        slipway("rm", "--force", name)
        done = slipway("create", "--name", name, *options, IMAGE, *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "rm", "--force", name)

    def wire(self, *arguments):
        done = slipway("wire", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def inspect(self, wire):
        return json.loads(slipway("wire", "inspect", wire).stdout)[0]

    def status(self, name):
        return self.state(name)["Status"]


class Wires(WireTest):
    def test_the_first_connection_starts_the_target(self):
        self.make("db", *SERVE, "5432", options=("--network", "none"))
        self.start("web", "sleep", "infinity", options=("--network", "none", "--wire", "db:5432"))
        self.assertEqual(self.status("db"), "created")
        self.assertEqual(call("db", 5432, *inside("web"), seconds=20), "1 ::1")
        self.assertEqual(self.status("db"), "running")
        self.assertEqual(call("db", 5432, *inside("web")), "1 ::1")

    def test_all_wait_that_come_while_it_starts(self):
        self.make("db", "sh", "-c", 'sleep 1; exec perl -MIO::Socket::IP -e "$0" 5432', COUNTER, options=("--network", "none"))
        self.idle("web", "--wire", "db:5432")
        ask = "for i in 1 2 3 4 5 6 7 8; do { exec 3<>/dev/tcp/db/5432; cat <&3; } & done; wait"
        said = run("slipway", "exec", "web", "bash", "-c", ask).stdout.split("\n")[:-1]
        self.assertEqual(said, ["1 ::1"] * 8)

    def test_networks_stay_apart_but_for_the_one_port(self):
        for name in ("front", "back"):
            self.make_network(name)
        address, _ = self.serve("db", "--network", "back", port=5432)
        self.idle("web", "--network", "front", "--wire", "db:5432")
        self.assertIsNone(call(address, 5432, *inside("web"), seconds=1))
        # It sees an address of its own, and not the loopback that it may trust.
        self.assertEqual(call("db", 5432, *inside("web")), self.addresses("db")[1])
        self.assertEqual(self.addresses("db", "back")[0], address)

    def test_it_survives_restarts_of_both_ends_and_of_the_engine(self):
        self.make("db", *SERVE, "5432")
        self.idle("web", "--wire", "db:5432")
        self.assertEqual(call("db", 5432, *inside("web"), seconds=20)[0], "1")
        slipway("stop", "--time", "0", "db")
        self.assertEqual(call("db", 5432, *inside("web"), seconds=20)[0], "2")
        slipway("stop", "--time", "0", "web")
        self.assertEqual(slipway("start", "web").returncode, 0)
        self.assertEqual(call("db", 5432, *inside("web"), seconds=20)[0], "2")
        os.kill(engine_pid(), signal.SIGKILL)
        self.assertEqual(call("db", 5432, *inside("web"), seconds=20)[0], "2")
        slipway("rm", "--force", "db")
        self.make("db", *SERVE, "5432")
        self.assertEqual(call("db", 5432, *inside("web"), seconds=20)[0], "1")

    def test_a_proxy_that_was_killed_comes_with_the_next_connection(self):
        self.make("db", *SERVE, "5432")
        self.idle("web", "--wire", "db:5432")
        self.assertEqual(call("db", 5432, *inside("web"), seconds=20)[0], "1")
        unit = f"slipway-wire@{self.inspect('web/db')['ID']}.service"
        run("systemctl", "kill", "--signal=KILL", unit)
        wait_until(lambda: output("systemctl", "is-active", unit).strip() != "active")
        self.assertEqual(call("db", 5432, *inside("web"), seconds=20)[0], "1")

    def test_it_comes_and_goes_while_its_container_runs(self):
        self.make("db", *SERVE, "5432")
        self.idle("web")
        self.assertEqual(self.wire("web", "db:5432", "--as", "store", "--port", "99"), "web/store")
        self.assertEqual(call("store", 99, *inside("web"), seconds=20)[0], "1")
        self.assertEqual(slipway("wire", "ls", "-q").stdout.split(), ["web/store"])
        unit = f"slipway-wire@{self.inspect('web/store')['ID']}.socket"
        self.assertEqual(slipway("wire", "rm", "web/store").returncode, 0)
        self.assertIsNone(call("store", 99, *inside("web"), seconds=1))
        self.assertNotIn("store", slipway("exec", "web", "cat", "/etc/hosts").stdout)
        wait_until(lambda: output("systemctl", "list-units", "--all", "--plain", "--no-legend", unit) == "")
        self.assertEqual(self.status("db"), "running")

    def test_two_targets_of_the_same_port(self):
        for name in ("one", "two"):
            self.make(name, "perl", "-MIO::Socket::IP", "-e", f'$s = IO::Socket::IP->new(LocalHost => "0.0.0.0", LocalPort => 80, Listen => 9) or die; '
                      f'while ($c = $s->accept) {{ print $c "{name}\\n"; close $c }}', options=("--network", "none"))
        self.idle("web", "--wire", "one:80", "--wire", "two:80")
        self.assertEqual([call(name, 80, *inside("web"), seconds=20) for name in ("one", "two", "one")], ["one", "two", "one"])

    def test_variables_and_a_unix_socket(self):
        self.make("db-1", *SERVE, "5432")
        self.idle("web", "--wire", "db-1:5432,as=my-db,unix=/run/db/socket,env,port=77")
        self.assertEqual(slipway("exec", "web", "sh", "-c", "echo $MY_DB_HOST:$MY_DB_PORT").stdout.strip(), "my-db:77")
        ask = 'use IO::Socket::UNIX; $s = IO::Socket::UNIX->new(Peer => "/run/db/socket") or die "no: $!"; print <$s>'
        done = slipway("exec", "web", "perl", "-e", ask)
        self.assertEqual(done.stdout[:2], "1 ", done.stderr)
        refused = slipway("wire", "web", "db-1:5432", "--as", "late", "--env")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("stop web first", refused.stderr)

    def test_what_it_carries_is_counted(self):
        self.make("echo", "perl", "-MIO::Socket::IP", "-e", '$s = IO::Socket::IP->new(LocalHost => "::", LocalPort => 7, Listen => 9) or die; '
                  'while ($c = $s->accept) { while (sysread $c, $b, 65536) { print $c $b } close $c }')
        self.idle("web", "--wire", "echo:7")
        text = "exec 3<>/dev/tcp/echo/7; head -c 1000000 /dev/zero >&3 & head -c 1000000 <&3 | wc -c"
        self.assertEqual(run("slipway", "exec", "web", "bash", "-c", text).stdout.strip(), "1000000")
        wait_until(lambda: self.inspect("web/echo")["OpenConnections"] == 0)
        counts = self.inspect("web/echo")
        self.assertEqual((counts["Connections"], counts["BytesToTarget"], counts["BytesFromTarget"], counts["TargetStarts"]),
                         (1, 1_000_000, 1_000_000, 1))
        self.assertGreater(counts["LastStartUSec"], 1000)

    def test_who_cannot_be_reached_is_said_at_once(self):
        self.idle("web", "--wire", "nobody:1", "--wire", "ends:2", "--wire", "fails:3")
        self.make("ends", "true")
        self.make("fails", "/no/such/program")
        began = time.monotonic()
        for name, port in (("nobody", 1), ("ends", 2), ("fails", 3)):
            self.assertIsNone(call(name, port, *inside("web"), seconds=20), name)
        self.assertLess(time.monotonic() - began, 10)
        for name, port, reason in (("nobody", 1, "no container 'nobody'"), ("ends", 2, "ended"), ("fails", 3, "/no/such/program")):
            unit = f"slipway-wire@{self.inspect(f'web/{name}')['ID']}.service"
            wait_until(lambda unit=unit, reason=reason: any(reason in str(entry["MESSAGE"]) for entry in journal(f"_SYSTEMD_UNIT={unit}")))

    def test_nobody_else_is_given_the_way(self):
        self.make("db", *SERVE, "5432")
        self.idle("web", "--wire", "db:5432")
        path = f"/org/slipway/Engine1/wire/_{self.inspect('web/db')['ID']}"
        done = run("setpriv", "--reuid=nobody", "--clear-groups", "busctl", "call", "org.slipway.Engine1", path, "org.slipway.Engine1.Wire", "Reach",
                   "ua{sv}", "1", "0")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("not allowed", done.stderr)
        self.assertEqual(self.status("db"), "created")

    def test_nothing_is_left_behind(self):
        self.make("db", *SERVE, "5432")
        self.idle("web", "--wire", "db:5432,unix=/run/db/socket")
        self.assertEqual(call("db", 5432, *inside("web"), seconds=20)[0], "1")
        slipway("rm", "--force", "web")
        wait_until(lambda: output("systemctl", "list-units", "--all", "--plain", "--no-legend", "slipway-wire@*") == "")
        self.assertEqual(os.listdir("/run/slipway/wires"), [])

    def test_bad_wires_are_refused_in_a_line(self):
        self.idle("web")
        for words, reason in ((("web", "db"), "CONTAINER:PORT"), (("web", "db:0"), "no port"), (("web", "db:70000"), "no port"), (("web", "d b:1"), "name"),
                              (("nobody", "db:1"), "no container"), (("web", "db:1", "--unix", "socket"), "no path")):
            done = slipway("wire", *words)
            self.assertNotEqual(done.returncode, 0, words)
            self.assertIn(reason, done.stderr, words)
        done = slipway("run", "--rm", "--wire", "db:1,what=1", IMAGE, "true")
        self.assertEqual(done.returncode, 125)
        self.assertIn("no option", done.stderr)


class Services(WireTest):
    """PostgreSQL and redis from Debian's packages."""

    def bring(self, service, *changes):
        self.addClassCleanup(slipway, "image", "rm", f"wired/{service}")
        if slipway("image", "inspect", f"wired/{service}").returncode != 0:
            words = [word for change in changes for word in ("--change", change)]
            done = run("slipway", "image", "import", *words, f"/var/cache/slipway-shared/{service}.tar", f"wired/{service}", seconds=300)
            self.assertEqual(done.returncode, 0, done.stderr)
        return f"wired/{service}"

    def test_psql_in_one_container_starts_postgresql_in_another(self):
        image = self.bring("postgresql", 'CMD ["/usr/lib/postgresql/15/bin/postgres", "-c", "config_file=/etc/postgresql/15/main/postgresql.conf", '
                           '"-c", "unix_socket_directories=/tmp", "-c", "hba_file=/tmp/hba"]', "USER postgres", "STOPSIGNAL SIGINT")
        with open("/run/wires-hba", "w", encoding="utf-8") as file:
            file.write("local all all trust\nhost all all all trust\n")
        os.chmod("/run/wires-hba", 0o644)
        self.addCleanup(os.unlink, "/run/wires-hba")
        for name in ("pg", "client"):
            self.addCleanup(slipway, "rm", "--force", "--volumes", name)
        done = slipway("create", "--name", "pg", "--network", "none", "--sdnotify", "container", "-v", "/run/wires-hba:/tmp/hba:ro", image)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = slipway("run", "--detach", "--name", "client", "--network", "none", "--wire", "pg:5432,env,unix=/run/pg/.s.PGSQL.5432", image,
                       "sleep", "infinity")
        self.assertEqual(done.returncode, 0, done.stderr)
        for words in (("-h", "pg"), ("-h", "/run/pg")):
            asked = run("slipway", "exec", "client", "psql", *words, "-d", "postgres", "-Atc", "select 6 * 7", seconds=60)
            self.assertEqual(asked.stdout.strip(), "42", asked.stderr)
        self.assertEqual(slipway("stop", "pg").returncode, 0)
        asked = run("slipway", "exec", "client", "sh", "-c", "psql -h $PG_HOST -p $PG_PORT -d postgres -Atc 'select 1'", seconds=60)
        self.assertEqual(asked.stdout.strip(), "1", asked.stderr)

    def test_redis_too(self):
        image = self.bring("redis", 'ENTRYPOINT ["redis-server"]', 'CMD ["--save", "", "--protected-mode", "no"]')
        for name in ("cache", "client"):
            self.addCleanup(slipway, "rm", "--force", name)
        self.assertEqual(slipway("create", "--name", "cache", "--network", "none", image).returncode, 0)
        done = slipway("run", "--detach", "--name", "client", "--wire", "cache:6379", "--entrypoint", "sleep", image, "infinity")
        self.assertEqual(done.returncode, 0, done.stderr)
        for _ in range(2):
            asked = slipway("exec", "client", "redis-cli", "-h", "cache", "ping")
            self.assertEqual(asked.stdout.strip(), "PONG", asked.stderr)
            slipway("stop", "cache")
