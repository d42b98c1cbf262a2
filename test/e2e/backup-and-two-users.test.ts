// The steps of docs/running.md for a host: a backup is restored elsewhere, with its queue and without; two users on a machine.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { giveToOwner, initHome, serve, waypost } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const patienceMs = 60_000;

const subjectsIn = (maildir: string) =>
  readdirSync(join(maildir, 'new')).map(
    name => /^Subject: (.*)$/m.exec(readFileSync(join(maildir, 'new', name), 'latin1'))?.[1],
  );

const send = async (home: string, to: string, subject: string) =>
  assert.equal((await waypost(['sendmail', '--home', home, to], { input: `Subject: ${subject}\n\nhi\n` })).code, 0);

test('a backup of a stopped host, restored elsewhere → mail and the queue are there; with an empty queue nothing waits', async t => {
  const directory = tempDir(t);
  // The discard port has no listener: mail for others waits.
  const { home, mailHome, maildir } = await initHome(directory, 'here.example', 'ines', {
    smtproutes: ':127.0.0.1:9\n',
  });
  const host = await serve(t, home, []);
  await send(home, 'ines', 'kept');
  await send(home, 'tomas@far.example', 'waiting');
  await until('the mail', () => subjectsIn(maildir).includes('kept'), patienceMs);
  await until('the deferral', () => /deferral/.test(host.log()), patienceMs);
  await host.stop();
  const backup = join(directory, 'backup.tar');
  execFileSync('tar', ['-cpf', backup, '-C', directory, relative(directory, home), relative(directory, mailHome)]);

  for (const queue of ['kept', 'emptied']) {
    const elsewhere = join(directory, queue);
    mkdirSync(elsewhere);
    execFileSync('tar', ['-xpf', backup, '-C', elsewhere]);
    const [there, mailThere] = [
      join(elsewhere, relative(directory, home)),
      join(elsewhere, relative(directory, mailHome)),
    ];
    // The Maildir is at another place: the user's line says where.
    const assign = join(there, 'users/assign');
    writeFileSync(assign, readFileSync(assign, 'latin1').replaceAll(`${mailHome}:`, `${mailThere}:`));
    if (queue === 'emptied') rmSync(join(there, 'queue'), { recursive: true });
    giveToOwner(directory);
    const restored = await serve(t, there, []);
    const { waiting } = JSON.parse((await waypost(['status', '--json', '--home', there])).stdout);
    assert.equal(waiting, queue === 'kept' ? 1 : 0, queue);
    // An alias, whose directory is at another place too.
    await send(there, 'postmaster', `arrived ${queue}`);
    await until('mail at the new place', () => subjectsIn(join(mailThere, 'Maildir')).length === 2, patienceMs);
    assert.deepEqual(subjectsIn(join(mailThere, 'Maildir')).sort(), [`arrived ${queue}`, 'kept']);
    await restored.stop();
  }
  assert.deepEqual(subjectsIn(maildir), ['kept']);
});

test('two users on one machine: a name and a route each → mail from one to the other arrives', async t => {
  const directory = tempDir(t);
  const homes = { ann: await initHome(directory, 'vm', 'ann'), bob: await initHome(join(directory), 'vm2', 'bob') };
  const hosts = await Promise.all(
    Object.entries(homes).map(async ([user, { home }]) => {
      const config = ['config-fast', '--home', home, '--user', user, '--force', `${user}.vm`];
      assert.equal((await waypost(config)).code, 0);
      return serve(t, home, ['--smtp', '127.0.0.1:0']);
    }),
  );
  const [toAnn, toBob] = hosts.map(({ ready }) => `127.0.0.1:${ready.smtp?.port}`);
  writeFileSync(join(homes.ann.home, 'control/smtproutes'), `bob.vm:${toBob}\n`);
  writeFileSync(join(homes.bob.home, 'control/smtproutes'), `ann.vm:${toAnn}\n`);
  giveToOwner(directory);
  await send(homes.ann.home, 'bob@bob.vm', 'from ann');
  await send(homes.bob.home, 'ann@ann.vm', 'from bob');
  await until('mail of ann', () => subjectsIn(homes.bob.maildir).includes('from ann'), patienceMs);
  await until('mail of bob', () => subjectsIn(homes.ann.maildir).includes('from bob'), patienceMs);
});
