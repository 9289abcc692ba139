#!/usr/bin/python3
"""import, export, save and backup: mail out of files and into them."""
import mailbox
import os
import re
import stat

from kit import Desk, Tap, letter


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def mbox(letters):
    """As an old program would write it: LF, quoted From lines."""
    out = b""
    for one in letters:
        text = one.replace(b"\r\n", b"\n")
        out += b"From someone@example.org Sat Nov 21 10:00:00 2026\n"
        out += re.sub(b"(?m)^(>*From )", b">\\1", text) + b"\n"
    return out


def into(t, d):
    tricky = letter(3, text="Dear shop,\r\n\r\nFrom here it looks red.\r\n"
                    ">From there too.\r\n\r\nFrom Lena with love\r\n")
    write(d.path("a.mbox"), mbox([letter(1), letter(2), tricky]))
    ran = d.run("import", d.path("a.mbox"))
    t.ok(ran.code == 0 and "3 mails read, 3 new" in ran.out, "an mbox", ran)
    text = d.thread(d.of("Question 3"))["messages"][0]["text"]
    t.ok("\nFrom here it looks red.\n>From there too." in text and
         "\nFrom Lena with love" in text, "its From lines unquoted", text)
    ran = d.run("import", d.path("a.mbox"))
    t.ok("3 mails read, 0 new" in ran.out, "again: nothing is doubled", ran)
    box = mailbox.Maildir(d.path("Maildir"))
    for n in (4, 5):
        m = mailbox.MaildirMessage(letter(n))
        m.set_subdir("cur")
        m.set_flags("S" if n == 4 else "")
        box.add(m)
    sent = box.add_folder("Sent")
    sent.add(mailbox.MaildirMessage(letter(
        6, ago=60, sender="The Shop <hello@shop.example>",
        to="lena4@example.org", subject="Re: Question 4",
        extra="In-Reply-To: <q4@example.org>\r\n")))
    ran = d.run("import", d.path("Maildir"))
    t.ok("3 mails read, 3 new" in ran.out, "a Maildir with its folders", ran)
    rows = d.rows()
    four, five = rows[d.of("Question 4")], rows[d.of("Question 5")]
    t.ok(four["unread"] == 0 and five["unread"] == 1, "its flags", rows)
    t.ok(four["messages"] == 2 and four["waiting_since"] is None and
         four["state"] == "pending",
         "mail from our own address is an answer of ours", four)
    write(d.path("one.eml"), letter(7))
    t.equal(d.run("import", d.path("one.eml")).code, 0, "a single mail")
    old = letter(8, ago=90 * 86400, subject="Long ago")
    write(d.path("old.eml"), old)
    d.run("import", d.path("old.eml"))
    t.equal(d.rows()[d.of("Long ago")]["state"], "closed",
            "old mail arrives closed")
    write(d.path("junk", "a"), b"\x00\xff" * 1000)
    write(d.path("junk", "b"), b"From: broken\r\nContent-Type: \xff\r\n\r\n\0")
    write(d.path("junk", "c"), b"")
    ran = d.run("import", d.path("junk"))
    t.ok(ran.code == 0, "junk beside a mail is passed over", ran)
    t.ok(d.run("check").code == 0, "check finds nothing")
    t.equal(d.run("sync", "--now").code, 0, "a sync after it")
    t.equal(d.sent(), [], "an import sends nothing")


def out(t, d):
    ran = d.run("export", "-is:closed")
    write(d.path("out.mbox"), ran.out.encode())
    box = mailbox.mbox(d.path("out.mbox"))
    subjects = {m["Subject"] for m in box}
    t.ok("Question 1" in subjects and "Long ago" not in subjects,
         "export: an mbox that others read", subjects)
    with Desk() as other:
        ran = other.run("import", d.path("out.mbox"))
        a = {r["subject"]: r["messages"] for r in
             d.rows("-is:closed").values()}
        b = {r["subject"]: r["messages"] for r in other.rows().values()}
        t.equal(b, a, "and that makes the same threads elsewhere", ran)
    ran = d.run("export", "--to", d.path("eml"))
    t.ok(ran.code == 0 and len(os.listdir(d.path("eml"))) >= 8,
         "export --to a folder", ran)
    one = d.run("export", "-o", "json").json()
    t.ok(all(isinstance(r["messages"], list) for r in one),
         "export -o json")


def saved(t, d):
    part = ("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
            "boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
            "Hi.\r\n--b\r\nContent-Type: text/plain; name=\"%s\"\r\n"
            "Content-Disposition: attachment; filename=\"%s\"\r\n\r\n"
            "secret\r\n--b--\r\n")
    for n, name in ((20, "../../etc/passwd"), (21, "-rf"), (22, ".profile"),
                    (23, "/tmp/absolute.txt"), (24, "plain.txt"),
                    (25, "plain.txt")):
        head = letter(n, subject="File %d" % n).partition(b"\r\n\r\n")[0]
        d.mails(head + b"\r\n" + (part % (name, name)).encode())
        m = d.thread(d.of("File %d" % n))["messages"][0]["id"]
        ran = d.run("save", m, "--to", d.path("safe"))
        if ran.code == 66:
            os.makedirs(d.path("safe"), exist_ok=True)
            ran = d.run("save", m, "--to", d.path("safe"))
        path = ran.out.strip()
        base = os.path.basename(path)
        t.ok(ran.code == 0 and os.path.dirname(path) == d.path("safe") and
             base[:1] not in ".-" and os.path.exists(path),
             "%r is saved inside the folder" % name, ran)
    t.equal(len(os.listdir(d.path("safe"))), 6, "nothing is overwritten")
    os.symlink("/etc/hostname", d.path("safe", "message-1.eml"))
    ran = d.run("save", 1, 0, "--to", d.path("safe"))
    t.ok(ran.code == 0 and os.path.islink(d.path("safe", "message-1.eml")) and
         ran.out.strip() != d.path("safe", "message-1.eml"),
         "a link laid in the way is not followed", ran)


def copies(t, d):
    n = d.of("Question 1")
    d.write(open(d.config).read().replace("undo-delay = 0s",
                                          "undo-delay = 1h"))
    d.run("reply", n, "--text", "-", input="On its way.\n")
    ran = d.run("backup", d.path("copy.db"))
    t.ok(ran.code == 0 and stat.S_IMODE(os.stat(d.path("copy.db")).st_mode)
         == 0o600, "backup", ran)
    ran = d.run("backup", d.path("copy.db"))
    t.ok(ran.code == 64, "is never written over", ran)
    ran = d.run("check", "--store", d.path("copy.db"))
    t.ok(ran.code == 0, "the copy is whole", ran)
    t.equal([[r[k] for k in ("id", "subject", "state", "messages")]
             for r in d.run("list", "-o", "json", "--store",
                            d.path("copy.db")).json()],
            [[r[k] for k in ("id", "subject", "state", "messages")]
             for r in d.run("list", "-o", "json").json()],
            "and holds the same")
    states = [r["state"] for r in d.run("outbox", "-o", "json", "--store",
                                        d.path("copy.db")).json()]
    t.equal(states, ["doubt"], "what was on its way is in doubt there")
    d.run("sync", "--now", "--store", d.path("copy.db"))
    t.equal(d.sent(), [], "a restored backup sends nothing by itself")
    row = d.run("outbox", "-o", "json", "--store",
                d.path("copy.db")).json()[0]["id"]
    ran = d.run("outbox", "resolve", row, "sent", "--store",
                d.path("copy.db"))
    t.equal(ran.code, 0, "a person settles it", ran)


def main():
    t = Tap()
    with Desk() as d:
        for one in (into, out, saved, copies):
            t.case(one, d)
    t.done()


main()
