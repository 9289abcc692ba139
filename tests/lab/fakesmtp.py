"""A scripted SMTP server that records every byte.

script maps a verb ("EHLO", "AUTH", "MAIL", "RCPT", "DATA", ".") to an answer:
bytes, a list of them (one for each time), or a callable (peer, line) that
returns bytes, or None to end the connection there and then.  "." is the answer
after the final dot.  mails lists what was taken whole.
"""
from wire import Gone, Wire

DEFAULTS = {
    "EHLO": b"250-mx.lab.test\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 9000000\r\n",
    "AUTH": b"235 2.7.0 welcome\r\n",
    "DATA": b"354 go on\r\n",
    "QUIT": b"221 bye\r\n",
}


class Taken:
    def __init__(self, sender, recipients, data):
        self.sender, self.recipients, self.data = sender, recipients, data


class FakeSmtp(Wire):
    def __init__(self, lab, script=None, greeting=b"220 mx.lab.test\r\n",
                 **more):
        self.script = dict(DEFAULTS)
        if more.get("tls") == "start":
            self.script["EHLO"] = (
                b"250-mx.lab.test\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n")
            self.script["STARTTLS"] = b"220 begin\r\n"
        self.script.update(script or {})
        self.greeting = greeting
        self.commands, self.mails = [], []
        self._times = {}
        super().__init__(lab, **more)

    def _pick(self, verb, line, peer):
        answer = self.script.get(verb, b"250 2.0.0 ok\r\n")
        if isinstance(answer, list):
            i = self._times.get(verb, 0)
            self._times[verb] = i + 1
            answer = answer[min(i, len(answer) - 1)]
        if callable(answer):
            answer = answer(peer, line)
        if answer is None:
            raise Gone("script")
        return answer

    def talk(self, peer):
        sender, recipients = None, []
        peer.send(self.greeting)
        while True:
            line = peer.line()
            self.commands.append(line)
            verb = line.split()[0].upper().decode() if line else ""
            answer = self._pick(verb, line, peer)
            peer.send(answer)
            good = answer[:1] in b"23"
            if verb == "STARTTLS" and good:
                peer.start_tls()
            elif verb == "AUTH" and answer[:3] == b"334":
                self._auth(peer)
            elif verb == "MAIL" and good:
                sender, recipients = line, []
            elif verb == "RCPT" and good:
                recipients.append(line.split(b"<")[1].split(b">")[0].decode())
            elif verb == "DATA" and good:
                self._data(peer, sender, recipients)
            elif verb == "QUIT":
                return

    def _auth(self, peer):
        self.commands.append(peer.line())
        peer.send(self._pick("AUTH2", b"", peer))

    def _data(self, peer, sender, recipients):
        lines = []
        while True:
            line = peer.line()
            if line == b".":
                break
            lines.append(line[1:] if line[:1] == b"." else line)
        answer = self._pick(".", b".", peer)
        if answer[:1] == b"2":
            self.mails.append(Taken(sender, recipients,
                                    b"\r\n".join(lines) + b"\r\n"))
        peer.send(answer)
