// The words that the window has for a link's state, for its next contact and for what waits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LinkStatus } from '../../../../core/api/links.ts';
import {
  linkMark,
  linkWaitWords,
  nextWords,
  statusWords,
  stepWords,
} from '../../../../renderer/models/links/describe-link.ts';
import { progress, status } from '../../support/played-links.ts';

const nowMs = new Date(2026, 10, 30, 12, 0).getTime();
const evening = new Date(2026, 10, 30, 18, 0).getTime();
const monday = new Date(2026, 11, 7, 6, 0).getTime();
const waiting = (messages: number) => ({ messages, bytes: messages * 1000, seconds: null, cost: null });

test('link words: what matters most → is on the chip; what comes next → in the line', () => {
  const cases: readonly [Partial<LinkStatus>, string, string][] = [
    [{ state: 'up' }, 'Up', 'May be used at any time'],
    [{ state: 'down', window: { open: false, changesMs: evening } }, 'Down', 'Next window 18:00'],
    [{ state: 'unknown', window: { open: false, changesMs: monday } }, 'Not known yet', 'Next window Mon 06:00'],
    [{ state: 'up', window: { open: true, changesMs: evening } }, 'Up', 'Window open until 18:00'],
    [{ state: 'down', toClient: true }, 'Down', 'Sends when its client makes contact'],
    [{ state: 'up', offline: true }, 'Offline', 'Stays offline until you switch it on again'],
    [
      { state: 'up', spentToday: true },
      'Used up for today',
      'Its limit for today is used up; it is used again tomorrow',
    ],
    [{ state: 'up', progress: progress() }, 'In contact', 'May be used at any time'],
    [{ problems: [{ line: 1, text: '' }] }, '1 problem', 'Sends nothing until its file is correct'],
  ];
  assert.deepEqual(
    cases.map(([part]) => [linkMark(status('x', part)).words, nextWords(status('x', part), nowMs)]),
    cases.map(([, chip, next]) => [chip, next]),
  );
});

test('link words: the status bar → the contact that runs, else one link in full, else what waits for all', () => {
  const shut = { open: false, changesMs: evening };
  const words = (...links: LinkStatus[]) => statusWords(links, nowMs).words;
  assert.deepEqual(
    [
      words(),
      words(status('sat', { waiting: waiting(3), window: shut })),
      words(status('sat', { offline: true, window: shut })),
      words(status('a', { waiting: waiting(3), window: shut }), status('b', { waiting: waiting(1) })),
      words(status('a'), status('b')),
      words(status('a'), status('b', { progress: progress({ sent: 2, refused: 1, left: 4 }) })),
    ],
    [
      '',
      'sat: down, 3 waiting, next window 18:00',
      'sat: offline',
      '4 wait for links, next window 18:00',
      '',
      'b: sending, 3 of 7',
    ],
  );
});

test('link words: a step as its file has it → in words', () => {
  assert.deepEqual(['send', 'turn 10.0.0.1:1789', 'etrn hub:25 a.example', 'queue'].map(stepWords), [
    'Sending mail',
    'Asking 10.0.0.1:1789 for our mail',
    'Asking hub:25 for our mail (ETRN)',
    'The queue is sending',
  ]);
});

test('link words: something waits for links → for which, and until when', () => {
  const shut = { open: false, changesMs: evening };
  const cases: readonly [readonly LinkStatus[] | undefined, readonly string[], string][] = [
    [undefined, ['sat'], 'Waits for sat'],
    [[status('radio')], ['sat'], 'Waits for sat'],
    [[status('sat', { window: shut })], ['sat'], 'Waits for sat, next window 18:00'],
    [[status('sat')], ['sat'], 'Waits for sat, it is down'],
    [[status('sat', { state: 'up' })], ['sat'], 'Waits for sat'],
    [[status('sat', { offline: true, window: shut })], ['sat'], 'Waits for sat, it stays offline'],
    [[status('sat', { spentToday: true })], ['sat'], 'Waits for sat, used up for today'],
    [[status('sat', { problems: [{ line: 1, text: '' }] })], ['sat'], 'Waits for sat, its file has a mistake'],
    [
      [
        status('sat', { window: { open: false, changesMs: monday } }),
        status('radio', { window: shut }),
        status('gsm', { offline: true }),
      ],
      ['sat', 'radio', 'gsm'],
      'Waits for sat or radio or gsm, next window 18:00',
    ],
  ];
  assert.deepEqual(
    cases.map(([links, names]) => linkWaitWords(links, names, nowMs)),
    cases.map(([, , words]) => words),
  );
});
