// Mail for hosts that only UUCP reaches: a virtual domain whose .qmail file passes each message to uux, as in qmail's FAQ. A
// program that records how it was called replaces uux.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { giveToOwner, initHome, serve, waypost } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const input = 'From: ann@here.example\nTo: all\nSubject: hi\n\nHello.\n';

test('UUCP: a virtual domain with |preline … uux → one job for each recipient, with sender and address; uux fails → it waits', async t => {
  const directory = tempDir(t);
  const { home } = await initHome(directory, 'here.example', 'ann', {
    virtualdomains: 'far.example:alias-uucp\n.far.example:alias-uucp\n',
  });
  const uux = join(directory, 'uux');
  const jobs = join(directory, 'jobs');
  writeFileSync(
    uux,
    `#!/bin/sh\n[ ! -e ${directory}/down ] || exit 75\n{ printf '[%s]' "$@"; echo; cat; echo END; } >> ${jobs}\n`,
    {
      mode: 0o755,
    },
  );
  writeFileSync(
    join(home, 'alias/.qmail-uucp-default'),
    `|preline -df ${uux} - -r -gC -a"\${SENDER:-MAILER-DAEMON}" neighbour!rmail "($DEFAULT@$HOST)"\n`,
  );
  giveToOwner(directory);
  const host = await serve(t, home, []);
  const send = (sender: string, ...recipients: string[]) =>
    waypost(['sendmail', '--home', home, '-f', sender, ...recipients], { input });
  const written = () => (existsSync(jobs) ? readFileSync(jobs, 'latin1') : '');
  const jobCount = () => written().split('END\n').length - 1;

  await send('ann@here.example', 'bob@far.example', 'Eve.O-x@deep.far.example');
  await until('both jobs', () => jobCount() === 2, 60_000);
  const calls = written().match(/^\[.*\]$/gm) ?? [];
  assert.deepEqual(calls.sort(), [
    '[-][-r][-gC][-aann@here.example][neighbour!rmail][(Eve.O-x@deep.far.example)]',
    '[-][-r][-gC][-aann@here.example][neighbour!rmail][(bob@far.example)]',
  ]);
  assert.match(written(), /\]\nReturn-Path: <ann@here\.example>\nReceived: /);
  assert.match(written(), /\nSubject: hi\n(?:.*\n)*?\nHello\.\nEND\n/);

  await send('<>', 'bob@far.example');
  await until('the bounce', () => jobCount() === 3, 60_000);
  assert.ok(written().includes('[-aMAILER-DAEMON][neighbour!rmail][(bob@far.example)]\nReturn-Path: <>\n'));

  writeFileSync(join(directory, 'down'), '');
  await send('ann@here.example', 'bob@far.example');
  await until('the deferral', () => /: deferral: /.test(host.log()), 60_000);
  assert.equal(jobCount(), 3);
  assert.equal(await host.stop(), 0);
});
