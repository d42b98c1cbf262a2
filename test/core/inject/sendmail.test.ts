import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSendmailCall } from '../../../core/inject/sendmail.ts';

const calls: readonly (readonly [string, readonly string[]])[] = [
  ['-t', ['-H', '--']],
  ['-t -i', ['-H', '--']],
  ['x@y z', ['-a', '--', 'x@y', 'z']],
  ['-oi -oem -om -bm x', ['-a', '--', 'x']],
  ['-B8BITMIME -i -m -v -x x', ['-a', '--', 'x']],
  ['-p ESMTP:h -e m -o Q/tmp x', ['-a', '--', 'x']],
  ['-Jany -Eany x', ['-a', '--', 'x']],
  ['-E any', ['-a', '--', 'any']],
  ['-- -x', ['-a', '--', '-x']],
];

test('sendmail: flags → a call of qmail-inject', () => {
  assert.deepEqual(
    calls.map(([line]) => [line, readSendmailCall('sendmail', line.split(' '), {})]),
    calls.map(([line, args]) => [line, { kind: 'inject', args, env: {} }]),
  );
});

test('sendmail: -f → the envelope sender, and From if it is added; the name goes, unless -F gives one', () => {
  const noName = { QMAILNAME: undefined, MAILNAME: undefined, NAME: undefined };
  const cases: readonly (readonly [string, readonly string[], Readonly<Record<string, string | undefined>>])[] = [
    ['-f a@b x', ['-a', '-f', 'a@b', '--', 'x'], { QMAILUSER: 'a', QMAILHOST: 'b', ...noName }],
    ['-fa@b@c -t x', ['-H', '-f', 'a@b@c', '--', 'x'], { QMAILUSER: 'a@b', QMAILHOST: 'c', ...noName }],
    ['-f a x', ['-a', '-f', 'a', '--', 'x'], { QMAILUSER: 'a', ...noName }],
    ['-FAnn -fa@b', ['-a', '-f', 'a@b', '--'], { QMAILUSER: 'a', QMAILHOST: 'b', ...noName, MAILNAME: 'Ann' }],
  ];
  for (const [line, args, env] of cases) {
    assert.deepEqual(readSendmailCall('sendmail', line.split(' '), {}), { kind: 'inject', args, env });
  }
  assert.deepEqual(readSendmailCall('sendmail', ['-f', '', 'x'], {}), {
    kind: 'inject',
    args: ['-a', '-f', '', '--', 'x'],
    env: {},
  });
});

test('sendmail: -F → MAILNAME', () => {
  assert.deepEqual(readSendmailCall('sendmail', ['-F', 'Joe S', 'x'], {}), {
    kind: 'inject',
    args: ['-a', '--', 'x'],
    env: { MAILNAME: 'Joe S' },
  });
});

test('sendmail: unknown flags and modes → usage, 100', () => {
  const text = 'sendmail: usage: sendmail [ -t ] [ -fsender ] [ -Fname ] [ -bp ] [ -bs ] [ arg ... ]';
  for (const args of [['-z'], ['-bz'], ['-q'], ['-f'], ['-tz']]) {
    assert.deepEqual(readSendmailCall('sendmail', args, {}), { kind: 'refused', exitCode: 100, text });
  }
});

test('sendmail: other names and modes → other programs', () => {
  assert.equal(readSendmailCall('mailq', [], {}).kind, 'list-queue');
  assert.equal(readSendmailCall('sendmail', ['-bp'], {}).kind, 'list-queue');
  const smtp = readSendmailCall('sendmail', ['-bs'], {});
  assert.ok(smtp.kind === 'smtp' && smtp.env.RELAYCLIENT === '' && smtp.env.TCPREMOTEINFO === 'sendmail-bs');
  assert.deepEqual(readSendmailCall('sendmail', ['-bs'], { PROTO: 'TCP' }), { kind: 'smtp', env: {} });
});
