#!/usr/bin/python3
"""What goes out, read by a library of somebody else's.

Random drafts through new --preview: every byte is canonical, and Python's
email package finds the subject, names, text and files that were written.
"""
import email
import email.header
import email.policy
import email.utils
import os
import random
import re

from kit import Desk, Tap, letter

ROUNDS = 1500 if os.environ.get("SHOPBELL_SLOW") else 100
PIECES = ["a", "Hello", "From ", "from here", ".", "..", ">", "--", " ", "  ",
          "=", "=3D", "=?utf-8?Q?x?=", "ü", "日本語", "😀", "é", "العربية",
          "\\", "<", "&", ",", ";", ":", "(", ")", "%20", "a-b-c", "'", '"q"',
          "https://shop.example/a?b=c&d=e_f", "wordwithoutend" * 6]
BREAKS = ["\n", "\n\n", "\n ", "\n> ", "\n>> ", "\nFrom ", "\n.\n", "\n-- \n"]


def some(r, pieces, most):
    return "".join(r.choice(pieces) + r.choice(["", "", " "])
                   for _ in range(r.randrange(most)))


def canonical(raw):
    lines = raw.split(b"\r\n")
    return (raw.endswith(b"\r\n") and
            all(b"\n" not in x and b"\r" not in x and len(x) <= 998
                for x in lines) and
            all(0 < c < 128 for c in raw))


def apart(line):
    """The depth of a quoted line and what it says; "> > x" is ">> x"."""
    marks = re.match(r">(?: ?>)*", line)
    if not marks:
        return 0, line
    return marks.group().count(">"), line[marks.end():].removeprefix(" ")


def unflow(text):
    """RFC 3676, 4.2 and 4.5: what was written, as one line a paragraph."""
    out, open_ = [], None
    for line in text.split("\n"):
        depth, said = apart(line)
        if depth == 0:
            said = said.removeprefix(" ")
        if open_ == depth:
            out[-1] += said
        else:
            out.append(">" * depth + " " * (depth > 0) + said)
        soft = said.endswith(" ") and said != "-- "
        open_ = depth if soft else None
    return "\n".join(out)


def kept(text):
    """What a mail keeps: no blanks at the ends of lines."""
    lines = []
    for line in text.split("\n"):
        depth, said = apart(line)
        said = said if said == "-- " else said.rstrip(" \t")
        lines.append((">" * depth + " " + said).rstrip(" \t")
                     if depth else said)
    return "\n".join(lines).rstrip()


def words(text):
    return " ".join(text.split())


def name_in(raw):
    """By RFC 2047, 6.2; the newer parser leaves blanks between the words."""
    to = email.message_from_bytes(raw)["To"].replace("\r\n", "")
    return str(email.header.make_header(email.header.decode_header(
        email.utils.parseaddr(to)[0])))


class Draft:
    """A random one, queued."""

    def __init__(self, d, number):
        r = random.Random(number)
        self.subject = "x" + some(r, PIECES, 20)
        self.name = "x" + words(some(r, [p for p in PIECES if p not in
                                         ('"q"', "\\")], 6)) + "x"
        self.text = "x" + some(r, PIECES + BREAKS, r.choice([10, 60, 300]))
        self.files = []
        args = ["new", "--to", '"%s" <ann%d@bücher.example>' % (
                    self.name, number),
                "--subject", self.subject, "--text", "-"]
        for i in range(r.choice([0, 0, 1, 2])):
            base = "f%d%s" % (i, some(r, [p for p in PIECES if "/" not in p
                                          and "?" not in p], 7))[:120]
            base = base.rstrip()
            data = r.randbytes(r.randrange(4000))
            with open(d.path(base), "wb") as f:
                f.write(data)
            self.files.append((base, data))
            args += ["--attach", d.path(base)]
        self.ran = d.run(*args, input=self.text)
        self.addr = "ann%d@xn--bcher-kva.example" % number

    def wanted(self):
        return {"subject": words(self.subject), "name": self.name,
                "text": kept(self.text).rstrip(), "files": self.files,
                "faults": [], "canonical": True}

    @staticmethod
    def found(raw):
        m = email.message_from_bytes(raw, policy=email.policy.default)
        body = m.get_body(("plain",)).get_content()
        body = body.replace("\r\n", "\n")
        return {"subject": words(m["Subject"]),
                "name": words(name_in(raw)),
                "text": kept(unflow(body)).rpartition(
                    "\n\n-- \nAna, The Shop")[0].rstrip(),
                "files": [(a.get_filename(), a.get_payload(decode=True))
                          for a in m.iter_attachments()],
                "faults": [str(x) for x in m.defects],
                "canonical": canonical(raw)}


def drafts(t, d):
    queued = [Draft(d, n) for n in range(ROUNDS)]
    ran = d.run("sync", timeout=300)
    t.equal(ran.code, 0, "all are sent", ran)
    out = {}
    for raw in d.sent():
        to = email.message_from_bytes(raw, policy=email.policy.default)["To"]
        out[to.addresses[0].addr_spec] = raw
    wrong = []
    for x in queued:
        if x.ran.code != 0 or x.addr not in out:
            wrong.append(str(x.ran))
            continue
        got, want = x.found(out[x.addr]), x.wanted()
        for key in want:
            if got[key] != want[key]:
                wrong.append("%s %s:\n%r\n%r" % (x.addr, key, got[key],
                                                want[key]))
    t.equal(len(wrong), 0, "%d random drafts are read back" % ROUNDS,
            *wrong[:3])


def limits(t, d):
    n = d.of("Question 1")
    path = d.path("big.bin")
    with open(path, "wb") as f:
        f.truncate(30 << 20)
    rows = d.run("outbox", "--all", "-o", "json").out
    ran = d.run("reply", n, "--text", "-", "--attach", path, input="x\n")
    t.ok(ran.code == 64 and "send-limit" in ran.err, "too large", ran)
    ran = d.run("reply", n, "--text", "-", "--attach", d.path("nowhere.pdf"),
                input="x\n")
    t.ok(ran.code == 66 and "nowhere.pdf" in ran.err, "missing", ran)
    ran = d.run("reply", n, "--text", "-", "--attach", d.folder, input="x\n")
    t.ok(ran.code == 64 and "no file" in ran.err, "a folder", ran)
    pipe = d.path("pipe")
    os.mkfifo(pipe)
    ran = d.run("reply", n, "--text", "-", "--attach", pipe, input="x\n",
                timeout=10)
    t.ok(ran.code == 64 and "no file" in ran.err, "a pipe is not read", ran)
    t.equal(d.run("outbox", "--all", "-o", "json").out, rows,
            "and nothing of it was queued")
    ran = d.run("new", "--to", "jo@bücher.example", "--subject", "x", "--text",
                "-", input="x\n")
    t.equal(ran.code, 0, "a domain of letters", ran)
    d.run("sync")
    raw = d.sent()[-1]
    t.ok(b"jo@xn--bcher-kva.example" in raw, "goes out as its xn-- form", raw)


def forward(t, d):
    raw = letter(7, subject="Photo", extra=(
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n"), text=(
        "--b\r\nContent-Type: text/plain\r\n\r\nHere.\r\n"
        "--b\r\nContent-Type: image/png; name=\"../a b.png\"\r\n"
        "Content-Disposition: attachment\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAA=\r\n--b--"))
    d.mails(raw)
    ran = d.run("forward", d.of("Photo"), "--to", "smith@example.net",
                "--preview")
    m = email.message_from_bytes(ran.out.encode(), policy=email.policy.default)
    got = [(a.get_filename(), a.get_content_type(), a.get_content()[:8])
           for a in m.iter_attachments()]
    t.equal(got, [("a b.png", "image/png", b"\x89PNG\r\n\x1a\n")],
            "a forward carries what was attached", ran)


def types(t, d):
    """By what is in them, whatever the name says."""
    wanted = {"a.pdf": (b"%PDF-1.4\n%x\n", "application/pdf"),
              "b.pdf": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"
                        b"\x08\2\0\0\0", "image/png"),
              "c.txt": ("Größe\n".encode(), "text/plain"),
              "d.csv": (b"a;b\n1;2\n", "text/csv"),
              "e.eml": (b"From: a@b.example\nTo: c\n\nx\n",
                        "application/octet-stream"),
              "f": (b"", "application/octet-stream")}
    args = []
    for name, (data, _) in wanted.items():
        with open(d.path(name), "wb") as f:
            f.write(data)
        args += ["--attach", d.path(name)]
    d.run("new", "--to", "x@example.org", "--subject", "types", "--text", "-",
          *args, input="x\n")
    d.run("sync")
    m = email.message_from_bytes(d.sent()[-1], policy=email.policy.default)
    got = {a.get_filename(): (a.get_payload(decode=True),
                              a.get_content_type())
           for a in m.iter_attachments()}
    t.equal(got, wanted, "types by content")
    text = [a for a in m.iter_attachments() if a.get_filename() == "c.txt"][0]
    t.equal(text.get_content(), "Größe\n", "a text says its charset")


def markdown(t, d):
    """Asked for by a canned reply: the same words twice."""
    d.canned("md", "Title: Md\nMarkdown: yes\n\n"
             "Hello **you**, see [us](https://shop.example/).\n"
             "<script>alert(1)</script>\n")
    t.ok("Markdown: yes" in d.run("canned", "show", "md").out,
         "canned show says so")
    d.run("reply", d.of("Question 1"), "--canned", "md", "--again")
    d.run("sync")
    m = email.message_from_bytes(d.sent()[-1], policy=email.policy.default)
    html = m.get_body(("html",)).get_content()
    t.equal((m.get_content_type(), m.get_body(("plain",)).get_content()
             .startswith("Hello **you**")), ("multipart/alternative", True),
            "the plain text first, as it was written", m)
    t.ok("<strong>you</strong>" in html and "&lt;script&gt;" in html and
         '<a href="https://shop.example/">' in html and
         "<blockquote>" in html, "and HTML that does no harm", html)
    t.ok(canonical(d.sent()[-1]), "both canonical")


t = Tap()
with Desk() as d:
    d.mails(letter(1))
    for case in (drafts, limits, forward, types, markdown):
        t.case(case, d)
t.done()
