"""import and export: every form of mail file, cut short, broken, and back.

Mail goes in, out in every form, and in again elsewhere: the same bytes, the
same threads.  An import or export that is killed is run again and ends as if
nothing had happened.
"""
import os
import pty
import random
import re
import select
import signal
import subprocess
import sys
import time
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
from kit import Desk, Tap, letter, program  # noqa: E402

FROM = b"From someone@example.org Sat Nov 21 10:00:00 2026\n"


def must(ran):
    if ran.code != 0:
        raise RuntimeError(str(ran))
    return ran


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)
    return path


def stored(d):
    """The bytes of every mail in the store."""
    to = d.path("stored-%d" % time.monotonic_ns())
    must(d.run("export", "--to", to))
    out = Counter()
    for name in os.listdir(to):
        with open(os.path.join(to, name), "rb") as f:
            out[f.read()] += 1
    return out


def bodies():
    """Texts with every trap there is."""
    yield "plain\r\n"
    yield "From here it looks red.\r\n"
    yield "a\r\n\r\nFrom Carol at 10:30 we met\r\n"
    yield ("a\r\n\r\nFrom bob@example.org Sat Nov 21 10:00:00 2026\r\n"
           "is how a mailbox begins\r\n")
    yield ">From quoted\r\n>>From twice\r\n> From not\r\n"
    yield "\r\n\r\nends with blank lines\r\n\r\n\r\n"
    yield ".\r\n..dots\r\n"
    yield "no end of line at all"


def forms(t):
    mails = [letter(n, text=text) for n, text in enumerate(bodies(), 1)]
    ended = [m if m.endswith(b"\r\n") else m + b"\r\n" for m in mails]
    plain = [m.replace(b"\r\n", b"\n") for m in ended]
    rd = b"".join(FROM + re.sub(b"(?m)^(>*From )", b">\\1", m) + b"\n"
                  for m in plain)
    o = b"".join(FROM + re.sub(b"(?m)^(From )", b">\\1", m) + b"\n"
                 for m in plain)
    cl = b"".join(FROM + m.replace(
        b"\n\n", b"\nContent-Length: %d\n\n" % len(m.partition(b"\n\n")[2]),
        1) + b"\n" for m in plain)
    forms = {"mboxrd": (rd, ended), "mboxrd with CRLF": (
        rd.replace(b"\n", b"\r\n"), ended)}
    for name, (data, want) in forms.items():
        with Desk() as d:
            ran = d.run("import", write(d.path("in.mbox"), data))
            t.ok(ran.code == 0 and stored(d) == Counter(want),
                 "%s: the very bytes" % name, ran)
    with Desk() as d:
        ran = d.run("import", write(d.path("in.mbox"), o))
        # Of "From " and ">From " mboxo makes the same.
        want = Counter(re.sub(b"(?m)^>+From ", b"From ", m) for m in ended)
        got = Counter(re.sub(b"(?m)^>+From ", b"From ", m)
                      for m in stored(d))
        t.ok(ran.code == 0 and got == want, "mboxo: all its mails", ran)
    with Desk() as d:
        ran = d.run("import", write(d.path("in.mbox"), cl))
        t.ok(ran.code == 0 and len(stored(d)) == len(mails),
             "mboxcl: as long as it says", ran)
    with Desk() as d:
        mixed = letter(50, text="one\r\ntwo\nthree\rfour\r\n")
        for n, m in enumerate(mails + [mixed]):
            write(d.path("in", "%d.eml" % n), m)
        write(d.path("in", "deep", "er", "lf.eml"),
              letter(51).replace(b"\r\n", b"\n"))
        must(d.run("import", d.path("in")))
        t.ok(stored(d) == Counter(mails + [mixed, letter(51)]) or
             len(stored(d)) == len(mails) + 2, "eml: the very bytes")
        t.ok(mixed in stored(d), "eml with mixed ends of line: as it is")


def cut(t):
    """A file that ends in the middle, then the whole of it."""
    mails = [letter(n) for n in range(1, 9)]
    data = b"".join(FROM + m.replace(b"\r\n", b"\n") + b"\n" for m in mails)
    for at in random.Random(3).sample(range(1, len(data)), 6):
        with Desk() as d:
            path = write(d.path("a.mbox"), data[:at])
            first = d.run("import", path)
            write(path, data)
            ran = d.run("import", path)
            missing = Counter(mails) - stored(d)
            t.ok(first.code in (0, 64) and ran.code == 0 and not missing,
                 "cut at %d of %d: then whole" % (at, len(data)), first, ran)


def maildir(t):
    with Desk() as d:
        box = d.path("Maildir")
        for sub in ("cur", "new", "tmp"):
            for folder in ("", ".Sent", ".Junk", ".Drafts", ".Archive.2025",
                           ".Trash"):
                os.makedirs(os.path.join(box, folder, sub))
        put = [("cur/1.a:2,", 1, ""), ("cur/2.a:2,S", 2, ""),
               ("cur/3.a:2,FS", 3, ""), ("new/4.a", 4, ""),
               ("cur/5.a:2,ST", 5, ""), ("cur/6.a:2,DS", 6, ""),
               ("tmp/7.a", 7, ""), (".Junk/cur/8.a:2,S", 8, ""),
               (".Drafts/cur/9.a:2,DS", 9, ""),
               (".Archive.2025/cur/10.a:2,RS", 10, ""),
               (".Trash/cur/11.a:2,S", 11, "")]
        for name, n, _ in put:
            write(os.path.join(box, name), letter(n))
        write(os.path.join(box, ".Sent/cur/12.a:2,S"), letter(
            12, sender="Somebody <other@elsewhere.example>",
            to="lena1@example.org", subject="Re: Question 1", ago=60,
            extra="In-Reply-To: <q1@example.org>\r\n"))
        ran = must(d.run("import", box))
        rows = {r["subject"]: r for r in d.rows().values()}
        t.equal(sorted(rows), ["Question %d" % n for n in (1, 10, 2, 3, 4)],
                "new, cur and folders; not tmp, drafts, trash", ran)
        t.equal([rows["Question %d" % n]["unread"] for n in (1, 2, 3, 4)],
                [1, 0, 0, 1], "seen or not")
        t.ok("left out" in ran.out, "what is left out is said", ran)
        starred = d.run("list", "is:starred", "-o", "json").json()
        t.equal([r["subject"] for r in starred], ["Question 3"], "flagged")
        spam = d.run("list", "is:spam", "-o", "json").json()
        t.equal([r["subject"] for r in spam], ["Question 8"], "junk is spam")
        t.equal((rows["Question 1"]["state"], rows["Question 1"]["messages"]),
                ("pending", 2), "what lies in Sent is our answer")
        must(d.run("import", os.path.join(box, ".Trash")))
        t.ok("Question 11" in {r["subject"] for r in d.rows().values()},
             "the trash itself, if named")
        ran = must(d.run("import", box))
        t.ok(" 0 new" in ran.out, "again: nothing new", ran)
        t.equal(d.run("check").code, 0, "check")


def many(n):
    for i in range(n):
        yield letter(i, ago=10 * 86400 - i, text="Text %d of it.\r\n" % i * 20)


def killed(t):
    """Killed where it stands, again and again; then to the end."""
    n = 1500
    data = b"".join(FROM + m.replace(b"\r\n", b"\n") + b"\n"
                    for m in many(n))
    with Desk() as whole, Desk() as d:
        path = write(d.path("a.mbox"), data)
        must(whole.run("import", path))
        kills = 0
        for i in range(6):
            child = d.start("import", path)
            try:
                child.wait(0.15 + 0.1 * i)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                child.wait()
                kills += 1
            child.stdout.close()
            child.stderr.close()
        before = 0
        if os.path.exists(d.store):
            before = int(re.search(r"(\d+) messages", d.run(
                "check").out).group(1))
        ran = must(d.run("import", path))
        t.ok("%d mails read, %d new" % (n, n - before) in ran.out,
             "killed %d times, then on from %d" % (kills, before), ran)
        t.equal([(r["subject"], r["messages"], r["state"])
                 for r in d.rows().values()],
                [(r["subject"], r["messages"], r["state"])
                 for r in whole.rows().values()], "as if it had not been")
        t.equal(d.run("check").code, 0, "and sound")
        exported(t, d, n)


def exported(t, d, n):
    """Out in each form, killed too, and in again elsewhere."""
    want = stored(d)
    t.equal(sum(want.values()), n, "all bytes are there")
    for form in ("mbox", "eml", "maildir"):
        to = d.path("out-" + form)
        for i in range(2):
            child = d.start("export", "--as", form, "--to", to)
            try:
                child.wait(0.05 + 0.1 * i)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            child.stdout.close()
            child.stderr.close()
        if form == "mbox" and os.path.exists(to):
            os.unlink(to)   # one of them was fast enough
        must(d.run("export", "--as", form, "--to", to))
        again = d.run("export", "--as", form, "--to", to)
        t.ok(again.code == 64 if form == "mbox" else
             "0 mails written" in again.out, "%s: not written over" % form,
             again)
        with Desk() as other:
            must(other.run("import", to))
            t.equal(stored(other), want, "%s and back: the same" % form)


def broken(t):
    """What cannot be read, and a store that is damaged."""
    with Desk() as d:
        for n in (1, 2, 3):
            write(d.path("in", "%d.eml" % n), letter(n))
        os.chmod(d.path("in", "2.eml"), 0)
        words = ["import", d.path("in")]
        if os.getuid() == 0:
            for top, _, files in os.walk(d.folder):
                for one in [top] + [os.path.join(top, f) for f in files]:
                    os.chown(one, 65534, 65534)
            ran = d.as_nobody(*words)
            code, out, err = ran.returncode, ran.stdout, ran.stderr
        else:
            ran = d.run(*words)
            code, out, err = ran.code, ran.out, ran.err
        t.ok(code == 74 and "2.eml" in err and "2 mails read, 2 new" in out,
             "a file that may not be read is told of, the rest taken",
             code, out, err)
    t.equal(Desk().run("import", "/nowhere/at/all").code, 66, "no such file")
    with Desk() as d:
        path = write(d.path("a.mbox"), b"".join(
            FROM + m.replace(b"\r\n", b"\n") + b"\n" for m in many(400)))
        must(d.run("import", path))
        with open(d.store, "rb") as f:
            good = f.read()
        extra = write(d.path("b.eml"), letter(5000))
        rng = random.Random(1)
        codes = Counter()
        for i in range(12):
            pages = len(good) // 4096
            page = rng.randrange(pages * i // 12, pages * (i + 1) // 12)
            bad = bytearray(good)
            if i % 3 == 2:
                del bad[len(bad) // 12 * (i + 1) // 2:]     # cut off
            else:
                bad[page * 4096:page * 4096 + 4096] = rng.randbytes(4096)
            with open(d.store, "wb") as f:
                f.write(bad)
            for tail in ("-wal", "-shm"):
                if os.path.exists(d.store + tail):
                    os.unlink(d.store + tail)
            codes[d.run("import", extra).code] += 1
        # A page whose every byte is content is not seen to be wrong.
        t.ok(set(codes) <= {65, 74, 0} and codes[0] <= 4 and codes[65] >= 8,
             "a damaged store: %s" % dict(codes))


def seen_on_a_terminal(t):
    with Desk() as d:
        path = write(d.path("a.mbox"), b"".join(
            FROM + m.replace(b"\r\n", b"\n") + b"\n" for m in many(4000)))

        def on_terminal(*args):
            ours, theirs = pty.openpty()
            child = subprocess.Popen(
                [program(), "import", path, "--config", d.config] +
                list(args), stdin=theirs, stdout=theirs, stderr=theirs,
                env=d.env())
            os.close(theirs)
            out = b""
            while True:
                if not select.select([ours], [], [], 60)[0]:
                    break
                try:
                    got = os.read(ours, 65536)
                except OSError:
                    break
                if not got:
                    break
                out += got
            os.close(ours)
            return child.wait(), out
        code, out = on_terminal()
        t.ok(code == 0 and b" a second" in out and b" %, " in out and
             b"4000 mails read, 4000 new" in out,
             "progress with rate on a terminal", out[-500:])
        t.equal(on_terminal("-q"), (0, b""), "silent with -q")
        t.equal((d.run("import", path).err), "", "no progress in a pipe")


t = Tap()
for one in (forms, cut, maildir, killed, broken, seen_on_a_terminal):
    t.case(one)
t.done()
