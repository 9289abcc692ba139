"""Where mails lie: numbers that change, mailboxes that come and go, and what
it costs to look."""
import os
import re
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
from lab import Lab, Tap, mail, needs, some  # noqa: E402
from model import MODERN, PLAIN, QRESYNC, Model  # noqa: E402
from rounds import subjects  # noqa: E402


def ok(t, ran, name):
    return t.equal(ran.code, 0, name, ran)


def quiet(t, shop, name="quiet again"):
    r = shop.sync()
    return t.ok(r.code == 0 and r.out + r.err == "", name, r)


def checks(t, shop):
    r = shop.run("check")
    return t.equal(r.code, 0, "the store checks", r)


def ask(shop, sql):
    c = sqlite3.connect("file:%s?mode=ro" % shop.store, uri=True, timeout=5)
    try:
        return c.execute(sql).fetchall()
    finally:
        c.close()


def gone(shop):
    return [r[0] for r in ask(
        shop, "SELECT subject FROM message WHERE gone=1 ORDER BY subject")]


def letter(i, **more):
    return mail(subject="m%02d" % i, message_id="m%d@x.test" % i,
                date=1700000000 + i, **more)


def start(lab, caps, n, **more):
    s = Model(lab, caps=caps, tls="implicit")
    shop = lab.shop(s, None, history="3650d", **more)
    box = s.box("INBOX")
    for i in range(n):
        box.add(letter(i), at=1700000000 + i)
    shop.sync()
    return s, shop, box


def mark(shop):
    """Tags, notes and a state of its own for one thread, to be kept."""
    row = {x["subject"]: x["id"] for x in shop.list()}["m03"]
    shop.run("tag", row, "+kept")
    shop.run("note", row, "--text", "-", input="remember\n")
    shop.run("star", row)
    shop.run("read", row)
    return row


def is_kept(t, shop, row, was):
    now = {x["subject"]: x for x in shop.list()}["m03"]
    t.equal((now["id"], now["tags"], now["messages"], now["unread"],
             now["waiting_since"]),
            (row, ["kept"], 2, 0, was), "tags, notes, clock and marks stay")


def waiting(shop):
    return {x["subject"]: x for x in shop.list()}["m03"]["waiting_since"]


def again(box, raws, uidvalidity=None, first=1):
    """The mailbox as if it had been made anew with these mails."""
    box.mails, box.vanished = {}, []
    box.uidnext = first
    if uidvalidity is not None:
        box.uidvalidity = uidvalidity
    for at, raw in raws:
        box.add(raw, at=at)


def raws(ns):
    return [(1700000000 + i, letter(i)) for i in ns]


# ---- numbers ----

def renumbered(t):
    for caps in some((PLAIN, MODERN, QRESYNC)):
        with Lab() as lab:
            s, shop, box = start(lab, caps, 30)
            was = waiting(shop)
            row = mark(shop)
            # Not told yet: it must arrive at the new place.
            order = list(range(29, 0, -1))
            again(box, raws(order), uidvalidity=77)
            r = shop.sync()
            ok(t, r, "renumbered, and one mail less")
            t.ok("renumbered" in r.err and "29 mails found again" in r.err
                 and "1 gone" in r.err, "one line says what happened", r)
            t.equal(len(shop.list()), 30, "none lost, none doubled")
            t.equal(gone(shop), ["m00"], "one is gone")
            is_kept(t, shop, row, was)
            there = [m for m in box.mails.values() if b"m03" in m.raw][0]
            t.equal(sorted(there.flags), ["\\Flagged", "\\Seen", "kept"],
                    "what waited was told at the new place")
            quiet(t, shop)
            checks(t, shop)


def fetched_whole(s):
    """UIDs that were asked for with their bodies."""
    out = set()
    for c in s.commands:
        m = re.match(rb"UID FETCH (\S+) .*BODY\.PEEK\[\]", c)
        for part in m.group(1).split(b",") if m else ():
            first, _, last = part.partition(b":")
            out |= set(range(int(first), int(last or first) + 1))
    return out


def known_without_bytes(t):
    """Only what Message-ID, size and date do not tell apart is fetched."""
    for caps in some((PLAIN, MODERN, QRESYNC)):
        with Lab() as lab:
            s, shop, box = start(lab, caps, 30)
            row = mark(shop)
            was = waiting(shop)
            mails = raws(range(29, -1, -1))
            at = [i for i, (_, raw) in enumerate(mails) if b"m07" in raw][0]
            # A stranger's, with all that a stranger can know of the other.
            mails.append((mails[at][0], mails[at][1].replace(
                b"where is it?", b"who is this?")))
            mails[3] = (mails[3][0] + 60, mails[3][1])
            del s.commands[:]
            again(box, mails, uidvalidity=99)
            r = shop.sync()
            ok(t, r, "renumbered, a twin and another date")
            t.ok("30 mails found again" in r.err, "all are found", r)
            t.equal(ask(shop, "SELECT count(*) FROM message WHERE kind=0"),
                    [(31,)], "none lost, and one is new")
            t.equal(sorted(fetched_whole(s)), [4, at + 1, 31],
                    "three could not be told apart without their bytes")
            is_kept(t, shop, row, was)
            quiet(t, shop)
            checks(t, shop)


def another_limit(t):
    """What was kept in part is one mail under another limit, too."""
    for first, then in ((64, 256), (256, 64), (64, 80)):
        with Lab() as lab:
            extra = "\tsize-limit = %dk\n"
            s, shop, box = start(lab, MODERN, 3,
                                 account_extra=extra % first)
            big = letter(50, text="word word\n" * 12000)
            box.add(big, at=1700000050)
            shop.sync()
            row = {x["subject"]: x["id"] for x in shop.list()}["m50"]
            shop.run("tag", row, "+kept")
            with open(shop.config) as f:
                text = f.read()
            with open(shop.config, "w") as f:
                f.write(text.replace(extra % first, extra % then))
            again(box, [(1700000050, big)] + raws(range(3)), uidvalidity=9)
            r = shop.sync()
            now = [x for x in shop.list() if x["subject"] == "m50"]
            t.equal([(x["id"], x["tags"], x["messages"]) for x in now],
                    [(row, ["kept"], 1)],
                    "limit %d, then %d: one mail" % (first, then), r)
            checks(t, shop)


def renumbered_to_nothing(t):
    with Lab() as lab:
        s, shop, box = start(lab, QRESYNC, 30)
        again(box, [], uidvalidity=5)
        for _ in range(2):
            r = shop.sync()
            t.ok(r.code != 0 and "30 of 30" in r.err and
                 "--accept-removal" in r.err,
                 "renumbered and empty meets the brake", r)
        t.equal(gone(shop), [], "nothing is marked")
        again(box, raws(range(30)), uidvalidity=6)
        ok(t, shop.sync(), "the server thinks again")
        t.equal(gone(shop), [], "all are there")
        again(box, [], uidvalidity=7)
        shop.sync()
        r = shop.sync("--accept-removal")
        ok(t, r, "it is meant")
        t.equal(len(gone(shop)), 30, "then they are gone")
        t.equal(len(shop.list()), 30, "and still here")
        quiet(t, shop)
        checks(t, shop)


def renumbered_and_changed(t):
    """What others changed while it was renumbered is a change, too."""
    with Lab() as lab:
        s, shop, box = start(lab, QRESYNC, 10)
        for uid in (3, 4, 5):
            box.flag(uid, "\\Seen", "\\Flagged", "there")
        shop.sync()
        row = {x["subject"]: x["id"] for x in shop.list()}
        shop.run("tag", row["m05"], "+here")
        again(box, raws(range(10)), uidvalidity=9)
        box.mails[4].flags = {"\\Seen", "there"}
        box.mails[6].flags = {"new"}
        r = shop.sync()
        ok(t, r, "renumbered")
        now = {x["subject"]: x for x in shop.list()}
        t.equal([(now[k]["unread"], now[k]["tags"])
                 for k in ("m02", "m03", "m04", "m05")],
                [(1, []), (0, ["there"]), (1, []), (1, ["here", "new"])],
                "unread, untagged and tagged there")
        t.equal(sorted(box.mails[6].flags), ["here", "new"],
                "what waited was told")
        t.equal(len(shop.list("is:starred")), 0, "no star is left")
        quiet(t, shop)
        checks(t, shop)


def moved_while_looking(t):
    """From a mailbox not read yet into one that was: no loss."""
    with Lab() as lab:
        s, shop, box = start(lab, QRESYNC, 3)
        junk = s.box("Junk", "\\Junk")
        for i in range(20, 25):
            junk.add(letter(i), at=1700000000 + i)
        ok(t, shop.sync(), "five in Junk")
        moved = []

        def status(b):
            if b is junk and not moved:
                moved.append(1)
                for uid in (1, 2, 3, 4, 5):
                    box.add(junk.mails[uid].raw, at=junk.mails[uid].at)
                junk.remove(1, 2, 3, 4, 5)

        s.vices["status"] = status
        r = shop.sync()
        ok(t, r, "all of Junk goes to INBOX while we look")
        t.ok(moved and "deleted" not in r.out, "nothing is gone", r)
        t.equal(len(subjects(shop)), 8, "and they are on the desk")
        quiet(t, shop)
        checks(t, shop)


def unread_mailbox(t):
    """Where one mailbox could not be read nothing is judged."""
    with Lab() as lab:
        s, shop, box = start(lab, QRESYNC, 3)
        junk = s.box("Junk", "\\Junk")
        junk.add(letter(40))
        shop.sync()
        junk.add(box.mails[2].raw, at=box.mails[2].at)
        box.remove(2)
        s.vices["status"] = lambda b: (
            b"{tag} NO [UNAVAILABLE] later\r\n" if b is junk else None)
        r = shop.sync()
        t.ok(r.code == 75 and gone(shop) == [], "not yet", r)
        del s.vices["status"]
        r = shop.sync("--now")
        ok(t, r, "now")
        t.equal((gone(shop), len(shop.list("is:spam"))), ([], 2),
                "it was moved to Junk")
        quiet(t, shop)
        checks(t, shop)


def back_and_forth(t):
    """The numbers of yesterday again."""
    with Lab() as lab:
        s, shop, box = start(lab, MODERN, 10)
        for validity in (2, 1, 2, 9):
            again(box, raws(range(10)), uidvalidity=validity)
            ok(t, shop.sync(), "UIDVALIDITY %d" % validity)
        t.equal((len(shop.list()), gone(shop)), (10, []), "ten mails")
        checks(t, shop)


def uids_used_again(t):
    """The same UID, another mail, and no word of it."""
    for caps in some((PLAIN, MODERN, QRESYNC)):
        with Lab() as lab:
            s, shop, box = start(lab, caps, 20)
            row = mark(shop)
            shop.sync()
            was = waiting(shop)
            flags = [m for m in box.mails.values()
                     if b"m03" in m.raw][0].flags
            # Restored from a copy of yesterday; what came since is other.
            again(box, raws(list(range(15)) + list(range(20, 26))))
            for m in box.mails.values():
                if b"m03" in m.raw:
                    m.flags = flags
            box.modseq += 50
            r = shop.sync()
            ok(t, r, "UIDs used again")
            t.equal(len(shop.list()), 26, "old and new mails, each once", r)
            t.equal(gone(shop), ["m%02d" % i for i in range(15, 20)],
                    "what is not there is gone")
            is_kept(t, shop, row, was)
            quiet(t, shop)
            checks(t, shop)


def dates_change(t):
    """Another INTERNALDATE, the same mail: looked at, and that is all."""
    for caps in some((PLAIN, QRESYNC)):
        with Lab() as lab:
            s, shop, box = start(lab, caps, 20)
            for m in box.mails.values():
                m.at += 7
            box.flag(20, "\\Seen")
            box.add(letter(50), at=1700000050)
            del s.commands[:]
            r = shop.sync()
            ok(t, r, "other dates")
            t.ok("renumbered" not in r.err and "1 flag taken" in r.out,
                 "are not taken for other mails", r)
            t.equal(len(shop.list()), 21, "none doubled")
            quiet(t, shop)


def modseq_goes_back(t):
    with Lab() as lab:
        s, shop, box = start(lab, QRESYNC, 20)
        box.modseq = 3
        for i, m in enumerate(box.mails.values()):
            m.modseq = 1
        box.mails[4].flags = {"\\Seen"}
        del box.mails[9]
        r = shop.sync()
        t.ok("1 flag taken" in r.out and "1 deleted" in r.out,
             "a MODSEQ that went back is compared, not believed", r)
        quiet(t, shop)


def missed(t):
    """Whatever was not heard is found by counting."""
    with Lab() as lab:
        s, shop, box = start(lab, QRESYNC, 20)
        s.vices["vanished"] = lambda peer: True
        box.remove(5)
        r = shop.sync()
        t.ok("1 deleted" in r.out, "VANISHED never told: counted", r)
        # A mail with a UID below: no server should, and some did.
        box.add(letter(70), uid=5)
        box.modseq += 1
        r = shop.sync()
        ok(t, r, "a mail below the highest UID")
        t.ok("m70" in subjects(shop), "comes, too", r)
        quiet(t, shop)
        checks(t, shop)


def lying_count(t):
    """EXISTS is wrong for ever: looked into once, not at every round."""
    with Lab() as lab:
        s, shop, box = start(lab, QRESYNC, 20)
        was = s.do_select

        def select(peer, tag, line):
            return was(peer, tag, line).replace(b"* %d EXISTS" % len(
                box.mails), b"* %d EXISTS" % (len(box.mails) + 3))

        s.script["SELECT"] = select
        searches = []
        for i in range(4):
            del s.commands[:]
            box.flag(1 + i, "\\Seen")
            ok(t, shop.sync(), "a wrong count")
            searches.append(sum(c.startswith(b"UID SEARCH")
                                for c in s.commands))
        t.equal(searches, [1, 0, 0, 0], "is looked into once")


def twice_in_one_mailbox(t):
    with Lab() as lab:
        s, shop, box = start(lab, QRESYNC, 5)
        uid = box.add(letter(2), at=1700000100)
        ok(t, shop.sync(), "the same mail a second time")
        t.equal(len(shop.list()), 5, "is one")
        box.remove(3)
        r = shop.sync()
        t.equal((gone(shop), r.code), ([], 0), "one of them goes: not gone", r)
        box.remove(uid)
        r = shop.sync()
        t.equal(gone(shop), ["m02"], "both: gone", r)
        box.add(letter(2), at=1700000100)
        shop.sync()
        t.equal((gone(shop), len(shop.list())), ([], 5), "and it comes back")
        quiet(t, shop)
        checks(t, shop)


def pins(t):
    """What a person merged and split stays so under new numbers."""
    with Lab() as lab:
        s, shop, box = start(lab, QRESYNC, 8)
        box.add(mail(subject="Re: m06", message_id="r6@x.test",
                     reply_to_id="m6@x.test"), at=1700000100)
        shop.sync()
        row = {x["subject"]: x["id"] for x in shop.list()}
        r = shop.run("merge", row["m01"], row["m02"])
        t.equal(r.code, 0, "two are merged", r)
        two = shop.show(row["m06"])["messages"]
        r = shop.run("split", row["m06"], two[-1]["id"])
        t.equal(r.code, 0, "one is split off", r)
        want = sorted((x["subject"], x["messages"]) for x in shop.list())
        kept = [m.raw for m in box.mails.values()]
        again(box, [(1700000000, raw) for raw in reversed(kept)],
              uidvalidity=3)
        ok(t, shop.sync(), "renumbered")
        got = sorted((x["subject"], x["messages"]) for x in shop.list())
        t.equal(got, want, "and so they stay")
        quiet(t, shop)
        checks(t, shop)


# ---- mailboxes ----

def renamed(t):
    with Lab() as lab:
        s, shop, box = start(lab, QRESYNC, 10)
        old = s.box("Archive", "\\Archive")
        for i in range(20, 40):
            old.add(letter(i), ["\\Seen"], at=1700000000 + i)
        ok(t, shop.sync(), "an archive")
        rows = {x["subject"]: x["id"] for x in shop.list()}
        shop.run("tag", rows["m25"], "+late")
        s.boxes["Keller"] = s.boxes.pop("Archive")
        s.boxes["Keller"].name = "Keller"
        r = shop.sync()
        ok(t, r, "is renamed")
        t.ok("there is no mailbox Archive any more" in r.err and
             "20 lie elsewhere, 0 are gone" in r.err, "one line says so", r)
        t.equal((len(shop.list()), gone(shop)), (30, []), "no mail doubled")
        ok(t, shop.sync(), "and again")
        there = [m for m in s.boxes["Keller"].mails.values()
                 if b"m25" in m.raw][0]
        t.ok("late" in there.flags, "what waited was told there", there.flags)
        quiet(t, shop)
        checks(t, shop)


def vanished_and_back(t):
    for accept in (False, True):
        with Lab() as lab:
            s, shop, box = start(lab, QRESYNC, 3)
            old = s.box("Archive", "\\Archive")
            for i in range(20, 80):
                old.add(letter(i), at=1700000000 + i)
            ok(t, shop.sync(), "an archive")
            row = {x["subject"]: x["id"] for x in shop.list()}["m25"]
            shop.run("tag", row, "+kept")
            shop.sync()
            kept = s.boxes.pop("Archive")
            r = shop.sync()
            t.ok(r.code != 0 and "60 of 60" in r.err and "Archive" in r.err
                 and "--accept-removal" in r.err,
                 "a mailbox that vanished meets the brake", r)
            box.add(letter(90))
            r = shop.sync()
            t.ok("m90" in subjects(shop), "the others go on", r)
            if accept:
                ok(t, shop.sync("--accept-removal"), "it is meant")
                t.equal(len(gone(shop)), 60, "its mails are gone")
                quiet(t, shop)
            s.boxes["Archive"] = kept
            before = len(s.commands)
            ok(t, shop.sync(), "it comes back")
            fetched = any(b"BODY" in c for c in s.commands[before:])
            t.equal((len(shop.list()), gone(shop)), (64, []),
                    "with all its mails, none doubled")
            t.equal(fetched, accept, "read again only if it was given up")
            t.equal(shop.show(row)["tags"] if "tags" in shop.show(row)
                    else None, ["kept"], "tags stay")
            quiet(t, shop)
            checks(t, shop)


def no_list(t):
    """A server that lists nothing is not believed."""
    with Lab() as lab:
        s, shop, box = start(lab, MODERN, 60)
        was = s.script["LIST"]
        s.script["LIST"] = lambda peer, tag, line: b""
        r = shop.sync("--accept-removal")
        t.equal(gone(shop), [], "nothing is marked", r)
        s.script["LIST"] = was
        r = shop.sync("--now")
        t.ok(r.code == 0 and r.out + r.err == "", "quiet again", r)


# ---- servers ----

def qresync_that_nobody_understands(t):
    """As iCloud's was: the answers to it are broken, all others are not."""
    with Lab() as lab:
        s, shop, box = start(lab, QRESYNC, 20)

        def nonsense(peer):
            peer.send(b"* VANISHED (EARLIER) {{{ (\r\n"
                      b"* 1 FETCH (UID FLAGS (\r\n")
            return True

        s.vices["vanished"] = nonsense
        box.remove(7)
        box.flag(3, "\\Seen")
        r = shop.sync()
        t.ok(r.code == 0 and "1 flag taken" in r.out and
             "1 deleted" in r.out and "QRESYNC" in r.err,
             "broken QRESYNC: told once, and done without", r)
        box.remove(8)
        del s.commands[:]
        r = shop.sync()
        t.ok("1 deleted" in r.out and r.code == 0 and r.err == "" and
             not any(c.startswith(b"ENABLE") for c in s.commands),
             "and never asked for again", r, s.commands)
        quiet(t, shop)


def change_that_nobody_understands(t):
    with Lab() as lab:
        s, shop, box = start(lab, MODERN, 20)
        s.vices["fetch"] = lambda peer, b, uid, data, items: (
            b"* 3 FETCH (FLAGS (\\Seen {{{\r\n"
            if b"CHANGEDSINCE" in items else None)
        box.flag(3, "\\Seen")
        r = shop.sync()
        t.ok(r.code == 0 and "1 flag taken" in r.out,
             "a change that is garbled: all are compared", r)
        quiet(t, shop)


# ---- what it costs ----

def traffic(lab, s, shop, *what):
    """Commands and bytes both ways of one sync."""
    proxy = lab.proxy(s.port)
    text = open(shop.config).read()
    with open(shop.config, "w") as f:
        f.write(text.replace(":%d" % s.port, ":%d" % proxy.port))
    del s.commands[:]
    r = shop.sync(*what)
    with open(shop.config, "w") as f:
        f.write(text)
    return r, len(s.commands), proxy.up + proxy.down


def nothing_new(t):
    """With nothing new the size of the mailbox does not matter."""
    got = {}
    for n in (100, 20000):
        with Lab() as lab:
            s, shop, box = start(lab, QRESYNC, 1)
            fill(shop, box, n)
            r, commands, size = traffic(lab, s, shop)
            t.equal(r.out + r.err, "", "%d mails, nothing new" % n, r)
            got[n] = (commands, size)
            t.note("%d mails: %d commands, %d bytes" % (n, commands, size))
    t.equal(got[100][0], got[20000][0], "as many commands")
    t.ok(abs(got[100][1] - got[20000][1]) < 64,
         "and bytes, but for the digits of the count", got)


def fill(shop, box, n):
    """n mails there and here, without fetching them."""
    one = letter(1)
    for i in range(n - len(box.mails)):
        box.add(one, at=1700000000)
    box.modseq = 1000000
    for m in box.mails.values():
        m.modseq = 1000
    c = sqlite3.connect(shop.store)
    c.execute("UPDATE mailbox SET high=?, low=1, complete=1, modseq=?"
              " WHERE name='INBOX'", (n, box.modseq))
    row = c.execute("SELECT min(id) FROM message").fetchone()[0]
    box_id = c.execute(
        "SELECT id FROM mailbox WHERE name='INBOX'").fetchone()[0]
    c.executemany(
        "INSERT OR REPLACE INTO place(mailbox, uid, message, flags, at, size)"
        " VALUES(?, ?, ?, 0, 1700000000, ?)",
        ((box_id, u, row, len(one)) for u in range(1, n + 1)))
    c.execute("UPDATE mailbox SET places=? WHERE name='INBOX'", (n,))
    c.execute("INSERT OR REPLACE INTO fact VALUES('shop', 'exists INBOX',"
              " ?)", (str(n),))
    c.commit()
    c.close()


def one_flag(t):
    """One flag changed among 100,000: one round."""
    got = {}
    for n in (100, 100000):
        with Lab() as lab:
            s, shop, box = start(lab, QRESYNC, 1)
            fill(shop, box, n)
            box.modseq += 1
            box.mails[n // 2].modseq = box.modseq
            box.mails[n // 2].flags = {"\\Seen"}
            r, commands, size = traffic(lab, s, shop)
            t.ok(r.code == 0 and "1 flag taken" in r.out,
                 "one flag of %d" % n, r)
            steps = [c.split(b" ")[0:2] for c in s.commands
                     if not c.startswith((b"AUTH", b"CAPA", b"LIST",
                                          b"LOGOUT", b"ENABLE"))]
            t.equal([x[0] if x[0] != b"UID" else b"UID " + x[1]
                     for x in steps], [b"STATUS", b"SELECT", b"UID FETCH"],
                    "STATUS, SELECT and one FETCH")
            t.note("%d mails: %d commands, %d bytes" % (n, commands, size))
            got[n] = size
    t.ok(abs(got[100] - got[100000]) < 128, "and the same bytes", got)


if __name__ == "__main__":
    needs()
    tap = Tap()
    every = (renumbered, known_without_bytes, another_limit,
             renumbered_to_nothing, renumbered_and_changed,
             moved_while_looking, unread_mailbox, back_and_forth,
             uids_used_again, dates_change, modseq_goes_back, missed,
             lying_count, twice_in_one_mailbox, pins, renamed,
             vanished_and_back, no_list, qresync_that_nobody_understands,
             change_that_nobody_understands, nothing_new, one_flag)
    tap.cases(case for case in every if len(sys.argv) < 2 or
              case.__name__ in sys.argv[1:])
    tap.done()
