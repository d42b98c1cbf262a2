// The words about what happened to a message, in English.
import { many } from './plural.ts';

export const trace = {
  label: 'What happened to a message',
  field: 'Address, Message-ID or message number',
  go: 'Trace',
  fromReader: 'What happened to it',
  found: (count: number, query: string) => many(count, `# message for ${query}`, `# messages for ${query}`),
  nothing: 'The log has no such message. It goes back only as far as its files.',
  older: (count: number) => many(count, '# older message is not shown', '# older messages are not shown'),
  moreEvents: (count: number) => many(count, 'and # more event', 'and # more events'),
  message: (number: string) => `message ${number}`,
  facts: (from: string, when: string) => `From ${from}, ${when}`,
  unknownSender: 'an unknown sender',
  arrived: 'Arrived',
  beforeLog: 'The log starts here; it no longer shows how the message arrived',
  fromNetwork: (address: string) => `Arrived from ${address || 'the network'}`,
  injected: (uid: string) => `Arrived from a program on this machine (uid ${uid})`,
  asParent: {
    bounce: 'Bounce of',
    delay: 'Delay notice for',
    success: 'Success notice for',
    forward: 'Forwarded from',
  },
  asChild: { bounce: 'Bounced as', delay: 'Delay notice:', success: 'Success notice:', forward: 'Forwarded as' },
  results: {
    success: 'Delivered',
    deferral: 'Deferred',
    failure: 'Failed',
    none: 'Tried',
  },
  to: { local: '(local):', remote: '(remote):' },
  took: (time: string) => `after ${time}`,
  answer: (status: string | null, answer: { code: number | null; host: string | null; ip: string | null } | null) => {
    const code = answer?.code ? [`reply ${answer.code}`] : [];
    const server = answer?.host ?? answer?.ip;
    return [...(status ? [status] : []), ...code, ...(server ? [`from ${server}`] : [])].join(' ');
  },
  /** `TLS 1.3, certificate verified` */
  tls: (tls: string) => `Sent with ${tls}`,
  next: (time: string) => `Next try ${time}`,
  bounce: 'Returned to the sender in a bounce',
  told: {
    delay: 'The sender was told of the delay',
    success: 'The sender was told of the delivery, as it had asked for',
  },
  tripleBounce: 'Triple bounce: discarded',
  decisions: {
    held: (who: string) => `Held for ${who}`,
    released: (who: string) => `Released for ${who}`,
    returned: (who: string) => `Returned to the sender for ${who}`,
    deleted: (who: string) => `Deleted for ${who}; the sender is not told`,
  },
  linkResults: { sent: 'Sent', deferral: 'Deferred', returned: 'Returned to the sender', dropped: 'Dropped' },
  overLink: (name: string) => `(link ${name}):`,
  showLink: 'Show link',
  stillThere: 'Still in the queue',
  end: 'Finished: no recipients left in the queue',
};
