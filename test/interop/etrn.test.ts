// ETRN with programs that others wrote: fetchmail asks our service; we ask Postfix (its fast flush) and Exim, which then send
// what waited to our service.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parseLink } from '../../core/control/links/link-file.ts';
import { createDial } from '../../core/conversation/channel.ts';
import { systemClock } from '../../core/lib/clock.ts';
import { etrnStep } from '../../core/link/turn/etrn-step.ts';
import type { StepResult } from '../../core/link/turn/step-result.ts';
import { createTurnServer } from '../../core/link/turn/turn-server.ts';
import { freePort } from '../bench/processes.ts';
import { eximHome } from '../support/exim-home.ts';
import { startPostfix } from '../support/private-postfix.ts';
import { startProgramOnPort } from '../support/program-on-port.ts';
import { runWith, without, withSbin } from '../support/programs.ts';
import { type SmtpRig, startSmtp } from '../support/smtp-rig.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'it needs root to start';

/** Our service with links for three nodes; `asked`: what they were started for. */
async function startServer(t: TestContext): Promise<{ port: number; asked: string[] }> {
  const links = [
    parseLink('kissi', 'server 10.0.0.1\netrn-node kissi.example\n').link,
    parseLink('empty', 'server 10.0.0.2\netrn-node empty.example\n').link,
    parseLink('shut', 'server 10.0.0.3\netrn-node shut.example\n').link,
  ];
  const asked: string[] = [];
  const turns = createTurnServer({
    clock: systemClock,
    links: () => links,
    ended: async () => {},
    start(link) {
      asked.push(link);
      return link === 'shut' ? { kind: 'unable' } : { kind: 'started', waiting: link === 'empty' ? 0 : 3 };
    },
  });
  t.after(turns.close);
  const { port } = await startSmtp(t, { deps: { etrn: { offered: turns.offersEtrn, answer: turns.etrn } } });
  return { port, asked };
}

test('fetchmail, ETRN mode: it understands what is started, empty, refused, and not possible now', {
  skip: without('fetchmail'),
}, async t => {
  const { port, asked } = await startServer(t);
  const ended: Record<string, string> = {};
  for (const node of ['kissi.example', 'empty.example', 'strange.example', 'shut.example']) {
    const directory = tempDir(t);
    const configuration = join(directory, 'fetchmailrc');
    const poll = `poll 127.0.0.1 service ${port} protocol ETRN fetchdomains ${node}\n`;
    writeFileSync(configuration, poll, { mode: 0o600 });
    const args = ['-f', configuration, '--nosyslog', '--pidfile', join(directory, 'pid'), '--sslproto', ''];
    const env = { ...process.env, FETCHMAILHOME: directory, HOME: directory };
    ended[node] = await promisify(execFile)('fetchmail', args, { env }).then(
      ({ stdout }) => `0 ${stdout.trim()}`,
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) =>
        `${code} ${(stdout + stderr).trim()}`,
    );
  }
  const expected: readonly [node: string, end: RegExp][] = [
    ['kissi.example', /^0 .*Pending messages for kissi\.example started/s],
    ['empty.example', /^0 .*No messages waiting for empty\.example/s],
    ['strange.example', /^3 .*Node strange\.example not allowed/s],
    ['shut.example', /^4 .*Unable to queue messages for node shut\.example/s],
  ];
  for (const [node, end] of expected) assert.match(ended[node] ?? '', end);
  assert.deepEqual(asked, ['kissi', 'empty', 'shut']);
});

async function ask(port: number, ...nodes: string[]): Promise<StepResult> {
  const socket = await createDial(systemClock)('127.0.0.1', port, 10_000);
  return etrnStep(socket, { nodes }, { heloHost: 'kissi.example', clock: systemClock });
}

/** Sends a message through the server to the node, where nobody listens yet. */
async function leaveMessage(port: number, recipient: string): Promise<void> {
  const script = `import smtplib, sys
smtplib.SMTP('127.0.0.1', int(sys.argv[1])).sendmail('a@b.example', [sys.argv[2]], 'Subject: waits\\r\\n\\r\\nHello.\\r\\n')`;
  await runWith('python3', ['-c', script, String(port), recipient], '', process.env);
}

function takenBy(site: SmtpRig): string[] {
  return site.taken.map(({ envelope, text }) => `${envelope} ${/^Subject: .*$/m.exec(text)?.[0]}`);
}

/** The site, as the server's mail for kissi.example finds it. */
const startSite = (t: TestContext, port: number) =>
  startSmtp(t, { port, control: { me: 'kissi.example\n', rcpthosts: 'kissi.example\n' } });

test('Postfix, fast flush: mail that could not be sent → ETRN, and it comes; a domain that it does not flush → 459', {
  skip: needsRoot || without('postfix'),
}, async t => {
  const sitePort = await freePort();
  const { port, log } = await startPostfix(
    t,
    () => `relay_domains = kissi.example
transport_maps = inline:{ {kissi.example=smtp:[127.0.0.1]:${sitePort}} }
`,
  );
  await leaveMessage(port, 'joe@kissi.example');
  await until('the failed attempt', () => log().includes('status=deferred'));
  const site = await startSite(t, sitePort);
  const [started, refused] = [await ask(port, 'kissi.example'), await ask(port, 'strange.example')];
  assert.deepEqual(started, { ok: true, says: 'kissi.example: 250 Queuing started' });
  assert.equal(refused.ok, false);
  assert.match(refused.says, /^strange\.example: 459 /);
  // Postfix notes what to flush after it has logged the deferral: a request that was quicker starts nothing.
  await until('the message', async () => {
    if (site.taken.length === 0) await Promise.all([ask(port, 'kissi.example'), sleep(1000)]);
    return site.taken.length === 1;
  });
  assert.deepEqual(takenBy(site), ['Fa@b.example\0Tjoe@kissi.example\0\0 Subject: waits']);
});

test('Exim: mail that waits in its queue → ETRN, and it comes', { skip: needsRoot || without('exim4') }, async t => {
  const sitePort = await freePort();
  const path = (await runWith('sh', ['-c', 'command -v exim4'], '', withSbin())).trim();
  const exim = eximHome(
    t,
    () => `begin routers
site:
  driver = manualroute
  route_list = kissi.example 127.0.0.1
  transport = site
  self = send
begin transports
site:
  driver = smtp
  port = ${sitePort}
  allow_localhost
  hosts_try_fastopen =
begin retry
* * F,1h,1h
`,
    `acl_smtp_etrn = accept_all\nqueue_only = true\nexim_path = ${path}\n`,
  );
  const { port } = await startProgramOnPort(t, 'exim4', free => [
    ...['-C', exim.config, '-bdf', '-oX', `127.0.0.1.${free}`],
  ]);
  const site = await startSite(t, sitePort);
  await leaveMessage(port, 'joe@kissi.example');
  assert.equal(site.taken.length, 0);
  assert.deepEqual(await ask(port, '#kissi.example'), { ok: true, says: '#kissi.example: 250 OK' });
  await until('the message', () => site.taken.length === 1);
  assert.deepEqual(takenBy(site), ['Fa@b.example\0Tjoe@kissi.example\0\0 Subject: waits']);
});
