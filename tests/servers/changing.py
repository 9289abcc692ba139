"""Mail moves: by us, by another client, and by whatever the server can."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scene import Courier, Cyrus, Dovecot, mail, main  # noqa: E402

# Abilities a server is told to keep to itself.
WITHOUT = {
    "MOVE": {
        Dovecot: dict(extra="imap_capability = IMAP4rev1 LITERAL+ IDLE"
                      " UIDPLUS CONDSTORE ENABLE QRESYNC SPECIAL-USE"),
        Cyrus: dict(extra="suppress_capabilities: MOVE"),
        Courier: dict()},
    "MOVE and UIDPLUS": {
        Dovecot: dict(extra="imap_capability = IMAP4rev1 IDLE"),
        Cyrus: dict(extra="suppress_capabilities: MOVE UIDPLUS"),
        Courier: dict(abilities="IMAP4rev1 CHILDREN NAMESPACE IDLE")},
}


def our_moves(s, server, plus=True):
    """To spam, to the trash and back, beside mail that others deleted."""
    d = s.begin(server=server)
    for i in range(8):
        d.deliver(s.user, mail(subject="m%d" % i))
    s.sync()
    # Somebody marked this one; a bare EXPUNGE or CLOSE would remove it.
    d.store(s.user, d.find(s.user, "m7"), "\\Deleted")
    s.run("spam", s.thread("m1")["id"], s.thread("m2")["id"])
    s.run("trash", s.thread("m3")["id"])
    s.run("read", s.thread("m4")["id"])
    s.sync()
    s.equal(sorted(s.on_server("Junk")), ["m1", "m2"], "spam lies in Junk")
    s.equal(sorted(s.on_server("Trash")), ["m3"], "trash lies in Trash")
    left = s.on_server()
    if plus:
        s.equal(sorted(left), ["m0", "m4", "m5", "m6", "m7"],
                "and no more in INBOX")
    else:
        s.equal(sorted(n for n, f in left.items() if "\\Deleted" in f),
                ["m1", "m2", "m3", "m7"], "and is marked in INBOX")
    s.equal(left["m4"], ["\\Seen"], "a flag goes with them")
    s.ok("\\Deleted" in left.get("m7", []), "what others deleted is there")
    s.sync()
    s.equal((s.subjects("is:spam"), s.subjects("is:trash")),
            (["m1", "m2"], ["m3"]), "each once, and where it was put")
    s.equal(len(s.ask("SELECT 1 FROM message")), 8, "no mail was doubled")
    s.run("reopen", s.thread("m2", "is:spam")["id"])
    s.sync()
    s.sync()
    s.ok("m2" in s.on_server(), "what is no spam after all comes back")
    s.equal(sorted(s.on_server("Junk")) if plus else ["m1"], ["m1"],
            "and lies in Junk no more")
    s.equal(s.subjects("is:spam"), ["m1"], "here too")
    s.settle()


def moves(s):
    our_moves(s, {})


def moves_by_copy(s):
    """Without MOVE: COPY and UID EXPUNGE."""
    our_moves(s, WITHOUT["MOVE"][s.kind])


def moves_by_mark(s):
    """Without UIDPLUS too: COPY and \\Deleted, and there it stays."""
    our_moves(s, WITHOUT["MOVE and UIDPLUS"][s.kind], plus=False)


def tags(s):
    """Tags are keywords, of any letters, put on and taken off on both
    sides."""
    d = s.begin()
    for i in range(3):
        d.deliver(s.user, mail(subject="m%d" % i))
    s.sync()
    words = ["returns", "größe", "R&D", "100%"]
    for word in words:
        s.run("tag", s.thread("m1")["id"], "+" + word)
    s.sync()
    flags = s.on_server()["m1"]
    s.equal(sorted(x.lower() for x in flags),
            ["100&acu-", "gr&apya3w-e", "r&-d", "returns"],
            "they are keywords there")
    d.store(s.user, d.find(s.user, "m2"), " ".join(flags))
    d.store(s.user, d.find(s.user, "m0"), "urgent $Forwarded")
    s.sync()
    s.equal(sorted(s.thread("m2")["tags"]), sorted(words),
            "what another program sets are the same tags")
    s.equal(s.thread("m0")["tags"], ["urgent"],
            "but not what programs say to programs")
    s.run("tag", s.thread("m0")["id"], "-urgent")
    s.run("tag", s.thread("m2")["id"], "-returns")
    with d.session(s.user) as c:
        c.select()
        c.uid("STORE", str(d.find(s.user, "m1")), "-FLAGS",
              "(%s)" % " ".join(flags))
    s.sync()
    s.equal(s.on_server()["m0"], ["$Forwarded"], "off here is off there")
    s.equal((s.thread("m0")["tags"], s.thread("m1")["tags"],
             len(s.thread("m2")["tags"])), ([], [], 3),
            "off there is off here")
    s.settle()


def no_target(s):
    """A mailbox for spam is made where there is none."""
    d = s.begin()
    d.deliver(s.user, mail(subject="m"))
    s.sync()
    try:
        d.delete(s.user, "Junk")
    except RuntimeError:
        pass  # a server that keeps it makes the case a plain move
    s.run("spam", s.thread("m")["id"])
    s.sync()
    s.sync()
    s.equal(len(s.ask("SELECT 1 FROM push")), 0, "nothing waits")
    s.equal(sorted(s.on_server()), [], "it left INBOX")
    s.settle()


def other_moves(s):
    """Another client files mail: it stays what it was here."""
    d = s.begin()
    for i in range(12):
        d.deliver(s.user, mail(subject="m%02d" % i))
    s.sync()
    row = s.thread("m04")
    s.run("tag", row["id"], "+kept")
    s.run("note", row["id"], "--text", "-", input="remember\n")
    d.move(s.user, d.find(s.user, "m04"), "Archive")
    d.move(s.user, d.find(s.user, "m05"), "Junk")
    ran = s.sync()
    now = s.thread("m04")
    s.equal((now["id"], now["tags"], now["messages"]),
            (row["id"], ["kept"], 2), "tags and notes stay", ran)
    s.equal(len(s.ask("SELECT 1 FROM message WHERE gone")), 0,
            "nothing is gone")
    s.equal(s.ask("SELECT count(*) FROM message WHERE kind = 0"), [(12,)],
            "nothing came twice")
    d.move(s.user, d.find(s.user, "m04", "Archive"), "INBOX", "Archive")
    s.sync()
    s.equal(s.thread("m04")["id"], row["id"], "and back again")
    s.settle()


def whole_inbox(s):
    """Another client files all of INBOX: a move is no removal."""
    d = s.begin()
    for i in range(30):
        d.deliver(s.user, mail(subject="m%02d" % i))
    s.sync()
    d.move(s.user, "1:*", "Archive")
    ran = s.shop.sync()
    s.equal(ran.code, 0, "what is found elsewhere meets no brake", ran)
    s.equal(s.ask("SELECT count(*) FROM message WHERE gone"), [(0,)],
            "nothing is gone")
    s.settle()


def both_at_once(s):
    """A mail we move was moved by another client before."""
    d = s.begin()
    for i in range(4):
        d.deliver(s.user, mail(subject="m%d" % i))
    s.sync()
    d.move(s.user, d.find(s.user, "m1"), "Archive")
    d.expunge(s.user, d.find(s.user, "m2"))
    for name in ("m1", "m2", "m3"):
        s.run("spam", s.thread(name)["id"])
    s.sync()
    s.sync()
    s.sync()
    junk, archive = s.on_server("Junk"), s.on_server("Archive")
    s.equal(sorted([*junk, *archive]), ["m1", "m3"], "it lies in one place")
    s.ok("m3" in junk and sorted(s.on_server()) == ["m0"],
         "and the one that was still there is where we put it", junk)
    s.equal(s.ask("SELECT count(*) FROM message WHERE kind = 0"), [(4,)],
            "nothing came twice")
    s.settle()


if __name__ == "__main__":
    main(moves, moves_by_copy, moves_by_mark, tags, no_target, other_moves,
         whole_inbox, both_at_once)
