import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Launch, parseLaunch } from '../../../main/electron/launch.ts';
import { becomeOnlyInstance, type Wish } from '../../../main/electron/single-instance.ts';

const nothing: Launch = { home: undefined, hidden: false, mailto: undefined, verbose: false };

test('parseLaunch: command lines → what was asked for, whatever Electron and Chromium add', () => {
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
  ];
  assert.deepEqual(
    rows.map(([argv, env]) => [argv, env, parseLaunch(argv, env, '/work')]),
    rows,
  );
});

test('single instance: what a second start hands over → taken only as far as it makes sense', () => {
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
