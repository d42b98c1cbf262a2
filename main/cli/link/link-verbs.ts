// What `waypost link` can do, in words: the help of each verb, and what it accepts.
import type { Verb } from '../command.ts';

const json = { '--json': 'print JSON' } as const;
const quiet = { '--quiet': 'say nothing when it is done, or when no host runs' } as const;

export const linkVerbs = {
  list: { usage: 'waypost link [list] [--json]', says: 'Lists all links.', options: json, takes: [0, 0] },
  status: {
    usage: 'waypost link status NAME [--json]',
    says: 'Shows one link: whether it is up, what waits, its windows, costs and problems.',
    options: json,
    takes: [1, 1],
  },
  up: {
    usage: 'waypost link up NAME [--for SECONDS] [--quiet]',
    says: 'Says that the link is up. For hooks: it returns at once, may be repeated, and ends with 0 when no host runs.',
    options: { '--for SECONDS': 'it counts as down again after this time', ...quiet },
    takes: [1, 1],
  },
  down: {
    usage: 'waypost link down NAME [--quiet]',
    says: 'Says that the link is down; a contact that runs is ended. For hooks, as up.',
    options: quiet,
    takes: [1, 1],
  },
  exchange: {
    usage: 'waypost link exchange NAME [--wait] [--quiet]',
    says: 'Starts a contact now, also outside of the windows and when the link seems to be down. For cron, as up.',
    options: { '--wait': 'wait for its end, and end with 1 if it failed', ...quiet },
    takes: [1, 1],
  },
  stop: {
    usage: 'waypost link stop NAME',
    says: 'Ends the contact that runs. What the other side has not confirmed waits for the next one.',
    takes: [1, 1],
  },
  hold: {
    usage: 'waypost link hold NAME',
    says: 'Keeps the link offline until it is released, whatever the windows and hooks say.',
    takes: [1, 1],
  },
  release: { usage: 'waypost link release NAME', says: 'Ends what hold began.', takes: [1, 1] },
  waiting: {
    usage: 'waypost link waiting NAME [--json]',
    says: 'Lists the messages that wait for the link, in the order in which they will go, with their IDs.',
    options: json,
    takes: [1, 1],
  },
  first: {
    usage: 'waypost link first NAME ID ...',
    says: 'Sends these messages before all others.',
    takes: [2, Number.POSITIVE_INFINITY],
  },
  now: {
    usage: 'waypost link now NAME ID ...',
    says: 'Sends these messages before all others, even if they are larger than the link allows.',
    takes: [2, Number.POSITIVE_INFINITY],
  },
  keep: {
    usage: 'waypost link keep NAME ID ...',
    says: 'Keeps these messages here until usual, first or now is said.',
    takes: [2, Number.POSITIVE_INFINITY],
  },
  usual: {
    usage: 'waypost link usual NAME ID ...',
    says: 'Ends what first, now or keep began.',
    takes: [2, Number.POSITIVE_INFINITY],
  },
  drop: {
    usage: 'waypost link drop NAME ID ...',
    says: 'Removes these messages without a word to their senders. This cannot be undone.',
    takes: [2, Number.POSITIVE_INFINITY],
  },
  bounce: {
    usage: 'waypost link bounce NAME ID ...',
    says: 'Returns these messages to their senders.',
    takes: [2, Number.POSITIVE_INFINITY],
  },
  history: {
    usage: 'waypost link history NAME [--json]',
    says: 'Lists the last contacts: when, why, what was sent, and what it cost.',
    options: json,
    takes: [1, 1],
  },
  transcript: {
    usage: 'waypost link transcript NAME [CONTACT]',
    says: 'Shows what both sides said at a contact, as history numbers them; without a number at the last one.',
    takes: [1, 2],
  },
  test: {
    usage: 'waypost link test NAME [--json]',
    says: 'Tries the link without sending mail, and says what works and what does not.',
    options: json,
    takes: [1, 1],
  },
  show: { usage: 'waypost link show NAME', says: 'Prints the file of a link.', takes: [1, 1] },
  edit: {
    usage: 'waypost link edit NAME',
    says: 'Opens the file of a link, or a new one, in $VISUAL or $EDITOR, checks it and saves it.',
    takes: [1, 1],
  },
  save: {
    usage: 'waypost link save NAME FILE',
    says: 'Makes a file, or standard input (-), the file of a link, after checking it.',
    takes: [2, 2],
  },
  remove: {
    usage: 'waypost link remove NAME',
    says: 'Removes a link for which no mail waits.',
    takes: [1, 1],
  },
  'install-hooks': {
    usage: 'waypost link install-hooks NAME [--interface NAME] [--print | --remove]',
    says: 'Has pppd, NetworkManager and networkd-dispatcher say when the link is up and down. Run it as root.',
    options: {
      '--interface NAME': 'the network interface of the link; default: that of its line known-by',
      '--print': 'only print the files, and a line for cron',
      '--remove': 'remove the files again',
    },
    takes: [1, 1],
  },
} as const satisfies Readonly<Record<string, LinkVerb>>;

export interface LinkVerb extends Verb {
  /** How many words follow it, at least and at most. */
  readonly takes: readonly [number, number];
}

export type LinkVerbName = keyof typeof linkVerbs;
