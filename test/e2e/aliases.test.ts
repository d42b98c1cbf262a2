// sendmail's aliases and .forward files on a real host: newaliases makes the database, lines in .qmail files call
// fastforward and dot-forward, and the mail arrives.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { giveToOwner, initHome, serve, waypost } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const me = 'sea.example';

async function host(t: TestContext) {
  const directory = tempDir(t);
  const town = await initHome(directory, me, 'ann');
  const running = await serve(t, town.home, []);
  const mail = (maildir = town.maildir) => {
    const names = readdirSync(join(maildir, 'new'));
    return names
      .map(name => readFileSync(join(maildir, 'new', name), 'latin1'))
      .filter(text => text.includes('Subject: hi'));
  };
  return { ...town, directory, running, mail };
}

async function send(home: string, to: string): Promise<void> {
  const sent = await waypost(['sendmail', '--home', home, '-f', `bob@${me}`, to], { input: 'Subject: hi\n\nHello.\n' });
  assert.deepEqual(sent, { code: 0, stdout: '', stderr: '' });
}

test('aliases: newaliases and fastforward in alias/.qmail-default → each alias reaches its addresses; others bounce', async t => {
  const { home, directory, mail, running } = await host(t);
  const aliases = join(directory, 'aliases');
  writeFileSync(
    aliases,
    `crew: ann, ann@${me}, :include:${join(directory, 'list')}\nowner-crew: ann\nlog: "|cat > ${directory}/logged"\n`,
  );
  writeFileSync(join(directory, 'list'), `# the others\nann-x@${me}\n`);
  for (const args of [
    ['newaliases', '--home', home, aliases],
    ['newinclude', '--home', home, join(directory, 'list')],
  ]) {
    assert.deepEqual(await waypost(args), { code: 0, stdout: '', stderr: '' });
  }
  writeFileSync(join(home, 'alias/.qmail-default'), `| fastforward -d ${aliases}.cdb\n`);
  writeFileSync(join(directory, `${me}-ann/.qmail-x`), './Maildir/\n');
  await send(home, 'crew');
  await until('both letters', () => mail().length === 2);
  const to = mail().map(text => /^Return-Path: <(.*)>\nDelivered-To: (.*)\n/.exec(text)?.slice(1));
  assert.deepEqual(to.sort(), [
    [`owner-crew@${me}`, `ann-x@${me}`],
    [`owner-crew@${me}`, `ann@${me}`],
  ]);
  assert.match(mail()[0] ?? '', new RegExp(`\\nDelivered-To: alias-crew@${me}\\n|\\nDelivered-To: crew@${me}\\n`));
  await send(home, 'log');
  await until('the program', () => running.log().includes('success: did_0+0+1/'));
  assert.match(
    readFileSync(join(directory, 'logged'), 'latin1'),
    /^From bob@sea\.example .*\nReturn-Path: <bob@sea\.example>\nDelivered-To: log@/,
  );
  await send(home, 'nobody');
  await until('the refusal', () => running.log().includes('failure: Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/'));
  assert.equal(await running.stop(), 0);
});

test('.forward: dot-forward in .qmail → forwarded, and kept where the file names the user', async t => {
  const { home, directory, mail, mailHome, running } = await host(t);
  const kept = join(directory, `${me}-ann/Kept`);
  for (const part of ['', 'tmp', 'new', 'cur']) mkdirSync(join(kept, part), { recursive: true });
  giveToOwner(mailHome);
  writeFileSync(join(mailHome, '.qmail'), '| dot-forward .forward\n./Maildir/\n');
  writeFileSync(join(mailHome, '.qmail-other'), './Kept/\n');
  writeFileSync(join(mailHome, '.forward'), 'ann-other, \\ann\n');
  await send(home, 'ann');
  await until('the copy and the letter', () => mail().length === 1 && mail(kept).length === 1);
  writeFileSync(join(mailHome, '.forward'), 'ann-other\n');
  await send(home, 'ann');
  await until('the second copy', () => mail(kept).length === 2);
  assert.equal(mail().length, 1);
  assert.equal(await running.stop(), 0);
});
