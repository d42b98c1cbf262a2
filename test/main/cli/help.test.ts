// The help of the command line, and where --home may be.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../../../main/cli/areas.ts';
import { initHome, serve, waypost } from '../../support/host-process.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('waypost --help, -h, help → all commands, the most important ones first', async () => {
  const { code, stdout } = await waypost(['--help']);
  assert.equal(code, 0);
  const listed = [...stdout.matchAll(/^ {2}(\S+) +[A-Z]/gm)].map(([, name]) => name);
  assert.deepEqual([...listed].sort(), Object.keys(commands).sort());
  assert.match(
    stdout,
    /^usage: .+\n\nGetting started:\n {2}init .*\n {2}serve .*\n {2}service .*\n {2}open .*\n {2}status .*\n {2}check .*\n\n/,
  );
  for (const word of ['-h', 'help']) assert.equal((await waypost([word])).stdout, stdout);
});

/** The options that a usage line names: `--long`, and each letter of `[ -nN ]`. */
function optionsIn(usage: string): string[] {
  const long = [...usage.matchAll(/--[a-z0-9-]+/g)].map(([option]) => option);
  const short = [...usage.matchAll(/(?<=[[|] ?)-([A-Za-z/]+)/g)].flatMap(([, word = '']) =>
    /^(?:f|F|c)(?=[a-z]{3,})|^b[psv]$/.test(word) ? [`-${word}`] : [...word].map(letter => `-${letter}`),
  );
  return [...long, ...short].filter(option => option !== '--home');
}

for (const [name, { usage, options = {} }] of Object.entries(commands)) {
  test(`${name} --help: every option that its usage names → is explained, and no other`, () => {
    const explained = Object.keys(options);
    const named = optionsIn(usage);
    const isFor = (option: string) => (known: string) => known === option || known.startsWith(`${option} `);
    assert.deepEqual(
      named.filter(option => !explained.some(isFor(option))),
      [],
    );
    if (!usage.includes('[ options ]')) {
      assert.deepEqual(
        explained.filter(known => !named.some(option => isFor(option)(known))),
        [],
      );
    }
  });
}

test('waypost COMMAND -h: a command of Waypost → its help; of qmail → its own option', async () => {
  const help = await waypost(['open', '--home', '/nowhere', '-h']);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /^usage: waypost open .+\n.+\n\n {2}--print +only .+\n {2}--home DIR +\S.+\n$/);
  assert.match((await waypost(['--home', '/nowhere', 'qmail-inject', '--help'])).stdout, /^ {2}-h +the recipients/m);
  assert.equal((await waypost(['--home', '/nowhere', 'qmail-inject', '-h'])).stdout, '');
});

test('waypost --home DIR COMMAND: as COMMAND --home DIR; status and open → address, ports, home and version', async t => {
  const { home, user, maildir } = await initHome(tempDir(t), 'vm', 'ines');
  for (const before of [['--home', home], [`--home=${home}`]]) {
    const none = await waypost([...before, 'status']);
    assert.equal(none.code, 1);
    assert.match(none.stderr, new RegExp(`^status: fatal: No host is running on ${home}\\.`));
  }
  const host = await serve(t, home, ['--smtp', '127.0.0.1:0', '--ui', '127.0.0.1:0']);
  const url = host.ready.ui?.url.replace(/#.*/, '');
  const facts = [
    `  Your address  ${user}@vm`,
    `  Your mail     ${maildir}`,
    `  SMTP          127.0.0.1 port ${host.ready.smtp?.port}`,
    `  sendmail      ${home}/bin/sendmail`,
    `  Window        ${url}`,
    `  Home          ${home}`,
    '  Version       0.1.0',
    '',
  ].join('\n');
  // `--home` first: the helper looks for it to know whose host it is.
  const status = await waypost(['--home', home, 'status']);
  assert.equal(status.stdout, `Waypost runs.\n\n${facts}\n0 unread; the queue is empty.\n`);
  const opened = await waypost(['--home', home, 'open'], { env: { BROWSER: 'none' } });
  assert.equal(
    opened.stdout.replace(/#key=\S+/, '#key'),
    `Open this page in a browser. The address works once, in one tab, within five minutes.\n${url}#key\n\n${facts}`,
  );
  const printed = await waypost(['--home', home, 'open', '--print']);
  assert.match(printed.stdout, new RegExp(`^${url}#key=\\S+\n$`));
  const json = await waypost(['--home', home, 'status', '--json']);
  assert.deepEqual(JSON.parse(json.stdout).window, { kind: 'page', url });
});
