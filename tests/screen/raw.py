"""What a terminal may be sent, whatever a mail holds."""
import re

# What a terminal program may send: text and these.
KNOWN = re.compile(
    rb"\x1b\[[0-9;?>]*[A-Za-z@`]|\x1b[()][0AB]|\x1b[=>78M]|\x1b\]52;c;"
    rb"[A-Za-z0-9+/=]*\x1b\\|[\r\n\x08\x07\x0f\x0e\t]")
BANNED = ["\u202e", "\u2066", "\u200b", "\U000e0041", "\u3164", "\uffa0"]


# The beginning of a sequence or of a character, at the end of what came.
BEGUN = re.compile(rb"\x1b([\[()][0-9;?>]*|\][^\x1b]*\x1b?)?$|"
                   rb"[\xc0-\xff][\x80-\xbf]{0,2}$")


def whole_raw(desk):
    """What was sent since the last time, up to the end of a sequence."""
    raw = desk.raw()
    for _ in range(200):
        if not BEGUN.search(raw):
            break
        desk.pump(20)
        more = desk.raw()
        if not more and not raw.endswith(b"\x1b") and \
                raw[-1] >= 0x80:
            break                           # a whole character, after all
        raw += more
    return raw


def check_raw(desk, where):
    raw = whole_raw(desk)
    rest = KNOWN.sub(b"", raw)
    text = rest.decode("utf-8")             # whole characters only
    for c in text:
        if ord(c) < 0x20 or 0x7f <= ord(c) < 0xa0 or c in BANNED:
            raise RuntimeError("%s: %r reached the terminal" % (where, c))
    if b"\x1b]0;" in raw or b"\x1b]52" in raw:
        raise RuntimeError("%s: a sender wrote to the terminal" % where)
