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
  deferredToo: (count: number) => many(count, '# deferred', '# deferred'),
  spans: { hour: 'Last hour', day: 'Last 24 hours' },
  span: 'Time span',
  tryAll: 'Try all now',
  retry: 'Try now',
  view: 'View',
  hold: 'Hold',
  release: 'Release',
  returnToSender: 'Return to sender',
  remove: 'Delete',
  /** What a button does, for screen readers: several rows have the same buttons. */
  doFor: (what: string, who: string) => `${what}: message to ${who}`,
  doForOne: (what: string, who: string) => `${what}: ${who}`,
  held: 'held',
  told: 'sender told',
  heldToo: (count: number) => many(count, '# held', '# held'),
  message: {
    title: (who: string, more: number) => (more > 0 ? `Message to ${who} and ${more} more` : `Message to ${who}`),
    facts: (number: string, from: string, size: string) => `Number ${number}, from ${from}, ${size}`,
    recipients: 'Recipients',
    text: 'Message text',
    cut: 'Only the first 64 KB are shown.',
    gone: 'This message is no longer in the queue.',
  },
  ask: {
    bounce: {
      title: 'Return this message to its sender?',
      all: (from: string, count: number) =>
        many(
          count,
          `${from} gets it back in a bounce. The remaining recipient does not get it.`,
          `${from} gets it back in a bounce. The # remaining recipients do not get it.`,
        ),
      one: (from: string, who: string) => `${who} does not get it; ${from} is told in a bounce.`,
      nobody: 'The postmaster',
      go: 'Return to sender',
    },
    remove: {
      title: 'Delete this message from the queue?',
      all: (count: number) =>
        many(
          count,
          'The remaining recipient does not get it, and the sender is not told. This cannot be undone.',
          'The # remaining recipients do not get it, and the sender is not told. This cannot be undone.',
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
  noFigures: 'There were no deliveries, deferrals or failures in this time.',
  table: 'Messages in the queue',
  head: {
    to: 'To',
    from: 'From',
    age: 'Age',
    size: 'Size',
    tries: 'Tries',
    said: 'Last reply',
    next: 'Next try',
    action: 'Actions',
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
    'Every message passes through here. A message that cannot be delivered at once stays here, safe on disk, and is tried again at growing intervals until it is delivered or its lifetime ends; then it is returned to the sender.',
  shown: (shown: number, all: number) =>
    `The first ${numbers.format(shown)} of ${numbers.format(all)} messages are shown.`,
};
