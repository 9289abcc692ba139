"""Three agents at work while the first sync runs: no error, nothing lost.

They assign, tag, note and answer as from the screen.  Afterwards the store is
sound and every write that was acknowledged is there.

    working.py [mails]      by itself 1,500; with a number, how long each
                            write took is printed too (make bench)
"""
import os
import subprocess
import sys
from collections import Counter, defaultdict

sys.path[:0] = [os.path.join(os.environ.get("srcdir", "."), "tests/lab"),
                os.path.join(os.environ.get("srcdir", "."), "tests/bench")]
from corpus import corpus  # noqa: E402
from lab import Lab, Tap, needs, skip_all, until  # noqa: E402

AGENT = os.path.join(os.environ.get("builddir", "build"), "tests/run/agent")
USER = "hello@shop.test"


def work(lab, shop):
    """The sync, the agents beside it; what the agents say."""
    stop = os.path.join(lab.folder, "stop")
    text = os.path.join(lab.folder, "text")
    with open(text, "w") as f:
        f.write("We have looked into it.\n")
    sync = shop.start("sync", "-q")
    until(lambda: os.path.exists(shop.store) and shop.run(
        "list", "-n", "1").out.strip())
    agents = [subprocess.Popen(
        [AGENT, shop.config, str(n), stop, text], env=shop.env(),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True) for n in range(3)]
    for one in agents:
        lab.keeper.hold(one.pid)
    ran = shop.finish(sync, 120)
    open(stop, "w").close()
    said = [one.communicate(timeout=60)[0].splitlines() for one in agents]
    return ran, said, [one.returncode for one in agents]


def percentile(v, p):
    v = sorted(v)
    return v[min(len(v) - 1, int(len(v) * p / 100))] / 1000 if v else 0


def working(t, mails, timed):
    with Lab() as lab:
        d = lab.start_dovecot()
        d.fill(USER, list(corpus(mails, 7)))
        # Nobody listens at its SMTP server, so that answers stay queued.
        shop = lab.shop(d, None, history="3650d")
        ran, said, codes = work(lab, shop)
        t.ok(ran.code in (0, 75) and codes == [0, 0, 0],
             "all came to their end", ran, *[s[-3:] for s in said])
        took, done, wrong = defaultdict(list), Counter(), []
        for line in sum(said, []):
            what, us, thread, why = (line.split(" ", 3) + [""])[:4]
            took[what].append(int(us))
            if not why:
                done[what] += 1
            elif "colleague" not in why and "draft" not in why:
                wrong.append(line)
        t.ok(not wrong and all(done[w] for w in (
            "assign", "tag", "note", "reply")),
            "no error in %d writes" % sum(map(len, took.values())),
            dict(done), *wrong[:10])
        check = shop.run("check")
        t.equal(check.code, 0, "the store is what its log says", check)
        shows = [shop.show(r["id"]) for r in shop.list("tag:by0")]
        t.ok(shows and all("by0" in s["tags"] for s in shows),
             "tags are there")
        t.equal(len(shop.outbox()), done["reply"], "each answer is queued")
        again = shop.sync("-q")
        audit = shop.run("audit")
        t.ok(again.code in (0, 75) and audit.code == 0,
             "and no mail is missing", again, audit)
        if timed:
            every = sum(took.values(), [])
            print("# %d mails in %.1f s, beside it %d writes of 3 agents: "
                  "median %.1f, p99 %.1f, worst %.1f ms" % (
                      mails, ran.seconds, len(every), percentile(every, 50),
                      percentile(every, 99), max(every) / 1000))
            for what, v in sorted(took.items()):
                print("#   %-8s %5d: median %6.1f  p99 %6.1f  worst %6.1f" % (
                    what, len(v), percentile(v, 50), percentile(v, 99),
                    max(v) / 1000))


needs("dovecot")
if not os.path.exists(AGENT):
    skip_all("no " + AGENT)
t = Tap()
t.case(working, int(sys.argv[1]) if len(sys.argv) > 1 else 1500,
       len(sys.argv) > 1)
t.done()
