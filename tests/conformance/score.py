#!/usr/bin/python3
"""How much of what others expect of these mails we read as they do.

Prints right/expected for every folder of the collections and, with -v, what
differs.  "make conformance" keeps the table in RESULTS.
"""
import argparse
import datetime
import os
import sys

import fields
import html_text
import replies
import reports
import threads
from common import Reader, Tally


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser()
    p.add_argument('--reader', required=True)
    p.add_argument('--shopbell', help='the program, for threads')
    p.add_argument('--data', default=os.environ.get('SHOPBELL_DATA') or
                   os.path.join(here, '../../../shared/data'))
    p.add_argument('--results', help='write the table there')
    p.add_argument('-v', action='store_true', help='what differs')
    p.add_argument('only', nargs='*', help='folders')
    a = p.parse_args()
    if not os.path.isdir(a.data):
        print('1..0 # SKIP no mail collections')
        return 0
    disputed = {}
    for line in open(os.path.join(here, 'DISPUTED')):
        if line.strip() and not line.startswith('#'):
            case, why = line.rstrip('\n').split('\t', 1)
            disputed[case] = why
    reader = Reader(os.path.abspath(a.reader), a.data)
    reader.shopbell = a.shopbell and os.path.abspath(a.shopbell)
    rows = []
    for module in (fields, replies, reports, threads, html_text):
        for name, what, score in module.SCORES:
            if a.only and name not in a.only:
                continue
            if not os.path.isdir(os.path.join(a.data, name)):
                continue
            tally = Tally(name, disputed)
            score(reader, os.path.join(a.data, name), tally)
            rows.append(tally.row(name, what))
            print(rows[-1])
            if a.v:
                for f in tally.wrong:
                    print('    ' + f[:600])
            sys.stdout.flush()
    if a.results:
        with open(a.results, 'w') as out:
            out.write('measured %s\n\n' % datetime.date.today())
            out.write('\n'.join(rows) + '\n')
    return 0


if __name__ == '__main__':
    sys.exit(main())
