// maildirserial: which files it offers, what it does with results, and when it stops.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Bounced } from '../../../../core/link/serial/act-on-result.ts';
import { type ClientEnd, maildirSerial, type SerialDeps } from '../../../../core/link/serial/maildir-serial.ts';
import type { SerialResult } from '../../../../core/link/serial/send-list.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const nowSec = 2_000_000;
const clock = { nowMs: () => nowSec * 1000, after: () => () => {} };

interface Rig {
  readonly directory: string;
  /** What the client was given, one entry a run. */
  readonly offered: string[][];
  readonly log: string[];
  readonly left: () => string[];
  run(more?: Partial<SerialDeps> & { prefix?: string; lifetimeSec?: number }): Promise<number | string>;
}

type Answers = (names: readonly string[], run: number) => Record<string, string>;

/** @param answers status and text by name, for each run of the client */
function startRig(t: TestContext, answers: Answers, end: ClientEnd = { kind: 'exited', code: 0 }): Rig {
  const directory = tempDir(t);
  for (const sub of ['tmp', 'new', 'cur']) mkdirSync(join(directory, sub));
  const put = (name: string, ageSec: number, recipient: string) => {
    writeFileSync(join(directory, name), `Return-Path: <Sender>\nDelivered-To: ${recipient}\nThis is a test.\n`);
    utimesSync(join(directory, name), nowSec - ageSec, nowSec - ageSec);
  };
  put('new/10000', 300, 'Prefix-Whatever');
  put('cur/20000:2,S', 200, 'Prefix-You@Virt.Dom');
  put('new/30000', 100, 'Other-You@Virt.Dom');
  put('new/.hidden', 100, 'Prefix-You@Virt.Dom');
  put('new/now', 0, 'Prefix-You@Virt.Dom');
  put('tmp/old', 200_000, 'Prefix-x');
  put('tmp/young', 100_000, 'Prefix-x');
  const offered: string[][] = [];
  const log: string[] = [];
  return {
    directory,
    offered,
    log,
    left: () =>
      ['new', 'cur', 'tmp'].flatMap(sub => readdirSync(join(directory, sub)).map(name => `${sub}/${name}`)).sort(),
    run: ({ prefix = 'Prefix-', lifetimeSec, ...more } = {}) =>
      maildirSerial(
        { directory, prefix, lifetimeSec },
        {
          clock,
          log: line => void log.push(line),
          bounce: undefined,
          client: async (names, onResult) => {
            const run = offered.push([...names]);
            for (const [name, answer] of Object.entries(answers(names, run))) {
              onResult(name, { status: answer.charAt(0) as SerialResult['status'], text: answer.slice(1) });
            }
            return end;
          },
          ...more,
        },
      ).catch((error: Error) => error.message),
  };
}

const both = ['new/10000', 'cur/20000:2,S'];

test('maildirserial: files of the prefix, oldest first, from before this second → offered; old tmp files go', async t => {
  const rig = startRig(t, names => Object.fromEntries(names.map(name => [name, 'Kthanks'])));
  assert.equal(await rig.run(), 0);
  assert.deepEqual(rig.offered, [both]);
  // serialmail.md 10
  assert.deepEqual(
    rig.log,
    both.map(name => `maildirserial: info: ${name} succeeded: thanks`),
  );
  assert.deepEqual(rig.left(), ['new/.hidden', 'new/30000', 'new/now', 'tmp/young']);
});

test('maildirserial: an empty prefix → all files', async t => {
  const rig = startRig(t, names => Object.fromEntries(names.map(name => [name, 'K'])));
  assert.equal(await rig.run({ prefix: '' }), 0);
  assert.deepEqual(rig.offered, [[...both, 'new/30000']]);
});

test('maildirserial: nothing to send → 0, and the client is not run', async t => {
  const rig = startRig(t, () => ({}));
  assert.equal(await rig.run({ prefix: 'Nobody-' }), 0);
  assert.deepEqual(rig.offered, []);
});

test('maildirserial: no result in three runs → it stops', async t => {
  // serialmail.md 8
  const rig = startRig(t, () => ({}), { kind: 'exited', code: 111 });
  assert.equal(await rig.run(), 'making no progress, giving up');
  assert.deepEqual(rig.offered, [both, both, both]);
});

test('maildirserial: refused for now → not offered again in this run; the rest is', async t => {
  // serialmail.md 9
  const rig = startRig(t, (_, run): Record<string, string> => (run === 1 ? { 'new/10000': 'Ztemporary failure' } : {}));
  assert.equal(await rig.run(), 'making no progress, giving up');
  const rest = ['cur/20000:2,S'];
  assert.deepEqual(rig.offered, [both, rest, rest, rest]);
  assert.deepEqual(rig.log, ['maildirserial: info: new/10000 failed temporarily: temporary failure']);
  assert.ok(existsSync(join(rig.directory, 'new/10000')));
});

test('maildirserial: all is refused for now → 111', async t => {
  const rig = startRig(t, names => Object.fromEntries(names.map(name => [name, 'Zlater'])));
  assert.equal(await rig.run(), 111);
  assert.deepEqual(rig.offered, [both]);
});

test('maildirserial: refused permanently, without -b → the file stays', async t => {
  const rig = startRig(t, names => Object.fromEntries(names.map(name => [name, 'Dno'])));
  assert.equal(await rig.run(), 111);
  assert.deepEqual(
    rig.log,
    both.map(name => `maildirserial: info: ${name} failed: no`),
  );
  assert.ok(both.every(name => existsSync(join(rig.directory, name))));
});

const bounces: Record<string, { bounced: Bounced; line: string; gone: boolean }> = {
  queued: { bounced: { kind: 'queued', qp: 77 }, line: 'info: returned new/10000: qp 77', gone: true },
  'a triple bounce': {
    bounced: { kind: 'discarded', as: 'triple bounce' },
    line: 'info: discarding new/10000: triple bounce',
    gone: true,
  },
  impossible: {
    bounced: { kind: 'failed', why: 'unable to bounce new/10000: qq failed: full' },
    line: 'warning: unable to bounce new/10000: qq failed: full',
    gone: false,
  },
};

for (const [name, { bounced, line, gone }] of Object.entries(bounces)) {
  test(`maildirserial: refused permanently, with -b, and the bounce is ${name}`, async t => {
    const rig = startRig(t, names => Object.fromEntries(names.map(each => [each, each === 'new/10000' ? 'Dno' : 'K'])));
    const asked: unknown[] = [];
    const bounce = async (...call: unknown[]) => {
      asked.push(call);
      return bounced;
    };
    assert.equal(await rig.run({ bounce }), gone ? 0 : 111);
    assert.deepEqual(asked, [['new/10000', 'no', false]]);
    assert.deepEqual(rig.log.slice(0, 2), ['maildirserial: info: new/10000 bounced: no', `maildirserial: ${line}`]);
    assert.equal(existsSync(join(rig.directory, 'new/10000')), !gone);
  });
}

test('maildirserial: refused for now and older than -t → as if refused permanently, and the bounce says so', async t => {
  const rig = startRig(t, names => Object.fromEntries(names.map(name => [name, 'Zlater'])));
  const asked: unknown[] = [];
  const bounce = async (...call: unknown[]): Promise<Bounced> => {
    asked.push(call);
    return { kind: 'queued', qp: 1 };
  };
  assert.equal(await rig.run({ bounce, lifetimeSec: 299 }), 111);
  assert.deepEqual(asked, [['new/10000', 'later', true]]);
  assert.match(rig.log.at(-1) ?? '', /20000:2,S failed temporarily: later$/);
});

test('maildirserial: a message exactly as old as -t → still alive', async t => {
  const rig = startRig(t, names => Object.fromEntries(names.map(name => [name, 'Zlater'])));
  assert.equal(await rig.run({ lifetimeSec: 300 }), 111);
  assert.ok(rig.log.every(line => line.includes('failed temporarily')));
});

test('maildirserial: a result for what was not offered → nothing happens to that file', async t => {
  const rig = startRig(t, () => ({ 'new/30000': 'K', '../x': 'K' }));
  await rig.run();
  assert.ok(existsSync(join(rig.directory, 'new/30000')));
  assert.match(rig.log[0] ?? '', /ignoring a result for new\/30000/);
});

test('maildirserial: the file that was accepted cannot be removed → a warning, and it is not offered again', async t => {
  const rig = startRig(t, names => {
    if (names.includes('new/10000')) unlinkSync(join(rig.directory, 'new/10000'));
    return Object.fromEntries(names.map(name => [name, 'K']));
  });
  assert.equal(await rig.run(), 111);
  assert.match(rig.log.join('\n'), /warning: message will be delivered twice! unable to unlink new\/10000: /);
});

test('maildirserial: the client was called in a wrong way, or crashed → it ends', async t => {
  assert.equal(await startRig(t, () => ({}), { kind: 'exited', code: 100 }).run(), 100);
  assert.equal(await startRig(t, () => ({}), { kind: 'crashed' }).run(), 'client crashed');
});
