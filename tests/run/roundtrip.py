#!/usr/bin/python3
"""Export and import are each other's inverse, byte for byte.

Mails of others' collections and of our own making go in, out in every form,
and in again elsewhere.  What goes in must come out: a mail that has no end of
line, or several kinds, too.
"""
import os
import random
import subprocess
import sys
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
from kit import Desk, Tap, letter, program  # noqa: E402
from lab import no_preload  # noqa: E402

FAULT = os.path.abspath(os.path.join(
    os.environ.get("builddir", "."), "tests", "lab", "fault.so"))

DATA = os.environ.get("SHOPBELL_DATA") or os.path.join(
    os.environ.get("srcdir", "."), "..", "shared", "data")
SLOW = os.environ.get("SHOPBELL_SLOW")
SEED = int(os.environ.get("SHOPBELL_SEED", "4"))


def must(ran):
    if ran.code != 0:
        raise RuntimeError(str(ran))
    return ran


def files(folder):
    out = {}
    for top, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(top, name), "rb") as f:
                out[os.path.join(top, name)] = f.read()
    return out


def there_and_back(t, name, mails):
    with Desk() as d:
        for i, one in enumerate(mails):
            path = d.path("in", "%05d.eml" % i)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(one)
        must(d.run("import", d.path("in"), timeout=300))
        query = ("is:open or is:pending or is:closed or is:spam or is:trash",)
        must(d.run("export", *query, "--to", d.path("want"), timeout=300))
        want = Counter(files(d.path("want")).values())
        for shape, to in (("mbox", "out.mbox"), ("eml", "out"),
                          ("maildir", "box")):
            must(d.run("export", *query, "--as", shape, "--to", d.path(to),
                       timeout=300))
            with Desk() as other:
                must(other.run("import", d.path(to), timeout=300))
                must(other.run("export", *query, "--to", other.path("got"),
                               timeout=300))
                got = Counter(files(other.path("got")).values())
            t.ok(got == want, "%s: %d mails by %s" % (
                name, sum(want.values()), shape),
                "%d missing, %d beside" % (sum((want - got).values()),
                                           sum((got - want).values())),
                *["%r ... %r" % (m[:60], m[-60:])
                  for m in list((want - got))[:6]])
        return want


def ours(t):
    rng = random.Random(SEED)
    ends = ["\r\n", "\n", "\r", "\r\n\r\n", "\r\n", "\r\n"]
    words = ["From ", ">From ", ">>From me", "From a@example.org Sat Nov 21 "
             "10:00:00 2026", ".", "", "", "text", "x" * 998, "\0", "\x1b[1m",
             "Subject: no", " blank ahead", "Gr\u00fc\u00dfe", ">", "=20"]
    mails = []
    for i in range(400 if SLOW else 120):
        text = "".join(rng.choice(words) + rng.choice(ends)
                       for _ in range(rng.randrange(0, 12)))
        if rng.randrange(4) == 0:
            text = text.rstrip("\r\n")
        one = letter(i, text="T" + text)
        if rng.randrange(3) == 0:
            one = one[:-2]
        mails.append(one)
    mails.append(b"Subject: a head alone")
    mails.append(b"Subject: a head alone\r\n")
    mails.append(b"Subject: a head and a line\r\n\r\n")
    there_and_back(t, "our own", mails)


def theirs(t):
    if not os.path.isdir(DATA):
        t.skip("collections", "no " + DATA)
        return
    found = sorted(p for top, _, names in os.walk(DATA) for p in
                   (os.path.join(top, n) for n in names)
                   if p.endswith((".eml", ".msg", ".txt", ".mime", ".mail"))
                   and os.path.getsize(p) < 200000)
    if not SLOW:
        found = random.Random(SEED).sample(found, min(250, len(found)))
    mails = []
    for path in found:
        with open(path, "rb") as f:
            mails.append(f.read())
    there_and_back(t, "others'", mails)


def files_made(t):
    """What the name says, nothing over anything, and all or nothing."""
    with Desk() as d:
        d.mails(*[letter(i, text="x" * 60 + "\r\n" + "y\r\n" * 900 * i)
                  for i in range(1, 9)])
        ran = d.run("export", "--to", d.path("all.mbox"))
        t.ok(ran.code == 0 and os.path.isfile(d.path("all.mbox")),
             "a name ending in .mbox is one file", ran)
        before = files(d.folder)
        for name in ("all.mbox", "home"):
            os.makedirs(d.path("home"), exist_ok=True)
            ran = d.run("export", "--as", "mbox", "--to", d.path(name))
            t.ok(ran.code != 0 and name in ran.err, "nothing is written over",
                 ran)
        t.equal(files(d.folder), before, "or left behind")
        ran = d.run("export", "--to", d.path("one"))
        some = os.path.join(d.path("one"), os.listdir(d.path("one"))[0])
        with open(some, "ab") as f:
            f.write(b"mine")
        ran = d.run("export", "--to", d.path("one"))
        t.ok(ran.code == 64 and os.path.basename(some) in ran.err,
             "a file that was changed is not written over", ran)
        ran = d.bare("export", "--config", d.config, "--to",
                     "/nowhere/at/all.mbox")
        t.ok(ran.code != 0 and "/nowhere/at" in ran.err, "no such folder",
             ran)
        with open("/dev/full", "wb") as full:
            ran = subprocess.run(
                [program(), "export", "--config", d.config], stdout=full,
                stderr=subprocess.PIPE, env=d.env(), text=True)
        t.ok(ran.returncode == 74 and "space" in ran.stderr,
             "standard output on a full disk", ran)


def disk_full(t):
    """The n-th write to a file finds no room, and all after it."""
    why = no_preload(FAULT)
    if os.environ.get("LD_PRELOAD"):
        why = "another library is loaded before others"
    if why:
        t.skip("a full disk", why)
        return
    with Desk() as d:
        mails = [letter(i, text="z" * 70 + "\r\n" * 40000)
                 for i in range(1, 9)]
        d.mails(*mails)
        whole = set(mails)
        bad, codes = [], Counter()
        for shape in ("mbox", "eml", "maildir"):
            for at in range(1, 40 if SLOW else 14):
                to = d.path("%s-%d" % (shape, at))
                before = set(os.listdir(d.folder))
                ran = d.run("export", "--as", shape, "--to", to, env=d.env(
                    LD_PRELOAD=FAULT, FAULT_AT=str(at), FAULT_HOW="full",
                    FAULT_ONLY="file"))
                codes[shape, ran.code] += 1
                left = files(to) if os.path.isdir(to) else {}
                there = os.path.exists(to) or shape != "mbox"
                new = set(os.listdir(d.folder)) - before - {
                    os.path.basename(to)}
                if (ran.code == 0) != (shape == "mbox" and there or
                                       len(left) == 8) or new or \
                        set(left.values()) - whole or \
                        ran.code not in (0, 74) or \
                        (ran.code and "space" not in ran.err):
                    bad.append((shape, at, str(ran), new, list(left)))
        t.equal(bad, [], "a full disk: all or nothing, and it is said",
                dict(codes))
        t.ok(all(codes[s, 74] for s in ("mbox", "eml", "maildir")),
             "in each form", codes)


t = Tap()
for one in (ours, theirs, files_made, disk_full):
    t.case(one)
t.done()
