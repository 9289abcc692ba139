"""The IMAP session against a real Dovecot and against a liar."""
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lab"))
from lab import FakeImap, Lab, Tap, mail, skip_all  # noqa: E402

BUILD = os.environ.get("builddir", os.path.join(HERE, "..", "..", "..",
                                                "build"))
SESSION = os.path.join(BUILD, "tests", "unit", "mail", "session")
USER = "hello@shop.test"
SECRET = "s3cret-pass"
SELECT_ONE = (b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n"
              b"* OK [UIDNEXT 2] x\r\n{tag} OK [READ-WRITE] ok\r\n")


def password_file(lab, password):
    path = os.path.join(lab.folder, "password")
    with open(path, "w") as f:
        f.write(password + "\n")
    os.chmod(path, 0o600)
    return path


def run(lab, url, *words, ms=None, password="secret", timeout=30):
    env = dict(os.environ)
    if ms:
        env["SESSION_MS"] = str(ms)
    began = time.monotonic()
    done = subprocess.run(
        [SESSION, url, lab.ca.file, password_file(lab, password), USER]
        + [str(w) for w in words], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env,
        timeout=timeout)
    done.out = done.stdout.decode(errors="replace")
    done.seconds = time.monotonic() - began
    return done


# ---- Dovecot ----

def everything(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        url = "imaps://localhost:%d" % d.imaps
        for i in range(3):
            d.deliver(USER, mail(subject="mail %d" % i,
                                 message_id="m%d@x.test" % i))
        r = run(lab, url, "list", "select", "INBOX", "fetch", "1:*")
        t.equal(r.returncode, 0, "list, select, fetch", r.out)
        t.ok("ready localhost:%d, TLS 1.3" % d.imaps in r.out, "TLS 1.3")
        t.ok("box Sent role=2 special=1" in r.out, "special use", r.out)
        t.ok("exists=3" in r.out and "keywords=1" in r.out,
             "state at SELECT", r.out)
        t.equal(r.out.count("mail uid="), 3, "three mails", r.out)
        r = run(lab, "imap://localhost:%d" % d.imap, "select", "INBOX",
                "find", "m1@x.test", "find", "none@x.test")
        t.ok("uids 2\n" in r.out and "uids\n" in r.out,
             "STARTTLS, and searching for a Message-ID", r.out)
        r = run(lab, url, "select", "INBOX", "cutfetch", "1:2")
        t.equal(r.out.count("raw=100"), 2, "at most 100 bytes each", r.out)
        r = run(lab, url, "select", "nowhere")
        t.ok("error 3 localhost has no mailbox nowhere" in r.out,
             "a mailbox that is not there", r.out)
        changes(t, lab, d, url)


def changes(t, lab, d, url):
    path = os.path.join(lab.folder, "sent.eml")
    with open(path, "wb") as f:
        f.write(mail(subject="filed", message_id="filed@shop.test"))
    box = "Größe & Maß"
    r = run(lab, url, "select", "INBOX", "append", "Sent", path, "create",
            box, "move", "1", box, "+flag", "2", "4", "+keyword", "2",
            "$Tag", "flags", "1:*", "list")
    t.equal(r.returncode, 0, "append, create, move, flags", r.out)
    t.ok("appended 1\n" in r.out, "APPENDUID is taken", r.out)
    t.ok("uid=2 flags=4" in r.out and "$Tag" in r.out, "flags kept", r.out)
    t.ok("box %s " % box in r.out, "modified UTF-7 both ways", r.out)
    sent = d.mailbox(USER, "Sent")
    t.equal([(m.header("Subject"), sorted(m.flags)) for m in sent],
            [("filed", ["\\Flagged", "\\Seen"])], "the copy in Sent")
    r = run(lab, url, "append", "nowhere", path)
    t.ok("error 3" in r.out, "APPEND to nowhere is a missing mailbox", r.out)
    state = run(lab, url, "select", "INBOX").out
    modseq = int(state.split("modseq=")[1].split()[0])
    run(lab, url, "select", "INBOX", "remove", "3", "-flag", "2", "4")
    r = run(lab, url, "select", "INBOX", "changes", modseq, "1:*")
    t.ok("gone 3:3" in r.out and "uid=2 flags=0" in r.out,
         "what changed and what vanished", r.out)


def many_vanished(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        url = "imaps://localhost:%d" % d.imaps
        d.fill(USER, [(mail(subject=str(i)), 1700000000 + i)
                      for i in range(60)])
        state = run(lab, url, "select", "INBOX").out
        modseq = int(state.split("modseq=")[1].split()[0])
        words = []
        for uid in range(1, 60, 3):
            words += ["remove", uid]
        run(lab, url, "select", "INBOX", *words)
        r = run(lab, url, "select", "INBOX", "changes", modseq, "1:*")
        gone = [line.split()[1] for line in r.out.splitlines()
                if line.startswith("gone ")]
        t.equal(gone, ["%d:%d" % (u, u) for u in range(1, 60, 3)],
                "every range that vanished is told", r.out)


def idle(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        d.deliver(USER, mail())
        url = "imaps://localhost:%d" % d.imaps
        child = subprocess.Popen(
            [SESSION, url, lab.ca.file, password_file(lab, "secret"), USER,
             "select", "INBOX", "idle", "20000", "idle", "20000", "uids",
             "idle", "50"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        out = child.stdout.readline()
        while b"idling" not in out:
            out += child.stdout.readline()
        d.deliver(USER, mail())
        while out.count(b"idling") < 2:
            out += child.stdout.readline()
        child.stdin.write(b"x")
        child.stdin.flush()
        out += child.communicate(timeout=20)[0]
        out = out.decode()
        t.ok("woke news" in out, "IDLE tells of a mail", out)
        t.ok("woke wake" in out, "and is woken by the pipe", out)
        t.ok("uids 1 2" in out, "the session goes on after IDLE", out)


def wrong_password(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        r = run(lab, "imaps://localhost:%d" % d.imaps, password="wrong")
        t.equal(r.returncode, 77, "a wrong password is 77", r.out)
        t.ok("does not accept the user or password" in r.out,
             "and says so", r.out)


def mechanisms(t):
    for auth in ("plain", "login", "scram-sha-256", "scram-sha-1",
                 "cram-md5"):
        with Lab() as lab:
            d = lab.start_dovecot(auth=auth)
            r = run(lab, "imaps://localhost:%d" % d.imaps, "select", "INBOX")
            t.equal(r.returncode, 0, "login by " + auth, r.out)
    odd = 'a"b\\c d'
    with Lab() as lab:
        s = lab.imap(caps=b"IMAP4rev1")
        r = run(lab, "plain://localhost:%d" % s.port, "noop", password=odd)
        t.ok(any(c.startswith(b"LOGIN ") and
                 c.rstrip().endswith(b'"a\\"b\\\\c d"')
                 for c in s.commands),
             "LOGIN quotes what must be quoted", s.commands, r.out)
        s = lab.imap(caps=b"IMAP4rev1 LOGINDISABLED")
        r = run(lab, "plain://localhost:%d" % s.port, "noop", password=odd)
        t.ok(r.returncode == 78 and odd.encode() not in s.seen and
             not any(b"LOGIN" in c for c in s.commands),
             "LOGINDISABLED is honoured", r.out, s.commands)


# ---- who may not be trusted ----

class Refuses(FakeImap):
    """Refuses STARTTLS and would take the password in the clear."""

    def _answer(self, peer, tag, rest):
        if rest.upper() == b"STARTTLS":
            peer.send(tag + b" NO not today\r\n")
            return True
        return super()._answer(peer, tag, rest)


def refused(t, lab, s, scheme, words, name, **more):
    r = run(lab, "%s://localhost:%d" % (scheme, s.port), password=SECRET,
            **more)
    t.ok(r.returncode == 77 and words in r.out, name, r.returncode, r.out)
    seen = s.seen
    leaked = (SECRET.encode() in seen or USER.encode() in seen or
              b"LOGIN" in seen or b"AUTHENTICATE" in seen)
    t.ok(not leaked, name + ": no byte of a credential", seen)


def refusals(t):
    with Lab() as lab:
        caps = b"IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR"
        for cert, words in (("unknown", "issuer is unknown"),
                            ("wrong", "another name"),
                            ("expired", "has expired")):
            for tls, scheme in (("implicit", "imaps"), ("start", "imap")):
                refused(t, lab, lab.imap(tls=tls, cert=cert, caps=caps),
                        scheme, words, "%s certificate, %s" % (cert, tls))
        for tls, scheme in (("implicit", "imaps"), ("start", "imap")):
            refused(t, lab, lab.imap(tls=tls, tls_max="TLSv1.1", caps=caps),
                    scheme, "TLS 1.2", "TLS 1.1, %s" % tls)
        refused(t, lab, lab.imap(tls="start",
                                 greeting=b"* PREAUTH hello\r\n"),
                "imap", "logged in before TLS", "PREAUTH in the clear")
        refused(t, lab, lab.imap(tls="start", script={
            "STARTTLS": b"* CAPABILITY IMAP4rev1 X\r\n"}),
                "imap", "tampering", "bytes behind STARTTLS", ms=4000)
        refused(t, lab, Refuses(lab, tls="start"), "imap",
                "does not offer TLS", "STARTTLS refused")


def poisoned_capabilities(t):
    with Lab() as lab:
        s = lab.imap(tls="start", greeting=b"* OK [CAPABILITY IMAP4rev1 "
                     b"STARTTLS X-POISON] hi\r\n")
        r = run(lab, "imap://localhost:%d" % s.port, "can", "X-POISON",
                "can", "LITERAL+")
        t.ok("can X-POISON 0" in r.out and "can LITERAL+ 1" in r.out,
             "what was said in the clear is forgotten", r.out)


# ---- who cannot be understood ----

def drip(peer, tag, line):
    for byte in b"* 1 FETCH (UID 1 BODY[] {99999}\r\n" + b"x" * 99999:
        peer.send(bytes([byte]))
        time.sleep(0.1)


def silence(peer, tag, line):
    time.sleep(20)


def closing(data):
    def answer(peer, tag, line):
        peer.send(data)
        peer.close()
        return None
    return answer


def liars(t):
    cases = (
        ("a drip", drip, 75),
        ("silence", silence, 75),
        ("closed in a literal",
         closing(b"* 1 FETCH (UID 1 BODY[] {100}\r\nabc"), 75),
        ("4 GB promised",
         closing(b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\nabc"), 75),
        ("a body longer than it says",
         b"* 1 FETCH (UID 1 BODY[] {3}\r\nabcdef)\r\n", 76),
        ("nothing but garbage", b"no sense\r\n" * 1000, 76),
        ("garbage", b"* 1 FETCH (UID 1 FOO {{{ \x01\r\n", 0),
        ("a wrong tag", b"zzz OK what\r\n{tag} OK\r\n", 76),
        ("bye", closing(b"* BYE too many of you\r\n"), 75),
        ("no", b"{tag} NO [LIMIT] not so fast\r\n", 75),
    )
    with Lab() as lab:
        for name, answer, code in cases:
            s = lab.imap(script={"UID FETCH": answer, "SELECT": SELECT_ONE})
            r = run(lab, "plain://localhost:%d" % s.port, "select", "INBOX",
                    "fetch", "1:*", ms=1500)
            t.ok(r.returncode == code and r.seconds < 12, name,
                 r.returncode, r.seconds, r.out)
            if name == "bye":
                t.ok("too many of you" in r.out, "its words are kept", r.out)
        broken = b"* OK [PERMANENTFLAGS (\x01)] x\r\n"
        for name, more in (("greeting", {"greeting": broken}),
                           ("answer", {"script": {"SELECT": broken}}),
                           ("NOOP", {"script": {"NOOP": broken}})):
            s = lab.imap(**more)
            r = run(lab, "plain://localhost:%d" % s.port, "select", "INBOX",
                    "noop")
            t.equal(r.returncode, 0,
                    "a list that is none, in %s, crashes nobody" % name,
                    r.out)


def injection(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        r = run(lab, "imaps://localhost:%d" % d.imaps, "create",
                "x\r\n9 CREATE pwned\r\n")
        t.equal(r.returncode, 64, "a line break in a name is refused", r.out)
        r = run(lab, "imaps://localhost:%d" % d.imaps, "list")
        t.ok("pwned" not in r.out, "and nothing was made")


def buffered_news(t):
    """News in the packet of the "+", and news before it."""
    def idler(first):
        def answer(peer, tag, line):
            peer.send(first)
            while peer.line() != b"DONE":
                pass
            peer.send(tag + b" OK done\r\n")
        return answer

    with Lab() as lab:
        for name, first in (("with", b"+ idling\r\n* 5 EXISTS\r\n"),
                            ("before", b"* 5 EXISTS\r\n+ idling\r\n")):
            s = lab.imap(caps=b"IMAP4rev1 IDLE SASL-IR AUTH=PLAIN",
                         script={"IDLE": idler(first)})
            r = run(lab, "plain://localhost:%d" % s.port, "select", "INBOX",
                    "idle", "8000")
            t.ok("woke news" in r.out and r.seconds < 5,
                 "news %s the + are heard" % name, r.seconds, r.out)


if __name__ == "__main__":
    if shutil.which("dovecot", path=os.environ["PATH"]) is None:
        skip_all("dovecot is not installed")
    if not os.access(SESSION, os.X_OK):
        skip_all("no program at " + SESSION)
    tap = Tap()
    for case in (everything, many_vanished, idle, wrong_password, mechanisms,
                 refusals,
                 poisoned_capabilities, liars, injection, buffered_news):
        tap.case(case)
    tap.done()
