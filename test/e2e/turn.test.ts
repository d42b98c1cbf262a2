// AutoTURN and ETRN in real hosts: a client makes contact by any of the doors, and what waits for it comes; between two hosts
// one connection to the turn port is the request.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { freePort } from '../bench/processes.ts';
import { type Issued, issue } from '../support/certificates.ts';
import { call } from '../support/control-call.ts';
import { giveToOwner, initHome, serve, type TestHome, waypost } from '../support/host-process.ts';
import { clientOn, type RawClient } from '../support/raw-client.ts';
import { type SmtpPeer, startPeer } from '../support/smtp-peer.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

// Clients are told apart by their addresses.
const skip = process.platform === 'linux' ? false : 'needs all of 127.0.0.0/8';

function writeLinks(directory: string, { home }: TestHome, links: Readonly<Record<string, string>>): void {
  mkdirSync(join(home, 'control', 'links'), { recursive: true });
  for (const [name, text] of Object.entries(links)) writeFileSync(join(home, 'control', 'links', name), text);
  giveToOwner(directory);
}

async function send({ home }: TestHome, ...recipients: string[]): Promise<void> {
  const args = ['sendmail', '--home', home, '-f', 'ines@hub.example', ...recipients];
  const sent = await waypost(args, { input: 'From: ines@hub.example\nSubject: x\n\nHello.\n' });
  assert.equal(sent.code, 0, sent.stderr);
}

const waiting = ({ home }: TestHome, name: string): number =>
  readdirSync(join(home, 'serial', name, 'Maildir', 'new')).length;

/** Connects from another address of this machine. */
function from(localAddress: string, port: number | undefined): RawClient {
  assert.ok(port);
  return clientOn(connect({ port, host: '127.0.0.1', localAddress }));
}

async function ask(client: RawClient, command: string): Promise<string> {
  client.send(`${command}\r\n`);
  return client.line();
}

const recipientsAt = ({ sessions }: SmtpPeer): string[] =>
  sessions.flatMap(({ messages }) => messages.flatMap(({ recipients }) => recipients));

test('turn port, SMTP session, POP3 login, ETRN, QMTP session → the mail of that link alone, to the right address; strangers get nothing', {
  skip,
}, async t => {
  const [byPort, bySmtp, byLogin, byEtrn, stranger, byQmtp] = [21, 22, 23, 24, 25, 26].map(
    last => `127.209.12.${last}`,
  ) as [string, string, string, string, string, string];
  const first = await startPeer(t, {}, byPort);
  const { port } = first;
  const [second, third, fourth, fifth] = [
    await startPeer(t, {}, bySmtp, port),
    await startPeer(t, {}, byLogin, port),
    await startPeer(t, {}, byEtrn, port),
    await startPeer(t, {}, stranger, port),
  ];
  const sixth = await startPeer(t, {}, byQmtp, port);
  const directory = tempDir(t);
  const hub = await initHome(directory, 'hub.example', 'ines');
  const known = await waypost(['passwd', '--home', hub.home, 'site', hub.maildir], { input: 'sesame\n' });
  assert.equal(known.code, 0, known.stderr);
  writeLinks(directory, hub, {
    port: `carries port.example\nserver client:${port}\nturn-for address ${byPort}\n`,
    smtp: `carries smtp.example\nserver client:${port}\nturn-for address ${bySmtp}/32\n`,
    login: `carries login.example\nserver client:${port}\nturn-for login site\n`,
    qmtp: `carries qmtp.example\nserver client:${port}\nturn-for address ${byQmtp}\n`,
    etrn: `carries etrn.example\nserver ${byEtrn}:${port}\netrn-node etrn.example\n`,
  });
  const doors = ['smtp', 'pop3', 'turn', 'qmtp'].flatMap(name => [`--${name}`, '127.0.0.1:0']);
  const host = await serve(t, hub.home, doors);
  const { ready } = host;
  const names = ['port', 'smtp', 'login', 'etrn', 'qmtp'];
  await send(hub, ...names.map(name => `joe@${name}.example`));
  await until('mail for each link', () => names.every(name => waiting(hub, name) === 1));

  assert.equal(await from(stranger, ready.turn?.port).rest(), '');
  const visitor = from(stranger, ready.smtp?.port);
  await visitor.line();
  assert.match(await ask(visitor, 'ETRN @example'), /^501 /);
  assert.match(await ask(visitor, 'ETRN strange.example'), /^459 Node strange\.example not allowed: /);
  assert.match(await ask(visitor, 'QUIT'), /^221 /);
  assert.equal(await from(byPort, ready.turn?.port).rest(), '');
  await until('mail by the turn port', () => recipientsAt(first).length === 1 && waiting(hub, 'port') === 0);
  assert.deepEqual(
    names.map(name => waiting(hub, name)),
    [0, 1, 1, 1, 1],
  );

  const customer = from(bySmtp, ready.smtp?.port);
  await customer.line();
  assert.equal(second.sessions.length, 0);
  assert.match(await ask(customer, 'QUIT'), /^221 /);
  await until('mail after the SMTP session', () => recipientsAt(second).length === 1);

  const guess = from(byLogin, ready.pop3?.port);
  await guess.line();
  await ask(guess, 'USER site');
  assert.match(await ask(guess, 'PASS guess'), /^-ERR/);
  const reader = from(byLogin, ready.pop3?.port);
  await reader.line();
  await ask(reader, 'USER site');
  assert.match(await ask(reader, 'PASS sesame'), /^\+OK/);
  await until('mail after the login', () => recipientsAt(third).length === 1);
  reader.drop();

  const asker = from(byEtrn, ready.smtp?.port);
  await asker.line();
  assert.equal(await ask(asker, 'ETRN etrn.example'), '253 OK, 1 pending messages for node etrn.example started');
  assert.equal(await ask(asker, 'ETRN etrn.example'), '250 OK, queuing for node etrn.example started');
  await until('mail by ETRN', () => recipientsAt(fourth).length === 1);

  const sender = from(byQmtp, ready.qmtp?.port);
  sender.socket.end();
  await until('mail after the QMTP session', () => recipientsAt(sixth).length === 1);

  const expected = names.map(name => [`joe@${name}.example`]);
  assert.deepEqual([first, second, third, fourth, sixth].map(recipientsAt), expected);
  assert.deepEqual(
    [first, second, third, fourth, fifth, sixth].map(({ sessions }) => sessions.length),
    [1, 1, 1, 1, 0, 1],
  );
  assert.match(
    host.log(),
    new RegExp(`turnd: deny \\d+ ${stranger.replaceAll('.', '\\.')}: no turn-for line names it`),
  );
  assert.equal(await host.stop(), 0);
});

test('a client certificate → mail only to the client that shows the one that is named, at the address from which it comes', {
  skip,
}, async t => {
  const [right, wrong, none] = [31, 32, 33].map(last => `127.209.12.${last}`) as [string, string, string];
  const [named, another, own] = ['site', 'another', 'hub.example'].map(subject => issue({ subject }));
  assert.ok(named && another && own);
  const known = await startPeer(t, {}, right);
  const others = [await startPeer(t, {}, wrong, known.port), await startPeer(t, {}, none, known.port)];
  const directory = tempDir(t);
  const hub = await initHome(directory, 'hub.example', 'ines');
  mkdirSync(join(hub.home, 'tls'), { recursive: true });
  writeFileSync(join(hub.home, 'tls/cert.pem'), own.cert);
  writeFileSync(join(hub.home, 'tls/key.pem'), own.key, { mode: 0o600 });
  const sha256 = new X509Certificate(named.cert).fingerprint256.replaceAll(':', '').toLowerCase();
  writeLinks(directory, hub, {
    site: `carries site.example\nserver client:${known.port}\nturn-for certificate ${sha256}\netrn-node site.example\n`,
  });
  const host = await serve(t, hub.home, ['--smtp', '127.0.0.1:0']);
  await send(hub, 'joe@site.example');
  await until('the message', () => waiting(hub, 'site') === 1);

  /** A session within TLS, to its end. @returns what ETRN is answered in it */
  async function session(ip: string, shown: Issued | undefined): Promise<string> {
    const client = from(ip, host.ready.smtp?.port);
    await client.line();
    assert.match(await ask(client, 'STARTTLS'), /^220 /);
    client.socket.removeAllListeners('data');
    const { cert, key } = shown ?? { cert: undefined, key: undefined };
    const secure = connectTls({ socket: client.socket, ca: own?.cert, servername: 'hub.example', cert, key });
    await once(secure, 'secureConnect');
    const inside = clientOn(secure);
    await ask(inside, 'HELO site.example');
    const answer = await ask(inside, 'ETRN site.example');
    assert.match(await ask(inside, 'QUIT'), /^221 /);
    await inside.rest();
    return answer.slice(0, 3);
  }

  assert.equal(await session(wrong, another), '458');
  assert.equal(await session(none, undefined), '458');
  assert.equal(waiting(hub, 'site'), 1);
  const history = () => call<{ contacts: unknown[] }>(hub, 'links.history', { name: 'site' });
  assert.deepEqual((await history()).contacts, []);
  assert.equal(await session(right, named), '253');
  await until('its mail', () => recipientsAt(known).length === 1 && waiting(hub, 'site') === 0);
  assert.deepEqual(recipientsAt(known), ['joe@site.example']);
  assert.deepEqual(
    others.map(({ sessions }) => sessions.length),
    [0, 0],
  );
  assert.equal(await host.stop(), 0);
});

test('two hosts, half-duplex: a site asks its hub over the turn port → it gets its mail first, then it sends', async t => {
  const directory = tempDir(t);
  const [hub, site] = [
    await initHome(directory, 'hub.example', 'ines'),
    await initHome(directory, 'site.example', 'ann'),
  ];
  const [hubSmtp, hubTurn, siteSmtp] = [await freePort(), await freePort(), await freePort()];
  writeLinks(directory, hub, {
    site: `carries site.example\nserver client:${siteSmtp}\nturn-for address 127.0.0.0/8\nhalf-duplex yes\n`,
  });
  writeLinks(directory, site, {
    hub: `carries *\nserver 127.0.0.1:${hubSmtp}\ndo turn 127.0.0.1:${hubTurn}\ndo send\nhalf-duplex yes\n`,
  });
  const hosts = await Promise.all([
    serve(t, hub.home, ['--smtp', `127.0.0.1:${hubSmtp}`, '--turn', `127.0.0.1:${hubTurn}`]),
    serve(t, site.home, ['--smtp', `127.0.0.1:${siteSmtp}`]),
  ]);
  await send(hub, 'ann@site.example');
  await send(site, 'ines@hub.example');
  await until('mail at both ends', () => waiting(hub, 'site') === 1 && waiting(site, 'hub') === 1);
  assert.deepEqual(await call(site, 'links.exchange', { name: 'hub' }), { started: true });
  const arrived = ({ maildir }: TestHome) =>
    readdirSync(join(maildir, 'new')).map(name => readFileSync(join(maildir, 'new', name), 'latin1'));
  // Half-duplex: the site sends nothing before the hub has sent all.
  const atHub = await until('the mail of the site', () => (arrived(hub).length > 0 ? arrived(hub) : undefined));
  const atSite = arrived(site);
  assert.match(atSite[0] ?? '', /^Delivered-To: ann@site\.example$/m);
  assert.match(atHub[0] ?? '', /^Delivered-To: ines@hub\.example$/m);
  await until('nothing to be left', () => waiting(hub, 'site') === 0 && waiting(site, 'hub') === 0);
  const contacts = await until('the end of the contact', async () => {
    const history = await call<{ contacts: { cause: string; end: string; sent: number }[] }>(hub, 'links.history', {
      name: 'site',
    });
    return history.contacts.length > 0 ? history.contacts : undefined;
  });
  assert.deepEqual(
    contacts.map(({ cause, end, sent }) => ({ cause, end, sent })),
    [{ cause: 'client', end: 'done', sent: 1 }],
  );
  for (const host of hosts) assert.equal(await host.stop(), 0);
});
