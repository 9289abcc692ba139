"""A store put back from a copy, by every way there is, never sends by itself.

An answer is queued and the store is copied; then the answer leaves, a note is
written, and the copy is put back.  Whatever made the copy and whatever puts
it back: what it holds as unsent is in doubt, a person is told, nothing leaves
again, and the store is sound.
"""
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
from kit import Desk, Tap, letter  # noqa: E402

TAILS = ("", "-wal", "-shm", ".witness")


def there(d):
    return [d.store + t for t in TAILS if os.path.exists(d.store + t)]


# ---- making a copy; what is in the folder "copy" is put back later ----

def by_backup(d, to):
    ran = d.run("backup", os.path.join(to, "store.db"))
    if ran.code != 0:
        raise RuntimeError(str(ran))


def by_files(d, to):
    for path in there(d):
        shutil.copy2(path, to)


def by_three_files(d, to):
    for tail in ("", "-wal", "-shm"):
        if os.path.exists(d.store + tail):
            shutil.copy2(d.store + tail, to)


def by_one_file(d, to):
    shutil.copy(d.store, to)


def by_sqlite(d, to):
    with closing(sqlite3.connect(d.store)) as a, \
            closing(sqlite3.connect(os.path.join(to, "store.db"))) as b:
        a.backup(b)


def by_vacuum(d, to):
    with closing(sqlite3.connect(d.store)) as a:
        # The view asks for functions that only the program has.
        a.create_function("visible", 2, lambda a, b: a)
        a.create_function("numbers", 2, lambda a, b: "")
        a.execute("VACUUM INTO ?", (os.path.join(to, "store.db"),))


COPIES = {
    "backup": by_backup, "cp of all files": by_files,
    "cp of store and log": by_three_files, "cp of the store alone":
    by_one_file, "sqlite3 .backup": by_sqlite, "VACUUM INTO": by_vacuum,
}


# ---- putting it back ----

def in_place(d, kept):
    """cp, dd, rsync --inplace: the file stays, its bytes change."""
    for name in sorted(os.listdir(kept)):
        with open(os.path.join(kept, name), "rb") as f:
            data = f.read()
        path = os.path.join(d.folder, name)
        with open(path, "r+b" if os.path.exists(path) else "wb") as f:
            f.write(data)
            f.truncate()


def moved(d, kept):
    for name in os.listdir(kept):
        os.rename(os.path.join(kept, name), os.path.join(d.folder, name))


def cleared(d, kept):
    """rm store.db*, then cp: the number of the file may well be the same."""
    for path in there(d):
        os.unlink(path)
    for name in os.listdir(kept):
        shutil.copy2(os.path.join(kept, name), d.folder)


def sqlite_lore(d, kept):
    """What every page on SQLite says: remove -wal and -shm, then cp."""
    for tail in ("-wal", "-shm"):
        if os.path.exists(d.store + tail):
            os.unlink(d.store + tail)
    in_place(d, kept)


def tarred(d, kept):
    a = subprocess.Popen(["tar", "-C", kept, "-cf", "-", "."],
                         stdout=subprocess.PIPE)
    subprocess.run(["tar", "-C", d.folder, "-xf", "-"], stdin=a.stdout,
                   check=True)
    a.wait()


def sqlite_back(d, kept):
    with closing(sqlite3.connect(os.path.join(kept, "store.db"))) as a, \
            closing(sqlite3.connect(d.store)) as b:
        a.backup(b)


BACK = {"cp over it": in_place, "mv": moved, "rm and cp": cleared,
        "rm of the log and cp": sqlite_lore, "tar": tarred,
        "sqlite3 .restore": sqlite_back}


def sound(d):
    with closing(sqlite3.connect(d.store)) as c:
        return c.execute("PRAGMA quick_check").fetchone()[0]


def sent(d):
    if not os.path.isdir(d.path("sent")):
        return 0
    return len(os.listdir(d.path("sent")))


def must(ran):
    if ran.code != 0:
        raise RuntimeError(str(ran))
    return ran


def one(t, copy, back, checkpoint):
    with Desk() as d:
        d.mails(letter(1), letter(2))
        rows = {r["subject"]: r["id"] for r in d.rows().values()}
        must(d.run("reply", rows["Question 1"], "--text", "-", input="Yes.\n"))
        if checkpoint:
            # Into the file itself, as a sync of another account does.
            with closing(sqlite3.connect(d.store)) as c:
                c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept = d.path("kept")
        os.makedirs(kept)
        COPIES[copy](d, kept)
        must(d.run("sync", "--now"))
        first = sent(d)
        # Gone, so that a second one would be seen and no file is evidence.
        shutil.rmtree(d.path("sent"), ignore_errors=True)
        for i in range(3):
            must(d.run("note", rows["Question 2"], "--text", "-",
                       input="Since then %d.\n" % i * 900))
        BACK[back](d, kept)
        looked = d.run("outbox", "-o", "json")
        states = [r["state"] for r in looked.json()] \
            if looked.code == 0 else looked
        said = "in doubt" in looked.err
        synced = d.run("sync", "--now")
        after = sent(d)
        check = d.run("check")
        # A copy made of the file alone may not hold the answer at all.
        want = [["doubt"]] if checkpoint or copy != "cp of the store alone" \
            else [["doubt"], []]
        if copy == "backup":
            said = True  # it lies there in doubt already
        t.ok(first == 1 and states in want and synced.code == 0 and
             after == 0 and check.code == 0 and sound(d) == "ok" and
             (said or not states),
             "%s, %s%s: in doubt" % (copy, back,
                                     ", checkpointed" if checkpoint else ""),
             "sent %d, states %s, then %d" % (first, states, after), looked,
             synced, check, os.listdir(d.folder))


def not_a_copy(t):
    """What is no copy must not be taken for one."""
    with Desk() as d:
        d.mails(letter(1))
        thread = list(d.rows())[0]
        d.write(open(d.config).read().replace("undo-delay = 0s",
                                              "undo-delay = 1h"))
        must(d.run("reply", thread, "--text", "-", input="Yes.\n"))

        def state(what):
            ran = must(d.run("outbox", "-o", "json"))
            t.equal(([r["state"] for r in ran.json()], ran.err),
                    (["queued"], ""), what)
        state("queued")
        os.rename(d.store, d.store + ".x")
        os.rename(d.store + ".x", d.store)
        os.utime(d.store, (1, 1))
        os.chmod(d.store, 0o600)
        state("renamed, touched, chmod: the same store")
        with closing(sqlite3.connect(d.store)) as c:
            c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        state("sqlite3 looked at it")
        for n in (2, 3):
            d.mails(letter(n))
            must(d.run("note", thread, "--text", "-", input="More.\n"))
        state("more mail, more notes")


def in_use(t):
    """A store put back below an open screen: refused, not mixed."""
    with Desk() as d:
        d.mails(letter(1))
        thread = list(d.rows())[0]
        kept = d.path("kept")
        os.makedirs(kept)
        by_backup(d, kept)
        must(d.run("sync"))
        must(d.run("note", thread, "--text", "-", input="More.\n"))
        with closing(sqlite3.connect(d.store)) as c:
            c.execute("SELECT count(*) FROM thread").fetchone()
            in_place(d, kept)
            ran = d.run("list")
            t.ok(ran.code == 75 and "leave every screen" in ran.err,
                 "put back while in use: said", ran)


def all_ways():
    for copy in COPIES:
        for back in BACK:
            yield copy, back, True
            if copy in ("cp of the store alone", "cp of store and log"):
                yield copy, back, False


def one_by_one(t):
    ways = list(all_ways())
    if not os.environ.get("SHOPBELL_SLOW"):
        # Of each copy and each way back some, and the most usual ones.
        ways = [w for w in ways if w[0] == "backup" or w[1] == "cp over it" or
                random.Random(str(w)).random() < 0.2]
    for way in ways:
        one(t, *way)


def no_evidence(t):
    """A file that holds our answer does not prove that it left."""
    with Desk() as d:
        d.mails(letter(1))
        thread = list(d.rows())[0]
        must(d.run("reply", thread, "--text", "-", input="Yes.\n"))
        kept = d.path("kept")
        os.makedirs(kept)
        must(d.run("backup", os.path.join(kept, "store.db")))
        cleared(d, kept)
        with open(d.path("all.mbox"), "w") as f:
            f.write(must(d.run("export")).out)
        must(d.run("import", d.path("all.mbox")))
        states = [r["state"] for r in d.run("outbox", "-o", "json").json()]
        t.equal(states, ["doubt"], "imported: still in doubt")


t = Tap()
t.case(one_by_one)
t.case(not_a_copy)
t.case(no_evidence)
t.case(in_use)
t.done()
