"""What all scores share: the reader, the tally and comparing text."""
import json
import os
import re
import subprocess
import tempfile
import unicodedata


class Reader:
    """Runs the reader over many files at once."""

    def __init__(self, program, data):
        self.program = program
        self.data = data

    def mails(self, paths, type=None, width=0):
        args = [self.program]
        if type:
            args += ['-t', type]
        if width:
            args += ['-w', str(width)]
        done = subprocess.run(args, input='\n'.join(paths).encode(),
                              stdout=subprocess.PIPE, timeout=900)
        if done.returncode:
            raise SystemExit('the reader ended with %d' % done.returncode)
        found = {}
        for line in done.stdout.decode('utf-8').split('\n'):
            if line:
                mail = json.loads(line)
                found[mail['path']] = mail
        return found

    def texts(self, named, type='text/plain', width=0):
        """{name: bytes of a raw mail} -> {name: mail}."""
        with tempfile.TemporaryDirectory() as folder:
            paths = {}
            for i, (name, raw) in enumerate(named.items()):
                path = os.path.join(folder, '%06d' % i)
                with open(path, 'wb') as out:
                    out.write(raw)
                paths[name] = path
            mails = self.mails(list(paths.values()), type, width)
            return {name: mails[path] for name, path in paths.items()}


class Tally:
    def __init__(self, folder, disputed):
        self.folder = folder
        self.disputed = disputed
        self.right = 0
        self.total = 0
        self.wrong = []
        self.skipped = 0
        self.notes = []

    def same(self, case, what, got, want):
        """One expectation."""
        key = '%s/%s %s' % (self.folder, case, what)
        if got != want and key in self.disputed:
            self.skipped += 1
            return False
        self.total += 1
        if got == want:
            self.right += 1
            return True
        self.wrong.append('%s: %s: got %r want %r' %
                          (case, what, str(got)[:220], str(want)[:220]))
        return False

    def row(self, name, what):
        share = 100.0 * self.right / self.total if self.total else 0
        line = '%-26s %-22s %5d/%-5d %6.2f %%' % (
            name, what, self.right, self.total, share)
        if self.skipped:
            line += '  %d disputed' % self.skipped
        for note in self.notes:
            line += '  ' + note
        return line


def squeeze(s):
    """Text without blanks, for comparing bodies."""
    s = unicodedata.normalize('NFC', s or '')
    return re.sub(r'[\s\u00a0\u200b\ufeff]+', '', s)


def words(s):
    s = unicodedata.normalize('NFKC', s or '').lower()
    s = re.sub(r'[\u200b-\u200d\ufeff\u00ad\u034f]', '', s)
    # Scripts without blanks count by the letter.
    return re.findall(r'[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|'
                      r'[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+', s)


def lines_of(path):
    with open(path, encoding='utf-8') as f:
        for line in f:
            if line.strip():
                yield json.loads(line)


def slurp(path):
    with open(path, 'rb') as f:
        return f.read()


def text_of(path):
    return slurp(path).decode('utf-8', 'replace')
