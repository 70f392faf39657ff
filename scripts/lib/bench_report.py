# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints the samples of scripts/bench as tables: the spread of each, their ratios, the steps of slipway's start."""
import json
import statistics
import sys


def quantile(values, part):
    """By linear interpolation between the two nearest samples."""
    values = sorted(values)
    place = part * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def good(values):
    return [value for value in values if value is not None]


def ratios(values, reference):
    """Of the samples of each round to each other."""
    return [value / other for value, other in zip(values, reference) if value is not None and other is not None]


def print_spread(samples, reference, unit="milliseconds"):
    title = f"x {reference}"
    print(f"{unit.upper():<28} {'RUNS':>4} {'MIN':>7} {'P25':>7} {'MEDIAN':>7} {'P75':>7} {'P95':>7}   {title}")
    for name, values in samples.items():
        spread = [quantile(good(values), part) for part in (0, 0.25, 0.5, 0.75, 0.95)]
        cells = " ".join(f"{value:7.2f}" for value in spread)
        pairs = ratios(values, samples[reference])
        ratio = f"{statistics.median(pairs):7.3f}" if pairs else "      -"
        print(f"{name:<28} {len(good(values)):>4} {cells}   {ratio}")


def print_steps(steps):
    names = list(dict.fromkeys(name for row in steps for name in row))
    print(f"\n{'STEPS OF slipway run (MILLISECONDS)':<44} {'P25':>7} {'MEDIAN':>7} {'P75':>7}")
    for name in names:
        values = [row[name] for row in steps if name in row]
        cells = " ".join(f"{quantile(values, part):7.2f}" for part in (0.25, 0.5, 0.75))
        print(f"{name:<44} {cells}")


def print_pulls(results):
    print(results["machine"])
    for title, image in results["images"].items():
        samples = {name: values for name, values in image["samples"].items() if good(values)}
        print(f"\n{title}, {image['bytes'] / 1e6:.0f} MB")
        if samples:
            print_spread(samples, "slipway" if "slipway" in samples else next(iter(samples)), results["unit"])
    for title, memory in results["memory"].items():
        peaks = ", ".join(f"{name} {peak / 1024:.0f}" for name, peak in sorted(memory["peaks"].items()))
        print(f"\n{title}: MiB at most of each process (resident): {peaks}; of all at one moment (PSS): {memory['together'] / 1024:.0f}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        results = json.load(file)
    if "images" in results:
        results |= {"samples": {}, "steps": []}
        print_pulls(results)
    for table in results.get("tables", []):
        print_spread(table["samples"], next(iter(table["samples"])), table["unit"])
        print()
    samples = {name: values for name, values in results["samples"].items() if good(values)}
    if samples:
        reference = "slipway" if "slipway" in samples else next(iter(samples))
        print_spread(samples, reference)
    if results["steps"]:
        print_steps(results["steps"])
    for name, reason in results["left_out"].items():
        print(f"\nleft out: {name}: {reason}")
    for failure in results["failed"]:
        print(f"\nno measurement: {failure}")
    sys.exit(not samples and not results.get("images") and not results.get("tables"))


main()
