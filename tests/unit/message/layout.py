#!/usr/bin/python3
"""Difficult mails laid out as a careful person would, at 80 and 120 columns.

mails/NAME.eml and beside it what must come out.  "layout.py --accept" writes
that anew; read it before committing.
"""
import glob
import json
import os
import subprocess
import sys

here = os.path.join(os.environ.get('srcdir', '.'), 'tests/unit/message/mails')
reader = os.path.join(os.environ.get('builddir', '.'),
                      'tests/conformance/reader')
cases = [(p, w) for p in sorted(glob.glob(here + '/*.eml'))
         for w in (80, 120)]
print('1..%d' % len(cases))
for i, (path, width) in enumerate(cases, 1):
    out = subprocess.run([reader, '-w', str(width)], input=path.encode(),
                         stdout=subprocess.PIPE, check=True).stdout
    mail = json.loads(out)
    got = mail['layout'] + '\n=== new ===\n' + mail['visible'] + '\n'
    truth = '%s.%d.txt' % (path[:-4], width)
    if sys.argv[1:] == ['--accept']:
        with open(truth, 'w', encoding='utf-8') as f:
            f.write(got)
    with open(truth, encoding='utf-8') as f:
        want = f.read()
    print('%sok %d - %s at %d' % ('' if got == want else 'not ', i,
                                  os.path.basename(path), width))
    if got != want:
        for line in got.split('\n'):
            print('# ' + line)
