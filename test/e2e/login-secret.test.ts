// A password that a host logs in with: over a whole run, with logins that succeed and logins that are refused, it is nowhere but in
// its own file.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { issue } from '../support/certificates.ts';
import { call } from '../support/control-call.ts';
import { initHome, type RunningHost, serve, type TestHome, waypost } from '../support/host-process.ts';
import { loginServer } from '../support/login/login-peer.ts';
import { startPeer } from '../support/smtp-peer.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const inFile = 'marker-of-the-file-7Qz';
const inLine = 'marker-of-the-line-8Wx';
const isRefused = 'marker-of-the-wrong-one-9Yv';
const users = { [inFile]: 'joe@a.example', [inLine]: 'bob@a.example', [isRefused]: 'eve@a.example' };

/** Each password as it is, and in base64 as PLAIN, LOGIN and a careless log would have it. */
const forms = Object.entries(users).flatMap(([password, user]) => [
  password,
  ...[password, `\0${user}\0${password}`].map(text => Buffer.from(text).toString('base64').replace(/=+$/, '')),
]);

function assertHidden(where: string, text: string): void {
  for (const form of forms) assert.ok(!text.includes(form), `${where} has ${form}`);
}

/** All files below a directory. */
function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
}

/** A relay that quotes what it refuses, as careless servers do. */
async function startRelay(t: TestContext) {
  const ca = issue({ subject: 'Test CA', isCa: true });
  const { cert, key } = issue({ subject: 'relay.example', names: ['127.0.0.1'], issuer: ca });
  const right = loginServer({ user: users[inFile], password: inFile }, ['PLAIN']);
  const alsoRight = loginServer({ user: users[inLine], password: inLine }, ['PLAIN']);
  const peer = await startPeer(t, {
    ehlo: '250-relay.example\r\n250 STARTTLS',
    starttls: '220 go',
    tls: { cert, key },
    ehloWithinTls: '250-relay.example\r\n250 AUTH PLAIN',
    login: () => line => {
      const accepted = [right, alsoRight].map(make => make()(line)).find(({ reply }) => reply.startsWith('235'));
      if (accepted) return accepted;
      const [, , response = ''] = line.split(' ');
      const text = Buffer.from(response, 'base64').toString('latin1');
      return { reply: `535 5.7.8 no: ${response} ${text.split('\0')[2]}`, more: false };
    },
  });
  return { peer, ca: ca.cert };
}

async function startHost(t: TestContext) {
  const { peer, ca } = await startRelay(t);
  const directory = tempDir(t);
  const relay = `[127.0.0.1]:${peer.port}`;
  const home = await initHome(directory, 'a.example', 'joe', { smtproutes: `:${relay}|${users[inFile]}|@joe\n` });
  const secret = (path: string, text: string) => writeFileSync(join(home.home, path), text, { mode: 0o600 });
  secret('secrets/joe', `${inFile}\n`);
  secret('secrets/eve', `${isRefused}\n`);
  secret(
    'control/authsenders',
    `bob@a.example:${relay}|${users[inLine]}|${inLine}\neve@a.example:${relay}|${users[isRefused]}|@eve\n`,
  );
  const caFile = join(directory, 'ca.pem');
  writeFileSync(caFile, ca);
  const host = await serve(t, home.home, ['--smtp', '127.0.0.1:0'], { env: { NODE_EXTRA_CA_CERTS: caFile } });
  return { host, home, peer, caFile };
}

/** Everything that anybody but the relay is told. */
async function toldBy({ home }: TestHome, host: RunningHost, caFile: string): Promise<[where: string, text: string][]> {
  const commands = [
    ['check'],
    ['status'],
    ['qmail-showctl'],
    ['explain', '--sender', 'bob@a.example', 'ann@far.example'],
    ['explain', '--sender', 'eve@a.example', '--json', 'ann@far.example'],
    ['queue', 'list'],
    ['queue', 'list', '--json'],
    ['trace', 'ann@far.example'],
    ['qmail-qread'],
  ];
  const told: [string, string][] = [['the log of the host', host.log()]];
  for (const [command = '', ...args] of commands) {
    const { stdout, stderr } = await waypost([command, '--home', home, ...args]);
    told.push([[command, ...args].join(' '), stdout + stderr]);
  }
  const remote = ['qmail-remote', '--home', home, 'far.example', 'eve@a.example', 'ann@far.example'];
  const { stdout } = await waypost(remote, { input: 'Subject: x\n\nx\n', env: { NODE_EXTRA_CA_CERTS: caFile } });
  told.push(['qmail-remote', stdout]);
  for (const method of ['host.status', 'host.configuration', 'queue.list'] as const) {
    told.push([method, JSON.stringify(await call({ home }, method))]);
  }
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      told.push([`process ${pid}`, readFileSync(`/proc/${pid}/cmdline`, 'latin1')]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return told;
}

test('login: a whole run with right and wrong passwords → none of them in a log, a file, an answer or the process list', async t => {
  const { host, home, peer, caFile } = await startHost(t);
  for (const sender of Object.values(users)) {
    const args = ['sendmail', '--home', home.home, '-f', sender, 'ann@far.example'];
    assert.equal((await waypost(args, { input: 'Subject: hi\n\nHello.\n' })).code, 0);
  }
  const messages = () => peer.sessions.flatMap(session => session.messages).length;
  await until('two messages and a refusal', () => messages() === 2 && /Remote_host_said:_535/.test(host.log()));
  const told = await toldBy(home, host, caFile);
  assert.match(told.find(([where]) => where === 'check')?.[1] ?? '', /Mail waits for the login of eve@a\.example/);
  assert.match(told.find(([where]) => where === 'qmail-remote')?.[1] ?? '', /535 5\.7\.8 no: .*\(not shown\)/);
  assert.match(told.find(([where]) => where.startsWith('explain'))?.[1] ?? '', /logged in as bob@a\.example/);
  assert.equal(await host.stop(), 0);
  told.push(['the log at the end', host.log()]);
  for (const [where, text] of told) assertHidden(where, text);

  const files = filesIn(home.home).filter(path => statSync(path).size < 50_000_000);
  const withSecret = files.filter(path => forms.some(form => readFileSync(path, 'latin1').includes(form)));
  assert.deepEqual(withSecret.map(path => path.slice(home.home.length + 1)).sort(), [
    'control/authsenders',
    'secrets/eve',
    'secrets/joe',
  ]);
  // The test can see a password where there is one.
  assert.throws(() => assertHidden('the relay', peer.sessions.flatMap(({ commands }) => commands).join('\n')));
});
