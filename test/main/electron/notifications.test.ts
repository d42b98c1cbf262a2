// New mail is notified as often and as fully as the owner wants to see it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Notice } from '../../../core/api/errors.ts';
import type { Settings } from '../../../core/api/host.ts';
import type { Command } from '../../../core/api/transport/desktop.ts';
import {
  type Arrival,
  type NotificationText,
  notificationText,
  notifyOfMail,
} from '../../../main/electron/notifications.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

function arrival(id: string, name: string, subject: string, address = 'x@shore.example'): Arrival {
  return { id: `INBOX/${id}`, from: { name, address }, subject, unread: 1 };
}

const ines = arrival('1', 'Ines', 'Tides');
const tomas = arrival('2', 'Tomas', 'Ropes');
const rough = arrival('3', '', ' a\r\nb\u202E<img src=x>  ', 'no-name@shore.example');
const empty = arrival('4', '\u200B', '\u0000', '');

test('notificationText: messages and level → as much as the user wants to be seen', () => {
  const five = ['A', 'B', 'C', 'D', 'A'].map((name, index) => arrival(String(index), name, `s${index}`));
  const rows: [Arrival[], Settings['notify'], NotificationText | undefined][] = [
    [[ines], 'off', undefined],
    [[], 'subject', undefined],
    [[ines], 'count', { title: 'Waypost', body: '1 new message' }],
    [[ines, tomas], 'count', { title: 'Waypost', body: '2 new messages' }],
    [[ines], 'sender', { title: 'Ines', body: '1 new message' }],
    [[ines], 'subject', { title: 'Ines', body: 'Tides' }],
    [[rough], 'subject', { title: 'no-name@shore.example', body: 'a b ‹img src=x›' }],
    [[empty], 'subject', { title: 'Waypost', body: '(no subject)' }],
    [[ines, tomas, ines], 'sender', { title: '3 new messages', body: 'From Ines, Tomas' }],
    [five, 'sender', { title: '5 new messages', body: 'From A, B, C and 1 more' }],
    [five, 'subject', { title: '5 new messages', body: 'A: s0\nB: s1\nC: s2' }],
  ];
  assert.deepEqual(
    rows.map(([arrivals, level]) => [arrivals, level, notificationText(arrivals, level)]),
    rows,
  );
  assert.equal(notificationText([arrival('1', 'Ines', 'x'.repeat(500))], 'subject')?.body.length, 120);
});

function setUp(level: Settings['notify'] = 'subject') {
  const clock = steppedClock();
  const shown: (NotificationText & { click(): void })[] = [];
  const commands: Command[] = [];
  const state = { watched: false };
  let seq = 0;
  let listener: ((notice: Notice) => void) | undefined;
  const stop = notifyOfMail({
    notices(listen) {
      listener = listen;
      return () => {
        listener = undefined;
      };
    },
    clock,
    level: () => level,
    isWatched: () => state.watched,
    show: (content, click) => shown.push({ ...content, click }),
    command: command => commands.push(command),
  });
  const tell = (event: string, data: unknown) => {
    seq += 1;
    listener?.({ seq, event, data });
  };
  return { clock, shown, commands, state, stop, tell };
}

test('notifications: one message → one notification that opens it', () => {
  const { clock, shown, commands, tell } = setUp();
  tell('mail.changed', {});
  tell('mail.arrived', ines);
  clock.pass(1_499);
  assert.equal(shown.length, 0);
  clock.pass(1);
  assert.deepEqual(
    shown.map(({ title, body }) => [title, body]),
    [['Ines', 'Tides']],
  );
  shown[0]?.click();
  assert.deepEqual(commands, [{ kind: 'open', id: 'INBOX/1' }]);
});

test('notifications: a burst → one notification that opens the list; what comes later is said later', () => {
  const { clock, shown, commands, tell } = setUp();
  for (let n = 0; n < 200; n += 1) tell('mail.arrived', ines);
  clock.pass(1_500);
  shown[0]?.click();
  tell('mail.arrived', tomas);
  clock.pass(1_500);
  assert.deepEqual(
    shown.map(({ title }) => title),
    ['200 new messages', 'Tomas'],
  );
  assert.deepEqual(commands, [{ kind: 'place', place: 'mail' }]);
});

test('notifications: the user looks at the window, or wants none → silence', () => {
  const watched = setUp();
  watched.tell('mail.arrived', ines);
  watched.state.watched = true;
  watched.clock.pass(1_500);
  const off = setUp('off');
  off.tell('mail.arrived', ines);
  off.clock.pass(1_500);
  const stopped = setUp();
  stopped.tell('mail.arrived', ines);
  stopped.stop();
  stopped.clock.pass(1_500);
  assert.deepEqual([watched.shown, off.shown, stopped.shown], [[], [], []]);
});
