// Programs of .qmail files get qmail-command's variables and no others, and the lines on top of a delivery stay single lines.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basicVariables, programEnvironment } from '../../../core/local/program-environment.ts';
import { deliveryLines } from '../../../core/local/rules/delivery-lines.ts';

const atMs = Date.UTC(2026, 10, 21, 9, 16, 56);

test('programEnvironment: extension and host with parts → every variable of qmail-command(8), nothing else (local.md 1)', () => {
  const local = 'joe-envt-a-B-c.d';
  const host = 'www.heaven.af.mil';
  const sender = 'se nder@x.y';
  assert.deepEqual(
    programEnvironment({
      user: 'joe',
      homeDir: '/home/joe',
      local,
      host,
      ext: 'envt-a-B-c.d',
      sender,
      newSender: sender,
      defaultPart: 'a-B-c.d',
      lines: deliveryLines(`${local}@${host}`, sender, atMs),
      basicVariables: basicVariables('/w', { PATH: '/bin', TZ: 'UTC', AWS_SECRET: 'x' }),
    }),
    {
      PATH: '/w/bin:/bin',
      WAYPOST_HOME: '/w',
      TZ: 'UTC',
      USER: 'joe',
      HOME: '/home/joe',
      SENDER: 'se nder@x.y',
      NEWSENDER: 'se nder@x.y',
      RECIPIENT: 'joe-envt-a-B-c.d@www.heaven.af.mil',
      LOCAL: 'joe-envt-a-B-c.d',
      HOST: 'www.heaven.af.mil',
      HOST2: 'www.heaven.af',
      HOST3: 'www.heaven',
      HOST4: 'www',
      EXT: 'envt-a-B-c.d',
      EXT2: 'a-B-c.d',
      EXT3: 'B-c.d',
      EXT4: 'c.d',
      DEFAULT: 'a-B-c.d',
      DTLINE: 'Delivered-To: joe-envt-a-B-c.d@www.heaven.af.mil\n',
      RPLINE: 'Return-Path: <"se nder"@x.y>\n',
      UFLINE: 'From se-nder@x.y Sat Nov 21 09:16:56 2026\n',
    },
  );
});

test('deliveryLines: line ends in addresses, no sender → still one line each', () => {
  assert.deepEqual(deliveryLines('a\nb@h', '', atMs), {
    dtLine: 'Delivered-To: a_b@h\n',
    rpLine: 'Return-Path: <>\n',
    ufLine: 'From MAILER-DAEMON Sat Nov 21 09:16:56 2026\n',
  });
  const { rpLine, ufLine } = deliveryLines('a@h', 'x\ty\nz@h', atMs);
  assert.deepEqual([rpLine, ufLine], ['Return-Path: <"x\ty\\_z"@h>\n', 'From x-y-z@h Sat Nov 21 09:16:56 2026\n']);
});
