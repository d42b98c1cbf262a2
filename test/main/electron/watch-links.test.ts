// The desktop's view of links, against a stand-in for the host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Notice } from '../../../core/api/errors.ts';
import { refusal, refusedAnswer } from '../../../core/api/errors.ts';
import { watchLinks } from '../../../main/electron/watch-links.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

const turn = () => new Promise(resolve => setImmediate(resolve));

function setUp() {
  const clock = steppedClock();
  const asked: string[] = [];
  const shown: unknown[] = [];
  const logged: string[] = [];
  let tell: (notice: Notice) => void = () => assert.fail('nobody listens');
  let lists = 0;
  const watch = watchLinks({
    host: {
      user: 'ines',
      notices(listener) {
        tell = listener;
        return () => {
          tell = () => {};
        };
      },
      async dispatch(caller, method, request) {
        asked.push(`${caller.user} ${method} ${JSON.stringify(request)}`);
        if (method !== 'links.list') return refusedAnswer(refusal('stopping', {}));
        lists += 1;
        return { ok: true, value: { links: lists } };
      },
    },
    clock,
    show: links => shown.push(links),
    log: line => logged.push(line),
  });
  let seq = 0;
  const changed = () => tell({ seq: ++seq, event: 'links.changed', data: { names: ['kiss'] } });
  return { clock, asked, shown, logged, watch, changed };
}

test('desktop: links change all the time → they are asked for at once, and then once a second', async () => {
  const { clock, shown, changed, watch } = setUp();
  await turn();
  assert.deepEqual(shown, [1]);
  for (let n = 0; n < 50; n += 1) changed();
  clock.pass(999);
  await turn();
  assert.deepEqual(shown, [1]);
  clock.pass(1);
  await turn();
  assert.deepEqual(shown, [1, 2]);
  changed();
  watch.dispose();
  clock.pass(5_000);
  changed();
  await turn();
  assert.deepEqual(shown, [1, 2]);
});

test('desktop: what the tray does with a link → the host is asked for the user; a refusal is logged', async () => {
  const { asked, logged, watch } = setUp();
  watch.actions.exchange('kiss');
  watch.actions.stop('kiss');
  watch.actions.setOffline('kiss', true);
  await turn();
  assert.deepEqual(asked, [
    'ines links.list {}',
    'ines links.exchange {"name":"kiss"}',
    'ines links.stop {"name":"kiss"}',
    'ines links.offline {"name":"kiss","offline":true}',
  ]);
  assert.equal(logged.length, 3);
  assert.match(logged[0] ?? '', /^links: \S/);
});
