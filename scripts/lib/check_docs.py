# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds the documents against the code: errors.md and slipway(1) against the table of errors, slipway(1) against the helps, links against files."""
import os
import re
import subprocess
import sys

checkout = sys.argv[1]
program = os.path.join(checkout, "build/src/slipway/slipway")
complaints = []


def read(path):
    with open(os.path.join(checkout, path), encoding="utf-8") as file:
        return file.read()


def show_help(*verb):
    return subprocess.run([program, *verb, "--help"], capture_output=True, text=True, check=True).stdout


def compare(what, expected, found):
    for missing in sorted(expected - found):
        complaints.append(f"{what}: {missing} is missing")
    for stale in sorted(found - expected):
        complaints.append(f"{what}: {stale} is no more")


rows = set(re.findall(r'ErrorRow\{ErrorCode::\w+, "(\w+)", (\d+)\}', read("src/base/error_code.hpp")))
compare("docs/errors.md", rows, set(re.findall(r"^\| (\w+) \| (\d+) \|", read("docs/errors.md"), re.M)))
page = read("docs/slipway.1").replace("\\-", "-")
statuses = page[page.index(".SH EXIT STATUS"):page.index(".SH FILES")]
in_page = {(name, status) for status, names in re.findall(r"\.B (\d+)\n(\w+(?:, \w+)*)\n", statuses) for name in names.split(", ")}
compare("docs/slipway.1", rows, in_page - {("success", "0")})

verbs = re.findall(r"^  ((?:[a-z]+ )?[a-z-]+) {2,}", show_help().split("Options:")[0], re.M)
sections = {verb.strip(): text
            for verb, text in re.findall(r"^\.SS slipway ((?:[a-z-]+(?: |$))+).*\n((?:(?!\.S[SH]).*\n)*)", page, re.M)}
compare("docs/slipway.1", set(verbs), set(sections))
for verb in verbs:
    options = set(re.findall(r"(--[a-z-]+)", "\n".join(line[:32] for line in show_help(*verb.split()).split("\n") if line.startswith("  -"))))
    compare(f"docs/slipway.1, {verb}", options - {"--help"},
            set(re.findall(r"(--[a-z-]+)", " ".join(re.findall(r"^\.B (.*)$", sections.get(verb, ""), re.M)))))

for name in subprocess.check_output(["git", "-C", checkout, "ls-files", "*.md"], text=True).split():
    for link in re.findall(r"\]\(([^)#]+)\)", read(name)):
        if "://" not in link and not os.path.exists(os.path.join(checkout, os.path.dirname(name), link)):
            complaints.append(f"{name}: leads to {link}, which is not there")

print("\n".join(complaints))
sys.exit(bool(complaints))
