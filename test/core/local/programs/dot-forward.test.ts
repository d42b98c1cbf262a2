// dot-forward, called as by the host (aliases.md 13 and 14).
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { dotForward } from '../../../../core/local/programs/dot-forward.ts';
import { addressPieces } from '../../../support/address-pieces.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { callProgram } from './call-rig.ts';

const head = {
  UFLINE: 'From s@o.x Sat Nov 21 09:16:56 2026\n',
  RPLINE: 'Return-Path: <s@o.x>\n',
  DTLINE: 'Delivered-To: joe@h.x\n',
};
const message = 'Subject: hi\n\nHello.\n';
const lines = head.UFLINE + head.RPLINE + head.DTLINE;

/** A directory with a .forward file, and a home for the control files beside it. */
function makeFiles(t: TestContext, text: string): { directory: string; env: Record<string, string> } {
  const directory = tempDir(t);
  mkdirSync(join(directory, 'home/control'), { recursive: true });
  const control = { me: 'me.example', defaulthost: 'dhost', defaultdomain: 'def.example', plusdomain: 'plus.example' };
  for (const [name, value] of Object.entries(control))
    writeFileSync(join(directory, 'home/control', name), `${value}\n`);
  writeFileSync(join(directory, '.forward'), text, 'latin1');
  const env = { USER: 'joe', HOST: 'h.x', SENDER: 's@o.x', NEWSENDER: 's@o.x', WAYPOST_HOME: join(directory, 'home') };
  return { directory, env: { ...env, ...head } };
}

interface Case {
  readonly args?: string;
  readonly code: number;
  readonly says?: string;
  /** The envelope of what is queued, NULs as |. */
  readonly envelope?: string;
}

const queued = 'dot-forward: info: qp 4711\n';
const fatal = 'dot-forward: fatal: ';

const cases: readonly (readonly [what: string, text: string, expected: Case])[] = [
  [
    '13, all kinds',
    'bob (Bob) @heaven.af.mil, fred\nJoe Shmoe <shmoe@h>\n"|vacation x", \\joe\n',
    {
      args: '-n .forward',
      code: 0,
      says: 'forward fred@dhost.def.example\nforward bob@heaven.af.mil\nforward shmoe@h.def.example\npipe through vacation x\ndirect delivery\n',
    },
  ],
  ['14, an address', 'a@b.c\n', { code: 99, says: queued, envelope: 'Fs@o.x|Ta@b.c||' }],
  ['14, an address and the user', 'x@y.z, joe\n', { code: 0, says: queued, envelope: 'Fs@o.x|Tx@y.z||' }],
  ['14, a program that fails', '"|cat; exit 99"\n', { code: 111, says: lines + message }],
  ['14, comments only', '# a@b.c\n', { code: 0 }],
  ['a program', '"|cat"\n', { code: 99, says: lines + message }],
  ['a program that refuses', 'a@b.c\n"|exit 77"\n', { code: 100 }],
  ['a program that crashes', '"|kill -9 $$"\n', { code: 111, says: `${fatal}child crashed in kill -9 $$\n` }],
  [
    'a program, then addresses: in their order of reading',
    'a@b.c, "|cat >/dev/null", d\n\ne@f+',
    { code: 99, says: queued, envelope: 'Fs@o.x|Td@dhost.def.example|Ta@b.c|Te@f.plus.example||' },
  ],
  ['the user in any form', 'JOE, joe@h.X, "joe"\n', { code: 0 }],
  ["another host's user of that name", 'joe@far.x\n', { code: 99, says: queued, envelope: 'Fs@o.x|Tjoe@far.x||' }],
  ['no groups', 'a: b@c.d;\n', { code: 99, says: queued, envelope: 'Fs@o.x|Tb@c.d|Ta@dhost.def.example||' }],
  ['no lists', ':include:/x\n', { code: 111, says: `${fatal}file delivery /x not supported\n` }],
  ['a file', '/var/mail/joe\n', { code: 111, says: `${fatal}file delivery /var/mail/joe not supported\n` }],
  ['nobody', '<>, ""\n \n', { code: 0 }],
  ['a line that makes no sense', '(\n', { code: 111, says: `${fatal}unable to parse this line: (\n\n` }],
  ['no file', '', { args: 'none', code: 0 }],
  ['the next file', 'a@b.c\n', { args: 'none .forward', code: 99, says: queued, envelope: 'Fs@o.x|Ta@b.c||' }],
  [
    'what -n says of an empty file',
    '#\n',
    { args: '-n none .forward', code: 0, says: 'skipping empty file .forward\ndirect delivery\n' },
  ],
  ['an unknown option', '', { args: '-x', code: 100, says: 'dot-forward: usage: dot-forward [ -nN ] file ...\n' }],
  [
    'a directory',
    '',
    { args: 'home', code: 111, says: `${fatal}unable to read home: illegal operation on a directory\n` },
  ],
];

for (const [what, text, { args = '.forward', code, says = '', envelope }] of cases) {
  test(`dot-forward: ${/^\d/.test(what) ? 'aliases.md ' : ''}${what} → ${code}`, async t => {
    const { directory, env } = makeFiles(t, text);
    const called = await callProgram(t, dotForward, args.split(' '), env, message, directory);
    const expected = envelope === undefined ? [] : [[envelope.replaceAll('|', '\0'), head.DTLINE + message]];
    assert.deepEqual(called, { code, says, queued: expected });
  });
}

test('dot-forward: a home that is none → 111 and why', async t => {
  const { directory, env } = makeFiles(t, 'a\n');
  const { code, says } = await callProgram(
    t,
    dotForward,
    ['.forward'],
    { ...env, WAYPOST_HOME: '/none' },
    '',
    directory,
  );
  assert.equal(code, 111);
  assert.match(says, /^dot-forward: fatal: \/none is not a Waypost home/);
});

test('dot-forward: any .forward file → an exit code of its own, nothing else', async t => {
  const pieces = [...addressPieces, '/f', '+', '\n', '#', 'joe', '\0'];
  const { directory, env } = makeFiles(t, '');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), async parts => {
      writeFileSync(join(directory, '.forward'), parts.join(''));
      const { code } = await callProgram(t, dotForward, ['-n', '.forward'], env, message, directory);
      assert.ok([0, 99, 111].includes(code), String(code));
    }),
    { numRuns: 50 },
  );
});
