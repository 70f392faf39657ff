# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints the paths of the test programs that meson knows in a build directory."""
import json
import subprocess
import sys

tests = json.loads(subprocess.check_output(["meson", "introspect", "--tests", sys.argv[1]]))
for test in tests:
    print(test["cmd"][0])
