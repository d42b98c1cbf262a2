// Hostile QMTP sessions: no crash, no hang, no leak, only known answers, and no message but those that were answered K.
import { test } from 'node:test';
import { complaintAboutAnswers, fuzzPackages, netstringNoise } from './packages.ts';

test('qmtp fuzz: hostile sessions → known answers, no hang, no leak, nothing queued without K', t =>
  fuzzPackages(t, 'qmtp', {
    conversations: [
      ['11:', '\n', 'Hi\nthere.\n', ',', '6:Sender,', '40:', '17:joe@heaven.af.mil,', '9:x@other.z,', '4:user,', ','],
      ['9:', '\r', 'a\r\nb\r\nc', ',', '0:,', '6:', '3:joe,', ','],
      ['2:\nx,0:,6:3:joe,,', '2:\ny,0:,6:3:ann,,', '2:\nz,0:,0:,'],
      [`60001:\n${'y'.repeat(60_000)},`, '3:a@b,', '6:3:joe,,'],
      ['2:\nx,', `1000:${'s'.repeat(1000)},`, '1005:', `1000:${'r'.repeat(1000)},`, ','],
      ['1100001:', `\n${'z'.repeat(1_100_000)}`, ',0:,6:3:joe,,'],
      ['EHLO x\r\n', 'MAIL FROM:<a@b>\r\n', 'GET / HTTP/1.1\r\n', '\x16\x03\x01\x02\x00\x01\x00'],
    ],
    noise: netstringNoise,
    complaintAbout: complaintAboutAnswers,
  }));
