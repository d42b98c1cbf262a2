// Hostile QMQP sessions: no crash, no hang, no leak, only known answers, and no message but those that were answered K.
import { test } from 'node:test';
import { netstring } from '../../core/lib/net/netstring.ts';
import { complaintAboutAnswers, fuzzPackages, netstringNoise } from './packages.ts';

const large = netstring(`1100000:${'z'.repeat(1_100_000)},3:a@b,3:c@d,`).toString('latin1');

test('qmqp fuzz: hostile sessions → known answers, no hang, no leak, nothing queued without K', t =>
  fuzzPackages(t, 'qmqp', {
    conversations: [
      ['34:', '10:Hi\nthere.\n,', '3:a@b,', '5:x@y.z,', '3:q@r,', ','],
      ['7:', '1:x,', '0:,', ','],
      ['12:1:x,', `2:a\0,`, '3:b@c,', ','],
      ['1012:', '1:x,', `1000:${'s'.repeat(1000)},`, ','],
      [large],
      ['EHLO x\r\n', 'MAIL FROM:<a@b>\r\n', 'GET / HTTP/1.1\r\n', '\x16\x03\x01\x02\x00\x01\x00'],
    ],
    noise: netstringNoise,
    complaintAbout: complaintAboutAnswers,
  }));
