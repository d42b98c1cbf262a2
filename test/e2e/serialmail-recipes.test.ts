// The recipes of serialmail (TOISP, FROMISP, AutoTURN) with Waypost's programs in place of its own: the files and commands are
// those of its documents, word for word but for addresses, ports and /var/qmail.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../bench/processes.ts';
import { waitForPort } from '../bench/wait-for-port.ts';
import { initHome, type RunningHost, serve, type TestHome, waypost } from '../support/host-process.ts';
import { notRoot } from '../support/root-home.ts';
import { type SmtpPeer, startPeer } from '../support/smtp-peer.ts';
import { startTcpPeer } from '../support/tcp-peer.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

// maildirsmtp and maildirqmtp know ports 25 and 209 only.
const skip = notRoot || (process.platform === 'linux' ? false : 'needs all of 127.0.0.0/8');

interface Isp extends TestHome {
  /** Whose files they are. */
  readonly uid: number;
  readonly gid: number;
  write(path: string, text: string): void;
  /** Runs a script with the programs of the home in PATH. */
  sh(script: string): Promise<string>;
  start(): Promise<RunningHost>;
  send(sender: string, ...recipients: string[]): Promise<void>;
}

async function makeHome(t: TestContext, me: string, control: Readonly<Record<string, string>>): Promise<Isp> {
  const made = await initHome(tempDir(t), me, 'joe', control);
  const { home } = made;
  const { uid, gid } = statSync(home);
  const env = { ...process.env, PATH: `${home}/bin:${process.env.PATH}`, WAYPOST_HOME: home };
  return {
    ...made,
    uid,
    gid,
    write: (path, text) => writeFileSync(path, text),
    async sh(script) {
      const { stderr } = await promisify(execFile)('sh', ['-ec', script], { env, uid, gid, cwd: home });
      return stderr;
    },
    start: () => serve(t, home, []),
    async send(sender, ...recipients) {
      const args = ['sendmail', '--home', home, '-f', sender, ...recipients];
      const sent = await waypost(args, { input: `Subject: to ${recipients.join(' ')}\n\nHello.\n` });
      assert.equal(sent.code, 0, sent.stderr);
    },
  };
}

const namesIn = (maildir: string) => readdirSync(join(maildir, 'new')).map(name => join(maildir, 'new', name));
const waiting = (maildir: string) => namesIn(maildir).length;

/** maildirserial leaves a message from this very second for its next run. */
function untilReady(maildir: string, count: number): Promise<unknown> {
  const isOlder = (path: string) => Math.floor(statSync(path).mtimeMs / 1000) < Math.floor(Date.now() / 1000);
  return until(`${count} messages that may go`, () => namesIn(maildir).filter(isOlder).length === count);
}

function arrived(peer: SmtpPeer): string[] {
  return peer.sessions.flatMap(({ messages }) => messages.flatMap(({ recipients }) => recipients)).sort();
}

test('TOISP: all mail that is not local waits in a Maildir → one command sends it to the ISP', { skip }, async t => {
  const site = await makeHome(t, 'site.example', { virtualdomains: ':alias-ppp\n' });
  const alias = join(site.home, 'alias');
  await site.sh(`maildirmake ${alias}/pppdir`);
  site.write(join(alias, '.qmail-ppp-default'), './pppdir/\n');
  const host = await site.start();
  await site.send('joe@site.example', 'ann@far.example', 'bob@elsewhere.example', 'joe@site.example');
  await untilReady(join(alias, 'pppdir'), 2);
  await until('what is local', () => waiting(site.maildir) === 1);
  assert.equal(await host.stop(), 0);

  const isp = await startPeer(t, { ehlo: '250-isp.example\r\n250 PIPELINING' }, '127.209.12.1', 25);
  const said = await site.sh(`maildirsmtp ${alias}/pppdir alias-ppp- 127.209.12.1 site.example`);
  assert.equal(said.match(/succeeded/g)?.length, 2, said);
  assert.deepEqual(arrived(isp), ['ann@far.example', 'bob@elsewhere.example']);
  assert.equal(isp.sessions.length, 1);
  assert.deepEqual(isp.sessions[0]?.commands.slice(0, 2), ['EHLO site.example', 'MAIL FROM:<joe@site.example>']);
  assert.equal(waiting(join(alias, 'pppdir')), 0);
});

test('FROMISP: an account’s domain waits in its Maildir → sent at its login, by SMTP or by QMTP', { skip }, async t => {
  const isp = await makeHome(t, 'isp.example', { virtualdomains: 'virt.dom:joe-ppp\n' });
  const pppdir = join(isp.mailHome, 'pppdir');
  await isp.sh(`maildirmake ${pppdir}`);
  isp.write(join(isp.mailHome, '.qmail-ppp-default'), './pppdir/\n');
  const host = await isp.start();
  await isp.send('ann@far.example', 'you@virt.dom', 'me@virt.dom');
  await untilReady(pppdir, 2);

  const site = await startPeer(t, {}, '127.209.12.2', 25);
  await isp.sh(`maildirsmtp ${pppdir} joe-ppp- 127.209.12.2 isp.example`);
  assert.deepEqual([arrived(site), waiting(pppdir)], [['me@virt.dom', 'you@virt.dom'], 0]);

  await isp.send('ann@far.example', 'fast@virt.dom');
  await untilReady(pppdir, 1);
  const qmtp = await startTcpPeer(
    t,
    (socket, sent) => void (sent.endsWith(',,') && socket.write('3:Kok,')),
    '127.209.12.2',
    209,
  );
  await isp.sh(`maildirqmtp ${pppdir} joe-ppp- 127.209.12.2`);
  assert.equal(waiting(pppdir), 0);
  assert.match(qmtp.received[0] ?? '', /,15:ann@far\.example,17:13:fast@virt\.dom,,$/);
  assert.equal(await host.stop(), 0);
});

test('AutoTURN: a customer’s SMTP session ends → its mail is sent to the address from which it came', {
  skip,
}, async t => {
  const [customer, stranger] = ['127.209.12.3', '127.209.12.4'];
  const isp = await makeHome(t, 'isp.example', {
    virtualdomains: `virt.dom:autoturn-${customer}\n`,
    rcpthosts: 'isp.example\nvirt.dom\n',
  });
  const autoturn = join(isp.home, 'autoturn');
  await isp.sh(`mkdir ${autoturn}; chmod 2755 ${autoturn}; maildirmake ${autoturn}/${customer}`);
  isp.write(join(autoturn, `.qmail-${customer.replaceAll('.', ':')}-default`), `./${customer}/\n`);
  chmodSync(join(autoturn, `.qmail-${customer.replaceAll('.', ':')}-default`), 0o644);
  isp.write(
    join(isp.home, 'users/assign'),
    `+autoturn-:qmaild:${isp.uid}:${isp.gid}:${autoturn}:-::\n=joe:joe:${isp.uid}:${isp.gid}:${isp.mailHome}:::\n.\n`,
  );
  const host = await isp.start();
  await isp.sh('qmail-newu');
  await isp.send('ann@far.example', 'you@virt.dom', 'me@virt.dom');
  await untilReady(join(autoturn, customer), 2);

  const site = await startPeer(t, { ehlo: '250-virt.dom\r\n250 PIPELINING' }, customer, 25);
  const port = await freePort();
  const script = `
    qmail-smtpd
    cd ${autoturn}
    exec setlock -nx $TCPREMOTEIP/seriallock maildirsmtp $TCPREMOTEIP autoturn-$TCPREMOTEIP- $TCPREMOTEIP AutoTURN
  `;
  const tcpserver = spawn(`${isp.home}/bin/tcpserver`, ['-RHl0', '0', String(port), 'sh', '-c', script], {
    env: { ...process.env, PATH: `${isp.home}/bin:${process.env.PATH}`, WAYPOST_HOME: isp.home },
    ...{ uid: isp.uid, gid: isp.gid },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.after(() => tcpserver.kill());
  await waitForPort(port, { signal: t.signal, limitMs: 30_000 });

  async function session(localAddress: string): Promise<void> {
    const socket = connect({ port, host: '127.0.0.1', localAddress }).setEncoding('latin1');
    const [greeting] = (await once(socket, 'data')) as [string];
    assert.match(greeting, /^220 /);
    socket.end('QUIT\r\n').resume();
    await once(socket, 'close');
  }

  await session(stranger);
  assert.equal(site.sessions.length, 0);
  await Promise.all([session(customer), session(customer)]);
  await until('the customer’s mail', () => arrived(site).length === 2);
  await until('an empty Maildir', () => waiting(join(autoturn, customer)) === 0);
  assert.deepEqual(arrived(site), ['me@virt.dom', 'you@virt.dom']);
  assert.equal(site.sessions[0]?.commands[0], 'EHLO AutoTURN');
  assert.equal(await host.stop(), 0);
});
