// What goes along when a delivery forwards a message (RFC 3461 section 5.2.7).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createForwardedDsn } from '../../../core/local/forwarded-dsn.ts';
import type { DeliveryJob } from '../../../core/paper-path/shapes.ts';

const job = { id: 1, path: 'm', sender: 'joe@far.x', recipient: 'a=b@here.example' };
const dsn = { ret: 'HDRS', envid: 'Q', notify: 'SUCCESS,FAILURE', orcpt: 'rfc822;A@old' } as const;

/** The envelope of each forward in turn, and who tells of the success then. */
function forwards(wish: DeliveryJob['dsn'], ...envelopes: readonly (readonly [sender: string, ...string[]])[]) {
  const forwarded = createForwardedDsn({ ...job, dsn: wish });
  const passed = envelopes.map(([sender, ...recipients]) => forwarded.of({ sender, recipients }).dsn);
  return { passed, handedOn: forwarded.handedOn };
}

test('forwardedDsn: to one address, the same sender → all goes along', () => {
  const { orcpt, notify, ...ofMessage } = dsn;
  assert.deepEqual(forwards(dsn, ['joe@far.x', 'b@y']), {
    passed: [{ ...ofMessage, recipients: [{ notify, orcpt }] }],
    handedOn: 'next',
  });
});

test('forwardedDsn: the sender has not named the recipient → the address that it was for, as xtext', () => {
  const { passed } = forwards({ notify: 'FAILURE' }, ['joe@far.x', 'b@y']);
  assert.deepEqual(passed[0]?.recipients, [{ notify: 'FAILURE', orcpt: 'rfc822;a+3Db@here.example' }]);
});

for (const [notify, left] of [
  ['SUCCESS,FAILURE', 'FAILURE'],
  ['SUCCESS', 'NEVER'],
  ['NEVER', 'NEVER'],
  [undefined, undefined],
] as const) {
  test(`forwardedDsn: to two addresses, NOTIFY ${notify} → ${left}`, () => {
    const { passed, handedOn } = forwards({ ...dsn, notify }, ['joe@far.x', 'b@y', 'c@z']);
    const wish = { notify: left, orcpt: 'rfc822;A@old' };
    assert.deepEqual([passed[0]?.recipients, handedOn], [[wish, wish], 'expanded']);
  });
}

test('forwardedDsn: another sender, as of a list → nothing goes along, and it counts as delivered', () => {
  assert.deepEqual(forwards(dsn, ['list-owner@here.example', 'b@y']), { passed: [undefined], handedOn: undefined });
});

test('forwardedDsn: two programs forward it → it was expanded', () => {
  const { passed, handedOn } = forwards(dsn, ['joe@far.x', 'b@y'], ['joe@far.x', 'c@z']);
  assert.deepEqual([passed[1]?.recipients[0]?.notify, handedOn], ['FAILURE', 'expanded']);
});

test('forwardedDsn: nothing was said → nothing goes along', () => {
  assert.deepEqual(forwards(undefined, ['joe@far.x', 'b@y']), { passed: [undefined], handedOn: undefined });
});
