"""A shop in files and the program on a terminal of ours.

    shop = Shop(folder)              # mails, canned replies, a store
    desk = Desk(shop, 24, 80)        # the program itself, behind glass
    desk.until("Wrong size")         # waits for words, never for time
    desk.keys("j", "Enter")
    print(desk.text())
"""
import email.utils
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage

NOW = 1795340400                     # Sun 22 Nov 2026 09:40 UTC
HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("builddir", os.path.join(HERE, "../../build"))
SHOPBELL = os.environ.get("SHOPBELL", os.path.join(BUILD, "shopbell"))
GLASS = os.path.join(BUILD, "tests/screen/glass")
PATIENCE = float(os.environ.get("PATIENCE", 20))  # seconds

MINUTE, HOUR, DAY = 60, 3600, 86400

KEYS = {"Enter": "\r", "Tab": "\t", "Esc": "\x1b", "Space": " ",
        "Up": "\x1bOA", "Down": "\x1bOB", "Right": "\x1bOC",
        "Left": "\x1bOD", "PageDown": "\x1b[6~", "PageUp": "\x1b[5~",
        "Home": "\x1bOH", "End": "\x1bOF", "Backspace": "\x7f",
        "S-Tab": "\x1b[Z"}


def key(name):
    if name in KEYS:
        return KEYS[name]
    if re.fullmatch(r"C-.", name):
        return chr(ord(name[2]) & 0x1f)
    if re.fullmatch(r"M-.", name):
        return "\x1b" + name[2]
    return name


class Shop:
    """A folder with a configuration, canned replies and a store."""

    def __init__(self, extra="", shared=False):
        self.folder = tempfile.mkdtemp(prefix="shopbell-screen-")
        self.mails = os.path.join(self.folder, "mail")
        self.config = os.path.join(self.folder, "config")
        self.store = os.path.join(self.folder, "store.db")
        self.mark = os.path.join(self.folder, "mark")
        self.number = 0
        os.mkdir(self.mails)
        self.env = {"PATH": os.environ["PATH"], "HOME": self.folder,
                    "LC_ALL": "C.UTF-8", "TZ": "UTC",
                    "TERM": "xterm-256color",
                    "SHOPBELL_TEST_NOW": str(NOW),
                    "XDG_RUNTIME_DIR": self.folder}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.write_config(extra)
        self.canned("returns/label", "Return label", """\
Dear {{ customer.first_name | default: "customer" }},

here is your label. Put it on the parcel and drop it anywhere; we pay.

{{ agent.name }}""", keys="1", tags="returns")
        self.canned("late", "Sorry, your parcel is late", """\
Hello {{ customer.first_name | default: "there" }},

we are sorry that it takes so long. It left us on Monday and should be
with you within two days. If it is not, tell us and we send another.""",
                    keys="2")

    def write_config(self, extra):
        with open(self.config, "w") as f:
            f.write(CONFIG.format(folder=self.folder) + extra)

    def canned(self, name, title, text, keys="", tags=""):
        path = os.path.join(self.folder, "canned", name + ".txt")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write("Title: %s\n" % title)
            if keys:
                f.write("Keys: %s\n" % keys)
            if tags:
                f.write("Tags: %s\n" % tags)
            f.write("\n" + text + "\n")

    def mail(self, name, ago, sender, subject, text, ref=None, html=None,
             to="hello@shop.example", files=(), headers=(), raw=None):
        self.number += 1
        path = os.path.join(self.mails, "%04d.eml" % self.number)
        if raw is None:
            m = EmailMessage()
            m["From"], m["To"], m["Subject"] = sender, to, subject
            m["Date"] = email.utils.formatdate(NOW - ago)
            m["Message-ID"] = "<%s@mail.example>" % name
            if ref:
                m["In-Reply-To"] = m["References"] = "<%s@mail.example>" % ref
            for k, v in headers:
                m[k] = v
            if html:
                m.set_content(html, subtype="html")
            else:
                m.set_content(text)
            for file, kind, data in files:
                a, b = kind.split("/")
                m.add_attachment(data, maintype=a, subtype=b, filename=file)
            raw = m.as_bytes()
        with open(path, "wb") as f:
            f.write(raw)

    def run(self, *args, check=True, text=None):
        name = 2 if args[0] == "customer" else 1   # words of the command
        done = subprocess.run([SHOPBELL, *args[:name], "--config",
                               self.config, *args[name:]],
                              env=self.env, input=text,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT,
                              universal_newlines=True)
        if check and done.returncode != 0:
            raise RuntimeError("%s: %s" % (args, done.stdout))
        return done.stdout

    def take(self):
        """Put the mails written so far into the store."""
        out = self.run("import", self.mails)
        for f in os.listdir(self.mails):
            os.unlink(os.path.join(self.mails, f))
        return out

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


CONFIG = """\
[shopbell]
	store = {folder}/store.db
	canned = {folder}/canned
	undo-delay = 10s
	zone = UTC
	sync-from-screen = no
[account "shop"]
	address = hello@shop.example
	name = The Shop
	user = hello@shop.example
	password-command = echo none
	imap = imap://127.0.0.1:1
	smtp = smtp://127.0.0.1:1
	tls = none
[agent "root"]
	name = Ana Ruiz
	email = ana@shop.example
	signature = Ana, The Shop
[agent "ben"]
	name = Ben Okoro
	email = ben@shop.example
[target "default"]
	first = 1h
	next = 4h
	warn = 50%
[view "Returns"]
	query = tag:returns is:open
	key = g R
"""


class Desk:
    """The program on a terminal of rows by cols."""

    def __init__(self, shop, rows, cols, env=None, args=(), before=()):
        self.shop = shop
        argv = list(before) + [SHOPBELL, "--config", shop.config] + list(args)
        self.glass = subprocess.Popen(
            [GLASS, str(rows), str(cols)] + argv,
            env={**shop.env, **(env or {})}, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)

    def ask(self, line):
        self.glass.stdin.write((line + "\n").encode())
        self.glass.stdin.flush()
        out = []
        while True:
            got = self.glass.stdout.readline()
            if not got:
                raise RuntimeError("the glass broke")
            got = got.decode("utf-8", "surrogateescape").rstrip("\n")
            if got == ".":
                return out
            out.append(got)

    def pump(self, ms=20):
        self.ask("pump %d" % ms)

    def text(self):
        self.pump()
        return "\n".join(r[1:] for r in self.ask("screen"))

    def send(self, text):
        data = text.encode() if isinstance(text, str) else text
        self.ask("type " + data.hex())

    def keys(self, *names):
        for name in names:
            self.send(key(name))
            # A terminal tells Esc from Alt by the time that follows.
            self.pump(80 if name == "Esc" else 2)

    def until(self, pattern, what=None):
        """The screen once the pattern is on it."""
        end = time.monotonic() + PATIENCE
        while True:
            text = self.text()
            if re.search(pattern, text):
                return text
            if time.monotonic() > end:
                raise RuntimeError("%r did not appear:\n%s" % (pattern, text))

    def gone(self, pattern):
        end = time.monotonic() + PATIENCE
        while re.search(pattern, self.text()):
            if time.monotonic() > end:
                raise RuntimeError("%r stayed:\n%s" % (pattern, self.text()))

    def still(self):
        """The screen when it has come to rest."""
        last = None
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.pump(60)
            text = self.text()
            if text == last:
                return text
            last = text
        return last

    def resize(self, rows, cols):
        self.ask("size %d %d" % (rows, cols))

    def signal(self, number):
        self.ask("signal %d" % number)

    def raw(self):
        n, *rest = self.ask("raw")[0].split(" ")
        return bytes.fromhex(rest[0]) if rest and rest[0] else b""

    def modes(self):
        alt, echo, icanon = self.ask("modes")[0].split()
        return {"alt": alt == "1", "echo": echo == "1",
                "icanon": icanon == "1"}

    def hangup(self):
        self.ask("hangup")

    def wait(self, ms=15000):
        return self.ask("wait %d" % ms)[0]

    def close(self):
        try:
            self.glass.stdin.close()
        except OSError:
            pass
        self.glass.wait()


class Tap:
    """TAP for a script: each test is a function whose name is its sentence."""

    def __init__(self):
        self.number = 0
        self.failed = 0

    def run(self, tests):
        print("1..%d" % len(tests))
        for test in tests:
            self.number += 1
            name = test.__name__.replace("_", " ")
            try:
                skip = test()
                print("ok %d - %s%s" % (self.number, name,
                                        " # SKIP " + skip if skip else ""))
            except Exception as e:            # a broken test is a failed one
                self.failed += 1
                print("not ok %d - %s" % (self.number, name))
                for line in ("%s: %s" % (type(e).__name__, e)).split("\n"):
                    print("# " + line)
            sys.stdout.flush()
        sys.exit(1 if self.failed else 0)


# A picture of 4032 x 3024, as far as its header.
PHOTO = (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
         b"\xff\xc0\0\x11\x08\x0b\xd0\x0f\xc0\3\1\x22\0\2\x11\1\3\x11\1"
         b"\xff\xda" + b"x" * 48000)


def sample(shop):
    """About thirty threads with something of everything."""
    shop.mail("size", 12 * MINUTE, "Maria Schmidt <maria@example.com>",
              "Wrong size, again", "Hello,\n\nI ordered a 38 but got a 40. "
              "This is the second time. Could you send me a return label?\n\n"
              "Thanks\nMaria")
    shop.mail("parcel", 3 * HOUR, "Jo Example <jo@example.org>",
              "Where is my parcel?", "Hi there,\n\nthe tracking says "
              "\"in transit\" since Monday. Order 4711.\n\nJo")
    shop.mail("parcel2", 2 * HOUR, "Jo Example <jo@example.org>",
              "Re: Where is my parcel?", "Anybody there?\n\n> the tracking "
              "says \"in transit\" since Monday.\n> Order 4711.\n",
              ref="parcel")
    shop.mail("tokyo", 26 * HOUR, "山田 太郎 <taro@example.jp>", "注文の確認",
              "こんにちは。注文番号 4720 の発送日を教えてください。"
              "よろしくお願いします。")
    shop.mail("coast", 35 * MINUTE, "Jürgen Müller <juergen@example.de>",
              "Rückfrage zur Größe", "Guten Tag,\n\nwie fällt der Ring "
              "\"Küste\" aus? Ich schwanke zwischen 54 und 56.\n\n"
              "Mit freundlichen Grüßen\nJürgen Müller")
    shop.mail("news", 5 * HOUR, "Trade News <news@list.example>",
              "The new catalogue is here", "Everything new.",
              headers=[("List-Id", "<news.list.example>"),
                       ("Precedence", "bulk")])
    shop.mail("html", 40 * MINUTE, "Ann Orders <ann@example.net>",
              "Order confirmation and a question", "",
              html="<h1>Your order</h1><table><tr><th>Item</th><th>Qty</th>"
              "<th>Price</th></tr><tr><td>Ring Coast</td><td>1</td>"
              "<td>49.00</td></tr><tr><td>Chain 45 cm</td><td>2</td>"
              "<td>38.00</td></tr></table><p>Is the <a href="
              "'https://shop.example/ring'>ring</a> free of nickel?</p>")
    shop.mail("thanks", 4 * DAY, "Lee Long <lee@example.com>", "Thank you!",
              "The necklace is wonderful. My mother cried.\n\nLee")
    shop.mail("photo", 50 * MINUTE, "Kim Park <kim@example.com>",
              "Photo of the damage", "See the picture. The clasp is broken.",
              files=[("clasp.jpg", "image/jpeg", PHOTO)])
    subjects = ["Question about delivery", "Return of order",
                "Gift wrapping?", "Invoice missing", "Change of address"]
    for i in range(24):
        shop.mail("many%d" % i, (i + 2) * HOUR + i * 7 * MINUTE,
                  "Customer %02d <c%02d@example.com>" % (i, i),
                  "%s %d" % (subjects[i % 5], 4000 + i),
                  "Hello shop,\n\nthis is about order %d. Please help me "
                  "soon.\n\nBest\nCustomer %d" % (4000 + i, i))
    shop.take()
    number = threads(shop)
    shop.run("tag", number["Wrong size, again"], "+returns", "+size")
    shop.run("assign", number["Wrong size, again"], "me")
    shop.run("assign", number["Where is my parcel?"], "ben")
    shop.run("note", number["Where is my parcel?"],
             "Rang the carrier: it is in Leipzig, out for delivery tomorrow.")
    shop.run("star", number["注文の確認"])
    shop.run("close", number["Thank you!"])
    shop.run("snooze", number["Invoice missing 4003"], "2d")
    shop.run("pending", number["Gift wrapping? 4002"])
    return number


def threads(shop):
    import json
    out = shop.run("list", "-n", "0", "-o", "json")
    rows = [json.loads(line) for line in out.splitlines()]
    return {r["subject"]: str(r["id"]) for r in rows}
