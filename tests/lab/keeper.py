"""Stops what a test started, even when the test itself is killed.

A keeper is a small process that waits for its standard input to end.  A test
tells it the pids to stop and the folder to remove; when the test closes the
pipe, or dies, the keeper stops the processes and removes the folder.
"""
import os
import subprocess
import sys

BODY = r"""
import os, shutil, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)

def started(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            rest = f.read().rpartition(")")[2].split()
            return None if rest[0] == "Z" else rest[19]
    except OSError:
        return None

held, folder = {}, None
for line in sys.stdin:
    word, _, value = line.strip().partition(" ")
    if word == "pid":
        held[int(value)] = started(int(value))
    elif word == "done":
        held.pop(int(value), None)
    elif word == "folder":
        folder = value

def living():
    return [p for p, s in held.items() if s and started(p) == s]

def send(pid, sig):
    # To the process, or to its group if it leads one of its own.
    try:
        if os.getpgid(pid) == pid:
            os.killpg(pid, sig)
        else:
            os.kill(pid, sig)
    except OSError:
        pass

for sig, limit in ((signal.SIGTERM, 0.5), (signal.SIGKILL, 2)):
    for pid in living():
        send(pid, sig)
    end = time.monotonic() + limit
    while living() and time.monotonic() < end:
        time.sleep(0.01)
if folder:
    for _ in range(3):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.exists(folder):
            break
        time.sleep(0.1)
"""


class Keeper:
    def __init__(self, folder):
        self.child = subprocess.Popen(
            [sys.executable, "-c", BODY], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, text=True)
        if not os.environ.get("LAB_KEEP"):
            self._tell("folder", folder)

    def _tell(self, word, value):
        try:
            self.child.stdin.write("%s %s\n" % (word, value))
            self.child.stdin.flush()
        except BrokenPipeError:
            pass

    def hold(self, pid):
        self._tell("pid", pid)

    def forget(self, pid):
        self._tell("done", pid)

    def close(self):
        if self.child.stdin.closed:
            return
        self.child.stdin.close()
        self.child.wait(300)  # a large mailbox takes long to remove
