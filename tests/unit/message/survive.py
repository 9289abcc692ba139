#!/usr/bin/python3
"""Every file there is, as a mail and as HTML: no crash, 2 s, 200 MB each.

A seeded sample; SHOPBELL_SLOW=1 for all.
"""
import os
import random
import resource
import subprocess
import sys

data = os.environ.get('SHOPBELL_DATA') or os.path.join(
    os.environ.get('srcdir', '.'), '../shared/data')
reader = os.path.join(os.environ.get('builddir', '.'),
                      'tests/conformance/reader')
if not os.path.isdir(data):
    print('1..0 # SKIP no mail collections')
    sys.exit(0)

files = sorted(os.path.join(folder, f) for folder, _, names in os.walk(data)
               for f in names)
if not os.environ.get('SHOPBELL_SLOW'):
    files = sorted(random.Random(1).sample(files, min(200, len(files))))

with open(reader, 'rb') as f:
    sanitized = b'__asan_init' in f.read()


def limits():
    if not sanitized:
        resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 200 << 20))
    # CPU seconds, so that a busy machine fails nobody.
    most = 20 if sanitized else 2
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))


bad = []
for path in files:
    for args in (['-w', '80'], ['-w', '60', '-t', 'text/html']):
        p = subprocess.run([reader] + args, input=path.encode(),
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           preexec_fn=limits)
        lines = p.stdout.decode('utf-8', 'replace').count('\n')
        if p.returncode or lines != 1:
            bad.append('%s %s: %d' % (path, args, p.returncode))
print('1..1')
for b in bad:
    print('# ' + b)
print('%sok 1 - %d files are survived' % ('not ' if bad else '', len(files)))
