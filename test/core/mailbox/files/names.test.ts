// The names of messages in a Maildir: flags, times, keywords of other programs, and new names after a move.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changeLetters,
  formatFileName,
  movedUnique,
  parseFileName,
  secondsInName,
} from '../../../../core/mailbox/files/names.ts';
import { createUniqueName } from '../../../../core/paper-path/maildir-names.ts';

test('parseFileName: names in new/ and cur/ → unique part and flags; others are not messages', () => {
  const table: [name: string, parsed: ReturnType<typeof parseFileName>][] = [
    ['17.a.host', { unique: '17.a.host', letters: '' }],
    ['17.a.host:2,', { unique: '17.a.host', letters: '' }],
    ['17.a.host:2,SRF', { unique: '17.a.host', letters: 'FRS' }],
    ['17.a.host,S=12:2,SSab', { unique: '17.a.host,S=12', letters: 'Sab' }],
    ['17.a.host:1,xyz', { unique: '17.a.host', letters: '' }],
    ['17.a.host:2,S:2,F', { unique: '17.a.host', letters: 'FS' }],
    ['.hidden', undefined],
    [':2,S', undefined],
    ['', undefined],
    ['17.\ufffd.host', { unique: '17.\ufffd.host', letters: '' }],
  ];
  for (const [name, parsed] of table) assert.deepEqual(parseFileName(name), parsed, name);
});

test('formatFileName: flags in any order → sorted, once', () => {
  assert.equal(formatFileName('17.a.host', 'SFSR'), '17.a.host:2,FRS');
  assert.equal(formatFileName('17.a.host', ''), '17.a.host:2,');
});

test('changeLetters: add and remove → keywords of other programs stay', () => {
  assert.equal(changeLetters('FSa', ['R', 'S'], ['F']), 'RSa');
  assert.equal(changeLetters('', [], ['S']), '');
});

test('secondsInName: qmail, dovecot and foreign names → the time or nothing', () => {
  assert.equal(secondsInName('1795262400.4242.host'), 1795262400);
  assert.equal(secondsInName('17.a.host'), undefined);
  assert.equal(secondsInName('cur-1795262400'), undefined);
});

test('createUniqueName: same moment, awkward host → names differ and are valid', () => {
  const clock = { nowMs: () => 1795262400123, after: () => () => {} };
  const next = createUniqueName({ clock, hostName: 'a/b:c', pid: 42 });
  assert.deepEqual(
    [next(), next()],
    ['1795262400.M123000P42Q1.a\\057b\\072c', '1795262400.M123000P42Q2.a\\057b\\072c'],
  );
});

test('movedUnique: names of mbsync, offlineimap, Dovecot and others → new ones, with the time and the sizes', () => {
  const fresh = '1795262400.M123000P42Q1.host.example';
  const table: [before: string, moved: string][] = [
    ['1690000000.5_1.box,U=3', '1690000000.M123000P42Q1T1795262400.host.example'],
    ['1690000000.M1P2.box,S=917,W=940,U=12', '1690000000.M123000P42Q1T1795262400.host.example,S=917,W=940'],
    ['1690000000_0.9.box,U=4,FMD5=7e33429f656f1e6e9d79b29c3f82c57e', fresh],
    ['msg.ABC,S=x,S=12', `${fresh},S=12`],
    [fresh, '1795262400.M123000P42Q1T1795262400.host.example'],
  ];
  for (const [before, moved] of table) assert.equal(movedUnique(fresh, before), moved, before);
});
