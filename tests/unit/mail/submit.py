"""The sender alone, against submission servers of the lab.

Each case hands one mail to tests/unit/mail/post and looks at what it says and
at what the server received.
"""
import base64
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests/lab"))
from lab import Lab, Mx, Tap, mail, skip_all  # noqa: E402

POST = os.path.join(os.environ.get("builddir", "build"),
                    "tests/unit/mail/post")
USER, PASSWORD = "hello@shop.test", "s3cret-Word"
LATER, REFUSED, PAUSED = "later", "refused", "paused"
RETRY, DENIED = 6, 7


class Post:
    def __init__(self, lab, server, to=("carol@customer.test",), raw=None,
                 url=None, sender=USER, ca=None, env=None, args=None,
                 timeout=60):
        secret = os.path.join(lab.folder, "password")
        with open(secret, "w") as f:
            f.write(PASSWORD + "\n")
        os.chmod(secret, 0o600)
        if url is None:
            url = lab._url(server, "smtp")
        got = subprocess.run(
            [POST, url, USER, secret, lab.ca.file if ca is None else ca] +
            (args or [sender] + list(to)),
            input=mail(text="one\n.two\n\n..three\n") if raw is None else raw,
            stdout=subprocess.PIPE, timeout=timeout,
            env={**os.environ, **(env or {})})
        self.out = got.stdout.decode()
        self.code = got.returncode
        self.lines = [x.split(" ", 1) for x in self.out.splitlines()]

    def all(self, word):
        return [x[1] for x in self.lines if x[0] == word]

    @property
    def end(self):
        return (self.all("end") or [None])[0]

    @property
    def why(self):
        kind, code, text = (self.all("why") or ["0 0 "])[0].split(" ", 2)
        return int(kind), int(code), text


def secret_seen(server):
    """Did any form of the password reach the server?"""
    forms = [PASSWORD.encode(), base64.b64encode(PASSWORD.encode())]
    plain = ("\0%s\0%s" % (USER, PASSWORD)).encode()
    forms.append(base64.b64encode(plain))
    return b"AUTH" in server.seen or any(f in server.seen for f in forms)


def whole(t):
    with Lab() as lab:
        mx = Mx(lab, tls="implicit", password=PASSWORD, user=USER)
        raw = mail(text="one\n.two\n\n..three\n.\n" + "x" * 900 + "\n.")
        raw += b"\r\n"
        p = Post(lab, mx, ["a@customer.test", "b@customer.test"], raw)
        t.equal(p.end, "accepted", "implicit TLS: accepted", p.out)
        t.equal([x[1:] for x in mx.taken],
                [(["a@customer.test", "b@customer.test"], raw)],
                "the bytes arrive as they were, dots and all")
        t.equal(p.all("marks"), ["1"], "marked once")
        start = Mx(lab, tls="start", password=PASSWORD, user=USER)
        p = Post(lab, start, env={"MAILS": "3"})
        t.equal(p.all("end"), ["accepted"] * 3, "STARTTLS: three mails")
        t.equal(len(start.logins), 1, "over one line", start.logins)
        p = Post(lab, start, args=["probe"])
        t.equal(p.out, "", "a probe logs in and says nothing")
        big = mail(text=("." * 70 + "\n") * 60000)
        p = Post(lab, mx, raw=big)
        t.equal((p.end, mx.taken[-1][2] == big), ("accepted", True),
                "4 MB of dots arrive as they were")


def recipients(t):
    with Lab() as lab:
        mx = Mx(lab, tls="implicit", password=PASSWORD)
        p = Post(lab, mx, ["a@customer.test", "reject@customer.test",
                           "temp@customer.test"])
        codes = [x.split(" ", 2)[1] for x in p.all("to")]
        t.equal((p.end, codes), ("accepted", ["250", "550", "451"]),
                "each recipient has its verdict", p.out)
        t.equal(mx.taken[0][1], ["a@customer.test"], "one got it")
        p = Post(lab, mx, ["reject@customer.test"])
        t.equal((p.end, p.why[1]), (REFUSED, 550), "nobody is left: refused")
        t.ok("no such person" in p.why[2], "the server's words", p.out)
        p = Post(lab, mx, ["reject@customer.test", "temp@customer.test"])
        t.equal((p.end, p.why[:2]), (LATER, (RETRY, 451)),
                "one may be let in later: later", p.out)
        p = Post(lab, mx, ["greylist@customer.test"], env={"MAILS": "2"})
        t.equal(p.all("end"), [LATER, "accepted"], "greylisted, then taken")
        for bad in ("a@b.test>\r\nRCPT TO:<eve@evil.test", "a b@c.test",
                    "a@b\n.test", "nobody", "@b.test", "a@", "a@b>.test",
                    "a@" + "b" * 300):
            p = Post(lab, mx, [bad])
            t.equal((p.end, p.all("marks")), (REFUSED, ["0"]),
                    "refused before a byte: %r" % bad[:30], p.out)
        t.ok(not any(b"evil" in x for x in mx.tried), "nothing smuggled")
        p = Post(lab, mx, sender="a@b.test> SIZE=1\r\nX")
        t.equal(p.end, REFUSED, "the sender too")
        for raw, what in ((b"A: b\r\n\r\nx\n.\r\n", "a bare LF"),
                          (b"A: b\r\n\r\nx\r.\r\n", "a bare CR"),
                          (b"A: b\r\n\r\nx\0\r\n", "NUL"),
                          (b"A: b\r\n\r\nx", "no end of line"),
                          (b"A: " + b"b" * 999 + b"\r\n", "a long line")):
            p = Post(lab, mx, raw=raw)
            t.equal(p.end, REFUSED, "refused: " + what)


def dots(t):
    """Where the dialogue is cut decides what may be believed."""
    cases = [
        ({"faults": ["spam"]}, REFUSED, 554),
        ({"faults": ["full"]}, LATER, 452),
        ({"faults": ["late"]}, "doubt", 0),
        ({"faults": ["lost"]}, "doubt", 0),
        ({"faults": ["hang"]}, "doubt", 0),
    ]
    with Lab() as lab:
        for more, end, code in cases:
            mx = Mx(lab, tls="implicit", password=PASSWORD)
            mx.faults = list(more["faults"])
            p = Post(lab, mx, env={"SHOPBELL_TEST_PATIENCE": "1"})
            t.equal((p.end, p.why[1], p.all("marks")), (end, code, ["1"]),
                    "after the dot: " + more["faults"][0], p.out)
        ok, gone = b"250 ok\r\n", lambda peer, line: None
        for script, end, code, what in (
                ({"MAIL": gone}, LATER, 0, "cut at MAIL"),
                ({"RCPT": gone}, LATER, 0, "cut at RCPT"),
                ({"RCPT": [ok, gone]}, LATER, 0, "cut at the second RCPT"),
                ({"DATA": gone}, LATER, 0, "cut at DATA"),
                ({"DATA": b"354 go\r\n", ".": gone}, "doubt", 0,
                 "cut at the dot"),
                ({".": b"250-half an answer\r\n"}, "doubt", 0,
                 "half an answer"),
                ({"DATA": b"451 4.3.0 later\r\n"}, LATER, 451, "451 at DATA"),
                ({"DATA": b"554 no\r\n"}, REFUSED, 554, "554 at DATA"),
                ({"MAIL": b"452 full\r\n"}, LATER, 452, "452 at MAIL"),
                ({"MAIL": b"550 not you\r\n"}, REFUSED, 550, "550 at MAIL"),
                ({"MAIL": b"530 5.7.0 log in\r\n"}, PAUSED, 530,
                 "530 at MAIL"),
                ({"RCPT": b"421 bye\r\n"}, LATER, 421, "421 at RCPT"),
                ({"AUTH": b"535 5.7.8 no\r\n"}, PAUSED, 535, "535 at AUTH"),
                ({"AUTH": b"454 4.7.0 busy\r\n"}, LATER, 454, "454 at AUTH"),
                ({".": b"451-4.3.0 not\r\n451 4.3.0 now\r\n"}, LATER, 451,
                 "two lines of 451"),
                ({".": b"421 4.3.0 shutting down\r\n"}, LATER, 421,
                 "421 after the dot")):
            s = lab.smtp(tls="implicit", script=script)
            p = Post(lab, s, ["a@customer.test", "b@customer.test"],
                     env={"SHOPBELL_TEST_PATIENCE": "1"})
            t.equal((p.end, p.why[1]), (end, code), what, p.out)
        s = lab.smtp(tls="implicit", greeting=b"554 not today\r\n")
        t.equal(Post(lab, s).end, LATER, "554 as a greeting")
        s = lab.smtp(tls="implicit", greeting=b"HTTP/1.1 400 Bad\r\n")
        p = Post(lab, s, env={"SHOPBELL_TEST_SILENCE": "1"})
        t.equal((p.end, p.why[0]), (LATER, RETRY), "no SMTP at all", p.out)
        p = Post(lab, None)
        t.equal((p.end, p.why[0]), (LATER, RETRY), "nobody listens", p.out)


def marks(t):
    with Lab() as lab:
        s = lab.smtp(tls="implicit")
        p = Post(lab, s, env={"MARK": "fail"})
        t.equal((p.end, p.all("marks")), (LATER, ["1"]),
                "a mark that cannot be set ends the line", p.out)
        t.ok("disk full" in p.why[2], "and says why", p.out)
        t.ok(not s.seen.rstrip(b"\r\n").endswith(b"\r\n.") and not s.mails,
             "the dot never left", s.seen[-60:])


def cuts(t):
    """Cut after every so many bytes from us: never accepted, never lost."""
    ends = set()
    with Lab() as lab:
        raw = mail(text="short\n")
        s = lab.smtp(tls="none")
        p = Post(lab, s, raw=raw, env={"TLS_NONE": "1"})
        n = len(s.seen)
        wrong = []
        for cut in range(1, n, 7):
            s = lab.smtp(tls="none")
            proxy = lab.proxy(s.port, cut_up=cut, how="reset")
            p = Post(lab, s, raw=raw, env={"TLS_NONE": "1"},
                     url="smtp://127.0.0.1:%d" % proxy.port)
            ends.add(p.end)
            marked = p.all("marks") == ["1"]
            took = len(s.mails)
            if p.end == "accepted" and not took or (
                    p.end == LATER and (took or marked)) or (
                    p.end not in ("accepted", LATER, "doubt")):
                wrong.append((cut, p.end, took, p.out))
        t.equal(wrong, [], "cut at every seventh of %d bytes" % n)
        t.equal(ends, {LATER, "doubt", "accepted"} & ends, "ends: %s" %
                sorted(ends))


def tls(t):
    with Lab() as lab:
        for kind, tls, word, more in (
                ("unknown", "implicit", "nobody we trust", {}),
                ("wrong", "implicit", "another host", {}),
                ("expired", "implicit", "expired on 2024-01-01", {}),
                ("good", "implicit", "TLS 1.2", {"tls_max": "TLSv1.1"}),
                ("unknown", "start", "nobody we trust", {}),
                ("wrong", "start", "another host", {}),
                ("expired", "start", "expired on 2024-01-01", {}),
                ("good", "start", "TLS 1.2", {"tls_max": "TLSv1.1"})):
            s = lab.smtp(tls=tls, cert=kind, **more)
            p = Post(lab, s)
            what = "%s, %s%s" % (tls, kind, " 1.1" if more else "")
            t.equal((p.end, p.why[0]), (PAUSED, DENIED), what, p.out)
            t.ok(word in p.why[2], what + ": says so", p.out)
            t.ok(not secret_seen(s) and not s.mails,
                 what + ": no credential", s.seen[:200])
        s = lab.smtp(tls="none")
        p = Post(lab, s, url="smtp://localhost:%d" % s.port)
        t.equal((p.end, p.why[0]), (PAUSED, DENIED), "STARTTLS stripped",
                p.out)
        t.ok(not secret_seen(s) and not s.mails, "stripped: no credential")
        s = lab.smtp(tls="start", script={
            "STARTTLS": b"220 begin\r\n250-x\r\n250 AUTH PLAIN\r\n"})
        p = Post(lab, s)
        t.equal((p.end, p.why[0]), (PAUSED, DENIED), "injected bytes", p.out)
        t.ok("before TLS" in p.why[2], "injected: says so", p.out)
        t.ok(not secret_seen(s) and not s.mails, "injected: no credential")
        s = lab.smtp(tls="start", script={"STARTTLS": b"454 not now\r\n"})
        p = Post(lab, s)
        t.ok(p.end != "accepted" and not secret_seen(s),
             "STARTTLS refused: no credential", p.out)
        s = lab.smtp(tls="implicit")
        p = Post(lab, s, ca="/nonexistent.pem")
        t.equal((p.end, p.why[0]), (PAUSED, 2), "CA file missing", p.out)
        t.ok(not secret_seen(s), "CA file missing: no credential")


def logins(t):
    with Lab() as lab:
        s = lab.smtp(tls="implicit", script={
            "EHLO": b"250-x\r\n250 AUTH GSSAPI PLAIN XOAUTH2 LOGIN\r\n"})
        t.equal(Post(lab, s).end, "accepted", "GSSAPI is not tried")
        got = [c for c in s.commands if c.startswith(b"AUTH")]
        t.ok(len(got) == 1 and got[0].startswith(b"AUTH PLAIN "), "PLAIN", got)
        s = lab.smtp(tls="implicit", script={
            "EHLO": b"250-x\r\n250 AUTH PLAIN XOAUTH2 LOGIN\r\n"})
        p = Post(lab, s, env={"TOKEN": "printf 'tok-%s\\n' 123"})
        t.equal(p.end, "accepted", "a token", p.out)
        got = [c for c in s.commands if c.startswith(b"AUTH")]
        want = base64.b64encode(
            b"user=hello@shop.test\1auth=Bearer tok-123\1\1")
        t.equal(got, [b"AUTH XOAUTH2 " + want], "XOAUTH2 as RFC and Google say")
        mx = Mx(lab, tls="implicit", password="other")
        p = Post(lab, mx)
        t.equal((p.end, p.why[:2]), (PAUSED, (DENIED, 535)), "bad password",
                p.out)
        p = Post(lab, mx, env={"TOKEN": "exit 3"})
        t.ok(p.all("error") and "token-command" in p.out,
             "a token command that fails", p.out)


EAI = "j\u00fcrgen@customer.test"


def utf8(t):
    """Addresses beyond ASCII: only to a server that knows SMTPUTF8."""
    head = ("From: %s\r\nTo: %s\r\nSubject: s\r\n"
            "Message-ID: <u@shop.test>\r\n\r\nx\r\n")
    raw = (head % (USER, EAI)).encode()
    with Lab() as lab:
        for kind in ("implicit", "start"):
            mx = Mx(lab, tls=kind, password=PASSWORD, user=USER)
            p = Post(lab, mx, [EAI, "b@customer.test"], raw)
            t.equal(p.end, "accepted", kind + ": accepted", p.out)
            t.equal([x[1:] for x in mx.taken],
                    [([EAI, "b@customer.test"], raw)], "as it is")
            t.equal(len(mx.logins), 1, "one login")
            p = Post(lab, mx, sender=EAI, raw=raw)
            t.equal((p.end, mx.taken[-1][0]), ("accepted", EAI),
                    "from such a sender", p.out)
            mx = Mx(lab, tls=kind, password=PASSWORD, user=USER, utf8=False)
            for more in (dict(to=[EAI]), dict(sender=EAI),
                         dict(to=["b@customer.test", EAI]), dict()):
                p = Post(lab, mx, raw=raw, **more)
                t.ok(p.end == REFUSED and "SMTPUTF8" in p.why[2] and
                     (EAI in p.why[2] or not more) and not mx.tried,
                     "unknown there: refused, and nothing was given", p.out)
            p = Post(lab, mx)
            t.equal(p.end, "accepted", "other mail goes", p.out)
        s = lab.smtp(tls="implicit", script={
            "EHLO": b"250-mx\r\n250-AUTH PLAIN\r\n250 SMTPUTF8\r\n"})
        p = Post(lab, s, [EAI], raw)
        said = [c for c in s.commands if c[:4] in (b"MAIL", b"RCPT")]
        t.equal(said, [b"MAIL FROM:<%s> SMTPUTF8 SIZE=%d" % (
            USER.encode(), len(raw)), b"RCPT TO:<%s>" % EAI.encode()]
            if b"SIZE" in said[0] else
            [b"MAIL FROM:<%s> SMTPUTF8" % USER.encode(),
             b"RCPT TO:<%s>" % EAI.encode()], "as RFC 6531 has it", p.out)
        for script in ({"NOOP": None}, {"EHLO": None}, {"AUTH": None}):
            s = lab.smtp(tls="implicit", script=script)
            p = Post(lab, s, [EAI], raw)
            t.equal((p.end, s.mails), (LATER, []),
                    "cut at %s: later" % list(script)[0], p.out)
        s = lab.smtp(tls="implicit", script={"AUTH": b"535 no\r\n"})
        p = Post(lab, s, [EAI], raw)
        t.equal(p.end, PAUSED, "login refused: paused", p.out)


if Mx is None:
    skip_all("python3-aiosmtpd is not installed")
t = Tap()
for case in (whole, recipients, dots, marks, cuts, tls, logins, utf8):
    if len(sys.argv) < 2 or case.__name__ in sys.argv[1:]:
        t.case(case)
t.done()
