// qmail-inject's options, and the header and envelope that it makes of a message: the vectors of inject.md, and any body.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInjectArguments } from '../../../../core/inject/programs/inject-options.ts';
import { injectSettings } from '../../../../core/inject/programs/inject-settings.ts';
import { injectMessage, returnPathLine } from '../../../../core/inject/programs/qmail-inject.ts';
import { bytesOf } from '../../../support/bytes-of.ts';
import { type Call, control, date, from, hidden, messageId, moment } from '../inject-environment.ts';

const top = date + messageId + from;
const joe = 'joe@dhost.def.example';

/** What qmail-inject -n prints, and whom it would send to; the error where there is one. */
async function inject(input: string, { env = {}, args = [], lists }: Call = {}) {
  const options = parseInjectArguments(args);
  assert.ok(options);
  const settings = injectSettings({ USER: 'joe', ...env }, control, lists);
  const result = await injectMessage([Buffer.from(input, 'latin1')], options, settings, moment);
  if (!result.ok) return result;
  return { text: (await bytesOf(result.message)).toString('latin1'), ...result.envelope };
}

interface Vector extends Call {
  readonly title: string;
  readonly input: string;
  readonly text?: string;
  readonly sender?: string;
  readonly recipients?: readonly string[];
}

const vectors: readonly Vector[] = [
  {
    title: '1: hosts completed, + expanded, folded; recipients from right to left',
    input: 'To: fred, "A B"@x, bob+ , c@host+, d@a.b.c\n\nhi\n',
    text: `${top}To: fred@dhost.def.example, "A B"@x.def.example, bob+@dhost.def.example,\n  c@host.plus.example, d@a.b.c\n\nhi\n`,
    recipients: [
      'd@a.b.c',
      'c@host.plus.example',
      'bob+@dhost.def.example',
      'A B@x.def.example',
      'fred@dhost.def.example',
    ],
  },
  {
    title: '2: routes, missing commas, groups, comments',
    input: 'To: <@r1,@r2:God@heaven.af.mil>, djb fred, grp: a@b, c@d (C D);, "q\\"x" <e@f> (cmt)\n',
    text: `${top}To: <God@heaven.af.mil>, djb@dhost.def.example, fred@dhost.def.example,\n  grp: a@b.def.example, c@d.def.example (C D);, "q\\"x" <e@f.def.example>(cmt)\n`,
    recipients: [
      'e@f.def.example',
      'c@d.def.example',
      'a@b.def.example',
      'fred@dhost.def.example',
      'djb@dhost.def.example',
      'God@heaven.af.mil',
    ],
  },
  {
    title: '3: a personal name in From',
    input: 'To: a@b.c\n',
    env: { QMAILUSER: 'joe', QMAILHOST: 'qh.example', QMAILNAME: 'Joe Shmoe' },
    text: `${date}${messageId}From: "Joe Shmoe" <joe@qh.example>\nTo: a@b.c\n`,
    sender: 'joe@qh.example',
  },
  {
    title: 'line ends in the names of the sender: no fields of the header',
    input: 'To: a@b.c\n',
    env: { QMAILNAME: 'Joe\r\nBcc: x@y.z', QMAILUSER: 'joe\nBcc: x@y.z', QMAILHOST: 'qh.example' },
    text: `${date}${messageId}From: "Joe  Bcc: x@y.z" <"joe Bcc: x@y.z"@qh.example>\nTo: a@b.c\n`,
    sender: 'joe Bcc: x@y.z@qh.example',
  },
  {
    title: '3: QMAILINJECT=c puts the name into a comment',
    input: 'To: a@b.c\n',
    env: { QMAILNAME: 'Joe Shmoe', QMAILINJECT: 'c' },
    text: `${date}${messageId}From: joe@dhost.def.example (Joe Shmoe)\nTo: a@b.c\n`,
  },
  {
    title: '4: QMAILSUSER and QMAILSHOST',
    input: '',
    env: { QMAILSUSER: 'bounces', QMAILSHOST: 'sh.example' },
    sender: 'bounces@sh.example',
  },
  {
    title: '5: both kinds of VERP',
    input: '',
    env: { QMAILINJECT: 'rm' },
    sender: 'joe-812090813.20487-@dhost.def.example-@[]',
  },
  { title: '6: only Bcc', input: 'Bcc: x@y.z\n', text: top + hidden, recipients: ['x@y.z'] },
  {
    title: '7: Resent fields rule alone',
    input: 'Resent-To: a@b.c\nTo: q@r.s\n',
    text: `Resent-${date}Resent-${messageId}Resent-${from}Resent-To: a@b.c\nTo: q@r.s\n`,
    recipients: ['a@b.c'],
  },
  {
    title: '8: Mail-Followup-To, later fields first',
    input: 'To: third@b.c, List@b.c\nCc: other@b.c\n',
    lists: ['list@b.c'],
    text: `${top}Mail-Followup-To: other@b.c,\n  third@b.c,\n  List@b.c\nTo: third@b.c, List@b.c\nCc: other@b.c\n`,
  },
  {
    title: '8: no list among them, no Mail-Followup-To',
    input: 'To: a@b.c\n',
    lists: ['list@b.c'],
    text: `${top}To: a@b.c\n`,
  },
  {
    title: '9: a user name that needs quotes',
    input: 'To: a@b.c\n',
    env: { USER: 'we ird' },
    text: `${date}${messageId}From: "we ird"@dhost.def.example\nTo: a@b.c\n`,
    sender: 'we ird@dhost.def.example',
  },
  { title: '10: -f is rewritten', input: '', args: ['-f', 'a b@c'], sender: 'a b@c.def.example' },
  { title: '10: -f with nothing', input: '', args: ['-f', ''], sender: '' },
  { title: '10: Return-Path names the sender', input: 'Return-Path: <x@y.z>\n', sender: 'x@y.z', text: top + hidden },
  {
    title: '10: QMAILINJECT=s ignores Return-Path',
    input: 'Return-Path: <x@y.z>\n',
    env: { QMAILINJECT: 's' },
    sender: joe,
  },
  { title: '10: -f beats Return-Path', input: 'Return-Path: <x@y.z>\n', args: ['-fa@b.c'], sender: 'a@b.c' },
  { title: '11: header only', input: 'Subject: x', text: `${top}${hidden}Subject: x\n` },
  { title: '11: no header', input: 'hello\nyou', text: `${top}${hidden}\nhello\nyou\n` },
  {
    title: '11: an mbox line',
    input: 'From joe Mon\nSubject: x\n',
    text: `${top}${hidden}MBOX-Line: From joe Mon\nSubject: x\n`,
  },
  { title: 'VERP on a Return-Path', input: 'Return-Path: <q@r.s>\n', env: { QMAILINJECT: 'rm' }, sender: 'q@r.s-@[]' },
  {
    title: 'QMAILINJECT=fi makes both fields anew',
    input: 'From: x\nMessage-ID: <1@2>\nTo: a@b.c\n',
    env: { QMAILINJECT: 'fi' },
    text: `${top}To: a@b.c\n`,
  },
  {
    title: 'Content-Length goes, Subject stays as it is',
    input: 'Content-Length: 9\nSUBJECT:  a(\n',
    text: `${top}${hidden}SUBJECT:  a(\n`,
  },
  { title: '-A: arguments win', input: 'To: a@b.c\n', args: ['-A', 'x y@z'], recipients: ['x y@z.def.example'] },
  { title: '-A: no arguments, so the header', input: 'To: a@b.c\n', args: ['-A'], recipients: ['a@b.c'] },
  { title: '-a: nobody is nobody', input: 'To: a@b.c\n', args: ['-a'], recipients: [] },
  { title: '-h: header only', input: 'To: a@b.c\n', args: ['-h', 'x'], recipients: ['a@b.c'] },
  {
    title: '-H: arguments first',
    input: 'To: a@b.c\n',
    args: ['-H', 'x@y.z', 'w@y.z'],
    recipients: ['x@y.z', 'w@y.z', 'a@b.c'],
  },
  {
    title: 'the environment beats the control files',
    input: 'To: a, b@c, d@e+\n',
    env: { QMAILDEFAULTHOST: 'h.x', QMAILDEFAULTDOMAIN: 'd.x', QMAILPLUSDOMAIN: 'p.x', QMAILIDHOST: 'i.x' },
    text: `${date}${messageId.replace('id.example', 'i.x')}From: joe@h.x\nTo: a@h.x, b@c.d.x, d@e.p.x\n`,
  },
  { title: 'no user at all', input: '', env: { USER: undefined as never }, sender: 'anonymous@dhost.def.example' },
];

for (const { title, input, env, args, lists, ...expected } of vectors) {
  test(`qmail-inject: ${/^\d/.test(title) ? 'inject.md ' : ''}${title}`, async () => {
    const result = await inject(input, { ...(env && { env }), ...(args && { args }), ...(lists && { lists }) });
    assert.deepEqual({ ...result, ...expected }, result);
  });
}

test('returnPathLine: an address that needs quotes → what -n prints (inject.md 5 and 10)', () => {
  assert.deepEqual(['joe-1.2-@d.x-@[]', 'a b@c', ''].map(returnPathLine), [
    'Return-Path: <"joe-1.2-@d.x-"@[]>\n',
    'Return-Path: <"a b"@c>\n',
    'Return-Path: <>\n',
  ]);
});

test('qmail-inject: something unparsable → exit 100 that shows it (inject.md 12)', async () => {
  const failures: readonly (readonly [string, Call, string])[] = [
    ['To: (unclosed\n', {}, 'To: (unclosed'],
    ['From: a: b\nTo: x\n', {}, 'From: a: b'],
    ['To: a\0b@c\n', {}, 'To: a\0b@c'],
    ['To: a@b, c\\\nSubject: x\n', {}, 'To: a@b, c\\'],
    ['To: x\n', { args: ['a@b('] }, 'a@b('],
    ['To: x\n', { args: ['-f', 'a@b('] }, 'a@b('],
  ];
  for (const [input, what, line] of failures) {
    assert.deepEqual(await inject(input, what), {
      ok: false,
      exitCode: 100,
      text: `unable to parse this line:\n${line}`,
    });
  }
});

test('qmail-inject: any bytes in the body → unchanged', async () => {
  const body = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('latin1');
  const result = await inject(`To: a@b.c\n\n${body}\n`);
  assert.equal('text' in result && 'sender' in result && result.text, `${top}To: a@b.c\n\n${body}\n`);
});

test('qmail-inject: more recipients in a field than a call can have arguments → all of them', async () => {
  const result = await inject(`To: ${'a,'.repeat(150_000)}\n`);
  assert.equal('recipients' in result && result.recipients.length, 150_000);
});

test('qmail-inject: a body larger than memory should hold → passes piece by piece', async () => {
  let made = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('To: a@b.c\n\n');
    for (; made < 1000; made++) yield Buffer.alloc(1000, 'x');
  }
  const options = parseInjectArguments([]);
  assert.ok(options);
  const result = await injectMessage(source(), options, injectSettings({}, control, undefined), moment);
  assert.ok(result.ok);
  assert.equal(made, 0);
  let size = 0;
  for await (const piece of result.message) size += piece.length;
  assert.ok(size > 1_000_000);
});

test('qmail-inject: a source that breaks → its error, not a short message', async () => {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('To: a@b.c\n\nhalf');
    throw new Error('pulled the plug');
  }
  const options = parseInjectArguments([]);
  assert.ok(options);
  const result = await injectMessage(source(), options, injectSettings({}, control, undefined), moment);
  assert.ok(result.ok);
  await assert.rejects(bytesOf(result.message), /pulled the plug/);
});

test('parseInjectArguments: options joined, attached and ended; unknown ones refused', () => {
  assert.deepEqual(parseInjectArguments(['-nHfa@b', '--', '-x']), {
    print: true,
    recipientsFrom: 'arguments-and-header',
    sender: 'a@b',
    recipients: ['-x'],
  });
  assert.equal(parseInjectArguments(['-nN'])?.print, false);
  for (const bad of [['-x'], ['-f'], ['-nx']]) assert.equal(parseInjectArguments(bad), undefined);
});
