// The tray shows the state of the host and its links, and offers what can be done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MenuItemConstructorOptions, NativeImage } from 'electron';
import type { HostStatus } from '../../../../core/api/host.ts';
import { createTrayView, type TrayIcon, trayMark, trayTip } from '../../../../main/electron/tray/tray.ts';
import { isTrayShown } from '../../../../main/electron/tray/tray-shown.ts';
import { progress, status } from '../../../renderer/support/played-links.ts';

const quiet: HostStatus = {
  version: '0',
  me: 'shore.example',
  home: '/home',
  owner: { user: 'ines', name: '', address: 'ines@shore.example', from: 'ines@shore.example', maildir: '/m' },
  smtp: null,
  pop3: null,
  window: { kind: 'desktop' },
  pop3s: null,
  qmtp: null,
  qmqp: null,
  turn: null,
  unread: 0,
  waiting: 0,
  nextTryMs: null,
  held: 0,
  problems: [],
};
const problem = { code: 'maildir-missing', text: 'The Maildir\nis missing & cannot be made.' };

function recordedTray() {
  const seen = {
    images: [] as unknown[],
    tips: [] as string[],
    menus: [] as MenuItemConstructorOptions[][],
    gone: false,
  };
  const done: string[] = [];
  let click = () => {};
  const icon: TrayIcon = {
    setImage: image => seen.images.push(image),
    setToolTip: tip => seen.tips.push(tip),
    setMenu: items => seen.menus.push(items),
    onClick: listener => {
      click = listener;
    },
    destroy: () => {
      seen.gone = true;
    },
  };
  const view = createTrayView({
    make: image => {
      seen.images.push(image);
      return icon;
    },
    image: mark => mark as unknown as NativeImage,
    actions: {
      open: () => done.push('open'),
      write: () => done.push('write'),
      quit: () => done.push('quit'),
      quitNow: () => done.push('quit now'),
      exchange: link => done.push(`exchange ${link}`),
      stop: link => done.push(`stop ${link}`),
      setOffline: (link, offline) => done.push(`${link} ${offline ? 'offline' : 'released'}`),
    },
  });
  const press = (label: RegExp) =>
    (seen.menus.at(-1)?.find(item => label.test(item.label ?? '')) as { click?: () => void } | undefined)?.click?.();
  return { seen, done, view, press, click: () => click() };
}

test('tray: host states → mark and words', () => {
  const rows: [Partial<HostStatus>, string, string][] = [
    [{}, 'none', 'Waypost'],
    [{ unread: 1 }, 'unread', 'Waypost: 1 unread'],
    [{ unread: 1200, waiting: 2 }, 'unread', 'Waypost: 1,200 unread, 2 waiting to be sent'],
    [{ waiting: 1 }, 'none', 'Waypost: 1 waiting to be sent'],
    [{ problems: [problem] }, 'problem', 'Waypost: 1 problem'],
    [{ unread: 3, problems: [problem, problem] }, 'problem', 'Waypost: 3 unread, 2 problems'],
  ];
  assert.deepEqual(
    rows.map(([some]) => [some, trayMark({ ...quiet, ...some }), trayTip({ ...quiet, ...some })]),
    rows,
  );
});

test('tray: status changes → drawn when something that shows has changed, else left alone', () => {
  const { seen, view } = recordedTray();
  view.setStatus(quiet);
  view.setStatus({ ...quiet, nextTryMs: 5 });
  view.setStatus({ ...quiet, unread: 2 });
  view.setStatus({ ...quiet, unread: 3 });
  view.setStatus({ ...quiet, unread: 3, problems: [problem] });
  assert.deepEqual(seen.images, ['none', 'unread', 'problem']);
  assert.deepEqual(seen.tips, [
    'Waypost',
    'Waypost',
    'Waypost: 2 unread',
    'Waypost: 3 unread',
    'Waypost: 3 unread, 1 problem',
  ]);
});

test('tray: menu → a way in, the problems in words, a way out', () => {
  const { seen, done, view, press, click } = recordedTray();
  view.setStatus({ ...quiet, problems: [problem] });
  assert.deepEqual(
    seen.menus.at(-1)?.map(item => item.label ?? item.type),
    [
      'Open Waypost',
      'Write a Message',
      'separator',
      '⚠ The Maildir is missing && cannot be made.',
      'separator',
      'Quit Waypost',
    ],
  );
  press(/Open/);
  press(/Write/);
  press(/⚠/);
  press(/Quit/);
  click();
  assert.deepEqual(done, ['open', 'write', 'open', 'quit', 'open']);
});

test('tray: quitting → says that deliveries end, offers to quit at once, and opens nothing', () => {
  const { seen, done, view, press, click } = recordedTray();
  view.setDraining();
  assert.equal(seen.tips.at(-1), 'Waypost: Finishing deliveries…');
  click();
  press(/Quit Now/);
  view.destroy();
  assert.deepEqual([done, seen.gone], [['quit now'], true]);
});

test('tray: the system has none → its calls do nothing', () => {
  const view = createTrayView({
    make: () => undefined,
    image: () => ({}) as NativeImage,
    actions: { open() {}, write() {}, quit() {}, quitNow() {}, exchange() {}, stop() {}, setOffline() {} },
  });
  assert.doesNotThrow(() => {
    view.setStatus(quiet);
    view.setDraining();
    view.destroy();
  });
});

test('isTrayShown: what programs answer → only a clear yes counts', async () => {
  const rows: [NodeJS.Platform, Record<string, string>, boolean, string[]][] = [
    ['win32', {}, true, []],
    ['darwin', {}, true, []],
    ['linux', { gdbus: '(true,)\n' }, true, ['gdbus']],
    ['linux', { gdbus: '(false,)\n', 'dbus-send': 'boolean true' }, false, ['gdbus']],
    ['linux', { 'dbus-send': '   boolean true\n' }, true, ['gdbus', 'dbus-send']],
    ['linux', { busctl: 'b true\n' }, true, ['gdbus', 'dbus-send', 'busctl']],
    ['linux', { busctl: 'b false\n' }, false, ['gdbus', 'dbus-send', 'busctl']],
    ['linux', {}, false, ['gdbus', 'dbus-send', 'busctl']],
  ];
  const got: typeof rows = [];
  for (const [platform, answers] of rows) {
    const ran: string[] = [];
    const shown = await isTrayShown(platform, async file => {
      ran.push(file);
      return answers[file];
    });
    got.push([platform, answers, shown, ran]);
  }
  assert.deepEqual(got, rows);
});

const kiss = status('kiss');

test('tray: links → a line for each, with what can be done; drawn when something that shows has changed', () => {
  const { seen, done, view } = recordedTray();
  view.setStatus(quiet);
  const waiting = { messages: 3, bytes: 9, seconds: null, cost: null };
  const drawn = () => seen.menus.length;
  view.setLinks([kiss, { ...kiss, name: 'ship', state: 'up', waiting }]);
  const before = drawn();
  view.setLinks([
    { ...kiss, because: 'interface ppp0 is down' },
    { ...kiss, name: 'ship', state: 'up', waiting },
  ]);
  assert.equal(drawn(), before);
  view.setLinks([
    { ...kiss, offline: true },
    { ...kiss, name: 'ship', state: 'up', waiting, progress: progress() },
  ]);
  const labels = seen.menus.at(-1)?.map(({ label }) => label ?? '—');
  assert.deepEqual(labels?.slice(3, 6), ['kiss: stays offline', 'ship: in contact, 3 messages wait', '—']);
  assert.equal(seen.tips.at(-1), 'Waypost: in contact over ship');
  const press = (link: number, item: number) => {
    const { submenu } = seen.menus.at(-1)?.[3 + link] ?? {};
    (submenu as { click(): void }[])[item]?.click();
  };
  for (const [link, item] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ] as const)
    press(link, item);
  assert.deepEqual(done, ['exchange kiss', 'kiss released', 'stop ship', 'ship offline']);
});
