// procmail, maildrop and formail, called from .qmail lines.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { rigWithPrograms } from '../core/local/programs/own-rig.ts';
import { initHome, serve, waypost } from '../support/host-process.ts';
import { without } from '../support/programs.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const offer = 'From: a@b\nSubject: great SALE\n\nFrom here on: buy!\n';
const letter = 'From: a@b\nSubject: hello\n\nHow are you?\n';
const top = 'Return-Path: <ines@shore.example>\nDelivered-To: joe@here.example\n';

/** A home whose rules call a filter. */
function rigWith(t: TestContext, qmail: string, name: string, rules: string) {
  const rig = rigWithPrograms(t);
  rig.write('.qmail', qmail);
  rig.write(name, rules);
  chmodSync(join(rig.joe, name), 0o600);
  for (const part of ['', 'tmp', 'new', 'cur']) mkdirSync(join(rig.joe, 'Sales', part));
  const only = (box: string) => rig.list(box).map(file => rig.read(`${box}/${file}`));
  return { ...rig, only };
}

const procmail = { skip: without('procmail') };
const procmailrc =
  'DEFAULT=./box\n:0\n* ^Subject:.*SALE\n./Sales/\n\n:0\n* ^Subject:.*worm\n{ EXITCODE=100 HOST }\n\n:0\n* ^Subject:.*later\n{ EXITCODE=75 HOST }\n';

test('procmail: after preline, a rule that files into a Maildir, and the rest into an mbox', procmail, async t => {
  const rig = rigWith(t, '|preline procmail -p ./.procmailrc\n', '.procmailrc', procmailrc);
  assert.deepEqual(await rig.deliver('joe', { message: offer }), { kind: 'done', text: 'did 0+0+1\n' });
  assert.deepEqual(await rig.deliver('joe', { message: letter }), { kind: 'done', text: 'did 0+0+1\n' });
  const [sale = ''] = rig.only('Sales/new');
  assert.equal(sale.replace(/^From .*\n/, ''), top + offer);
  const [from, ...box] = rig.read('box').split('\n');
  assert.equal(from, 'From ines@shore.example Sat Nov 21 09:16:56 2026');
  assert.equal(box.join('\n'), `${top}${letter}\n`);
});

test('procmail: an exit code of its own → bounced, deferred', procmail, async t => {
  const rig = rigWith(t, '|preline procmail -p ./.procmailrc\n', '.procmailrc', procmailrc);
  assert.equal((await rig.deliver('joe', { message: 'Subject: worm\n\n' })).kind, 'never');
  assert.equal((await rig.deliver('joe', { message: 'Subject: later\n\n' })).kind, 'later');
});

const maildrop = { skip: without('maildrop') };
const mailfilter =
  'if (/^Subject:.*SALE/)\n{\n  to "./Sales/"\n}\nif (/^Subject:.*worm/)\n{\n  EXITCODE=100\n  exit\n}\nxfilter "reformail -A \'X-Seen: yes\'"\nto "./box"\n';

test('maildrop: rules that file, refuse and change → as written', maildrop, async t => {
  const rig = rigWith(t, '|preline -f maildrop ./.mailfilter\n', '.mailfilter', mailfilter);
  assert.deepEqual(await rig.deliver('joe', { message: offer }), { kind: 'done', text: 'did 0+0+1\n' });
  assert.deepEqual(rig.only('Sales/new'), [top + offer]);
  assert.equal((await rig.deliver('joe', { message: 'Subject: worm\n\n' })).kind, 'never');
  assert.equal((await rig.deliver('joe', { message: letter })).kind, 'done');
  assert.match(rig.read('box'), /^From .*\nReturn-Path: <ines@shore\.example>\n(.*\n)*X-Seen: yes\n\nHow are you\?\n/);
});

const formail = { skip: without('formail') };

test('formail: asked by condredirect and bouncesaying → as its answer says', formail, async t => {
  const rig = rigWith(
    t,
    `|condredirect sales@here.example sh -c 'formail -x Subject: | grep -q SALE'
|bouncesaying "No worms. (#5.7.1)" sh -c 'formail -x Subject: | grep -q worm'
|formail -I "X-Note: kept" >> box
`,
    'unused',
    '',
  );
  const sold = await rig.deliver('joe', { message: offer });
  assert.deepEqual(sold, { kind: 'done', text: 'condredirect: qp 4711\ndid 0+0+1\n' });
  assert.deepEqual(
    rig.forwarded.map(one => one.envelope),
    [{ sender: 'ines@shore.example', recipients: ['sales@here.example'] }],
  );
  const worm = await rig.deliver('joe', { message: 'Subject: worm\n\n' });
  assert.deepEqual([worm.kind, worm.text], ['never', 'No worms. (#5.7.1)\n']);
  assert.equal((await rig.deliver('joe', { message: letter })).text, 'did 0+0+3\n');
  assert.match(rig.read('box'), /^From .*\nFrom: a@b\nSubject: hello\nX-Note: kept\n\nHow are you\?\n\n$/);
});

test("procmail: a rule that forwards, through the home's sendmail → queued and delivered", procmail, async t => {
  const dir = tempDir(t);
  const { home, mailHome } = await initHome(dir, 'h.example', 'joe');
  writeFileSync(join(mailHome, '.qmail'), '|preline procmail -p ./.procmailrc\n');
  writeFileSync(join(mailHome, '.qmail-sales'), './Maildir/\n');
  writeFileSync(
    join(mailHome, '.procmailrc'),
    'SENDMAIL=$WAYPOST_HOME/bin/sendmail\n:0\n* ^Subject:.*SALE\n! joe-sales@h.example\n',
    {
      mode: 0o600,
    },
  );
  const host = await serve(t, home, []);
  await waypost(['sendmail', '--home', home, '-f', 'a@b.example', 'joe@h.example'], { input: offer });
  const inbox = join(mailHome, 'Maildir/new');
  await until('the forwarded message', () => readdirSync(inbox).length === 1, 20_000);
  const text = readFileSync(join(inbox, readdirSync(inbox)[0] as string), 'latin1');
  assert.match(text, /^Return-Path: <.*>\nDelivered-To: joe-sales@h\.example\nReceived: /);
  assert.match(text, /^Delivered-To: joe@h\.example$/m);
  assert.match(text, /\nFrom here on: buy!\n+$/);
  assert.equal(await host.stop(), 0);
});
