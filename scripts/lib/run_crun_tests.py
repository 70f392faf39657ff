# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs crun's Python tests with slipway-oci, in the machine, and holds them against what is known to fail (docs/conformance.md)."""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

suite, files = sys.argv[1], sys.argv[2:]
# With the reasons in docs/conformance.md; the first two are our own.
KNOWN = {
    "test_exec.py: exec_add_no_new_privileges", "test_tty.py: test-detach-tty",
    "test_mounts.py: mount-idmapped-mounts", "test_resources.py: resources-unified-exec-cgroup",
}
# A machine whose unified hierarchy has no controllers fails these besides.
WITHOUT_CONTROLLERS = {
    "test_limits.py: limit-pid-n", "test_resources.py: resources-pid-limit", "test_resources.py: resources-pid-limit-userns",
    "test_resources.py: resources-unified", "test_resources.py: resources-fail-with-enoent", "test_resources.py: resources-cpu-weight",
    "test_resources.py: resources-cpu-weight-systemd", "test_devices.py: allow-device",
}
# Enough of libmount's Python binding for test_mounts.py, which Debian does not have: options of a mount point.
LIBMOUNT = """
class _Row:
    def __init__(self, line):
        before, after = line.split(" - ")
        self.target, self.vfs_options = before.split()[4:6]
        self.fs_options = after.split()[2]

class Table:
    def __init__(self, path):
        with open(path) as file:
            self.rows = [_Row(line) for line in file if " - " in line]
    def find_target(self, target):
        return [row for row in self.rows if row.target == target][-1]
"""


def run_file(name, place, environment):
    """The TAP lines of one file, and what it complained of; test_tty.py wants a terminal."""
    work = os.path.join(place, name[:-3])
    os.mkdir(work)
    os.symlink(suite, os.path.join(work, "tests"))
    command = ["python3", "-u", os.path.join(suite, name)]
    if name == "test_tty.py":
        command = ["script", "-qec", " ".join(command), "/dev/null"]
    # crun's helper may leave a child behind for ever: a pipe would have no end.
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as complaints:
        tests = subprocess.Popen(command, cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=complaints,
                                 start_new_session=True)
        try:
            tests.wait(100 * int(os.environ.get("SLIPWAY_PATIENCE", "1")))
        except subprocess.TimeoutExpired:
            output.write("not ok 0 - (took too long)\n")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(tests.pid, signal.SIGKILL)
        tests.wait()
        output.seek(0)
        complaints.seek(0)
        return output.read().replace("\r", ""), complaints.read()


def main():
    passed, skipped, failed, complaints = [], [], [], {}
    with tempfile.TemporaryDirectory(prefix="crun-tests-", dir="/var/tmp") as place:
        os.chmod(place, 0o755)
        os.mkdir(os.path.join(place, "python"))
        with open(os.path.join(place, "python/libmount.py"), "w", encoding="utf-8") as file:
            file.write(LIBMOUNT)
        os.mkdir(os.path.join(place, "tmp"))
        environment = {**os.environ, "OCI_RUNTIME": shutil.which("slipway-oci"), "INIT": os.path.join(suite, "init"), "LC_ALL": "C",
                       "PYTHONPATH": f"{suite}:{place}/python", "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": os.path.join(place, "tmp")}
        os.chmod(environment["TMPDIR"], 0o755)
        # exec_write_pid_file wants a PID of five digits.
        with open("/proc/sys/kernel/ns_last_pid", "w", encoding="utf-8") as file:
            file.write("10000")
        for name in files or sorted(name for name in os.listdir(suite) if re.fullmatch(r"test_\w+\.py", name)):
            said, complaints[name] = run_file(name, place, environment)
            for verdict, case, skip in re.findall(r"^(ok|not ok) \d+ - (.*?)( #SKIP)?$", said, re.M):
                (failed if verdict == "not ok" else skipped if skip else passed).append(f"{name}: {case}")
    with open("/sys/fs/cgroup/cgroup.controllers", encoding="utf-8") as file:
        known = KNOWN if "pids" in file.read().split() else KNOWN | WITHOUT_CONTROLLERS
    unknown = sorted(set(failed) - known)
    for case in failed:
        print("fails" if case in unknown else "known to fail", case)
    for name in sorted({case.split(":")[0] for case in unknown}):
        print(f"{name} complained:", complaints[name][-4000:], sep="\n")
    print(f"crun: {len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped; {len(unknown)} of the failures not known")
    print("COUNTED", len(passed), len(unknown), len(skipped) + len(failed) - len(unknown))
    return bool(unknown) or not passed


sys.exit(main())
