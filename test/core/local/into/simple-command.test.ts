// Command lines that are parsed here: the shell must parse each of them into the same words.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { simpleCommand } from '../../../../core/local/into/simple-command.ts';

const env = { EXT: 'a-B', DEFAULT: '', SENDER: 'se nder@x.y', HOST: 'h.example', STAR: '*', PWD: '/nowhere' };

const understood: [command: string, words: string[]][] = [
  ['forward a@b c@d', ['forward', 'a@b', 'c@d']],
  [' \tforward\t a@b \t', ['forward', 'a@b']],
  ['', []],
  ['forward \'a b\' "c d" e\\ f g\'h\'"i"\\j', ['forward', 'a b', 'c d', 'e f', 'ghij']],
  ['bouncesaying "" \'\'', ['bouncesaying', '', '']],
  [`forward "$EXT@$HOST" \${EXT}@x $EXT-1`, ['forward', 'a-B@h.example', 'a-B@x', 'a-B-1']],
  ['forward "$SENDER" "$DEFAULT"', ['forward', 'se nder@x.y', '']],
  [`echo "a\\"b\\\\c\\$d\\e'f" '"\\$x\`'`, ['echo', `a"b\\c$d\\e'f`, '"\\$x`']],
  ['x a#b a~b -=! n=v caf\xe9', ['x', 'a#b', 'a~b', '-=!', 'n=v', 'caf\xe9']],
  ['/a/b-c.d:e,f+g%h^i', ['/a/b-c.d:e,f+g%h^i']],
];
for (const [command, words] of understood) {
  test(`simpleCommand: ${JSON.stringify(command)} → its words`, () => {
    assert.deepEqual(simpleCommand(command, env), words);
  });
}

const left = [
  ...['a|b', 'a;b', 'a&b', 'a>b', 'a<b', '(a)', 'a `b`', 'a "`b`"', 'a *', 'a ?', 'a [b]', 'a {b,c}', 'a\rb'],
  ...["a 'b", 'a "b', 'a b\\', 'a $', 'a $1', 'a $$', 'a "$(b)"', `a \${EXT%x}`, 'a $UNKNOWN', 'a "$PWD"'],
  ...['a $SENDER', 'a $DEFAULT', 'a $STAR', 'n=v a', ' n=v', 'a #b', '#a', '~/a', 'a ~', 'a "$PPID"'],
];
for (const command of left) {
  test(`simpleCommand: ${JSON.stringify(command)} → left to the shell`, () => {
    assert.equal(simpleCommand(command, env), undefined);
  });
}

const pieces = [
  'a',
  'B.c',
  ' ',
  '\t',
  "'",
  '"',
  '\\',
  '$EXT',
  `\${HOST}`,
  '$SENDER',
  '#',
  '~',
  '=',
  '-',
  '@',
  '!',
  '$',
  ':',
  '%',
  '^',
];

test('simpleCommand: any line that is understood → the words that /bin/sh finds', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), parts => {
      const words = simpleCommand(parts.join(''), env);
      if (!words) return;
      compared++;
      const script = `set -- ${parts.join('')}\nfor word do printf '<%s>' "$word"; done`;
      const seen = execFileSync('/bin/sh', ['-c', script], {
        env,
        encoding: 'latin1',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      // `set --` makes arguments of what would be an assignment or a keyword of the shell.
      assert.equal(seen, words.map(word => `<${word}>`).join(''));
    }),
    { numRuns: 400 },
  );
  assert.ok(compared > 50, `${compared} were compared`);
});
