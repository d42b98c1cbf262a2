// The window loads, opens and permits nothing but its own page.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPageHandler } from '../../../../main/electron/window/page-handler.ts';
import { denyPermissions, guardContents, mayLoad, requireSandbox } from '../../../../main/electron/window/security.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('mayLoad: addresses → only what is part of the page or inside it', () => {
  const rows: [string, boolean, boolean][] = [
    ['app://waypost/main.js', false, true],
    ['data:image/png;base64,AA==', false, true],
    ['blob:app://waypost/1', false, true],
    ['about:srcdoc', false, true],
    ['https://tracker.example/pixel.gif', false, false],
    ['http://127.0.0.1:2525/', false, false],
    ['ws://127.0.0.1/', false, false],
    ['file:///etc/passwd', false, false],
    ['ftp://a.example/', false, false],
    ['devtools://devtools/x', false, false],
    ['devtools://devtools/x', true, true],
    ['chrome-extension://x/', true, false],
    ['nonsense', true, false],
  ];
  assert.deepEqual(
    rows.map(([url, devTools]) => [url, devTools, mayLoad(url, devTools)]),
    rows,
  );
});

test('guards: what contents try → denied, except a frame that shows the document it was given', () => {
  const app = new EventEmitter();
  const opened: string[] = [];
  guardContents(app as never, url => opened.push(url));
  let openHandler: (details: { url: string }) => unknown = () => assert.fail('no handler');
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler(handler: typeof openHandler) {
      openHandler = handler;
    },
  });
  app.emit('web-contents-created', {}, contents);
  assert.deepEqual(openHandler({ url: 'https://a.example/' }), { action: 'deny' });
  assert.deepEqual(opened, ['https://a.example/']);

  const rows: [string, object, boolean][] = [
    ['will-navigate', { url: 'app://waypost/' }, true],
    ['will-redirect', { url: 'https://a.example/' }, true],
    ['will-attach-webview', {}, true],
    ['will-frame-navigate', { url: 'app://waypost/', isMainFrame: true }, true],
    ['will-frame-navigate', { url: 'about:srcdoc', isMainFrame: true }, true],
    ['will-frame-navigate', { url: 'about:srcdoc', isMainFrame: false }, false],
    ['will-frame-navigate', { url: 'about:blank', isMainFrame: false }, false],
    ['will-frame-navigate', { url: 'https://a.example/', isMainFrame: false }, true],
    ['will-frame-navigate', { url: 'data:text/html,x', isMainFrame: false }, true],
    ['will-frame-navigate', { url: 'app://waypost/', isMainFrame: false }, true],
  ];
  const got = rows.map(([name, details]) => {
    let prevented = false;
    contents.emit(name, {
      ...details,
      preventDefault() {
        prevented = true;
      },
    });
    return [name, details, prevented];
  });
  assert.deepEqual(got, rows);
});

test('permissions: every kind of asking → no', () => {
  const handlers: Record<string, (...args: never[]) => unknown> = {};
  const set = (name: string) => (handler: (...args: never[]) => unknown) => {
    handlers[name] = handler;
  };
  denyPermissions({
    setPermissionRequestHandler: set('request'),
    setPermissionCheckHandler: set('check'),
    setDevicePermissionHandler: set('device'),
    setDisplayMediaRequestHandler: set('display'),
  } as never);
  const answers: unknown[] = [];
  const callback = (answer: unknown) => answers.push(answer);
  handlers.request?.(...([{}, 'geolocation', callback, {}] as never[]));
  handlers.display?.(...([{}, callback] as never[]));
  answers.push(handlers.check?.(), handlers.device?.());
  assert.deepEqual(answers, [false, null, false, false]);
});

test('sandbox: a packaged app that was started without it → does not start', () => {
  const app = (isPackaged: boolean, ...switches: string[]) =>
    ({ isPackaged, commandLine: { hasSwitch: (name: string) => switches.includes(name) } }) as never;
  for (const fine of [app(true), app(false, 'no-sandbox')]) requireSandbox(fine);
  assert.throws(() => requireSandbox(app(true, 'no-sandbox')), { name: 'UserError', message: /sandbox/ });
});

test('page handler: requests → files of the page with its policy, else 404', async t => {
  const rendererDir = join(tempDir(t), 'renderer');
  mkdirSync(rendererDir);
  writeFileSync(join(rendererDir, 'index.html'), 'the page');
  writeFileSync(join(rendererDir, '..', 'secret.txt'), 'secret');
  const handle = createPageHandler(rendererDir);
  const rows: [string, string, number][] = [
    ['GET', 'app://waypost/', 200],
    ['GET', 'app://waypost/index.html?x#y', 200],
    ['POST', 'app://waypost/', 404],
    ['GET', 'app://other/', 404],
    ['GET', 'app://waypost.evil/', 404],
    ['GET', 'app://waypost/../secret.txt', 404],
    ['GET', 'app://waypost/..%2fsecret.txt', 404],
    ['GET', 'app://waypost/none.js', 404],
  ];
  const got: typeof rows = [];
  for (const [method, url] of rows) {
    const response = await handle({ method, url });
    assert.match(response.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
    got.push([method, url, response.status]);
  }
  assert.deepEqual(got, rows);
  assert.equal(await (await handle({ method: 'GET', url: 'app://waypost/' })).text(), 'the page');
});
