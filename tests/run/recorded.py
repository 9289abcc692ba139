"""Recorded sessions of real servers, whole and cut, through the real sync.

Each session is written for tests/run/recorded.c, which answers our client by
command verb and compares the store after a cut and a whole run with that of
the whole run alone.  Sessions come from

  5-mailkit   each recorded IMAP session as it went, and each recorded answer
              by itself within a plain session
  5-net-imap  each response said in passing, before mails are listed, fetched
              and looked for, and as the answer itself
  5-curl      each IMAP test's server
  field       what other servers are known to say, below

In check a seeded sample, with SHOPBELL_SLOW=1 every cut, or RECORDED_CUTS of
them by lot of each session; RECORDED_RESULTS names a file for the table.
"""
import concurrent.futures
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lab"))
from field import SESSIONS          # noqa: E402
from tap import Tap                 # noqa: E402

SOURCE = os.environ.get("srcdir", os.path.join(HERE, "..", ".."))
BUILD = os.environ.get("builddir", os.path.join(SOURCE, "build"))
DATA = os.environ.get("SHOPBELL_DATA", os.path.join(SOURCE, "..", "shared",
                                                    "data"))
PROGRAM = os.path.join(BUILD, "tests", "run", "recorded")
SLOW = os.environ.get("SHOPBELL_SLOW") == "1"
SAMPLE = 16             # sessions of each kind in check
CUTS = 16               # and cuts of each
MOST = ["-n", os.environ["RECORDED_CUTS"]] if os.environ.get(
    "RECORDED_CUTS") else []
AT_ONCE = int(os.environ.get("RECORDED_AT_ONCE", "2"))

PLAIN_MAIL = (b"From: ida@example.com\r\nSubject: n%d\r\n"
              b"Message-ID: <%d@example.com>\r\n\r\nHello %d\r\n")


def body(uid):
    return PLAIN_MAIL % (uid, uid, uid)


def fetched(*uids):
    out = b""
    for n, uid in enumerate(uids):
        raw = body(uid)
        out += (b'* %d FETCH (UID %d FLAGS (\\Seen) INTERNALDATE '
                b'"01-Nov-2026 10:00:00 +0000" BODY[] {%d}\r\n%s)\r\n'
                % (n + 1, uid, len(raw), raw))
    return out


def basis(fetch=None, select=b"", caps=b"IMAP4rev1 AUTH=PLAIN SASL-IR"):
    """A plain session, of three mails or those fetched, as answers by verb."""
    uids = sorted({int(n) for n in re.findall(
        rb"(?m)^\* \d+ FETCH \(UID (\d+)", fetch or b"")} or {1, 2, 3})
    return [
        ("GREETING", b"* OK ready\r\n"),
        ("CAPABILITY", b"* CAPABILITY " + caps + b"\r\n{tag} OK\r\n"),
        ("LIST", b'* LIST (\\HasNoChildren) "/" INBOX\r\n{tag} OK\r\n'),
        ("SELECT", select + b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"
         b"* OK [UIDNEXT %d] x\r\n{tag} OK [READ-WRITE]\r\n"
         % (len(uids), uids[-1] + 1)),
        ("UID FETCH", fetch if fetch is not None else fetched(1, 2, 3)),
        ("UID SEARCH", b"* SEARCH%s\r\n" % b"".join(
            b" %d" % uid for uid in uids)),
    ]


# ---- 5-mailkit ----

# What is recorded of one command serves for its kin.
SAME = {"FETCH": "UID FETCH", "SEARCH": "UID SEARCH", "STORE": "UID STORE",
        "SORT": "UID SEARCH", "UID SORT": "UID SEARCH", "COPY": "UID COPY",
        "MOVE": "UID MOVE", "EXAMINE": "SELECT", "LOGIN": "AUTHENTICATE",
        "XLIST": "LIST"}


def verb_of(line):
    words = line.split()
    verb = words[1].upper() if len(words) > 1 else ""
    if verb == "UID" and len(words) > 2:
        verb += " " + words[2].upper()
    return SAME.get(verb, verb)


def mailkit_file(top, name):
    """"gmail.fetch.1.txt" is gmail/fetch.1.txt."""
    folder, _, rest = name.partition(".")
    path = os.path.join(top, folder, rest)
    if not os.path.exists(path):
        return None
    with open(path, "rb") as f:
        data = f.read().replace(b"A########", b"{tag}")
    # Kept with the ends of lines of its place; lengths count both bytes.
    return re.sub(rb"\r?\n", b"\r\n", data)


def spoken(text):
    """An answer written in a script, with its escapes."""
    return (text.replace("\\r", "\r").replace("\\n", "\n")
            .replace('\\"', '"').replace("\\\\", "\\").encode())


def with_login(session):
    """What is recorded for AUTHENTICATE is the answer to LOGIN, too."""
    have = {verb for verb, _ in session}
    return session + [("LOGIN", data) for verb, data in session
                      if verb == "AUTHENTICATE" and "LOGIN" not in have]


def mailkit_scripts(folder):
    """
    As they went, but that a server without memory gives the first answer to
    each command; the others have their turn in mailkit_files.
    """
    top = os.path.join(folder, "Imap", "Resources")
    with open(os.path.join(folder, "scripts.jsonl"), encoding="utf-8") as f:
        scripts = [json.loads(line) for line in f]
    for script in scripts:
        if script["protocol"] != "Imap":
            continue
        first = {}
        for step in script["steps"]:
            server = step["server"]
            data = (mailkit_file(top, server)
                    if re.fullmatch(r"[\w.+-]+\.txt", server)
                    else spoken(server))
            if data is None:
                continue
            tag = re.match(r"A\d+", step["client"])
            if tag:
                data = data.replace(tag.group().encode(), b"{tag}")
            verb = verb_of(step["client"]) if step["client"] else "GREETING"
            if verb:
                first.setdefault(verb, data)
        if first.get("GREETING"):
            yield script["script"], with_login(list(first.items()))


def mailkit_files(folder):
    """Each answer by itself: under its own verb, else in passing."""
    top = os.path.join(folder, "Imap", "Resources")
    for server in sorted(os.listdir(top)):
        for name in sorted(os.listdir(os.path.join(top, server))):
            data = mailkit_file(top, server + "." + name)
            if name.endswith(".msg"):
                yield server + "/" + name, basis(
                    b"* 1 FETCH (UID 2 FLAGS () BODY[] {%d}\r\n%s)\r\n"
                    % (len(data), data) + fetched(1, 3))
                continue
            kind = re.match(r"[a-z]+", name).group().upper()
            if b" FETCH (" in data and b"BODY[] {" in data:
                kind = "FETCH"
            session = [(v, d) for v, d in basis(
                data if kind == "FETCH" else None)
                if v.split()[-1] != SAME.get(kind, kind).split()[-1]]
            if kind in ("GREETING", "CAPABILITY", "AUTHENTICATE", "LIST",
                        "XLIST", "SELECT", "EXAMINE", "FETCH", "SEARCH"):
                session.append((SAME.get(kind, kind), data))
            else:
                passing = re.sub(rb"(?m)^(\{tag\}|\+).*\n", b"", data)
                session = basis(passing + fetched(1, 2, 3))
            yield server + "/" + name, with_login(session)


# ---- 5-net-imap ----

def net_imap(folder):
    with open(os.path.join(folder, "cases.jsonl"), encoding="utf-8") as f:
        for line in f:
            case = json.loads(line)
            said = case["response"].encode("utf-8", "surrogateescape")
            if not said.startswith(b"* "):
                said = b""
                session = basis()
                answer = case["response"].encode()
                tag = answer.split(b" ")[0]
                if re.fullmatch(rb"\w+", tag):
                    session = [(v, d) for v, d in session if v != "LIST"]
                    session += [("LIST", dict(basis())["LIST"].replace(
                        b"{tag} OK\r\n", answer.replace(tag, b"{tag}", 1)))]
            elif b"BYE" in said[:6] or b"PREAUTH" in said[:10]:
                session = basis()
                session[0] = ("GREETING", said)
            else:
                session = basis(said + fetched(1, 2, 3), said)
                session[-1] = ("UID SEARCH", said + b"* SEARCH 1 2 3\r\n")
            yield case["name"], session


# ---- 5-curl ----

def curl_session(text):
    """The server of one test: its abilities, its answers, its mail."""
    reply = text.partition("<reply>")[2].partition("</reply>")[0]
    data = re.search(r"<data[^>]*>\n(.*?)</data>", reply, re.S)
    raw = (data.group(1) if data else "").replace("\r", "").replace(
        "\n", "\r\n").encode()
    caps, session = b"IMAP4rev1", []
    for line in reply.partition("<servercmd>")[2].partition(
            "</servercmd>")[0].strip().splitlines():
        words = line.split()
        reply_to = re.match(r'REPLY (?:"([^"]*)"|(\S+)) ?(.*)', line)
        if words[0] == "AUTH":
            caps += b"".join(b" AUTH=" + w.encode()
                             for w in line.split()[1:])
        elif words[0] == "CAPA":
            caps += b" " + line[5:].encode()
        elif reply_to:
            verb = re.match(r"[A-Z]*", reply_to.group(1) or
                            reply_to.group(2)).group()
            answer = re.sub(r"\bA\d\d\d\b", "{tag}", reply_to.group(3))
            if verb:
                session.append((SAME.get(verb, verb),
                                answer.encode() + b"\r\n"))
    fetch = b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n" % (len(raw), raw)
    have = {verb for verb, _ in session}
    return session + [(v, d) for v, d in basis(fetch, caps=caps)
                      if v not in have]


def curl(folder):
    for name in sorted(os.listdir(folder)):
        if not name.startswith("test"):
            continue
        with open(os.path.join(folder, name), encoding="latin-1") as f:
            text = f.read()
        if re.search(r"^IMAPS?$", text, re.M):
            yield name, curl_session(text)


def field(_folder):
    for name, (_, answers) in SESSIONS.items():
        # Later ones go before earlier ones.
        yield name, with_login(list({**dict(basis()),
                                     **dict(answers)}.items()))


# ---- running ----

def write(path, session):
    with open(path, "wb") as f:
        for verb, data in session:
            f.write(b"%s\t%d\n%s" % (verb.encode(), len(data), data))


def run(path, *options):
    done = subprocess.run(["nice", PROGRAM, *options, path],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode(errors="replace").splitlines()


class Folder:
    def __init__(self, name):
        self.name = name
        self.sessions = self.cuts = self.mails = self.ended = 0
        self.bad = {"different": [], "hang": [], "crash": []}
        self.expected = {name: mails for name, (mails, _) in SESSIONS.items()
                         if mails is not None}
        self.wrong = []     # a field session with another number of mails

    def take(self, session, code, lines):
        for line in lines:
            word, _, rest = line.partition(" ")
            if word == "whole":
                self.sessions += 1
                self.ended += rest.split()[0] != "0"
                self.mails += int(rest.split()[1])
                want = self.expected.get(session)
                if want is not None and want != int(rest.split()[1]):
                    self.wrong.append("%s: %s, wanted %d mails" % (
                        session, rest, want))
            elif word == "cuts":
                self.cuts += int(rest)
            elif word in self.bad:
                self.bad[word].append("%s: %s" % (session, rest))
            elif word not in ("used", "shopbell:"):  # it tells of alerts
                code = code or 1
        if code:
            self.bad["crash"].append("%s: exit %s %s" % (session, code,
                                                         lines[-3:]))


def fresh(session, used, seen):
    """The answers whose cuts no other session has tried: same bytes before."""
    out, before = [], hashlib.sha256()
    for i in used:
        before.update(session[i][0].encode() + b"\0" + session[i][1])
        if before.digest() not in seen:
            seen.add(before.digest())
            out.append(i)
    return out


def whole_then_cut(result, sessions, pool):
    """Every cut, but for those that another session has tried already."""
    seen, jobs, cuts = set(), [], []
    for name, session, path in sessions:
        jobs.append((name, session, path, pool.submit(run, path)))
    for name, session, path, job in jobs:
        code, lines = job.result()
        result.take(name, code, [line for line in lines
                                 if not line.startswith("cuts")])
        used = [int(i) for line in lines if line.startswith("used ")
                for i in line.split()[1:]]
        answers = fresh(session, used, seen)
        if answers:
            cuts.append((name, pool.submit(
                run, path, "-a", ",".join(map(str, answers)), *MOST)))
    for name, job in cuts:
        code, lines = job.result()
        result.take(name, code, [line for line in lines if not
                                 line.startswith(("whole", "used"))])


def some(result, sessions, pool):
    """A few sessions and a few cuts of each, by lot."""
    lot = random.Random(1)
    sessions = lot.sample(sessions, min(SAMPLE, len(sessions)))
    jobs = []
    for name, session, path in sessions:
        answers = ",".join(str(i) for i in range(len(session)))
        jobs.append((name, pool.submit(
            run, path, "-a", answers, "-n", str(CUTS),
            "-s", str(lot.randrange(1 << 30)))))
    for name, job in jobs:
        result.take(name, *job.result())


def replay(where, source, folder, work):
    result, sessions = Folder(where), []
    for n, (name, session) in enumerate(source(folder)):
        path = os.path.join(work, "%s-%d" % (where, n))
        write(path, session)
        sessions.append((name, session, path))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        (whole_then_cut if SLOW else some)(result, sessions, pool)
    return result


def main():
    tap, table, began = Tap(), [], time.monotonic()
    table.append("folder       sessions   mails   ended   cuts   differences"
                 "   hangs   crashes")
    sources = (("5-mailkit", mailkit_scripts, "5-mailkit", "sessions"),
               ("5-mailkit", mailkit_files, "5-mailkit", "answers"),
               ("5-net-imap", net_imap, "5-net-imap", "responses"),
               ("5-curl", curl, "5-curl", "servers"),
               ("field", field, None, "sessions"))
    only = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="recorded-") as work:
        for where, source, name, what in sources:
            folder = name and os.path.join(DATA, name)
            title = "%s, %s" % (where, what)
            if only and source.__name__ not in only:
                continue
            if folder and not os.path.isdir(folder):
                tap.skip(title, "no " + folder)
                continue
            r = replay(where + "-" + what, source, folder, work)
            table.append("%-22s %5d %7d %7d %8d %8d %6d %6d" % (
                title, r.sessions, r.mails, r.ended, r.cuts,
                len(r.bad["different"]), len(r.bad["hang"]),
                len(r.bad["crash"])))
            for kind, cases in r.bad.items():
                tap.ok(not cases, "%s: no %s in %d sessions, %d cuts" % (
                    title, kind, r.sessions, r.cuts), *cases[:30])
            tap.ok(r.sessions > 0 and not r.wrong,
                   title + ": every mail is in the store", *r.wrong)
    table.append("%d s" % (time.monotonic() - began))
    for line in table:
        Tap.note(line)
    if os.environ.get("RECORDED_RESULTS"):
        with open(os.environ["RECORDED_RESULTS"], "w") as f:
            f.write("\n".join(table) + "\n")
    tap.done()


if __name__ == "__main__":
    main()
