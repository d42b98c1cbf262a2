// The application menu of every platform has each command and key once, and its items do what they say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MenuItemConstructorOptions } from 'electron';
import { type MenuDeps, menuTemplate } from '../../../main/electron/menu.ts';

function setUp(some: Partial<MenuDeps> = {}) {
  const done: unknown[] = [];
  const template = menuTemplate({
    platform: 'linux',
    devTools: false,
    handlesMailto: false,
    command: command => done.push(command),
    retryAll: () => done.push('retry'),
    print: () => done.push('print'),
    setHandlesMailto: on => done.push(on),
    showHomeFolder: () => done.push('home'),
    ...some,
  });
  return { done, items: template.flatMap(flatten) };
}

function flatten(item: MenuItemConstructorOptions): MenuItemConstructorOptions[] {
  return [item, ...(Array.isArray(item.submenu) ? item.submenu.flatMap(flatten) : [])];
}

test('menu: every platform → each command once, each key once, a way to quit, to close, to settings', () => {
  for (const platform of ['linux', 'win32', 'darwin'] as const) {
    const { items } = setUp({ platform });
    const keys = items.map(item => item.accelerator).filter(key => key !== undefined);
    assert.equal(new Set(keys).size, keys.length, platform);
    const labels = items.map(item => item.label).filter(label => label !== undefined);
    assert.equal(new Set(labels).size, labels.length, platform);
    for (const role of ['quit', 'close', 'copy', 'about']) {
      assert.equal(items.filter(item => item.role === role).length, 1, `${platform} ${role}`);
    }
    assert.ok(items.some(item => item.accelerator === 'CmdOrCtrl+,'));
  }
});

test('menu: items → what they do', () => {
  const { done, items } = setUp();
  for (const item of items) item.click?.({ checked: true } as never, undefined, {} as never);
  assert.deepEqual(done, [
    { kind: 'compose' },
    'retry',
    'print',
    { kind: 'place', place: 'settings' },
    true,
    { kind: 'place', place: 'mail' },
    { kind: 'place', place: 'queue' },
    { kind: 'place', place: 'rules' },
    { kind: 'place', place: 'links' },
    { kind: 'place', place: 'status' },
    'home',
  ]);
});

test('menu: developer tools and the mail-link choice → shown as they are', () => {
  const tools = (devTools: boolean) => setUp({ devTools }).items.some(item => item.role === 'toggleDevTools');
  const checked = (handlesMailto: boolean) =>
    setUp({ handlesMailto }).items.find(item => item.type === 'checkbox')?.checked;
  assert.deepEqual([tools(false), tools(true), checked(false), checked(true)], [false, true, false, true]);
});
