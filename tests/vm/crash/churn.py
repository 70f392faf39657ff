# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes and removes images and containers until the machine loses its power, and tells of each turn."""
import itertools
import os
import subprocess
import sys

sys.path.insert(0, "/slipway/tests/system")
from support import ARCHIVE, IMAGE, slipway  # noqa: E402 pylint: disable=wrong-import-position

# Of another run's no name is taken.
RUN = os.urandom(4).hex()


def must(done):
    if done.returncode != 0:
        print("churn:", done.args, done.stderr, flush=True)
        sys.exit(1)


def make_layer(turn):
    """A small root of its own content: the image's programs come from none of it."""
    name = f"/var/tmp/layer{turn}"
    os.makedirs(f"{name}/etc")
    for number in range(40):
        with open(f"{name}/etc/file{number}", "w", encoding="utf-8") as file:
            file.write(f"{turn} {number}\n" * 500)
    subprocess.run(["tar", "-C", name, "-cf", f"{name}.tar", "."], check=True)
    subprocess.run(["rm", "-r", name], check=True)
    return f"{name}.tar"


if slipway("image", "inspect", IMAGE).returncode != 0:
    must(slipway("image", "import", ARCHIVE, IMAGE))
for turn in itertools.count():
    archive = make_layer(f"{RUN}-{turn}")
    must(slipway("image", "import", archive, f"churn:{RUN}-{turn}"))
    os.unlink(archive)
    print("TURN", turn, "image", flush=True)
    must(slipway("run", "--name", f"kept{RUN}-{turn}", IMAGE, "sh", "-c", f"echo {turn} > /mine"))
    must(slipway("run", "--detach", "--name", f"running{RUN}-{turn}", IMAGE, "sleep", "infinity"))
    print("TURN", turn, "containers", flush=True)
    if turn % 2:
        must(slipway("image", "rm", f"churn:{RUN}-{turn}"))
        must(slipway("rm", "--force", f"kept{RUN}-{turn}", f"running{RUN}-{turn - 1}"))
    print("TURN", turn, "removed", flush=True)
