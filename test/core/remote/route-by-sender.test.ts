// Which line decides where mail goes and with which login: by the sender first, then bounces, then the domain (modern.md 12).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookUpRoute } from '../../../core/remote/route.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const authsenders =
  '@example.com:relay.example.com|user|passwd\ninfo@example.com:relay.example.com;26|infouser|infopasswd\n:mailrelay.example.com|e=mc2|testpass\n';
const withoutRest = authsenders.replace(/^:.*\n/m, '').concat('.direct.example:\n');
const smtproutes = '!@:bouncehost.af.mil;27\nb.example:smtp.example\n';
const qmtproutes = 'q.example:qmtp.example\n';

const ways: [authsenders: string, sender: string, host: string, expected: string][] = [
  [authsenders, 'info@example.com', 'b.example', 'relay.example.com 26 infouser'],
  [authsenders, 'INFO@Example.com', 'q.example', 'relay.example.com 26 infouser'],
  [authsenders, 'joe@example.com', 'b.example', 'relay.example.com 25 user'],
  [authsenders, 'joe@other', 'b.example', 'mailrelay.example.com 25 e=mc2'],
  [authsenders, '', 'b.example', 'mailrelay.example.com 25 e=mc2'],
  [withoutRest, '', 'b.example', 'bouncehost.af.mil 27'],
  [withoutRest, '', 'q.example', 'bouncehost.af.mil 27'],
  [withoutRest, 'joe@other', 'b.example', 'smtp.example 25'],
  [withoutRest, 'joe@other', 'q.example', 'qmtp.example 209'],
  [withoutRest, 'joe@other', 'z.example', 'none'],
  [withoutRest, 'joe@mail.direct.example', 'b.example', 'none by .direct.example'],
  ['.doe@example.com:r|u|p\n', 'jane.doe@example.com', 'z.example', 'r 25 u'],
];

for (const [lines, sender, host, expected] of ways) {
  test(`route: from ${sender || 'nobody'} to ${host}, ${lines.split('\n').length - 1} senders → ${expected}`, t => {
    const control = writeControl(tempDir(t), { authsenders: lines, smtproutes, qmtproutes });
    const { route, by } = lookUpRoute(control, { sender, host });
    const found = route
      ? [route.relay, route.port, route.login?.user].filter(part => part !== undefined).join(' ')
      : `none${by ? ` by ${by.key}` : ''}`;
    assert.equal(found, expected);
    assert.deepEqual(route?.demands, route?.login && { tls: 'verified' });
  });
}
