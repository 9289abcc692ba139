"""Rounds of sync on a real Dovecot: whatever happens there is here after."""
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
from lab import Lab, Tap, mail, needs, until  # noqa: E402


def subjects(shop, *query):
    return sorted(t["subject"] for t in shop.list(*query))


def ok(t, ran, name):
    return t.equal(ran.code, 0, name, ran)


def imap(d, shop):
    return d.connect(shop.address)


def first_and_next(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None)
        for i in range(7):
            d.deliver(shop.address, mail(subject="mail %d" % i))
        ok(t, shop.sync(), "first sync")
        t.equal(subjects(shop), ["mail %d" % i for i in range(7)],
                "all mails are rows")
        r = shop.sync()
        t.ok(r.code == 0 and r.out == "" and r.err == "",
             "nothing new: does nothing and says nothing", r)
        d.deliver(shop.address, mail(subject="later"))
        r = shop.sync()
        t.ok("1 new mail" in r.out, "one more", r)
        r = shop.run("check")
        t.equal(r.code, 0, "the store checks", r)


def flags(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None)
        for i in range(3):
            d.deliver(shop.address, mail(subject="f%d" % i))
        ok(t, shop.sync(), "sync")
        c = imap(d, shop)
        c.select()
        c.uid("STORE", "1", "+FLAGS", "(\\Seen)")
        c.uid("STORE", "2", "+FLAGS", "(\\Flagged)")
        c.logout()
        r = shop.sync()
        t.ok("2 flags taken" in r.out, "two flags are taken", r)
        rows = {x["subject"]: x for x in shop.list()}
        t.equal([rows["f%d" % i]["unread"] for i in range(3)], [0, 1, 1],
                "read there is read here")
        for i in (1, 2):
            shop.run("read", rows["f%d" % i]["id"])
        shop.run("unread", rows["f0"]["id"])
        shop.run("star", rows["f2"]["id"])
        r = shop.sync()
        ok(t, r, "changes are given")
        got = {m.header("Subject"): sorted(m.flags)
               for m in d.mailbox(shop.address)}
        t.equal(got, {"f0": [], "f1": ["\\Flagged", "\\Seen"],
                      "f2": ["\\Flagged", "\\Seen"]},
                "read here is read there", r)
        r = shop.sync()
        t.ok(r.out == "", "and that is the end of it", r)


def gone(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None)
        for i in range(20):
            d.deliver(shop.address, mail(subject="g%02d" % i))
        ok(t, shop.sync(), "sync")
        c = imap(d, shop)
        c.select()
        c.uid("STORE", "3", "+FLAGS", "(\\Deleted)")
        c.expunge()
        c.logout()
        r = shop.sync()
        t.ok("1 deleted there" in r.out, "one is deleted there", r)
        t.equal(len(shop.list()), 20, "and still here")
        c = imap(d, shop)
        c.select()
        c.uid("STORE", "1:*", "+FLAGS", "(\\Deleted)")
        c.expunge()
        c.logout()
        r = shop.sync()
        t.ok(r.code != 0 and "accept-removal" in r.err,
             "a mass removal waits for a word", r)
        d.deliver(shop.address, mail(subject="still coming"))
        r = shop.sync()
        t.ok("still coming" in subjects(shop),
             "new mail comes in all the same", r)
        t.ok(r.code != 0, "and the removal is still told", r)
        r = shop.sync("--accept-removal")
        t.ok(r.code == 0 and "19 deleted there" in r.out,
             "meant, it is done", r)
        t.equal(len(shop.list()), 21, "nothing is lost here")
        ok(t, shop.sync(), "quiet again")


def renumbered(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None)
        for i in range(10):
            d.deliver(shop.address, mail(subject="r%d" % i))
        ok(t, shop.sync(), "sync")
        rows = {x["subject"]: x["id"] for x in shop.list()}
        shop.run("tag", rows["r3"], "+kept")
        shop.run("note", rows["r3"], "--text", "-", input="remember\n")
        box = os.path.join(d.folder, "mail", shop.address)
        for name in os.listdir(box):
            if name.startswith("dovecot"):
                os.unlink(os.path.join(box, name))
        time.sleep(1.1)  # UIDVALIDITY is made of the clock
        d.deliver(shop.address, mail(subject="r10"))
        r = shop.sync()
        ok(t, r, "renumbered")
        after = {x["subject"]: x for x in shop.list()}
        t.equal(sorted(after), sorted("r%d" % i for i in range(11)),
                "no mail is lost or doubled", r)
        t.equal(after["r3"]["id"], rows["r3"], "threads stay")
        t.equal(after["r3"]["tags"], ["kept"], "tags stay")
        t.equal(after["r3"]["messages"], 2, "notes stay", after["r3"])
        r = shop.sync()
        t.ok(r.out == "" and r.code == 0, "quiet again", r)
        r = shop.run("check")
        t.equal(r.code, 0, "the store checks", r)


def moves(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None)
        for i in range(3):
            d.deliver(shop.address, mail(subject="m%d" % i))
        ok(t, shop.sync(), "sync")
        rows = {x["subject"]: x["id"] for x in shop.list()}
        shop.run("spam", rows["m1"])
        r = shop.sync()
        ok(t, r, "spam is given")
        t.equal([m.header("Subject") for m in
                 d.mailbox(shop.address, "Junk")], ["m1"],
                "it lies in Junk", r)
        t.equal([m.header("Subject") for m in d.mailbox(shop.address)],
                ["m0", "m2"], "and no more in INBOX")
        ok(t, shop.sync(), "and again")
        t.equal(len(shop.list("is:spam")), 1, "one thread in spam")
        t.equal(subjects(shop), ["m0", "m2"], "two on the desk")


def other_mailboxes(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None)
        d.deliver(shop.address, mail(subject="A question",
                                     message_id="q1@customer.test"))
        ok(t, shop.sync(), "sync")
        d.append(shop.address, "Sent", mail(
            sender="The Shop <hello@shop.test>",
            to="carol@customer.test", subject="Re: A question",
            reply_to_id="q1@customer.test"), "\\Seen")
        r = shop.sync()
        ok(t, r, "an answer written elsewhere")
        row = shop.list()[0]
        t.ok(row["messages"] == 2 and row["state"] == "pending",
             "counts as an answer", row)


def names(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None, account_extra="\tmailbox = INBOX\n"
                        "\tmailbox = Größe & Maß\n")
        c = imap(d, shop)
        c.create('"Gr&APYA3w-e &- Ma&AN8-"')
        c.append('"Gr&APYA3w-e &- Ma&AN8-"', "", None, mail(subject="far"))
        c.logout()
        ok(t, shop.sync(), "a mailbox with a name of its own")
        t.equal(subjects(shop), ["far"], "is read")
        shop.write(account_extra=None)
        shop.account_extra = "\tmailbox = Nowhere\n"
        shop.write()
        r = shop.sync()
        t.ok(r.code != 0 and "Nowhere" in r.err, "one that is not there "
             "is told by name", r)


def watch(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None)
        d.deliver(shop.address, mail(subject="before"))
        child = shop.start("sync", "--watch")
        t.ok(until(lambda: os.path.exists(shop.store) and
                   "before" in subjects(shop)), "watch syncs at once")
        waits = []
        for i in range(5):
            d.deliver(shop.address, mail(subject="w%d" % i))
            began = time.monotonic()
            done = until(lambda: count(shop, "w%d" % i), 5, 0.005)
            waits.append(time.monotonic() - began)
            t.ok(done, "a mail delivered is a row", waits)
        t.note("from delivery to row: " + " ".join(
            "%.3f" % w for w in waits))
        t.ok(sorted(waits)[2] < 1, "within a second", waits)
        r = shop.sync()
        ok(t, r, "a sync beside it has its round done")
        row = [x for x in shop.list() if x["subject"] == "w1"][0]
        shop.run("read", row["id"])
        r = shop.sync()
        ok(t, r, "a change is given")
        seen = {m.header("Subject"): m.flags
                for m in d.mailbox(shop.address)}
        t.equal(seen["w1"], ["\\Seen"], "through the resident sync")
        d.stop()
        time.sleep(0.3)
        d.start()
        d.deliver(shop.address, mail(subject="after the fall"))
        t.ok(until(lambda: count(shop, "after the fall"), 20),
             "it survives a restart of the server")
        child.terminate()
        t.equal(child.wait(15), 0, "and ends when told")
        t.ok(not left_behind(shop), "and leaves no process behind")
        shop.finish(child)


def count(shop, subject):
    c = sqlite3.connect("file:%s?mode=ro" % shop.store, uri=True, timeout=5)
    try:
        return c.execute("SELECT count(*) FROM thread WHERE subject = ?",
                         (subject,)).fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        c.close()


def left_behind(shop):
    out = subprocess.run(["ps", "-eo", "args"], stdout=subprocess.PIPE,
                         text=True).stdout
    return [x for x in out.splitlines()
            if shop.config in x and "sync" in x]


def lock(t):
    with Lab() as lab:
        s = lab.imap(tls="implicit", script={
            "SELECT": lambda peer, tag, line: time.sleep(20)})
        shop = lab.shop(s, None)
        child = shop.start("sync")
        until(lambda: any(b"SELECT" in x for x in s.commands))
        r = shop.sync()
        t.ok(r.code == 75 and 4 < r.seconds < 15,
             "a second sync waits a while and gives up", r)
        shop.kill(child)
        shop.finish(child)


def failures(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None, password="wrong")
        r = shop.sync()
        t.equal(r.code, 77, "a wrong password is 77", r)
        t.ok("wrong" not in r.err, "and is not printed", r)
        shop.password("secret")
        ok(t, shop.sync(), "the right one works at once, without waiting")
        d.stop()
        r = shop.sync()
        t.equal(r.code, 75, "no server is 75", r)
        d.start()
        r = shop.sync()
        t.equal(r.code, 75, "and is not tried again at once", r)
        ok(t, shop.sync("--now"), "except by --now")
        ok(t, shop.sync(), "and all is well after")
        os.chmod(os.path.join(shop.folder, "password"), 0o644)
        r = shop.sync()
        t.ok(r.code == 78 and "chmod 600" in r.err,
             "a password that all may read is 78", r)


def cron(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None)
        d.deliver(shop.address, mail(subject="x"))
        r = shop.sync("-q")
        t.ok(r.code == 0 and r.out + r.err == "", "silent on success", r)
        d.stop()
        r = shop.sync("-q")
        t.ok(r.code == 75 and r.err.count("\n") == 1,
             "a failure is told when it begins", r)
        for i in range(2):
            r = shop.sync("-q")
            t.ok(r.code == 75 and r.err == "", "not while it waits", r)
        r = shop.sync("-q", "--now")
        t.ok(r.code == 75 and r.err == "", "not while it lasts", r)
        r = shop.sync()
        t.ok(r.code == 75 and r.err != "", "without -q it speaks", r)
        shop.password("wrong")
        d.start()
        r = shop.sync("-q", "--now")
        t.ok(r.code == 77 and r.err != "", "when it changes", r)
        shop.password("secret")
        r = shop.sync("-q", "--now")
        t.ok(r.code == 0 and "well again" in r.err, "when it ends", r)


def two_accounts(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None)
        text = open(shop.config).read()
        account = re.search(r'(?ms)^\[account "shop"\].*?(?=^\[|\Z)',
                            text).group(0)
        with open(shop.config, "a") as f:
            f.write(account.replace('"shop"', '"other"').replace(
                "hello@shop.test", "other@shop.test"))
            f.write(account.replace('"shop"', '"broken"').replace(
                "hello@shop.test", "third@shop.test").replace(
                "localhost:%d" % d.imaps, "localhost:1"))
            f.write(account.replace('"shop"', '"gone"').replace(
                "hello@shop.test", "fourth@shop.test").replace(
                "localhost:%d" % d.imaps, "localhost:2"))
        d.deliver("hello@shop.test", mail(subject="one"))
        d.deliver("other@shop.test", mail(subject="two"))
        r = shop.sync()
        t.ok("broken: " in r.err and "gone: " in r.err and
             r.err.count("\n") == 2, "each that fails is told of, once", r)
        t.equal(r.code, 75, "the worst of three accounts", r)
        t.equal(subjects(shop), ["one", "two"],
                "the others had their turn", r)
        ok(t, shop.sync("--account", "other"), "one alone")


def audit(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None)
        for i in range(30):
            d.deliver(shop.address, mail(subject="u%02d" % i))
        ok(t, shop.sync(), "sync")
        r = shop.run("audit")
        t.ok(r.code == 0 and "30 mails there, 30 of them here" in r.out,
             "server and store agree", r)
        c = sqlite3.connect(shop.store)
        c.execute("DELETE FROM place WHERE uid IN (4, 5, 9)")
        c.commit()
        c.close()
        x = imap(d, shop)
        x.select()
        x.uid("STORE", "20", "+FLAGS", "(\\Deleted)")
        x.expunge()
        x.logout()
        r = shop.run("audit")
        t.ok(r.code == 1 and "not here: 3, UID 4:5,9" in r.out and
             "not there any more: 1, UID 20" in r.out, "a difference", r)
        r = shop.run("audit", "--repair")
        t.ok(r.code == 0 and "4 mended" in r.out, "is mended", r)
        r = shop.run("audit", "-o", "json")
        t.equal(r.json()[0]["missing"], 0, "and gone", r)


def resumes(t):
    """Killed anywhere, the next run ends in the same store."""
    points = int(os.environ.get("KILLS", "15"))
    with Lab() as lab:
        d = lab.start_dovecot()
        n = 400
        d.fill("hello@shop.test",
               [(mail(subject="k%03d" % i, message_id="k%d@x.test" % i,
                      date=1700000000 + i, text="word %d\n" % i * 20),
                 1700000000 + i) for i in range(n)])
        shop = lab.shop(d, None, history="3650d")
        began = time.monotonic()
        ok(t, shop.sync(), "undisturbed")
        whole = time.monotonic() - began
        want = content(shop)
        t.equal(len(want[0]), n, "all mails")
        bad = 0
        for i in range(points):
            shutil.rmtree(os.path.dirname(shop.store))
            kills = 0
            # Ever later, several times, then to the end.
            while kills < 3:
                child = shop.start("sync", "-q")
                try:
                    child.wait(whole * (i + 1) / points * (0.4 + kills / 3))
                    shop.finish(child)
                    break
                except subprocess.TimeoutExpired:
                    kills += 1
                    shop.kill(child)
                    shop.finish(child)
            r = shop.sync("--now")
            got = content(shop)
            if r.code != 0 or got != want:
                bad += 1
                t.note("kill %d: %s, %d of %d" % (i, r, len(got[0]), n))
        t.equal(bad, 0, "%d runs killed up to three times each end in the "
                "same store" % points)
        r = shop.run("check")
        t.equal(r.code, 0, "which checks", r)


def content(shop):
    """All that a sync makes, without the numbers the store gave out."""
    c = sqlite3.connect("file:%s?mode=ro" % shop.store, uri=True, timeout=5)
    try:
        return [sorted(c.execute(query).fetchall()) for query in (
            "SELECT hex(hash), subject, from_addr, received_at, seen, gone,"
            " direction, size, length(packed), partial, text FROM message"
            " JOIN raw ON raw.message = message.id"
            " JOIN body ON body.message = message.id",
            "SELECT mailbox.name, uid, flags, keywords, place.gone, hex(hash)"
            " FROM place JOIN mailbox ON mailbox.id = place.mailbox"
            " JOIN message ON message.id = place.message",
            "SELECT name, uidvalidity, high, low, complete, modseq"
            " FROM mailbox",
            "SELECT subject, state, messages, unread, first_at, last_at"
            " FROM thread",
        )]
    finally:
        c.close()


if __name__ == "__main__":
    needs("dovecot")
    tap = Tap()
    every = (first_and_next, flags, gone, renumbered, moves,
             other_mailboxes, names, watch, lock, failures, cron,
             two_accounts, audit, resumes)
    tap.cases(case for case in every if len(sys.argv) < 2 or
              case.__name__ in sys.argv[1:])
    tap.done()
