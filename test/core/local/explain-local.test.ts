// An explanation of a local address agrees with the delivery, for generated addresses and .qmail files.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLocalDeliver } from '../../../core/local/deliver.ts';
import { createLocalExplain } from '../../../core/local/explain-local.ts';
import { type LocalRig, localRig } from './local-rig.ts';

const line = fc.constantFrom(
  './Maildir/',
  './Maildir/',
  './mbox',
  './missing/',
  './missing/mbox',
  './Maildir',
  './',
  '/nonexistent/',
  '|true',
  '|exit 0',
  '&x@y.example',
  'z@w.example ',
  '&',
  'noat',
  '# ./mbox',
  '+list',
  '+other',
  '',
  ' ./mbox',
  './mbox\t',
  '~/Maildir/',
  './mbox\r',
);
const names = [
  '',
  '-a',
  '-a-default',
  '-default',
  '-a:b',
  '-list',
  '-list-default',
  '-list-owner',
  '-list-owner-default',
  'default',
];
const file = fc.record({
  text: fc.array(line, { maxLength: 4 }).map(lines => lines.join('\n')),
  mode: fc.constantFrom(0o600, 0o600, 0o600, 0o644, 0o700, 0o602, 0o664),
  isDirectory: fc.constantFrom(false, false, false, false, true),
});
const tree = fc.dictionary(fc.constantFrom(...names), file, { maxKeys: 5 });
const locals = [
  'joe',
  'JOE',
  'joe-a',
  'joe-A',
  'joe-a-b',
  'joe-a.b',
  'joe-list',
  'joe-list-x',
  'joe-List-owner',
  'joe-',
  'nobody',
  'joe-x-default',
];

/** Every name, mode and byte below a directory. */
function snapshot(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .map(name => {
      const path = join(directory, name);
      const stat = statSync(path);
      return `${name} ${stat.mode} ${stat.isFile() ? readFileSync(path, 'latin1') : ''}`;
    });
}

/** Writes joe's .qmail files, and takes away what the last run left. */
function plant(
  rig: LocalRig,
  files: Readonly<Record<string, { text: string; mode: number; isDirectory: boolean }>>,
): void {
  const old = readdirSync(rig.joe).filter(name => name !== 'Maildir');
  const delivered = rig.list('Maildir/new').map(name => `Maildir/new/${name}`);
  for (const name of [...old, ...delivered]) rmSync(join(rig.joe, name), { recursive: true });
  for (const [name, { text, mode, isDirectory }] of Object.entries(files)) {
    const path = join(rig.joe, `.qmail${name}`);
    if (isDirectory) mkdirSync(path);
    else writeFileSync(path, text, { mode });
    if (!isDirectory) chmodSync(path, mode);
  }
}

test('explain: any local address and .qmail files → the verdict is what the delivery does, and nothing was touched', async t => {
  const rig = localRig(t);
  let defaultDelivery = '';
  const control = () => ({ ...rig.deps.control(), defaultDelivery });
  const { processUid } = rig.deps;
  const explain = createLocalExplain({ home: rig.home, control, processUid });
  const deliver = createLocalDeliver({ ...rig.deps, control, deferSync: () => {} });
  const path = join(rig.home, 'message');
  const raw = Buffer.from('Subject: hi\n\nHello.\n');
  writeFileSync(path, raw);
  const seen: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...locals),
      tree,
      fc.constantFrom('', '#@[]', 's@t.example', 's@t.example'),
      fc.constantFrom('./Maildir/', './mbox', '&all@far.example', ''),
      fc.constantFrom(0o755, 0o755, 0o755, 0o755, 0o757, 0o1755),
      async (local, files, sender, usual, homeMode) => {
        defaultDelivery = usual;
        plant(rig, files);
        chmodSync(rig.joe, homeMode);
        const before = snapshot(rig.home);
        const { verdict, steps } = explain(`${local}@here.example`, sender);
        assert.deepEqual(snapshot(rig.home), before);
        rig.forwarded.length = 0;
        const outcome = await deliver({ id: 1, path, raw, sender, recipient: `${local}@here.example` });
        seen[verdict.outcome] = (seen[verdict.outcome] ?? 0) + 1;
        assert.equal(verdict.outcome, outcome.kind, `${outcome.text}\n${JSON.stringify(steps, null, 1)}`);
        assert.equal(verdict.text.split('\n')[0], outcome.text.split('\n')[0]);
        const forwards = verdict.deliveries.filter(({ kind }) => kind === 'forward').map(({ to }) => to);
        const [sent] = rig.forwarded;
        assert.deepEqual(sent?.envelope.recipients ?? [], verdict.outcome === 'done' ? forwards : []);
        if (sent) assert.equal(verdict.newSender, sent.envelope.sender);
      },
    ),
    { numRuns: 150 },
  );
  chmodSync(rig.joe, 0o755);
  for (const kind of ['done', 'later', 'never']) assert.ok((seen[kind] ?? 0) > 5, JSON.stringify(seen));
});

test('explain: a file with very many lines → the first ones, and how many there are; the host continues', t => {
  const rig = localRig(t);
  writeFileSync(join(rig.joe, '.qmail'), './Maildir/\n'.repeat(50_000), { mode: 0o600 });
  const explain = createLocalExplain({ home: rig.home, control: rig.deps.control, processUid: rig.deps.processUid });
  const { steps, verdict } = explain('joe@here.example', '');
  assert.ok(steps.length < 1100, String(steps.length));
  assert.equal(verdict.outcome, 'done');
  assert.match(steps.at(-1)?.says ?? '', /^The file has 49000 more lines/);
});
