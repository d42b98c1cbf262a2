// The notice of a delay, to the byte, and who gets none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import PostalMime from 'postal-mime';
import { delayNotice, isToldOfDelays } from '../../../../core/queue/notices/delay-notice.ts';
import { hasReader } from '../../../../core/queue/notices/status-notice.ts';
import { bytesOf } from '../../../support/bytes-of.ts';

const control = { bounceFrom: 'MAILER-DAEMON', bounceHost: 'here.example', queueLifetimeSec: 604_800 };
const bornSec = Date.UTC(2026, 10, 21, 9, 0, 0) / 1000;
const head = Buffer.from('Received: x\nSubject: hello\n\nThe body is not returned.\n');
const message = {
  sender: 'joe@heaven.af.mil',
  bornSec,
  head,
  recipients: [
    {
      address: 'r@far.x',
      text: '192.0.2.1 does not like recipient.\nRemote host said: 450 busy\n',
      status: '4.2.0',
      answer: { code: 450, words: 'busy', host: 'mx.far.x', ip: '192.0.2.1' },
    },
    { address: 's@far.x', text: "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\n", status: '4.4.1' },
  ],
  more: 0,
};

const expected = `Date: 21 Nov 2026 13:00:00 -0000
From: MAILER-DAEMON@here.example
To: joe@heaven.af.mil
Subject: delay notice: your message waits
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="B"
Content-Transfer-Encoding: 8bit

--B
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

This is the mail host here.example.
Your message could not be delivered to the following addresses yet.
You need not do anything: it is tried again until 28 Nov 2026 09:00:00 -0000.
If it cannot be delivered by then, it is returned to you.

<r@far.x>:
192.0.2.1 does not like recipient.
Remote host said: 450 busy

<s@far.x>:
Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)

--- The header of the message is below.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; here.example
Arrival-Date: 21 Nov 2026 09:00:00 -0000

Final-Recipient: rfc822; r@far.x
Action: delayed
Status: 4.2.0
Remote-MTA: dns; mx.far.x
Diagnostic-Code: smtp; 450 busy
Will-Retry-Until: 28 Nov 2026 09:00:00 -0000

Final-Recipient: rfc822; s@far.x
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Qmail; Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)
Will-Retry-Until: 28 Nov 2026 09:00:00 -0000

--B
Content-Type: text/rfc822-headers
Content-Transfer-Encoding: 8bit

Received: x
Subject: hello


--B--
`;

async function noticeText(about: Partial<typeof message> = {}): Promise<string> {
  const nowMs = Date.UTC(2026, 10, 21, 13, 0, 0);
  const notice = delayNotice({ ...message, ...about }, control, nowMs);
  assert.deepEqual(notice.envelope, { sender: '', recipients: ['joe@heaven.af.mil'] });
  const text = (await bytesOf(notice.source)).toString('latin1');
  const boundary = /boundary="([^"]+)"/.exec(text)?.[1] ?? '';
  return text.replaceAll(boundary, 'B');
}

test('delayNotice: two recipients wait → a report for people, one for programs, and the header (RFC 3464)', async () => {
  const text = await noticeText();
  assert.equal(text, expected);
  const { attachments } = await PostalMime.parse(text, { forceRfc822Attachments: true });
  assert.deepEqual(
    attachments.map(({ mimeType }) => mimeType),
    ['message/delivery-status', 'text/rfc822-headers'],
  );
});

test('delayNotice: more recipients than it names → how many more', async () => {
  assert.match(await noticeText({ more: 3 }), /\nThe same is true of 3 more\.\n\n--- The header/);
});

const senders: readonly (readonly [what: string, sender: string, told: boolean])[] = [
  ['a person', 'joe@here.example', true],
  ['a bounce', '', false],
  ['a double bounce', '#@[]', false],
  ['a list whose sender names the recipient', 'list-owner-@here.example-@[]', false],
];

for (const [what, sender, isTold] of senders) {
  test(`hasReader: ${what} → ${isTold}`, () => assert.equal(hasReader(sender), isTold));
}

const headers: readonly (readonly [field: string, told: boolean])[] = [
  ['Subject: x', true],
  ['Auto-Submitted: no', true],
  ['Precedence: first-class', true],
  ['Auto-Submitted: auto-generated', false],
  ['auto-submitted:  Auto-Replied (vacation)', false],
  ['List-Id: <l.example>', false],
  ['Precedence: BULK', false],
  ['Precedence: list', false],
];

for (const [field, isTold] of headers) {
  test(`isToldOfDelays: ${field} → ${isTold}`, () => {
    assert.equal(isToldOfDelays('joe@here.example', Buffer.from(`${field}\n\nPrecedence: junk\n`)), isTold);
  });
}
