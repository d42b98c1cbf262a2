// Quitting lets deliveries end first, can be cancelled, and failures to start or stop are said in words.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { UserError } from '../../../core/lib/user-error.ts';
import { watchHost } from '../../../main/electron/host-state.ts';
import { setUpQuit } from '../../../main/electron/quit.ts';
import { reportStartFailure } from '../../../main/electron/start/start-failure.ts';

function setUp() {
  const exits: number[] = [];
  const lines: string[] = [];
  const drained = Promise.withResolvers<boolean>();
  const app = Object.assign(new EventEmitter(), { exit: (code = 0) => void exits.push(code) });
  let drains = 0;
  const quit = setUpQuit({
    app: app as never,
    drain() {
      drains += 1;
      return drained.promise;
    },
    log: line => lines.push(line),
  });
  const ask = () => {
    let prevented = false;
    app.emit('before-quit', {
      preventDefault() {
        prevented = true;
      },
    });
    return prevented;
  };
  return { exits, lines, drained, quit, ask, drains: () => drains };
}

const turn = () => new Promise(resolve => setImmediate(resolve));

test('quit: asked once and again → drains once, exits with 0 only when drained', async () => {
  const { exits, drained, quit, ask, drains } = setUp();
  assert.equal(quit.begun(), false);
  assert.deepEqual([ask(), ask(), quit.begun(), drains()], [true, true, true, 1]);
  await turn();
  assert.deepEqual(exits, []);
  drained.resolve(true);
  await turn();
  assert.deepEqual(exits, [0]);
});

test('quit: the user cancels → nothing ends, and quitting can start again', async () => {
  const { exits, drained, quit, ask, drains } = setUp();
  ask();
  drained.resolve(false);
  await turn();
  assert.deepEqual([exits, quit.begun()], [[], false]);
  ask();
  assert.deepEqual([quit.begun(), drains()], [true, 2]);
});

test('quit: the drain fails → said, and exits with 1', async () => {
  const { exits, lines, drained, ask } = setUp();
  ask();
  drained.reject(new Error('disk full'));
  await turn();
  assert.deepEqual([exits, lines], [[1], ['unable to quit in order: Error: disk full']]);
});

test('start failure: errors → words for people, a stack for bugs, the exit code', async () => {
  const rows: [unknown, RegExp, number][] = [
    [new UserError('Another host has this home.'), /^Another host has this home\.$/, 1],
    [new UserError('No.', { exitCode: 111 }), /^No\.$/, 111],
    [new Error('bug'), /^Error: bug\n\s+at /, 1],
    ['text', /^text$/, 1],
  ];
  for (const [error, words, code] of rows) {
    const seen: unknown[] = [];
    const boxes: string[] = [];
    await reportStartFailure(
      {
        app: { whenReady: async () => void seen.push('ready'), exit: (exitCode?: number) => void seen.push(exitCode) },
        dialog: { showErrorBox: (_title: string, content: string) => void boxes.push(content) },
        log: line => seen.push(line),
      },
      error,
    );
    assert.match(String(seen[0]), words);
    assert.deepEqual([seen.slice(1), boxes], [['ready', code], [seen[0]]]);
  }
});

test('host state: notices → read again after host.changed, told to each listener until it ends', () => {
  let listener: ((notice: { seq: number; event: string; data: unknown }) => void) | undefined;
  let unread = 0;
  const watch = watchHost({
    notices(listen) {
      listener = listen;
      return () => {
        listener = undefined;
      };
    },
    status: () => ({ unread }) as never,
    settings: () => ({ notify: 'off' }) as never,
  });
  const seen: number[] = [];
  const end = watch.each(({ status }) => seen.push(status.unread));
  unread = 3;
  listener?.({ seq: 1, event: 'queue.changed', data: {} });
  listener?.({ seq: 2, event: 'host.changed', data: {} });
  end();
  unread = 4;
  listener?.({ seq: 3, event: 'host.changed', data: {} });
  assert.deepEqual([seen, watch.current().status.unread], [[0, 3], 4]);
  watch.dispose();
  assert.equal(listener, undefined);
});
