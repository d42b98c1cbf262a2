// The words about what did happen to messages, in English.
import { many } from './plural.ts';

export const trace = {
  label: 'What happened to a message',
  field: 'Address, Message-ID or message number',
  go: 'Trace',
  fromReader: 'What happened to it',
  found: (count: number, query: string) => many(count, `# message for ${query}`, `# messages for ${query}`),
  nothing: 'The log tells of no such message. It goes back as far as its files do.',
  older: (count: number) => many(count, '# older message is not shown', '# older messages are not shown'),
  moreEvents: (count: number) => many(count, 'and # more event', 'and # more events'),
  message: (number: string) => `message ${number}`,
  facts: (from: string, when: string) => `From ${from}, ${when}`,
  unknownSender: 'somebody',
  arrived: 'Arrived',
  beforeLog: 'The log begins here; how it arrived is not in it any more',
  fromNetwork: (address: string) => `Arrived from ${address || 'the network'}`,
  injected: (uid: string) => `Arrived from a program of this machine (uid ${uid})`,
  returns: 'It returns',
  forwardedBy: 'Sent on from',
  bouncedAs: 'The bounce is',
  forwardedAs: 'Sent on as',
  results: {
    success: 'Delivered',
    deferral: 'Put off',
    failure: 'Failed',
    none: 'Tried',
  },
  to: { local: 'here to', remote: 'by network to' },
  took: (time: string) => `after ${time}`,
  answer: (status: string | null, answer: { code: number | null; host: string | null; ip: string | null } | null) => {
    const code = answer?.code ? [`reply ${answer.code}`] : [];
    const server = answer?.host ?? answer?.ip;
    return [...(status ? [status] : []), ...code, ...(server ? [`of ${server}`] : [])].join(' ');
  },
  next: (time: string) => `Next try ${time}`,
  bounce: 'Went back to the sender in a bounce',
  tripleBounce: 'A bounce that bounced twice: thrown away',
  decisions: {
    held: (who: string) => `Held for ${who}`,
    released: (who: string) => `Released for ${who}`,
    returned: (who: string) => `Given up for ${who}: goes back to the sender`,
    deleted: (who: string) => `Given up for ${who} without a word`,
  },
  stillThere: 'It is in the queue',
  end: 'The end: nobody waits for it any more',
};
