// Python's POP3 client, poplib, against our service.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPop3 } from '../support/pop3-rig.ts';
import { runProgram, without } from '../support/programs.ts';

const script = `
import poplib, sys
p = poplib.POP3('127.0.0.1', int(sys.argv[1]))
print(sorted(p.capa()))
p.user('joe'); p.pass_('sesame')
print(p.stat())
print(p.list()[1], p.uidl()[1])
print(p.retr(1)[1])
print(p.top(3, 1)[1])
p.dele(1); p.rset(); p.dele(2)
p.quit()
try:
    p = poplib.POP3('127.0.0.1', int(sys.argv[1]))
    p.user('joe'); p.pass_('wrong')
except poplib.error_proto as e:
    print(e)
`;

test('poplib: login, list, fetch, delete, quit → the messages of the Maildir, and the ones that are left', {
  skip: without('python3'),
}, async t => {
  const rig = await startPop3(t);
  const stdout = await runProgram('python3', ['-c', script, String(rig.port)]);
  assert.deepEqual(stdout.split('\n'), [
    "['EXPIRE', 'PIPELINING', 'TOP', 'UIDL', 'USER']",
    '(3, 80)',
    "[b'1 33', b'2 22', b'3 25'] [b'1 100.a.host', b'2 200.b.host', b'3 300.c.host']",
    "[b'Subject: one', b'', b'first', b'.dot', b'..']",
    "[b'A: 3', b'', b'1']",
    "b'-ERR authorization failed'",
    '',
  ]);
  assert.deepEqual(rig.names(), ['cur/100.a.host:2,S', 'cur/300.c.host:2,']);
});
