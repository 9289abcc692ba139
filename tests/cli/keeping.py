"""What is kept stays whole: check and backup look at every byte of mail."""
import os
import random
import re
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kit import Desk, Tap, letter  # noqa: E402


def flip(store, message, at=-1):
    """Turn one bit of a mail at rest, behind the program's back."""
    c = sqlite3.connect(store)
    packed, = c.execute("SELECT packed FROM raw WHERE message=?",
                        (message,)).fetchone()
    bad = bytearray(packed)
    bad[at] ^= 4
    c.execute("UPDATE raw SET packed=? WHERE message=?",
              (bytes(bad), message))
    c.commit()
    c.close()


def shelf(d, n=12):
    d.mails(*[letter(i, text="Mail %d says so.\r\n" % i * 9)
              for i in range(1, n + 1)])


def sound(t):
    with Desk() as d:
        shelf(d)
        ran = d.run("check")
        t.ok(ran.code == 0 and " 0 differences" in ran.out and
             "12 mails" in ran.out, "all bytes were looked at", ran)
        size = sum(len(letter(i, text="Mail %d says so.\r\n" % i * 9))
                   for i in range(1, 13))
        got = d.run("check", "-o", "json").json()[0]
        t.equal((got["mails"], got["bytes"], got["damaged"]), (12, size, 0),
                "and counted")
        ran = d.run("backup", d.path("copy.db"))
        t.ok(ran.code == 0 and "12 mails" in ran.out and
             "verified" in ran.out, "a backup says what it verified", ran)
        ran = d.run("check", "--store", d.path("copy.db"))
        t.equal(ran.code, 0, "the copy checks", ran)


def damaged(t):
    """One bit anywhere in the bytes of a mail."""
    with Desk() as d:
        shelf(d)
        c = sqlite3.connect(d.store)
        size = len(c.execute("SELECT packed FROM raw WHERE message=5"
                             ).fetchone()[0])
        c.close()
        missed, want = [], d.run("export").out
        for at in random.Random(5).sample(range(size), 30):
            flip(d.store, 5, at)
            # A few bits of a packed mail lead to the same mail.
            if d.run("check").code != 1 and d.run("export").out != want:
                missed.append(at)
            flip(d.store, 5, at)
        t.equal(missed, [], "every bit counts, 30 of %d bytes" % size)
        t.equal(d.run("check").code, 0, "and put back all is well")
        flip(d.store, 5)
        flip(d.store, 9)
        ran = d.run("check")
        t.ok(ran.code == 1 and re.search(
            r"message 5 .*\bbytes are damaged", ran.out) and
            "message 9 " in ran.out and "message 4 " not in ran.out and
            "2 differences" in ran.out, "each is named", ran)
        t.ok("backup" in ran.out, "and what can be done", ran)
        got = d.run("check", "-o", "json").json()[0]
        t.equal((got["damaged"], got["differences"]), (2, 2), "in JSON too")
        copy = d.path("copy.db")
        ran = d.run("backup", copy)
        t.ok(ran.code == 65 and "2 mails" in ran.err and
             "shopbell check" in ran.err and os.path.exists(copy),
             "a backup is made, and says what is damaged", ran)
        ran = d.run("export", "--to", d.path("out"))
        t.ok(ran.code == 65 and "damaged" in ran.err,
             "no damaged mail is exported as if it were whole", ran)


t = Tap()
for one in (sound, damaged):
    t.case(one)
t.done()
