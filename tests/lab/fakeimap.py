"""A scripted IMAP server: it answers by command verb.

script maps a verb ("CAPABILITY", "LOGIN", "UID FETCH", ...) to what is sent
before the tagged line: bytes, a list of bytes (one for each time the verb
comes, the last one repeated), or a callable (peer, tag, line) that returns
bytes, or None if it has answered everything itself, tagged line included.
"{tag}" in bytes becomes the tag of the command; where an answer contains a
line that begins with the tag, no "tag OK done" is added.

commands is the list of all command lines received, literals included.
"""
import re

from wire import Gone, Wire

CAPS = b"IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN"

DEFAULTS = {
    "LOGOUT": b"* BYE\r\n{tag} OK bye\r\n",
    "LIST": b'* LIST (\\HasNoChildren) "/" INBOX\r\n',
    "SELECT": b"* 0 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n"
              b"* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 1] ok\r\n"
              b"{tag} OK [READ-WRITE] done\r\n",
}


class FakeImap(Wire):
    def __init__(self, lab, script=None, greeting=None, caps=CAPS, **more):
        self.script = dict(DEFAULTS)
        self.script["CAPABILITY"] = b"* CAPABILITY " + caps + b"\r\n"
        self.script.update(script or {})
        self.script["EXAMINE"] = self.script.get(
            "EXAMINE", self.script["SELECT"])
        self.greeting = greeting or b"* OK ready\r\n"
        self.commands = []
        self._times = {}
        super().__init__(lab, **more)

    def talk(self, peer):
        peer.send(self.greeting)
        while True:
            line = self._command(peer)
            if not line:
                continue
            tag, _, rest = line.partition(b" ")
            self.commands.append(rest)
            if not self._answer(peer, tag, rest):
                return

    @staticmethod
    def _command(peer):
        """A whole command; synchronising literals are asked for."""
        whole = b""
        while True:
            line = peer.line()
            whole += line
            literal = re.search(rb"\{(\d+)(\+?)\}$", line)
            if literal is None:
                return whole
            if not literal.group(2):
                peer.send(b"+ go on\r\n")
            whole += b"\r\n" + peer.read(int(literal.group(1)))

    def _pick(self, rest):
        words = rest.decode(errors="replace").split()
        verb = words[0].upper() if words else ""
        if verb == "UID" and len(words) > 1:
            verb += " " + words[1].upper()
        answer = self.script.get(verb, b"")
        if isinstance(answer, list):
            i = self._times.get(verb, 0)
            self._times[verb] = i + 1
            answer = answer[min(i, len(answer) - 1)]
        return verb, answer

    def _answer(self, peer, tag, rest):
        verb, answer = self._pick(rest)
        if verb == "STARTTLS":
            peer.send(tag + b" OK begin\r\n" + answer)
            peer.start_tls()
            return True
        if verb == "AUTHENTICATE" and len(rest.split()) == 2:
            peer.send(b"+ \r\n")
            self.commands.append(peer.line())
        if callable(answer):
            answer = answer(peer, tag, rest)
            if answer is None:
                return True
        answer = answer.replace(b"{tag}", tag)
        if not re.search(rb"(?m)^" + re.escape(tag) + b" ", answer):
            answer += tag + b" OK done\r\n"
        peer.send(answer)
        return verb != "LOGOUT"


__all__ = ["FakeImap", "Gone"]
