#!/usr/bin/python3
"""A long mbox that looks like a shop's mail of years, for measuring imports.

    mbox.py FILE MAILS [SEED]

Mails of corpus.py without the largest, one in twenty: some 4 KB each on
average, 25 an hour, the last a few weeks old.  The same count and seed give
the same mail but for its instants.
"""
import re
import sys
import time

from corpus import corpus

LARGEST = 16384     # photos and newsletters would fill the disk first


def main():
    path, mails = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    quoted = re.compile(rb"(?m)^(>*From )")
    until = int(time.time()) - 86400
    n = size = 0
    with open(path, "xb") as out:
        for raw, at in corpus(mails * 9 // 8, seed, until):
            if len(raw) > LARGEST:
                continue
            out.write(b"From someone@example.org %s\n%s\n" % (
                time.asctime(time.gmtime(at)).encode(), quoted.sub(rb">\1", raw)))
            n += 1
            size += len(raw)
            if n == mails:
                break
    print("%d mails, %.1f MB, mean %d bytes" % (n, size / 1e6, size / n))


main()
