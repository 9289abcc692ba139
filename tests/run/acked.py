"""What was acknowledged survives a power cut.

Commands of an agent, the power cut before each of their writes and after
their end, with all that was not synced lost, or some of it.  If the command
had said that it was done, it is.  By itself a seeded sample; with
SHOPBELL_SLOW every write.
"""
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
from kit import Desk, Tap, letter  # noqa: E402
from lab import needs, needs_preload  # noqa: E402

FAULT = os.path.abspath(os.path.join(
    os.environ.get("builddir", "build"), "tests/lab/fault.so"))
WORDS = "Words of ours.\n"
WAYS = {
    "reply": (["--text", "-"], WORDS,
              lambda d, row: len(d.run("outbox", "-o", "json").json()) == 1),
    "note": (["--text", "-"], WORDS, lambda d, row: any(
        m["kind"] == "note" for m in row["messages"])),
    "tag": (["+x"], None, lambda d, row: row["tags"] == ["x"]),
    "assign": (["me"], None, lambda d, row: row["assignee"] is not None),
}


def point(what, how, at):
    """Was it cut short, acknowledged, and is what was acknowledged there?"""
    args, words, there = WAYS[what]
    with Desk() as d:
        d.mails(letter(1))
        thread = list(d.rows())[0]
        ran = d.run(what, thread, *args, input=words, env=d.env(
            LD_PRELOAD=FAULT, FAULT_AT=str(at), FAULT_HOW=how,
            FAULT_SEED=str(at)))
        row = d.run("show", thread, "-o", "json").json()[0]
        acked = ran.code == 0 or ran.out.strip() != ""
        good = (there(d, row) or not acked) and d.run("check").code == 0
        return ran.code != 0, acked, good


def sweep(t, what, how):
    slow = bool(os.environ.get("SHOPBELL_SLOW"))
    places = ["end"] + list(range(1, 300))
    if not slow:
        places = ["end"] + sorted(random.Random(what + how).sample(
            range(1, 30), 5))
    lost, acks, cut, n = [], 0, 0, 0
    for at in places:
        short, acked, good = point(what, how, at)
        n += 1
        acks += acked
        cut += short
        if not good:
            lost.append(at)
        if slow and at != "end" and not short:
            break           # it has no more writes than that
    t.ok(not lost and acks and cut,
         "%s, %s: %d points, %d cut short, %d acknowledged, none lost" % (
             what, how, n, cut, acks), lost)


needs()
needs_preload(FAULT)
t = Tap()
for what in WAYS:
    for how in ("power", "torn"):
        t.case(sweep, what, how)
t.done()
