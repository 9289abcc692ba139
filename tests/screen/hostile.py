#!/usr/bin/python3
"""The hostile collection through every screen and command.

Each string of the collections is a sender's name, a subject, words of a text
and of HTML, and the name of a file.  All of them go through the lists and the
commands that print.  Our own strings and a part of the others, another one
each day, are walked through screen by screen, all with SHOPBELL_SLOW=1.
"""
import base64
import glob
import json
import os
import random
import re
import time

from desk import HERE, Desk, Shop, Tap, threads
from raw import check_raw

DATA = os.environ.get("SHOPBELL_DATA") or os.path.join(
    HERE, "..", "..", "..", "shared", "data")
SLOW = os.environ.get("SHOPBELL_SLOW") == "1"
WALKED = 6
OWN = [
    b"\x1b[31mred\x1b]0;title\x07", b"\x1b[2J\x1b[H", b"\x9b2J", b"\x90q\x9c",
    "\u202egnp.exe".encode(), "a\u200bb\u2066c".encode(), b"\x00\x01\x02\x7f",
    "\U000e0041\U000e0042".encode(), b"\xff\xfe\xc0\x80", b"\r\rover\x08\x08",
    "\u3164\uffa0".encode(), ("z" + "\u0301" * 40).encode(),
    b"\x1b[6n\x1b[c\x1b[?1049l", b"\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\",
]
WALK = [["z"], ["Z"], ["C"], ["h"], ["q"], ["V"], ["q"], ["H"], ["q"],
        ["s"], ["Esc"], ["o"], ["Esc"], ["p"], ["Esc"], ["g", "c"], ["q"],
        ["r"], ["Esc"], ["p"], ["q"], ["D"], ["f"], ["Esc"], ["D"], ["1"],
        ["D"], ["T"], ["Esc"], ["?"], ["q"], ["/", *"body", "Enter"], ["q"]]
PLACES = "iuamwAzsdor"


def strings():
    """Every string of the collections, once."""
    found = []
    for path in sorted(glob.glob(os.path.join(DATA, "8-*", "*.json"))):
        with open(path, encoding="utf-8") as f:
            for x in json.load(f):
                found.append(x if isinstance(x, str)
                             else x.get("payload", ""))
    for path in sorted(glob.glob(os.path.join(DATA, "8-*", "result.md"))):
        with open(path, encoding="utf-8", errors="replace") as f:
            for code in re.findall("`([^`\n]+)`", f.read()):
                found.append(re.sub(r"\\x([0-9a-f]{2})|\\e", lambda m: chr(
                    int(m.group(1), 16)) if m.group(1) else "\x1b", code))
    return list(dict.fromkeys(x.encode("utf-8", "surrogatepass")
                              for x in found if x.strip()))


def mail(i, raw):
    line = re.sub(rb"[\r\n]+", b" ", raw)
    word = b"=?utf-8?b?" + base64.b64encode(raw) + b"?="
    return b"".join([
        b"From: ", word, b" <evil%d@example.com>\nTo: \"" % i, line,
        b"\" <hello@shop.example>\nSubject: ", line, b" s%d\n" % i,
        b"Date: Sun, 22 Nov 2026 09:%02d:%02d +0000\n" % (i // 60 % 40,
                                                          i % 60),
        b"Message-ID: <x%d@mail.example>\nMIME-Version: 1.0\n" % i,
        b"Content-Type: multipart/mixed; boundary=xyz\n\n--xyz\n"
        b"Content-Type: text/plain; charset=utf-8\n\nbody ", raw,
        b" end\n> quoted ", line, b"\n--xyz\n"
        b"Content-Type: text/html; charset=utf-8\n\n<p>", raw,
        b"</p><a href=\"", line.replace(b'"', b""), b"\">there</a>\n--xyz\n"
        b"Content-Type: image/png; name=\"", line, b".png\"\n"
        b"Content-Disposition: attachment\n\nx\n--xyz--\n"])


def own_of(named):
    """The threads of our own strings; each subject ends in its number."""
    found = [i for subject, i in named.items()
             if int(re.search(r"s(\d+)$", subject).group(1)) < len(OWN)]
    assert len(found) == len(OWN)
    return found


def printed(shop, *args):
    """What a command prints holds no control but the end of a line."""
    out = shop.run(*args, check=False)
    bad = re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
                    "\u200b]", out)
    if bad:
        raise RuntimeError("%s: %r in %r" % (
            " ".join(args), bad.group(0),
            out[max(0, bad.start() - 60):bad.end() + 20]))


def commands_print_text(shop, ids):
    for kind in ("text", "json", "csv"):
        printed(shop, "list", "-n", "0", "-o", kind)
        printed(shop, "search", "-n", "0", "-o", kind, "body")
    for form in ("text", "json"):
        for i in ids:
            printed(shop, "show", i, "-o", form)
    for i in ids[:20]:
        printed(shop, "canned", "suggest", i)
        printed(shop, "explain", i)
        printed(shop, "assign", i, "me")
        printed(shop, "undo")


def lists_show_text(desk):
    desk.until("help")
    for place in PLACES:
        desk.keys("Esc", "g", place)
        for _ in range(3):
            desk.keys("Space")
            desk.pump(15)
        check_raw(desk, "g " + place)


def threads_show_text(desk, ids):
    for i in ids:
        desk.keys("Esc", "Esc", "g", "i", ":", *i, "Enter")
        desk.until("#" + i)
        for keys in WALK:
            desk.keys(*keys)
            desk.pump(10)
        check_raw(desk, "thread " + i)


def main():
    all_ = OWN + strings()
    shop = Shop()
    for i, s in enumerate(all_):
        shop.mail("x%d" % i, 0, "", "", "", raw=mail(i, s))
    shop.take()
    named = threads(shop)
    ids = sorted(named.values(), key=int)
    own = own_of(named)
    others = [i for i in ids if i not in own]
    some = ids if SLOW else own + random.Random(
        int(time.time()) // 86400).sample(others, min(WALKED, len(others)))
    desk = Desk(shop, 45, 150)
    try:
        def printing():
            commands_print_text(shop, ids if SLOW else some)
        printing.__name__ = "%d strings in what commands print" % len(all_)

        def listing():
            lists_show_text(desk)
        listing.__name__ = "in every list"

        def walking():
            threads_show_text(desk, some)
        walking.__name__ = "in every screen of %d of %d threads" % (
            len(some), len(ids))
        Tap().run([printing, listing, walking])
    finally:
        desk.close()
        shop.close()


if __name__ == "__main__":
    main()
