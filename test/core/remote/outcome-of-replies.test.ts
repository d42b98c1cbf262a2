// qmail-remote's reports of recipient and message become one outcome (remote.md 1).
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { createDial } from '../../../core/conversation/channel.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { type Outcome, outcomeFields } from '../../../core/paper-path/outcome.ts';
import { combine, type MessageReport, type RecipientReport } from '../../../core/remote/outcome-of-replies.ts';
import { createSharedMessages } from '../../../core/remote/shared-messages.ts';
import { sendMessage } from '../../../core/remote/smtp/client.ts';
import { openSession } from '../../../core/remote/smtp/session.ts';
import { inTheClear } from '../../../core/remote/tls/terms.ts';
import { startPeer } from '../../support/smtp-peer.ts';
import { tempDir } from '../../support/temp-dir.ts';

const reports: [recipient: RecipientReport | undefined, message: MessageReport, kind: Outcome['kind'], text: string][] =
  [
    [{ letter: 'r', text: '' }, { letter: 'K', text: 'k\n' }, 'done', 'k\n'],
    [{ letter: 'r', text: '' }, { letter: 'Z', text: 'z\n' }, 'later', 'z\n'],
    [{ letter: 'r', text: '' }, { letter: 'D', text: 'd\n' }, 'never', 'd\n'],
    [{ letter: 'h', text: 'h\n' }, { letter: 'D', text: 'd\n' }, 'never', 'h\nd\n'],
    [{ letter: 's', text: 's\n' }, { letter: 'D', text: 'd\n' }, 'later', 's\nd\n'],
    [{ letter: 's', text: 's\n' }, { letter: 'Z', text: 'z\n' }, 'later', 's\nz\n'],
    [{ letter: 'h', text: 'h\n' }, { letter: 'K', text: 'k\n' }, 'never', 'h\n'],
    [{ letter: 'h', text: 'h\n' }, { letter: 'Z', text: 'z\n' }, 'never', 'h\n'],
    [{ letter: 's', text: 's\n' }, { letter: 'K', text: 'k\n' }, 'later', 's\n'],
    [undefined, { letter: 'Z', text: 'z\n' }, 'later', 'z\n'],
  ];

for (const [recipient, message, kind, text] of reports) {
  test(`combine: ${recipient?.letter ?? 'nothing'} and ${message.letter} → ${kind} ${JSON.stringify(text)}`, () => {
    const outcome = combine(recipient, { message });
    assert.deepEqual([outcome.kind, outcome.text], [kind, text]);
  });
}

test('combine: a refused login, with a status in the reply or without → the status of the deferral, not that of no reason', () => {
  for (const status of [undefined, '5.7.8']) {
    const reply = { code: 535, status, words: 'no' };
    const outcome = combine(undefined, { message: { letter: 'Z', text: 'no (#4.7.8)\n', status: '4.7.8', reply } });
    assert.deepEqual(outcomeFields(outcome), {
      status: '4.7.8',
      answer: { code: 535, words: 'no', host: undefined, ip: undefined },
    });
  }
});

test('sendMessage: three recipients, 250, 550, 451 → one result each (remote.md 1)', async t => {
  for (const ehlo of ['250 peer', '250-peer\r\n250 PIPELINING']) {
    const peer = await startPeer(t, { ehlo, rcpt: ['250 ok', '550 no such user', '451 try later'] });
    const path = join(tempDir(t), 'message');
    writeFileSync(path, 'Subject: t\n');
    const socket = await createDial(systemClock)('127.0.0.1', peer.port, 5000);
    const envelope = { sender: 'me@here', recipients: ['a@x', 'b@x', 'c@x'] };
    using message = await createSharedMessages().hold({ path });
    const opened = await openSession(socket, {
      heloHost: 'here',
      ip: '127.0.0.1',
      host: 'peer.example',
      terms: inTheClear,
      context: createSecureContext(),
      clock: systemClock,
      timeoutMs: 5000,
    });
    if (opened.kind !== 'ready') throw new Error(opened.report.text);
    const { recipients, message: report } = await sendMessage(opened.session, message, envelope);
    assert.deepEqual(
      recipients.map(recipient => combine(recipient, { message: report })).map(({ kind, text }) => [kind, text]),
      [
        ['done', '127.0.0.1 accepted message.\nRemote host said: 250 ok queued\n'],
        ['never', '127.0.0.1 does not like recipient.\nRemote host said: 550 no such user\n'],
        ['later', '127.0.0.1 does not like recipient.\nRemote host said: 451 try later\n'],
      ],
    );
    assert.equal(peer.sessions[0]?.wire, 'Subject: t\r\n.\r\n');
  }
});
