// Postfix between our SMTP client and our SMTP server: what the sender wants to be told (RFC 3461) goes through all three.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EnvelopeDsn } from '../../core/paper-path/dsn.ts';
import { startPostfix } from '../support/private-postfix.ts';
import { without } from '../support/programs.ts';
import { remoteRig } from '../support/remote-rig.ts';
import { startSmtp } from '../support/smtp-rig.ts';
import { until } from '../support/until.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'it needs root to start';

test('Postfix: RET, ENVID, NOTIFY and ORCPT of ours → handed on, and taken by our server as they were', {
  skip: needsRoot || without('postfix'),
}, async t => {
  const taken: (EnvelopeDsn | undefined)[] = [];
  const server = await startSmtp(t, {
    control: { rcpthosts: 'far.example\n' },
    deps: {
      keepsDsn: () => true,
      accept:
        () =>
        async (source, { dsn }) => {
          for await (const _ of source);
          taken.push(dsn);
          return { ok: true, id: 1, qp: 1 };
        },
    },
  });
  const { port, log } = await startPostfix(
    t,
    () => `relay_domains = far.example
transport_maps = static:smtp:[127.0.0.1]:${server.port}
`,
  );
  const dsn = {
    ret: 'HDRS',
    envid: 'QQ+2B314159',
    notify: 'SUCCESS,DELAY',
    orcpt: 'rfc822;B+2Bob@old.example',
  } as const;
  const outcome = await remoteRig(t, { port }).deliver('bob@far.example', { sender: 'joe@here.example', dsn });
  assert.deepEqual([outcome.kind, outcome.kind === 'done' && outcome.handedOn], ['done', 'next'], outcome.text);
  await until('the message', () => taken.length === 1).catch(() => assert.fail(log()));
  const { ret, envid, ...wish } = dsn;
  assert.deepEqual(taken, [{ ret, envid, recipients: [wish] }]);
});
