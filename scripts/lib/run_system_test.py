# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs one file of tests/system in the machine, prints how many of its tests passed, and of those that did not what is needed to see why."""
import importlib.util
import os
import subprocess
import sys
import unittest

# Where so many have failed, what the others would meet is no longer the machine that they were written for.
LIMIT = 10


class Result(unittest.TextTestResult):
    """Keeps what the journal said until the first failure, and stops after too many."""
    journal = ""

    def count_bad(self):
        return len(self.failures) + len(self.errors) + len(self.unexpectedSuccesses)

    def see_failure(self):
        if not self.journal:
            self.journal = subprocess.run(["journalctl", "--lines=40", "--no-pager", "--output=short-precise"],
                                          capture_output=True, text=True, errors="replace", check=False).stdout
        if self.count_bad() >= LIMIT:
            self.stop()

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.see_failure()

    def addError(self, test, err):
        super().addError(test, err)
        self.see_failure()

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.see_failure()


path = sys.argv[1]
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/system"))
spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
module = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = module  # where unittest looks for tearDownModule()
spec.loader.exec_module(module)
suite = unittest.defaultTestLoader.loadTestsFromModule(module)
expected = suite.countTestCases()
result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout, resultclass=Result).run(suite)
for test, reason in result.skipped:
    print(f"skipped: {test.id()}: {reason}")
for test, _ in result.expectedFailures:
    print(f"skipped: {test.id()}: fails, as is known")
# One test can fail in its body and in what cleans up after it.
bad = len({test.id() for test, _ in result.failures + result.errors}) + len(result.unexpectedSuccesses)
waived = len(result.skipped) + len(result.expectedFailures)
passed = max(0, result.testsRun - bad - waived)
missing = expected - result.testsRun if result.shouldStop else 0
if bad:
    print(f"FAILED: {os.path.basename(path)}")
    for test, text in result.failures + result.errors:
        print(f"  {test.id()}: {[line for line in text.splitlines() if line.strip()][-1]}")
    if missing:
        print(f"  {missing} more were not run, after so many failures")
    for test, text in (result.failures + result.errors)[:1]:
        print(f"the first of them, {test.id()}:\n{text}the journal until then:\n{result.journal}", end="")
print("COUNTED", passed, bad + missing, waived)
sys.exit(bad != 0)
