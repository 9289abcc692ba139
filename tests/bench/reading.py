#!/usr/bin/python3
"""Reading, laying out and indexing mail, beside GMime alone, on one core.

The mails are all of the collections' 1-* folders, each file one mail; they
are read from memory in several passes, every pass into a new store.  The
best pass counts; times are of the CPU, so a busy machine matters little.
What is printed is appended to RESULTS.
"""
import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from sync import machine

HERE = os.path.dirname(os.path.abspath(__file__))
PHASES = ("GMime alone", "read", "lay out at 80", "pack", "store and index")
HEADER = re.compile(rb"(?mi)^(from|to|subject|received|date|content-type): ")


def is_mail(path):
    with open(path, "rb") as f:
        start = f.read(16384)
    if re.search(r"\.(md|py|jsonl?|ya?ml|list|rtf|html?|upstream)$", path):
        return False
    return re.match(rb"(>?From |[\w-]+:)", start) and HEADER.search(start)


def mails(data):
    for folder in sorted(glob.glob(data + "/1-*")):
        for path in sorted(glob.glob(folder + "/**", recursive=True)):
            if os.path.isfile(path) and is_mail(path):
                yield path


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--program", default="tests/bench/reading")
    p.add_argument("--passes", type=int, default=3)
    p.add_argument("--data", default=os.environ.get("SHOPBELL_DATA") or
                   os.path.join(HERE, "../../../shared/data"))
    p.add_argument("--results", default=os.path.join(HERE, "RESULTS"))
    a = p.parse_args()
    paths = list(mails(a.data))
    if not paths:
        print("reading.py: no mail collections at %s" % a.data)
        return 0
    size = sum(os.path.getsize(x) for x in paths) / 1e6
    folder = tempfile.mkdtemp()
    done = subprocess.run(
        [os.path.abspath(a.program), folder + "/store.db", str(a.passes)],
        input="\n".join(paths), stdout=subprocess.PIPE, text=True)
    shutil.rmtree(folder)
    if done.returncode:
        sys.exit("reading.py: the program ended with %d" % done.returncode)
    runs = [x.split(" ", 6) for x in done.stdout.split("\n") if x]
    best = [min(float(r[i]) for r in runs) for i in range(len(PHASES))]
    lines = ["", "%s  reading.py --passes %d" % (
        time.strftime("%Y-%m-%d %H:%M"), a.passes), "  " + machine(),
        "  %d mails, %.1f MB, %d passes, seconds of CPU" % (
            len(paths), size, a.passes)]
    for name, secs in zip(PHASES, best):
        lines.append("  %-18s %7.3f s  %7.1f MB/s" % (
            name, secs, size / secs))
    whole = best[1] + best[2] + best[4]
    lines.append("  read, lay out, store and index: %.1f MB/s, "
                 "%.1f times GMime alone (reading alone %.1f times)" % (
                     size / whole, whole / best[0], best[1] / best[0]))
    slow = max(runs, key=lambda r: float(r[5]))
    lines.append("  slowest mail %.3f s, %s" % (
        float(slow[5]), os.path.relpath(slow[6], a.data)))
    print("\n".join(lines))
    with open(a.results, "a") as out:
        out.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
