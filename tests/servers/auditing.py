"""The audit: every UID of the server beside the store."""
import os
import shutil
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scene import mail, main, until  # noqa: E402


def begin(s, n=20, **more):
    d = s.begin(**more)
    with d.session(s.user) as c:
        for i in range(n):
            c.append("INBOX", "", None, mail(subject="m%02d" % i))
    d.append(s.user, "Archive", mail(subject="put away"))
    s.sync()
    return d


def behind_its_back(s, *statements):
    """Change the store as no program of ours would."""
    c = sqlite3.connect(s.shop.store, timeout=10)
    for one in statements:
        c.execute(one)
    c.commit()
    c.close()


def audit(s, *args):
    """The exit code, the sums and the mailboxes that differ, by name."""
    ran = s.shop.run("audit", "-o", "json", *args)
    got = ran.json()[0] if ran.out else {"mailboxes": []}
    return ran, got, {b["mailbox"]: b for b in got["mailboxes"]
                      if b["missing"] + b["extra"] + b["other"]}


def whole(s):
    """The store without the log of its events: what an audit must leave."""
    return [s.ask("SELECT * FROM " + t + " ORDER BY 1, 2") for t in (
        "place", "mailbox", "message", "thread", "fact", "push")]


def clean(s):
    begin(s)
    before = whole(s)
    ran = s.shop.run("audit")
    s.ok(ran.code == 0 and
         "21 mails there, 21 of them here, 0 missing" in ran.out,
         "server and store agree", ran)
    s.equal(s.shop.run("audit", "-q").out, "", "-q says nothing")
    ran, got, wrong = audit(s)
    s.equal((ran.code, got["there"], got["here"], wrong), (0, 21, 21, {}),
            "and as JSON", ran)
    s.equal(whole(s), before, "nothing was changed")
    s.settle()


def new_there(s):
    """Mail that no sync has seen yet, and mail that went since."""
    d = begin(s)
    d.append(s.user, "INBOX", mail(subject="later"))
    d.append(s.user, "Archive", mail(subject="also later"))
    d.expunge(s.user, "3:4")
    before = whole(s)
    ran, got, wrong = audit(s)
    s.equal(ran.code, 1, "a difference is 1", ran)
    inbox, archive = wrong["INBOX"], wrong[s.d.shown("Archive")]
    s.equal((inbox["missing_uids"], inbox["not_fetched_yet"],
             inbox["extra_uids"]), ("21", 1, "3:4"), "it is told by UID")
    s.equal((archive["missing_uids"], archive["extra"]), ("2", 0),
            "of each mailbox")
    ran = s.shop.run("audit")
    s.ok("INBOX: not here: 1 not fetched yet, UID 21" in ran.out and
         "INBOX: not there any more: 2, UID 3:4" in ran.out,
         "in words", ran)
    s.equal(whole(s), before, "nothing was changed")
    s.sync()
    ran, got, wrong = audit(s)
    s.equal((ran.code, wrong), (0, {}), "after a sync all is well")
    s.settle()


def lost_here(s):
    """Places taken from the store: no sync would miss them."""
    begin(s)
    behind_its_back(s, "DELETE FROM place WHERE uid IN (4, 5, 9) AND mailbox"
                       " = (SELECT id FROM mailbox WHERE name = 'INBOX')")
    ran = s.shop.run("audit")
    s.ok(ran.code == 1 and "INBOX: not here: 3, UID 4:5,9" in ran.out,
         "each is told", ran)
    ran, got, wrong = audit(s)
    s.equal((wrong["INBOX"]["not_fetched_yet"], got["left"]), (0, 3),
            "as lost, not as new", got)
    ran = s.shop.run("audit", "--repair")
    s.ok(ran.code == 0 and "3 mended, 0 left" in ran.out, "mended", ran)
    s.equal(len(s.shop.list()), 21, "each mail once")
    s.settle()


def lost_there(s):
    """Places in the store that the server never had."""
    begin(s)
    behind_its_back(
        s, "INSERT INTO place(mailbox, uid, message, flags) SELECT mailbox,"
           " 7000 + uid, message, 0 FROM place WHERE uid < 3")
    ran, got, wrong = audit(s)
    s.equal((ran.code, wrong["INBOX"]["extra_uids"]), (1, "7001:7002"),
            "told", ran)
    ran = s.shop.run("audit", "--repair")
    s.equal(ran.code, 0, "mended", ran)
    s.equal(s.ask("SELECT count(*) FROM message WHERE gone"), [(0,)],
            "and no mail was taken for gone")
    s.settle()


def flipped(s, message):
    """One bit of a mail at rest."""
    c = sqlite3.connect(s.shop.store, timeout=10)
    packed, = c.execute("SELECT packed FROM raw WHERE message=?",
                        (message,)).fetchone()
    c.execute("UPDATE raw SET packed=? WHERE message=?",
              (packed[:-1] + bytes([packed[-1] ^ 4]), message))
    c.commit()
    c.close()


def damaged_here(s):
    """A bit that turned: what the server still has comes again."""
    d = begin(s)
    (first,), (second,) = s.ask(
        "SELECT message FROM place ORDER BY uid LIMIT 2")
    before = whole(s) + [s.ask("SELECT * FROM raw ORDER BY message")]
    flipped(s, first)
    flipped(s, second)
    ran = s.shop.run("check")
    s.ok(ran.code == 1 and ran.out.count("shopbell audit --repair") == 2,
         "the check names them and says what to do", ran)
    ran = s.shop.run("audit", "--repair")
    s.ok(ran.code == 0 and "2 mails damaged here, 2 fetched again" in ran.out,
         "they come again", ran)
    s.equal(whole(s) + [s.ask("SELECT * FROM raw ORDER BY message")], before,
            "the very bytes, and nothing else is touched")
    s.equal(s.shop.run("check").code, 0, "the check is content")
    flipped(s, first)
    uid, = s.ask("SELECT uid FROM place WHERE message=%d" % first)[0]
    box, = s.ask("SELECT b.name FROM place p JOIN mailbox b ON"
                 " b.id=p.mailbox WHERE p.message=%d" % first)[0]
    d.expunge(s.user, "%d" % uid, box)
    s.sync()
    ran = s.shop.run("audit", "--repair", "-o", "json")
    s.equal((ran.code, ran.json()[0]["damaged"]), (0, 0),
            "what is gone there is not the servers' to mend", ran)
    ran = s.shop.run("check")
    s.ok(ran.code == 1 and "backup" in ran.out, "and is told so", ran)


def lost_bytes(s):
    """The bytes of a mail are not here at all."""
    begin(s)
    message, = s.ask("SELECT message FROM place ORDER BY uid LIMIT 1")[0]
    thread, = s.ask("SELECT thread FROM message WHERE id=?", message)[0]
    before = s.ask("SELECT * FROM raw ORDER BY message")
    behind_its_back(s, "DELETE FROM raw WHERE message=%d" % message)
    ran = s.shop.run("check")
    s.ok(ran.code == 1 and "message %d of thread %d: its bytes are not here"
         ": shopbell audit --repair" % (message, thread) in ran.out,
         "the check names the mail", ran)
    ran = s.shop.run("audit", "--repair")
    s.ok(ran.code == 0 and "1 mail damaged here, 1 fetched again" in ran.out,
         "it comes again", ran)
    s.equal(s.ask("SELECT * FROM raw ORDER BY message"), before,
            "the very bytes")
    s.settle()


def reused(s):
    """The numbers of some mails name others now, and nothing else tells."""
    d = s.begin()
    for i in range(25):
        d.append(s.user, "INBOX", mail(subject="r%02d" % i, text="x" * i))
    s.sync()
    # As if 4 and 5 had been others, which an older copy never had.
    behind_its_back(
        s, "UPDATE place SET (message, at, size) = (SELECT message, at, size"
           " FROM place p WHERE p.uid = 20 + place.uid AND"
           " p.mailbox = place.mailbox) WHERE uid IN (4, 5)")
    ran, got, wrong = audit(s)
    s.equal((ran.code, wrong.get("INBOX", {}).get("other_uids"), got["here"]),
            (1, "4:5", 23), "told by UID", ran)
    ran = s.shop.run("audit")
    s.ok("INBOX: other mails there than here: 2, UID 4:5" in ran.out,
         "in words", ran)
    ran = s.shop.run("audit", "--repair")
    s.ok(ran.code == 0 and "2 mended, 0 left" in ran.out, "mended", ran)
    s.equal(len(s.shop.list()), 25, "each mail once")
    s.settle()


def put_back(s):
    """An older copy is put back, and its numbers are given again."""
    d = s.begin()
    if s.kind.kind != "Dovecot":
        return
    for i in range(3):
        d.append(s.user, "INBOX", mail(subject="old%d" % i))
    there = os.path.join(d.folder, "mail", s.user)
    copy = there + ".copy"
    d.stop()
    subprocess.run(["cp", "-a", there, copy], check=True)
    d.start()
    for i in range(2):
        d.append(s.user, "INBOX", mail(subject="lost%d" % i))
    s.sync()
    d.stop()
    shutil.rmtree(there)
    os.rename(copy, there)
    d.start()
    for i in range(2):
        d.append(s.user, "INBOX", mail(subject="another %d" % i))
    ran, got, wrong = audit(s)
    s.equal((ran.code, wrong.get("INBOX", {}).get("other_uids")), (1, "4:5"),
            "the audit tells", ran)
    ran = s.shop.run("audit", "--repair", "--accept-removal")
    s.equal(ran.code, 0, "and mends", ran)
    s.equal(s.subjects(), ["another 0", "another 1", "lost0", "lost1",
                           "old0", "old1", "old2"],
            "what lies there has come, and the old mails stay")
    s.settle()


def no_mailbox(s):
    """A whole mailbox is not there any more."""
    d = s.begin()
    s.reading("INBOX", "Ord*")
    d.create(s.user, "Orders")
    for i in range(5):
        d.append(s.user, "Orders", mail(subject="o%d" % i))
    s.sync()
    d.delete(s.user, "Orders")
    ran, got, wrong = audit(s)
    box = wrong.get(d.shown("Orders"), {})
    s.equal((ran.code, box.get("extra_uids"), box.get("vanished")),
            (1, "1:5", True), "told", ran)
    ran = s.shop.run("audit")
    s.ok(ran.code == 1 and "the mailbox is not there any more" in ran.out and
         "--accept-removal" in ran.out, "in words, and what to do", ran)
    ran = s.shop.run("audit", "--repair")
    s.ok(ran.code not in (0, 1) and "accept-removal" in ran.err,
         "the brake holds", ran)
    s.equal(s.shop.run("audit").code, 1, "and it is told again")
    ran = s.shop.run("audit", "--repair", "--accept-removal")
    s.equal(ran.code, 0, "meant, it is done", ran)
    s.settle()


def emptied(s):
    """All of it gone there: a repair asks before it believes that."""
    d = begin(s, 60)
    d.expunge(s.user, "1:*")
    ran, got, wrong = audit(s)
    s.equal((ran.code, wrong["INBOX"]["extra"]), (1, 60), "told", ran)
    ran = s.shop.run("audit", "--repair")
    s.ok(ran.code != 0 and "accept-removal" in ran.err,
         "the brake holds", ran)
    s.equal(s.ask("SELECT count(*) FROM message WHERE gone"), [(0,)],
            "nothing is marked")
    ran = s.shop.run("audit", "--repair", "--accept-removal")
    s.equal(ran.code, 0, "meant, it is done", ran)
    s.settle()


def numbered_anew(s):
    """A mailbox with other numbers than the store knows."""
    d = s.begin()
    s.reading("INBOX", "Orders")
    d.create(s.user, "Orders")
    for i in range(5):
        d.append(s.user, "Orders", mail(subject="o%d" % i))
    s.sync()
    d.renumber(s.user, "Orders")
    ran = s.shop.run("audit")
    s.ok(ran.code == 1 and "anew" in ran.out, "it is said", ran)
    ran = s.shop.run("audit", "--repair")
    s.equal(ran.code, 0, "and mended", ran)
    s.equal(len(s.shop.list()), 5, "each mail once")
    s.settle()


def never_synced(s):
    """Before the first sync, and with a mailbox that is not there."""
    d = s.begin()
    d.append(s.user, "INBOX", mail(subject="one"))
    ran = s.shop.run("audit")
    s.ok(ran.code not in (0, 1) and "sync" in ran.err and
         not os.path.exists(s.shop.store),
         "without a store it says what to do, and makes none", ran)
    s.sync()
    s.reading("INBOX", "Nowhere", "Archive")
    d.append(s.user, "Archive", mail(subject="two"))
    ran, got, wrong = audit(s)
    s.ok(ran.code not in (0, 1) and "Nowhere" in ran.err,
         "a mailbox that is not there is told", ran)
    s.equal(list(wrong), [s.d.shown("Archive")], "the others are compared")
    d.stop()
    ran = s.shop.run("audit")
    s.equal(ran.code, 75, "no server is 75", ran)
    d.start()


def beside(s):
    """While a resident sync runs, under mail that comes in."""
    d = begin(s)
    child = s.shop.start("sync", "--watch")
    d.append(s.user, "INBOX", mail(subject="watched"))
    s.ok(until(lambda: s.there("watched"), 60), "it watches")
    for i in range(4):
        d.append(s.user, "INBOX", mail(subject="w%d" % i))
        ran = s.shop.run("audit")
        s.equal(ran.code, 0, "no difference that is on its way", ran)
    ran = s.shop.run("audit", "--repair")
    s.ok(ran.code == 75 and "stop it" in ran.err,
         "a repair wants the store for itself", ran)
    child.terminate()
    s.shop.finish(child)
    s.settle()


def many(s):
    """Windows: UIDs beyond the first hundred thousand."""
    n = 120000 if os.environ.get("SHOPBELL_SLOW") and \
        s.kind.kind == "Dovecot" else 1500
    d = s.begin(history="3650d")
    d.fill(s.user, [(mail(subject="n%06d" % i, text="x\n",
                          message_id="n%d@customer.test" % i,
                          date=1600000000 + i), 1600000000 + i)
                    for i in range(n)])
    s.shop.run("sync", timeout=600)
    began = time.monotonic()
    ran = s.shop.run("audit", timeout=120)
    s.equal(ran.code, 0, "%d mails agree" % n, ran)
    s.tap.note("audit of %d: %.2f s" % (n, time.monotonic() - began))
    behind_its_back(s, "DELETE FROM place WHERE uid %% %d = 7" % (n // 30))
    lost = [u for u in range(1, n + 1) if u % (n // 30) == 7]
    d.expunge(s.user, "%d,%d" % (n - 3, n - 1))
    ran, got, wrong = audit(s)
    s.equal((wrong["INBOX"]["missing_uids"], wrong["INBOX"]["extra_uids"]),
            (",".join(map(str, lost)), "%d,%d" % (n - 3, n - 1)),
            "every single one is found")
    ran = s.shop.run("audit")
    s.ok(all(len(x) < 80 for x in ran.out.splitlines()[:-1]),
         "in lines that can be read", ran)
    ran = s.shop.run("audit", "--repair", timeout=120)
    s.equal(ran.code, 0, "and mended", ran)
    ran = s.shop.run("audit", timeout=120)
    s.equal(ran.code, 0, "for good", ran)


if __name__ == "__main__":
    main(clean, new_there, lost_here, lost_there, damaged_here,
         lost_bytes, reused, put_back, no_mailbox, emptied, numbered_anew,
         never_synced, beside, many)
