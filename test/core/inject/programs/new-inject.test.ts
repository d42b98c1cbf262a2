// new-inject's options, and the header and envelope that it makes of a message: a table of cases (inject.md).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { injectSettings } from '../../../../core/inject/programs/inject-settings.ts';
import {
  envelopeLines,
  newInjectMessage,
  parseNewInjectArguments,
} from '../../../../core/inject/programs/new-inject.ts';
import { readRewriteRules, usualRewriteLines } from '../../../../core/message/header/rewrite-rules.ts';
import { bytesOf } from '../../../support/bytes-of.ts';
import { type Call, control, date, from, hidden, messageId, moment } from '../inject-environment.ts';

/** What new-inject -n prints. */
async function inject(input: string, { env = {}, args = [], lists }: Call = {}): Promise<string> {
  const options = parseNewInjectArguments(args, env.QMAILINJECT) ?? assert.fail();
  const settings = injectSettings({ USER: 'joe', ...env }, control, lists);
  const rules = readRewriteRules(usualRewriteLines(settings));
  const injected = await newInjectMessage([Buffer.from(input, 'latin1')], options, { ...settings, rules }, moment);
  return envelopeLines(injected.envelope) + (await bytesOf(injected.message)).toString('latin1');
}

const cases: readonly (readonly [title: string, input: string, output: string, how?: Call])[] = [
  [
    '14: everything in its place and in one form',
    `Subject: x
To: <@h1,@h2:God@heaven.af.mil>, grp: a, b@c;, fred (x (y) z) <f@g>
Received: by x
Cc: c@d+
Date: Sat, 15 Aug 98 13:32:12 EST
To: second@x.y
Bcc: hidden@x.y
Apparently-To: app@x.y
Content-Length: 3
Reply-To: (Joe) joe
Errors-To: e
Message-Id: <1@2>
Return-Path: <r@p>

body`,
    `Envelope-Sender: r@p.def.example
Envelope-Recipients:
  God@heaven.af.mil,
  a@dhost.def.example,
  b@c.def.example,
  f@g.def.example,
  second@x.y,
  c@d.plus.example,
  hidden@x.y,
  app@x.y,
Received: by x
Errors-To: e
Date: 15 Aug 1998 13:32:12 -0500
Message-Id: <1@2>
From: joe@dhost.def.example
Reply-To: "Joe" <joe@dhost.def.example>
To: "@h1@h2" <God@heaven.af.mil>, "grp" <a@dhost.def.example>,
  b@c.def.example, "fred x (y) z" <f@g.def.example>, second@x.y
Cc: c@d.plus.example
Subject: x

body
`,
  ],
  [
    'envelope fields beat all others, and go',
    'Envelope-Sender: <>\nEnvelope-Recipients: z, y@x\nTo: a@b.c\nReturn-Path: <r@p>\nDate: nonsense\nFrom: x\nhello',
    `Envelope-Sender: <>\nEnvelope-Recipients:\n  z@dhost.def.example,\n  y@x.def.example,\n${date}${messageId}From: x@dhost.def.example\nTo: a@b.c\n\nhello\n`,
    { args: ['-R'] },
  ],
  [
    'F, I, S: fields anew; M, R: return paths',
    'Return-Path: <r@p>\nFrom: x@y.z\nMessage-ID: <1@2>\n',
    `Envelope-Sender: "joe-812090813.20487-@dhost.def.example-"@[]\nEnvelope-Recipients:\n  one@dhost.def.example,\n  two@h.def.example,\n${date}${messageId}${from}${hidden}`,
    { args: ['-FI', '-R', 'one', 'two@h'], env: { QMAILINJECT: 'sm' } },
  ],
  [
    '-f and an unclosed word',
    '',
    `Envelope-Sender: "a b"@dhost.def.example\nEnvelope-Recipients:\n${date}${messageId}${from}${hidden}`,
    { args: ['-f', 'a b'] },
  ],
  [
    '-H: both kinds of recipients; a name; Mail-Followup-To',
    'To: List@b.c\nCc: me@b.c\n',
    `Envelope-Sender: joe@dhost.def.example\nEnvelope-Recipients:\n  x@y.z,\n  List@b.c,\n  me@b.c,\n${date}${messageId}From: "J. S." <joe@dhost.def.example>\nMail-Followup-To: List@b.c, me@b.c\nTo: List@b.c\nCc: me@b.c\n`,
    { args: ['-H', 'x@y.z'], env: { QMAILNAME: 'J. S.' }, lists: ['list@b.c'] },
  ],
  [
    'a From line begins the body',
    'To: a@b.c\nFrom joe Mon\n',
    `Envelope-Sender: joe@dhost.def.example\nEnvelope-Recipients:\n  a@b.c,\n${date}${messageId}${from}To: a@b.c\n\nFrom joe Mon\n`,
  ],
];

for (const [title, input, output, how] of cases) {
  test(`new-inject: inject.md ${title}`.replace(/inject\.md (?!\d)/, ''), async () => {
    assert.equal(await inject(input, how), output);
  });
}

test('parseNewInjectArguments: options of both kinds; unknown ones refused', () => {
  assert.deepEqual(parseNewInjectArguments(['-nHMf', 'a@b', '--', '-x'], 'fz'), {
    print: true,
    recipientsFrom: 'arguments-and-header',
    sender: 'a@b',
    recipients: ['-x'],
    letters: new Set(['F', 'Z', 'M']),
  });
  for (const bad of [['-x'], ['-f']]) assert.equal(parseNewInjectArguments(bad), undefined);
});
