// The same messages through notqmail's qmail-inject, where it is installed: the results are the same, with two exceptions.
// notqmail keeps an invalid address field, and so loses its recipients: if the header names the recipients, ours refuses the
// message, as qmail 1.03 does. And where a backslash in an atom hides a byte that means something, ours writes quotes, so
// that it stays hidden.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseInjectArguments } from '../../core/inject/programs/inject-options.ts';
import { injectSettings } from '../../core/inject/programs/inject-settings.ts';
import { injectMessage, returnPathLine } from '../../core/inject/programs/qmail-inject.ts';
import { createRandom, type Random } from '../fuzz/random.ts';
import { fuzzSettings } from '../fuzz/settings.ts';
import { bytesOf } from '../support/bytes-of.ts';
import { tempDir } from '../support/temp-dir.ts';

const theirs = '/var/qmail/bin/qmail-inject';
const skip = existsSync(theirs) ? false : `no ${theirs}`;

const names = [
  'To',
  'tO',
  'Cc',
  'Bcc',
  'From',
  'Sender',
  'Reply-To',
  'Subject',
  'Date',
  'Message-ID',
  'Apparently-To',
  'Return-Path',
  'Errors-To',
  'Return-Receipt-To',
  'Content-Length',
  'X-Foo',
  'Mail-Followup-To',
  'Notice-Requested-Upon-Delivery-To',
  'Received',
  'Resent-To',
  'Resent-Cc',
  'Resent-Bcc',
  'Resent-From',
  'Resent-Sender',
  'Resent-Reply-To',
  'Resent-Date',
  'Resent-Message-ID',
];
const parts = [
  'fred',
  'a@b',
  'c@d.e',
  'bob+',
  'x@h+',
  '"A B"@q',
  '<a@b.c>',
  'Joe',
  '"J. S."',
  '(cmt)',
  '(c (n) d)',
  ',',
  ', ',
  '.',
  '@',
  ' ',
  '\n ',
  '\n\t',
  'g:',
  ';',
  '<@r1,@r2:u@h>',
  '<>',
  '[1.2]',
  'u@[1.2.3.4]',
  '\\x', // differs: A backslash before a byte that means something, in an atom
  'caf\xe9',
  'foo@[]',
  'a.',
  'e@f.g.',
  'user@',
  '"q\\"x"',
  '<',
  '>',
  ':',
  'recipient list not shown: ;',
  'long.name.long.name@longhostname.example.com, ',
];
const oddLines = ['From joe Mon\n', ' cont\n', 'not a field\n', '\n', ':x\n', 'a b: c\n', 'x\x01:y\n'];
const ends = ['', '\n', '\nbody\n', '\nbody', 'Subject: last'];
const environments: readonly Readonly<Record<string, string>>[] = [
  {},
  { QMAILINJECT: 'c' },
  { QMAILINJECT: 's' },
  { QMAILINJECT: 'fi' },
  { QMAILINJECT: 'r' },
  { QMAILNAME: 'Joe S' },
  { QMAILNAME: '' },
  { QMAILUSER: 'a b', QMAILHOST: 'h' },
  { QMAILHOST: 'q.x+' },
  { MAILHOST: 'a' },
  { QMAILSUSER: 's', QMAILSHOST: 'sh' },
  { QMAILMFTFILE: 'lists' },
  { QMAILUSER: '' },
  { QMAILHOST: '' },
  { QMAILINJECT: 'c', QMAILNAME: 'J (x) "y"' },
  { MAILNAME: 'J. \\' },
];
const commandLines = [
  [],
  ['-f', 'a@b', 'x y', 'z@q'],
  ['-a', 'r'],
  ['-h', 'r'],
  ['-H', 'r+', '<a>', 'b@c.'],
  ['-A', 'q@'],
  ['-f', ''],
  ['-f', 'foo@[]'],
  ['-f', 'a@b.c.'],
  ['foo@[]', ''],
  ['a,b@c', '@x:y@z', '"q"@h'],
];
const lists = ['a@b.def.example', 'fred@dhost.def.example'];

function makeMessage({ below, pick }: Random): string {
  const several = (count: number, make: () => string) => Array.from({ length: count }, make);
  const field = () =>
    `${pick(names)}${pick(['', '', ' ', '\t'])}:${several(below(9), () => pick(parts)).join(pick(['', ' ']))}\n`;
  return several(below(6), () => (below(14) === 0 ? pick(oddLines) : field())).join('') + pick(ends);
}

interface Injected {
  readonly code: number | null;
  /** What -n prints, date and number taken out; what is said where it fails. */
  readonly text: string;
  /** The envelope as qmail-queue gets it. */
  readonly envelope: string;
}

function runTheirs(
  directory: string,
  message: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Injected {
  const [queue, envelope] = [join(directory, 'queue'), join(directory, 'envelope')];
  writeFileSync(queue, `#!/bin/sh\ncat >/dev/null; cat <&1 >${envelope}\n`, { mode: 0o755 });
  const run = (option: string) =>
    spawnSync(theirs, [option, ...args], {
      cwd: directory,
      env: { PATH: process.env.PATH, QMAILQUEUE: queue, ...env },
      input: Buffer.from(message, 'latin1'),
      encoding: 'latin1',
    });
  const printed = run('-n');
  const { status: code, stderr } = run('-N');
  if (code !== 0) return { code, text: stderr, envelope: '' };
  return { code, text: withoutMoment(printed.stdout), envelope: readFileSync(envelope, 'latin1') };
}

async function runOurs(
  message: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Injected> {
  const control = { defaultHost: '', defaultDomain: '', plusDomain: '', idHost: '' };
  const settings = injectSettings(env, control, env.QMAILMFTFILE === undefined ? undefined : lists);
  const options = parseInjectArguments(args) ?? assert.fail();
  const result = await injectMessage([Buffer.from(message, 'latin1')], options, settings, { nowMs: 0, pid: 1 });
  if (!result.ok) return { code: result.exitCode, text: `qmail-inject: fatal: ${result.text}\n`, envelope: '' };
  const { sender, recipients } = result.envelope;
  return {
    code: 0,
    text: withoutMoment(returnPathLine(sender) + (await bytesOf(result.message)).toString('latin1')),
    envelope: `F${sender}\0${recipients.map(recipient => `T${recipient}\0`).join('')}\0`,
  };
}

function withoutMoment(text: string): string {
  return text.replace(/^((?:Resent-)?Date): \d.* -0000$/gm, '$1: now').replace(/<\d{14}\.\d+\.qmail@/g, '<now@');
}

async function compare(random: Random, directory: string): Promise<void> {
  const message = makeMessage(random);
  const args = random.pick(commandLines);
  const env = {
    USER: 'joe',
    QMAILDEFAULTHOST: 'dhost',
    QMAILDEFAULTDOMAIN: 'def.example',
    QMAILPLUSDOMAIN: 'plus.example',
    QMAILIDHOST: 'id.example',
    ...random.pick(environments),
  };
  const ours = await runOurs(message, args, env);
  if (ours.code !== 0) {
    // differs: A field of addresses that makes no sense, where the header names the recipients
    assert.match(ours.text, /^qmail-inject: fatal: unable to parse this line:\n/);
    return;
  }
  const theirs = runTheirs(directory, message, args, env);
  // differs: A field of addresses that makes no sense, beside recipients on the command line
  if (args.length > 0 && theirs.text.startsWith('qmail-inject: fatal: unable to parse this line:\n')) return;
  assert.deepEqual(ours, theirs, JSON.stringify({ message, args, env }));
}

test("qmail-inject: any messages → the same result as notqmail's", { skip }, async t => {
  const { seed, sessions } = fuzzSettings(200);
  const directory = tempDir(t);
  writeFileSync(join(directory, 'lists'), lists.map(line => `${line}\n`).join(''));
  for (let number = 0; number < sessions; number++) await compare(createRandom(seed, number), directory);
});
