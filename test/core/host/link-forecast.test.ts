// Before a message is sent, each recipient that is typed is sorted to the link that its mail would wait for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLinkForecast } from '../../../core/host/link-forecast.ts';

const control = {
  envNoAtHost: 'here.example',
  percentHack: new Set<string>(),
  locals: new Set(['here.example']),
  virtualDomains: new Map([
    ['.far.example', 'link-sat'],
    ['far.example', 'link-sat'],
    ['near.example', 'someone'],
  ]),
};

test('link forecast: lists as they are typed → each recipient at its link; local, remote and unfinished ones at none', async () => {
  const asked: unknown[] = [];
  const { 'links.forecast': forecast } = createLinkForecast({
    control: () => control,
    links: {
      spoolFor: recipient =>
        recipient.startsWith('link-sat-')
          ? { link: 'sat', maildir: '', refuses: () => undefined, arrived: () => {}, failed: () => {} }
          : undefined,
      estimate(name, bytes, messageBytes) {
        asked.push([name, bytes, messageBytes]);
        return { name, tooLarge: false, largestBytes: null, seconds: 1, cost: null, currency: '' };
      },
    },
  });
  const { links } = await forecast({
    to: 'Ann <ann@far.example>, bob@b.far.example; ines@shore.example, wanda, not an address <',
    cc: 'ann@far.example, joe@here.example',
    bcc: 'x@near.example',
    bytes: 500,
  });
  assert.deepEqual(
    links.map(({ name, recipients }) => [name, recipients]),
    [['sat', ['ann@far.example', 'bob@b.far.example']]],
  );
  // A message for two goes over the link twice.
  assert.deepEqual(asked, [['sat', 1000, 500]]);
});
