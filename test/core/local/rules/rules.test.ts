// The rules place, as the window asks for it.
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { readControl } from '../../../../core/control/control.ts';
import { createRules, type RulesHandlers } from '../../../../core/local/rules/rules.ts';
import { tempDir } from '../../../support/temp-dir.ts';

function rulesRig(t: TestContext, controls: Record<string, string> = {}) {
  const home = tempDir(t);
  const dir = join(home, 'me');
  mkdirSync(join(home, 'control'));
  for (const part of ['', 'Maildir', 'Maildir/tmp', 'Maildir/new', 'Maildir/cur']) mkdirSync(join(dir, part));
  chmodSync(dir, 0o755);
  for (const [name, text] of Object.entries({ me: 'here.example', defaultdelivery: './Maildir/', ...controls })) {
    writeFileSync(join(home, 'control', name), `${text}\n`);
  }
  const control = readControl(home);
  const rules = createRules({ homeDir: dir, user: 'me', control: () => control });
  const write = (name: string, text: string | Buffer, mode = 0o600) => {
    writeFileSync(join(dir, name), text);
    chmodSync(join(dir, name), mode);
  };
  return { dir, rules, write };
}

async function one(rules: RulesHandlers, name: string) {
  return (await rules['rules.list']({})).find(rule => rule.name === name);
}

test('rules.list: no files → the default delivery, as a rule that does not exist', async t => {
  const { rules } = rulesRig(t);
  assert.deepEqual(await rules['rules.list']({}), [
    {
      name: '',
      path: '~/.qmail',
      address: 'me@here.example',
      exists: false,
      text: './Maildir/',
      lines: [{ text: './Maildir/', kind: 'maildir', says: 'Keep in the inbox', warning: null }],
      warning: null,
      stamp: '',
    },
  ]);
});

test('rules.list: several files → own address first, defaults and dots as addresses; what no address reaches is left out', async t => {
  const { dir, rules, write } = rulesRig(t);
  for (const name of ['-lists-default', '-a:b', '', '-Upper', '-café']) write(`.qmail${name}`, '#\n');
  mkdirSync(join(dir, '.qmail-folder'));
  write('.qmailrc', '#\n');
  assert.deepEqual(
    (await rules['rules.list']({})).map(rule => [rule.path, rule.address, rule.exists]),
    [
      ['~/.qmail', 'me@here.example', true],
      ['~/.qmail-a:b', 'me-a.b@here.example', true],
      ['~/.qmail-café', 'me-café@here.example', true],
      ['~/.qmail-lists-default', 'me-lists-(anything)@here.example', true],
    ],
  );
});

const sentences: [line: string, says: string, warning: RegExp | null][] = [
  ['./Maildir/', 'Keep in the inbox', null],
  [
    './Maildir/.harbour/',
    'Keep in the Maildir folder harbour',
    /^There is no folder .*maildirmake \.\/Maildir\/\.harbour\/$/,
  ],
  ['./Maildir/.Entw&APw-rfe.R&-D/', 'Keep in the Maildir folder Entwürfe/R&D', /no folder/],
  ['./Maildir/.lists.qmail/', 'Keep in the Maildir folder lists/qmail', /no folder/],
  ['./Maildir/cur/', 'Keep in the Maildir ./Maildir/cur/', /not a Maildir/],
  ['./Mailbox', 'Append to the mbox file ./Mailbox', null],
  ['./Maildir', 'Append to the mbox file ./Maildir', /is a folder: mail waits/],
  ['./no/mbox', 'Append to the mbox file ./no/mbox', /does not exist/],
  [
    './Maildir/\r',
    'Append to the mbox file ./Maildir/\r',
    /^Mail waits here: this line is not a file name: .*carriage return/,
  ],
  ['&ines@shore.example', 'Send a copy to ines@shore.example', null],
  ['ines@shore.example', 'Send a copy to ines@shore.example', null],
  ['&ines', 'Send a copy to ines', /no @ in this address: it goes to ines@here\.example/],
  ['&', 'Send a copy to ', /^Mail waits here: .*nothing comes after/],
  ['&ines@', 'Send a copy to ines@', /^Mail waits here: .*host is missing/],
  [' ./Maildir/', 'Send a copy to  ./Maildir/', /starts with a space/],
  ['~/Maildir/', 'Send a copy to ~/Maildir/', /^Mail waits here: .*file or folder/],
  ['Mail/inbox', 'Send a copy to Mail/inbox', /not as a file/],
  ['\ufeff./Maildir/', 'Send a copy to \ufeff./Maildir/', /^Mail waits here: .*byte order mark/],
  ['Ines <ines@shore.example>', 'Send a copy to Ines <ines@shore.example>', /^Mail waits here: .*one bare address/],
  ['&me@here.example', 'Send a copy to me@here.example', /come back/],
  ['&ME', 'Send a copy to ME', /come back/],
  ['&me@tommy.example', 'Send a copy to me@tommy.example', null],
  ['|preline formail', 'Run a program: preline formail', /runs as you/],
  ['|', 'Run nothing', /runs as you/],
  ['# note', 'Nothing: a note', null],
  ['#|formail -x', 'Switched off: Run a program: formail -x', null],
  ['#./Maildir/', 'Switched off: Keep in the inbox', null],
  ['#&a@b', 'Switched off: Send a copy to a@b', null],
  ['#note', 'Nothing: a note', null],
  ['+list', 'From here on, only forwards are allowed', null],
  ['+fun', 'Nothing: this flag has no meaning', null],
  ['', 'Nothing: an empty line', null],
];
for (const [line, says, warning] of sentences) {
  test(`rules.explain: ${JSON.stringify(line)} → ${JSON.stringify(says)}${warning ? ' and a warning' : ''}`, async t => {
    const { rules } = rulesRig(t);
    const { lines } = await rules['rules.explain']({ name: '', text: `#\n${line}\n` });
    assert.deepEqual([lines[1]?.text, lines[1]?.says], [line, says]);
    if (warning) assert.match(lines[1]?.warning ?? '', warning);
    else assert.equal(lines[1]?.warning, null);
  });
}

const wholes: [text: string, says: string][] = [
  ['', 'An empty rule means the default delivery: Keep in the inbox.'],
  ['#\n', 'Mail is accepted and discarded.'],
  ['\n./Maildir/\n', 'All mail waits until the empty first line is removed.'],
  ['./Maildir/\n', 'Mail is kept in one place.'],
  [
    './Maildir/\n./Mailbox\n|x\n&a@b\n&c@d\n',
    'Mail is kept in 2 places, piped to one program and forwarded to 2 addresses. Copies go out last, once all other lines have succeeded.',
  ],
  ['a@b', 'Mail is forwarded to one address.'],
];
for (const [text, says] of wholes) {
  test(`rules.explain: ${JSON.stringify(text)} → ${says}`, async t => {
    const { rules } = rulesRig(t);
    assert.equal((await rules['rules.explain']({ text })).says, says);
  });
}

test('rules.explain: after +list → files and programs are warned about; empty first line too', async t => {
  const { rules } = rulesRig(t);
  const { lines } = await rules['rules.explain']({ text: '\n+list\n./Maildir/\n|x\n&a@b' });
  assert.deepEqual(
    lines.map(line => line.warning?.split(/[:.]/)[0] ?? null),
    [
      'An empty first line makes all mail wait',
      null,
      'After +list only forwards are allowed',
      'After +list only forwards are allowed',
      null,
    ],
  );
});

const loops: [rule: string, others: string[], address: string, loops: boolean][] = [
  ['-x', [], 'me-x@here.example', true],
  ['-x', [], 'me-X', true],
  ['-x', [], 'me-x@elsewhere.example', false],
  ['-x', [], 'me-x-y@here.example', false],
  ['-x', [], 'x@tommy.example', true],
  ['-default', [], 'me-anything@here.example', true],
  ['-default', ['-anything'], 'me-anything@here.example', false],
  ['-default', [], 'me@here.example', false],
  ['-a:b', [], 'me-a.b@here.example', true],
];
for (const [name, others, address, expected] of loops) {
  test(`rules.explain: ${address} in .qmail${name}${others.length ? ` beside ${others}` : ''} → ${expected ? 'a' : 'no'} loop`, async t => {
    const { rules, write } = rulesRig(t, { virtualdomains: 'tommy.example:me' });
    for (const other of others) write(`.qmail${other}`, '#\n');
    const { lines } = await rules['rules.explain']({ name, text: `&${address}` });
    assert.equal(lines[0]?.warning?.includes('come back') ?? false, expected);
  });
}

test('rules.list: modes, x bit, home → warnings about the file', async t => {
  const { dir, rules, write } = rulesRig(t);
  write('.qmail-others', '#\n', 0o602);
  write('.qmail-group', '#\n', 0o660);
  write('.qmail-x', './Maildir/\n', 0o700);
  write('.qmail-latin', Buffer.from('#caf\xe9\n', 'latin1'));
  const warnings = Object.fromEntries((await rules['rules.list']({})).map(rule => [rule.name, rule.warning]));
  assert.match(warnings['-others'] ?? '', /Everyone on this machine/);
  assert.match(warnings['-group'] ?? '', /Your group/);
  assert.equal(warnings['-x'], null);
  assert.match((await one(rules, '-x'))?.lines[0]?.warning ?? '', /x bit/);
  assert.match(warnings['-latin'] ?? '', /not UTF-8/);
  chmodSync(dir, 0o1757);
  assert.match((await one(rules, ''))?.warning ?? '', /Everyone on this machine can write.*has its sticky bit set/);
});

test('rules.save: new, changed, removed → durable files of mode 0600, a new stamp each time', async t => {
  const { dir, rules } = rulesRig(t);
  const created = await rules['rules.save']({ name: '-harbour', text: '&ines@shore.example\n', stamp: '' });
  assert.deepEqual(
    [created.exists, created.address, created.text],
    [true, 'me-harbour@here.example', '&ines@shore.example\n'],
  );
  chmodSync(join(dir, '.qmail-harbour'), 0o766);
  const changed = await rules['rules.save']({ name: '-harbour', text: '# é\n', stamp: created.stamp });
  assert.notEqual(changed.stamp, created.stamp);
  assert.equal(readFileSync(join(dir, '.qmail-harbour'), 'utf8'), '# é\n');
  assert.equal(statSync(join(dir, '.qmail-harbour')).mode & 0o777, 0o600);
  await rules['rules.remove']({ name: '-harbour', stamp: changed.stamp });
  assert.deepEqual(readdirSync(dir), ['Maildir']);
});

test('rules.save, rules.remove: changed, made or removed meanwhile → stale or gone, nothing touched', async t => {
  const { dir, rules, write } = rulesRig(t);
  const seen = await rules['rules.save']({ name: '', text: '#1\n', stamp: '' });
  write('.qmail', '#2\n');
  const stale = { kind: 'stale', message: /~\/\.qmail\S* was changed/ };
  await assert.rejects(rules['rules.save']({ name: '', text: '#3\n', stamp: seen.stamp }), stale);
  await assert.rejects(rules['rules.save']({ name: '', text: '#3\n', stamp: '' }), stale);
  await assert.rejects(rules['rules.save']({ name: '-new', text: '#3\n', stamp: seen.stamp }), stale);
  await assert.rejects(rules['rules.remove']({ name: '', stamp: seen.stamp }), stale);
  await assert.rejects(rules['rules.remove']({ name: '-gone', stamp: '' }), { kind: 'gone' });
  assert.equal(readFileSync(join(dir, '.qmail'), 'utf8'), '#2\n');
  assert.deepEqual(readdirSync(dir).sort(), ['.qmail', 'Maildir']);
});

test('rules.save: not UTF-8 on disk, or text no file can hold → refused, bytes stay', async t => {
  const { dir, rules, write } = rulesRig(t);
  write('.qmail', Buffer.from('#caf\xe9\n', 'latin1'));
  const stamp = (await one(rules, ''))?.stamp ?? '';
  await assert.rejects(rules['rules.save']({ name: '', text: '#', stamp }), { kind: 'refused', message: /not UTF-8/ });
  await assert.rejects(rules['rules.save']({ name: '-x', text: 'a\ud800', stamp: '' }), { kind: 'invalid' });
  await assert.rejects(rules['rules.save']({ name: '-x', text: 'a\0b', stamp: '' }), { kind: 'invalid' });
  assert.equal(readFileSync(join(dir, '.qmail'), 'latin1'), '#caf\xe9\n');
});

test('rules.save: a link to a file elsewhere → the file is replaced, the link stays', async t => {
  const { dir, rules, write } = rulesRig(t);
  mkdirSync(join(dir, 'dotfiles'));
  write('dotfiles/qmail', '#1\n');
  symlinkSync('dotfiles/qmail', join(dir, '.qmail'));
  await rules['rules.save']({ name: '', text: '#2\n', stamp: (await one(rules, ''))?.stamp ?? '' });
  assert.ok(lstatSync(join(dir, '.qmail')).isSymbolicLink());
  assert.equal(readFileSync(join(dir, 'dotfiles/qmail'), 'utf8'), '#2\n');
});

test('rules.save: home gone → failed, with the file and the reason', async t => {
  const control = readControl(join(rulesRig(t).dir, '..'));
  const rules = createRules({ homeDir: '/nonexistent', user: 'me', control: () => control });
  await assert.rejects(rules['rules.save']({ name: '', text: '#', stamp: '' }), { kind: 'failed' });
  await assert.rejects(rules['rules.list']({}), { kind: 'failed', message: /no such file or directory/ });
});

test('rules.save: any text → the same text back, and one explained line for each', async t => {
  const { rules } = rulesRig(t);
  let stamp = '';
  const line = fc.oneof(
    fc.constantFrom('./Maildir/', '&a@b', '|x', '', '#', '\ufeff'),
    fc.string({ unit: 'grapheme' }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line), async parts => {
      const text = parts.join('\n').replaceAll('\0', '');
      const saved = await rules['rules.save']({ name: '', text, stamp });
      stamp = saved.stamp;
      assert.equal(saved.text, text);
      assert.equal(saved.lines.map(l => l.text).join('\n'), text.replace(/\n$/, ''));
    }),
    { numRuns: 50 },
  );
});

test("rules as root in a user's home → files stay the user's; others' files are not shown", {
  skip: process.getuid?.() !== 0,
}, async t => {
  const { dir, rules } = rulesRig(t);
  writeFileSync(join(dir, '../secret'), 'secret', { mode: 0o600 });
  symlinkSync('../secret', join(dir, '.qmail'));
  chownSync(dir, 65534, 65534);
  await rules['rules.save']({ name: '-x', text: '#\n', stamp: '' });
  assert.deepEqual([statSync(join(dir, '.qmail-x')).uid, statSync(join(dir, '.qmail-x')).gid], [65534, 65534]);
  const hidden = await one(rules, '');
  assert.deepEqual([hidden?.text, hidden?.warning], ['', 'This file cannot be shown: it belongs to another user.']);
  await assert.rejects(rules['rules.save']({ name: '', text: '#', stamp: '' }), { kind: 'refused' });
});
