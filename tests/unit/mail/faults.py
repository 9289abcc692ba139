"""A sync that is killed, or meets a full or broken disk, at any write.

Of 100 mails, at the n-th write of any of its processes; then a sync without
a fault.  The store must be that of an undisturbed run, and sound.

    faults.py [how [points]]     how: kill, power, torn, full, eio

By itself a seeded sample; with SHOPBELL_SLOW every write there is.
"""
import os
import random
import shutil
import sqlite3
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
from lab import Lab, Tap, mail, needs, needs_preload  # noqa: E402
from rounds import content  # noqa: E402

BUILD = os.environ.get("builddir", os.path.join(HERE, "..", "..", "..",
                                                "build"))
FAULT = os.path.join(BUILD, "tests", "lab", "fault.so")
MAILS = 100
USER = "hello@shop.test"


def mails():
    for i in range(MAILS):
        yield mail(subject="mail %02d" % (i // 2), date=1700000000 + i * 60,
                   message_id="m%d@x.test" % i,
                   reply_to_id="m%d@x.test" % (i - 1) if i % 2 else None,
                   text="word%d and more\n" % i * (i + 1)), 1700000000 + i * 60


# Power is cut for the processes that write files; the others have nothing
# to lose.  A full or broken disk is met by files alone.
WAYS = {
    "kill": dict(FAULT_FORKS="all"),
    "power": dict(FAULT_FORKS="1"),
    "torn": dict(FAULT_FORKS="1"),
    "full": dict(FAULT_FORKS="all", FAULT_ONLY="file"),
    "eio": dict(FAULT_FORKS="all", FAULT_ONLY="file"),
}
SAMPLE = {"kill": 40, "power": 15, "torn": 15, "full": 12, "eio": 12}


def faulty(shop, how, at):
    """A sync with a fault at a write; how it went, and the writes it made."""
    path = os.path.join(shop.folder, "count")
    with open(path, "wb") as f:
        f.write(struct.pack("q", 0))
    r = shop.run_alone("sync", "-q", env=shop.env(
        LD_PRELOAD=FAULT, FAULT_AT=str(at), FAULT_HOW=how,
        FAULT_SEED=str(at), FAULT_COUNT=path, **WAYS[how]))
    with open(path, "rb") as f:
        return r, struct.unpack("q", f.read(8))[0]


def clean(shop):
    shutil.rmtree(os.path.dirname(shop.store), ignore_errors=True)


def sound(shop):
    c = sqlite3.connect(shop.store, timeout=5)
    try:
        return c.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        c.close()


def sweep(t, shop, how, points, want):
    clean(shop)
    r, total = faulty(shop, how, 0)
    t.ok(r.code == 0 and content(shop) == want and total > 100,
         "%s: undisturbed, %d writes" % (how, total), r)
    places = list(range(1, total + 1))
    if points and points < total:
        places = sorted(random.Random(how).sample(places, points))
    bad = unfinished = 0
    for at in places:
        clean(shop)
        first, _ = faulty(shop, how, at)
        unfinished += first.code != 0
        r = shop.sync("-q", "--now")
        got = content(shop) if r.code == 0 else None
        check = shop.run("check")
        if got != want or sound(shop) != "ok" or check.code != 0 or \
                "timeout" in (first.code, r.code):
            bad += 1
            t.note("%s at write %d of %d: %s%s%s" % (
                how, at, total, first, r, check))
            if got:
                t.note([len(x) for x in got])
    t.equal(bad, 0, "%s at %d of %d writes: the same store" % (
        how, len(places), total))
    t.ok(unfinished > len(places) / 3,
         "%s: %d of %d were cut short" % (how, unfinished, len(places)))


def main():
    needs("dovecot")
    needs_preload(FAULT)
    t = Tap()
    slow = bool(os.environ.get("SHOPBELL_SLOW"))
    ways = sys.argv[1:2] or list(WAYS)
    with Lab() as lab:
        d = lab.start_dovecot()
        d.fill(USER, list(mails()))
        for i in range(3):
            d.append(USER, "Sent", mail(
                sender="hello@shop.test", to="carol@customer.test",
                message_id="s%d@shop.test" % i, date=1700000000 + i,
                reply_to_id="m%d@x.test" % (i * 10)), "\\Seen",
                1700000000 + i)
        shop = lab.shop(d, None, history="3650d")
        t.equal(shop.sync("-q").code, 0, "a first sync")
        want = content(shop)
        t.equal(len(want[0]), MAILS + 3, "all mails")
        for how in ways:
            sweep(t, shop, how, int(sys.argv[2]) if len(sys.argv) > 2
                  else 0 if slow else SAMPLE[how], want)
    t.done()


if __name__ == "__main__":
    main()
