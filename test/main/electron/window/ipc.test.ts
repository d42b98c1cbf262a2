// Only our own page in our own window reaches the host over IPC, and commands wait until it is ready.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { Handlers } from '../../../../core/api/contract.ts';
import { errorText } from '../../../../core/api/error-text.ts';
import { type Answer, type Notice, refusal } from '../../../../core/api/errors.ts';
import { createClient, type Transport } from '../../../../core/api/transport/client.ts';
import type { Command } from '../../../../core/api/transport/desktop.ts';
import { createDispatch, type Dispatch } from '../../../../core/api/transport/dispatch.ts';
import { openPages } from '../../../../core/host/pages/pages.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { createCommands } from '../../../../main/electron/commands.ts';
import { channels } from '../../../../main/electron/window/channels.ts';
import { setUpIpc } from '../../../../main/electron/window/ipc.ts';
import { text } from '../../../../renderer/text/en.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const answered: Dispatch = async () => ({ ok: true, value: 'answer' });

function setUp(answer: Dispatch = answered) {
  const handlers = new Map<string, (event: unknown, ...args: unknown[]) => unknown>();
  const ipcMain = Object.assign(new EventEmitter(), {
    handle: (channel: string, handler: () => unknown) => void handlers.set(channel, handler),
    removeHandler: (channel: string) => void handlers.delete(channel),
  });
  const sent: unknown[] = [];
  const asked: unknown[] = [];
  const window = { send: (...args: unknown[]) => sent.push(args) };
  const state = { window: window as unknown, ready: 0 };
  let listener: ((notice: Notice) => void) | undefined;
  const stop = setUpIpc({
    ipcMain: ipcMain as never,
    host: {
      user: 'alice',
      async dispatch(...args) {
        asked.push(args);
        return answer(...args);
      },
      notices(listen) {
        listener = listen;
        return () => {
          listener = undefined;
        };
      },
    },
    window: () => state.window as never,
    onReady: () => {
      state.ready += 1;
    },
  });
  return { handlers, ipcMain, sent, asked, window, state, stop, tell: (notice: Notice) => listener?.(notice) };
}

test('ipc: senders → only the top frame of our own page in our own window reaches the host', async () => {
  const { handlers, ipcMain, asked, window, state } = setUp();
  const top = { origin: 'app://waypost', parent: null };
  const rows: [string, unknown, boolean][] = [
    ['our page', { sender: window, senderFrame: top }, true],
    ['a frame in our page', { sender: window, senderFrame: { origin: 'app://waypost', parent: top } }, false],
    ['an opaque frame', { sender: window, senderFrame: { origin: 'null', parent: top } }, false],
    ['another page', { sender: window, senderFrame: { origin: 'https://evil.example', parent: null } }, false],
    ['a look-alike', { sender: window, senderFrame: { origin: 'app://waypost.evil', parent: null } }, false],
    ['another window', { sender: {}, senderFrame: top }, false],
    ['a frame that is gone', { sender: window, senderFrame: null }, false],
  ];
  const got: typeof rows = [];
  for (const [name, event] of rows) {
    asked.length = 0;
    state.ready = 0;
    const answer = await handlers.get(channels.invoke)?.(event, 'host.status', {});
    ipcMain.emit(channels.ready, event);
    const reached = asked.length === 1 && state.ready === 1;
    assert.equal((answer as { ok: boolean }).ok, reached, name);
    if (reached) assert.deepEqual(asked, [[{ user: 'alice', way: { kind: 'desktop' } }, 'host.status', {}]]);
    got.push([name, event, reached]);
  }
  assert.deepEqual(got, rows);
});

test('ipc: refusals → kind, code and parameters, for our page and for others', async t => {
  const { handlers, window } = setUp(
    createDispatch(
      openPages({ home: tempDir(t), clock: systemClock, log: () => {}, serves: () => true }).handlers as Handlers,
      () => assert.fail('this is no bug'),
    ),
  );
  const event = { sender: window, senderFrame: { origin: 'app://waypost', parent: null } };
  const transport: Transport = {
    send: async (...call) => structuredClone(await handlers.get(channels.invoke)?.(event, ...call)) as Answer,
    listen: () => {},
  };
  await assert.rejects(createClient(transport).call('page.open', { browser: false }), {
    name: 'ApiError',
    kind: 'failed',
    code: 'window-none',
    params: {},
    message: errorText(refusal('window-none', {}), text.errors),
  });
  assert.deepEqual(await handlers.get(channels.invoke)?.({ ...event, sender: {} }, 'host.status', {}), {
    ok: false,
    kind: 'refused',
    code: 'window-foreign',
    params: {},
  });
});

test('ipc: notices → to the window while there is one, until it is stopped', () => {
  const { handlers, ipcMain, sent, state, stop, tell } = setUp();
  const notice = { seq: 1, event: 'host.changed', data: {} };
  tell(notice);
  state.window = undefined;
  tell(notice);
  assert.deepEqual(sent, [[channels.notice, notice]]);
  stop();
  tell(notice);
  assert.deepEqual([handlers.size, ipcMain.listenerCount(channels.ready), sent.length], [0, 0, 1]);
});

test('commands: before, between and after pages → delivered once each, in order, to a page that is ready', () => {
  const delivered: Command[] = [];
  const commands = createCommands(command => delivered.push(command));
  const open = (id: string): Command => ({ kind: 'open', id });
  commands.give(open('1'));
  commands.give(open('2'));
  assert.deepEqual([delivered, commands.areWaiting()], [[], true]);
  commands.ready();
  commands.give(open('3'));
  commands.lost();
  commands.give(open('4'));
  commands.ready();
  commands.ready();
  assert.deepEqual([delivered, commands.areWaiting()], [['1', '2', '3', '4'].map(open), false]);
});

test('commands: thousands without a listener → a few are kept', () => {
  const delivered: Command[] = [];
  const commands = createCommands(command => delivered.push(command));
  for (let n = 0; n < 5_000; n += 1) commands.give({ kind: 'compose' });
  commands.ready();
  assert.equal(delivered.length, 20);
});
