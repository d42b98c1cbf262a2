// The small programs that look at a header. What they print was compared with mess822's own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { readers } from '../../../../main/cli/inject/commands.ts';
import { command as waypost } from '../../../support/command.ts';
import { callProgram } from '../../local/programs/call-rig.ts';

const message = `Received: from a.example (HELO x) (1.2.3.4)
  by b.example with SMTP; 26 Sep 1995 04:46:53 -0000
received: by c; nonsense
Received: (qmail 123 invoked by uid 5);	6 Sep 1995 04:46:00 -0400
Received: from "q q" by [1.2.3.4] for <x@y> id A.b;c(d;e);  Sat, 15 Aug 98 13:32:12 EST (x)
Subject: one
 two
Date: 26 Sep 1995 04:46:00 -0400
SUBJECT:three
To: Joe (x) <joe@x.y>, B@c
X: y

body
`;

interface Case {
  readonly call: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly says?: string;
}

const cases: readonly Case[] = [
  { call: 'iftocc b@C', code: 0 },
  { call: 'iftocc z joe@x.y', code: 0 },
  { call: 'iftocc x@y', code: 100 },
  { call: 'iftocc', env: { RECIPIENT: 'JOE@x.y' }, code: 0 },
  { call: 'iftocc', env: { RECIPIENT: 'joe@x' }, code: 100 },
  { call: 'iftocc', code: 100 },
  { call: 'iftocc a@b', env: { RECIPIENT: 'joe@x.y' }, code: 100 },
  { call: 'iftocc cc@x', input: 'Cc: grp: cc@x;\n', code: 0 },
  { call: '822field', code: 0, says: ' one two\nthree\n' },
  { call: '822field X', code: 0, says: ' y\n' },
  { call: '822field none', code: 100 },
  { call: '822header', input: 'A: b\n c\nno field\nX: y\n', code: 0, says: 'A: b\n c\n' },
  { call: '822header', input: '\nbody\n', code: 0 },
  { call: '822date x', code: 100 },
];

for (const { call, input = message, env = {}, code, says = '' } of cases) {
  const [name = '', ...args] = call.split(' ');
  test(`${call}${env.RECIPIENT ? ` for ${env.RECIPIENT}` : ''} → ${code}`, async t => {
    const program = await readers[name as keyof typeof readers]();
    assert.deepEqual(await callProgram(t, program, args, env, input), { code, says, queued: [] });
  });
}

/** Runs a command where local time is UTC. */
function inUtc(name: string, input: string): { code: number | null; out: string } {
  const env = { ...process.env, TZ: 'UTC' };
  const { status, stdout } = spawnSync(process.execPath, [waypost, name], { env, input: Buffer.from(input, 'latin1') });
  return { code: status, out: stdout.toString('latin1') };
}

test('822date: a date → as written, in UTC, in local time (inject.md 16)', () => {
  assert.deepEqual(inUtc('822date', message), {
    code: 0,
    out: '1995-09-26 04:46:00 -0400\n1995-09-26 08:46:00 +0000\nTue Sep 26 08:46:00 1995\n',
  });
});

test('822received: the way of a message → its first step first', () => {
  assert.deepEqual(inUtc('822received', message), {
    code: 0,
    out: `Sat Aug 15 18:32:12 1998 from q q 
\t\t\t by [1.2.3.4] 
\t\t\t for <x@y> 
\t\t\t id A.b
\t\t\t ;c(d;e);  Sat, 15 Aug 98 13:32:12 EST (x)
Wed Sep  6 08:46:00 1995 (qmail 123 invoked by uid 5)
\t\t\t ; 6 Sep 1995 04:46:00 -0400
\t\t\t by c
\t\t\t ; nonsense
Tue Sep 26 04:46:53 1995 from a.example (HELO x) (1.2.3.4) 
\t\t\t by b.example with SMTP
\t\t\t ; 26 Sep 1995 04:46:53 -0000
`,
  });
});

test('822print: a message → its header in columns, its body as it is', () => {
  const input =
    'From: Joe <joe@x>\nTo: a@b, (only words)\nDate: 26 Sep 1995 04:46:00 -0400\nSubject: h\xe9\nX: y\n\nbody\n';
  const { code, out } = inUtc('822print', input);
  const lettersOut = out.replace(/_\x08(.)/g, '_$1').replace(/(.)\x08\1/g, '*$1');
  assert.equal(code, 0);
  assert.deepEqual(lettersOut.replace(/ {2,}/g, '  ').split('\n'), [
    'Subject:  _ _h\\351',
    'From: _J_o_e  *j*o*e*@*x',
    'Date: 26 Sep 1995 04:46:00 -0400  _1_9_9_5_-_0_9_-_2_6_ _0_8_:_4_6_:_0_0',
    '-'.repeat(78),
    'To:  *a*@*b',
    'To: _o_n_l_y_ _w_o_r_d_s',
    '-'.repeat(78),
    'X: y',
    '',
    'body',
    '',
  ]);
});

test('readers: any message → an exit code of their own, nothing else', async t => {
  const pieces = [
    'To: ',
    'Date: ',
    'Received: ',
    'a@b',
    '1 Jan 2024 1:2:3 GMT',
    ';',
    '\n',
    '\n ',
    '"',
    '(',
    '<',
    '\0',
    '\xe9',
    ' ',
  ];
  const names = ['822date', '822field', '822header', '822print', '822received', 'iftocc'] as const;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.array(fc.constantFrom(...pieces)), async (name, parts) => {
      const { code } = await callProgram(t, await readers[name](), [], {}, parts.join(''));
      assert.ok([0, 100].includes(code), `${name}: ${code}`);
    }),
    { numRuns: 60 },
  );
});
