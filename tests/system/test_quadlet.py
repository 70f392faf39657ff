# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files of Quadlet's: units of them at each reload, what is wrong in them, what their services make, and containers as such files."""
import json
import os
import shutil
import subprocess
import tempfile
import time

from support import IMAGE, SystemTest, expect_no_residue, find_residue, journal, output, run, show, slipway, wait_until

PLACE = "/etc/slipway/systemd"
CONFIGURATION = "/etc/slipway/generator.conf"
GENERATOR = "/usr/lib/systemd/system-generators/slipway-generator"
MADE = "/run/systemd/generator"


def state(unit):
    return show(unit, "ActiveState")


class QuadletTest(SystemTest):
    def setUp(self):
        self.files = []
        self.units = []
        self.addCleanup(self.clean)

    def clean(self):
        for unit in reversed(self.units):
            run("systemctl", "stop", unit)
            run("systemctl", "reset-failed", unit)
        for file in self.files:
            if os.path.lexists(file):
                os.unlink(file)
        for place in ("/etc/slipway/systemd", "/etc/containers/systemd"):
            shutil.rmtree(place, ignore_errors=True)
        run("systemctl", "daemon-reload")

    def write(self, name, text, place=PLACE):
        path = name if name.startswith("/") else f"{place}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.files.append(path)
        return path

    def reload(self):
        done = run("systemctl", "daemon-reload")
        self.assertEqual(done.returncode, 0, done.stderr)

    def start(self, unit, *command, options=()):  # pylint: disable=arguments-differ
        if command or options:
            return super().start(unit, *command, options=options)
        self.units.append(unit)
        done = run("systemctl", "start", unit)
        self.assertEqual(done.returncode, 0, done.stderr + output("journalctl", "-n", "20", "-u", unit))
        return done


class Generator(QuadletTest):
    def test_units_are_made_at_a_reload_and_are_good(self):
        self.write("web.container", f"[Unit]\nDescription=Web\nAfter=db.container\n[Container]\nImage={IMAGE}\nExec=sh -c \"echo \\\"$$X\\\"; sleep 9\"\nVolume=data.volume:/srv\n"
                   "Volume=/tmp:/tmp\nNetwork=back.network\nEnvironment=\"A=1 2\"\nReadOnly=yes\nTimezone=local\nReloadSignal=HUP\n[Service]\nRestart=always\nMemoryMax=64M\n"
                   "[Install]\nWantedBy=multi-user.target\nAlias=www.service\n")
        self.write("web.container.d/10.conf", "[Service]\nRestartSec=7\n")
        self.write("sub/db.container", f"[Container]\nImage={IMAGE}\nPod=shop.pod\nNotify=healthy\nHealthCmd=true\n")
        self.write("shop.pod", "[Pod]\nPublishPort=18080:80\n")
        self.write("data.volume", "[Volume]\nLabel=a=b\n")
        self.write("back.network", "[Network]\nSubnet=10.77.0.0/24\n")
        self.write("base.image", f"[Image]\nImage={IMAGE}\nPolicy=missing\n")
        self.write("own.build", "[Build]\nImageTag=localhost/own\nSetWorkingDirectory=unit\n")
        self.write("each@.container", f"[Container]\nImage={IMAGE}\nExec=sleep %i\n[Install]\nDefaultInstance=9\nWantedBy=multi-user.target\n")
        os.symlink("each@.container", f"{PLACE}/each@5.container")
        self.reload()
        for unit in ("web.service", "db.service", "shop-pod.service", "data-volume.service", "back-network.service", "base-image.service", "own-build.service", "each@5.service",
                     "each@9.service"):
            self.assertEqual(show(unit, "LoadState"), "loaded", unit)
        self.assertEqual(show("web.service", "SourcePath"), f"{PLACE}/web.container")
        self.assertEqual(show("web.service", "RestartUSec"), "7s")
        self.assertEqual(show("web.service", "MemoryMax"), str(64 << 20))
        self.assertEqual(show("www.service", "Id"), "web.service")
        self.assertLessEqual({"data-volume.service", "back-network.service"}, set(show("web.service", "Requires").split()))
        self.assertIn("db.service", show("web.service", "After").split())
        self.assertIn("shop-pod.service", show("db.service", "BindsTo").split())
        self.assertIn("db.service", show("shop-pod.service", "Wants").split())
        self.assertLessEqual({"web.service", "each@5.service", "each@9.service"}, set(show("multi-user.target", "Wants").split()))
        names = [f"{MADE}/{name}" for name in os.listdir(MADE) if name.endswith(".service") and not os.path.islink(f"{MADE}/{name}") and "SourcePath=/etc/slipway" in open(f"{MADE}/{name}", encoding="utf-8").read()]
        self.assertEqual(len(names), 9, names)
        done = run("systemd-analyze", "verify", *names)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        self.assertEqual(slipway("unit", "check", PLACE).stderr, "")
        # And all of it goes with the files.
        for name in os.listdir(PLACE):
            path = f"{PLACE}/{name}"
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        self.reload()
        self.assertEqual(show("web.service", "LoadState"), "not-found")

    def test_what_is_wrong_is_told_with_file_and_line_and_others_are_made(self):
        bad = self.write("bad.container", f"[Container]\nImage={IMAGE}\nVolum=/x\nMask=/proc/x\n[Instal]\n")
        self.write("needy.container", f"[Container]\nImage={IMAGE}\nNetwork=bad.container\n")
        self.write("play.kube", "[Kube]\nYaml=x\n")
        self.write("good.container", f"[Container]\nImage={IMAGE}\nVolume=/tmp:/x:z\n")
        expected = [f"{bad}:3: Volum= is no key of [Container]; did you mean 'Volume'?", f"{bad}:4: Mask= is not taken", f"{bad}:5: [Instal] is no section",
                    f"{PLACE}/needy.container:3: Network=: bad.container makes no unit", f"{PLACE}/play.kube: slipway plays no Kubernetes files",
                    f"{PLACE}/good.container:3: warning: Volume=: 'z' is left out"]
        since = time.time()
        self.reload()
        wait_until(lambda: len(journal("--since", f"@{since}", "-t", "slipway-generator")) >= len(expected))
        told = [entry["MESSAGE"] for entry in journal("--since", f"@{since}", "-t", "slipway-generator")]
        done = slipway("unit", "check", PLACE)
        self.assertEqual(done.returncode, 1)
        for line in expected:
            self.assertTrue(any(message.startswith(line) for message in told), (line, told))
            self.assertTrue(any(message.startswith(line) for message in done.stderr.splitlines()), (line, done.stderr))
        self.assertEqual(show("good.service", "LoadState"), "loaded")
        for unit in ("bad.service", "needy.service", "play.service"):
            self.assertEqual(show(unit, "LoadState"), "not-found")

    def test_files_are_checked_one_by_one(self):
        good = self.write("good.container", f"[Container]\nImage={IMAGE}\nNetwork=back.network\n[Install]\nWantedBy=x.target\n")
        bad = self.write("bad.container", "[Container]\n")
        self.write("back.network", "[Network]\n")
        done = slipway("unit", "check", "--print", good)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith("# good.service\n"), done.stdout)
        self.assertIn("Requires=back-network.service\n", done.stdout)
        self.assertIn("# link: x.target.wants/good.service -> ../good.service\n", done.stdout)
        done = slipway("unit", "check", good, bad)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (1, "", f"{bad}: has no Image=\n"))
        done = slipway("unit", "check", "/etc/slipway/none.container")
        self.assertEqual((done.returncode, done.stderr), (3, "slipway: /etc/slipway/none.container: no such file\n"))
        self.assertEqual(slipway("unit", "check", "/etc/passwd").returncode, 1)
        hidden = self.write("/usr/share/slipway/systemd/good.container", "[Container]\nImage=x\n")
        self.addCleanup(shutil.rmtree, "/usr/share/slipway/systemd", ignore_errors=True)
        done = slipway("unit", "check", hidden)
        self.assertIn(f"{hidden}: warning: does not count, since {good} is found before it", done.stderr)
        done = slipway("--user", "unit", "check", "--print", self.write("/tmp/own.container", "[Container]\nImage=x\n"))
        self.assertIn("ExecStart=/usr/bin/slipway --user run ", done.stdout)

    def test_podmans_directories_are_read_when_that_is_said(self):
        self.write("theirs.container", f"[Container]\nImage={IMAGE}\n", place="/etc/containers/systemd")
        self.reload()
        self.assertEqual(show("theirs.service", "LoadState"), "not-found")
        self.write(CONFIGURATION, "[Generator]\nReadContainersSystemd=yes\n")
        self.reload()
        self.assertEqual(show("theirs.service", "LoadState"), "loaded")
        self.write(CONFIGURATION, "[Generator]\nReadContainersSystem=yes\n")
        since = time.time()
        self.reload()
        self.assertEqual(show("theirs.service", "LoadState"), "not-found")
        wait_until(lambda: any(entry["MESSAGE"].startswith(f"{CONFIGURATION}:2: ReadContainersSystem= of [Generator] is not known")
                               for entry in journal("--since", f"@{since}", "-t", "slipway-generator")))

    def test_a_users_manager_has_its_own(self):
        self.write("users/mine.container", "[Container]\nImage=x\n")
        self.write("users/4711/other.container", "[Container]\nImage=x\n")
        self.reload()
        self.assertEqual(show("mine.service", "LoadState"), "not-found")
        with tempfile.TemporaryDirectory() as home:
            os.makedirs(f"{home}/.config/slipway/systemd")
            os.makedirs(f"{home}/out")
            with open(f"{home}/.config/slipway/systemd/web.container", "w", encoding="utf-8") as file:
                file.write("[Container]\nImage=x\n[Install]\nWantedBy=default.target\n")
            done = run("/usr/lib/systemd/user-generators/slipway-generator", f"{home}/out", f"{home}/out", f"{home}/out", env={"SYSTEMD_SCOPE": "user", "HOME": home})
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(sorted(os.listdir(f"{home}/out")), ["default.target.wants", "mine.service", "web.service"])
            with open(f"{home}/out/web.service", encoding="utf-8") as file:
                self.assertIn("ExecStart=/usr/bin/slipway --user run --supervise", file.read())

    def test_sockets_of_containers_are_linked_beside(self):
        with tempfile.TemporaryDirectory() as out:
            done = run(GENERATOR, out, out, out, env={"SLIPWAY_UNIT_DIRS": "/none"})
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            units = os.listdir("/var/lib/slipway/units") if os.path.isdir("/var/lib/slipway/units") else []
            self.assertLessEqual({unit for unit in units if unit.endswith(".socket")}, set(os.listdir(out)))
        self.assertEqual(run(GENERATOR).returncode, 2)


class OneShots(QuadletTest):
    def test_networks_and_volumes_are_made_once_and_stay(self):
        self.write("qback.network", "[Network]\nSubnet=10.78.0.0/24\nGateway=10.78.0.9\nLabel=a=b\nNetworkDeleteOnStop=yes\n")
        self.write("qdata.volume", "[Volume]\nLabel=a=b\n")
        self.addCleanup(slipway, "volume", "rm", "systemd-qdata")
        self.addCleanup(slipway, "network", "rm", "systemd-qback")
        self.reload()
        for _ in range(2):
            self.start("qback-network.service")
            self.start("qdata-volume.service")
            network = json.loads(slipway("network", "inspect", "systemd-qback").stdout)[0]
            self.assertEqual(network["Labels"], {"a": "b"})
            self.assertEqual(json.loads(slipway("volume", "inspect", "systemd-qdata").stdout)[0]["Labels"], {"a": "b"})
            self.assertEqual(state("qdata-volume.service"), "active")
            self.assertEqual(run("systemctl", "stop", "qdata-volume.service", "qback-network.service").returncode, 0)
            self.assertEqual(slipway("network", "inspect", "systemd-qback").returncode, 3)  # NetworkDeleteOnStop=
        # What is there and is otherwise is no success.
        self.write("qdata.volume", "[Volume]\nLabel=a=c\n")
        self.reload()
        self.assertNotEqual(run("systemctl", "start", "qdata-volume.service").returncode, 0)
        self.assertIn("the volume systemd-qdata is there already, without label a=c", output("journalctl", "-o", "cat", "-u", "qdata-volume.service"))

    def test_what_is_there_already_may_be(self):
        self.addCleanup(slipway, "network", "rm", "qthere")
        self.addCleanup(slipway, "volume", "rm", "qthere")
        for words in (("network", "create", "--ignore", "--subnet", "10.79.0.0/24", "qthere"), ("volume", "create", "--ignore", "--label", "a=b", "qthere")):
            for _ in range(2):
                done = slipway(*words)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "qthere\n", ""))
            without = [word for word in words if word != "--ignore"]
            self.assertIn(slipway(*without).returncode, (2, 4))  # its subnet is in use, or its name
        done = slipway("network", "create", "--ignore", "--subnet", "10.80.0.0/24", "qthere")
        self.assertEqual((done.returncode, done.stderr.splitlines()[0]),
                         (4, "slipway: the network qthere is there already, without subnet 10.80.0.0/24; choose another name, or remove it first"))
        done = slipway("volume", "create", "--ignore", "--label", "a=c", "qthere")
        self.assertEqual(done.returncode, 4)
        self.assertIn("without label a=c", done.stderr)

    def test_images_that_are_here_are_not_asked_for(self):
        self.write("qbase.image", f"[Image]\nImage={IMAGE}\nPolicy=missing\n")
        self.reload()
        self.start("qbase-image.service")
        identity = json.loads(slipway("image", "inspect", IMAGE).stdout)[0]["Id"]
        self.assertEqual(slipway("pull", "--policy", "never", IMAGE).stdout.strip(), identity)
        self.assertEqual(slipway("pull", "--policy", "never", "localhost/none:1").returncode, 3)
        self.assertEqual(slipway("pull", "--policy", "newer", IMAGE).returncode, 2)

    def test_the_environment_is_passed_on(self):
        done = slipway("run", "--rm", "--env-host", "--env", "B=2", IMAGE, "sh", "-c", "echo $A $B", env={**os.environ, "A": "1", "B": "1"})
        self.assertEqual((done.stdout, done.returncode), ("1 2\n", 0), done.stderr)


class PauseImage(QuadletTest):
    def test_a_pods_network_is_held_by_a_program_that_waits(self):
        for _ in range(2):
            done = slipway("unit", "pause-image")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.startswith("localhost/slipway-pause:"), done.stdout)
        before = find_residue()
        done = slipway("run", "--detach", "--name", "qpod", "--hostname", "shop", "--pull", "never", "localhost/slipway-pause")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "rm", "--force", "qpod")
        done = slipway("run", "--rm", "--network", "container:qpod", "--hostname", "shop", IMAGE, "sh", "-c", "hostname; cat /proc/net/dev | grep -c eth0")
        self.assertEqual((done.returncode, done.stdout), (0, "shop\n1\n"), done.stderr)
        begin = time.monotonic()
        self.assertEqual(slipway("stop", "qpod").returncode, 0)
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(self.state("qpod")["ExitCode"], 0)
        slipway("rm", "qpod")
        expect_no_residue(before)


class Export(QuadletTest):
    """A container as a file, and the container that its service makes."""
    maxDiff = None
    OPTIONS = ("--env", "A=1 $X 5%", "--env", "B=\"q\" '\\", "--label", "l=a b", "--user", "7:8", "--workdir", "/tmp", "--stop-signal", "SIGINT", "--stop-timeout", "3",
               "--memory", "64m", "--pids-limit", "99", "--cpus", "1.5", "--cap-drop", "CHOWN", "--cap-add", "NET_ADMIN", "--security-opt", "no-new-privileges=false", "--read-only",
               "--tmpfs", "/run:size=1m", "--volume", "/etc/hostname:/host:ro", "--volume", "qexport:/v", "--sysctl", "net.ipv4.ip_unprivileged_port_start=5", "--ulimit",
               "nofile=100:200", "--shm-size", "1m", "--publish", "127.0.0.1:18099:80", "--dns", "10.0.0.1", "--add-host", "h:10.0.0.2", "--health-cmd", "test -n \"$A\"",
               "--health-interval", "5s", "--oom-score-adj", "7", "--hostname", "other", "--group-add", "9", "--device", "/dev/fuse" if os.path.exists("/dev/fuse") else "/dev/null")
    OWN = ("Id", "Created", "State", "Unit", "Name")

    def describe(self, name):
        found = json.loads(slipway("inspect", name).stdout)[0]
        return {key: value for key, value in found.items() if key not in self.OWN and key != "NetworkSettings"}

    def test_it_makes_an_equal_container(self):
        slipway("rm", "--force", "qexport")
        done = slipway("create", "--name", "qexport", *self.OPTIONS, IMAGE, "sh", "-c", "echo \"$A\"; sleep 1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(slipway, "volume", "rm", "qexport")
        self.addCleanup(slipway, "rm", "--force", "qexport")
        original = self.describe("qexport")
        os.makedirs(PLACE, exist_ok=True)
        done = slipway("unit", "export", "--output", PLACE, "qexport")
        path = f"{PLACE}/qexport.container"
        self.assertEqual((done.returncode, done.stdout), (0, path + "\n"), done.stderr)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertNotIn("# not said", text)
        self.assertEqual(slipway("unit", "export", "qexport").stdout, text)
        done = slipway("unit", "export", "--output", PLACE, "qexport")
        self.assertEqual(done.returncode, 4)
        done = slipway("unit", "check", path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.reload()
        slipway("rm", "--force", "qexport")
        # Systemd itself reads the line; what is the service's own is left out.
        self.write("/run/systemd/system/qexport.service.d/50-create.conf", "[Service]\nType=oneshot\nExecStart=\n" + self.create_line() + "\n")
        self.addCleanup(shutil.rmtree, "/run/systemd/system/qexport.service.d", ignore_errors=True)
        self.reload()
        self.start("qexport.service")
        again = self.describe("qexport")
        original["HostConfig"]["AutoRemove"] = again["HostConfig"]["AutoRemove"]  # services make theirs with --rm
        self.assertEqual(again, original)

    def create_line(self):
        """The unit's own line with `create` for `run`."""
        with open(f"{MADE}/qexport.service", encoding="utf-8") as file:
            line = next(line for line in file.read().splitlines() if line.startswith("ExecStart="))
        return line.replace(" run --supervise --replace ", " create ")

    def test_one_that_is_not_there_is_refused(self):
        self.assertEqual(slipway("unit", "export", "none-such").returncode, 3)


class Services(QuadletTest):
    def reloaded(self, files):
        for name, text in files.items():
            self.write(name, text)
        self.reload()

    def test_a_container_starts_stops_and_restarts_with_its_service(self):
        before = find_residue()
        self.reloaded({"qweb.container": f"[Container]\nImage={IMAGE}\nExec=sh -c \"trap 'exit 0' TERM; echo up; while :; do sleep 0.1; done\"\nStopTimeout=5\n[Service]\nRestart=on-failure\n"})
        self.start("qweb.service")
        self.assertEqual(state("qweb.service"), "active")
        self.assertEqual(self.state("systemd-qweb")["Status"], "running")
        pid = self.state("systemd-qweb")["Pid"]
        with open(f"/proc/{pid}/cgroup", encoding="utf-8") as file:
            self.assertIn("qweb.service", file.read())
        self.assertEqual(run("systemctl", "restart", "qweb.service").returncode, 0)
        self.assertNotEqual(self.state("systemd-qweb")["Pid"], pid)
        begin = time.monotonic()
        self.assertEqual(run("systemctl", "stop", "qweb.service").returncode, 0)
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(show("qweb.service", "Result"), "success")
        expect_no_residue(before)

    def test_the_end_of_the_payload_is_the_services(self):
        self.reloaded({"qend.container": f"[Container]\nImage={IMAGE}\nExec=sh -c \"sleep 0.3; exit 7\"\n"})
        self.start("qend.service")
        wait_until(lambda: state("qend.service") == "failed")
        self.assertEqual(show("qend.service", "ExecMainStatus"), "7")

    def test_networks_and_volumes_come_first(self):
        self.reloaded({"qapp.container": f"[Container]\nImage={IMAGE}\nExec=sleep infinity\nNetwork=qnet.network\nVolume=qvol.volume:/v\n",
                       "qnet.network": "[Network]\nNetworkDeleteOnStop=yes\n", "qvol.volume": "[Volume]\n"})
        self.addCleanup(slipway, "volume", "rm", "systemd-qvol")
        self.units += ["qnet-network.service", "qvol-volume.service"]
        self.start("qapp.service")
        self.assertEqual(state("qnet-network.service"), "active")
        described = json.loads(slipway("inspect", "systemd-qapp").stdout)[0]
        self.assertEqual(list(described["NetworkSettings"]["Networks"]), ["systemd-qnet"])
        self.assertEqual(described["Mounts"][0]["Name"], "systemd-qvol")

    def test_a_pod_comes_and_goes_with_its_containers(self):
        self.reloaded({"qshop.pod": "[Pod]\nPublishPort=18081:80\n",
                       "qone.container": f"[Container]\nImage={IMAGE}\nExec=sleep infinity\nPod=qshop.pod\nStopTimeout=0\n",
                       "qtwo.container": f"[Container]\nImage={IMAGE}\nExec=sleep infinity\nPod=qshop.pod\nStopTimeout=0\n"})
        self.units += ["qone.service", "qtwo.service"]
        self.start("qshop-pod.service")
        wait_until(lambda: state("qone.service") == state("qtwo.service") == "active")
        spaces = {os.readlink(f"/proc/{self.state(name)['Pid']}/ns/net") for name in ("systemd-qshop", "systemd-qone", "systemd-qtwo")}
        self.assertEqual(len(spaces), 1)
        self.assertEqual(run("systemctl", "stop", "qone.service").returncode, 0)
        self.assertEqual(state("qshop-pod.service"), "active")
        self.assertEqual(run("systemctl", "stop", "qtwo.service").returncode, 0)
        wait_until(lambda: state("qshop-pod.service") == "inactive")
        self.start("qone.service")
        self.assertEqual(state("qshop-pod.service"), "active")
        self.assertEqual(run("systemctl", "stop", "qshop-pod.service").returncode, 0)
        # Killed as StopTimeout=0 asks for, so it has failed.
        wait_until(lambda: state("qone.service") in ("inactive", "failed"))
        wait_until(lambda: state("qtwo.service") in ("inactive", "failed"))

    def test_readiness_is_the_payloads_or_its_healths(self):
        self.reloaded({"qready.container": f"[Container]\nImage={IMAGE}\nExec=sh -c \"sleep 1; touch /ok; sleep infinity\"\nNotify=healthy\nHealthCmd=test -e /ok\nHealthInterval=200ms\n"
                                           "StopTimeout=0\n"})
        begin = time.monotonic()
        self.start("qready.service")
        self.assertGreater(time.monotonic() - begin, 0.8)
        self.assertEqual(self.state("systemd-qready")["Health"]["Status"], "healthy")

    def test_a_reload_is_a_signal_to_the_payload(self):
        self.reloaded({"qhup.container": f"[Container]\nImage={IMAGE}\nExec=sh -c \"trap 'echo again' HUP; while :; do sleep 0.1; done\"\nReloadSignal=HUP\nStopTimeout=0\n"})
        self.start("qhup.service")
        self.assertEqual(run("systemctl", "reload", "qhup.service").returncode, 0)
        wait_until(lambda: "again" in subprocess.run(["journalctl", "-o", "cat", "CONTAINER_NAME=systemd-qhup"], capture_output=True, text=True, check=True).stdout)
