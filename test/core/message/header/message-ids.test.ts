// Message-IDs are found in References and In-Reply-To fields of every kind, and nothing else is taken for one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageIdsIn } from '../../../../core/message/header/message-ids.ts';

const table: [what: string, value: string, ids: string[]][] = [
  ['a usual one', ' <a.b@x.example>', ['<a.b@x.example>']],
  ['many, folded, without blanks between', '<a@x><b@x>\r\n <c@x>', ['<a@x>', '<b@x>', '<c@x>']],
  ['RFC 5322 A.6.3', '<1234   @   local(blah)  .machine .example>', ['<1234@local.machine.example>']],
  ['a blank in it', '<has space@x.test> (comment)', ['<has space@x.test>']],
  ['a quoted local part and a literal', '<"a b\\"<c"@[10.0.0.1]>', ['<"a b\\"<c"@[10.0.0.1]>']],
  ['a phrase before it', 'Your message of "Wed, 3 Sep <no@x>" <1@x.test>', ['<1@x.test>']],
  ['one in a comment', '(was: <old@x>) <new@x>', ['<new@x>']],
  ['no brackets', 'abc.1@x.test def@y', ['<abc.1@x.test>', '<def@y>']],
  ['no brackets, and a date', "ann's message of Tue, 1 Jul 2003", []],
  ['never closed', '<a@x <b@x>', ['<a@x>', '<b@x>']],
  ['closed twice', '<a@x>> <b@x>', ['<a@x>', '<b@x>']],
  ['without an @', '<123>', ['<123>']],
  ['empty', '<> < > <(x)>', []],
  ['8-bit', '<\u00e4@x> <b@x>', ['<b@x>']],
  ['too long', `<${'a'.repeat(1000)}@x> <b@x>`, ['<b@x>']],
];
for (const [what, value, ids] of table) {
  test(`Message-IDs: ${what} → ${ids.join(' ') || 'none'}`, () => assert.deepEqual(messageIdsIn(value), ids));
}
