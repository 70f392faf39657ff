# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs clang-tidy on the sources of a build directory, together as they are compiled, but for those that were clean with the same text before."""
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

checkout, build, cache = sys.argv[1:4]
os.makedirs(cache, exist_ok=True)


def headers_of(source, directories, found=None):
    """The project's files that SOURCE includes, and what those include."""
    found = set() if found is None else found
    with open(source, encoding="utf-8") as file:
        names = re.findall(r'^#include "([^"]+)"', file.read(), re.MULTILINE)
    for name in names:
        path = next((path for directory in directories if os.path.exists(path := os.path.join(directory, name))), None)
        if path is not None and path not in found:
            found.add(path)
            headers_of(path, directories, found)
    return found


def digest(path, memory={}):
    if path not in memory:
        with open(path, "rb") as file:
            memory[path] = hashlib.sha256(file.read()).hexdigest()
    return memory[path]


def check(job):
    source, key = job
    done = subprocess.run(["clang-tidy-16", "--quiet", "--extra-arg=-Wno-unknown-warning-option",
                           # Of options that are GCC's.
                           "--extra-arg=-Wno-unused-command-line-argument",
                           # Of the macros of sd-bus and libseccomp.
                           "--extra-arg=-Wno-c99-extensions",
                           # Which is what makes sources be compiled together.
                           "--checks=-bugprone-suspicious-include", "-p", build, source], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        with open(os.path.join(cache, key), "w", encoding="utf-8"):
            pass
        return ""
    return done.stdout


with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
    commands = json.load(file)
jobs = []
unread = {os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(checkout, "src")) for name in names if name.endswith(".cpp")}
for command in commands:
    together = os.path.realpath(os.path.join(build, command["file"]))
    if not together.startswith(build + "/src/"):
        continue
    with open(together, encoding="utf-8") as file:
        sources = [os.path.realpath(name) for name in re.findall(r"^#include *<(.+)>", file.read(), re.MULTILINE)]
    unread.difference_update(sources)
    parts = {os.path.join(checkout, ".clang-tidy"), *sources}
    for source in sources:
        parts |= headers_of(source, (os.path.join(checkout, "src"), build))
    key = hashlib.sha256(" ".join(os.path.relpath(part, checkout) + digest(part) for part in sorted(parts)).encode()).hexdigest()
    if not os.path.exists(os.path.join(cache, key)):
        jobs.append((together, key))
if unread:
    sys.exit(f"clang-tidy would not read {sorted(unread)}: does {build} compile sources together (-Dunity=on)?")
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    complaints = [text for text in pool.map(check, jobs) if text]
print("".join(complaints), end="")
sys.exit(bool(complaints))
