// The transcript of a contact has a limit, and says how the contact ended all the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTranscript } from '../../../../core/link/contact/transcript.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';

test('transcript: very many remarks and lines → bounded, with a word about what is left out and the last remark', () => {
  const transcript = createTranscript(steppedClock(0));
  for (let one = 0; one < 5000; one++) {
    transcript.note(`sending new/${one}: ${'x'.repeat(200)}`);
    transcript.smtp.out(Buffer.from(`NOOP ${one}\r\n`));
  }
  transcript.note('done');
  const lines = transcript.text().trimEnd().split('\n');
  assert.ok(transcript.text().length < 300_000);
  assert.match(lines.at(-2) ?? '', /the middle is left out/);
  assert.match(lines.at(-1) ?? '', /\* done$/);
});

test('transcript: AUTH and messages → not shown', () => {
  const transcript = createTranscript(steppedClock(0));
  const { smtp } = transcript;
  smtp.out(Buffer.from('AUTH PLAIN c2VjcmV0\r\nDATA\r\n'));
  smtp.in(Buffer.from('354 go\r\n'));
  smtp.out(Buffer.from('Subject: secret\r\n\r\nsecret\r\n.\r\nQUIT\r\n'));
  assert.doesNotMatch(transcript.text(), /secret|c2VjcmV0/);
  assert.match(transcript.text(), /a message of 27 bytes\) \.\n.*> QUIT\n/);
});
