"""table.py FOLDER: one Markdown table of FOLDER/bench_*.json, a row a backend and peer, milliseconds."""
import json
import pathlib
import sys

WORK = {
    "forward_1": "forward 1",
    "forward_32": "forward 32",
    "project_32": "32 conv5 projections",
    "occlude_56_8": "occlusion 56/8",
    "train_32": "training step of 32",
}
NETS = {"full": "the paper's net", "half": "its half"}


def cell(times, work):
    value = times.get(f"{work}_ms")
    return "–" if value is None else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def main():
    rows = []
    for file in sorted(pathlib.Path(sys.argv[1]).glob("bench_*.json")):
        rows += json.loads(file.read_text())
    if not rows:
        print("No times were measured.")
        return
    for net, title in NETS.items():
        print(f"| {title}, ms | " + " | ".join(WORK.values()) + " |")
        print("|---" * (len(WORK) + 1) + "|")
        for row in rows:
            print(f"| {row['who']} | " + " | ".join(cell(row[net], work) for work in WORK) + " |")
        print()


main()
