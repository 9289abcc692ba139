"""Changes in both directions: flags, tags, moves; each once, none lost."""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
from lab import Gone, Lab, Tap, mail, needs, some  # noqa: E402
from model import MODERN, PLAIN, QRESYNC, Model  # noqa: E402
from rounds import subjects  # noqa: E402

UIDPLUS = PLAIN + b" UIDPLUS"


def ok(t, ran, name):
    return t.equal(ran.code, 0, name, ran)


def quiet(t, shop, name="and that is the end of it"):
    r = shop.sync()
    return t.ok(r.code == 0 and r.out + r.err == "", name, r)


def checks(t, shop):
    r = shop.run("check")
    return t.equal(r.code, 0, "the store checks", r)


def ids(shop, *query):
    return {x["subject"]: x["id"] for x in shop.list(*query)}


def tags(shop):
    return {x["subject"]: x["tags"] for x in shop.list()}


def harmless(t, s):
    """Nothing was ever said that removes what is not ours."""
    bad = [c for c in s.commands if re.match(
        rb"(?i)(expunge|close|store|fetch|copy|delete|rename|search)\b", c)]
    return t.equal(bad, [], "no bare EXPUNGE, and UIDs only")


class Client:
    """Another mail program at the same mailbox."""

    def __init__(self, d, shop, box="INBOX"):
        self.c = d.connect(shop.address)
        self.c.select('"%s"' % box)

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.c.logout()

    def store(self, uids, how, flags):
        answer = self.c.uid("STORE", uids, how, "(%s)" % flags)
        assert answer[0] == "OK", answer

    def move(self, uids, to):
        answer = self.c.uid("MOVE", uids, to)
        assert answer[0] == "OK", answer


def flags_of(d, shop, box="INBOX"):
    return {m.header("Subject"): sorted(m.flags)
            for m in d.mailbox(shop.address, box)}


def start(lab, *names, **more):
    d = lab.start_dovecot()
    shop = lab.shop(d, None, **more)
    for name in names:
        d.deliver(shop.address, mail(subject=name,
                                     message_id=name + "@x.test"))
    shop.sync()
    return d, shop


def scripted(lab, caps, n=3, **more):
    s = Model(lab, caps=caps, tls="implicit")
    shop = lab.shop(s, None, **more)
    box = s.box("INBOX")
    s.box("Junk", "\\Junk")
    s.box("Trash", "\\Trash")
    for i in range(n):
        box.add(mail(subject="s%d" % i, message_id="s%d@x.test" % i),
                at=1700000000 + i)
    shop.sync()
    return s, shop, box


# ---- tags ----

def tags_there_and_back(t):
    with Lab() as lab:
        d, shop = start(lab, "a", "b")
        shop.run("tag", ids(shop)["a"], "+returns")
        r = shop.sync()
        t.ok("1 change given" in r.out, "a tag is given", r)
        t.equal(flags_of(d, shop), {"a": ["returns"], "b": []},
                "as a keyword")
        quiet(t, shop)
        with Client(d, shop) as c:
            c.store("2", "+FLAGS", "urgent")
            c.store("1", "-FLAGS", "returns")
        r = shop.sync()
        t.ok("2 flags taken" in r.out, "keywords are taken", r)
        t.equal(tags(shop), {"a": [], "b": ["urgent"]}, "as tags")
        shop.run("tag", ids(shop)["b"], "-urgent")
        ok(t, shop.sync(), "a tag taken off here")
        t.equal(flags_of(d, shop), {"a": [], "b": []}, "is off there")
        quiet(t, shop)
        checks(t, shop)


def tags_of_a_first_sync(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None)
        d.append(shop.address, "INBOX", mail(subject="old"),
                 "returns $Forwarded NonJunk $label1")
        ok(t, shop.sync(), "mails with keywords")
        t.equal(tags(shop)["old"], ["important", "returns"],
                "are tagged, but not with what programs say to programs")
        shop.run("tag", ids(shop)["old"], "-important")
        ok(t, shop.sync(), "a label taken off")
        t.equal(flags_of(d, shop)["old"],
                ["$Forwarded", "NonJunk", "returns"],
                "is off under its own name, and the others stay")
        shop.run("tag", ids(shop)["old"], "+$Junk")
        ok(t, shop.sync(), "a tag that looks like theirs")
        t.ok("$Junk" not in flags_of(d, shop)["old"], "is not given")
        quiet(t, shop)


def tags_of_any_letters(t):
    words = ["größe", "a{b}", "R&D", "100%", "返品", "📦", "x]y",
             "it's", "*", "Case"]
    with Lab() as lab:
        d, shop = start(lab, "a", "b")
        row = ids(shop)["a"]
        for word in words:
            r = shop.run("tag", row, "+" + word)
            t.equal(r.code, 0, "tag %s" % word, r)
        r = shop.run("tag", row, "+two words")
        t.ok(r.code == 64 and "is no tag" in r.err, "blanks are refused", r)
        r = shop.sync()
        t.ok(r.code == 0 and "%d changes given" % len(words) in r.out,
             "all are given", r)
        got = flags_of(d, shop)["a"]
        t.ok("gr&APYA3w-e" in got and len(got) == len(words),
             "as atoms", got)
        quiet(t, shop)
        with Client(d, shop) as c:
            c.store("2", "+FLAGS", " ".join(got))
            c.store("1", "-FLAGS", " ".join(got))
        ok(t, shop.sync(), "moved to another mail by another program")
        now = tags(shop)
        t.equal((now["a"], sorted(now["b"])), ([], sorted(words)),
                "they are the same words")
        checks(t, shop)


def tags_of_a_conversation(t):
    with Lab() as lab:
        d, shop = start(lab, "one")
        for i in (2, 3):
            d.deliver(shop.address, mail(
                subject="Re: one", message_id="r%d@x.test" % i,
                reply_to_id="one@x.test"))
        ok(t, shop.sync(), "three mails")
        row = shop.list()[0]["id"]
        t.equal(shop.list()[0]["messages"], 3, "of one thread")
        shop.run("tag", row, "+vip")
        shop.sync()
        flags = [m.flags for m in d.mailbox(shop.address)]
        t.equal(flags, [[], [], ["vip"]], "the newest has the keyword")
        with Client(d, shop) as c:
            c.store("1:2", "+FLAGS", "vip")
        shop.sync()
        with Client(d, shop) as c:
            c.store("3", "-FLAGS", "vip")
        shop.sync()
        t.equal(shop.list()[0]["tags"], ["vip"],
                "off one of three: the others keep it")
        with Client(d, shop) as c:
            c.store("1:2", "-FLAGS", "vip")
        shop.sync()
        t.equal(shop.list()[0]["tags"], [], "off the last")
        with Client(d, shop) as c:
            c.store("1:3", "+FLAGS", "VIP")
        shop.sync()
        t.equal(shop.list()[0]["tags"], ["vip"],
                "as it is spelled here, whatever the server makes of it")
        shop.run("tag", row, "-vip")
        ok(t, shop.sync(), "off here")
        flags = [m.flags for m in d.mailbox(shop.address)]
        t.equal(flags, [[], [], []], "is off everywhere")
        shop.run("undo")
        shop.sync()
        flags = [m.flags for m in d.mailbox(shop.address)]
        t.ok(shop.list()[0]["tags"] == ["vip"] and flags[2] == ["vip"],
             "and undone it is back", flags)
        shop.run("undo")
        quiet_after = shop.sync()
        ok(t, quiet_after, "the tag of the very first is undone too")
        checks(t, shop)


def tags_without_keywords(t):
    """Exchange keeps none; some keep only those that there are."""
    with Lab() as lab:
        s, shop, box = scripted(lab, MODERN)
        box.keywords, box.permanent = False, " known"
        rows = ids(shop)
        shop.run("tag", rows["s0"], "+returns")
        shop.run("tag", rows["s1"], "+known")
        shop.run("read", rows["s0"])
        r = shop.sync()
        ok(t, r, "a server without \\*")
        t.equal([sorted(m.flags) for m in box.mails.values()],
                [["\\Seen"], ["known"], []],
                "what it can keep it gets, and nothing else")
        t.ok(not any(b"returns" in c for c in s.commands),
             "what it cannot is not even tried")
        quiet(t, shop)
        t.equal(tags(shop)["s0"], ["returns"], "the tag lives here")
        box.flag(1, "\\Flagged")
        shop.sync()
        t.equal(tags(shop)["s0"], ["returns"], "whatever else changes there")
        checks(t, shop)


def tags_refused(t):
    with Lab() as lab:
        s, shop, box = scripted(lab, MODERN)
        rows = ids(shop)
        s.vices["refuse"] = lambda c: (
            b"[LIMIT] no more keywords here" if b"STORE" in c and
            b"(late)" in c else b"Keyword too long" if b"STORE" in c and
            b"(bad)" in c else None)
        shop.run("tag", rows["s0"], "+bad")
        shop.run("tag", rows["s1"], "+late")
        shop.run("tag", rows["s2"], "+good")
        r = shop.sync()
        t.ok(r.code == 75 and "too long" in r.err, "refused, and not now", r)
        t.equal(box.mails[3].flags, {"good"}, "the others are given")
        s.vices.clear()
        ok(t, shop.sync("--now"), "later")
        t.equal([sorted(m.flags) for m in box.mails.values()],
                [[], ["late"], ["good"]],
                "what was put off is given, what was refused stays here")
        t.equal(tags(shop)["s0"], ["bad"], "here")
        quiet(t, shop)


# ---- who is right ----

def both_at_once(t):
    """The same flag, changed there and here while the line was down."""
    with Lab() as lab:
        d, shop = start(lab, "a", "b", "c", "d")
        with Client(d, shop) as c:
            c.store("1:2", "+FLAGS", "\\Seen x")
        shop.sync()
        rows = ids(shop)
        # Here: the other way round, and back.
        shop.run("unread", rows["a"])
        shop.run("tag", rows["a"], "-x")
        shop.run("read", rows["c"])
        shop.run("star", rows["d"])
        with Client(d, shop) as c:
            c.store("1", "+FLAGS", "\\Flagged")     # another flag of it
            c.store("3", "+FLAGS", "\\Seen")        # the same as here
            c.store("3", "-FLAGS", "\\Seen")        # and back
            c.store("4", "+FLAGS", "\\Flagged y")
            c.store("4", "-FLAGS", "\\Flagged")
        ok(t, shop.sync(), "together again")
        t.equal(flags_of(d, shop), {
            "a": ["\\Flagged"], "b": ["\\Seen", "x"], "c": ["\\Seen"],
            "d": ["\\Flagged", "y"]},
            "each operation counts, no state as a whole")
        got = {r["subject"]: (r["unread"], r["starred"] if "starred" in r
                              else None, r["tags"]) for r in shop.list()}
        t.equal([got[k][0] for k in "abcd"], [1, 0, 0, 1], "here as there")
        t.equal([got[k][2] for k in "abcd"], [[], ["x"], [], ["y"]],
                "tags, too")
        quiet(t, shop)
        checks(t, shop)


def answered(t):
    with Lab() as lab:
        d, shop = start(lab, "a")
        with Client(d, shop) as c:
            c.store("1", "+FLAGS", "\\Answered")
        ok(t, shop.sync(), "answered elsewhere")
        r = shop.run("show", shop.list()[0]["id"], "--events")
        t.ok("answered in another program" in r.out,
             "is told in the thread", r)
        quiet(t, shop)


# ---- moves ----

def lost_answers(t):
    """Each command of a push done, and its answer lost."""
    every = [(caps, verb) for caps, verbs in (
        (PLAIN, (b"UID STORE", b"UID COPY")),
        (UIDPLUS, (b"UID STORE", b"UID COPY", b"UID EXPUNGE")),
        (MODERN, (b"UID STORE", b"UID MOVE"))) for verb in verbs]
    for caps, verb in some(every, 2):
        with Lab() as lab:
            s, shop, box = scripted(lab, caps, 4)
            rows = ids(shop)
            for name in ("s1", "s2"):
                shop.run("spam", rows[name])
            shop.run("tag", rows["s3"], "+late")
            times = []

            def lost(command):
                if command.startswith(verb) and len(times) < 2:
                    times.append(command)
                    return True

            s.vices["lost"] = lost
            for _ in range(4):
                r = shop.sync("--now")
            name = "%s, lost%s" % (
                verb.decode(), "" if caps is PLAIN else
                " with UIDPLUS" if caps is UIDPLUS else " of MOVE")
            ok(t, r, name)
            t.ok(times, "it was")
            junk = sorted(m.raw for m in s.boxes["Junk"].mails.values())
            t.equal(len(junk), 2, "two mails in Junk, each once")
            left = [u for u, m in box.mails.items()
                    if "\\Deleted" not in m.flags]
            t.equal(left, [1, 4], "two in INBOX")
            t.equal(box.mails[4].flags, {"late"}, "the tag is there")
            t.equal(len(shop.list("is:spam")), 2, "two threads in spam")
            quiet(t, shop)
            harmless(t, s)
            checks(t, shop)


def lost_without_dates(t):
    """A server that does not keep the date of a copy: its bytes tell."""
    with Lab() as lab:
        s, shop, box = scripted(lab, UIDPLUS, 3)
        junk = s.boxes["Junk"]
        was = junk.add
        junk.add = lambda raw, flags, at: was(raw, flags)
        times = []
        s.vices["lost"] = lambda c: c.startswith(b"UID COPY") and not (
            times or times.append(c))
        shop.run("spam", ids(shop)["s1"])
        shop.sync()
        ok(t, shop.sync("--now"), "a copy without its date")
        t.equal((len(junk.mails), len(box.mails)), (1, 2), "is made once")
        t.equal(len(times), 1, "though the answer was lost")


def undone_meanwhile(t):
    """To Junk, the answer lost, and undone before the next try."""
    for caps in some((UIDPLUS, MODERN, QRESYNC)):
        with Lab() as lab:
            s, shop, box = scripted(lab, caps, 3)
            times = []
            s.vices["lost"] = lambda c: c.startswith(
                (b"UID EXPUNGE", b"UID MOVE")) and not (
                times or times.append(c))
            row = ids(shop)["s1"]
            shop.run("spam", row)
            shop.sync()
            r = shop.run("reopen", row)
            t.equal(r.code, 0, "no spam after all", r)
            for _ in range(3):
                r = shop.sync("--now")
            ok(t, r, "synced")
            t.equal(len(s.boxes["Junk"].mails), 0, "nothing is in Junk")
            t.equal(sorted(m.raw[:0] for m in box.mails.values()),
                    [b""] * 3, "three in INBOX")
            t.equal(subjects(shop), ["s0", "s1", "s2"], "three on the desk")
            quiet(t, shop)
            checks(t, shop)


def undone_elsewhere(t):
    """Somebody else moved it before it went to Junk; and then it is undone."""
    for caps in some((UIDPLUS, MODERN, QRESYNC)):
        for home in ("INBOX", "Archive"):
            with Lab() as lab:
                s, shop, box = scripted(lab, caps, 2)
                s.box("Archive", "\\Archive")
                shop.sync()
                shop.run("spam", ids(shop)["s0"])
                if home == "Archive":
                    relay(s, box, b"s0", "Archive")
                ok(t, shop.sync(), "moved from where it lies by then")
                t.equal(where(s, b"s0"), ["Junk"], "to Junk")
                shop.run("undo")
                ok(t, shop.sync(), "no spam after all")
                t.equal(where(s, b"s0"), ["INBOX"], "and back again")
                shop.sync()
                quiet(t, shop)
                checks(t, shop)


def undone_unseen(t):
    """It went to Junk, and the line was cut before that was read."""
    for caps in some((UIDPLUS, MODERN, QRESYNC)):
        with Lab() as lab:
            s, shop, box = scripted(lab, caps, 2)
            shop.run("spam", ids(shop)["s0"])
            s.vices["refuse"] = lambda c: (
                b"[SERVERBUG] internal error"
                if where(s, b"s0") == ["Junk"] and
                c.startswith((b"SELECT", b"STATUS")) else None)
            shop.sync()
            t.equal(where(s, b"s0"), ["Junk"], "to Junk, as far as that goes")
            s.vices.clear()
            shop.run("undo")
            for _ in range(2):
                r = shop.sync("--now")
            ok(t, r, "no spam after all")
            t.equal(where(s, b"s0"), ["INBOX"], "and back again")
            shop.sync()
            quiet(t, shop)
            checks(t, shop)


def undone_without_expunge(t):
    with Lab() as lab:
        s, shop, box = scripted(lab, PLAIN, 3)
        row = ids(shop)["s1"]
        shop.run("spam", row)
        shop.sync()
        t.ok("\\Deleted" in box.mails[2].flags, "marked, not expunged")
        shop.run("trash", row)
        ok(t, shop.sync(), "and then trash")
        alive = {name: [u for u, m in b.mails.items()
                        if "\\Deleted" not in m.flags]
                 for name, b in s.boxes.items()}
        t.equal({k: len(v) for k, v in alive.items()},
                {"INBOX": 2, "Junk": 0, "Trash": 1}, "one copy lives")
        harmless(t, s)
        quiet(t, shop)


def undone_halfway(t):
    """The copy is made, the original not removed, and then it is undone."""
    for caps, verb in some(((UIDPLUS, b"UID STORE"), (UIDPLUS, b"UID COPY"),
                            (PLAIN, b"UID STORE"))):
        with Lab() as lab:
            s, shop, box = scripted(lab, caps, 3)
            times = []
            was = s._answer

            def cut(peer, tag, rest):
                """Before the command is done, or after a COPY."""
                if rest.startswith(verb) and not times:
                    times.append(rest)
                    if verb == b"UID COPY":
                        s.do_uid_copy(peer, tag, rest)
                    peer.close()
                    raise Gone("cut")
                return was(peer, tag, rest)

            s._answer = cut
            row = ids(shop)["s1"]
            shop.run("spam", row)
            shop.sync()
            shop.run("reopen", row)
            for _ in range(4):
                r = shop.sync("--now")
            ok(t, r, "undone halfway")
            alive = {name: sorted(m.raw[:0] + (
                b"s1" if b"s1@x" in m.raw else b"-") for m in
                b.mails.values() if "\\Deleted" not in m.flags)
                for name, b in s.boxes.items()}
            t.equal((alive["INBOX"].count(b"s1"), alive["Junk"]), (1, []),
                    "one in INBOX, and it is not marked deleted", alive)
            t.equal(subjects(shop), ["s0", "s1", "s2"], "three on the desk")
            harmless(t, s)
            quiet(t, shop)
            checks(t, shop)


def trash_and_back(t):
    """The trash is not read, and what was put there comes back all the
    same."""
    for caps in some((PLAIN, UIDPLUS, MODERN, QRESYNC)):
        with Lab() as lab:
            s, shop, box = scripted(lab, caps, 4)
            for i in range(5):
                s.boxes["Trash"].add(mail(subject="old%d" % i))
            rows = ids(shop)
            shop.run("trash", rows["s1"], rows["s2"])
            ok(t, shop.sync(), "two to the trash")
            t.equal(len(s.boxes["Trash"].mails), 7, "there they are")
            quiet(t, shop)
            shop.run("reopen", rows["s1"])
            ok(t, shop.sync(), "one back")
            alive = [m for m in box.mails.values()
                     if "\\Deleted" not in m.flags]
            left = [m for m in s.boxes["Trash"].mails.values()
                    if "\\Deleted" not in m.flags]
            t.equal((len(alive), len(left)), (3, 6), "it is in INBOX")
            t.equal(subjects(shop), ["s0", "s1", "s3"], "and on the desk")
            harmless(t, s)
            quiet(t, shop)
            checks(t, shop)


def after_the_way_back(t):
    """Out of a trash that is not read: nothing of it is left behind."""
    for caps in some((PLAIN, UIDPLUS, MODERN, QRESYNC)):
        with Lab() as lab:
            s, shop, box = scripted(lab, caps, 4)
            row = ids(shop)["s1"]
            shop.run("trash", row)
            shop.sync()
            shop.run("reopen", row)
            ok(t, shop.sync(), "to the trash and back")
            there = [u for u, m in box.mails.items()
                     if b"s1@x" in m.raw and "\\Deleted" not in m.flags]
            t.equal(len(there), 1, "it lies in INBOX", there)
            s.boxes["Junk"].add(box.mails[there[0]].raw)
            box.remove(there[0])
            ok(t, shop.sync(), "and is moved to Junk elsewhere")
            t.equal(shop.show(row)["state"], "spam", "the thread follows")
            harmless(t, s)
            quiet(t, shop)
            checks(t, shop)


def relay(s, box, name, to):
    """Somebody else moves a mail."""
    for uid, m in list(box.mails.items()):
        if name + b"@x" in m.raw:
            s.box(to).add(m.raw, m.flags, m.at)
            box.remove(uid)


def where(s, name):
    return sorted(b.name for b in s.boxes.values() for m in b.mails.values()
                  if name + b"@x" in m.raw and "\\Deleted" not in m.flags)


def moved_first(t):
    """Somebody else moved the mail before our own move was sent: it is moved
    on from where it lies, or what became of the wish is told."""
    for caps in some((PLAIN, UIDPLUS, MODERN, QRESYNC), 2):
        with Lab() as lab:
            s, shop, box = scripted(lab, caps, 6, history="3650d",
                                    account_extra="\tarchive = yes\n")
            s.box("Archive", "\\Archive")
            shop.sync()
            rows = ids(shop)
            shop.run("spam", rows["s0"], rows["s1"], rows["s2"])
            shop.run("trash", rows["s3"])
            shop.run("close", rows["s4"])
            relay(s, box, b"s0", "Archive")
            relay(s, box, b"s1", "Junk")
            box.remove(3)
            relay(s, box, b"s3", "Archive")
            relay(s, box, b"s4", "Junk")
            r = shop.sync("--accept-removal")
            ok(t, r, "five were moved elsewhere first")
            t.ok("thread %d was deleted or" % rows["s2"] in r.err,
                 "what is gone is told", r)
            t.equal([where(s, b"s%d" % i) for i in range(6)],
                    [["Junk"], ["Junk"], [], ["Trash"], ["Junk"], ["INBOX"]],
                    "each lies where it was last put")
            t.equal([shop.show(rows["s%d" % i])["state"] for i in range(6)],
                    ["spam", "spam", "spam", "trash", "spam", "open"],
                    "and its thread says so")
            harmless(t, s)
            ok(t, shop.sync(), "and once more")
            quiet(t, shop)
            checks(t, shop)


def lost_on_the_way_to_the_trash(t):
    """A MOVE into a mailbox that is not read, its answer lost."""
    with Lab() as lab:
        s, shop, box = scripted(lab, MODERN, 4)
        times = []
        s.vices["lost"] = lambda c: c.startswith(b"UID MOVE") and not (
            times or times.append(c))
        row = ids(shop)["s1"]
        shop.run("trash", row)
        shop.sync()
        r = shop.sync("--now")
        ok(t, r, "moved to the trash, the answer lost")
        t.equal(where(s, b"s1"), ["Trash"], "once")
        shop.run("reopen", row)
        ok(t, shop.sync(), "and it is known where it lies")
        t.equal(where(s, b"s1"), ["INBOX"], "for the way back")
        quiet(t, shop)
        checks(t, shop)


def many_by_copy(t):
    """A set with gaps is longer than one without: in as many commands."""
    with Lab() as lab:
        s, shop, box = scripted(lab, UIDPLUS, 900, history="3650d")
        s.vices["lost"] = lambda c: c.startswith(b"UID COPY") and not (
            times or times.append(c))
        times = []
        shop.run("spam", "--query", "is:open", "--yes")
        # Every second one was copied when the line broke.
        half = s.copy

        def some(peer, tag, line, verb, remove):
            if len(times) == 1 and not s.boxes["Junk"].mails:
                words = line.split(b" ", 3)
                odd = s.uids(peer.box, words[2])[::2]
                line = b"UID COPY %s %s" % (
                    b",".join(b"%d" % u for u in odd), words[3])
            return half(peer, tag, line, verb, remove)

        s.copy = some
        shop.sync()
        r = shop.sync("--now")
        ok(t, r, "half of them copied, and the rest after")
        t.equal((len(s.boxes["Junk"].mails), len(box.mails)), (900, 0),
                "each once")
        t.ok(max(len(c) for c in s.commands) < 8192, "no line too long")
        harmless(t, s)


def moved_by_others(t):
    for name, to, state in (("junk", "Junk", "spam"),
                            ("archive", "Archive", "closed")):
        with Lab() as lab:
            d, shop = start(lab, "a", "b")
            d.deliver(shop.address, mail(subject="Re: a",
                                         reply_to_id="a@x.test"))
            shop.sync()
            row = ids(shop)["a"]
            with Client(d, shop) as c:
                c.move("1", to)
            ok(t, shop.sync(), "moved to %s elsewhere" % name)
            t.equal(shop.show(row)["state"], "open",
                    "while a mail is left the thread stays")
            with Client(d, shop) as c:
                c.move("3", to)
            r = shop.sync()
            ok(t, r, "the last one, too")
            t.ok("deleted" not in r.out, "nothing is gone", r)
            t.equal(shop.show(row)["state"], state, "it is %s" % state)
            quiet(t, shop)
            if to == "Junk":
                with Client(d, shop, "Junk") as c:
                    c.move("1:*", "INBOX")
                shop.sync()
                t.equal(shop.show(row)["state"], "open",
                        "and back it is open")
                quiet(t, shop)
            checks(t, shop)


def mass_move(t):
    """A hundred mails archived on a telephone are not a mass removal."""
    with Lab() as lab:
        d = lab.start_dovecot()
        shop = lab.shop(d, None, history="3650d")
        d.fill(shop.address, [
            (mail(subject="m%03d" % i, message_id="m%d@x.test" % i,
                  date=1700000000 + i), 1700000000 + i) for i in range(120)])
        ok(t, shop.sync(), "120 mails")
        with Client(d, shop) as c:
            c.move("1:110", "Archive")
            c.c.uid("COPY", "111", "Archive")
            c.store("111", "+FLAGS", "\\Deleted")
            c.c.expunge()
        r = shop.sync()
        ok(t, r, "moved to the archive elsewhere")
        t.ok("deleted" not in r.out, "nothing is gone", r)
        t.equal(len(shop.list("is:closed")), 111, "they are closed")
        quiet(t, shop)
        checks(t, shop)


def archived(t):
    with Lab() as lab:
        d, shop = start(lab, "a", "b", account_extra="\tarchive = yes\n")
        row = ids(shop)["a"]
        shop.run("close", row)
        ok(t, shop.sync(), "closed")
        t.equal((list(flags_of(d, shop)),
                 list(flags_of(d, shop, "Archive"))), (["b"], ["a"]),
                "goes to the archive")
        ok(t, shop.sync(), "again")
        t.equal(shop.show(row)["state"], "closed", "and stays closed")
        shop.run("reopen", row)
        ok(t, shop.sync(), "opened again")
        t.equal((sorted(flags_of(d, shop)),
                 list(flags_of(d, shop, "Archive"))), (["a", "b"], []),
                "comes back")
        shop.sync()
        quiet(t, shop)
        checks(t, shop)


def restarted(t):
    """The server goes down in the middle of a push, again and again."""
    with Lab() as lab:
        s, shop, box = scripted(lab, UIDPLUS, 30)
        rows = ids(shop)
        for i in range(10):
            shop.run("spam", rows["s%d" % i])
        for i in range(10, 20):
            shop.run("tag", rows["s%d" % i], "+t%d" % (i % 3))
            shop.run("read", rows["s%d" % i])
        seen = []

        def lost(command):
            if command.startswith((b"UID COPY", b"UID STORE",
                                   b"UID EXPUNGE")):
                seen.append(command)
                return len(seen) % 2 == 1

        s.vices["lost"] = lost
        for _ in range(20):
            shop.sync("--now")
        s.vices.clear()
        ok(t, shop.sync("--now"), "every other answer lost")
        t.equal(len(s.boxes["Junk"].mails), 10, "ten in Junk")
        t.equal(len(box.mails), 20, "twenty in INBOX")
        t.equal([sorted(box.mails[u].flags) for u in range(11, 21)],
                [["\\Seen", "t%d" % (i % 3)] for i in range(10, 20)],
                "tags and flags are given")
        harmless(t, s)
        quiet(t, shop)
        checks(t, shop)


if __name__ == "__main__":
    needs("dovecot")
    tap = Tap()
    every = (tags_there_and_back, tags_of_a_first_sync,
             tags_of_any_letters, tags_of_a_conversation,
             tags_without_keywords, tags_refused, both_at_once, answered,
             lost_answers, lost_without_dates, undone_meanwhile, undone_elsewhere,
             undone_unseen,
             undone_without_expunge, undone_halfway, trash_and_back,
             after_the_way_back, moved_first, lost_on_the_way_to_the_trash,
             many_by_copy, moved_by_others, mass_move, archived, restarted)
    tap.cases(case for case in every if len(sys.argv) < 2 or
              case.__name__ in sys.argv[1:])
    tap.done()
