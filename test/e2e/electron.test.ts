// The desktop from its first start to its end: the built entry, the real host, a real page; Electron itself is the real
// one if it is installed, otherwise the double (test/support/electron).
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { WebPreferences } from 'electron';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Page } from 'playwright-core';
import type { Answer } from '../../core/api/errors.ts';
import type { HostStatus } from '../../core/api/host.ts';
import type { DesktopBridge } from '../../core/api/transport/desktop.ts';
import { buildEntry, makeWorld } from '../support/electron/desktop-world.ts';
import { type DesktopApp, findElectron, launchDesktop } from '../support/electron/driver.ts';
import { giveToOwner, personsDir, waypost } from '../support/host-process.ts';
import { until } from '../support/until.ts';

declare global {
  /** Functions for the main process see it as part of their global object. */
  var recorded: {
    opened: string[];
    tips: string[];
    notifications: { title: string; body: string }[];
    asked: string[];
  };
}

/** Electron has it, its types do not. */
interface WithPreferences {
  getLastWebPreferences(): WebPreferences;
}

/** The page's world. */
type PageWindow = typeof globalThis & { waypost: DesktopBridge };

function invoke(page: Page, method: string, request: unknown): Promise<Answer> {
  return page.evaluate(([name, asked]) => (globalThis as PageWindow).waypost.invoke(name, asked), [
    method,
    request,
  ] as const);
}

async function statusOf(page: Page): Promise<HostStatus> {
  const answer = await invoke(page, 'host.status', {});
  assert.ok(answer.ok);
  return answer.value as HostStatus;
}

/** Keeps what leaves the app, instead of letting it go. */
function record(app: DesktopApp): Promise<void> {
  return app.evaluate(({ dialog, shell, Tray, Notification }) => {
    globalThis.recorded = { opened: [], tips: [], notifications: [], asked: [] };
    dialog.showMessageBox = async (...given: unknown[]) => {
      globalThis.recorded.asked.push((given.at(-1) as { message: string }).message);
      return { response: 0, checkboxChecked: false };
    };
    shell.openExternal = async url => void globalThis.recorded.opened.push(url);
    const setToolTip = Tray.prototype.setToolTip;
    Tray.prototype.setToolTip = function (tip) {
      globalThis.recorded.tips.push(tip);
      setToolTip.call(this, tip);
    };
    Notification.prototype.show = function () {
      globalThis.recorded.notifications.push(this);
    };
  }, null);
}

async function isVisible(app: DesktopApp): Promise<boolean | undefined> {
  return app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible(), null);
}

test('desktop: from the first start to the end', { timeout: 240_000 }, async t => {
  const entry = await buildEntry(t);
  const { user, home, config, env } = makeWorld(personsDir(t));
  const start = (...args: string[]) => launchDesktop({ entry, args: ['--home', home, '--verbose', ...args], env });
  const app = await start();
  t.after(app.kill);
  t.diagnostic(`runs in ${app.kind === 'double' ? 'the double of Electron' : 'Electron'}`);
  await record(app);
  const page = await app.page();
  const status = await statusOf(page);
  const mailer = createTransport({ host: '127.0.0.1', port: status.smtp?.port ?? 0, ignoreTLS: true });
  const send = (message: SendMailOptions) =>
    mailer.sendMail({ from: 'Ines <ines@shore.example>', to: status.owner.address, ...message });

  await t.test('first start: no home → a home, the guide, and behind it the welcome message', async () => {
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByText('Your mail host is running').first().waitFor();
    assert.deepEqual(
      [status.home, status.owner.maildir.startsWith(user), existsSync(join(home, 'control', 'me'))],
      [home, true, true],
    );
  });

  await t.test('window: web preferences → nothing of Node in the page, the bridge frozen', async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const [contents] = BrowserWindow.getAllWindows().map(one => one.webContents as unknown as WithPreferences);
      const { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag } =
        contents?.getLastWebPreferences() ?? {};
      return { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag: webviewTag ?? false };
    }, null);
    assert.deepEqual(preferences, {
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    const seen = await page.evaluate(() => {
      const { waypost } = globalThis as PageWindow;
      return [typeof globalThis.require, typeof globalThis.process, Object.keys(waypost), Object.isFrozen(waypost)];
    });
    assert.deepEqual(seen, ['undefined', 'undefined', ['desktop', 'invoke', 'onNotice', 'onCommand'], true]);
  });

  await t.test('calls: through the preload to the host and back → answers, never exceptions', async () => {
    assert.deepEqual(await invoke(page, 'no.such', {}), {
      ok: false,
      kind: 'invalid',
      code: 'call-unknown',
      params: { method: 'no.such' },
    });
    const refused = await page.evaluate(async () => {
      const request = { limit: () => 1 };
      try {
        return String(await (globalThis as PageWindow).waypost.invoke('mail.list', request));
      } catch (error) {
        return String(error);
      }
    });
    assert.match(refused, /An object could not be cloned/);
  });

  await t.test('links: new windows and frames → http and https to the browser, mailto to the composer', async () => {
    await send({ subject: 'With a link', html: '<p><a href="https://harbour.example/tides">Tide tables</a></p>' });
    await page.getByText('With a link').first().click();
    await page.locator('label', { hasText: /^HTML$/ }).click();
    await page.frameLocator('iframe').getByText('Tide tables').click();
    await page.evaluate(() => {
      for (const url of [
        'http://plain.example/a b',
        'file:///etc/passwd',
        'smb://share.example/x',
        'app://waypost/main.js',
        'data:text/html,hello',
        'about:blank',
      ]) {
        window.open(url);
      }
      window.open('mailto:tomas@shore.example?subject=Ropes');
    });
    await page.getByText('New message').first().waitFor();
    await until('the composer has the subject', async () =>
      page.evaluate(() => [...document.querySelectorAll('input')].some(input => input.value === 'Ropes')),
    );
    assert.deepEqual(await app.evaluate(() => globalThis.recorded.opened, null), [
      'https://harbour.example/tides',
      'http://plain.example/a%20b',
    ]);
  });

  await t.test('navigation: a page that wants to leave → stays where it is', async () => {
    const before = page.url();
    await page.evaluate(() => {
      (globalThis as PageWindow & { stayed?: boolean }).stayed = true;
    });
    for (const url of ['https://evil.example/', 'data:text/html,gone', '/main.js']) {
      await page.evaluate(target => window.location.assign(target), url);
    }
    assert.ok((await statusOf(page)).home);
    assert.deepEqual(
      [page.url(), await page.evaluate(() => (globalThis as PageWindow & { stayed?: boolean }).stayed)],
      [before, true],
    );
  });

  await t.test('permissions and network: any request of the page → denied', async () => {
    const asked = await page.evaluate(async () => [
      await new Promise(resolve => {
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          error => resolve(error.code),
        );
      }),
      (await Notification.requestPermission()) === 'granted',
      await fetch('https://evil.example/').then(
        () => 'fetched',
        () => 'refused',
      ),
    ]);
    assert.deepEqual(asked, [1, false, 'refused']);
  });

  await t.test('download: a file from the page → where the user says, under a harmless name', async () => {
    const path = join(user, 'saved.bin');
    await app.evaluate(({ session }, target) => {
      session.defaultSession.once('will-download', (_event, item) => {
        globalThis.recorded.tips.push(`save as ${item.getSaveDialogOptions().defaultPath?.split(/[/\\]/).at(-1)}`);
        item.setSavePath(target);
      });
    }, path);
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([new Uint8Array([0, 255, 10, 13])]));
      link.download = 'chart .pdf';
      link.click();
    });
    await until('the file is saved', () => existsSync(path) && readFileSync(path).length === 4);
    assert.deepEqual([...readFileSync(path)], [0, 255, 10, 13]);
    assert.ok((await app.evaluate(() => globalThis.recorded.tips, null)).includes('save as chart .pdf'));
  });

  await t.test('settings: changed in the window → the theme and the start at login follow', async () => {
    const entryFile = join(config, 'autostart', 'waypost.desktop');
    const isDark = () => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    await invoke(page, 'host.change', { theme: 'dark', startAtLogin: true });
    await until('the page is dark', isDark);
    if (process.platform === 'linux') {
      await until('the entry is there', () => existsSync(entryFile));
      assert.match(readFileSync(entryFile, 'utf8'), /^Exec=.* --hidden$/m);
    }
    await invoke(page, 'host.change', { theme: 'light', startAtLogin: false });
    await until('the page is light', async () => !(await isDark()));
    await until('the entry is gone', () => !existsSync(entryFile));
  });

  await t.test('menu: Queue → the queue is shown', async () => {
    await app.evaluate(({ Menu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(item => item.submenu?.items ?? []) ?? [];
      items.find(item => item.label === 'Queue')?.click();
    }, null);
    await page.getByRole('heading', { name: 'Queue' }).first().waitFor();
    assert.equal(await page.getByRole('listbox', { name: 'Messages' }).count(), 0);
  });

  await t.test('second start with a mailto: link → ends with 0, the first one opens the composer', async () => {
    const second = await start('--', 'mailto:harbour@shore.example?subject=Berth%207');
    t.after(second.kill);
    assert.equal(await second.exited, 0);
    await until('the composer has the subject', async () =>
      page.evaluate(() => [...document.querySelectorAll('input')].some(input => input.value === 'Berth 7')),
    );
  });

  await t.test(
    'close: with a tray → hidden, the host continues, new mail is notified and the tray counts',
    async () => {
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close(), null);
      assert.equal(await isVisible(app), false);
      await app.evaluate(() => globalThis.recorded.notifications.splice(0), null); // a slow start notifies about the first message
      await Promise.all(['One', 'Two', 'Three'].map(subject => send({ subject, text: 'x' })));
      const spoken = () =>
        app.evaluate(() => globalThis.recorded.notifications.map(({ title, body }) => ({ title, body })), null);
      const lines = async () =>
        (await spoken()).flatMap(({ title, body }) => (title === 'Ines' ? body : body.split('\n')));
      await until('all three are spoken of', async () => (await lines()).length === 3);
      assert.deepEqual((await lines()).map(line => line.replace(/^Ines: /, '')).sort(), ['One', 'Three', 'Two']);
      // On a machine that is not overloaded they arrive together.
      if ((await spoken()).length === 1) assert.equal((await spoken())[0]?.title, '3 new messages');
      await until('the tray counts', async () =>
        (await app.evaluate(() => globalThis.recorded.tips, null)).some(tip => /^Waypost: \d unread/.test(tip)),
      );
    },
  );

  await t.test('notification: clicked → the window is back', async () => {
    await app.evaluate(() => {
      (globalThis.recorded.notifications[0] as unknown as NodeJS.EventEmitter).emit('click');
    }, null);
    assert.equal(await isVisible(app), true);
  });

  await t.test('quit: rule text that is not saved → asks, and who stays has it still', async () => {
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Rules' }).click();
    const editor = page.getByRole('textbox', { name: 'Rule text' });
    await page.getByText('no file yet').waitFor();
    await editor.click();
    await page.keyboard.type('&ines@shore.example');
    const typed = await editor.inputValue();
    await app.evaluate(({ app: electron }) => void setImmediate(() => electron.quit()), null);
    const asked = () => app.evaluate(() => globalThis.recorded.asked, null);
    assert.deepEqual(await until('it asks', async () => ((await asked()).length > 0 ? asked() : undefined)), [
      'Close without saving the changes to your rules?',
    ]);
    assert.equal(await editor.inputValue(), typed);
    assert.equal((await statusOf(page)).unread >= 3, true, 'the host goes on');
    await app.evaluate(({ dialog }) => {
      dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false });
    }, null);
  });

  await t.test(
    'quit: unsaved text is let go while a delivery runs → that ends first, then the process, with 0',
    async () => {
      writeFileSync(join(user, '.qmail'), '|sleep 1; echo done > delivered\n');
      chmodSync(join(user, '.qmail'), 0o600);
      giveToOwner(user);
      const before = app.stderr().match(/starting delivery/g)?.length ?? 0;
      await send({ subject: 'Slow', text: 'x' });
      await until('the delivery runs', () => (app.stderr().match(/starting delivery/g)?.length ?? 0) > before);
      await app.evaluate(({ app: electron }) => void setImmediate(() => electron.quit()), null);
      assert.equal(await app.exited, 0);
      assert.equal(readFileSync(join(user, 'delivered'), 'utf8'), 'done\n');
      assert.deepEqual(
        readdirSync(join(home, 'queue', 'mess'), { recursive: true, withFileTypes: true }).filter(one => one.isFile()),
        [],
      );
    },
  );

  await t.test('start at login: --hidden → no window until it is asked for, then where it was', async () => {
    const hidden = await start('--hidden');
    t.after(hidden.kill);
    const windows = () => hidden.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length, null);
    await until('the host runs', () => hidden.stderr().includes('listening'), 30_000);
    assert.equal(await windows(), 0);
    const second = await start();
    t.after(second.kill);
    assert.equal(await second.exited, 0);
    assert.equal(await until('the window is there', windows), 1);
    await hidden.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide(), null);
    const { code, stdout } = await waypost(['open', '--home', home]);
    assert.equal(code, 0);
    assert.match(stdout, /^Waypost is running as the desktop app\. Its window was brought up\.\n\n {2}Your address /);
    assert.match(stdout, /^ {2}Window +the desktop app$/m);
    assert.ok(await isVisible(hidden), 'waypost open brings the window up');
    assert.ok((await statusOf(await hidden.page())).unread >= 3);
    assert.ok(existsSync(join(home, 'desktop', 'window.json')));
    await hidden.evaluate(({ app: electron }) => void setImmediate(() => electron.quit()), null);
    assert.equal(await hidden.exited, 0);
  });
});

test('desktop: packaged, started by a link that brings options along → no developer tools, and no option taken', {
  timeout: 120_000,
  // Root's real Electron runs without its sandbox.
  skip: process.getuid?.() === 0 && findElectron(process.env) !== undefined,
}, async t => {
  const entry = await buildEntry(t);
  const directory = personsDir(t);
  const { home, env } = makeWorld(directory);
  const evil = join(directory, 'evil');
  const app = await launchDesktop({
    entry,
    args: ['--home', home, '--', 'mailto:tomas@shore.example', '--home', evil, `--home=${evil}`, '--hidden'],
    env: { ...env, ELECTRON_FORCE_IS_PACKAGED: 'true' },
  });
  t.after(app.kill);
  const page = await app.page();
  await page.getByText('New message').first().waitFor();
  assert.deepEqual([(await statusOf(page)).home, existsSync(evil)], [home, false]);
  const tools = await app.evaluate(({ BrowserWindow, Menu }) => {
    const [contents] = BrowserWindow.getAllWindows().map(one => one.webContents as unknown as WithPreferences);
    const items = Menu.getApplicationMenu()?.items.flatMap(item => item.submenu?.items ?? []) ?? [];
    return [contents?.getLastWebPreferences().devTools, items.filter(item => /devtools/i.test(item.role ?? '')).length];
  }, null);
  assert.deepEqual(tools, [false, 0]);
  await app.evaluate(({ app: electron }) => void setImmediate(() => electron.quit()), null);
  assert.equal(await app.exited, 0);
});

test('desktop: packaged and started without the sandbox → says why it does not start, and ends with 1', {
  timeout: 120_000,
}, async t => {
  const entry = await buildEntry(t);
  const { home, env } = makeWorld(personsDir(t));
  const app = await launchDesktop({
    entry,
    args: ['--no-sandbox', '--home', home],
    env: { ...env, ELECTRON_FORCE_IS_PACKAGED: 'true' },
  });
  t.after(app.kill);
  assert.equal(await app.exited, 1);
  assert.match(app.stderr(), /only inside Chromium’s sandbox/);
  assert.equal(existsSync(home), false);
});

test('desktop: a directory that is not a home → says so and ends with 1', { timeout: 120_000 }, async t => {
  const entry = await buildEntry(t);
  const directory = personsDir(t);
  const { home, env } = makeWorld(directory);
  mkdirSync(home);
  writeFileSync(join(home, 'notes.txt'), 'mine');
  const app = await launchDesktop({ entry, args: ['--home', home], env });
  t.after(app.kill);
  if (app.kind === 'electron') return t.skip('real Electron shows a dialog and waits');
  assert.equal(await app.exited, 1);
  assert.match(app.stderr(), /is not empty and not a Waypost home/);
  assert.deepEqual(readdirSync(home), ['notes.txt']);
});
