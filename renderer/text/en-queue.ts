// The words of the queue place, in English.
import { many, numbers } from './plural.ts';

export const queue = {
  title: 'Queue',
  waiting: 'Waiting',
  oldest: 'Oldest',
  none: 'none',
  running: (count: number) => many(count, '# being tried now', '# being tried now'),
  delivered: 'Delivered, last hour',
  failed: 'Failed, last hour',
  deferredToo: (count: number) => many(count, '# put off', '# put off'),
  spans: { hour: 'Last hour', day: 'Last 24 hours' },
  span: 'Time span',
  tryAll: 'Try all now',
  retry: 'Retry now',
  view: 'View',
  hold: 'Hold',
  release: 'Release',
  returnToSender: 'Return to sender',
  remove: 'Delete',
  /** What a button does, for screen readers: several rows have the same buttons. */
  doFor: (what: string, who: string) => `${what}: message to ${who}`,
  doForOne: (what: string, who: string) => `${what}: ${who}`,
  held: 'held',
  heldToo: (count: number) => many(count, '# held', '# held'),
  message: {
    title: (who: string, more: number) => (more > 0 ? `Message to ${who} and ${more} more` : `Message to ${who}`),
    facts: (number: string, from: string, size: string) => `Number ${number}, from ${from}, ${size}`,
    recipients: 'Recipients',
    text: 'Text of the message',
    cut: 'Only the first 64 KB are shown.',
    gone: 'This message is not in the queue any more.',
  },
  ask: {
    bounce: {
      title: 'Return this message to its sender?',
      all: (from: string, count: number) =>
        many(
          count,
          `${from} gets it back in a bounce. The recipient who still waits does not get it.`,
          `${from} gets it back in a bounce. The # recipients who still wait do not get it.`,
        ),
      one: (from: string, who: string) => `${who} does not get it; ${from} is told so in a bounce.`,
      nobody: 'The postmaster',
      go: 'Return to sender',
    },
    remove: {
      title: 'Delete this message from the queue?',
      all: (count: number) =>
        many(
          count,
          'The recipient who still waits does not get it, and the sender is not told. This cannot be undone.',
          'The # recipients who still wait do not get it, and the sender is not told. This cannot be undone.',
        ),
      one: (who: string) => `${who} does not get it, and the sender is not told. This cannot be undone.`,
      go: 'Delete',
    },
  },
  chart: 'Deliveries over time',
  chartTable: 'Deliveries over time, as a table',
  series: { delivered: 'delivered', deferred: 'deferred', failed: 'failed' },
  showTable: 'Show as table',
  showChart: 'Show as chart',
  point: (time: string, delivered: number, deferred: number, failed: number) =>
    `${time}: ${numbers.format(delivered)} delivered, ${numbers.format(deferred)} deferred, ${numbers.format(failed)} failed`,
  time: 'Time',
  noFigures: 'Nothing was delivered, put off or refused in this time.',
  table: 'Messages in the queue',
  head: {
    to: 'To',
    from: 'From',
    age: 'Age',
    size: 'Size',
    tries: 'Tries',
    said: 'What the server said last',
    next: 'Next try',
    action: 'Action',
  },
  more: (count: number) => many(count, 'and # more', 'and # more'),
  bounce: 'bounce (no sender)',
  states: { now: 'being tried', ended: 'finished' },
  untried: 'not tried yet',
  beingTried: 'being tried now',
  now: 'now',
  soon: 'in a moment',
  inTime: (duration: string) => `in ${duration}`,
  emptyTitle: 'Nothing is waiting',
  empty:
    'Every message passes through here. One that cannot be delivered at once stays, safe on disk, and is tried again at growing intervals until it gets through or its time is up; then the sender is told.',
  shown: (shown: number, all: number) =>
    `The first ${numbers.format(shown)} of ${numbers.format(all)} messages are shown.`,
};
