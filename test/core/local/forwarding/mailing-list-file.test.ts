// setmaillist and printmaillist: a list becomes its binary form and the same list again (aliases.md 10).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../../../core/lib/user-error.ts';
import { decodeList, encodeList, readListLines } from '../../../../core/local/forwarding/mailing-list-file.ts';

const binary = (text: string) => encodeList(readListLines(text)).toString('latin1');

test('mailing list: lines → entries with a NUL each (aliases.md 10)', () => {
  assert.equal(binary('./inner.bin\n# c\n\nq@list.x  \n&r@list.x\n'), './inner.bin\0&q@list.x\0&r@list.x\0');
});

test('mailing list: odd lines → addresses, file names, nothing', () => {
  assert.equal(binary(' #x\n|f\n/e \t\nlast'), '& #x\0&|f\0/e\0&last\0');
  assert.equal(binary(''), '');
  assert.equal(binary(`/${'x'.repeat(900)}\n`).length, 902);
});

test('mailing list: a long row of blanks inside a line → looked at once', () => {
  assert.throws(() => binary(`a${' '.repeat(1_000_000)}b\n`), { message: 'addresses must be under 801 bytes' });
});

test('mailing list: NUL, too long an address → 111', () => {
  assert.throws(() => binary('a\0b\n'), { exitCode: 111, message: 'NUL in input' });
  assert.throws(() => binary(`${'x'.repeat(801)}\n`), {
    exitCode: 111,
    message: 'addresses must be under 801 bytes',
  });
});

test('decodeList: entries → lines; anything else → bad mailing list format, 100', () => {
  assert.deepEqual(decodeList(Buffer.from('./b\0&a@b\0/c\0')), ['./b', '&a@b', '/c']);
  for (const bad of ['&a', 'a\0', '\0', '&a\nb\0', '&a \0', '|x\0', '&a\0b']) {
    assert.throws(() => decodeList(Buffer.from(bad)), { exitCode: 100, message: 'bad mailing list format' }, bad);
  }
});

test('mailing list: any bytes → a list that is read back as itself, or a refusal', () => {
  const bytes = fc
    .array(fc.constantFrom('a', '@', '\n', ' ', '\t', '#', '&', './', '/', '\0', '\xe9'))
    .map(a => a.join(''));
  fc.assert(
    fc.property(bytes, text => {
      try {
        const raw = encodeList(readListLines(text));
        assert.deepEqual(encodeList(decodeList(raw)), raw);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
      }
    }),
  );
});

test('decodeList: any bytes → entries that make the same bytes, or a refusal', () => {
  const bytes = fc.array(fc.constantFrom('&', '.', '/', 'a', '\0', '\n', ' ', '\xff')).map(a => a.join(''));
  fc.assert(
    fc.property(bytes, text => {
      try {
        assert.equal(encodeList(decodeList(Buffer.from(text, 'latin1'))).toString('latin1'), text);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
      }
    }),
  );
});
