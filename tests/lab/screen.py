"""The program on a terminal: in tmux, where agents live.

    s = Screen(lab, shop)            # opens the desk
    s.until("Where is my ring")      # waits for words (a regular expression)
    s.keys("Enter", "1", "y")        # keys as tmux names them
    print(s.text())
"""
import os
import re
import shlex
import subprocess
import time


class Screen:
    def __init__(self, lab, shop, cols=100, rows=30, args=(), env=None):
        self.socket = os.path.join(lab.folder, "tmux-%d" % time.monotonic_ns())
        env = env or shop.env()
        command = " ".join(shlex.quote(a) for a in [
            "env", "-i"] + ["%s=%s" % x for x in env.items()
                            if x[0] != "TERM"] + [
            "TERM=tmux-256color", shop.argv()[0], "--config", shop.config] +
            list(args))
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(cols),
                   "-y", str(rows), command + "; echo exit $?; sleep 600",
                   ";", "set", "-g", "remain-on-exit", "on",
                   ";", "set", "-g", "status", "off",
                   ";", "set", "-sg", "escape-time", "0")
        pid = self._tmux("display-message", "-p", "#{pid}").strip()
        self.pid = int(self._tmux("display-message", "-p", "#{pane_pid}"))
        lab.keeper.hold(int(pid))
        lab.closers.append(self.close)

    def _tmux(self, *args):
        done = subprocess.run(("tmux", "-S", self.socket) + args,
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        if done.returncode != 0:
            raise RuntimeError("tmux %s: %s" % (args[:2], done.stdout))
        return done.stdout.decode()

    def text(self):
        return self._tmux("capture-pane", "-p")

    def keys(self, *keys):
        for key in keys:
            self._tmux("send-keys", key)

    def type(self, text):
        self._tmux("send-keys", "-l", text)

    def until(self, pattern, timeout=15):
        """Wait for a pattern; the screen's text, or an error showing it."""
        end = time.monotonic() + timeout
        while True:
            text = self.text()
            if re.search(pattern, text):
                return text
            if time.monotonic() > end:
                raise RuntimeError("%r did not appear:\n%s" % (pattern, text))
            time.sleep(0.02)

    def gone(self, pattern, timeout=15):
        end = time.monotonic() + timeout
        while re.search(pattern, self.text()):
            if time.monotonic() > end:
                raise RuntimeError("%r stayed:\n%s" % (pattern, self.text()))
            time.sleep(0.02)

    def close(self):
        try:
            self._tmux("kill-server")
        except RuntimeError:
            pass
