// Python's SMTP client, smtplib, against our service.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram, without } from '../support/programs.ts';
import { startSmtp } from '../support/smtp-rig.ts';

const script = `
import smtplib, sys
with smtplib.SMTP('127.0.0.1', int(sys.argv[1]), local_hostname='client.example') as s:
    s.ehlo()
    print(sorted(s.esmtp_features))
    print(s.sendmail('a@b.example', ['joe@heaven.af.mil', 'x@elsewhere.org'],
                     b'Subject: t\\r\\n\\r\\n.dot\\r\\n..\\r\\n\\xff\\r\\n', mail_options=['BODY=8BITMIME']))
    try:
        s.sendmail('a@b.example', ['x@elsewhere.org'], b'Subject: t\\r\\n')
    except smtplib.SMTPRecipientsRefused as e:
        print(e.recipients)
`;

test('smtplib: a message with one good and one foreign recipient → taken for the first, 553 for the other', {
  skip: without('python3'),
}, async t => {
  const rig = await startSmtp(t);
  const stdout = await runProgram('python3', ['-c', script, String(rig.port)]);
  const refused = `{'x@elsewhere.org': (553, b"sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)")}`;
  assert.equal(stdout, `['8bitmime', 'pipelining', 'size', 'smtputf8']\n${refused}\n${refused}\n`);
  const field =
    'Received: from unknown (HELO client.example) (127.0.0.1)\n' +
    '  by heaven.af.mil with SMTP; 21 Nov 2026 09:35:52 -0000\n';
  assert.deepEqual(rig.taken, [
    { envelope: 'Fa@b.example\0Tjoe@heaven.af.mil\0\0', text: `${field}Subject: t\n\n.dot\n..\n\xff\n` },
  ]);
});
