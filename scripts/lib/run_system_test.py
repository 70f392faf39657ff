# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs one file of tests/system in the machine and prints how many of its tests passed."""
import importlib.util
import os
import sys
import unittest

path = sys.argv[1]
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/system"))
spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
suite = unittest.defaultTestLoader.loadTestsFromModule(module)
result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(suite)
for test, reason in result.skipped:
    print(f"skipped: {test.id()}: {reason}")
bad = len(result.failures) + len(result.errors)
bad += len(result.unexpectedSuccesses)
for test, _ in result.expectedFailures:
    print(f"skipped: {test.id()}: fails, as is known")
waived = len(result.skipped) + len(result.expectedFailures)
print("COUNTED", result.testsRun - bad - waived, bad, waived)
sys.exit(bad != 0)
