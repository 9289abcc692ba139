#!/usr/bin/python3
"""Twenty difficult mails as an agent sees them, at 80 and 120 columns.

Each mails/NAME.eml is brought into a store of its own and opened; what is on
the screen is kept in golden/mail-NAME-COLUMNS.txt.  SHOPBELL_GOLDEN=update
writes it anew; read it before it is kept.
"""
import glob
import os
import sys

from desk import HERE, Desk, Shop, Tap, threads
from golden import BEFORE, can_be_root, compare

ROWS = 64


def look(name, path):
    with open(path, "rb") as f:
        raw = f.read()
    shop = Shop()
    try:
        shop.mail(name, 0, "", "", "", raw=raw)
        shop.take()
        number, = threads(shop).values()
        for columns in (80, 120):
            desk = Desk(shop, ROWS, columns, before=BEFORE)
            try:
                desk.until("Open")
                desk.keys(":", *number, "Enter")
                desk.until("#" + number)
                text = desk.still()
                compare("mail-%s-%d" % (name, columns), "\n".join(
                    line.rstrip() for line in text.split("\n")))
            finally:
                desk.close()
    finally:
        shop.close()


def main():
    if not can_be_root():
        print("1..0 # SKIP no user namespaces here")
        return
    tests = []
    for path in sorted(glob.glob(os.path.join(HERE, "mails", "*.eml"))):
        name = os.path.basename(path)[:-4]

        def test(name=name, path=path):
            look(name, path)
        test.__name__ = name
        if not sys.argv[1:] or name in sys.argv[1:]:
            tests.append(test)
    Tap().run(tests)


if __name__ == "__main__":
    main()
