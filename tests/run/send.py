"""What becomes of answers: accepted, refused, greylisted, late, in doubt."""
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests/lab"))
from lab import Identity, Lab, Tap, mail, needs, until  # noqa: E402

CAROL = "carol@customer.test"


class World:
    """A shop with one waiting customer."""

    def __init__(self, lab, customers=(CAROL,), account_extra="", **more):
        self.lab = lab
        self.dovecot = lab.start_dovecot()
        self.mx = lab.start_mx(self.dovecot)
        self.shop = lab.shop(self.dovecot, self.mx,
                             account_extra=account_extra, **more)
        for i, who in enumerate(customers):
            self.dovecot.deliver(self.shop.address, mail(
                sender=who, subject="Question %d" % i,
                message_id="q%d@customer.test" % i))
        ran = self.shop.sync()
        if ran.code != 0:
            raise RuntimeError(str(ran))
        self.threads = {r["subject"]: r["id"] for r in self.shop.list()}

    def reply(self, i=0, text="Here it is.\n", *args):
        ran = self.shop.run("reply", self.threads["Question %d" % i],
                            "--text", "-", *args, input=text)
        if ran.code != 0:
            raise RuntimeError(str(ran))
        return int(re.search(r"\d+", ran.out).group())

    def row(self, number):
        return [r for r in self.shop.outbox() if r["id"] == number][0]

    def thread(self, i=0):
        return [r for r in self.shop.list()
                if r["subject"] == "Question %d" % i][0]

    def got(self, who=CAROL):
        return self.dovecot.mailbox(who)

    def sent(self):
        return self.dovecot.mailbox(self.shop.address, "Sent")


def plain(t):
    with Lab() as lab:
        w = World(lab)
        n = w.reply()
        t.equal(w.row(n)["state"], "queued", "an answer is queued")
        ran = w.shop.sync()
        t.equal(ran.code, 0, "sync sends it", ran)
        t.equal(w.row(n)["state"], "filed", "and files it", w.shop.outbox())
        got = w.got()
        t.equal(len(got), 1, "the customer has one answer")
        t.equal(got[0].header("In-Reply-To"), "<q0@customer.test>",
                "it answers her mail")
        t.equal(got[0].header("References"), "<q0@customer.test>",
                "with References")
        t.equal(got[0].header("Subject"), "Re: Question 0", "and Re:")
        t.equal(len(w.sent()), 1, "Sent has one copy")
        t.ok("\\Seen" in w.sent()[0].flags, "which is read")
        t.equal(w.sent()[0].header("Message-ID"),
                got[0].header("Message-ID"), "of the same mail")
        t.equal(w.thread()["state"], "pending", "the thread is pending")
        inbox = w.dovecot.mailbox(w.shop.address)
        t.ok("\\Answered" in inbox[0].flags or w.shop.sync().code == 0 and
             "\\Answered" in w.dovecot.mailbox(w.shop.address)[0].flags,
             "her mail is marked answered on the server")
        t.equal(w.shop.sync("-q").out, "", "then there is nothing to say")
        t.equal((len(w.got()), len(w.sent())), (1, 1), "nor to send")
        ran = w.shop.run("check")
        t.equal(ran.code, 0, "check is content", ran)


def refused(t):
    with Lab() as lab:
        w = World(lab, ["reject@customer.test", "greylist@customer.test",
                        "spam@customer.test"])
        bad, grey, spam = w.reply(0), w.reply(1), w.reply(2)
        w.shop.sync()
        t.equal(w.row(bad)["state"], "failed", "550 at RCPT: failed",
                w.shop.outbox())
        t.ok("no such person" in w.row(bad)["error"], "with the server's words")
        t.equal(w.thread(0)["state"], "open", "and the thread is open again")
        t.equal(w.row(spam)["state"], "failed", "554 after the dot: failed")
        t.equal(w.row(grey)["state"], "queued", "451: it waits")
        t.equal(w.got("greylist@customer.test"), [], "nothing went out")
        later = w.shop.env(SHOPBELL_TEST_NOW=str(int(time.time()) + 90))
        w.shop.sync(env=later)
        t.equal(w.row(grey)["state"], "filed", "a minute later it goes",
                w.shop.outbox())
        t.equal(len(w.got("greylist@customer.test")), 1, "once")
        w.reply(0)
        t.ok(True, "a failed answer can be followed by another")


def partial(t):
    """One recipient is refused for good, one for now: each gets his due."""
    with Lab() as lab:
        w = World(lab, [CAROL])
        w.dovecot.deliver(w.shop.address, mail(
            sender=CAROL, subject="Question 9", message_id="q9@customer.test",
            headers=["Cc: reject@customer.test, greylist@customer.test, "
                     "dora@customer.test"]))
        w.shop.sync()
        w.threads = {r["subject"]: r["id"] for r in w.shop.list()}
        n = w.reply(9, "To all.\n", "--all")
        w.shop.sync()
        t.equal((len(w.got()), len(w.got("dora@customer.test"))), (1, 1),
                "those who were taken have it", w.shop.outbox())
        t.equal(len(w.got("greylist@customer.test")), 0, "one must wait")
        row = w.row(n)
        t.ok("reject@customer.test" in row["error"],
             "the row says who was refused", row)
        later = w.shop.env(SHOPBELL_TEST_NOW=str(int(time.time()) + 90))
        w.shop.sync(env=later)
        t.equal(len(w.got("greylist@customer.test")), 1, "then it is sent",
                w.shop.outbox())
        t.equal((len(w.got()), len(w.got("dora@customer.test"))), (1, 1),
                "and to nobody else again")
        t.equal(len(w.sent()), 1, "one copy in Sent")
        t.equal(w.shop.run("check").code, 0, "check is content")


def doubt(t):
    with Lab() as lab:
        w = World(lab, [CAROL, "dora@customer.test"])
        w.mx.faults = ["late", "lost"]
        a, b = w.reply(0), w.reply(1)
        w.shop.sync()
        t.equal((w.row(a)["state"], w.row(b)["state"]), ("doubt", "doubt"),
                "no answer after the dot: in doubt", w.shop.outbox())
        for _ in range(3):
            w.shop.sync()
        later = w.shop.env(SHOPBELL_TEST_NOW=str(int(time.time()) + 90000))
        w.shop.sync(env=later)
        t.equal(len(w.mx.tried), 2, "nothing is sent again by itself")
        t.equal(w.row(a)["state"], "doubt", "it stays in doubt")
        ran = w.shop.run("outbox", "resolve", a, "sent")
        t.equal(ran.code, 0, "a person says it was sent", ran)
        ran = w.shop.run("outbox", "resolve", b, "again")
        t.equal(ran.code, 0, "or to send it again", ran)
        w.shop.sync()
        t.equal((len(w.got()), len(w.got("dora@customer.test"))), (1, 1),
                "each has one", w.shop.outbox())
        t.equal(len(w.sent()), 2, "Sent has one of each")
        t.equal(w.shop.run("check").code, 0, "check is content")


def evidence(t):
    """A copy that the server filed, or her answer, settles the doubt."""
    with Lab() as lab:
        w = World(lab, [CAROL, "dora@customer.test"])
        w.mx.filing = lambda raw: w.dovecot.append(
            w.shop.address, "Sent", raw, "\\Seen")
        w.mx.faults = ["late"]
        n = w.reply(0)
        w.shop.sync()
        w.shop.sync()
        t.equal(w.row(n)["state"], "filed", "found in Sent: it was sent",
                w.shop.outbox())
        t.equal((len(w.got()), len(w.sent())), (1, 1), "one and one")
        w.mx.filing = None
        w.mx.faults = ["late"]
        n = w.reply(1)
        w.shop.sync()
        t.equal(w.row(n)["state"], "doubt", "no copy: in doubt")
        w.dovecot.deliver(w.shop.address, mail(
            sender="dora@customer.test", subject="Re: Question 1",
            reply_to_id=w.row(n)["message_id"].strip("<>")))
        w.shop.sync()
        t.ok(w.row(n)["state"] in ("accepted", "filed"),
             "she answered it: it was sent", w.shop.outbox())
        t.equal(len(w.mx.tried), 2, "nothing was sent twice")


def filing(t):
    """Who files in Sent is learned; there are never two copies."""
    with Lab() as lab:
        w = World(lab, ["a%d@customer.test" % i for i in range(4)])
        w.mx.filing = lambda raw: w.dovecot.append(
            w.shop.address, "Sent", raw, "\\Seen")
        for i in range(3):
            w.reply(i)
            w.shop.sync()
            w.shop.sync()
        t.equal(len(w.sent()), 3, "a server that files: one copy each")
        w.mx.filing = None
        w.reply(3)
        w.shop.sync()
        t.equal(len(w.sent()), 3, "its copy is waited for")
        later = w.shop.env(SHOPBELL_TEST_NOW=str(int(time.time()) + 700))
        w.shop.sync(env=later)
        t.equal(len(w.sent()), 4, "but not for ever")
    with Lab() as lab:
        w = World(lab)
        held = []
        w.mx.filing = held.append
        n = w.reply()
        w.shop.sync()
        t.equal((w.row(n)["state"], len(w.sent())), ("filed", 1),
                "a server that seems not to file: we do")
        w.dovecot.append(w.shop.address, "Sent", held[0], "\\Seen")
        t.equal(len(w.sent()), 2, "it was only slow")
        w.shop.sync()
        t.equal(len(w.sent()), 1, "our copy is taken back")
        t.equal(len(w.shop.show(w.threads["Question 0"])["messages"]), 2,
                "the thread shows it once")
    for how, want in (("server", 0), ("append", 1)):
        with Lab() as lab:
            w = World(lab, account_extra="\tsent = %s\n" % how)
            w.reply()
            w.shop.sync()
            t.equal(len(w.sent()), want, "sent = " + how)


def undo(t):
    with Lab() as lab:
        w = World(lab, undo_delay="2s")
        n = w.reply()
        ran = w.shop.run("outbox", "cancel", n)
        t.equal(ran.code, 0, "undone in time", ran)
        w.shop.sync()
        t.equal(w.got(), [], "nothing left")
        n = w.reply()
        began = time.time()
        ran = w.shop.sync()
        t.ok(ran.code == 0 and time.time() - began > 0.5,
             "sync waits for the undo delay", ran)
        t.equal(len(w.got()), 1, "and sends then")
        ran = w.shop.run("outbox", "cancel", n)
        t.ok(ran.code != 0, "too late to undo", ran)


def resident(t):
    """Beside a resident sync an answer leaves when its delay is over."""
    for delay in ("0s", "2s"):
        with Lab() as lab:
            w = World(lab, ["a@customer.test", "b@customer.test"],
                      undo_delay=delay)
            child = w.shop.start("sync", "--watch")
            until(lambda: os.path.exists(w.shop.store + ".wake"))
            time.sleep(1)
            for i, who in enumerate(("a", "b")):
                w.reply(i)
                got = until(lambda: w.got(who + "@customer.test"), 20)
                t.equal(len(got), 1, delay + ": it leaves by itself",
                        w.shop.outbox())
            t.ok(until(lambda: len(w.sent()) == 2, 20), "and is filed")
            child.terminate()
            t.equal(w.shop.finish(child, 20).code, 0, "the sync ends")


def paused(t):
    """A refused login pauses the account and counts no attempt."""
    with Lab() as lab:
        w = World(lab)
        w.mx.password = "another"
        n = w.reply()
        ran = w.shop.sync()
        t.equal(ran.code, 77, "refused credentials: exit 77", ran)
        t.equal(w.row(n)["state"], "queued", "the answer waits")
        logins = len(w.mx.logins)
        ran = w.shop.sync()
        t.equal((ran.code, len(w.mx.logins)), (77, logins),
                "the same password is not tried again at once", ran)
        w.mx.password = "secret"
        ran = w.shop.sync("--now")
        t.equal((ran.code, len(w.got())), (0, 1), "unless a person asks", ran)


def offline(t):
    with Lab() as lab:
        w = World(lab, ["a@customer.test", "b@customer.test"])
        w.mx.stop()
        a, b = w.reply(0), w.reply(1)
        ran = w.shop.sync()
        t.equal(ran.code, 75, "nobody listens: exit 75", ran)
        t.equal((w.row(a)["state"], w.row(b)["state"]), ("queued", "queued"),
                "both wait")
        w.dovecot.deliver(w.shop.address, mail(subject="New one"))
        w.shop.sync()
        t.ok("New one" in [r["subject"] for r in w.shop.list()],
             "new mail is read all the same")
        w.lab.closers.append(w.mx.stop)
        port = w.mx.port
        w.mx = lab.start_mx(w.dovecot, port=port)
        later = w.shop.env(SHOPBELL_TEST_NOW=str(int(time.time()) + 90))
        ran = w.shop.sync("--now", env=later)
        t.equal((len(w.got("a@customer.test")), len(
            w.got("b@customer.test"))), (1, 1), "then both go", ran,
                w.shop.outbox())


def hurried(t):
    """What waits after a failure is tried as soon as something changed."""
    with Lab() as lab:
        w = World(lab)
        port = w.mx.port
        w.shop.smtp = "smtps://localhost:%d" % lab.port()
        w.shop.write()
        n = w.reply()
        ran = w.shop.sync("-q")
        t.ok(ran.code == 75 and ran.err != "", "a wrong port is told", ran)
        ran = w.shop.sync("-q")
        t.equal((ran.code, ran.err), (75, ""),
                "while it waits the account is not well", ran)
        w.shop.smtp = "smtps://localhost:%d" % port
        w.shop.write()
        ran = w.shop.sync("-q")
        t.ok(ran.code == 0 and "well again" in ran.err and len(w.got()) == 1,
             "with the right one it goes at once", ran)
        t.equal(w.row(n)["state"], "filed", "and is filed")


def retried(t):
    """The server is mended and a person will not wait."""
    with Lab() as lab:
        w = World(lab, ["a@customer.test", "b@customer.test",
                        "c@customer.test"])
        port = w.mx.port
        for i, watched in ((0, False), (1, True)):
            w.mx.stop()
            child = None
            n = w.reply(i)
            w.shop.sync()
            if watched:
                child = w.shop.start("sync", "--watch")
                until(lambda: os.path.exists(w.shop.store + ".wake"))
                time.sleep(1)
            w.mx = lab.start_mx(w.dovecot, port=port)
            w.shop.sync()
            t.equal(w.row(n)["state"], "queued", "it waits its time")
            ran = w.shop.sync("--now")
            t.ok(until(lambda: w.row(n)["state"] == "filed", 10),
                 "--now does not, a resident sync or none: %s" % watched,
                 ran, w.shop.outbox())
            if child:
                child.terminate()
                w.shop.finish(child, 20)
        w.mx.stop()
        n = w.reply(2)
        w.shop.sync()
        w.mx = lab.start_mx(w.dovecot, port=port)
        ran = w.shop.run("outbox", "retry", n)
        t.equal(ran.code, 0, "one that waits can be tried again", ran)
        w.shop.sync()
        t.equal(w.row(n)["state"], "filed", "and goes")
        ran = w.shop.run("outbox", "retry", n)
        t.ok(ran.code != 0, "but not what has been sent", ran)


def deaf(t):
    """The server we read from is away: answers go out all the same."""
    with Lab() as lab:
        w = World(lab, ["a@customer.test", "b@customer.test"])
        w.shop.imap = "imaps://localhost:%d" % lab.port()
        w.shop.write()
        n = w.reply(0)
        ran = w.shop.sync()
        t.equal((ran.code, len(w.got("a@customer.test"))), (75, 1),
                "it is sent", ran)
        w.reply(1)
        ran = w.shop.sync()
        t.equal((ran.code, len(w.got("b@customer.test"))), (75, 1),
                "and so is the next, while reading waits", ran)
        w.shop.imap = "imaps://localhost:%d" % w.dovecot.imaps
        w.shop.write()
        ran = w.shop.sync("--now")
        t.equal((ran.code, w.row(n)["state"], len(w.sent())),
                (0, "filed", 2), "later they are filed", ran)


def distrust(t):
    """A server that is not to be trusted gets nothing; the answer waits."""
    with Lab() as lab:
        w = World(lab)
        n = w.reply()
        for kind, tls, more, word in (
                ("unknown", "implicit", {}, "nobody we trust"),
                ("wrong", "implicit", {}, "another host"),
                ("expired", "start", {}, "expired"),
                ("good", "start", {"tls_max": "TLSv1.1"}, "TLS 1.2"),
                ("good", "none", {}, "STARTTLS")):
            s = lab.smtp(cert=kind, tls=tls, **more)
            w.shop.smtp = "smtp%s://localhost:%d" % (
                "s" if tls == "implicit" else "", s.port)
            w.shop.write()
            ran = w.shop.sync("--now")
            what = "%s, %s" % (kind, tls)
            t.equal(ran.code, 77, what + ": exit 77", ran)
            t.ok(word in ran.err and ran.err.count("\n") == 1,
                 what + ": one clear line", ran.err)
            t.ok(b"AUTH" not in s.seen and b"MAIL" not in s.seen,
                 what + ": no credential and no mail", s.seen[:300])
            t.equal(w.row(n)["state"], "queued", what + ": the answer waits")
        w.shop.smtp = "smtps://localhost:%d" % w.mx.port
        w.shop.write()
        t.equal((w.shop.sync().code, len(w.got())), (0, 1),
                "then it goes to the right one")


def submission(t):
    """Through a real submission server, by STARTTLS."""
    with Lab() as lab:
        far = lab.start_mx(None, tls="none", auth=False)
        dovecot = far.dovecot = lab.start_dovecot(relay=far.port)
        shop = lab.shop(dovecot, "smtp://localhost:%d" % dovecot.submission)
        dovecot.deliver(shop.address, mail(sender=CAROL, subject="Q"))
        shop.sync()
        text = "one\n.\n..two\n.three\n"
        ran = shop.run("reply", shop.list()[0]["id"], "--text", "-",
                       input=text)
        ran = shop.sync()
        t.equal(ran.code, 0, "Dovecot's submission takes it", ran)
        got = dovecot.mailbox(CAROL)
        t.ok(len(got) == 1 and text.replace("\n", "\r\n").encode()
             in got[0].raw, "dots and all", got and got[0].raw.decode())


def token(t):
    """XOAUTH2 for reading and sending, with a token that is renewed."""
    with Lab() as lab:
        identity = Identity(lab)
        far = lab.start_mx(None, tls="none", auth=False)
        dovecot = far.dovecot = lab.start_dovecot(
            relay=far.port, auth="plain login xoauth2",
            extra=identity.passdb())
        shop = lab.shop(dovecot, "smtp://localhost:%d" % dovecot.submission)
        path = os.path.join(lab.folder, "token")
        with open(shop.config) as f:
            config = f.read()
        with open(shop.config, "w") as f:
            f.write(re.sub(r"password-file = .*", "token-command = cat " +
                           path, config))

        def renew(text):
            with open(path, "w") as f:
                f.write(text + "\n")

        identity.tokens["first-token"] = shop.address
        renew("first-token")
        dovecot.deliver(shop.address, mail(sender=CAROL, subject="Q"))
        ran = shop.sync()
        t.equal(ran.code, 0, "reading with a token", ran, dovecot.log()[-900:])
        shop.run("reply", shop.list()[0]["id"], "--text", "-", input="Yes.\n")
        del identity.tokens["first-token"]
        identity.tokens["second-token"] = shop.address
        ran = shop.sync()
        t.equal((ran.code, shop.outbox()[0]["state"]), (77, "queued"),
                "an old token is refused, and the answer waits", ran)
        t.ok("first-token" not in ran.err, "the token is not told", ran.err)
        renew("second-token")
        ran = shop.sync()
        t.equal((ran.code, len(dovecot.mailbox(CAROL))), (0, 1),
                "with the new one it goes at once", ran)


def beyond_ascii(t):
    """An address that is not ASCII on both sides of its @."""
    who = "j\u00fcrgen@m\u00fcller.test"
    wire = "j\u00fcrgen@xn--mller-kva.test"
    with Lab() as lab:
        w = World(lab)
        ran = w.shop.run("new", "--to", "J\u00fcrgen M\u00fcller <%s>" % who,
                         "--subject", "Gr\u00fc\u00dfe", "--text", "-",
                         input="Sch\u00f6n.\n")
        t.equal(ran.code, 0, "it can be written", ran)
        w.shop.sync()
        row = w.shop.outbox()[0]
        t.equal(row["state"], "filed", "it goes to a server that knows it",
                row)
        sender, to, raw = w.mx.taken[0]
        t.equal(to, [wire], "the domain as A-label")
        head, _, text = raw.partition(b"\r\n\r\n")
        t.ok(("<%s>" % wire).encode() in head and text.isascii(),
             "the head is UTF-8, the text is not", raw)
        t.ok(b"Subject: =?utf-8?" in head, "what can be is ASCII", head)
        got = w.shop.run("show", row["thread"], "-o", "json").json()[0]
        t.equal(got["messages"][0]["to"][0]["address"].split("@")[0],
                "j\u00fcrgen", "and it reads so", got["messages"][0]["to"])
        t.equal(len(w.sent()), 1, "Sent has it")
        w.mx.stop()
        w.mx = lab.start_mx(w.dovecot, port=w.mx.port, utf8=False)
        ran = w.shop.run("new", "--to", who, "--subject", "s", "--text", "-",
                         input="x\n")
        bad = int(re.search(r"\d+", ran.out).group())
        w.shop.run("reply", w.threads["Question 0"], "--text", "-",
                   input="y\n")
        ran = w.shop.sync()
        row = w.row(bad)
        t.ok(row["state"] == "failed" and "SMTPUTF8" in row["error"] and
             wire in row["error"], "else it fails, and says why", row, ran)
        t.equal([x[1] for x in w.mx.taken], [[CAROL]], "other mail goes")
        row = [r for r in w.shop.list() if r["id"] == row["thread"]]
        t.equal(row[0]["state"], "open", "and the thread is open again")
        t.equal(w.shop.run("check").code, 0, "check")


needs("dovecot", "aiosmtpd")
t = Tap()
for case in (plain, refused, partial, doubt, evidence, filing, undo, resident,
             paused, offline, hurried, retried, deaf, distrust, submission,
             token, beyond_ascii):
    if len(sys.argv) < 2 or case.__name__ in sys.argv[1:]:
        t.case(case)
t.done()
