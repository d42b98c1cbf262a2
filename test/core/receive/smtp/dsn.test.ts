// DSN in the SMTP server (RFC 3461): offered where the parameters are kept, checked, and handed over with the envelope.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Envelope } from '../../../../core/paper-path/shapes.ts';
import { rawClient } from '../../../support/raw-client.ts';
import { greetedAtOnce, startSmtp, vectorClock } from '../../../support/smtp-rig.ts';

/** The last line of each reply to these commands, and the envelopes that were handed over. */
async function talk(t: TestContext, keepsDsn: boolean, commands: readonly string[]) {
  const envelopes: Envelope[] = [];
  const { port } = await startSmtp(t, {
    deps: {
      clock: greetedAtOnce(vectorClock),
      keepsDsn: () => keepsDsn,
      accept: () => async (source, envelope) => {
        for await (const _ of source);
        envelopes.push(envelope);
        return { ok: true, id: 1, qp: 2 };
      },
    },
  });
  const client = await rawClient(port);
  const replies: string[] = [];
  const offers: string[] = [];
  const reply = async () => {
    for (let line = await client.line(); ; line = await client.line()) {
      offers.push(line.slice(4));
      if (line[3] !== '-') return line;
    }
  };
  await reply();
  for (const command of ['EHLO c', ...commands]) {
    client.send(`${command}\r\n`);
    replies.push(await reply());
  }
  client.drop();
  return { replies: replies.slice(1), envelopes, offersDsn: offers.includes('DSN') };
}

const whole = [
  'MAIL FROM:<Alice@Example.ORG> RET=HDRS ENVID=QQ314159',
  'RCPT TO:<a@heaven.af.mil> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;A@old',
  'RCPT TO:<b@heaven.af.mil>',
  'RCPT TO:<a@HEAVEN.af.mil> NOTIFY=NEVER',
  'DATA',
  'Subject: t\r\n\r\n.',
];

test('smtp: DSN is kept → offered, and all parameters are handed over (modern.md 14)', async t => {
  const { envelopes, offersDsn } = await talk(t, true, whole);
  assert.equal(offersDsn, true);
  assert.deepEqual(envelopes, [
    {
      sender: 'Alice@Example.ORG',
      recipients: ['a@heaven.af.mil', 'b@heaven.af.mil'],
      dsn: {
        ret: 'HDRS',
        envid: 'QQ314159',
        recipients: [{ notify: 'SUCCESS,DELAY', orcpt: 'rfc822;A@old' }, undefined],
      },
    },
  ]);
});

test('smtp: DSN is not kept, as by a filter → not offered, and parameters are ignored', async t => {
  const { envelopes, offersDsn } = await talk(t, false, whole);
  assert.equal(offersDsn, false);
  assert.deepEqual(envelopes, [{ sender: 'Alice@Example.ORG', recipients: ['a@heaven.af.mil', 'b@heaven.af.mil'] }]);
});

test('smtp: nothing is said → the envelope is as ever; nothing is left of the message before', async t => {
  const plain = ['MAIL FROM:<a@b>', 'RCPT TO:<b@heaven.af.mil>', 'DATA', 'x: y\r\n\r\n.'];
  const { envelopes } = await talk(t, true, [...whole, ...plain, ...whole.slice(0, 2), 'RSET', ...plain]);
  const envelope = { sender: 'a@b', recipients: ['b@heaven.af.mil'] };
  assert.deepEqual(envelopes.slice(1), [envelope, envelope]);
});

test('smtp: parameters that make no sense → 501 with the reason (modern.md 14), and the session goes on', async t => {
  const { replies } = await talk(t, true, [
    'MAIL FROM:<a@b> RET=ALL',
    'MAIL FROM:<a@b> ENVID=a=b',
    'MAIL FROM:<a@b>',
    'RCPT TO:<b@heaven.af.mil> NOTIFY=NEVER,SUCCESS',
    'RCPT TO:<b@heaven.af.mil> NOTIFY',
    'RCPT TO:<b@heaven.af.mil> ORCPT=b@heaven.af.mil',
    'RCPT TO:<b@heaven.af.mil> NOTIFY=DELAY',
  ]);
  assert.deepEqual(replies, [
    '501 RET is FULL or HDRS (#5.5.4)',
    '501 ENVID is xtext of 1 to 100 characters (#5.5.4)',
    '250 ok',
    '501 NOTIFY is NEVER, or SUCCESS, FAILURE and DELAY (#5.5.4)',
    '501 NOTIFY needs a value (#5.5.4)',
    '501 ORCPT is an address type, a semicolon and xtext, 500 characters at most (#5.5.4)',
    '250 ok',
  ]);
});
