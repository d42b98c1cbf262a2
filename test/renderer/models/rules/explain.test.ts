// Explaining an address and tracing a message: only the answer to the last question is shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '../../../../core/api/contract.ts';
import { createTraceModel } from '../../../../renderer/models/queue/trace.ts';
import { createExplainModel } from '../../../../renderer/models/rules/explain.ts';
import { fakeApi } from '../../support/fake-api.ts';

type Answer = Reply<'explain.address'>;

const answerFor = (address: string): Answer => ({
  address,
  channel: 'local',
  steps: [],
  verdict: { outcome: 'done', text: 'did 1+0+0\n', deliveries: [], newSender: null, hosts: [] },
});

function rig(explain: (address: string) => Answer | Promise<Answer>) {
  const failures: unknown[] = [];
  const toasts = { failed: (error: unknown) => void failures.push(error) };
  const { api, asked } = fakeApi({ 'explain.address': ({ address }) => explain(address) });
  return { model: createExplainModel(api, toasts), asked, failures };
}

test('explain: an address with blanks around it → asked without them; nothing typed → nothing asked', async () => {
  const { model, asked } = rig(answerFor);
  model.typed.value = '  ';
  await model.ask();
  assert.deepEqual(asked, []);
  model.typed.value = ' ann@here.example ';
  await model.ask();
  assert.deepEqual(asked, [['explain.address', { address: 'ann@here.example', sender: '', dns: false }]]);
  assert.equal(model.answer.value?.address, 'ann@here.example');
  await model.askDns();
  assert.deepEqual(asked[1], ['explain.address', { address: 'ann@here.example', sender: '', dns: true }]);
});

test('explain: a slow answer after a newer one, or after closing → it is not shown', async () => {
  const waiting: ((answer: Answer) => void)[] = [];
  const { model } = rig(() => new Promise(resolve => waiting.push(resolve)));
  model.typed.value = 'old@here.example';
  const old = model.ask();
  model.typed.value = 'new@here.example';
  const fresh = model.ask();
  waiting[1]?.(answerFor('new@here.example'));
  await fresh;
  waiting[0]?.(answerFor('old@here.example'));
  await old;
  assert.equal(model.answer.value?.address, 'new@here.example');

  model.typed.value = 'late@here.example';
  const late = model.ask();
  model.close();
  waiting[2]?.(answerFor('late@here.example'));
  await late;
  assert.deepEqual([model.answer.value, model.busy.value], [undefined, false]);
});

test('explain: the host refuses → told, and the last answer stays', async () => {
  const refusal = new Error('no');
  const { model, failures } = rig(address => (address === 'bad' ? Promise.reject(refusal) : answerFor(address)));
  model.typed.value = 'ann@here.example';
  await model.ask();
  model.typed.value = 'bad';
  await model.ask();
  assert.deepEqual([failures, model.answer.value?.address, model.busy.value], [[refusal], 'ann@here.example', false]);
});

test('trace: a question from elsewhere → typed into the field, and answered; closed → nothing is left of it', async () => {
  const { api, asked } = fakeApi({ 'explain.trace': () => ({ messages: [], more: 0 }) });
  const trace = createTraceModel(api, { failed: error => assert.fail(String(error)) });
  await trace.ask('<a@b>');
  assert.deepEqual(asked, [['explain.trace', { query: '<a@b>' }]]);
  assert.deepEqual([trace.typed.value, trace.answer.value], ['<a@b>', { query: '<a@b>', messages: [], more: 0 }]);
  trace.close();
  assert.deepEqual([trace.typed.value, trace.answer.value], ['', undefined]);
  await trace.ask();
  assert.equal(asked.length, 1);
});
