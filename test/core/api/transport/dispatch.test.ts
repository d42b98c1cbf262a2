// A call of the Api reaches its handler with its caller and a checked request, or is refused: names and requests of any shape.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Handlers } from '../../../../core/api/contract.ts';
import { settingLimits } from '../../../../core/api/host.ts';
import { type Caller, callerText } from '../../../../core/api/transport/caller.ts';
import { createDispatch } from '../../../../core/api/transport/dispatch.ts';

const callers: readonly Caller[] = [
  { user: 'alice', way: { kind: 'desktop' } },
  { user: 'bob', way: { kind: 'page', session: 'x7f3' } },
  { user: 'carol', way: { kind: 'control-socket' } },
];

test('dispatch: calls of several people → each handler knows who asks, and so does the report of a failure', async () => {
  const asked: unknown[] = [];
  const reports: string[] = [];
  const handlers = {
    'host.settings': async (...args: unknown[]) => void asked.push(args),
    'queue.retry': async () => Promise.reject(new Error('a bug')),
  } as unknown as Handlers;
  const dispatch = createDispatch(
    handlers,
    (caller, method) => void reports.push(`${method} for ${callerText(caller)}`),
  );
  for (const caller of callers) {
    await dispatch(caller, 'host.settings', {});
    await dispatch(caller, 'queue.retry', { ids: [] });
  }
  assert.deepEqual(
    asked,
    callers.map(caller => [{}, caller]),
  );
  assert.deepEqual(reports, [
    'queue.retry for alice by the desktop',
    'queue.retry for bob by page session x7f3',
    'queue.retry for carol by the control socket',
  ]);
});

test('dispatch: a name that is not a string, or not a method’s → refused, and nothing is thrown', async () => {
  const dispatch = createDispatch({} as Handlers, () => assert.fail('this is no bug'));
  const names: readonly unknown[] = [
    undefined,
    null,
    1,
    true,
    [],
    ['host.status'],
    {},
    { toString: 1 },
    'toString',
    '__proto__',
    'x'.repeat(1e6),
  ];
  for (const name of names) {
    const answer = await dispatch(callers[0] as Caller, name, {});
    assert.ok(!answer.ok && answer.kind === 'invalid' && JSON.stringify(answer).length < 250, JSON.stringify(answer));
  }
});

test('dispatch: a request that is not valid → its value is not sent back whole', async () => {
  const dispatch = createDispatch({} as Handlers, () => assert.fail('this is no bug'));
  for (const request of ['x'.repeat(1e6), { ids: 'x'.repeat(1e6) }, { ['x'.repeat(1e6)]: 1 }]) {
    const answer = await dispatch(callers[0] as Caller, 'queue.hold', request);
    assert.ok(!answer.ok && answer.code === 'request-invalid' && JSON.stringify(answer).length < 2000);
  }
});

test('host.change: a name or a signature beyond its limit → refused, and the handler is not asked', async () => {
  const changed: unknown[] = [];
  const handlers = { 'host.change': async (some: unknown) => void changed.push(some) } as unknown as Handlers;
  const dispatch = createDispatch(handlers, () => assert.fail('this is no bug'));
  const { name, signature } = settingLimits;
  const longest = { name: 'n'.repeat(name), signature: 's'.repeat(signature) };
  assert.ok((await dispatch(callers[0] as Caller, 'host.change', longest)).ok);
  for (const [key, text] of Object.entries(longest)) {
    const answer = await dispatch(callers[0] as Caller, 'host.change', { [key]: `${text}x` });
    assert.ok(!answer.ok && answer.kind === 'invalid', key);
  }
  assert.deepEqual(changed, [longest]);
});

test('dispatch: a link that is up for ever, a name of any length → refused with the limit', async () => {
  const dispatch = createDispatch({} as unknown as Handlers, () => {});
  const [caller] = callers;
  const why = async (method: string, request: unknown) => {
    const answer = await dispatch(caller as Caller, method, request);
    return answer.ok ? '' : `${answer.params.method}: ${answer.params.why}`;
  };
  const forLong = await why('links.up', { name: 'sat', seconds: 1e308 });
  assert.match(forLong, /^links\.up: seconds: a link can be up for at most 31622400 seconds \(a year\)/);
  for (const method of ['links.check', 'fetch.check']) {
    assert.match(await why(method, { name: 'n'.repeat(1e6), text: '' }), /^\S+: name: Invalid length/);
  }
});
