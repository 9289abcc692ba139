"""What bites whoever uses libetpan, and the test that holds each.

 1 no TLS check, no name sent     session.py refusals; here server_name
 2 PREAUTH, stale capabilities    session.py refusals, poisoned_capabilities
 3 SELECT (QRESYNC) malformed     places.py one_flag; rounds.py gone
 4 UNCHANGEDSINCE malformed       here unsaid
 5 only the first VANISHED        session.py many_vanished; places.py missed
 6 EXISTS wrong under QRESYNC     places.py lying_count, missed
 7 handler without callback       session.py everything (no mail would come)
 8 NO hidden behind rows          here no_after_rows
 9 line breaks in strings         session.py injection
10 PARSE error ends the session   servers.py poison_that_garbles; here unsaid
11 COMPRESS kills                 here unsaid
12 ACL while selected             here unsaid
13 PERMANENTFLAGS crash           session.py liars
14 EOF loop, SIGPIPE, FD_SETSIZE  session.py liars; here many_descriptors
15 timeout only for each read     session.py liars (a drip)
16 IDLE sleeps on read bytes      session.py buffered_news
17 IDLE before SELECT             here idle_before_select
18 32-bit sizes and UIDs          sift.c; here huge_numbers
19 no encoders                    names.c; tests/unit/message
20 an executable that is no PIE   tests/hardened.sh
21 two flavours of libcurl        bootstrap installs the one that fits
22 global names                   tests/hardened.sh
23 sets above 8 KB                plan.c; twoway.py many_by_copy
24 QRESYNC of iCloud              places.py qresync_that_nobody_understands
25 LOGOUT that waits              here goodbye
"""
import os
import resource
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
sys.path.insert(0, HERE)
from lab import Lab, Tap, mail, skip_all  # noqa: E402
from model import QRESYNC, Model  # noqa: E402
from rounds import subjects  # noqa: E402
from session import SESSION, USER, password_file, run  # noqa: E402

SELECTED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 4] x\r\n" \
    b"{tag} OK [READ-WRITE] done\r\n"


def server_name(t):
    """Without the name a server of many shows the certificate of another."""
    asked = []
    with Lab() as lab:
        s = lab.imap(tls="implicit")
        was = s.context

        def context():
            c = was()
            c.sni_callback = lambda sock, name, ctx: asked.append(name)
            return c

        s.context = context
        r = run(lab, "imaps://localhost:%d" % s.port, "noop")
        t.equal((r.returncode, asked), (0, ["localhost"]),
                "the name of the server is sent", r.out)


def unsaid(t):
    """All that a shop does, and what must not be said in it."""
    caps = QRESYNC + b" COMPRESS=DEFLATE ACL METADATA PREVIEW ESEARCH" \
        b" BINARY SAVEDATE OBJECTID NOTIFY LIST-STATUS"
    with Lab() as lab:
        s = Model(lab, caps=caps, tls="implicit")
        shop = lab.shop(s, None)
        s.box("Junk", "\\Junk")
        for i in range(12):
            s.box("INBOX").add(mail(subject="u%02d" % i))
        shop.sync()
        rows = {x["subject"]: x["id"] for x in shop.list()}
        shop.run("tag", rows["u01"], "+x")
        shop.run("read", rows["u02"])
        shop.run("spam", rows["u03"])
        shop.sync()
        s.box("INBOX").remove(5)
        s.box("INBOX").flag(6, "\\Flagged")
        shop.sync()
        r = shop.run("audit")
        t.equal(r.code, 0, "server and store agree", r)
        said = b"\n".join(s.commands).upper()
        for word in (b"UNCHANGEDSINCE", b"(QRESYNC", b"COMPRESS", b"GETACL",
                     b"MYRIGHTS", b"METADATA", b"ENVELOPE",
                     b"BODYSTRUCTURE", b"RETURN (STATUS", b"PREVIEW",
                     b"BINARY", b"NOTIFY"):
            t.ok(word not in said, "%s is never said" % word.decode())


def no_after_rows(t):
    """A FETCH that gives some and then says NO has not given all."""
    with Lab() as lab:
        s = Model(lab, caps=QRESYNC, tls="implicit")
        shop = lab.shop(s, None)
        box = s.box("INBOX")
        for i in range(40):
            box.add(mail(subject="n%02d" % i))
        was = s.do_uid_fetch

        def fetch(peer, tag, line):
            if b"BODY" not in line:
                return was(peer, tag, line)
            for uid in s.uids(box, line.split(b" ")[2])[:7]:
                peer.send(s.row(box, box.mails[uid], line))
            return tag + b" NO try again later\r\n"

        s.script["UID FETCH"] = fetch
        r = shop.sync()
        t.ok(r.code == 75, "seven rows and NO is no success", r)
        s.script["UID FETCH"] = was
        r = shop.sync("--now")
        t.ok(r.code == 0 and len(shop.list()) == 40, "all come later", r)


def many_descriptors(t):
    """Above 1,024 open files, where select() ends in abort()."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2000:
        t.skip("many open files", "the limit is %d" % hard)
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (2000, hard))
    null = os.open(os.devnull, os.O_RDONLY)
    held = [os.dup(null) for _ in range(1100)]
    try:
        with Lab() as lab:
            s = lab.imap(script={"SELECT": SELECTED})
            done = subprocess.run(
                [SESSION, "plain://localhost:%d" % s.port, lab.ca.file,
                 password_file(lab, "secret"), USER, "select", "INBOX", "noop"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, pass_fds=held, timeout=30)
            t.equal(done.returncode, 0, "1,100 open files harm nobody",
                    done.stdout)
    finally:
        for fd in held + [null]:
            os.close(fd)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def idle_before_select(t):
    def idler(peer, tag, line):
        peer.send(b"+ idling\r\n* 1 EXISTS\r\n")
        while peer.line() != b"DONE":
            pass
        peer.send(tag + b" OK done\r\n")

    with Lab() as lab:
        s = lab.imap(caps=b"IMAP4rev1 IDLE SASL-IR AUTH=PLAIN",
                     script={"IDLE": idler})
        r = run(lab, "plain://localhost:%d" % s.port, "idle", "3000", "noop")
        t.ok(r.returncode == 0 and "woke" in r.out,
             "IDLE with nothing selected crashes nobody", r.out)


def huge_numbers(t):
    """What does not fit 32 bits is not taken for something small."""
    with Lab() as lab:
        s = Model(lab, caps=QRESYNC, tls="implicit")
        shop = lab.shop(s, None)
        box = s.box("INBOX")
        for i in range(5):
            box.add(mail(subject="h%d" % i))
        s.vices["fetch"] = lambda peer, b, uid, data, items: (
            b"* 9 FETCH (UID 4294967297 FLAGS (\\Deleted))\r\n" +
            data.replace(b"RFC822.SIZE ", b"RFC822.SIZE 99999999999"))
        r = shop.sync()
        t.equal((r.code, subjects(shop)), (0, ["h%d" % i for i in range(5)]),
                "five mails", r)
        box.add(mail(subject="h5"))
        r = shop.sync()
        t.ok(r.code == 0 and "renumbered" not in r.err and
             len(shop.list()) == 6, "and one more", r)
        r = shop.sync()
        t.ok(r.code == 0 and r.out == "", "quiet", r)


def goodbye(t):
    """Nobody waits for the answer to LOGOUT."""
    with Lab() as lab:
        s = lab.imap(script={
            "SELECT": SELECTED,
            "LOGOUT": lambda peer, tag, line: time.sleep(15)})
        r = run(lab, "plain://localhost:%d" % s.port, "select", "INBOX")
        t.ok(r.returncode == 0 and r.seconds < 8,
             "a server silent at LOGOUT is left", r.seconds, r.out)


if __name__ == "__main__":
    if not os.access(SESSION, os.X_OK):
        skip_all("no program at " + SESSION)
    tap = Tap()
    for case in (server_name, unsaid, no_after_rows, many_descriptors,
                 idle_before_select, huge_numbers, goodbye):
        if len(sys.argv) < 2 or case.__name__ in sys.argv[1:]:
            tap.case(case)
    tap.done()
