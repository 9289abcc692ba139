#!/usr/bin/python3
"""Every screen at four sizes, as text read and judged by eye.

SHOPBELL_GOLDEN=update writes what is seen; read it before it is kept.
"""
import difflib
import os
import re
import subprocess

from desk import HERE, Desk, Shop, Tap, sample

GOLDEN = os.path.join(HERE, "golden")
UPDATE = os.environ.get("SHOPBELL_GOLDEN") == "update"
SIZES = [(20, 60), (24, 80), (40, 120), (50, 160)]

# Our login stands on the screen; elsewhere we borrow root's.
BEFORE = [] if os.getuid() == 0 else ["unshare", "--map-root-user"]


def can_be_root():
    return not BEFORE or subprocess.run(BEFORE + ["true"]).returncode == 0


def compare(name, text):
    path = os.path.join(GOLDEN, name + ".txt")
    text += "\n"
    if UPDATE:
        with open(path, "w") as f:
            f.write(text)
        return
    with open(path) as f:
        want = f.read()
    if want != text:
        raise RuntimeError("%s differs:\n%s" % (name, "\n".join(
            difflib.unified_diff(want.split("\n"), text.split("\n"),
                                 "kept", "seen", lineterm=""))))


# name, the keys that lead there, words that show it has come
WALK = [
    ("desk", [], "Customer 2. "),
    ("thread", ["/PARCEL"], "Where is my parcel"),
    ("html", ["/HTML"], "free of nickel"),
    ("photo", ["/PHOTO"], "clasp.jpg"),
    ("help", ["?"], "Here"),
    ("next", ["g"], "Unassigned"),
    ("assign", ["a"], "Assign to"),
    ("together", ["T"], "Merge into"),
    ("apart", ["/PARCEL", "K", "T"], "split it off"),
    ("snooze", ["b"], "tomorrow morning"),
    ("tag", ["t"], "returns"),
    ("canned", ["/SIZE", "c"], "here is your label|we are sorry"),
    ("review", ["/SIZE", "1"], "here is your label"),
    ("compose", ["/SIZE", "r"], "writing"),
    ("note", ["/SIZE", "i"], "Note on"),
    ("command", [":", "a", "s"], "Hand threads"),
    ("report", ["g", "r"], "First response"),
    ("outbox", ["g", "o"], "Nothing is waiting"),
    ("drafts", ["g", "d"], "No drafts"),
    ("customer", ["/PARCEL", "g", "c"], "jo@example.org"),
    ("search", ["/", *"order", "Enter"], "hits"),
    ("status", ["g", "y"], "No account|imported"),
    ("history", ["/PARCEL", "H"], "note"),
    ("closed", ["g", "a"], "All"),
]


def main():
    if not can_be_root():
        print("1..0 # SKIP no user namespaces here")
        return
    shop = Shop()
    number = sample(shop)
    jump = {"/PARCEL": "Where is my parcel?", "/SIZE": "Wrong size, again",
            "/HTML": "Order confirmation and a question",
            "/PHOTO": "Photo of the damage"}
    tests = []
    desks = {}

    def home(size):
        """The desk of a size, back where it began."""
        if size not in desks:
            desks[size] = Desk(shop, *size, before=BEFORE)
            desks[size].until("Open 2")
        desk = desks[size]
        desk.keys("Esc")
        # A slow machine may take Esc and the next key for Alt.
        while not re.search("^ Open 2", desk.text()) or "┌─" in desk.text():
            desk.keys("Esc")
        desk.keys("g", "g")
        return desk

    def visit(size, name, keys, words):
        desk = home(size)
        for k in keys:
            if k in jump:
                desk.keys(":", *number[jump[k]], "Enter")
                desk.until("#" + number[jump[k]])
            else:
                desk.keys(k)
        desk.until(words)
        text = desk.still()
        # What follows must not depend on what is left here.
        if name in ("review", "compose", "note"):
            desk.keys("Esc", "D")
        compare("%s-%dx%d" % (name, size[1], size[0]), text)

    for size in SIZES:
        for walk in WALK:
            def test(size=size, walk=walk):
                visit(size, *walk)
            test.__name__ = "%s at %dx%d" % (walk[0], size[1], size[0])
            tests.append(test)
    try:
        Tap().run(tests)
    finally:
        for desk in desks.values():
            desk.close()
        shop.close()


if __name__ == "__main__":
    main()
