// The parameters of RFC 3461: what is taken, what is refused and why, and xtext there and back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatMailDsn,
  formatRcptDsn,
  fromXtext,
  isXtext,
  readMailDsn,
  readNotify,
  readRcptDsn,
  toXtext,
} from '../../../core/message/dsn-parameters.ts';
import { asksFor, rulesOut } from '../../../core/paper-path/dsn.ts';

const mail: readonly (readonly [parameters: string, found: object | string])[] = [
  ['', {}],
  ['SIZE=10 BODY=8BITMIME RETRY', {}],
  ['RET=HDRS ENVID=QQ314159', { ret: 'HDRS', envid: 'QQ314159' }],
  ['ret=full envid=a+2Bb', { ret: 'FULL', envid: 'a+2Bb' }],
  [`ENVID=${'x'.repeat(100)}`, { envid: 'x'.repeat(100) }],
  [`ENVID=${'x'.repeat(101)}`, 'ENVID is xtext of 1 to 100 characters'],
  ['ENVID=a=b', 'ENVID is xtext of 1 to 100 characters'],
  ['ENVID=a+2b', 'ENVID is xtext of 1 to 100 characters'],
  ['ENVID=a\xe4', 'ENVID is xtext of 1 to 100 characters'],
  ['ENVID=', 'ENVID needs a value'],
  ['RET', 'RET needs a value'],
  ['RET=NONE', 'RET is FULL or HDRS'],
  ['RET=FULL RET=HDRS', 'RET is there twice'],
];

for (const [parameters, found] of mail) {
  test(`readMailDsn: ${parameters.slice(0, 40)} → ${JSON.stringify(found).slice(0, 60)}`, () => {
    const read = readMailDsn(parameters.split(' '));
    assert.deepEqual(read.ok ? read.value : read.why, found);
  });
}

const notNotify = 'NOTIFY is NEVER, or SUCCESS, FAILURE and DELAY';
const notOrcpt = 'ORCPT is an address type, a semicolon and xtext, 500 characters at most';
const rcpt: readonly (readonly [parameters: string, found: object | string])[] = [
  ['', {}],
  ['NOTIFY=NEVER', { notify: 'NEVER' }],
  ['notify=delay,Success', { notify: 'SUCCESS,DELAY' }],
  ['NOTIFY=FAILURE,FAILURE', { notify: 'FAILURE' }],
  ['NOTIFY=NEVER,SUCCESS', notNotify],
  ['NOTIFY=SUCCESS,', notNotify],
  ['NOTIFY=ALWAYS', notNotify],
  ['NOTIFY', 'NOTIFY needs a value'],
  ['NOTIFY=', 'NOTIFY needs a value'],
  ['NOTIFY=NEVER NOTIFY=NEVER', 'NOTIFY is there twice'],
  ['ORCPT=rfc822;joe@x.example', { orcpt: 'rfc822;joe@x.example' }],
  ['ORCPT=rfc822;joe+2Bx@x', { orcpt: 'rfc822;joe+2Bx@x' }],
  ['ORCPT=utf-8;gr\xc3\xbcn@x', { orcpt: 'utf-8;gr\\x{FC}n@x' }],
  ['ORCPT=rfc822;gr\xc3\xbcn@x', notOrcpt],
  ['ORCPT=joe@x', notOrcpt],
  ['ORCPT=;joe@x', notOrcpt],
  ['ORCPT=rfc822;', notOrcpt],
  ['ORCPT=rfc 822;x', notOrcpt],
  [`ORCPT=rfc822;${'x'.repeat(493)}`, { orcpt: `rfc822;${'x'.repeat(493)}` }],
  [`ORCPT=rfc822;${'x'.repeat(494)}`, notOrcpt],
];

for (const [parameters, found] of rcpt) {
  test(`readRcptDsn: ${parameters.slice(0, 40)} → ${JSON.stringify(found).slice(0, 60)}`, () => {
    const read = readRcptDsn(parameters === 'ORCPT=rfc 822;x' ? [parameters] : parameters.split(' '));
    assert.deepEqual(read.ok ? read.value : read.why, found);
  });
}

test('xtext: any bytes → xtext, and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), raw => {
      const text = Buffer.from(raw).toString('latin1');
      assert.ok(isXtext(toXtext(text)));
      assert.equal(fromXtext(toXtext(text)), text);
    }),
  );
});

test('formatMailDsn, formatRcptDsn: any parameters → read again as they were', () => {
  const xtext = fc.string({
    minLength: 1,
    maxLength: 20,
    unit: fc.constantFrom('a', 'Z', '@', '.', ';', '+2B', '+3D'),
  });
  const some = <T>(value: fc.Arbitrary<T>, name: string) =>
    fc.option(value, { nil: undefined }).map(one => (one === undefined ? {} : { [name]: one }));
  const notify = fc.subarray(['SUCCESS', 'FAILURE', 'DELAY'], { minLength: 1 }).map(words => words.join());
  fc.assert(
    fc.property(
      some(fc.constantFrom('FULL', 'HDRS'), 'ret'),
      some(xtext, 'envid'),
      some(fc.oneof(notify, fc.constant('NEVER')), 'notify'),
      some(
        xtext.map(text => `rfc822;${text}`),
        'orcpt',
      ),
      (ret, envid, notified, orcpt) => {
        const [ofMail, ofRcpt] = [
          { ...ret, ...envid },
          { ...notified, ...orcpt },
        ];
        assert.deepEqual(readMailDsn(formatMailDsn(ofMail).trim().split(' ')), { ok: true, value: ofMail });
        assert.deepEqual(readRcptDsn(formatRcptDsn(ofRcpt).trim().split(' ')), { ok: true, value: ofRcpt });
      },
    ),
  );
});

test('asksFor, rulesOut: what was asked for, and what the silence means', () => {
  const table = [undefined, {}, { notify: 'NEVER' }, { notify: readNotify('SUCCESS,DELAY') }].map(dsn =>
    (['SUCCESS', 'FAILURE', 'DELAY'] as const).map(told => [asksFor(dsn, told), rulesOut(dsn, told)]),
  );
  const open = [false, false];
  const [yes, no] = [
    [true, false],
    [false, true],
  ];
  assert.deepEqual(table, [
    [open, open, open],
    [open, open, open],
    [no, no, no],
    [yes, no, yes],
  ]);
});
