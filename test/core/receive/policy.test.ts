// What SMTP's arguments mean: paths, sizes, local literals and badmailfrom, for any argument.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePath } from '../../../core/message/smtp-path.ts';
import { isBadMailFrom } from '../../../core/receive/badmailfrom.ts';
import { announcedSize, replaceLocalLiteral } from '../../../core/receive/smtp/address.ts';
import { parseCommand } from '../../../core/receive/smtp/commands.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const paths: [argument: string, address: string | undefined, parameters?: string[]][] = [
  ['FROM:<>', ''],
  ['FROM:<a@b>', 'a@b'],
  ['from: <a@b>', 'a@b'],
  ['whatever <a@b> SIZE=9  BODY=8BITMIME', 'a@b', ['SIZE=9', 'BODY=8BITMIME']],
  ['FROM:a@b extra', 'a@b', ['extra']],
  ['FROM:  a@b', 'a@b'],
  ['a@b', 'a@b'],
  ['TO:nohost', 'nohost'],
  ['', ''],
  ['TO:<@r1,@r2:God@H>', 'God@H'],
  ['TO:<@nocolon>', ''],
  ['TO:<"a b"@c>', 'a b@c'],
  ['TO:<"a>b"@c>', 'a>b@c'],
  ['TO:<a\\>b@c>', 'a>b@c'],
  ['TO:<"a\\"b"@c>', 'a"b@c'],
  ['TO:<a@b', 'a@b'],
  ['TO:<a\\', 'a'],
  ['TO:<a\rb@c>', undefined],
  [`TO:<${'x'.repeat(899)}>`, 'x'.repeat(899)],
  [`TO:<${'x'.repeat(900)}>`, undefined],
];

for (const [argument, address, parameters = []] of paths) {
  const shown = JSON.stringify(argument.slice(0, 40));
  test(`parsePath: ${shown} → ${JSON.stringify(address?.slice(0, 20))}`, () => {
    assert.deepEqual(parsePath(argument), address === undefined ? undefined : { address, parameters });
  });
}

test('announcedSize: parameters → the number of SIZE=, in either case, or nothing', () => {
  const sizes = [['BODY=8BITMIME', 'size=12'], ['SIZE='], ['SIZE=x'], ['SIZE=1e9'], []].map(announcedSize);
  assert.deepEqual(sizes, [12, undefined, undefined, undefined, undefined]);
});

const literals: [address: string, expected: string][] = [
  ['u@[127.0.0.1]', 'u@here'],
  ['u@[IPv6:::1]', 'u@here'],
  ['u@[9.9.9.9]', 'u@[9.9.9.9]'],
  ['u@127.0.0.1', 'u@127.0.0.1'],
  ['u@[127.0.0.1]x', 'u@[127.0.0.1]x'],
  ['u', 'u'],
];

for (const [address, expected] of literals) {
  test(`replaceLocalLiteral: ${address} → ${expected}`, () => {
    assert.equal(replaceLocalLiteral(address, new Set(['127.0.0.1', '::1']), 'here'), expected);
  });
}

test('isBadMailFrom: control.md vector 14', t => {
  const control = writeControl(tempDir(t), { badmailfrom: '@spam.example\nbad@example.net\n' });
  const senders = ['a@spam.example', 'bad@EXAMPLE.NET', 'ok@x.spam.example', 'ok@example.net', ''];
  assert.deepEqual(
    senders.filter(sender => isBadMailFrom(control, sender)),
    ['a@spam.example', 'bad@EXAMPLE.NET'],
  );
});

const words = fc.array(
  fc.constantFrom('a', '@', '<', '>', '"', '\\', ':', ' ', '\0', '\r', '\xff', ',', '[127.0.0.1]', 'x'.repeat(500)),
  { maxLength: 20 },
);

test('parsePath: any argument → an address that every later hop can be given, or a refusal', () => {
  fc.assert(
    fc.property(words, parts => {
      const path = parsePath(parts.join(''));
      if (!path) return;
      assert.ok(path.address.length <= 899 && !path.address.includes('\r'));
      assert.ok(path.parameters.every(word => word !== '' && !word.includes(' ')));
    }),
  );
});

test('parsePath: any address, quoted and in brackets → the same address', () => {
  const address = fc.string({ unit: fc.constantFrom('a', '@', '<', '>', '"', '\\', ':', ' ', '\xff'), maxLength: 30 });
  fc.assert(
    fc.property(address, text => {
      const quoted = text.replace(/[^a\xff]/g, '\\$&');
      assert.equal(parsePath(`FROM:<${quoted}> SIZE=9`)?.address, text);
    }),
  );
});

test('parseCommand: any line → a lower-case verb without space, an argument that starts with none, no NUL', () => {
  fc.assert(
    fc.property(fc.uint8Array(), raw => {
      const { verb, argument } = parseCommand(Buffer.from(raw));
      assert.match(verb, /^[^ \0A-Z]*$/);
      assert.match(argument, /^(?! )[^\0]*$/);
    }),
  );
});
