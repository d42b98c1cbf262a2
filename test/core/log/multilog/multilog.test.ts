// multilog keeps every line: selection, status files, rotation, processors, and directories as a crash leaves them (analog.md).
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { parseTai64n } from '../../../../core/lib/text/tai64n.ts';
import { openLogFiles } from '../../../../core/log/multilog/files.ts';
import { type MultilogDeps, startMultilog } from '../../../../core/log/multilog/multilog.ts';
import { parseScript } from '../../../../core/log/multilog/script.ts';
import { type SteppedClock, steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const startMs = 1_795_252_459_000;
const modeOf = (path: string) => statSync(path).mode & 0o777;
const read = (...path: string[]) => readFileSync(join(...path), 'latin1');

function rig(t: TestContext, args: (directory: string) => readonly string[], deps: Partial<MultilogDeps> = {}) {
  const directory = join(tempDir(t), 'log');
  const clock: SteppedClock = steppedClock(startMs);
  let said = '';
  const multilog = startMultilog(parseScript(args(directory)), {
    clock,
    err: text => {
      said += text;
    },
    pause: async () => undefined,
    ...deps,
  });
  const old = () =>
    readdirSync(directory)
      .filter(name => name.startsWith('@'))
      .sort();
  const feed = (text: string) => multilog.write(Buffer.from(text, 'latin1'));
  return { directory, clock, multilog, feed, old, said: () => said };
}

test('multilog: lines, the last without its end → in current, which is 0644 while it grows and 0744 once it is safe', async t => {
  const { directory, multilog, feed } = rig(t, d => [d]);
  assert.equal(modeOf(join(directory, 'current')), 0o644);
  assert.equal(modeOf(directory), 0o700);
  await feed('one\ntw');
  assert.equal(read(directory, 'current'), 'one\ntw'.slice(0, 4));
  await feed('o\n\nthree');
  await multilog.close();
  assert.equal(read(directory, 'current'), 'one\ntwo\n\nthree\n');
  assert.equal(modeOf(join(directory, 'current')), 0o744);
  assert.deepEqual(readdirSync(directory).sort(), ['current', 'lock', 'state']);
});

test('multilog: t, deselect all, select (analog.md 13) → the stamped line', async t => {
  const { directory, feed } = rig(t, d => ['t', '-*', '+* fatal: *', d]);
  await feed('warning: x\nfatal: out of memory\n fatal: two\n');
  // The stamp and one blank come first: only a line that starts with the word itself has it where the pattern wants it.
  assert.equal(read(directory, 'current'), '@400000006b0160f500000000 fatal: out of memory\n');
});

test('multilog: e, and a status file → the start of each selected line; the last one, filled up to 1001 bytes', async t => {
  const status = join(tempDir(t), 'status');
  const { multilog, feed, said } = rig(t, d => ['-b*', 'e', `=${status}`, d]);
  await feed(`a\nb hidden\n${'c'.repeat(201)}\n${'d'.repeat(1500)}\n`);
  assert.equal(said(), `a\n${'c'.repeat(200)}...\n${'d'.repeat(200)}...\n`);
  assert.equal(read(status), `${'d'.repeat(1000)}\n`);
  await feed('e\n');
  assert.equal(read(status), `e${'\n'.repeat(1000)}`);
  await multilog.close();
});

test('multilog: a line of 5000 bytes → whole in the log, only its first 1000 bytes are looked at', async t => {
  const { directory, feed } = rig(t, d => ['-*x', 's99999', d]);
  const long = `${'a'.repeat(1000)}x${'b'.repeat(4000)}`;
  await feed(`${long}\n${'a'.repeat(998)}x\n`);
  assert.equal(read(directory, 'current'), `${long}\n`);
});

test('multilog: files of 4096 bytes, 3 of them → rotated at a line end, safe, the oldest gone, no line lost in between', async t => {
  const { directory, multilog, feed, old, clock } = rig(t, d => ['s4096', 'n3', d]);
  const lines = Array.from({ length: 300 }, (_, at) => `line ${at} ${'x'.repeat(40)}\n`);
  for (const line of lines) {
    await feed(line);
    clock.pass(1000);
  }
  await multilog.close();
  assert.equal(old().length, 2);
  const kept = [...old(), 'current'].map(name => read(directory, name));
  assert.ok(lines.join('').endsWith(kept.join('')));
  for (const [at, name] of old().entries()) {
    assert.match(name, /^@[0-9a-f]{24}\.s$/);
    assert.equal(modeOf(join(directory, name)), 0o744);
    const size = (kept[at] as string).length;
    assert.ok(size >= 2096 && size <= 4096 && kept[at]?.endsWith('\n'), `${name} ${size}`);
  }
});

test('multilog: a line longer than a file → cut at exactly the size', async t => {
  const { directory, feed, old } = rig(t, d => ['s4096', d]);
  await feed(`${'x'.repeat(10_000)}\n`);
  assert.deepEqual(
    old().map(name => read(directory, name).length),
    [4096, 4096],
  );
  assert.equal(read(directory, 'current'), `${'x'.repeat(10_000 - 8192)}\n`);
});

test('multilog: told to rotate (ALRM) → what there is becomes an old file; an empty current stays', async t => {
  const { directory, multilog, feed, old } = rig(t, d => [d]);
  await multilog.rotate();
  assert.deepEqual(old(), []);
  await feed('a\n');
  await multilog.rotate();
  await multilog.rotate();
  assert.deepEqual(
    old().map(name => read(directory, name)),
    ['a\n'],
  );
  assert.equal(parseTai64n(old()[0]?.slice(0, 25) ?? ''), startMs);
  assert.equal(read(directory, 'current'), '');
});

test('multilog: rotated twice at the same moment → two names', async t => {
  const { multilog, feed, old, directory } = rig(t, d => [d]);
  for (const line of ['a\n', 'b\n']) {
    await feed(line);
    await multilog.rotate();
  }
  assert.deepEqual(
    old().map(name => read(directory, name)),
    ['a\n', 'b\n'],
  );
});

test('multilog: a processor → its output is kept, its state goes from one to the next', async t => {
  const processor = 'tr a-z A-Z; { cat <&4; echo more; } >&5';
  const { multilog, feed, old, directory } = rig(t, d => [`!${processor}`, d]);
  for (const line of ['a\n', 'b\n']) {
    await feed(line);
    await multilog.rotate();
  }
  assert.deepEqual(
    old().map(name => read(directory, name)),
    ['A\n', 'B\n'],
  );
  assert.equal(read(directory, 'state'), 'more\nmore\n');
  assert.deepEqual(
    readdirSync(directory)
      .filter(name => !name.startsWith('@'))
      .sort(),
    ['current', 'lock', 'state'],
  );
});

test('multilog: a processor that fails at first → a warning, a pause, and again', async t => {
  const flag = join(tempDir(t), 'well');
  const pause = async () => writeFileSync(flag, '');
  const { multilog, feed, old, directory, said } = rig(t, d => [`!test -e ${flag} && cat`, d], { pause });
  await feed('a\n');
  await multilog.rotate();
  assert.match(said(), /^multilog: warning: unable to rotate .*, pausing: processor failed: test -e .*\n$/);
  assert.deepEqual(
    old().map(name => read(directory, name)),
    ['a\n'],
  );
});

test('multilog: started again after a clean end → it continues the same file', async t => {
  const { directory, multilog, feed } = rig(t, d => [d]);
  await feed('a\n');
  await multilog.close();
  const files = openLogFiles({ directory, files: 10, clock: steppedClock(startMs) });
  assert.equal(files.sizeBytes, 2);
  assert.equal(modeOf(join(directory, 'current')), 0o644);
  files.append(Buffer.from('b\n'));
  await files.close();
  assert.equal(read(directory, 'current'), 'a\nb\n');
});

/** What a crash may leave behind, and the finished files that come of it: contents and code. */
const crashes: [string, (directory: string) => void, string[]][] = [
  ['current was growing', d => writeFileSync(join(d, 'current'), 'c'), ['c u']],
  [
    'previous was not finished',
    d => {
      writeFileSync(join(d, 'previous'), 'p');
      writeFileSync(join(d, 'current'), 'c');
    },
    ['p u', 'c u'],
  ],
  [
    'previous has its last name already',
    d => {
      writeFileSync(join(d, 'previous'), 'p');
      linkSync(join(d, 'previous'), join(d, '@400000006b0136350000000a.s'));
      writeFileSync(join(d, 'current'), 'c');
    },
    ['c u', 'p s'],
  ],
  [
    'the processor had finished',
    d => {
      writeFileSync(join(d, 'previous'), 'p');
      writeFileSync(join(d, 'processed'), 'P');
      chmodSync(join(d, 'processed'), 0o744);
      writeFileSync(join(d, 'newstate'), 'n');
    },
    ['P s'],
  ],
  [
    'the processor had not finished',
    d => {
      writeFileSync(join(d, 'previous'), 'p');
      writeFileSync(join(d, 'processed'), 'half');
      writeFileSync(join(d, 'state'), 's');
    },
    ['p u'],
  ],
];
for (const [what, leave, expected] of crashes) {
  test(`multilog: a crash while ${what} → nothing is lost, the state is forgotten`, t => {
    const directory = tempDir(t);
    leave(directory);
    openLogFiles({ directory, files: 10, clock: steppedClock(startMs) });
    const old = readdirSync(directory)
      .filter(name => name.startsWith('@'))
      .sort();
    assert.deepEqual(old.map(name => `${read(directory, name)} ${name.slice(26)}`).sort(), [...expected].sort());
    assert.deepEqual([read(directory, 'current'), read(directory, 'state')], ['', '']);
    for (const name of ['previous', 'processed', 'newstate']) assert.ok(!existsSync(join(directory, name)), name);
  });
}

test('multilog: another one writes to the directory → refused with 111', t => {
  const { directory } = rig(t, d => [d]);
  assert.throws(() => openLogFiles({ directory, files: 10, clock: steppedClock() }), {
    name: 'UserError',
    exitCode: 111,
    message: `unable to lock directory ${directory}: another program writes to it`,
  });
});

test('multilog: the file cannot be renamed for a while → a warning, then all is well', async t => {
  const directory = join(tempDir(t), 'log');
  const blocker = join(directory, 'previous');
  const pause = async () => renameSync(blocker, `${directory}-moved`);
  const { multilog, feed, said } = rig(t, () => [directory], { pause });
  const old = () => readdirSync(directory).filter(name => name.startsWith('@'));
  await feed('a\n');
  mkdirSync(join(blocker, 'in the way'), { recursive: true });
  await multilog.rotate();
  assert.match(said(), /unable to rotate .*log, pausing: /);
  assert.deepEqual(
    old().map(name => read(directory, name)),
    ['a\n'],
  );
});

test('multilog: any lines in any pieces → the same files', async t => {
  const base = tempDir(t);
  let count = 0;
  const bytes = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\0', '\xff'), maxLength: 3000 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(bytes, { maxLength: 6 }),
      fc.array(fc.nat(4000), { maxLength: 8 }),
      async (parts, cuts) => {
        const text = parts.join('');
        const all: string[] = [];
        for (const at of [[], cuts.map(cut => cut % (text.length + 1)).sort((a, b) => a - b)]) {
          const directory = join(base, String(count++));
          const multilog = startMultilog(parseScript(['-*b', 's4096', 'n1000', directory]), {
            clock: steppedClock(startMs),
            err: () => assert.fail(),
            pause: () => assert.fail(),
          });
          const ends = [0, ...at, text.length];
          for (let i = 1; i < ends.length; i++)
            await multilog.write(Buffer.from(text.slice(ends[i - 1], ends[i]), 'latin1'));
          await multilog.close();
          const names = readdirSync(directory)
            .filter(name => name.startsWith('@'))
            .sort();
          all.push([...names, 'current'].map(name => read(directory, name)).join(''));
        }
        const lines = text.endsWith('\n') || text === '' ? text : `${text}\n`;
        const wanted = lines.split(/(?<=\n)/).filter(line => !/^[^b]*b$/.test(line.slice(0, -1).slice(0, 1000)));
        assert.deepEqual(all, [wanted.join(''), wanted.join('')]);
      },
    ),
    { numRuns: 60 },
  );
});
