#!/usr/bin/python3
"""style.py -- what CONTRIBUTING asks of a file that a program can see.

Speaks TAP: one line a rule, the places that break it before it.
"""
import os
import re
import sys

BANNED = ('strcpy strcat sprintf vsprintf gets strtok system popen tmpnam '
          'mktemp tempnam alloca').split()
CALL = re.compile(r'(?<![\w.>])(%s)\s*\(' % '|'.join(BANNED))
NAME = re.compile(r'^(\w+)\(')
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')


def blank_out(match):
    """A comment's lines stay, its words go."""
    return re.sub(r'[^\n]', ' ', match.group())


def code_of(text):
    """The text without what stands in comments and strings."""
    text = STRING.sub('""', text)
    text = re.sub(r'/\*.*?\*/', blank_out, text, flags=re.S)
    return re.sub(r'//[^\n]*', '', text)


def functions(lines):
    """(name, first line, lines) of every function, from its { to its }."""
    name, start = None, None
    for number, line in enumerate(lines, 1):
        match = NAME.match(line)
        if match:
            name = match.group(1)
        if line == '{':
            start = number
        elif line == '}' and start:
            yield name or '?', start, number - start + 1
            start = None


class Rules:
    def __init__(self):
        self.faults = {}

    def fault(self, rule, place):
        self.faults.setdefault(rule, []).append(place)


COLUMNS = 'no line is wider than 80 columns'
LENGTH = 'no function is longer than 60 lines'
FILES = 'no file is longer than 1,000 lines'
CALLS = 'no banned function is called'
BLANKS = 'tabs indent, and nothing trails'
NOTES = 'no note to self is left'
HEADERS = 'every header says what it is for'
MEDIAN = 'functions are short: median under 15 lines, 95 % under 60'
RULES = [COLUMNS, LENGTH, FILES, CALLS, BLANKS, NOTES, HEADERS, MEDIAN]


def check_lines(rules, path, lines):
    for number, line in enumerate(lines, 1):
        place = '%s:%d' % (path, number)
        if len(line.expandtabs(8)) > 80:
            rules.fault(COLUMNS, place)
        if line != line.rstrip() or line.startswith(' ' * 8):
            rules.fault(BLANKS, place)
        if re.search(r'\b(TODO|FIXME|XXX)\b', line):
            rules.fault(NOTES, place)


def check_file(rules, path, text, lengths):
    lines = text.split('\n')
    code = code_of(text)
    check_lines(rules, path, lines)
    if len(lines) > 1001:
        rules.fault(FILES, '%s: %d lines' % (path, len(lines) - 1))
    for match in CALL.finditer(code):
        number = code.count('\n', 0, match.start()) + 1
        rules.fault(CALLS, '%s:%d: %s' % (path, number, match.group(1)))
    if path.endswith('.h') and not re.match(r'/\*\n \* \S+ -- ', text) \
            and os.path.basename(path) != 'attr.h':
        rules.fault(HEADERS, path)
    for name, start, length in functions(code.split('\n')):
        lengths.append(length)
        if length > 60:
            rules.fault(LENGTH, '%s:%d: %s, %d lines' %
                        (path, start, name, length))


def sources(top):
    for folder in ('src', 'store', 'mail', 'ui', 'tests'):
        for where, _, names in os.walk(os.path.join(top, folder)):
            for name in sorted(names):
                if name.endswith(('.c', '.h')):
                    yield os.path.relpath(os.path.join(where, name), top)


def self_test():
    """Break every rule once; which of them were not seen?"""
    rules, lengths = Rules(), []
    body = ''.join('\tx = %d;\n' % i for i in range(1100))
    bad = ('int\nlong_one(void)\n{\n' + body + '}\n'
           '/* system( */\nchar *s = "gets(";\n'
           'void\nf(void)\n{\n        system(x); /* TODO */ \n}\n'
           + '/* ' + 'x' * 90 + ' */\n')
    check_file(rules, 'bad.h', bad, lengths)
    missing = [r for r in RULES if r != MEDIAN and r not in rules.faults]
    line = bad[:bad.index('system(x)')].count('\n') + 1
    if rules.faults.get(CALLS) != ['bad.h:%d: system' % line]:
        missing.append('%s: %s' % (CALLS, rules.faults.get(CALLS)))
    return missing


def main():
    top = os.environ.get('srcdir', '.')
    rules, lengths, count = Rules(), [], 0
    for path in sources(top):
        with open(os.path.join(top, path), encoding='utf-8') as f:
            check_file(rules, path, f.read(), lengths)
        count += 1
    lengths.sort()
    if not lengths:
        print('Bail out! no sources in %s' % top)
        return 1
    median = lengths[len(lengths) // 2]
    high = lengths[len(lengths) * 95 // 100]
    if median >= 15 or high >= 60:
        rules.fault(MEDIAN, 'median %d, 95 %%: %d' % (median, high))
    print('1..%d' % (len(RULES) + 1))
    print('# %d files, %d functions: median %d lines, 95 %% %d' %
          (count, len(lengths), median, high))
    missing = self_test()
    for fault in missing:
        print('# not seen: ' + fault)
    print('%sok 1 - every rule can be broken' % ('not ' if missing else ''))
    for number, rule in enumerate(RULES, 2):
        places = rules.faults.get(rule, [])
        for place in places[:20]:
            print('# ' + place)
        print('%sok %d - %s' % ('not ' if places else '', number, rule))
    return 1 if rules.faults or missing else 0


sys.exit(main())
