// What a bounce says, to the byte (bounce.md), in both formats.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { stripPrepend } from '../../../../core/control/classify.ts';
import { done, never, type Outcome } from '../../../../core/paper-path/outcome.ts';
import { appendBounce, bounceMessage, bounceParagraph } from '../../../../core/queue/bounce/bounce.ts';
import { recipientFields } from '../../../../core/queue/bounce/recipient-fields.ts';
import type { FailureFields } from '../../../../core/queue/files/failure-fields.ts';
import { makeQueueDirs, queueLayout } from '../../../../core/queue/files/layout.ts';
import { bytesOf } from '../../../support/bytes-of.ts';
import { queueFiles, startQueue, writeControl } from '../../../support/queue-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const paragraphs: readonly (readonly [vector: string, recipient: string, report: string, text: string])[] = [
  ['2, an empty report', 'a@b', '', '<a@b>:\n\n'],
  ['3, empty lines inside', 'a@b', 'x\n\n\ny', '<a@b>:\nx\n//y\n\n'],
  ['3, an empty line first', 'a@b', '\nfoo', '<a@b>:\n/foo\n\n'],
  ['3, an empty line last', 'a@b', 'x\n\n', '<a@b>:\nx\n\n\n'],
  [
    '7, too old',
    'r@x',
    "try again (#4.9.9)\nI'm not going to try again; this message has been in the queue too long.\n",
    "<r@x>:\ntry again (#4.9.9)\nI'm not going to try again; this message has been in the queue too long.\n\n",
  ],
  ['9, LF in a recipient', 'a\nb@c', 'x', '<a_b@c>:\nx\n\n'],
  ['1, nothing is quoted', 'a b@c', 'caf\xe9', '<a b@c>:\ncaf\xe9\n\n'],
];

for (const [vector, recipient, report, text] of paragraphs) {
  test(`bounceParagraph: bounce.md ${vector} → its paragraph`, () => {
    assert.equal(bounceParagraph(recipient, report), text);
  });
}

test('bounceParagraph: any report → no empty line inside but in front of its end', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('\n', 'x', '<a@b>:', '-')), parts => {
      const report = parts.join('');
      const text = bounceParagraph('r@x', report);
      assert.match(text, /^<r@x>:\n([^\n]+\n)*\n?\n$/);
      assert.equal(text.replaceAll('/', '\n').trim(), `<r@x>:\n${report}`.trim());
    }),
  );
});

test('stripPrepend: the prepend of a domain goes, that of an address stays (bounce.md 8)', () => {
  const virtualDomains = new Map([
    ['.fax.example', 'faxer'],
    ['tommy.gov', 'fred'],
    ['boss@single.example', 'joe-boss'],
  ]);
  const strip = (address: string) => stripPrepend(address, { virtualDomains });
  assert.deepEqual(
    ['faxer-x@y.fax.example', 'fred-dude@tommy.gov', 'joe-boss-boss@single.example', 'fred@tommy.gov'].map(strip),
    ['x@y.fax.example', 'dude@tommy.gov', 'joe-boss-boss@single.example', 'fred@tommy.gov'],
  );
});

/** Fields are missing where qmail-send has written the paragraph. */
type Failed = readonly [recipient: string, report: string, fields?: FailureFields];

interface Case {
  readonly sender: string;
  readonly control?: Readonly<Record<string, string>>;
  readonly failures?: readonly Failed[];
  readonly original?: string;
}

/** The bounce of a message, all of it. */
async function bounceOf(t: TestContext, { sender, control = {}, failures, original = 'Received: x\n\nHi.\n' }: Case) {
  const home = tempDir(t);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  mkdirSync(dirname(layout.mess(7)), { recursive: true });
  writeFileSync(layout.mess(7), original, 'latin1');
  const message = { id: 7, sender, bornSec: 1_795_252_463 };
  const one: Failed = ['r@far.x', 'No. (#5.1.1)', { status: '5.1.1' }];
  for (const [recipient, report, fields] of failures ?? [one]) {
    const paragraph = bounceParagraph(recipient, report);
    if (fields) appendBounce(layout, message, paragraph, fields);
    else appendFileSync(layout.bounce(7), paragraph, 'latin1');
  }
  const bounce = bounceMessage(layout, message, writeControl(home, control), Date.UTC(2026, 10, 21, 9, 14, 23));
  return bounce && { text: (await bytesOf(bounce.source)).toString('latin1'), ...bounce.envelope };
}

const single = `Date: 21 Nov 2026 09:14:23 -0000
From: MAILER-DAEMON@here.example
To: joe@heaven.af.mil
Subject: failure notice

Hi. This is the qmail-send program at here.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<r@far.x>:
No. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <joe@heaven.af.mil>
Received: x

Hi.
`;

test('bounceMessage: an ordinary sender → a bounce to it (bounce.md 1)', async t => {
  assert.deepEqual(await bounceOf(t, { sender: 'joe@heaven.af.mil' }), {
    text: single,
    sender: '',
    recipients: ['joe@heaven.af.mil'],
  });
});

test('bounceMessage: a sender with a line end, of a program on this machine → no extra line', async t => {
  const bounce = await bounceOf(t, { sender: 'joe\nBcc: x@y\n@z' });
  assert.doesNotMatch(bounce?.text ?? 'Bcc', /^Bcc/m);
});

test('bounceMessage: an empty sender → a double bounce to the postmaster (bounce.md 4)', async t => {
  const double = await bounceOf(t, {
    sender: '',
    control: { doublebounceto: 'boss', doublebouncehost: 'big.example' },
  });
  assert.deepEqual(double, {
    text: single
      .replace('To: joe@heaven.af.mil', 'To: boss@big.example')
      .replace(
        /I'm afraid .*\nThis is .*\n/,
        'I tried to deliver a bounce message to this address, but the bounce bounced!\n',
      )
      .replace('a copy of the message', 'the original bounce')
      .replace('Return-Path: <joe@heaven.af.mil>', 'Return-Path: <>'),
    sender: '#@[]',
    recipients: ['boss@big.example'],
  });
});

test('bounceMessage: a double bounce → none (bounce.md 5)', async t => {
  assert.equal(await bounceOf(t, { sender: '#@[]' }), undefined);
});

test('bounceMessage: a sender with the mark of variable return paths → without it (bounce.md 6)', async t => {
  const bounce = await bounceOf(t, { sender: 'list-owner-@heaven.af.mil-@[]' });
  assert.deepEqual(bounce?.recipients, ['list-owner-@heaven.af.mil']);
  assert.match(bounce?.text ?? '', /\nReturn-Path: <list-owner-@heaven\.af\.mil>\n/);
});

test('bounceMessage: addresses that need quotes → quoted in From, To and Return-Path (bounce.md 12)', async t => {
  const bounce = await bounceOf(t, { sender: 'a b@c', control: { bouncefrom: 'x y', bouncehost: 'bh' } });
  assert.match(bounce?.text ?? '', /^Date: .*\nFrom: "x y"@bh\nTo: "a b"@c\n/);
  assert.match(bounce?.text ?? '', /\nHi\. This is the qmail-send program at bh\.\n/);
  assert.match(bounce?.text ?? '', /\nReturn-Path: <"a b"@c>\n/);
});

test('bounceMessage: several recipients, any bytes → all paragraphs in order, the message byte for byte', async t => {
  const original = `Received: x\n\n${Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('')}`;
  const failures = [
    ['a@b', 'one'],
    ['c@d', ''],
    ['e@f', 'caf\xe9\n'],
  ] as const;
  const bounce = await bounceOf(t, { sender: 's@x', failures, original });
  assert.ok(bounce?.text.includes('\n\n<a@b>:\none\n\n<c@d>:\n\n<e@f>:\ncaf\xe9\n\n--- Below'));
  assert.ok(bounce?.text.endsWith(`\n\nReturn-Path: <s@x>\n${original}`));
});

const dsn = { bounceformat: 'dsn' };

test('bounceMessage: control/bounceformat says dsn → report, status of each recipient, message (RFC 3464)', async t => {
  const full = { code: 550, words: '5.2.1 Full\n5.2.1 really', host: 'mx.far.x', ip: '192.0.2.1' };
  const failures: readonly Failed[] = [
    ['a b@far.x', 'Remote host said: 550-5.2.1 Full\n550 5.2.1 really', { status: '5.2.1', answer: full }],
    ['r@far.x', 'Sorry, no mailbox here by that name. (#5.1.1)', { status: '5.1.1' }],
    ['old@far.x', "I'm not going to try again; this message has been in the queue too long.", { status: '4.4.7' }],
    ['qmails@far.x', 'Remote host said: 550 no (#5.1.1)'],
    ['mute@far.x', '', { status: '5.0.0', answer: { words: 'no SMTP', ip: '2001:db8::1', host: '2001:db8::1' } }],
    [
      'four@far.x',
      'no',
      { status: '5.7.1', answer: { code: 554, words: 'no\xe9', host: '192.0.2.7', ip: '192.0.2.7' } },
    ],
  ];
  const original = 'Received: x\nSubject: caf\xe9\n\nHi.\n';
  const bounce = await bounceOf(t, { sender: 'joe@heaven.af.mil', control: dsn, failures, original });
  assert.deepEqual([bounce?.sender, bounce?.recipients], ['', ['joe@heaven.af.mil']]);
  const boundary = /boundary="(.*)"/.exec(bounce?.text ?? '')?.[1] ?? assert.fail('no boundary');
  const [top = '', people, programs, message, end] = bounce?.text.split(`\n--${boundary}`) ?? [];
  assert.equal(
    top,
    `${single.split('\n\n')[0]}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n boundary="${boundary}"\nContent-Transfer-Encoding: 8bit\n`,
  );
  assert.equal(
    people,
    `\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${single.split('\n\n')[1]}\n\n${failures
      .map(([recipient, report]) => bounceParagraph(recipient, report))
      .join('')}`,
  );
  assert.equal(
    programs,
    `
Content-Type: message/delivery-status

Reporting-MTA: dns; here.example
Arrival-Date: 21 Nov 2026 09:14:23 -0000

Final-Recipient: rfc822; "a b"@far.x
Action: failed
Status: 5.2.1
Remote-MTA: dns; mx.far.x
Diagnostic-Code: smtp; 550-5.2.1 Full
  550 5.2.1 really

Final-Recipient: rfc822; r@far.x
Action: failed
Status: 5.1.1
Diagnostic-Code: X-Qmail; Sorry, no mailbox here by that name. (#5.1.1)

Final-Recipient: rfc822; old@far.x
Action: failed
Status: 4.4.7
Diagnostic-Code: X-Qmail; I'm not going to try again; this message has been in the queue too long.

Final-Recipient: rfc822; qmails@far.x
Action: failed
Status: 5.0.0
Diagnostic-Code: X-Qmail; Remote host said: 550 no (#5.1.1)

Final-Recipient: rfc822; mute@far.x
Action: failed
Status: 5.0.0
Remote-MTA: dns; [IPv6:2001:db8::1]

Final-Recipient: rfc822; four@far.x
Action: failed
Status: 5.7.1
Remote-MTA: dns; [192.0.2.7]
Diagnostic-Code: smtp; 554 no?
`,
  );
  assert.equal(
    message,
    `\nContent-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nReturn-Path: <joe@heaven.af.mil>\n${original}`,
  );
  assert.equal(end, '--\n');
});

test('bounceMessage: dsn, read by a MIME parser → three parts of the right types', async t => {
  const bounce = await bounceOf(t, { sender: 'joe@heaven.af.mil', control: dsn });
  const parsed = await PostalMime.parse(Buffer.from(bounce?.text ?? '', 'latin1'), { forceRfc822Attachments: true });
  assert.match(parsed.text ?? '', /^Hi\. This is the qmail-send program at here\.example\.\n/);
  assert.deepEqual(
    parsed.attachments.map(({ mimeType }) => mimeType),
    ['message/delivery-status', 'message/rfc822'],
  );
});

test('bounceMessage: dsn, all paragraphs by qmail-send, no failures/N → their words', async t => {
  const failures = [['r@far.x', 'No. (#5.1.1)'] as const];
  const bounce = await bounceOf(t, { sender: 's@x', control: dsn, failures });
  assert.match(bounce?.text ?? '', /\nAction: failed\nStatus: 5\.0\.0\nDiagnostic-Code: X-Qmail; No\. \(#5\.1\.1\)\n/);
});

test('bounceMessage: dsn for an empty sender → a double bounce in the same form', async t => {
  const bounce = await bounceOf(t, { sender: '', control: dsn });
  assert.deepEqual([bounce?.sender, bounce?.recipients], ['#@[]', ['postmaster@here.example']]);
  assert.match(bounce?.text ?? '', /but the bounce bounced!\n\n<r@far\.x>:\n/);
  assert.match(bounce?.text ?? '', /\n\nReturn-Path: <>\nReceived: x\n/);
});

test('bounceMessage: dsn, a list of failures longer than any read → a block for each recipient', async t => {
  const failures = Array.from(
    { length: 3000 },
    (_, i) => [`r${i}@far.x`, `no ${'x'.repeat(i % 90)}`, { status: `5.9.${i % 1000}` }] as const,
  );
  const bounce = await bounceOf(t, { sender: 's@x', control: dsn, failures });
  const blocks = bounce?.text.match(/^Final-Recipient: .*\nAction: failed\nStatus: .*\nDiagnostic-Code: .*\n\n?/gm);
  assert.equal(blocks?.length, 3000);
  const wrong = blocks?.filter(
    (block, at) => !block.includes(`r${at}@far.x\n`) || !block.includes(`5.9.${at % 1000}\n`),
  );
  assert.deepEqual(wrong, [], 'each has the fields of its own');
});

test('recipientFields: any report → fields and continuation lines of printable ASCII, nothing else', () => {
  const bytes = fc.array(fc.constantFrom('\n', 'a', ' ', ':', 'said: 550 ', '(#5.1.1)', '\xe9', '\r', '\0', '<r@x>:'));
  fc.assert(
    fc.property(bytes, parts => {
      const text = parts.join('');
      const paragraph = bounceParagraph('r@x', text).trimEnd();
      const answer = { code: 550, words: text, host: text };
      for (const fields of [undefined, { status: '4.4.7' }, { status: '5.1.1', answer }]) {
        assert.match(
          recipientFields(paragraph, fields),
          /^Final-Recipient: rfc822; [!-~]+\nAction: failed\nStatus: [45]\.\d+\.\d+\n(Remote-MTA: dns; [ -~]+\n)?(Diagnostic-Code: [ -~]*\n( {2}[ -~]*\n)*)?$/,
        );
      }
    }),
  );
});

test('queue: a sender for each recipient, seen as it was expanded; one bounce to the bare sender (bounce.md 6, 10)', async t => {
  const seen: string[] = [];
  const outcome: Parameters<typeof startQueue>[2] = job => {
    seen.push(`${job.sender} to ${job.recipient}`);
    return job.recipient === 'gone@far.x' || job.recipient === 'also@far.x' ? never('No.\n') : done('');
  };
  const { queue, send, logged, lines } = await startQueue(t, tempDir(t), outcome, {
    control: { virtualdomains: 'v.x:joe' },
  });
  const recipients = ['gone@far.x', 'also@far.x', 'a@v.x'];
  const id = await send({ sender: 'list-owner-@here.example-@[]', recipients });
  await logged(/starting delivery \d+: msg \d+ to local list-owner-@here\.example/);
  await logged(/^delivery 4: success/);
  await queue.stop();
  assert.deepEqual(seen.sort(), [
    ' to list-owner-@here.example',
    'list-owner-also=far.x@here.example to also@far.x',
    'list-owner-gone=far.x@here.example to gone@far.x',
    'list-owner-joe-a=v.x@here.example to joe-a@v.x',
  ]);
  const told = lines.filter(line => /^(bounce|end|info) msg/.test(line)).map(line => line.replace(/ \d+/g, ' N'));
  assert.deepEqual(told.slice(0, 4), [
    'info msg N: bytes N from <list-owner-@here.example-@[]> qp N uid N',
    'info msg N: bytes N from <> qp N uid N',
    'bounce msg N qp N',
    'end msg N',
  ]);
  assert.ok(lines.includes(`end msg ${id}`));
});

test('queue: control/bounceformat is dsn → a DSN is returned', async t => {
  const sent: string[] = [];
  const outcome: Parameters<typeof startQueue>[2] = job => {
    if (job.sender !== '') return never('No. (#5.1.1)\n');
    sent.push(readFileSync(job.path, 'latin1'));
    return done('');
  };
  const { queue, send, logged } = await startQueue(t, tempDir(t), outcome, { control: dsn });
  await send({ sender: 'joe@here.example', recipients: ['r@far.x'] });
  await logged(/^delivery 2: success/);
  await queue.stop();
  assert.match(sent[0] ?? '', /\nContent-Type: multipart\/report; [\s\S]*\nFinal-Recipient: rfc822; r@far\.x\n/);
});

for (const [way, breakPlace] of [
  ['has gone', () => undefined],
  ['cannot be looked into', (path: string) => symlinkSync(path, path)],
] as const) {
  test(`queue: queue/bounce ${way} when the last recipient is done → the message is kept, and the bounce sent later`, async t => {
    const home = tempDir(t);
    const places = [join(home, 'queue', 'bounce'), join(home, 'elsewhere')] as const;
    const clock = steppedClock(Date.now());
    const last = Promise.withResolvers<Outcome>();
    const { queue, send, lines, logged } = await startQueue(
      t,
      home,
      ({ sender, recipient }) => {
        if (sender === '') return done('');
        return recipient === 'a@far.example' ? never('no such mailbox\n') : last.promise;
      },
      { clock },
    );
    const id = await send({ sender: 'joe@here.example', recipients: ['a@far.example', 'b@far.example'] });
    await logged(/^delivery \d: failure/);
    renameSync(...places);
    breakPlace(places[0]);
    last.resolve(done('ok\n'));
    await until('its end', () => lines.some(line => /^end msg|is kept/.test(line)));
    rmSync(places[0], { force: true });
    renameSync(places[1], places[0]);
    clock.pass(130_000);
    await logged(new RegExp(`^bounce msg ${id} qp`));
    await until('the end of both', () => lines.filter(line => line.startsWith('end msg ')).length === 2);
    await queue.stop();
    assert.ok(
      lines.some(line => /is kept/.test(line)),
      lines.join('\n'),
    );
    assert.deepEqual(queueFiles(home), []);
  });
}
