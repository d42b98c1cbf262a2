// The command line of the app sets its options; a link or a second start can set none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Launch, parseLaunch } from '../../../../main/electron/start/launch.ts';
import { becomeOnlyInstance, type Wish } from '../../../../main/electron/start/single-instance.ts';

const nothing: Launch = { home: undefined, hidden: false, mailto: undefined, verbose: false };

test('parseLaunch: command lines → the user’s options, without those of Electron and Chromium', () => {
  const rows: [string[], Record<string, string>, Launch][] = [
    [['electron', '.'], {}, nothing],
    [['electron', '.', '--home', '/srv/post'], {}, { ...nothing, home: '/srv/post' }],
    [['electron', '.', '--home=post'], {}, { ...nothing, home: '/work/post' }],
    [['electron', '--home'], { WAYPOST_HOME: '/env' }, { ...nothing, home: '/env' }],
    [['electron', '--home', '/arg'], { WAYPOST_HOME: '/env' }, { ...nothing, home: '/arg' }],
    [['electron'], { WAYPOST_HOME: '' }, nothing],
    [['waypost', '--hidden', '--verbose'], {}, { ...nothing, hidden: true, verbose: true }],
    [['waypost', '--inspect=0', 'mailto:a@b.example'], {}, { ...nothing, mailto: 'mailto:a@b.example' }],
    [['waypost', 'https://b.example', 'mailtox:a'], {}, nothing],
    [['waypost', '--'], { WAYPOST_HOME: '/env' }, { ...nothing, home: '/env' }],
    [
      ['C:\\Waypost\\waypost.exe', '--home', 'a:b', '--hidden', '--'],
      {},
      { ...nothing, home: '/work/a:b', hidden: true },
    ],
  ];
  assert.deepEqual(
    rows.map(([argv, env]) => [argv, env, parseLaunch(argv, env, '/work')]),
    rows,
  );
});

test('parseLaunch: a link with any words → sets no option', () => {
  const link = 'mailto:a@b.example';
  const evil = ['--home', '/evil', '--home=/evil', '--hidden', '--verbose'];
  const rows: [string[], Launch][] = [
    [['waypost', '--', link, ...evil], { ...nothing, mailto: link }],
    [['waypost', '--home', '/mine', '--', link, ...evil], { ...nothing, home: '/mine', mailto: link }],
    [
      ['waypost', '--home', '/mine', '--verbose', '--', ...evil, link],
      { ...nothing, home: '/mine', verbose: true, mailto: link },
    ],
    // Registered by another program, without `--`:
    [['waypost', link, ...evil], { ...nothing, mailto: link }],
    [['waypost', ...evil, link], { ...nothing, mailto: link }],
    [['waypost', 'MAILTO:x', '--home=/evil'], { ...nothing, mailto: 'MAILTO:x' }],
    [['waypost', 'mailto://[', '--home=/evil'], nothing],
    [['waypost', `mailto:${'x'.repeat(9_000)}`, '--home=/evil'], nothing],
    [['waypost', 'webcal:x', '--home=/evil'], nothing],
    // A second `--` is a word like any other.
    [['waypost', '--', link, '--', '--home', '/evil'], { ...nothing, mailto: link }],
  ];
  assert.deepEqual(
    rows.map(([argv]) => [argv, parseLaunch(argv, {}, '/work')]),
    rows,
  );
});

test('single instance: data from a second start → only its valid parts are used', () => {
  const wishes: Wish[] = [];
  let listener: (event: unknown, argv: string[], directory: string, data: unknown) => void = () => {};
  const app = {
    asked: undefined as unknown,
    requestSingleInstanceLock(data?: unknown) {
      app.asked = data;
      return true;
    },
    on(_event: string, listen: typeof listener) {
      listener = listen;
      return app;
    },
  };
  const wish = { hidden: false, mailto: 'mailto:a@b.example' };
  assert.equal(
    becomeOnlyInstance(app as never, wish, one => wishes.push(one)),
    true,
  );
  assert.deepEqual(app.asked, wish);
  for (const data of [
    { hidden: true, mailto: null },
    { hidden: 'yes', mailto: 'mailto:x@y.example' },
    { mailto: 'file:///etc/passwd' },
    { mailto: 7 },
    null,
    undefined,
    'text',
  ]) {
    listener({}, ['waypost', 'mailto:not@this.example'], '/', data);
  }
  const nothingAsked = { hidden: false, mailto: undefined };
  assert.deepEqual(wishes, [
    { hidden: true, mailto: undefined },
    { hidden: false, mailto: 'mailto:x@y.example' },
    ...Array(5).fill(nothingAsked),
  ]);
});

test('single instance: another one has the home → false, and no listener', () => {
  const app = { requestSingleInstanceLock: () => false, on: () => assert.fail('listened') };
  assert.equal(
    becomeOnlyInstance(app as never, { hidden: false, mailto: undefined }, () => {}),
    false,
  );
});
