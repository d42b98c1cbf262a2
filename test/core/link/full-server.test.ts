// The disk of a link's server fills up in the middle of a contact: it refuses messages for now at their end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedContacts, startLinks, upOf } from '../../support/link-rig.ts';
import { acceptingQmtp, acceptingSmtp } from '../../support/serial-rig.ts';

const startMs = new Date(2026, 10, 30, 5, 0).getTime();

for (const [protocol, refusal] of [
  ['smtp', '452 4.3.1 Insufficient system storage'],
  ['smtp', '451 4.3.0 Error: queue file write error'],
  ['qmtp', 'Zqq write error or disk full (#4.3.0)'],
] as const) {
  test(`link by ${protocol}: the server's disk is full → ${refusal.slice(0, 3)}: what it refuses waits, and goes when there is room`, async t => {
    const accepted: string[] = [];
    let isFull = true;
    const refuses = (message: string) => (isFull && !message.includes('Subject: 1') ? refusal : undefined);
    const serve = () =>
      protocol === 'smtp' ? acceptingSmtp(accepted, 'PIPELINING', refuses) : acceptingQmtp(accepted, refuses);
    const file = `carries site.example\nserver 192.0.2.1\nprotocol ${protocol}\nlifetime 1209600\n`;
    const rig = await startLinks(t, { files: { site: file }, startMs, serve });
    for (const number of [1, 2, 3]) {
      rig.put('site', `m${number}`, { text: `Subject: ${number}\n\nHello.\n`, atMs: startMs - 10_000 + number * 1000 });
    }
    await upOf(rig, 'site');
    const [first] = await endedContacts(rig, 'site', 1);
    assert.deepEqual([first?.end, first?.sent, first?.refused], ['done', 1, 2]);
    assert.deepEqual(rig.left('site'), ['new/m2', 'new/m3']);
    const said = refusal.slice(protocol === 'qmtp' ? 1 : 0);
    const lines = rig.log.filter(line => line.includes('failed temporarily') && line.includes(said));
    assert.equal(lines.length, 2, rig.log.join('\n'));
    // It is tried again with growing pauses, and nothing goes back to its sender for that.
    await rig.pass(3_600_000, 30_000);
    assert.deepEqual([rig.left('site'), rig.queued.length], [['new/m2', 'new/m3'], 0]);
    isFull = false;
    await rig.pass(2 * 3_600_000, 60_000);
    assert.deepEqual(rig.left('site'), []);
    assert.deepEqual(
      accepted.map(text => /Subject: (\d)/.exec(text)?.[1]),
      ['1', '2', '3'],
    );
  });
}
