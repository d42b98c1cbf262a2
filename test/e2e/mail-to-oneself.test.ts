// The first thing that users try: mail to oneself, on a machine named without a dot, and after a rename and a move.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectToHost } from '../../main/running/control-client.ts';
import { giveToOwner, initHome, person, serve, waypost } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const mailIn = (maildir: string) =>
  readdirSync(join(maildir, 'new')).map(name => readFileSync(join(maildir, 'new', name), 'latin1'));

function sendmail(home: string, recipient: string, subject: string): void {
  execFileSync(join(home, 'bin/sendmail'), [recipient], {
    input: `Subject: ${subject}\n\nhi\n`,
    ...person,
    env: { USER: 'ines', PATH: process.env.PATH },
  });
}

for (const me of ['vm', 'here.example']) {
  test(`mail to oneself on ${me}: every way to write it → arrives, and explain agrees`, async t => {
    const { home, user, maildir } = await initHome(tempDir(t), me, 'ines', {});
    await serve(t, home, []);
    const addresses = [user, `"${user}"@${me.toUpperCase()}`, 'root@localhost', 'postmaster'];
    for (const [at, address] of addresses.entries()) sendmail(home, address, `m${at}`);
    await until('all of them', () => mailIn(maildir).length === addresses.length);
    for (const text of mailIn(maildir)) assert.match(text, new RegExp(`^From: ${user}@${me}$`, 'm'));
    for (const address of [`${user}@${me}`, 'root@localhost']) {
      const { stdout } = await waypost(['explain', '--home', home, address]);
      assert.match(stdout, /\(delivered here\)/, address);
    }
    const checked = await waypost(['check', '--home', home]);
    assert.deepEqual([checked.code, checked.stdout], [0, 'No problems found: mail to you arrives.\n']);
  });
}

test('a host gets another name → postmaster is still the same user; an alias to the old name is shown', async t => {
  const { home, maildir } = await initHome(tempDir(t), 'old.example', 'ines', {});
  assert.equal((await waypost(['config-fast', '--home', home, '--user', 'ines', '--force', 'new.example'])).code, 0);
  const host = await serve(t, home, []);
  sendmail(home, 'postmaster', 'renamed');
  await until('it', () => mailIn(maildir).length === 1);
  await host.stop();
  writeFileSync(join(home, 'alias/.qmail-postmaster'), '&ines@old.example\n');
  const shown = await waypost(['check', '--home', home]);
  assert.equal(shown.code, 1);
  assert.match(shown.stdout, /^alias\/\.qmail-postmaster:1: ines@old\.example is not delivered here: .*write &ines$/m);
  const config = await waypost(['qmail-showctl', '--home', home]);
  assert.match(config.stdout, /\nalias\/\.qmail-postmaster:1: ines@old\.example is not delivered here/);
});

test('a running host gets another name → it goes by that at once: mail, From, bounces, the composer, the rules', async t => {
  const { home, maildir } = await initHome(tempDir(t), 'vm', 'ines', {});
  await serve(t, home, []);
  const control = await connectToHost(home);
  t.after(control.close);
  const { api } = control;
  const write = async (to: string, subject: string) => {
    const draft = await api.call('compose.start', { kind: 'new' });
    await api.call('compose.send', { ...draft, to, subject, text: 'hi' });
  };
  const arrived = (subject: string) =>
    until(subject, () => mailIn(maildir).find(text => text.includes(`\nSubject: ${subject}\n`)));

  assert.equal((await api.call('host.status', {})).owner.address, 'ines@vm');
  await write('ines@vm', 'from the composer on vm');
  assert.match(await arrived('from the composer on vm'), /^From: ines@vm$/m);

  const renamed = await waypost(['config-fast', '--home', home, '--user', 'ines', '--force', 'new.example']);
  assert.match(renamed.stdout, /^Wrote control\/me\.\nThe running host uses them from now on\.\n$/m);
  assert.equal(renamed.code, 0);
  const { me, owner } = await api.call('host.status', {});
  assert.deepEqual([me, owner.address], ['new.example', 'ines@new.example']);
  const rules = await api.call('rules.list', {});
  assert.equal(rules.find(({ name }) => name === '')?.address, 'ines@new.example');

  await write('ines@new.example', 'from the composer on new');
  assert.match(await arrived('from the composer on new'), /^From: ines@new\.example$/m);
  sendmail(home, 'ines', 'from a program');
  assert.match(await arrived('from a program'), /^From: ines@new\.example$/m);
  // A bounce that cannot be delivered goes to postmaster of the new name, who is here.
  execFileSync(join(home, 'bin/sendmail'), ['-f', 'nobody-there@new.example', 'nobody-here@new.example'], {
    input: 'Subject: lost\n\nhi\n',
    ...person,
  });
  assert.match(await arrived('failure notice'), /^From: MAILER-DAEMON@new\.example$/m);
});

test('a home is moved → check says so, the next start repairs it, mail for aliases arrives', async t => {
  const { home, maildir } = await initHome(tempDir(t), 'here.example', 'ines', {});
  const moved = `${home}-moved`;
  renameSync(home, moved);
  const before = await waypost(['check', '--home', moved]);
  assert.equal(before.code, 1);
  assert.match(before.stdout, /^users\/assign names .*, the former path of this home\./m);
  assert.match(before.stdout, /^bin\/ hands mail to the former path of this home\./m);
  const host = await serve(t, moved, ['--verbose']);
  assert.match(host.log(), /warning: the home was moved here from .*: users\/assign names the new place now/);
  sendmail(moved, 'postmaster', 'moved');
  await until('it', () => mailIn(maildir).length === 1);
  assert.equal((await waypost(['check', '--home', moved])).code, 0);
});

test('check: a .qmail with a byte order mark, an alias with ~/Maildir/ → both named by file and line', async t => {
  const { home, mailHome } = await initHome(tempDir(t), 'here.example', 'ines', {});
  writeFileSync(join(mailHome, '.qmail-shop'), '\ufeff./Maildir/\n');
  writeFileSync(join(home, 'alias/.qmail-info'), '&ines\n~/Maildir/\n');
  giveToOwner(mailHome);
  const { code, stdout } = await waypost(['check', '--home', home]);
  assert.equal(code, 1);
  assert.match(stdout, /^alias\/\.qmail-info:2: Mail waits here: this line is not an address: it looks like a file/m);
  assert.ok(
    stdout.includes(`${mailHome}/.qmail-shop:1: Mail waits here: this line is not an address: it begins with a byte`),
    stdout,
  );
});
