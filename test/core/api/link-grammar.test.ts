// How the file of a link is written: words, and the hours of a window.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { firstWord, formatWindow, parseWindow, type UsageWindow } from '../../../core/api/link-grammar.ts';

test('windows are read and written', () => {
  for (const [text, written = text] of [
    ['mon-fri 06:00-06:15'],
    ['daily 22:00-06:00'],
    ['Sat,Sun 18:00-24:00', 'sat,sun 18:00-24:00'],
    ['fri-mon 0:00-01:30', 'mon,fri-sun 00:00-01:30'],
  ] as const) {
    assert.equal(formatWindow(parseWindow(text) as UsageWindow), written);
  }
  for (const text of [
    '',
    'daily',
    '06:00-07:00',
    'noday 06:00-07:00',
    'daily 6-7',
    'daily 06:00-06:00',
    'daily 06:60-07:00',
    'daily 24:01-25:00',
    'daily 06:00-07:00-08:00',
    'mon-tue-wed 06:00-07:00',
    'mon 06:00-07:00 x',
  ]) {
    assert.equal(parseWindow(text), undefined, text);
  }
});

test('windows: any line that is one → written, and read as the same window', () => {
  const piece = fc.constantFrom(
    ...['mon', 'fri', 'sun', 'MON', 'daily', '-', ',', ' ', '06:00', '24:00', '0:5', '23:59', '22:15', '7:00', '25:00'],
  );
  const line = fc.array(piece, { maxLength: 8 }).map(pieces => pieces.join(''));
  fc.assert(
    fc.property(line, text => {
      const window = parseWindow(text);
      if (window) assert.deepEqual(parseWindow(formatWindow(window)), window);
    }),
    { numRuns: 3000 },
  );
});

test('firstWord: blanks around and between → the word and the rest', () => {
  assert.deepEqual(firstWord(' interface  ppp0 '), { word: 'interface', rest: 'ppp0' });
  assert.deepEqual(firstWord('person'), { word: 'person', rest: '' });
  assert.deepEqual(firstWord(' \t'), { word: '', rest: '' });
});
