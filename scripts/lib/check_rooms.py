# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds src/ against the house: a room includes only its own and lower ones, files are short and say what they are for."""
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
levels = dict(line.split("\t") for line in (top / "scripts/lib/rooms.tsv").read_text().splitlines())
complaints = []
for path in sorted(top.glob("src/**/*.[ch]pp")):
    room = path.relative_to(top / "src").parts[0]
    name = path.relative_to(top)
    lines = path.read_text().splitlines()
    if room not in levels:
        complaints.append(f"{name}: the room {room} has no level in scripts/lib/rooms.tsv")
        continue
    if len(lines) > 400:
        complaints.append(f"{name}: {len(lines)} lines, which is two concepts (400 at most)")
    if len(lines) < 2 or "SPDX-License-Identifier" not in lines[0] or not lines[1].startswith("// "):
        complaints.append(f"{name}: begins with the licence and one sentence on what it is for")
    for number, line in enumerate(lines, 1):
        include = re.match(r'#include "([a-z-]+)/', line)
        if include and include[1] in levels and include[1] != room and int(levels[include[1]]) >= int(levels[room]):
            complaints.append(f"{name}:{number}: {room} (level {levels[room]}) may not include {include[1]}")
print("\n".join(complaints))
sys.exit(bool(complaints))
