// From with the account's address, and where the former one stays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitMessage } from '../../../../core/message/header/split-message.ts';
import { withNewFrom } from '../../../../core/remote/forced-sender/new-from.ts';

async function changed(header: string, noReplyTo = false): Promise<string | undefined> {
  const { fields } = await splitMessage([Buffer.from(header, 'latin1')], 'no mbox lines');
  return withNewFrom(fields, 'ann@isp.example', noReplyTo)
    ?.map(({ raw }) => raw.toString('latin1'))
    .join('');
}

const headers: [what: string, before: string, after: string | undefined][] = [
  ['an address', 'From: root@pc\nTo: x@y\n', 'From: ann@isp.example\nReply-To: root@pc\nTo: x@y\n'],
  [
    'a name in a comment',
    'From: root@pc (Cron Daemon)\n',
    'From: ann@isp.example (Cron Daemon)\nReply-To: root@pc (Cron Daemon)\n',
  ],
  [
    'an encoded name: it stays as it is, without quotes',
    'FROM: =?utf-8?Q?J=C3=B6?= <joe@pc>\n',
    'From: =?utf-8?Q?J=C3=B6?= <ann@isp.example>\nReply-To: =?utf-8?Q?J=C3=B6?= <joe@pc>\n',
  ],
  ['a Reply-To', 'From: joe@pc\nReply-To: list@x\n', 'From: ann@isp.example\nReply-To: list@x\n'],
  ['the account itself', 'From: "Ann" <Ann@ISP.example>\nSender: x@y\n', undefined],
  [
    'two authors and a sender',
    'From: a@x,\n  b@y\nSender: a@x\nSubject: s\n',
    'From: ann@isp.example\nReply-To: a@x,\n  b@y\nSubject: s\n',
  ],
  ['two From fields', 'From: a@x\nFrom: b@y\n', 'From: ann@isp.example\nReply-To: a@x\n'],
  ['no author', 'Subject: s\n', 'Subject: s\nFrom: ann@isp.example\n'],
  ['an author that is none', 'From: "unclosed\n', 'From: ann@isp.example\nReply-To: "unclosed\n'],
  ['an empty address', 'From: <>\n', 'From: <ann@isp.example>\nReply-To: <>\n'],
];

for (const [what, before, after] of headers) {
  test(`new From: ${what} → ${after === undefined ? 'nothing changes' : 'replaced'}`, async () => {
    assert.equal(await changed(before), after);
  });
}

test('new From: a bounce → nobody is to reply', async () => {
  assert.equal(await changed('From: MAILER-DAEMON@pc\n', true), 'From: ann@isp.example\n');
});

test('new From: any author → one From with the address, and the bytes of the others are kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom(...'a@<>(),;:" .\\[]\n') }), async value => {
      const from = `From: ${value.replaceAll('\n', '\n ')}\n`;
      const after = (await changed(`${from}X: 1\n`)) ?? from;
      const { fields } = await splitMessage([Buffer.from(after)], 'no mbox lines');
      const authors = fields.filter(({ name }) => name === 'from');
      assert.equal(authors.length, 1);
      if (after !== from) assert.match(String(authors[0]?.raw), /ann@isp\.example/);
    }),
  );
});
