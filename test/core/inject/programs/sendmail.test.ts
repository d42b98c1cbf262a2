// The flags and names of sendmail become calls of qmail-inject or of another program, or are refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSendmailCall } from '../../../../core/inject/programs/sendmail.ts';

const calls: readonly (readonly [string, readonly string[]])[] = [
  ['-t', ['-H', '--']],
  ['-t -i', ['-H', '--']],
  ['x@y z', ['-a', '--', 'x@y', 'z']],
  ['-oi -oem -om -bm x', ['-a', '--', 'x']],
  ['-B8BITMIME -i -m -x x', ['-a', '--', 'x']],
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

test('sendmail: arguments → addresses, as in a header; one that is not a list is one address', () => {
  const recipients: readonly (readonly [argument: string, addresses: readonly string[]])[] = [
    ['joe,root', ['joe', 'root']],
    ['joe, root@x.y', ['joe', 'root@x.y']],
    ['Joe Doe <joe@host.a.test>', ['joe@host.a.test']],
    ['<joe@x>', ['joe@x']],
    ['joe@x (Joe)', ['joe@x']],
    ['"a b"@c', ['a b@c']],
    ['joe@[1.2.3.4]', ['joe@[1.2.3.4]']],
    ['', []],
    ['<>', []],
    ['friends: al, bo;', ['al', 'bo']],
    ['list-@h-@[]', ['list-@h-@[]']],
    ['bob+', ['bob+']],
    ['a..b@c', ['a..b@c']],
    ['un(closed', ['un(closed']],
    ['@r:u@h', ['@r:u@h']],
    ['caf\xe9@x', ['caf\xe9@x']],
  ];
  assert.deepEqual(
    recipients.map(([argument]) => [argument, readSendmailCall('sendmail', [argument], {})]),
    recipients.map(([argument, addresses]) => [
      argument,
      { kind: 'inject', args: ['-a', '--', ...addresses], env: {} },
    ]),
  );
});

test('sendmail: -f and -r → the address in it; <> is the null sender', () => {
  const senders: readonly (readonly [value: string, sender: string])[] = [
    ['<>', ''],
    ['', ''],
    ['<joe@host.a.test>', 'joe@host.a.test'],
    ['Joe <joe@host.a.test>', 'joe@host.a.test'],
    ['joe', 'joe'],
    ['foo@[]', 'foo@[]'],
    ['a b', 'a b'],
    ['un(closed', 'un(closed'],
  ];
  for (const [value, sender] of senders) {
    for (const args of [['-f', value, 'x'], ['-r', value, '--', 'x'], ...(value === '' ? [] : [[`-r${value}`, 'x']])]) {
      const call = readSendmailCall('sendmail', args, {});
      assert.deepEqual(call.kind === 'inject' && call.args, ['-a', '-f', sender, '--', 'x']);
    }
  }
});

test('sendmail: options of other sendmails that mean nothing here → taken and left alone', () => {
  const options = [
    '-N sometimes',
    '-R some',
    '-L tag',
    '-O x=y',
    '-U',
    '-n',
    '-G',
    '-Ac',
    '-Am',
    '-A c',
    '-C f',
    '-h 5',
    '-X f',
    '-d0.1',
    '-d',
    '-ba',
    '-odb -oeq -oi -oo -os -oMxvalue',
    '-s',
    '-c',
  ];
  const inject = { kind: 'inject', args: ['-a', '--', 'joe'], env: {} };
  for (const option of options) {
    assert.deepEqual(readSendmailCall('sendmail', [...option.split(' '), 'joe'], {}), inject, option);
  }
});

test('sendmail: -N, -R, -V → what the sender wants to be told; a value that makes no sense is left out', () => {
  const dsnOf = (...args: string[]) => {
    const call = readSendmailCall('sendmail', [...args, 'joe'], {});
    return call.kind === 'inject' ? call.dsn : call;
  };
  assert.deepEqual(dsnOf('-N', 'delay,success', '-R', 'hdrs', '-V', 'a+b c'), {
    ret: 'HDRS',
    envid: 'a+2Bb+20c',
    everyone: { notify: 'SUCCESS,DELAY' },
    recipients: [],
  });
  assert.deepEqual(dsnOf('-Nnever'), { everyone: { notify: 'NEVER' }, recipients: [] });
  assert.deepEqual(dsnOf('-R', 'full', '-N', 'x', '-V', 'y'.repeat(101)), { ret: 'FULL', recipients: [] });
  assert.equal(dsnOf('-V', ''), undefined);
});

test('sendmail: unknown flags and modes → usage, 100; what starts a daemon elsewhere → 100, and how it is done here', () => {
  const text =
    'sendmail: usage: sendmail [ -t ] [ -fsender ] [ -Fname ] [ -bp ] [ -bs ] [ -bv ] [ -q ] [ -v ] [ arg ... ]';
  for (const args of [['-z'], ['-bz'], ['-f'], ['-tz'], ['-bt'], ['-oMa', '127.0.0.1', 'x']]) {
    assert.deepEqual(readSendmailCall('sendmail', args, {}), { kind: 'refused', exitCode: 100, text });
  }
  const call = readSendmailCall('sendmail', ['-bd'], {});
  assert.ok(call.kind === 'refused' && call.exitCode === 100 && call.text.endsWith('waypost serve'));
});

test('sendmail: other names and modes → other programs', () => {
  assert.equal(readSendmailCall('mailq', [], {}).kind, 'list-queue');
  assert.equal(readSendmailCall('sendmail', ['-bp'], {}).kind, 'list-queue');
  for (const option of ['-q', '-q30m', '-qff']) {
    assert.equal(readSendmailCall('sendmail', [option], {}).kind, 'flush', option);
  }
  assert.equal(readSendmailCall('sendmail', ['-bi'], {}).kind, 'make-aliases');
  assert.equal(readSendmailCall('sendmail', ['-I'], {}).kind, 'make-aliases');
  assert.deepEqual(readSendmailCall('sendmail', ['-bv', 'joe,root', 'al'], {}), {
    kind: 'explain',
    addresses: ['joe', 'root', 'al'],
  });
  const smtp = readSendmailCall('sendmail', ['-bs'], {});
  assert.ok(smtp.kind === 'smtp' && smtp.env.RELAYCLIENT === '' && smtp.env.TCPREMOTEINFO === 'sendmail-bs');
  assert.deepEqual(readSendmailCall('sendmail', ['-bs'], { PROTO: 'TCP' }), { kind: 'smtp', env: {} });
});
