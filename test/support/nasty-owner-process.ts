// A reader process that does what its second argument says: one that never opens, does not read, or sends false data.
import { Socket } from 'node:net';
import { createPeer } from '../../core/lib/process/peer.ts';
import { streamFd } from '../../core/lib/process/start-process.ts';

const how = process.argv[2];
if (how === 'dies') process.exit(5);
const stream = new Socket({ fd: streamFd });
const peer = createPeer(
  stream,
  async (name, { words }) => {
    if (name === 'open' && how === 'lies') {
      await peer.tell('changed', { mailboxes: 'many' });
      await peer.tell('problems', [{ code: 7 }]);
      await peer.tell('log', 'one\ntwo');
      await peer.tell('format-the-disk', null);
    }
    if (name === 'call') {
      const { method } = words as { method: string };
      if (how === 'loops') for (;;);
      if (method === 'mail.mailboxes') return { words: { ok: true, value: [{ id: 'INBOX', total: 'no number' }] } };
      if (method === 'mail.source') return { words: { ok: 'perhaps' } };
      return { words: { ok: false, kind: 'gone', code: 'message-gone', params: { mailbox: 'INBOX' } } };
    }
    return {};
  },
  { gone: () => process.exit(0) },
);
