"""The lab itself: its servers answer and its folder goes away."""
import os
import shutil
import smtplib
import ssl
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab as L  # noqa: E402
from lab import Lab, Tap, mail, skip_all, until  # noqa: E402


def loop(t):
    with Lab() as lab:
        d = lab.start_dovecot()
        mx = lab.start_mx(d)
        d.deliver("hello@shop.test", mail(subject="one"))
        got = d.mailbox("hello@shop.test")
        t.equal([m.header("Subject") for m in got], ["one"],
                "LMTP delivers and IMAP over TLS reads")
        context = ssl.create_default_context(cafile=lab.ca.file)
        with smtplib.SMTP_SSL("localhost", mx.port, context=context) as c:
            c.login("hello@shop.test", "secret")
            c.sendmail("hello@shop.test", ["carol@customer.test"],
                       mail(subject="two"))
        got = d.mailbox("carol@customer.test")
        t.equal([m.header("Subject") for m in got], ["two"],
                "the MX checks the password and hands on by LMTP")
        d.append("hello@shop.test", "Sent", mail(subject="three"), "\\Seen")
        got = d.mailbox("hello@shop.test", "Sent")
        t.equal([m.flags for m in got], [["\\Seen"]], "APPEND with flags")
        d.fill("many@shop.test", [(mail(subject=str(i)), 1700000000 + i)
                                  for i in range(50)])
        t.equal(len(d.mailbox("many@shop.test")), 50, "many at once")


def others(t):
    """The servers that live beside Dovecot do the same."""
    for kind in (L.Dovecot, L.Cyrus, L.Courier):
        if kind is not L.Dovecot and not kind.found():
            t.skip(kind.kind, "not unpacked: run tests/lab/servers.sh")
            continue
        with Lab() as lab:
            user, d = "hello@shop.test", lab.start(kind)
            d.deliver(user, mail(subject="one"))
            d.append(user, "Sent", mail(subject="two"), "\\Seen")
            d.fill(user, [(mail(subject="three"), 1700000000)])
            d.create(user, "Orders/Gr\u00fcn & Co")
            one = d.find(user, "one")
            d.store(user, one, "\\Flagged")
            d.move(user, one, "Orders/Gr\u00fcn & Co")
            d.rename(user, "Orders/Gr\u00fcn & Co", "Later")
            d.renumber(user, "Later")
            got = [[(m.header("Subject"), m.flags)
                    for m in d.mailbox(user, name)]
                   for name in ("INBOX", "Sent", "Later")]
            t.equal(got, [[("three", [])], [("two", ["\\Seen"])],
                          [("one", ["\\Flagged"])]],
                    "another client at work on " + kind.kind)
            d.stop()
            d.start()
            t.equal(len(d.mailbox(user)), 1, "and after a restart")


def certificates(t):
    with Lab() as lab:
        context = ssl.create_default_context(cafile=lab.ca.file)
        for kind, want in (("good", ""), ("wrong", "ostname"),
                           ("expired", "expired"), ("unknown", "issuer")):
            s = lab.smtp(tls="implicit", cert=kind)
            why = ""
            try:
                smtplib.SMTP_SSL("localhost", s.port,
                                 context=context).close()
            except ssl.SSLError as e:
                why = str(e)
            t.ok(want in why and bool(want) == bool(why),
                 "certificate: " + kind, why)


def scripted(t):
    with Lab() as lab:
        s = lab.smtp(script={"RCPT": [b"250 ok\r\n", b"550 no\r\n"]})
        with smtplib.SMTP("127.0.0.1", s.port) as c:
            c.sendmail("a@shop.test", ["b@c.test", "d@c.test"], mail())
        t.equal([m.recipients for m in s.mails], [["b@c.test"]],
                "scripted SMTP: one recipient refused")
        i = lab.imap(script={"LOGIN": b"{tag} NO [ALERT] no\r\n"})
        import imaplib
        c = imaplib.IMAP4("127.0.0.1", i.port)
        try:
            c.login("a", "b")
            said = ""
        except imaplib.IMAP4.error as e:
            said = str(e)
        t.ok("ALERT" in said and b"LOGIN" in i.seen, "scripted IMAP", said)
        p = lab.proxy(s.port, cut_down=10)
        try:
            smtplib.SMTP("127.0.0.1", p.port).noop()
            cut = False
        except (smtplib.SMTPException, OSError):
            cut = True
        t.ok(cut, "the proxy cuts")


def kept(t):
    """A killed test leaves no server and no folder."""
    code = ("import sys, time; sys.path.insert(0, %r)\n"
            "from lab import Lab\n"
            "l = Lab(); d = l.start_dovecot()\n"
            "print(l.folder, d.child.pid, flush=True)\n"
            "time.sleep(60)\n" % os.path.dirname(os.path.abspath(__file__)))
    child = subprocess.Popen([sys.executable, "-c", code],
                             stdout=subprocess.PIPE, text=True)
    folder, pid = child.stdout.readline().split()
    child.kill()
    child.wait()
    t.ok(until(lambda: not os.path.exists(folder)
               and not os.path.exists("/proc/" + pid)),
         "a test that dies leaves nothing behind")


if L.Mx is None:
    skip_all("python3-aiosmtpd is not installed")
if shutil.which("dovecot") is None:
    skip_all("dovecot is not installed")
t = Tap()
for one in (loop, others, certificates, scripted, kept):
    t.case(one)
t.done()
