// What qmail-showctl warns of in the files that say who mail is from, and where it comes from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codes, home } from './checked-home.ts';

const cases: [what: string, files: Record<string, string>, expected: string[]][] = [
  [
    'local addresses that cannot be used',
    {
      domainips:
        'a.example:127.0.0.9|a.example\nb.example\nc.example:300.0.0.1\nd.example:192.0.2.77\n*:|a b\nA.example:::1\n',
      outgoingip: '192.0.2.78\n',
    },
    [
      'control/domainips:2 no-colon',
      'control/domainips:3 bad-local-ip',
      'control/domainips:4 foreign-local-ip',
      'control/domainips:5 blank-in-entry',
      'control/domainips:5 no-helo-name',
      'control/outgoingip:1 foreign-local-ip',
      'note control/domainips:1 overridden',
    ],
  ],
  ['an address for mail of the system', { adminaddr: 'ann@far.example\n' }, []],
  ['two addresses for it', { adminaddr: 'ann@far.example, bob@far.example\n' }, ['control/adminaddr:1 no-address']],
  ['root itself for it', { adminaddr: 'Root@me.example\n' }, ['control/adminaddr:1 admin-loop']],
  ['root itself, of this host', { adminaddr: 'root\n' }, ['control/adminaddr:1 admin-loop']],
  [
    'a CA file with a NUL in its name',
    { tlsdestinations: 'a.example:x\0y\n' },
    ['control/tlsdestinations:1 no-ca-file'],
  ],
  [
    'senders that are not addresses',
    { allmailfrom: 'ann@isp.example\nrelay.example:ann@isp.example\nrelay.example:ann\nother.example:\na b@c\n' },
    ['control/allmailfrom:3 no-address', 'control/allmailfrom:5 blank-in-entry', 'control/allmailfrom:5 no-address'],
  ],
];

for (const [what, files, expected] of cases) {
  test(`check: ${what} → ${expected.length} findings`, async t => {
    assert.deepEqual(await codes(home(t, files)), expected);
  });
}
