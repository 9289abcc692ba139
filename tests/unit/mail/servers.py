"""Rounds against servers with other abilities and other manners."""
import os
import random
import shutil
import sqlite3
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
from lab import Lab, Tap, mail, needs, until  # noqa: E402
from model import GMAIL, MODERN, PLAIN, Model  # noqa: E402
from rounds import content, subjects  # noqa: E402


def ok(t, ran, name):
    return t.equal(ran.code, 0, name, ran)


def shop_with(lab, caps=MODERN, **more):
    s = Model(lab, caps=caps, tls="implicit")
    return s, lab.shop(s, None, **more)


# ---- abilities ----

def old_server(t):
    """No CONDSTORE, no UIDPLUS, no MOVE, no IDLE, no special use."""
    with Lab() as lab:
        s, shop = shop_with(lab, PLAIN)
        box = s.box("INBOX")
        s.box("Gesendete Objekte")
        s.box("Spamverdacht")
        for i in range(30):
            box.add(mail(subject="o%02d" % i))
        ok(t, shop.sync(), "an old server")
        t.equal(len(shop.list()), 30, "all mails")
        box.flag(3, "\\Seen")
        box.remove(5)
        box.add(mail(subject="new"))
        s.box("Gesendete Objekte").add(mail(
            sender="hello@shop.test", to="carol@customer.test",
            subject="sent"), ["\\Seen"])
        r = shop.sync()
        ok(t, r, "changes without CONDSTORE")
        t.ok("1 flag taken" in r.out and "1 deleted there" in r.out and
             "2 new mails" in r.out, "each is seen", r)
        ids = {x["subject"]: x["id"] for x in shop.list()}
        shop.run("spam", ids["o07"])
        shop.run("read", ids["o08"])
        ok(t, shop.sync(), "a move without MOVE")
        t.ok("\\Deleted" in box.mails[8].flags and
             len(s.boxes["Spamverdacht"].mails) == 1,
             "copied and marked, into the folder of that name")
        t.ok("\\Seen" in box.mails[9].flags, "the flag is there")
        t.ok(not any(c.upper().startswith((b"EXPUNGE", b"CLOSE", b"STORE"))
                     for c in s.commands), "and never a bare EXPUNGE")
        t.ok(not any(c.endswith(b" ") for c in s.commands),
             "no command ends in a blank", s.commands)
        r = shop.sync()
        t.ok(r.code == 0 and "new mail" not in r.out, "quiet again", r)


def condstore_without_qresync(t):
    with Lab() as lab:
        s, shop = shop_with(lab)
        box = s.box("INBOX")
        for i in range(30):
            box.add(mail(subject="c%02d" % i))
        ok(t, shop.sync(), "CONDSTORE alone")
        box.flag(3, "\\Seen", "\\Flagged")
        box.remove(7)
        r = shop.sync()
        t.ok("1 flag taken" in r.out and "1 deleted there" in r.out,
             "a flag and a removal", r)
        del s.commands[:]
        r = shop.sync()
        t.ok(r.out == "" and not any(c.startswith((b"SELECT", b"UID"))
                                     for c in s.commands),
             "nothing new costs a STATUS", s.commands)


def gmail(t):
    with Lab() as lab:
        s, shop = shop_with(lab, GMAIL)
        every = s.box("[Gmail]/All Mail", "\\All")
        s.box("[Gmail]/Spam", "\\Junk").add(mail(subject="buy"))
        s.box("[Gmail]/Trash", "\\Trash")
        s.box("[Gmail]/Sent Mail", "\\Sent")
        every.add(mail(subject="hello"), labels=["\\Inbox", "Orders"])
        s.box("INBOX").add(every.mails[1].raw)
        r = shop.sync()
        ok(t, r, "All Mail, Spam and Trash")
        t.equal(subjects(shop), ["hello"], "one row", r)
        t.equal(len(shop.list("is:spam")), 1, "one in spam")
        t.ok(not any(b"SELECT" in c and b"INBOX" in c for c in s.commands),
             "INBOX is not read twice")


def exchange(t):
    """No keywords, no CONDSTORE."""
    with Lab() as lab:
        s, shop = shop_with(lab, PLAIN + b" IDLE UIDPLUS MOVE")
        s.box("INBOX").keywords = False
        s.box("INBOX").add(mail(subject="x"))
        ok(t, shop.sync(), "a server without keywords")
        shop.run("tag", shop.list()[0]["id"], "+returns")
        ok(t, shop.sync(), "tags stay here")
        t.equal(shop.list()[0]["tags"], ["returns"], "and are kept")


# ---- manners ----

def no_uidnext(t):
    with Lab() as lab:
        s, shop = shop_with(lab)
        s.vices["no uidnext"] = True
        box = s.box("INBOX")
        for i in range(12):
            box.add(mail(subject="n%02d" % i))
        ok(t, shop.sync(), "no UIDNEXT")
        t.equal(len(shop.list()), 12, "all mails")
        box.add(mail(subject="later"))
        ok(t, shop.sync(), "and more")
        t.equal(len(shop.list()), 13, "one more")
        r = shop.sync()
        t.ok(r.code == 0 and r.out == "", "quiet", r)


def uidnext_goes_back(t):
    with Lab() as lab:
        s, shop = shop_with(lab)
        box = s.box("INBOX")
        raws = [mail(subject="b%d" % i) for i in range(8)]
        for raw in raws:
            box.add(raw)
        ok(t, shop.sync(), "sync")
        box.mails, box.uidnext = {}, 1
        for raw in raws[3:]:
            box.add(raw)
        box.add(mail(subject="fresh"))
        r = shop.sync()
        t.ok("fresh" in subjects(shop) and len(shop.list()) == 9,
             "UIDs used again name other mail, and none is lost", r)
        r = shop.sync()
        t.ok(r.code == 0 and r.out == "", "quiet", r)


def sparse(t):
    with Lab() as lab:
        s, shop = shop_with(lab)
        box = s.box("INBOX")
        for uid in (1, 77, 4000, 1000000, 2000000000, 4294967290):
            box.add(mail(subject="u%d" % uid), uid=uid)
        r = shop.sync()
        ok(t, r, "UIDs far apart")
        t.equal(len(shop.list()), 6, "all mails", r)
        t.ok(sum(c.startswith(b"UID FETCH") for c in s.commands) < 100,
             "in few commands")


def out_of_order(t):
    with Lab() as lab:
        s, shop = shop_with(lab)
        box = s.box("INBOX")
        for i in range(300):
            box.add(mail(subject="d%03d" % i))
        mix = random.Random(5)
        s.vices["order"] = lambda mails: mix.sample(
            mails, len(mails)) + mails[:3]
        ok(t, shop.sync(), "answers out of order, some twice")
        t.equal(len(shop.list()), 300, "each once")


def renamed(t):
    with Lab() as lab:
        s, shop = shop_with(lab)
        old = s.box("Archive", "\\Archive")
        for i in range(5):
            old.add(mail(subject="a%d" % i))
        ok(t, shop.sync(), "sync")
        s.boxes["Keller"] = s.boxes.pop("Archive")
        s.boxes["Keller"].name = "Keller"
        r = shop.sync()
        ok(t, r, "a mailbox renamed")
        t.equal(len(shop.list()), 5, "no mail doubled", r)


def everything_gone(t):
    with Lab() as lab:
        s, shop = shop_with(lab)
        box = s.box("INBOX")
        for i in range(80):
            box.add(mail(subject="e%02d" % i))
        ok(t, shop.sync(), "sync")
        kept, box.mails = box.mails, {}
        box.modseq += 1
        r = shop.sync()
        t.ok(r.code != 0 and "accept-removal" in r.err,
             "a server that says everything is gone meets the brake", r)
        box.mails = kept
        box.modseq += 1
        r = shop.sync()
        t.ok(r.code == 0 and "deleted" not in r.out,
             "and when it thinks again, all is as before", r)


# ---- vices ----

def poison_that_cuts(t):
    with Lab() as lab:
        s, shop = shop_with(lab)
        box = s.box("INBOX")
        for i in range(40):
            box.add(mail(subject="p%02d" % i))

        def fetch(peer, b, uid, data, items):
            if uid == 17 and b"BODY.PEEK[]" in items:
                peer.send(data[:60])
                peer.close()
                return b""

        s.vices["fetch"] = fetch
        r = shop.sync()
        ok(t, r, "a mail over which the server falls")
        t.ok("1 unreadable" in r.out, "is kept as a place holder", r)
        got = subjects(shop)
        t.equal(len(got), 40, "and the others are here", got)
        t.ok("p16" in got, "with what its header says", got)
        r = shop.sync()
        t.ok(r.code == 0 and r.out == "", "quiet", r)


def poison_that_garbles(t):
    with Lab() as lab:
        s, shop = shop_with(lab)
        box = s.box("INBOX")
        for i in range(20):
            box.add(mail(subject="q%02d" % i))
        s.vices["fetch"] = lambda peer, b, uid, data, items: (
            b"* 5 FETCH (UID 5 WHAT {{{\r\n"
            if uid == 5 and b"BODY" in items else None)
        r = shop.sync()
        ok(t, r, "a mail that the server cannot put into words")
        t.ok("1 unreadable" in r.out, "is a place holder", r)
        t.equal(len(shop.list()), 20, "and the others are here")


def cut_anywhere(t):
    """The line is cut after so many bytes, again and again."""
    with Lab() as lab:
        s, shop = shop_with(lab, history="3650d")
        box = s.box("INBOX")
        for i in range(60):
            box.add(mail(subject="x%02d" % i, date=1700000000 + i,
                         message_id="x%d@x.test" % i), at=1700000000 + i)
        ok(t, shop.sync(), "whole")
        want = content(shop)
        mix, bad = random.Random(9), 0
        for turn in range(30):
            shutil.rmtree(os.path.dirname(shop.store))
            proxy = lab.proxy(s.port, cut_down=mix.randrange(1, 40000),
                              how=mix.choice(("close", "reset")))
            other = "imaps://localhost:%d" % proxy.port
            text = open(shop.config).read().replace(shop.imap, other)
            with open(shop.config, "w") as f:
                f.write(text)
            shop.sync("--now")
            with open(shop.config, "w") as f:
                f.write(text.replace(other, shop.imap))
            r = shop.sync("--now")
            got = content(shop)
            if r.code != 0 or got[0] != want[0] or got[1] != want[1]:
                bad += 1
                t.note("%d: %s %d" % (turn, r, len(got[0])))
        t.equal(bad, 0, "cut at 30 places, the store is the same")


def throttled(t):
    with Lab() as lab:
        s, shop = shop_with(lab)
        s.box("INBOX").add(mail(subject="x"))
        s.vices["status"] = s.vices["select"] = lambda box: (
            b"{tag} NO Request is throttled. Suggested Backoff Time: "
            b"299936 milliseconds\r\n")
        r = shop.sync()
        t.equal(r.code, 75, "throttled is 75", r)
        c = sqlite3.connect(shop.store)
        at = c.execute("SELECT retry_at FROM account").fetchone()[0]
        t.ok(at - time.time() > 290, "and the time asked for is kept",
             at - time.time())


def size_limit(t):
    with Lab() as lab:
        s, shop = shop_with(lab, account_extra="\tsize-limit = 64K\n")
        s.box("INBOX").add(mail(subject="big", text="0123456789\n" * 9000))
        s.box("INBOX").add(mail(subject="small"))
        r = shop.sync()
        ok(t, r, "a mail over the limit")
        t.equal(subjects(shop), ["big", "small"], "both are rows", r)


def bombs(t):
    """Mails that break readers: each is a row, none stops the others."""
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n"
                    b"--b%d\r\n" % (i, i) for i in range(20000))
    groups = b"To: " + b"g:" * 200000 + b"\r\nSubject: groups\r\n\r\nx\r\n"
    nested = b"Subject: nested\r\n" + b"Content-Type: message/rfc822\r\n" \
        b"\r\n" * 100000
    with Lab() as lab:
        s, shop = shop_with(lab)
        box = s.box("INBOX")
        box.add(b"Subject: deep\r\n" + deep)
        box.add(groups)
        box.add(nested)
        box.add(b"")
        box.add(b"\0" * 100000)
        box.add(b"Subject: long\r\n\r\n" + b"x" * 5000000)
        box.add(mail(subject="after"))
        r = shop.sync()
        ok(t, r, "bombs")
        t.ok("after" in subjects(shop), "what comes after them is here", r)
        c = content(shop)
        t.equal(len(c[1]), 7, "each has its place")


def watching(t):
    with Lab() as lab:
        s, shop = shop_with(lab)
        s.box("INBOX").add(mail(subject="before"))
        child = shop.start("sync", "--watch")
        t.ok(until(lambda: os.path.exists(shop.store) and
                   "before" in subjects(shop)), "watching")
        until(lambda: any(c == b"IDLE" for c in s.commands))
        for i in range(3):
            for p in s.peers:
                try:
                    p.reset()
                except OSError:
                    pass
            s.box("INBOX").add(mail(subject="w%d" % i))
            t.ok(until(lambda: "w%d" % i in subjects(shop), 15),
                 "reset while idle: it comes back")
        child.terminate()
        t.equal(child.wait(15), 0, "ends")
        shop.finish(child)


if __name__ == "__main__":
    needs()
    tap = Tap()
    for case in (old_server, condstore_without_qresync, gmail, exchange,
                 no_uidnext, uidnext_goes_back, sparse, out_of_order,
                 renamed, everything_gone, poison_that_cuts,
                 poison_that_garbles, cut_anywhere, throttled, size_limit,
                 bombs, watching):
        if len(sys.argv) < 2 or case.__name__ in sys.argv[1:]:
            tap.case(case)
    tap.done()
