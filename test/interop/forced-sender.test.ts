// A provider as others set it up: an Exim that takes mail from the account's address only, in the envelope and in From.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { without } from '../support/programs.ts';
import { startReceivingExim } from '../support/receiving-exim.ts';
import { remoteRig } from '../support/remote-rig.ts';
import { until } from '../support/until.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'it needs root to start';

const text = `Received: (qmail 7 invoked by uid 0); 1 Dec 2026 10:00:00 -0000
From: root@pc (Cron Daemon)
To: joe@far.example
Date: 1 Dec 2026 10:00:00 -0000
Subject: backup

done
`;

test('an Exim that demands ann@isp.example: refused as root@pc; with control/allmailfrom → accepted, Reply-To is root@pc', {
  skip: needsRoot || without('exim4'),
}, async t => {
  const { port, box } = await startReceivingExim(t, {
    main: 'acl_smtp_data = only_ann\n',
    acls: `only_ann:
  deny message = 5.7.1 not your address
    condition = \${if !eqi{\${address:$h_from:}}{ann@isp.example}}
  accept
`,
    refusals: '  deny !senders = ann@isp.example\n',
  });
  const before = await remoteRig(t, { port }).deliver('joe@far.example', { sender: 'root@pc', text });
  assert.equal(before.kind, 'never', before.text);
  const control = { allmailfrom: '127.0.0.1:ann@isp.example\n' };
  const after = await remoteRig(t, { port, control }).deliver('joe@far.example', { sender: 'root@pc', text });
  assert.equal(after.kind, 'done', after.text);
  const stored = await until('the message in its mailbox', () => (box().includes('\n\ndone\n') ? box() : undefined));
  assert.match(stored, /^From: ann@isp\.example \(Cron Daemon\)\nReply-To: root@pc \(Cron Daemon\)$/m);
});
