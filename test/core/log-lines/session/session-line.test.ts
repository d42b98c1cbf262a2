// The lines of sessions: what is written is read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { logWord } from '../../../../core/lib/text/log-word.ts';
import { sessionEnd } from '../../../../core/log-lines/session/session-end.ts';
import { parseSessionLine } from '../../../../core/log-lines/session/session-line.ts';
import { sessionMessage } from '../../../../core/log-lines/session/session-message.ts';
import { sessionStart } from '../../../../core/log-lines/session/session-start.ts';

const text = fc.uint8Array({ maxLength: 300 }).map(raw => Buffer.from(raw).toString('latin1'));
const session = { server: fc.constantFrom('smtpd', 'qmtpd', 'pop3d'), number: fc.nat() };

test('session line: start, message and end with any bytes → read as the log has them', () => {
  const written = fc.record({
    start: fc.record({ ...session, from: text }),
    message: fc.record({ ...session, sizeBytes: fc.nat(), sender: text, recipients: fc.nat(), qp: fc.nat() }),
    end: fc.record({ ...session, exitCode: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }) }),
  });
  fc.assert(
    fc.property(written, ({ start, message, end }) => {
      const from = logWord(start.from);
      assert.deepEqual(parseSessionLine(sessionStart.format(start)), { kind: 'session-start', ...start, from });
      const sender = logWord(message.sender);
      assert.deepEqual(parseSessionLine(sessionMessage.format(message)), {
        kind: 'session-message',
        ...message,
        sender,
      });
      assert.deepEqual(parseSessionLine(sessionEnd.format(end)), { kind: 'session-end', ...end });
    }),
  );
});

for (const [line, written] of [
  ['smtpd: pid 17 from 192.0.2.1', sessionStart.format({ server: 'smtpd', number: 17, from: '192.0.2.1' })],
  [
    'qmtpd: message 17 bytes 9 from <a_b@x> to 2 qp 5',
    sessionMessage.format({ server: 'qmtpd', number: 17, sizeBytes: 9, sender: 'a b@x', recipients: 2, qp: 5 }),
  ],
  ['smtpd: end 17 status 256', sessionEnd.format({ server: 'smtpd', number: 17, exitCode: 1 })],
  ['pop3d: end 17', sessionEnd.format({ server: 'pop3d', number: 17, exitCode: undefined })],
] as const) {
  test(`session line: ${line} → is what is written`, () => assert.equal(written, line));
}

for (const line of [
  'smtpd: message 17 not queued: no space',
  'smtpd: login 17 ann',
  'qmtpd: message 17 alert: x',
  '',
]) {
  test(`session line: ${line || 'nothing'} → not one of these`, () => assert.equal(parseSessionLine(line), undefined));
}
