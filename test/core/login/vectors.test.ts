// The examples of the RFCs, byte for byte (modern.md 1, 2 and 4).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCramMd5 } from '../../../core/login/cram-md5.ts';
import { startLogin } from '../../../core/login/login.ts';
import { startOAuthBearer, startXOAuth2 } from '../../../core/login/oauth-bearer.ts';
import { startPlain } from '../../../core/login/plain.ts';
import { startScram } from '../../../core/login/scram.ts';
import { secretOf } from '../../../core/login/secret.ts';
import type { LoginInput, Step, Turn } from '../../../core/login/turn.ts';

function input(user: string, secret: string, more: Partial<LoginInput> = {}): LoginInput {
  return { credential: { kind: 'password', user, secret: secretOf(secret) }, nonce: 'nonce', ...more };
}

function going(step: Step): Turn {
  if (step.kind !== 'turn') assert.fail(step.why);
  return step;
}

/** The responses, in base64 or as they are, to these challenges. */
async function responses(start: Step, challenges: readonly string[]): Promise<(string | undefined)[]> {
  let turn = going(start);
  const sent = [turn.response?.toString('latin1')];
  for (const text of challenges) {
    turn = going(await turn.next(Buffer.from(text, 'latin1')));
    sent.push(turn.response?.toString('latin1'));
  }
  assert.ok(turn.mayEnd);
  return sent;
}

const base64 = (text: string | undefined) => Buffer.from(text ?? '', 'latin1').toString('base64');

test('PLAIN: tim (RFC 4616, modern.md 2) → the response of the example', async () => {
  const [sent] = await responses(startPlain(input('tim', 'tanstaaftanstaaf')), []);
  assert.equal(base64(sent), 'AHRpbQB0YW5zdGFhZnRhbnN0YWFm');
});

test('LOGIN: any two prompts → user, password', async () => {
  const sent = await responses(startLogin(input('test', 'test1234')), ['Username:', 'Password:']);
  assert.deepEqual(sent, [undefined, 'test', 'test1234']);
});

test('CRAM-MD5: tim (RFC 2195, modern.md 1) → the response of the example', async () => {
  const challenge = '<1896.697170952@postoffice.reston.mci.net>';
  const [, sent] = await responses(startCramMd5(input('tim', 'tanstaaftanstaaf')), [challenge]);
  assert.equal(base64(sent), 'dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw');
});

test('SCRAM-SHA-256: the example of RFC 7677 (modern.md 4) → its messages, its signature', async () => {
  const nonce = 'rOprNGfwEbeRWgbNEkqO';
  const all = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  const sent = await responses(startScram('sha256', input('user', 'pencil', { nonce })), [
    `r=${all},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`,
    'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  ]);
  const proof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
  assert.deepEqual(sent, [`n,,n=user,r=${nonce}`, `c=biws,r=${all},p=${proof}`, '']);
});

test('SCRAM-SHA-1: the example of RFC 5802 (modern.md 4) → its messages, its signature', async () => {
  const nonce = 'fyko+d2lbbFgONRv9qkxdawL';
  const all = 'fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j';
  const sent = await responses(startScram('sha1', input('user', 'pencil', { nonce })), [
    `r=${all},s=QSXCR+Q6sek8bf92,i=4096`,
    'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  ]);
  assert.deepEqual(sent, [`n,,n=user,r=${nonce}`, `c=biws,r=${all},p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=`, '']);
});

test('OAUTHBEARER: the example of RFC 7628 section 4.1 → its response', async () => {
  const server = { host: 'server.example.com', port: 143 };
  const token = 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==';
  const [sent] = await responses(startOAuthBearer(input('user@example.com', token, { server })), []);
  const fields = ['n,a=user@example.com,', 'host=server.example.com', 'port=143', `auth=Bearer ${token}`, '', ''];
  assert.equal(sent, fields.join('\x01'));
});

test('XOAUTH2: a user and a token → the fields of the form of Google and Microsoft', async () => {
  const [sent] = await responses(startXOAuth2(input('someuser@example.com', 'ya29.vF9dft4qmTc2')), []);
  assert.equal(sent, 'user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2\x01\x01');
});
