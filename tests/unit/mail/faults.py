"""A sync that is killed, or meets a full or broken disk, at any write.

FAULTS=n takes n points of each kind (default 210 for kill, a seventh of it for
the others); FAULTS=0 takes every write there is.
"""
import os
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


def counted(shop, path):
    with open(path, "wb") as f:
        f.write(struct.pack("q", 0))
    r = shop.run("sync", "-q", env=shop.env(
        LD_PRELOAD=FAULT, FAULT_AT="0", FAULT_COUNT=path, FAULT_FORKS="1"))
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


def sweep(t, shop, how, total, points, want):
    bad = done = 0
    step = 1 if points == 0 else max(1, total / points)
    at = 1.0
    while at <= total:
        clean(shop)
        shop.run("sync", "-q", env=shop.env(
            LD_PRELOAD=FAULT, FAULT_AT=str(int(at)), FAULT_HOW=how,
            FAULT_FORKS="1",
            FAULT_COUNT=os.path.join(shop.folder, "count")))
        r = shop.sync("-q", "--now")
        got = content(shop) if r.code == 0 else None
        if got != want or sound(shop) != "ok":
            bad += 1
            t.note("%s at write %d of %d: %s" % (how, at, total, r))
            if got:
                t.note([len(x) for x in got])
        done += 1
        at += step
    t.equal(bad, 0, "%s at %d of %d writes: the same store" % (
        how, done, total))


def main():
    needs("dovecot")
    needs_preload(FAULT)
    t = Tap()
    points = int(os.environ.get("FAULTS", "210"))
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
        r, total = counted(shop, os.path.join(lab.folder, "count"))
        t.equal(r.code, 0, "undisturbed", r)
        want = content(shop)
        t.equal(len(want[0]), MAILS + 3, "all mails")
        t.ok(total > 200, "%d writes" % total)
        for how, n in (("kill", points), ("power", points // 7),
                       ("full", points // 7), ("eio", points // 7)):
            sweep(t, shop, how, total, n, want)
    t.done()


if __name__ == "__main__":
    main()
