// The state of a mailbox: what was noted is there after a reopen, wherever a crash cut the file off.
import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MailboxState, openMailboxState } from '../../../../core/fetch/state/mailbox-state.ts';
import type { Known } from '../../../../core/fetch/state/state-text.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const uid = fc.integer({ min: 1, max: 30 }).map(String);
const size = fc.nat(1_000_000);
const known: fc.Arbitrary<Known> = fc.oneof(
  fc.record({
    kind: fc.constant('here' as const),
    sizeBytes: size,
    atMs: fc.nat(),
    digest: fc.constantFrom('-', 'abc', 'xyz'),
  }),
  fc.record({
    kind: fc.constant('left' as const),
    sizeBytes: size,
    why: fc.constantFrom('large' as const, 'looping' as const),
  }),
);
const step = fc.oneof(
  fc.record({ do: fc.constant('begin' as const), uid }),
  fc.record({ do: fc.constant('note' as const), uid, known }),
  fc.record({ do: fc.constant('gone' as const), uid }),
  fc.record({ do: fc.constant('compact' as const) }),
  fc.record({ do: fc.constant('renumber' as const), validity: fc.nat(5).map(String) }),
);

const seen = (state: MailboxState) => ({
  all: [...state.all()].map(entry => JSON.stringify(entry)).sort(),
  upto: state.upto,
  validity: state.validity,
  unsure: state
    .unsure()
    .map(({ uid }) => uid)
    .sort(),
  hasOld: state.hasOld,
  old: ['abc', 'xyz'].map(digest => state.wasFetched(digest, 7)),
});

async function act(
  state: MailboxState,
  one: typeof step extends fc.Arbitrary<infer Step> ? Step : never,
): Promise<void> {
  if (one.do === 'begin') await state.begin(one.uid, 'token', 5);
  else if (one.do === 'note') state.note(one.uid, one.known);
  else if (one.do === 'gone') state.gone(one.uid);
  else if (one.do === 'renumber') state.renumber(one.validity);
  else await state.compact();
}

test('state: any steps, then a reopen → the same is known', async t => {
  const directory = tempDir(t);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
      const path = join(directory, String(count++));
      const state = openMailboxState(path);
      for (const one of steps) await act(state, one);
      const before = seen(state);
      state.close();
      const again = openMailboxState(path);
      assert.deepEqual(seen(again), before);
      again.close();
    }),
    { numRuns: 60 },
  );
});

test('state: cut off at any byte → what the whole lines say, and the next line is a line of its own', async t => {
  const path = join(tempDir(t), 'state');
  const state = openMailboxState(path);
  state.renumber('77');
  for (const uid of ['3', '9']) {
    await state.begin(uid, `token${uid}`, 10);
    state.note(uid, { kind: 'here', sizeBytes: 10, atMs: 5, digest: 'abc' });
  }
  state.close();
  const raw = readFileSync(path);
  for (let length = raw.length; length >= 0; length--) {
    writeFileSync(path, raw);
    truncateSync(path, length);
    const cut = openMailboxState(path);
    const whole = raw.toString('latin1', 0, length).split('\n').slice(0, -1);
    assert.equal(
      cut.known('9') !== undefined,
      whole.some(line => line.startsWith('here 9 ')) || /here 9 \d+ \d+ a/.test(raw.toString('latin1', 0, length)),
    );
    cut.note('50', { kind: 'left', sizeBytes: 1, why: 'large' });
    cut.close();
    const again = openMailboxState(path);
    assert.deepEqual(again.known('50'), { kind: 'left', sizeBytes: 1, why: 'large' });
    again.close();
  }
});

test('state: a file that grew → is written anew, and old messages are forgotten where they are covered', async t => {
  const path = join(tempDir(t), 'state');
  const state = openMailboxState(path);
  for (let uid = 1; uid <= 3000; uid++) {
    state.note(String(uid), { kind: 'here', sizeBytes: 10, atMs: 1_700_000_000_000, digest: 'abcdefghijklmnop' });
  }
  await state.compact(100);
  assert.ok(readFileSync(path).length < 10_000);
  assert.deepEqual(
    [state.size, state.upto, state.known('2901')?.kind, state.known('2900')],
    [100, 3000, 'here', undefined],
  );
  state.close();
});
