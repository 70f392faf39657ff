# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints what ninja is to make in a build directory so that all of it that gets installed is there."""
import json
import os
import subprocess
import sys

directory = os.path.realpath(sys.argv[1])
targets = json.loads(subprocess.check_output(["meson", "introspect", "--targets", directory]))
for target in targets:
    if target["installed"]:
        for filename in target["filename"]:
            print(os.path.relpath(filename, directory))
