// Other programs send mail through the home's sendmail, and through SMTP: a running host delivers it.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { initHome, serve } from '../support/host-process.ts';
import { runWith, without } from '../support/programs.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

interface Town {
  readonly sendmail: string;
  readonly port: string;
  /** Where the programs run, and their own home. */
  readonly directory: string;
  /** The messages in ann's Maildir, once there are so many. */
  mail(count: number): Promise<string[]>;
  run(program: string, args: readonly string[], input?: string): Promise<string>;
}

const me = 'sea.example';
const ann = `ann@${me}`;

async function town(t: TestContext): Promise<Town> {
  const directory = tempDir(t);
  const { home, maildir } = await initHome(directory, me, 'ann');
  const host = await serve(t, home, ['--smtp', '127.0.0.1:0'], { quiet: true });
  const read = (): string[] => {
    const names = readdirSync(join(maildir, 'new'));
    return names.map(name => readFileSync(join(maildir, 'new', name), 'latin1'));
  };
  const outside = join(directory, 'outside');
  mkdirSync(outside);
  const env = {
    PATH: process.env.PATH,
    HOME: outside,
    USER: 'ann',
    LOGNAME: 'ann',
    LC_ALL: 'C.UTF-8',
    EMAIL: ann,
    MAILRC: '/dev/null',
  };
  return {
    sendmail: join(home, 'bin/sendmail'),
    port: String(host.ready.smtp?.port),
    directory: outside,
    run: (program, args, input = '') => runWith(program, args, input, env),
    async mail(count) {
      // The first message of a new home is Waypost's own.
      const letters = () => read().filter(text => !text.includes('\nSubject: Welcome'));
      await until(`${count} messages`, () => letters().length >= count);
      return letters();
    },
  };
}

/** The envelope sender, the From and Subject fields, and the body. */
function parts(text = ''): readonly (string | undefined)[] {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1];
  return [field('Return-Path'), field('From'), field('Subject'), text.slice(text.indexOf('\n\n') + 2)];
}

test('mutt: a message by sendmail → delivered as it was written', { skip: without('mutt') }, async t => {
  const { sendmail, run, mail } = await town(t);
  const settings = [
    `set sendmail="${sendmail} -oem -oi"`,
    `set from="Ann <${ann}>"`,
    'set use_envelope_from=yes',
    'set copy=no',
  ];
  const options = settings.flatMap(setting => ['-e', setting]);
  await run(
    'mutt',
    ['-n', '-F', '/dev/null', ...options, '-s', 'Grüße', '-b', ann, '--', `Bob <${ann}>`],
    'Hello.\n.\nfrom mutt\n',
  );
  const letters = await mail(2);
  assert.deepEqual(
    letters.map(parts),
    [1, 2].map(() => [`<${ann}>`, `Ann <${ann}>`, '=?iso-8859-1?B?R3L832U=?=', 'Hello.\n.\nfrom mutt\n']),
  );
  assert.ok(letters.every(text => !/^Bcc:/m.test(text) && /^To: Bob <ann@sea\.example>$/m.test(text)));
});

test('s-nail: a message by sendmail → delivered', { skip: without('s-nail') }, async t => {
  const { sendmail, run, mail } = await town(t);
  const settings = ['v15-compat', 'sendwait', `mta=${sendmail}`, 'quiet', 'DEAD=/dev/null'].flatMap(setting => [
    '-S',
    setting,
  ]);
  await run('s-nail', ['-:/', ...settings, '-r', ann, '-s', 'hi', ann], 'Hello.\n.\nfrom s-nail\n');
  assert.deepEqual((await mail(1)).map(parts), [[`<${ann}>`, ann, 'hi', 'Hello.\n.\nfrom s-nail\n']]);
});

test('s-nail: a message by SMTP → delivered', { skip: without('s-nail') }, async t => {
  const { port, run, mail } = await town(t);
  const settings = ['v15-compat', 'sendwait', `mta=smtp://127.0.0.1:${port}`, 'smtp-auth=none', 'DEAD=/dev/null'];
  await run('s-nail', ['-:/', ...settings.flatMap(s => ['-S', s]), '-r', ann, '-s', 'hi', ann], 'Hello.\n.\n..two\n');
  assert.deepEqual((await mail(1)).map(parts), [[`<${ann}>`, ann, 'hi', 'Hello.\n.\n..two\n']]);
});

test('msmtp: a message by SMTP → delivered', { skip: without('msmtp') }, async t => {
  const { port, run, mail } = await town(t);
  const args = ['--file=/dev/null', '--host=127.0.0.1', `--port=${port}`, '--from=bob@far.example', ann];
  await run('msmtp', args, 'From: Bob <bob@far.example>\nSubject: hi\n\nHello.\n.\nfrom msmtp\n');
  assert.deepEqual((await mail(1)).map(parts), [
    ['<bob@far.example>', 'Bob <bob@far.example>', 'hi', 'Hello.\n.\nfrom msmtp\n'],
  ]);
});

test('git send-email: patches by sendmail and by SMTP → delivered', {
  skip: without('git-send-email'),
}, async t => {
  const { sendmail, port, directory, run, mail } = await town(t);
  const patch = (subject: string) =>
    `From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: Ann <${ann}>\nDate: Sat, 21 Nov 2026 09:00:00 +0000\nSubject: [PATCH] ${subject}\n\nWhat and why.\n---\n a | 1 +\n\n-- \n2.39\n`;
  writeFileSync(join(directory, '1.patch'), patch('by sendmail'));
  writeFileSync(join(directory, '2.patch'), patch('by SMTP'));
  const common = [
    'send-email',
    '--from',
    `Ann <${ann}>`,
    '--to',
    ann,
    '--confirm=never',
    '--suppress-cc=all',
    '--quiet',
  ];
  await run('git', [...common, `--sendmail-cmd=${sendmail} -i`, join(directory, '1.patch')]);
  await run('git', [...common, '--smtp-server=127.0.0.1', `--smtp-server-port=${port}`, join(directory, '2.patch')]);
  const letters = (await mail(2)).map(parts).sort((a, b) => String(a[2]).localeCompare(String(b[2])));
  const body = 'What and why.\n---\n a | 1 +\n\n-- \n2.39\n';
  assert.deepEqual(letters, [
    [`<${ann}>`, `Ann <${ann}>`, '[PATCH] by sendmail', body],
    [`<${ann}>`, `Ann <${ann}>`, '[PATCH] by SMTP', body],
  ]);
});

test('sendmail: called as cron and PHP call it → delivered', async t => {
  const { sendmail, run, mail } = await town(t);
  const cron =
    'From: root (Cron Daemon)\nTo: ann\nSubject: Cron <ann@sea> backup\nAuto-Submitted: auto-generated\nX-Cron-Env: <SHELL=/bin/sh>\n\nAll well.\n';
  await run(sendmail, ['-FCronDaemon', '-i', '-odi', '-oem', 'ann'], cron);
  await run(sendmail, ['-i', '-FCronDaemon', '-B8BITMIME', '-oem', '-t'], cron.replace('backup', 'clean'));
  await run(sendmail, ['-t', '-i', '-fbob@far.example'], `To: ${ann}\nSubject: php\n\nHello.\n`);
  const letters = (await mail(3)).map(parts).sort((a, b) => String(a[2]).localeCompare(String(b[2])));
  assert.deepEqual(letters, [
    [`<${ann}>`, `root@${me} (Cron Daemon)`, 'Cron <ann@sea> backup', 'All well.\n'],
    [`<${ann}>`, `root@${me} (Cron Daemon)`, 'Cron <ann@sea> clean', 'All well.\n'],
    ['<bob@far.example>', 'bob@far.example', 'php', 'Hello.\n'],
  ]);
});
