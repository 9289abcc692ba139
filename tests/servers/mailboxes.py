"""Mailboxes change under us: numbered anew, renamed, gone, oddly named."""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scene import mail, main  # noqa: E402

NAMES = ("Grün & Co", "Größe/Maß", "Заказы", "注文", "a & b", "&", "&-",
         "Tom's \"best\"", "50% off", "[x] {y} (z)", "emoji 📦", "back~tick`")


def renumbered(s):
    """Deleted and made again: other numbers, the same mails."""
    d = s.begin()
    s.reading("INBOX", "Orders")
    d.create(s.user, "Orders")
    for i in range(15):
        d.append(s.user, "Orders", mail(subject="o%02d" % i))
    s.sync()
    rows = {x["subject"]: x["id"] for x in s.shop.list()}
    s.run("tag", rows["o03"], "+kept")
    s.run("note", rows["o03"], "--text", "-", input="remember\n")
    s.run("read", rows["o04"])
    s.sync()
    before = d.state(s.user, "Orders")[0]
    d.renumber(s.user, "Orders")
    d.append(s.user, "Orders", mail(subject="o15"))
    s.ok(d.state(s.user, "Orders")[0] != before, "it is numbered anew")
    ran = s.sync()
    after = {x["subject"]: x for x in s.shop.list()}
    s.equal(sorted(after), ["o%02d" % i for i in range(16)],
            "no mail is lost or doubled", ran)
    s.equal({n: after[n]["id"] for n in rows}, rows, "threads stay")
    s.equal((after["o03"]["tags"], after["o03"]["messages"]), (["kept"], 2),
            "tags and notes stay")
    s.equal(after["o04"]["unread"], 0, "what was read is read")
    s.equal(s.ask("SELECT count(*) FROM message WHERE gone"), [(0,)],
            "nothing is gone")
    s.settle()


def renumbered_and_emptied(s):
    """Made again with a part of its mails: the rest is gone."""
    d = s.begin()
    s.reading("INBOX", "Orders")
    d.create(s.user, "Orders")
    for i in range(6):
        d.append(s.user, "Orders", mail(subject="o%d" % i))
    s.sync()
    d.expunge(s.user, "1:2", "Orders")
    d.renumber(s.user, "Orders")
    s.sync()
    s.equal(sorted(x for x, in s.ask(
        "SELECT subject FROM message WHERE gone")), ["o0", "o1"],
        "two are gone")
    s.equal(len(s.shop.list()), 6, "and none is lost")
    s.settle()


def renamed(s):
    """A special mailbox is called something else."""
    d = s.begin()
    for i in range(5):
        d.append(s.user, "Archive", mail(subject="a%d" % i))
    d.deliver(s.user, mail(subject="in"))
    s.sync()
    rows = {x["subject"]: x["id"] for x in s.shop.list()}
    s.run("tag", rows["a1"], "+kept")
    d.rename(s.user, "Archive", "Cellar")
    ran = s.shop.sync()
    # Some servers make another at once, which is empty.
    s.ok(ran.code == 0 or "accept-removal" in ran.err,
         "an empty one in its place meets the brake", ran)
    s.equal({x["subject"]: x["id"] for x in s.shop.list()}, rows,
            "no mail is doubled or lost", ran)
    d.deliver(s.user, mail(subject="later"))
    s.sync("--accept-removal")
    try:
        d.delete(s.user, "Archive")  # some servers made another
    except RuntimeError:
        pass
    d.rename(s.user, "Cellar", "Archive")
    s.sync()
    s.equal(len(s.shop.list()), 7, "nor when it is called as before")
    s.equal(s.thread("a1")["tags"], ["kept"], "tags stay")
    s.settle()


def named_then_gone(s):
    """A mailbox of the configuration is deleted, then made again."""
    d = s.begin()
    s.reading("INBOX", "Orders")
    d.create(s.user, "Orders")
    d.append(s.user, "Orders", mail(subject="o"))
    s.sync()
    d.delete(s.user, "Orders")
    d.deliver(s.user, mail(subject="in"))
    ran = s.shop.sync()
    s.ok(ran.code != 0 and "Orders" in ran.err, "it is told by name", ran)
    s.ok("in" in s.subjects(), "and the others are read", ran)
    s.ok("o" in s.subjects(), "its mail is kept here")
    time.sleep(1.1)
    d.create(s.user, "Orders")
    d.append(s.user, "Orders", mail(subject="p"))
    s.sync()
    s.equal(s.subjects(), ["in", "o", "p"], "it may come back")
    s.settle()


def names(s):
    """8-bit names, modified UTF-7, and what must be quoted."""
    d = s.begin()
    made = []
    for name in NAMES:
        try:
            d.create(s.user, name)
        except RuntimeError:
            continue
        d.append(s.user, name, mail(subject="in %d" % len(made)))
        made.append(name)
    s.ok(len(made) >= 8, "the server takes most of them", made)
    shown = "".join('\tmailbox = "%s"\n' % d.shown(n).replace(
        "\\", "\\\\").replace('"', '\\"') for n in made)
    s.shop.account_extra = "\tmailbox = INBOX\n" + shown
    s.shop.write()
    ran = s.sync()
    s.equal(s.subjects(), sorted("in %d" % i for i in range(len(made))),
            "each is read", ran)
    s.run("spam", s.thread("in 0")["id"])
    s.sync()
    s.equal(len(s.on_server(made[0])), 0, "and can be moved out of")
    s.settle()


def many(s):
    """Sixty mailboxes, each with a little."""
    d = s.begin()
    with d.session(s.user) as c:
        for i in range(60):
            c.create(d.box("Box/n%02d" % i))
            c.append(d.box("Box/n%02d" % i), "", None,
                     mail(subject="b%02d" % i))
    s.reading("INBOX", *("Box/n%02d" % i for i in range(60)))
    ran = s.sync()
    s.equal(s.subjects(), ["b%02d" % i for i in range(60)], "all are read",
            ran)
    d.append(s.user, "Box/n33", mail(subject="one more"))
    ran = s.sync()
    s.ok("1 new mail" in ran.out, "and what is new in one is found", ran)
    s.settle()


if __name__ == "__main__":
    main(renumbered, renumbered_and_emptied, renamed, named_then_gone, names,
         many)
