// The page beyond loopback, in a separate network: with its own certificate, or behind a reverse proxy that has one.
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { launchBrowser } from '../support/browser.ts';
import { initHome, serve } from '../support/host-process.ts';
import { testInOwnNetwork } from '../support/own-network.ts';
import { socketTo } from '../support/page-line.ts';
import { tempDir } from '../support/temp-dir.ts';

const fixtures = join(import.meta.dirname, '..', 'fixtures', 'tls');
const files = { cert: readFileSync(join(fixtures, 'cert.pem')), key: readFileSync(join(fixtures, 'key.pem')) };
const address = '192.0.2.7';

async function newPage(t: TestContext) {
  const browser = await launchBrowser([`--host-resolver-rules=MAP mail.example ${address}`]);
  t.after(() => browser.close());
  return (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
}

testInOwnNetwork(import.meta.filename, 'page: its own certificate → open by that name only', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'wanda');
  await assert.rejects(serve(t, home, ['--ui', `${address}:8443`, '--ui-name', 'mail.example']), /without TLS/);
  cpSync(fixtures, join(home, 'tls'), { recursive: true });
  await assert.rejects(serve(t, home, ['--ui', `${address}:8443`]), /--ui-name/);
  const { ready } = await serve(t, home, ['--ui', `${address}:8443`, '--ui-name', 'mail.example']);
  const url = ready.ui?.url as string;
  assert.match(url, /^https:\/\/mail\.example:8443\/#key=/);
  const page = await newPage(t);
  await page.goto(url);
  await page.getByText('No mail here').waitFor();
  await page.reload();
  await page.getByText('No mail here').waitFor();
  assert.equal((await page.goto(`https://${address}:8443/`))?.status(), 403);
});

testInOwnNetwork(import.meta.filename, 'page: behind a reverse proxy → open by the proxy’s name only', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'wanda');
  const { ready } = await serve(t, home, ['--ui', '127.0.0.1:8025', '--ui-name', 'mail.example']);
  const url = ready.ui?.url as string;
  assert.match(url, /^https:\/\/mail\.example\/#key=/);

  // As the nginx of docs/security.md does it: everything is passed on with the browser's Host.
  const proxy = createServer(files, (request, response) => {
    const { method, url: path, headers } = request;
    const passed = ask({ host: '127.0.0.1', port: 8025, method, path, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  proxy.on('upgrade', (request, stream) => {
    const { url: path, headers } = request;
    const passed = ask({ host: '127.0.0.1', port: 8025, path, headers });
    passed.on('upgrade', (answer, far) => {
      const lines = answer.rawHeaders.map((word, at) => (at % 2 === 0 ? `${word}: ` : `${word}\r\n`)).join('');
      stream.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`);
      far.on('error', () => stream.destroy());
      far.pipe(stream).pipe(far);
    });
    passed.on('error', () => stream.destroy());
    stream.on('error', () => passed.destroy());
    passed.end();
  });
  await new Promise<void>(resolve => proxy.listen(443, address, resolve));
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  const page = await newPage(t);
  await page.goto(url);
  await page.getByText('No mail here').waitFor();
  await page.reload();
  await page.getByText('No mail here').waitFor();

  const status = (host: string) =>
    new Promise(resolve => {
      ask({ host: '127.0.0.1', port: 8025, headers: { host } }, answer => resolve(answer.resume().statusCode)).end();
    });
  const hosts = [
    'mail.example',
    'MAIL.example:443',
    '127.0.0.1:8025',
    'localhost:8025',
    'mail.example:8025',
    'x.example',
  ];
  assert.deepEqual(await Promise.all(hosts.map(status)), [200, 200, 403, 403, 403, 403]);
  const origins = ['https://mail.example', 'http://mail.example', 'https://x.example', 'null'];
  const upgraded = (origin: string) =>
    new Promise(resolve => {
      const socket = socketTo(8025, { origin, host: 'mail.example' });
      socket.on('open', () => resolve(101));
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('error', () => {});
      t.after(() => socket.terminate());
    });
  assert.deepEqual(await Promise.all(origins.map(upgraded)), [101, 403, 403, 403]);
});
