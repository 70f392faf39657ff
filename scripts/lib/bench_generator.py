# SPDX-License-Identifier: LGPL-2.1-or-later
"""How long slipway-generator takes for many files of Quadlet's, beside none; runs on the machine itself, as whoever calls."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

CONTAINER = ("[Unit]\nDescription=Number {number}\nAfter=number{before}.container\n[Container]\nImage=docker.io/library/debian:bookworm\nExec=sh -c \"echo \\\"$$A\\\"; sleep infinity\"\n"
             "Environment=A=1 \"B=two words\"\nVolume=data{group}.volume:/srv\nVolume=/etc/hosts:/hosts:ro\nNetwork=back{group}.network\nPublishPort=80{number:03}:80\nHealthCmd=true\n"
             "Memory=64m\nLabel=a=b c=d\n[Service]\nRestart=always\n[Install]\nWantedBy=multi-user.target\n")


def write_files(place, count):
    """Of ten files eight containers, a volume and a network."""
    groups = max(1, count // 10)
    numbers = range(groups * 8) if count else ()
    for number in numbers:
        with open(f"{place}/number{number}.container", "w", encoding="utf-8") as file:
            file.write(CONTAINER.format(number=number, before=max(0, number - 1), group=number % groups))
    for group in range(groups if count else 0):
        for name, text in ((f"data{group}.volume", "[Volume]\nLabel=a=b\n"), (f"back{group}.network", "[Network]\nLabel=a=b\n")):
            with open(f"{place}/{name}", "w", encoding="utf-8") as file:
                file.write(text)


def take_time(program, place):
    """Milliseconds of a whole run, into a directory that is new."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as target:  # systemd's is a tmpfs too
        begin = time.perf_counter()
        done = subprocess.run([program, target, target, target], env={"SLIPWAY_UNIT_DIRS": place}, capture_output=True, text=True, check=True)
        taken = (time.perf_counter() - begin) * 1000
        if done.stderr:
            raise AssertionError(done.stderr)
        made = sum(name.endswith(".service") for name in os.listdir(target))
    return taken, made


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--rounds", type=int, default=50)
    options.add_argument("--files", type=int, default=500)
    arguments = options.parse_args()
    samples = {"no file": [], f"{arguments.files} files": []}
    with tempfile.TemporaryDirectory() as none, tempfile.TemporaryDirectory() as many:
        write_files(many, arguments.files)
        count = len(os.listdir(many))
        for _ in range(arguments.rounds):
            for name, place, expected in (("no file", none, 0), (f"{arguments.files} files", many, count)):
                taken, made = take_time(arguments.program, place)
                if made != expected:
                    raise AssertionError(f"{made} units of {expected} files")
                samples[name].append(taken)
    json.dump(samples, sys.stdout)


main()
