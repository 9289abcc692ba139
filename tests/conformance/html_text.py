"""HTML as text: words in order, no line too wide; UTF-8; hostile input."""
import glob
import html as h
import json
import os
import re
import unicodedata
from html.parser import HTMLParser

from common import slurp, squeeze, text_of, words
from fields import f1


class Visible(HTMLParser):
    """The words a browser shows, as an independent reader finds them."""

    VOID = {'br', 'img', 'hr', 'meta', 'link', 'input', 'col', 'area', 'base',
            'wbr', 'source', 'track', 'param', 'embed'}
    INLINE = {'a', 'b', 'i', 'u', 'em', 'strong', 'span', 'font', 'code',
              'tt', 'sub', 'sup', 'small', 'big', 'o:p', 'mark', 's', 'abbr',
              'strike', 'del', 'ins', 'kbd', 'q', 'cite', 'bdo', 'label',
              'time', 'wbr', 'nobr', 'acronym', 'var', 'samp'}

    def __init__(self, css):
        super().__init__(convert_charrefs=True)
        self.out = []
        self.stack = []
        self.css = css

    def hides(self, tag, attrs):
        a = {k: v or '' for k, v in attrs}
        style = re.sub(r'\s', '', a.get('style', '').lower())
        if tag in ('script', 'style', 'title', 'head', 'template', 'iframe',
                   'object', 'svg', 'video', 'audio', 'noframes'):
            return True
        if 'hidden' in a or 'display:none' in style or \
                'visibility:hidden' in style or 'mso-hide:all' in style:
            return True
        if re.search(r'(?<!line-)(?<!max-)(?:^|;)opacity:0(;|$)', style):
            return True
        if 'display:' in style:
            return False
        names = ['.' + c for c in a.get('class', '').split()]
        if a.get('id'):
            names.append('#' + a['id'])
        return any(n in self.css for n in names)

    def handle_starttag(self, tag, attrs):
        hidden = bool(self.stack) and self.stack[-1][1]
        if tag == 'body':
            while self.stack and any(s[0] == 'head' for s in self.stack):
                self.stack.pop()
            hidden = bool(self.stack) and self.stack[-1][1]
        if tag == 'img' and not hidden and not self.hides(tag, attrs):
            a = {k: v or '' for k, v in attrs}
            if a.get('alt') and a.get('width', '') not in ('0', '1') and \
                    a.get('height', '') not in ('0', '1'):
                self.out.append(' ' + a['alt'] + ' ')
        if tag not in self.INLINE and not hidden:
            self.out.append(' ')
        if tag not in self.VOID:
            self.stack.append((tag, hidden or self.hides(tag, attrs)))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in self.INLINE:
            self.out.append(' ')
        for i in range(len(self.stack) - 1, -1, -1):
            if self.stack[i][0] == tag:
                del self.stack[i:]
                break

    def handle_data(self, data):
        if not self.stack or not self.stack[-1][1]:
            self.out.append(data)


def hidden_names(html):
    """Classes and ids that style elements hide outside of @media."""
    names = set()
    for css in re.findall(r'(?is)<style[^>]*>(.*?)</style', html):
        css = re.sub(r'(?s)/\*.*?\*/|<!--|-->', '', css)
        css = re.sub(r'@[^{;]*;', '', css)
        depth = 0
        block = ''
        selector = ''
        for c in css:
            if c == '{':
                depth += 1
                if depth == 1:
                    continue
            if c == '}':
                depth -= 1
                if depth == 0:
                    if not selector.strip().startswith('@') and re.search(
                            r'display\s*:\s*none|visibility\s*:\s*hidden|'
                            r'mso-hide\s*:\s*all', block):
                        for s in selector.split(','):
                            m = re.match(r'\s*\w*([.#][\w-]+)\s*$', s)
                            if m:
                                names.add(m.group(1))
                    selector = block = ''
                    continue
            if depth == 0:
                selector += c
            else:
                block += c
    return names


def visible(html):
    p = Visible(hidden_names(html))
    p.feed(html)
    p.close()
    return words(''.join(p.out))


def columns(line):
    n = 0
    for c in line:
        if unicodedata.combining(c):
            continue
        n += 2 if unicodedata.east_asian_width(c) in 'WF' else 1
    return n


def rendered(text):
    text = re.sub(r'(?m)^\[\d+\] \S+$', '', text)
    text = re.sub(r'(?m)^[\s>\u2022]*(\d+\. )+', '', text)
    return words(re.sub(r'\[\d+\]', '', text))


def is_utf8(path):
    try:
        slurp(path).decode('utf-8')
        return True
    except UnicodeDecodeError:
        return False


def rendering(reader, folder, t):
    paths = [p for p in sorted(glob.glob(folder + '/**/*.html',
                                         recursive=True)) if is_utf8(p)]
    low = {}
    for width in (80, 120):
        for p, m in reader.mails(paths, 'text/html', width).items():
            name = os.path.relpath(p, folder)
            want = visible(text_of(p))
            got = rendered(m['layout'])
            score = f1(got, want)
            # Cells of several lines stand beside one another, in the text
            # that came with the collection too.
            if score < 0.98 and os.path.exists(p[:-5] + '.txt'):
                score = max(score, f1(got, words(text_of(p[:-5] + '.txt'))))
            t.same(name, 'words at %d' % width, 'ok' if score >= 0.98 else
                   'F1 %.3f got %r want %r' % (
                       score, ' '.join(got)[:150], ' '.join(want)[:150]),
                   'ok')
            wide = [x for x in m['layout'].split('\n') if columns(x) > width]
            t.same(name, 'width %d' % width, wide[:1], [])
            low[width] = low.get(width, []) + [score]
    t.notes.append('mean F1 %.3f, %.3f' % tuple(
        sum(v) / len(v) for v in low.values()))


def pairs(reader, folder, t):
    """Against the text another program makes of it."""
    paths = [p for p in sorted(glob.glob(folder + '/**/*.html',
                                         recursive=True))]
    scores = []
    mails = reader.mails(paths, 'text/html', 120)
    for p in paths:
        for end in ('.txt', '.md'):
            truth = p[:-5] + end
            if os.path.exists(truth):
                want = text_of(truth)
                if end == '.md':
                    want = re.sub(r'\]\([^)]*\)|\]: \S+', '] ', want)
                    want = re.sub(r'[_*~`]', '', h.unescape(want))
                got = rendered(mails[p]['layout'])
                want = re.sub(r'(?m)^[\s>*+-]*(\d+\. )+', '', want)
                score = f1(got, words(re.sub(r'\[\d+\]', '', want)))
                scores.append(score)
                t.same(os.path.relpath(p, folder), 'like ' + end, 'ok'
                       if score >= 0.9 else 'F1 %.3f got %r want %r' % (
                           score, ' '.join(got)[:150],
                           ' '.join(words(want))[:150]), 'ok')
    if scores:
        t.notes.append('mean F1 %.3f' % (sum(scores) / len(scores)))


def postmark(reader, folder, t):
    """The words of the text that a person wrote beside the HTML."""
    paths = sorted(glob.glob(folder + '/**/content.html', recursive=True))
    mails = reader.mails(paths, 'text/html', 80)
    scores = []
    for p in paths:
        truth = p.replace('content.html', 'content.txt')
        if os.path.exists(truth):
            want = words(re.sub(r'https?://\S+', '', text_of(truth)))
            got = rendered(mails[p]['layout'])
            scores.append(f1(got, want))
    if scores:
        t.notes.append('mean F1 with the text part %.3f' % (
            sum(scores) / len(scores)))
    rendering(reader, folder, t)


def both(reader, folder, t):
    rendering(reader, folder, t)


def utf8(reader, folder, t):
    """One replacement character for each maximal invalid part."""
    truth = folder + '/artifacts/utf8.replace.ref.txt'
    source = folder + '/utf8tests.bin'
    if not (os.path.exists(truth) and os.path.exists(source)):
        return
    want = slurp(truth).split(b'\n')
    raw = slurp(source).split(b'\n')
    head = b'From: a@example.org\nContent-Type: text/plain; charset=utf-8\n\n'
    named = {i: head + line + b'\n' for i, line in enumerate(raw)}
    mails = reader.texts(named, None)
    control = re.compile('[\x00-\x1f\x7f-\x9f]')
    marks = re.compile(r'<U\+[0-9A-F]{4,6}>')
    for i, w in enumerate(want):
        if i not in mails:
            continue
        expect = w.decode('utf-8', 'surrogatepass')
        got = marks.sub('', mails[i]['text']).strip()
        t.same('line', str(i), squeeze(got),
               squeeze(control.sub('', expect)))


def hostile(reader, folder, t):
    """Nothing but printable text leaves, whatever the field."""
    strings = []
    for p in glob.glob(folder + '/*.json'):
        data = json.load(open(p, encoding='utf-8'))
        for x in data:
            strings.append(x if isinstance(x, str) else x.get('payload', ''))
    for p in glob.glob(folder + '/*.md'):
        strings += re.findall(r'`([^`\n]+)`', text_of(p))
    raw = {}
    for i, s in enumerate(strings):
        b = s.encode('utf-8', 'surrogatepass')
        one = re.sub(rb'[\r\n]+', b' ', b)
        word = b'=?utf-8?b?' + __import__('base64').b64encode(b) + b'?='
        raw[i] = (b'From: ' + word + b' <a@example.org>\nSubject: ' + one +
                  b'\nTo: "' + one + b'" <b@example.org>\nMIME-Version: 1.0\n'
                  b'Content-Type: multipart/mixed; boundary=x\n\n--x\n'
                  b'Content-Type: text/plain; charset=utf-8\n\n' + b +
                  b'\n--x\nContent-Type: text/html; charset=utf-8\n\n' + b +
                  b'\n--x\nContent-Type: application/pdf; name="' + one +
                  b'"\n\n-\n--x--\n')
    for i, m in reader.texts(raw, None).items():
        everything = json.dumps(m, ensure_ascii=False)
        bad = re.search('[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e'
                        '\u2066-\u2069]', everything)
        t.same(str(i), 'clean', bad.group(0) if bad else None, None)
        t.same(str(i), 'no script', 'javascript:' in m['text'].split(
            '[1] ')[-1] and bool(re.search(r'(?m)^\[\d+\] javascript:',
                                           m['text'])), False)


SCORES = [
    ('6-inscriptis', 'words, width', rendering),
    ('6-inscriptis', 'like its own text', pairs),
    ('6-postmark', 'words, width', postmark),
    ('6-html2text-py', 'words, width', rendering),
    ('6-html2text-py', 'like its own text', pairs),
    ('6-foundation', 'words, width', rendering),
    ('6-sendwithus', 'words, width', rendering),
    ('6-premailer', 'words, width', rendering),
    ('6-node-html-to-text', 'words, width', rendering),
    ('6-utf8tests', 'replacement', utf8),
    ('8-naughty-strings', 'hostile', hostile),
    ('8-dompurify', 'hostile', hostile),
    ('8-vt-push-parser', 'hostile', hostile),
]
