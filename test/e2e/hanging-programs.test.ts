// Programs that hang in a running host: other mail is delivered, and the host can end.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { longDeliveryProblem } from '../../core/host/problems/long-deliveries.ts';
import { initHome, serve, waypost } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

/** Sets the clock of a host forward by six minutes on request. */
const jump = `
  const { now } = Date;
  let forwardMs = 0;
  Date.now = () => now() + forwardMs;
  process.on('SIGUSR2', () => { forwardMs += 370_000; });`;

test('ten programs that hang → five of them run, other mail arrives, and a time limit set later clears the way', async t => {
  const { home, mailHome, maildir } = await initHome(tempDir(t), 'h.example', 'joe');
  writeFileSync(join(mailHome, '.qmail-default'), '|sleep 86400\n');
  const host = await serve(t, home, [], { nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(jump)}`] });
  const send = (...to: string[]) => waypost(['sendmail', '--home', home, ...to], { input: 'Subject: x\n\nHello.\n' });
  assert.equal((await send(...Array.from({ length: 10 }, (_, n) => `joe-${n}@h.example`))).code, 0);
  const started = () => host.log().match(/^starting delivery \d+: msg \d+ to local joe-/gm)?.length ?? 0;
  await until('they hang', () => started() === 5);
  assert.equal((await send('joe@h.example')).code, 0);
  await until('the mail that does not need them', () => readdirSync(join(maildir, 'new')).length === 1);
  assert.equal(started(), 5);
  const troubles = async () => (await waypost(['api', 'host.status', '--home', home])).stdout;
  assert.doesNotMatch(await troubles(), /program-long/);
  host.child.kill('SIGUSR2');
  const told = /5 deliveries to joe-0@h\.example have been running for \d minutes: program \\"sleep 86400\\"/;
  await until('the trouble', async () => told.test(await troubles()));

  writeFileSync(join(home, 'control/programtimeout'), '1\n');
  host.child.kill('SIGHUP');
  for (const pid of sleepers(host.ready.pid)) process.kill(pid);
  await until('the others have their turn, and are ended', () => {
    const said = host.log().match(/: deferral: The_program_ran_longer_than_the_1_s_of_/g)?.length ?? 0;
    return started() === 10 && said === 5;
  });
  assert.equal(await host.stop(), 0);
});

/** The processes that a host's deliveries have started. */
function sleepers(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(child => {
      if (!(child > 0)) return false;
      try {
        return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${child}/stat`, 'latin1'))?.[1]) === pid;
      } catch {
        return false;
      }
    });
}

test('deliveries that run for minutes → words for the owner', () => {
  const run = { count: 5, recipient: 'joe-list@h.example', program: ` bin/${'x'.repeat(100)}`, sinceMs: 0 };
  assert.deepEqual(longDeliveryProblem(run, '/home', 754_000), {
    code: 'program-long',
    text: `5 deliveries to joe-list@h.example have been running for 12 minutes: program "bin/${'x'.repeat(76)}…". Other mail for it may wait. End the program if it hangs, or write a number of seconds to /home/control/programtimeout: programs that run longer are ended and the mail is tried again later.`,
  });
  assert.deepEqual(longDeliveryProblem({ ...run, count: 1, program: undefined }, '/home', 300_000), {
    code: 'delivery-long',
    text: '1 delivery to joe-list@h.example has been running for 5 minutes. Other mail for the same address may wait for it: check whether the mailbox is locked or its disk is missing.',
  });
});
