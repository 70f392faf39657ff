# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the cases in a gtest report: passed, failed, skipped; names the skipped ones. No report is a failure."""
import json
import sys

try:
    with open(sys.argv[1], encoding="utf-8") as file:
        report = json.load(file)
except (OSError, ValueError):
    print("0 1 0")
    sys.exit(0)
passed = failed = skipped = 0
for suite in report.get("testsuites", []):
    for case in suite.get("testsuite", []):
        if case.get("status") == "NOTRUN":
            continue
        if case.get("failures"):
            failed += 1
        elif case.get("result") == "SKIPPED":
            skipped += 1
            print(f"skipped: {sys.argv[2]}: {suite['name']}.{case['name']}", file=sys.stderr)
        else:
            passed += 1
print(passed, failed, skipped)
