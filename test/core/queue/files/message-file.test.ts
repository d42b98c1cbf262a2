// The first line of every message file says how it was queued (queue.md section 2).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Invoker } from '../../../../core/paper-path/shapes.ts';
import { receivedLine } from '../../../../core/queue/files/message-file.ts';

const invokers: [invoker: Invoker, who: string][] = [
  [{ uid: 0 }, 'by uid 0'],
  [{ uid: 60001, as: 'alias' }, 'by alias'],
  ['network', 'from network'],
  ['bounce', 'for bounce'],
];

for (const [invoker, who] of invokers) {
  test(`receivedLine: queue.md section 2, ${JSON.stringify(invoker)} → invoked ${who}`, () => {
    const line = receivedLine(15550, invoker, Date.UTC(2026, 10, 1, 9, 4, 3)).toString('latin1');
    assert.equal(line, `Received: (qmail 15550 invoked ${who}); 1 Nov 2026 09:04:03 -0000\n`);
  });
}
