// OAuth from end to end: waypost login gets tokens from an authorization server, with which mail is fetched and sent; the tokens are
// renewed meanwhile, and a new refresh token is on the disk before the access token that came with it is used.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { run } from '../../main/cli/remote/login.ts';
import { issue } from '../support/certificates.ts';
import { popAccount, startFetchRig } from '../support/fetch-rig.ts';
import { imapPeer } from '../support/imap-peer.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/login/authorization-server.ts';
import { loginSender, loginServer, offering } from '../support/login/login-peer.ts';
import { saslLines } from '../support/login/sasl-lines.ts';
import { providersMessage } from '../support/pop3-peer.ts';
import { startPeer } from '../support/smtp-peer.ts';
import { tempDir } from '../support/temp-dir.ts';

const certificate = issue({ subject: 'provider', names: ['127.0.0.1'] });

/** An account whose server accepts the access token that counts now, once its refresh token is on the disk. */
async function startAccount(t: TestContext, provider: AuthorizationServer) {
  const peer = imapPeer([{ uid: 1, text: providersMessage('one') }]);
  const authority = join(tempDir(t), 'authority.pem');
  writeFileSync(authority, certificate.cert);
  const account = popAccount
    .replace('pop3', 'imap')
    .replace('tls none', `tls implicit\nauthority ${authority}`)
    .replace('secret provider', 'secret provider.oauth');
  const rig = await startFetchRig(t, account, stream => {
    const { cert, key } = certificate;
    peer.serve(new TLSSocket(stream as never, { isServer: true, cert, key }).on('error', () => {}));
  });
  rig.provider = provider.fetch;
  const file = join(rig.home, 'secrets/provider.oauth');
  peer.logins = saslLines(() => {
    const stored = JSON.parse(readFileSync(file, 'utf8'));
    const isStored = stored.refreshToken === undefined || stored.refreshToken === provider.refreshToken;
    return { user: 'joe', password: isStored ? provider.accessToken : 'nothing' };
  }, ['XOAUTH2']);
  return { peer, rig, file };
}

/** @param tell gets what is shown @param input of the command */
async function logIn(home: string, args: string[], tell: (line: string) => void, input = ''): Promise<number> {
  const stdout = new PassThrough().on('data', piece => tell(String(piece)));
  const rest = { env: {}, programName: 'test', script: '/dev/null' };
  return run([...args, 'provider'], { home, stdin: Readable.from([input]), stdout, stderr: stdout, ...rest });
}

/** The command asks the provider as the host does. */
function fetchVia(provider: AuthorizationServer): typeof fetch {
  const real = globalThis.fetch;
  return (url, init) =>
    String(url).startsWith('https://') ? provider.fetch(String(url), init ?? {}) : real(url, init);
}

const microsoft = ['--provider', 'microsoft', '--client-id', 'client-of-joe'];

test('tokens: a code with PKCE → mail is fetched, the tokens are renewed, and mail is sent with them', async t => {
  const provider = await startAuthorizationServer(t);
  const { rig, file } = await startAccount(t, provider);
  t.mock.method(globalThis, 'fetch', fetchVia(provider));
  let page: Promise<string> | undefined;
  const code = await logIn(rig.home, microsoft, line => {
    const [address] = /https:\/\/\S+/.exec(line) ?? [];
    if (address !== undefined && page === undefined) page = provider.agree(address);
  });
  assert.deepEqual([code, await page], [0, 'Waypost has what it needs. You can close this page.\n']);
  assert.equal((await rig.fetch()).error, null);
  assert.equal(rig.queued.length, 1);

  // The provider ends the access token: a new one comes with a new refresh token.
  provider.accessToken = 'none';
  assert.equal((await rig.fetch()).error, null);
  assert.deepEqual(provider.grants, ['authorization_code', 'refresh_token']);

  const login = () => loginServer({ user: 'joe@me.example', password: provider.accessToken }, ['XOAUTH2'])();
  const relay = await startPeer(t, { ...offering('XOAUTH2'), login });
  const control = { smtproutes: ':relay.example:587|joe@me.example|@provider.oauth\n' };
  const sender = loginSender(t, relay.port, { control, fetch: provider.fetch });
  copyFileSync(file, join(sender.home, 'secrets/provider.oauth'));
  assert.equal((await sender.deliver()).kind, 'done');
  assert.equal(relay.sessions[0]?.messages.length, 1);
});

test('tokens: the device flow → mail is fetched', async t => {
  const provider = await startAuthorizationServer(t);
  const { rig } = await startAccount(t, provider);
  t.mock.method(globalThis, 'fetch', fetchVia(provider));
  const lines: string[] = [];
  const code = await logIn(rig.home, [...microsoft, '--device'], line => {
    lines.push(line);
    provider.isDeviceAgreed = true;
  });
  assert.equal(code, 0);
  assert.equal(
    lines[0],
    'Open https://login.microsoftonline.com/device in any browser, and enter the code WDJB-MJHT\n',
  );
  assert.equal((await rig.fetch()).error, null);
  assert.equal(rig.queued.length, 1);
});

test('tokens: a pasted one → mail is fetched until it is refused', async t => {
  const provider = await startAuthorizationServer(t);
  const { rig } = await startAccount(t, provider);
  provider.accessToken = 'pasted';
  assert.equal(await logIn(rig.home, ['--token'], () => {}, 'pasted\n'), 0);
  assert.equal((await rig.fetch()).error, null);
  provider.accessToken = 'another';
  const { error } = await rig.fetch();
  assert.equal(error?.kind, 'refused');
});
