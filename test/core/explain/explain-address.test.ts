// Each step to the one who decides: the tables with their lines, users, .qmail files.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { Reply } from '../../../core/api/contract.ts';
import { classify } from '../../../core/control/classify.ts';
import { createExplain } from '../../../core/explain/explain-address.ts';
import { createLocalExplain } from '../../../core/local/explain-local.ts';
import type { FindSystemUser } from '../../../core/local/users/system-users.ts';
import { createRemoteExplain } from '../../../core/remote/explain-remote.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const files = {
  me: 'heaven.af.mil\n',
  locals: '# ours\nheaven.af.mil\n',
  rcpthosts: 'heaven.af.mil\ntommy.gov\n.fax.example\n',
  percenthack: 'pct.example\nc.example\n',
  virtualdomains: 'tommy.gov:fred\n.fax.example:faxer\nboss@single.example:joe-boss\nexcept.fax.example:\n',
};

/** @param options `processUid` 0: a host of root, which asks for accounts */
function explainRig(
  t: TestContext,
  options: { files?: Record<string, string>; processUid?: number; accounts?: FindSystemUser } = {},
) {
  const home = tempDir(t);
  const control = writeControl(home, { ...files, ...options.files });
  for (const dir of ['users', 'alias', 'joe']) mkdirSync(join(home, dir));
  writeFileSync(join(home, 'users/assign'), `=joe:joe:1:1:${home}/joe:::\n+joe-:joe:1:1:${home}/joe:-::\n.\n`);
  const { processUid = 1000, accounts } = options;
  const local = createLocalExplain({ home, control: () => control, processUid, findSystemUser: accounts });
  const remote = createRemoteExplain({ home, control: () => control });
  const explain = createExplain({ home, control: () => control, connection: () => control, local, remote })[
    'explain.address'
  ];
  return { home, control, explain: (address: string) => explain({ address, sender: 's@t.example', dns: false }) };
}

/** Steps as `file:line says`, files below the home. */
function told(home: string, { steps }: Reply<'explain.address'>): string[] {
  return steps.map(({ file, line, says }) => {
    const place = file === null ? '' : `${file.replace(`${home}/`, '')}${line === null ? '' : `:${line}`} `;
    return `${place}${says}`.replaceAll(`${home}/`, '');
  });
}

test('explain: no @, a local domain, an assignment, a default → each step with its file and line', async t => {
  const { home, explain } = explainRig(t);
  mkdirSync(join(home, 'joe/.qmail-lists-default'));
  writeFileSync(join(home, 'joe/.qmail-default'), './mbox\n# note\n|true\n&a@b.example\n');
  const explained = await explain('JOE-lists-x');
  assert.deepEqual(told(home, explained), [
    'control/rcpthosts Strangers may send an address without @ to this host by SMTP.',
    'control/me:1 There is no @: heaven.af.mil is the host.',
    'control/locals:2 heaven.af.mil is delivered here.',
    'users/assign:2 The assignment +joe- gives it to joe, with the extension -lists-x.',
    'joe It is delivered in this directory, as the host itself.',
    'joe/.qmail-lists-x There is no such file.',
    'joe/.qmail-lists-default This is not a readable file: skipped.',
    'joe/.qmail-default This file applies.',
    'joe/.qmail-default:1 Append to the mbox file ./mbox',
    'joe/.qmail-default:2 Nothing: a note',
    'joe/.qmail-default:3 Run a program: true (its exit code decides: 0 continues, 99 skips the rest, 100 bounces, most others defer the mail)',
    'joe/.qmail-default:4 Send a copy to a@b.example',
  ]);
  assert.deepEqual(explained.verdict, {
    outcome: 'done',
    text: 'did 1+1+1\n',
    deliveries: [
      { kind: 'mbox', to: './mbox' },
      { kind: 'program', to: 'true' },
      { kind: 'forward', to: 'a@b.example' },
    ],
    newSender: 's@t.example',
    hosts: [],
  });
});

const tables: [address: string, rewritten: string, steps: string[]][] = [
  [
    'dude@Tommy.gov',
    'fred-dude@Tommy.gov',
    [
      'control/rcpthosts:2 Strangers may send mail for Tommy.gov to this host by SMTP.',
      'control/locals tommy.gov is not one of the domains that are delivered here.',
      'control/virtualdomains:1 The line for tommy.gov makes it fred-dude@Tommy.gov, delivered here.',
    ],
  ],
  [
    'x@y.fax.example',
    'faxer-x@y.fax.example',
    [
      'control/rcpthosts:3 Strangers may send mail for y.fax.example to this host by SMTP.',
      'control/locals y.fax.example is not one of the domains that are delivered here.',
      'control/virtualdomains:2 The line for .fax.example makes it faxer-x@y.fax.example, delivered here.',
    ],
  ],
  [
    'z@except.fax.example',
    'z@except.fax.example',
    [
      'control/rcpthosts:3 Strangers may send mail for except.fax.example to this host by SMTP.',
      'control/locals except.fax.example is not one of the domains that are delivered here.',
      'control/virtualdomains:4 The line for except.fax.example names no user: it is not virtual.',
      'control/smtproutes There is no route for except.fax.example.',
    ],
  ],
  [
    'a%b%c.example@pct.example',
    'a@b',
    [
      'control/rcpthosts Strangers may not send mail for pct.example to this host by SMTP: it is refused with 553.',
      'control/percenthack:1 The percent hack is allowed for pct.example: this is a%b@c.example.',
      'control/percenthack:2 The percent hack is allowed for c.example: this is a@b.',
      'control/locals b is not one of the domains that are delivered here.',
      'control/virtualdomains No line matches a@b: it is not virtual.',
      'control/smtproutes There is no route for b.',
    ],
  ],
];

for (const [address, rewritten, steps] of tables) {
  test(`explain: ${address} → ${rewritten}, by the lines that decide`, async t => {
    const { home, explain } = explainRig(t);
    const explained = await explain(address);
    assert.equal(explained.address, rewritten);
    assert.deepEqual(told(home, explained).slice(0, steps.length), steps);
  });
}

test('explain: root’s host and no assignment → the accounts that were tried, then alias', async t => {
  const accounts: FindSystemUser = name => (name === 'root' ? { name, uid: 0, gid: 0, homeDir: '/root' } : undefined);
  const { home, explain } = explainRig(t, { processUid: 0, accounts });
  const steps = told(home, await explain('root-x@heaven.af.mil')).filter(step => /passwd|alias/.test(step));
  assert.deepEqual(steps.slice(0, 3), [
    '/etc/passwd root-x: there is no such account.',
    '/etc/passwd root: root does not get mail this way.',
    'alias No user is assigned: it belongs to alias, with the extension -root-x.',
  ]);
});

test('explain: users/assign broken → mail waits, and it says in which line', async t => {
  const { home, explain } = explainRig(t);
  writeFileSync(join(home, 'users/assign'), 'x\n.\n');
  const { verdict } = await explain('joe@heaven.af.mil');
  assert.equal(verdict.outcome, 'later');
  assert.match(verdict.text, /^Trouble reading users\/cdb .*\nbad format .*assign:1: the line has no colon\n$/);
});

test('explain: any address → the channel and address that the queue gives it, and no exception', async t => {
  const { control, explain } = explainRig(t);
  const hosts = ['pct.example', 'tommy.gov', 'heaven.af.mil'];
  const piece = fc.constantFrom('joe', '-', '%', '@', '.', '/', ...hosts, 'é', ' ', '\n', '\u0001');
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async pieces => {
      const address = pieces.join('');
      const explained = await explain(address);
      const { channel, address: rewritten } = classify(Buffer.from(address, 'utf8').toString('latin1'), control);
      assert.equal(explained.channel, channel);
      assert.equal(Buffer.from(explained.address, 'utf8').toString('latin1'), rewritten);
      assert.equal(explained.verdict.outcome === 'remote', channel === 'remote');
    }),
    { numRuns: 100 },
  );
});
