# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files of Quadlet's of a user: services of the user's own manager, which run the user's own engine."""
import os
import shutil
import time

from rootless import RootlessTest
from support import IMAGE, journal, slipway, wait_until


class RootlessQuadlet(RootlessTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.import_image()
        cls.place = f"{cls.user.home}/.config/slipway/systemd"

    def setUp(self):
        self.addCleanup(self.clean)

    def clean(self):
        self.systemctl("stop", "data-volume.service")
        for place in (self.place, "/etc/slipway/systemd"):
            shutil.rmtree(place, ignore_errors=True)
        self.systemctl("daemon-reload")

    def systemctl(self, *words):
        return self.user.run("systemctl", "--user", *words)

    def write(self, path, text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def test_a_users_files_are_services_of_the_users_manager(self):
        self.write(f"{self.place}/data.volume", "[Volume]\nLabel=a=b\n")
        self.write(f"{self.place}/web.container", f"[Container]\nImage={IMAGE}\nVolume=data.volume:/srv\n[Install]\nWantedBy=default.target\n")
        self.write("/etc/slipway/systemd/users/all.volume", "[Volume]\n")
        self.write(f"/etc/slipway/systemd/users/{self.user.uid}/own.volume", "[Volume]\n")
        self.write("/etc/slipway/systemd/users/1/other.volume", "[Volume]\n")
        self.assertEqual(self.systemctl("daemon-reload").returncode, 0)
        for unit, expected in (("data-volume.service", "loaded"), ("web.service", "loaded"), ("all-volume.service", "loaded"), ("own-volume.service", "loaded"),
                               ("other-volume.service", "not-found")):
            self.assertEqual(self.user.show(unit, "LoadState"), expected, unit)
        self.assertIn("web.service", self.user.show("default.target", "Wants").split())
        self.assertIn("slipway --user run --supervise", self.user.show("web.service", "ExecStart"))
        self.addCleanup(self.user.slipway, "volume", "rm", "systemd-data")
        done = self.systemctl("start", "data-volume.service")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.user.slipway("volume", "inspect", "systemd-data").returncode, 0)
        self.assertEqual(slipway("volume", "inspect", "systemd-data").returncode, 3)  # it is not the machine's

    def test_what_is_wrong_is_in_the_users_journal(self):
        self.write(f"{self.place}/bad.container", "[Container]\nImage=x\nSecret=y\n")
        since = time.time()
        self.assertEqual(self.systemctl("daemon-reload").returncode, 0)
        wait_until(lambda: any(f"{self.place}/bad.container:3: Secret= is not taken" in str(entry["MESSAGE"])
                               for entry in journal("--since", f"@{since}", f"_UID={self.user.uid}")))
        done = self.user.slipway("unit", "check", f"{self.place}/bad.container")
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stderr.startswith(f"{self.place}/bad.container:3: Secret= is not taken"), done.stderr)

    def test_a_users_container_starts_and_stops_with_its_service(self):
        self.write(f"{self.place}/own.container", f"[Container]\nImage={IMAGE}\nExec=sleep infinity\nNetwork=none\nStopSignal=SIGKILL\n")
        self.addCleanup(self.systemctl, "stop", "own.service")
        self.assertEqual(self.systemctl("daemon-reload").returncode, 0)
        done = self.systemctl("start", "own.service")
        self.assertEqual(done.returncode, 0, done.stderr + str([entry["MESSAGE"] for entry in journal(f"_UID={self.user.uid}")][-9:]))
        self.assertEqual(self.user.show("own.service", "ActiveState"), "active")
        self.assertEqual(self.user.slipway("exec", "systemd-own", "id", "-u").stdout, "0\n")
        self.assertEqual(self.systemctl("stop", "own.service").returncode, 0)
        self.assertEqual(self.user.slipway("inspect", "systemd-own").returncode, 3)
