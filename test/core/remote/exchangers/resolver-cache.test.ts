// Recent answers of DNS are used again for a short time; failures are not remembered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../../core/lib/clock.ts';
import type { Answer } from '../../../../core/remote/exchangers/resolver.ts';
import { cachedResolver } from '../../../../core/remote/exchangers/resolver-cache.ts';

/** A DNS that gives these answers one after the other, and a clock to turn. */
function desk(answers: Answer<string>[]) {
  const asked: string[] = [];
  const time = { nowMs: 0 };
  const clock = { ...systemClock, nowMs: () => time.nowMs };
  const addresses = async (host: string): Promise<Answer<string>> => {
    asked.push(host);
    return answers.shift() ?? { kind: 'failed' };
  };
  const mx = async () => ({ kind: 'none' }) as const;
  return { asked, time, resolver: cachedResolver({ mx, addresses }, clock) };
}

const found = (ip: string): Answer<string> => ({ kind: 'found', records: [ip] });

test('recent answers: asked twice at once and again soon → one question, the same answer', async () => {
  const { asked, time, resolver } = desk([found('192.0.2.1')]);
  const answers = await Promise.all([resolver.addresses('a'), resolver.addresses('a')]);
  time.nowMs = 4999;
  answers.push(await resolver.addresses('a'));
  assert.deepEqual([answers, asked], [[found('192.0.2.1'), found('192.0.2.1'), found('192.0.2.1')], ['a']]);
});

for (const atMs of [5000, -5000]) {
  test(`recent answers: the clock ${atMs / 1000} seconds later → asked again`, async () => {
    const { time, resolver } = desk([found('192.0.2.1'), found('192.0.2.2')]);
    await resolver.addresses('a');
    time.nowMs = atMs;
    assert.deepEqual(await resolver.addresses('a'), found('192.0.2.2'));
  });
}

for (const kind of ['none', 'failed'] as const) {
  test(`recent answers: ${kind} → not remembered`, async () => {
    const { resolver } = desk([{ kind }, found('192.0.2.2')]);
    assert.deepEqual(await resolver.addresses('a'), { kind });
    assert.deepEqual(await resolver.addresses('a'), found('192.0.2.2'));
  });
}

test('recent answers: more than 256 names → the oldest is forgotten, the newest is not', async () => {
  const names = Array.from({ length: 257 }, (_, n) => `host${n}`);
  const { asked, resolver } = desk(names.map(found));
  for (const name of names) await resolver.addresses(name);
  asked.length = 0;
  for (const name of ['host256', 'host1', 'host0']) await resolver.addresses(name);
  assert.deepEqual(asked, ['host0']);
});
