"""Mail comes in: whatever a server holds is in the store, once."""
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scene import mail, main  # noqa: E402


def first_sync(s):
    """All mailboxes, old and new mail, flags that were there before."""
    d = s.begin(history="3650d")
    d.fill(s.user, [(mail(subject="old %02d" % i, date=1700000000 + i),
                     1700000000 + i) for i in range(40)])
    for i in range(5):
        d.deliver(s.user, mail(subject="new %d" % i))
    d.store(s.user, d.find(s.user, "old 07"), "\\Seen")
    d.append(s.user, "Archive", mail(subject="put away"), "\\Seen")
    d.append(s.user, "Junk", mail(subject="buy this"))
    ran = s.sync()
    s.ok("47 new mails" in ran.out, "the number is told", ran)
    s.equal(s.subjects(), sorted(["old %02d" % i for i in range(40)] +
                                 ["new %d" % i for i in range(5)] +
                                 ["put away"]), "every mail is a row")
    s.equal(s.subjects("is:spam"), ["buy this"], "spam is spam")
    s.equal(s.thread("old 07")["unread"], 0, "read there is read here")
    s.settle()


def nothing_new(s):
    d = s.begin()
    d.deliver(s.user, mail(subject="one"))
    s.sync()
    before = s.ask("SELECT count(*) FROM event")
    for _ in range(3):
        ran = s.sync()
        s.ok(ran.out == "" and ran.err == "", "nothing is said", ran)
    s.equal(s.ask("SELECT count(*) FROM event"), before, "nothing happens")
    s.settle()


def new_mail(s):
    d = s.begin()
    s.sync()
    d.deliver(s.user, mail(subject="A question", message_id="q@customer.test"))
    ran = s.sync()
    s.ok("1 new mail" in ran.out, "into an empty mailbox", ran)
    for i in range(12):
        d.deliver(s.user, mail(subject="more %d" % i))
        if i % 4 == 0:
            s.sync()
    d.append(s.user, "Sent", mail(
        sender="The Shop <hello@shop.test>", to="carol@customer.test",
        subject="Re: A question", reply_to_id="q@customer.test"), "\\Seen")
    s.sync()
    row = s.thread("A question")
    s.equal((row["messages"], row["state"]), (2, "pending"),
            "an answer written elsewhere counts")
    s.equal(len(s.shop.list()), 13, "each mail once")
    s.settle()


def flags(s):
    """Read and starred, both ways, and both at once."""
    d = s.begin()
    for i in range(6):
        d.deliver(s.user, mail(subject="f%d" % i))
    s.sync()
    d.store(s.user, d.find(s.user, "f0"), "\\Seen")
    d.store(s.user, d.find(s.user, "f1"), "\\Flagged")
    ran = s.sync()
    s.ok("2 flags taken" in ran.out, "two are taken", ran)
    s.equal([s.thread("f%d" % i)["unread"] for i in range(3)], [0, 1, 1],
            "read there is read here")
    s.equal(s.subjects("is:starred"), ["f1"], "starred there, starred here")
    d.store(s.user, d.find(s.user, "f1"), "\\Flagged", on=False)
    s.run("read", s.thread("f2")["id"])
    s.run("unread", s.thread("f0")["id"])
    s.run("star", s.thread("f3")["id"])
    d.store(s.user, d.find(s.user, "f4"), "\\Seen \\Answered")
    s.run("star", s.thread("f4")["id"])
    s.sync()
    s.equal(s.on_server(), {
        "f0": [], "f1": [], "f2": ["\\Seen"], "f3": ["\\Flagged"],
        "f4": ["\\Answered", "\\Flagged", "\\Seen"], "f5": []},
        "each change arrived, and undid no other")
    s.equal(s.subjects("is:starred"), ["f3", "f4"], "here too")
    s.settle()


def many_flags(s):
    """One change in a mailbox of hundreds, then of all of them."""
    d = s.begin()
    d.fill(s.user, [(mail(subject="m%03d" % i), 1700000000 + i)
                    for i in range(300)])
    s.sync()
    d.store(s.user, d.find(s.user, "m123"), "\\Seen")
    ran = s.sync()
    s.ok("1 flag taken" in ran.out, "one", ran)
    d.store(s.user, "1:*", "\\Seen")
    ran = s.sync()
    s.ok("299 flags taken" in ran.out, "the others", ran)
    s.run("unread", "--query", "subject:m1*", "--yes")
    s.sync()
    s.equal(sum(not f for f in s.on_server().values()), 100,
            "a hundred changes go back")
    s.settle()


def expunged(s):
    d = s.begin()
    for i in range(20):
        d.deliver(s.user, mail(subject="g%02d" % i))
    s.sync()
    d.expunge(s.user, d.find(s.user, "g03"))
    ran = s.sync()
    s.ok("1 deleted there" in ran.out, "one is deleted there", ran)
    s.equal(len(s.shop.list()), 20, "and is still here")
    d.expunge(s.user, d.find(s.user, "g19"))
    d.deliver(s.user, mail(subject="next"))
    ran = s.sync()
    s.ok("1 deleted there" in ran.out and "1 new mail" in ran.out,
         "the last one goes as another comes", ran)
    d.expunge(s.user, "1:*")
    ran = s.shop.sync()
    s.ok(ran.code != 0 and "accept-removal" in ran.err,
         "a mass removal waits for a word", ran)
    d.deliver(s.user, mail(subject="still coming"))
    s.shop.sync()
    s.ok("still coming" in s.subjects(), "new mail comes in all the same")
    ran = s.sync("--accept-removal")
    s.ok("19 deleted there" in ran.out, "meant, it is done", ran)
    s.equal(len(s.shop.list()), 22, "nothing is lost here")
    s.settle()


def duplicates(s):
    """One mail at several places, and two mails of one id."""
    d = s.begin()
    twin = mail(subject="twice", message_id="t@customer.test")
    d.append(s.user, "INBOX", twin)
    d.append(s.user, "INBOX", twin)
    d.append(s.user, "Archive", twin)
    other = mail(subject="other words", message_id="t@customer.test",
                 text="not the same\n")
    d.append(s.user, "INBOX", other)
    s.sync()
    s.equal(s.ask("SELECT count(*), count(DISTINCT message) FROM place"),
            [(4, 2)], "four places, two mails")
    s.equal(s.ask("SELECT messages FROM thread"), [(2,)], "one conversation")
    d.expunge(s.user, "1")
    s.sync()
    s.equal(s.ask("SELECT count(*) FROM message WHERE gone"), [(0,)],
            "a copy is left, so nothing is gone")
    s.settle()


def large(s):
    """Megabytes, over and under the limit for one mail."""
    d = s.begin(account_extra="\tsize-limit = 2M\n")
    line = "0123456789 abcdefghijklmnopqrstuvwxyz\n"
    d.append(s.user, "INBOX", mail(subject="a megabyte", text=line * 30000))
    d.append(s.user, "INBOX", mail(subject="ten", text=line * 280000))
    d.append(s.user, "INBOX", mail(subject="after it"))
    s.sync()
    s.equal(s.subjects(), ["a megabyte", "after it", "ten"], "three rows")
    s.equal(s.ask("SELECT subject, partial > 0 FROM raw JOIN message ON"
                  " message.id = raw.message ORDER BY 1"),
            [("a megabyte", 0), ("after it", 0), ("ten", 1)],
            "the one over the limit is cut, and says so")
    ran = s.sync()
    s.equal(ran.out, "", "quiet", ran)
    ran = s.run("audit")


def strange(s):
    """Bytes that no rule allows, as far as the server takes them."""
    d = s.begin()
    taken = 0
    for raw in (b"Subject: none\r\n\r\n", b"\r\nonly a body\r\n",
                b"Subject: caf\xe9 \xff\r\n\r\nraw \xe9\xff bytes\r\n",
                b"Subject: \xd0\x9f\xd1\x80\xd0\xb8\r\n\r\nutf-8\r\n",
                b"From: a@b@c\r\nFrom: d\r\nDate: yesterday\r\n\r\nx\r\n",
                b"Subject: long\r\n\r\n" + b"x" * 300000 + b"\r\n",
                b"Subject: lines\r\n\r\n" + b"\r\n" * 50000,
                b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"):
        try:
            d.append(s.user, "INBOX", raw)
            taken += 1
        except RuntimeError:
            pass
    s.sync()
    s.equal(s.ask("SELECT count(*) FROM place"), [(taken,)],
            "each of %d has its place" % taken)
    s.ok(taken >= 6, "the server took most of them", taken)
    s.settle()


def cut_short(s):
    """Killed in the first sync, again and again: nothing lost or doubled."""
    d = s.begin(history="3650d")
    d.fill(s.user, [(mail(subject="k%03d" % i, text="word %d\n" % i * 30),
                     1700000000 + i) for i in range(400)])
    began = time.monotonic()
    s.sync()
    whole = time.monotonic() - began
    want = s.held("INBOX")
    os.rename(os.path.dirname(s.shop.store),
              os.path.dirname(s.shop.store) + ".whole")
    mix = random.Random(s.kind.kind)
    for _ in range(6):
        child = s.shop.start("sync", "--now")
        time.sleep(whole * mix.random())
        s.shop.kill(child)
        s.shop.finish(child)
    s.sync("--now")
    s.equal(s.held("INBOX") == want, True, "the same store as undisturbed")
    s.settle()


if __name__ == "__main__":
    main(first_sync, nothing_new, new_mail, flags, many_flags, expunged,
         duplicates, large, strange, cut_short)
