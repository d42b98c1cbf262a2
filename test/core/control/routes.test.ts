// Routes with logins, in the forms of s/qmail and of netqmail's patches; where their passwords are; and what is shown of them.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { explainConfiguration } from '../../../core/control/check/configuration.ts';
import { loginSecretOf } from '../../../core/control/passwords.ts';
import { parseRoute, type RouteEntry, type RouteLogin, shownRoute } from '../../../core/control/routes.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** A route with its password in the open. */
function opened(route: RouteEntry | undefined): unknown {
  const password = route?.login?.password;
  const shown =
    password?.kind === 'line' ? password.secret.reveal() : password?.kind === 'file' ? `@${password.name}` : null;
  return route && [route.relay, route.port, ...(route.login ? [route.login.user, shown] : [])];
}

const routes: [text: string, parsed: unknown][] = [
  ['', undefined],
  ['relay', ['relay', undefined]],
  ['relay:587', ['relay', '587']],
  ['relay;587', ['relay', '587']],
  ['relay;', ['relay', '']],
  ['[::1]:587', ['[::1]', '587']],
  ['::1', ['::1', undefined]],
  ['::1;587', ['::1', '587']],
  ['[::1];587', ['[::1]', '587']],
  ['relay|joe|secret', ['relay', undefined, 'joe', 'secret']],
  ['relay:465|joe@example.com|s:e|c;ret', ['relay', '465', 'joe@example.com', 's:e|c;ret']],
  ['relay;26|infouser|infopasswd', ['relay', '26', 'infouser', 'infopasswd']],
  ['relay|joe|@gmail', ['relay', undefined, 'joe', '@gmail']],
  ['relay|joe', ['relay', undefined, '', null]],
  ['relay|joe|', ['relay', undefined, '', null]],
  ['relay||', ['relay', undefined]],
  ['relay||secret', ['relay', undefined, '', 'secret']],
  ['|joe|secret', ['', undefined, 'joe', 'secret']],
];

for (const [text, parsed] of routes) {
  test(`route: ${text || 'nothing'} → ${JSON.stringify(parsed)}`, () => {
    assert.deepEqual(opened(parseRoute(text)), parsed);
  });
}

const shown: [text: string, shown: string][] = [
  ['a:relay:25', 'a:relay:25'],
  ['a:relay|joe|hunter2', 'a:relay|joe|(not shown)'],
  ['a:relay|hunter2', 'a:relay|(not shown)'],
  ['a:relay|joe|@gmail', 'a:relay|joe|@gmail'],
  ['a:relay|joe|hun|ter2', 'a:relay|joe|(not shown)'],
];

for (const [text, expected] of shown) {
  test(`route: ${text} → shown as ${expected}`, () => assert.equal(shownRoute(text), expected));
}

test('route: any password in a line → is parsed, and not shown', () => {
  const plain = fc.string({ minLength: 6, maxLength: 12, unit: fc.constantFrom('x', 'Y', '7', '|', ':', ';', ' ') });
  fc.assert(
    fc.property(plain, password => {
      const text = `relay:25|joe|${password}`;
      assert.deepEqual(opened(parseRoute(text)), ['relay', '25', 'joe', password]);
      assert.equal(shownRoute(text), 'relay:25|joe|(not shown)');
    }),
  );
});

test('qmail-showctl: a password in a line → not in the words about any file', async t => {
  const home = tempDir(t);
  const lines = { smtproutes: ':relay|joe|hunter2\n', authsenders: 'joe@a:relay|joe|hunter2\n' };
  writeControl(home, { ...lines, fallbackrelay: 'relay|hunter2\n', qmtproutes: 'b:relay|joe|hunter2\n' });
  const { files, findings } = await explainConfiguration(home, undefined);
  const said = files.flatMap(({ says }) => says);
  assert.ok(said.includes('SMTP route: :relay|joe|(not shown)'));
  assert.equal(JSON.stringify([files, findings]).indexOf('hunter2'), -1);
});

/** A home with one secret file, and what a login with it comes to. */
function secretIn(t: TestContext, set: (path: string) => void): string {
  const home = tempDir(t);
  writeControl(home);
  mkdirSync(join(home, 'secrets'), { mode: 0o700 });
  set(join(home, 'secrets/relay'));
  const login: RouteLogin = { user: 'joe', password: { kind: 'file', name: 'relay' } };
  const found = loginSecretOf(home, 'smtproutes', login);
  return found.kind === 'password' ? found.secret.reveal() : found.kind === 'problem' ? found.why : found.kind;
}

const write =
  (text: string, mode = 0o600) =>
  (path: string) => {
    writeFileSync(path, text);
    chmodSync(path, mode);
  };

const secrets: [what: string, set: (path: string) => void, expected: RegExp][] = [
  ['a line', write('hunter2\n'), /^hunter2$/],
  ['a line without an end', write('hunter2'), /^hunter2$/],
  ['a line from Windows, and more', write('hunter2\r\nmore\n'), /^hunter2$/],
  ['blanks', write(' hunter 2 \n'), /^ hunter 2 $/],
  ['nothing', write('\n'), /^the first line of secrets\/relay is empty/],
  ['readable for all', write('hunter2\n', 0o644), /^secrets\/relay can be read by other users/],
  ['readable for the group', write('hunter2\n', 0o640), /^secrets\/relay can be read by other users/],
  ['missing', () => {}, /^secrets\/relay does not exist$/],
  ['a directory', path => mkdirSync(path, { mode: 0o700 }), /^secrets\/relay is not a file$/],
  ['a link', path => symlinkSync('/etc/hostname', path), /^secrets\/relay is a link, not a file$/],
  ['far too long', write('x'.repeat(70_000)), /^secrets\/relay is too large/],
];

for (const [what, set, expected] of secrets) {
  test(`secret file: ${what} → ${expected.source.replaceAll('\\', '')}`, t => assert.match(secretIn(t, set), expected));
}

for (const name of ['', '../me', '.hidden', 'a/b', 'a b', 'x'.repeat(65)]) {
  test(`secret file: the name ${JSON.stringify(name.slice(0, 9))} → names no file`, t => {
    const home = tempDir(t);
    const found = loginSecretOf(home, 'smtproutes', { user: 'joe', password: { kind: 'file', name } });
    assert.match(found.kind === 'problem' ? found.why : found.kind, /not the name of a file/);
  });
}

test('password in a line: the control file is closed to others → used; open → refused with what to do', t => {
  const home = tempDir(t);
  const { smtpRoutes } = writeControl(home, { smtproutes: ':relay|joe|hunter2\n' });
  const login = smtpRoutes.get('')?.login as RouteLogin;
  const look = (mode: number) => {
    chmodSync(join(home, 'control/smtproutes'), mode);
    const found = loginSecretOf(home, 'smtproutes', login);
    return found.kind === 'problem' ? found.why : found.kind;
  };
  assert.deepEqual([look(0o600), look(0o640)], ['password', 'password']);
  assert.match(look(0o644), /every user of this machine: write it to secrets\/NAME/);
});
