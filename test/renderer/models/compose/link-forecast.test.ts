// The composer asks which links its recipients' mail will wait for, once after a pause.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signal } from '@preact/signals';
import type { Draft } from '../../../../core/api/compose.ts';
import type { LinkForecast, LinkStatus } from '../../../../core/api/links.ts';
import { createLinkForecast } from '../../../../renderer/models/compose/link-forecast.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { fakeTimers } from '../../support/fake-timers.ts';
import { status } from '../../support/played-links.ts';

const empty: Draft = {
  ...{ id: null, messageId: '', from: '', replyTo: '', to: '', cc: '', bcc: '', subject: '', text: '' },
  ...{ files: [], source: null, kept: null },
};
const sat: LinkForecast = {
  ...{ name: 'sat', recipients: ['a@far.example'], tooLarge: false, largestBytes: null },
  ...{ seconds: 1, cost: null, currency: '' },
};

test('link forecast: a draft with recipients → asked once after a pause, with about its size; without links never', async () => {
  const timers = fakeTimers();
  const { api, asked } = fakeApi({ 'links.forecast': () => ({ links: [sat] }) });
  const draft = signal<Draft | undefined>(undefined);
  const links = signal<readonly LinkStatus[] | undefined>([]);
  const found = createLinkForecast({ api, timers, draft, links });
  draft.value = { ...empty, to: 'a@far.example' };
  await timers.pass(5_000);
  assert.equal(asked.length, 0);
  links.value = [status('sat')];
  for (const text of ['é'.repeat(10), 'é'.repeat(10_000)]) draft.value = { ...empty, to: 'a@far.example', text };
  await timers.pass(5_000);
  const requests = asked.map(([, request]) => request as { bytes: number });
  assert.equal(requests.length, 1);
  assert.ok(requests.every(({ bytes }) => bytes > 20_000 && bytes < 22_000));
  assert.deepEqual(found.value, [sat]);
  draft.value = { ...empty };
  assert.deepEqual(found.value, []);
});

test('link forecast: the draft is closed before the host has answered → nothing is shown; attachments count as they are sent', async () => {
  const timers = fakeTimers();
  const answer = Promise.withResolvers<{ links: LinkForecast[] }>();
  const { api, asked } = fakeApi({ 'links.forecast': () => answer.promise });
  const files = [{ name: 'a.bin', type: 'application/octet-stream', base64: 'A'.repeat(76_000) }];
  const draft = signal<Draft | undefined>({ ...empty, to: 'a@far.example', files });
  const found = createLinkForecast({ api, timers, draft, links: signal([status('sat')]) });
  await timers.pass(1_000);
  const [{ bytes }] = asked.map(([, request]) => request) as [{ bytes: number }];
  assert.ok(bytes > 77_000 && bytes < 79_000, String(bytes));
  draft.value = undefined;
  answer.resolve({ links: [sat] });
  await timers.pass(1_000);
  assert.deepEqual(found.value, []);
});
