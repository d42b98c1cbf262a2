// Local delivery as the queue sees it: addresses in, files, programs, forwards and outcomes out.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { refusal } from '../../../core/queue/qq-codes.ts';
import { localRig } from './local-rig.ts';

test('deliver: a Maildir line, a program line and a forward → all three, counted in the report', async t => {
  const rig = localRig(t);
  rig.write('.qmail', './Maildir/\n|cat > seen\n&ines@shore.example\n');
  assert.deepEqual(await rig.deliver(), { kind: 'done', text: 'did 1+1+1\nqp 4711\n' });
  const [name = ''] = rig.list('Maildir/new');
  assert.match(name, /^1795252616\.M0P\d+Q1\.host\.example$/);
  assert.deepEqual(
    {
      maildir: rig.read(`Maildir/new/${name}`),
      tmp: rig.list('Maildir/tmp'),
      seen: rig.read('seen'),
      forwarded: rig.forwarded,
    },
    {
      maildir: 'Return-Path: <ines@shore.example>\nDelivered-To: joe@here.example\nSubject: hi\n\nHello.\n',
      tmp: [],
      seen: 'Subject: hi\n\nHello.\n',
      forwarded: [
        {
          text: 'Delivered-To: joe@here.example\nSubject: hi\n\nHello.\n',
          envelope: { sender: 'ines@shore.example', recipients: ['ines@shore.example'] },
          invoker: { uid: process.getuid?.() },
        },
      ],
    },
  );
});
