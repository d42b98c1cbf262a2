// The words of the links place, in English; those of a link's settings are in en-link-settings.ts.
import { linkSettings } from './en-link-settings.ts';
import { many, numbers } from './plural.ts';

export const links = {
  ...linkSettings,
  title: 'Links',
  list: 'Your links',
  make: {
    button: 'New link',
    first: 'Create a link',
    label: 'Name of the link',
    hint: 'Small letters, digits and _. Mail waits for it in serial/NAME.',
    go: 'Create',
    invalid: 'Use up to 32 small letters, digits and _.',
    exists: 'There is already a link with this name.',
  },
  emptyTitle: 'No links yet',
  empty:
    'A link is a way to another host that is not always there: a radio, a satellite, a modem, a boat that is in port twice a week. Mail for it waits safely on disk. It leaves in the order you choose, within the hours and costs you set, and you see what waits and what it will cost.',

  states: { up: 'Up', down: 'Down', unknown: 'Not known yet' },
  offline: 'Offline',
  running: 'In contact',
  spent: 'Used up for today',
  problems: (count: number) => many(count, '# problem', '# problems'),
  notSaved: 'Not saved yet',
  since: (because: string, when: string) => `${because}, since ${when}`,
  /** One line about what comes next. */
  next: {
    offline: 'Stays offline until you switch it on again',
    spent: 'Its limit for today is used up; it is used again tomorrow',
    opens: (when: string) => `Next window ${when}`,
    closes: (when: string) => `Window open until ${when}`,
    open: 'May be used at any time',
    client: 'Sends when its client makes contact',
    problem: 'Sends nothing until its file is correct',
    brokenFile: 'its file has a mistake',
  },
  waits: (count: number) => many(count, '# waiting', '# waiting'),
  sending: (sent: number, all: number) => `Sending ${numbers.format(sent)} of ${numbers.format(all)}`,

  exchange: 'Exchange now',
  stop: 'Stop',
  stayOffline: 'Stay offline',
  test: 'Test',
  up: 'It is up',
  down: 'It is down',
  actions: (name: string) => `Link ${name}`,

  tiles: {
    waiting: 'Waiting',
    time: 'Time to send',
    cost: 'Cost to send',
    keptBack: 'Waiting for you',
    today: 'Today',
    last: 'Last contact',
  },
  tile: {
    none: 'none',
    unmeasured: 'not known',
    afterContact: 'known after a contact',
    free: 'free',
    heldOrLarge: 'held, or too large',
    never: 'never',
    traffic: (bytes: string, cost: string) => (cost === '' ? bytes : `${bytes}, ${cost}`),
    ended: (sent: number, when: string) => `${many(sent, '# sent', '# sent')}, ${when}`,
  },
  money: (amount: number, currency: string) => {
    const digits = amount > 0 && amount < 0.01 ? 4 : 2;
    return `${amount.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: digits })}${currency === '' ? '' : ` ${currency}`}`;
  },

  progress: {
    label: 'Contact in progress',
    /** The step as the file has it. */
    steps: {
      send: 'Sending mail',
      turn: (where: string) => `Asking ${where} for our mail`,
      etrn: (where: string) => `Asking ${where} for our mail (ETRN)`,
      fetch: (account: string) => `Fetching mail (${account})`,
      queue: 'The queue is sending',
    },
    counts: (sent: number, left: number) =>
      `${many(sent, '# message sent', '# messages sent')}, ${numbers.format(left)} to go`,
    refused: (count: number) => many(count, '# refused', '# refused'),
    current: 'Message on its way',
    noSubject: '(no subject)',
    of: (sent: string, all: string) => `${sent} of ${all}`,
    facts: { time: 'Running for', rate: 'Rate', roundTrip: 'Round trip', traffic: 'Out / in' },
    rate: (bytes: string) => `${bytes}/s`,
    roundTrip: (ms: number) => `${numbers.format(Math.round(ms))} ms`,
    unknown: 'not measured',
    traffic: (out: string, back: string) => `${out} / ${back}`,
    chart: 'Bytes per second',
    chartTable: 'Bytes per second, as a table',
    series: { out: 'sent', in: 'received' },
    ago: (time: string) => `${time} ago`,
    now: 'now',
    point: (when: string, out: string, back: string) => `${when}: ${out}/s sent, ${back}/s received`,
  },

  view: 'Show',
  views: { waiting: 'Waiting', history: 'History', file: 'Settings' },

  waiting: {
    table: 'Messages that wait, in the order in which they go',
    to: (recipient: string, sender: string) => `To ${recipient}, from ${sender}`,
    bounce: 'bounce (no sender)',
    noSubject: '(no subject)',
    select: (subject: string) => `Select: ${subject}`,
    selected: (count: number) => many(count, '# selected', '# selected'),
    selection: 'Selected messages',
    clear: 'Clear selection',
    chips: {
      first: 'first',
      now: 'goes at the next chance',
      held: 'held',
      tooLarge: 'too large',
      bulk: 'bulk, goes last',
    },
    age: (time: string) => `waiting ${time}`,
    put: {
      first: 'Put first',
      usual: 'Usual order',
      hold: 'Hold',
      release: 'Release',
      now: 'Send now',
      bounce: 'Return to sender',
      drop: 'Drop',
    },
    doFor: (what: string, subject: string) => `${what}: ${subject}`,
    emptyTitle: 'Nothing waits for this link',
    empty: (carries: string, holdsQueue: boolean) => {
      if (carries !== '') return `Mail to ${carries} waits here until the link is used.`;
      return holdsQueue
        ? 'It carries no mail of its own: mail to other hosts waits for it in the queue.'
        : 'It carries no mail of its own: add a domain in its settings.';
    },
    everything: 'everything that is not local',
    holdsQueue: 'The ordinary queue also waits for this link.',
    showQueue: 'Show queue',
  },
  ask: {
    drop: {
      title: (count: number) => many(count, 'Drop this message?', 'Drop # messages?'),
      text: (count: number) =>
        many(
          count,
          'It is removed from disk and never sent, and its sender is not told. This cannot be undone.',
          'They are removed from disk and never sent, and their senders are not told. This cannot be undone.',
        ),
      go: 'Drop',
    },
    bounce: {
      title: (count: number) =>
        many(count, 'Return this message to its sender?', 'Return # messages to their senders?'),
      text: (count: number) =>
        many(
          count,
          'It is not sent over the link; the sender gets it back in a bounce.',
          'They are not sent over the link; the senders get them back in bounces.',
        ),
      go: 'Return to sender',
    },
    more: (count: number) => many(count, 'and # more', 'and # more'),
  },

  history: {
    table: 'Contacts, newest first',
    head: {
      start: 'Started',
      cause: 'Because',
      took: 'Took',
      sent: 'Sent',
      traffic: 'Out / in',
      cost: 'Cost',
      end: 'End',
      transcript: 'Transcript',
    },
    causes: {
      up: 'the link came up',
      window: 'a window opened',
      person: 'you asked',
      client: 'the other host called',
      etrn: 'ETRN',
    },
    ends: { done: 'finished', failed: 'failed', 'given-up': 'limit reached', stopped: 'stopped' },
    notAll: (refused: number, bounced: number) =>
      [
        ...(refused > 0 ? [many(refused, '# refused', '# refused')] : []),
        ...(bounced > 0 ? [many(bounced, '# returned', '# returned')] : []),
      ].join(', '),
    total: (contacts: number, bytes: string, cost: string) =>
      `${many(contacts, '# contact', '# contacts')}, ${bytes}${cost === '' ? '' : `, ${cost}`}`,
    emptyTitle: 'No contacts yet',
    empty: 'Each use of the link is listed here, with what was sent and what it cost.',
    read: 'Read the transcript',
    readFor: (when: string) => `Read the transcript of ${when}`,
  },
  transcript: {
    title: (when: string) => `Contact of ${when}`,
    text: 'Transcript',
    hint: 'What both sides said. Passwords and the text of messages are left out.',
    gone: 'The transcript of this contact is no longer kept: only the last 20 are.',
  },

  testing: {
    title: (name: string) => `Test of ${name}`,
    busy: 'Testing …',
    good: 'Everything works. No mail was sent.',
    bad: 'Not everything works. No mail was sent.',
    steps: 'What was tried',
    ok: 'works',
    failed: 'does not work',
    again: 'Test again',
  },

  did: {
    started: (name: string) => `Contact over ${name} started`,
    running: (name: string) => `${name} is already in contact`,
    stopped: (name: string) => `Contact over ${name} stopped; what was not confirmed waits`,
    notRunning: (name: string) => `${name} was not in contact`,
    offline: (name: string, offline: boolean) =>
      offline ? `${name} stays offline until you switch it on again` : `${name} may be used again`,
    ordered: {
      usual: (count: number) => many(count, '# message goes in the usual order', '# messages go in the usual order'),
      first: (count: number) => many(count, '# message goes before the others', '# messages go before the others'),
      now: (count: number) => many(count, '# message goes now', '# messages go now'),
      held: (count: number) => many(count, '# message is held', '# messages are held'),
    },
    dropped: (count: number) => many(count, '# message dropped', '# messages dropped'),
    bounced: (count: number) => many(count, '# message returned to its sender', '# messages returned to their senders'),
    unchanged: 'No messages left to change',
    saved: (name: string) => `control/links/${name} saved`,
    removed: (name: string) => `Link ${name} removed`,
  },

  /** In the status bar. */
  status: {
    sending: (name: string, sent: number, all: number) =>
      `${name}: sending, ${numbers.format(sent)} of ${numbers.format(all)}`,
    one: (name: string, what: string) => `${name}: ${what}`,
    waiting: (count: number) => many(count, '# waits for a link', '# wait for links'),
    nothing: 'nothing waits',
    opens: (when: string) => `next window ${when}`,
    offline: 'offline',
    up: 'up',
    down: 'down',
    itIsDown: 'it is down',
    itIsOffline: 'it stays offline',
    spent: 'used up for today',
  },

  /** For the composer. */
  forecast: {
    label: 'Links that this message goes over',
    large: (name: string, most: string) =>
      `Larger than the ${most} that ${name} takes: it waits there until you send it in Links.`,
    takes: (name: string, time: string, cost: string) => {
      const parts = [...(time === '' ? [] : [`takes about ${time}`]), ...(cost === '' ? [] : [`costs about ${cost}`])];
      return parts.length === 0 ? `Goes over ${name}.` : `Going over ${name} ${parts.join(' and ')}.`;
    },
  },
  /** In the queue, in a trace and above a sent message. */
  waitsFor: (names: readonly string[]) => `Waits for ${names.join(' or ')}`,
  sentWaits: 'Links that this message waits for',
};
