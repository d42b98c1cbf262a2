// The words of a link's file (control/links/NAME), one entry each: what may follow, and what it means to a person. The reader,
// the form of the window, `waypost check` and the guide derive from this table.
import { isIP } from 'node:net';
import { accountName } from '../../api/fetch-grammar.ts';
import { firstWord, parseWindow, type UsageWindow } from '../../api/link-grammar.ts';
import type { FileWord } from '../word-file/word-file.ts';
import { authority, number, oneOf, yesNo } from '../word-file/word-kinds.ts';
import { isDomain, parseHostPort, takeNumber } from '../word-file/word-values.ts';
import type { KnownBy, Link, LinkServer, LinkStep, TurnClient } from './link.ts';

/** The values of a file that are collected line by line, before the defaults. */
export type LinkFields = { -readonly [Field in keyof Link]: Link[Field] } & {
  carries: string[];
  windows: UsageWindow[];
  steps: LinkStep[];
  turnFor: TurnClient[];
  etrnNodes: string[];
};

export type LinkWord = FileWord<LinkFields>;

export const linkWords = {
  carries: {
    takes: 'DOMAIN …',
    example: 'kissidougou.example .kissidougou.example',
    says: 'Mail to these domains waits for this link; a domain with a dot before it means all names below it, * everything that is not local.',
    repeats: true,
    read: (fields, value) =>
      eachWord(value, word => {
        if (word !== '*' && !isDomain(word.startsWith('.') ? word.slice(1) : word)) return `${word} is not a domain`;
        fields.carries.push(word.toLowerCase());
        return undefined;
      }),
  },
  server: {
    takes: 'HOST[:PORT], or client[:PORT]',
    example: '10.0.10.242',
    says: 'What waits is sent to this host; client: to the address from which a turn-for client has come.',
    repeats: false,
    read(fields, value) {
      const server = parseServer(value);
      if (!server) return `${value} is not a host`;
      fields.server = server;
      return undefined;
    },
  },
  protocol: oneOf('protocol', ['smtp', 'qmtp'], {
    example: 'qmtp',
    says: 'How messages are sent. QMTP needs fewer round trips.',
  }),
  tls: oneOf('tls', ['none', 'starttls', 'implicit'], {
    example: 'starttls',
    says: 'Whether what is sent, and asked by ETRN, goes within TLS: not at all (as without this line), after STARTTLS, or from the start (ports 465 and 6209). Without TLS nothing is sent then.',
  }),
  certificate: {
    takes: 'verified, any, or SHA256',
    example: 'any',
    says: 'What the certificate of the server must be: trusted and for its name (as without this line), anything, or the one with this SHA-256 fingerprint.',
    repeats: false,
    read(fields, value) {
      const hex = value.replaceAll(':', '').toLowerCase();
      if (value === 'verified' || value === 'any') fields.certificate = { kind: value };
      else if (/^[0-9a-f]{64}$/.test(hex)) fields.certificate = { kind: 'pinned', sha256: hex };
      else return 'it is verified, any, or a SHA-256 fingerprint in hex';
      return undefined;
    },
  },
  authority,
  helo: {
    takes: 'NAME',
    example: 'kissidougou.example',
    says: 'The name that this host says in EHLO over this link; without it, the name in control/helohost.',
    repeats: false,
    read(fields, value) {
      if (!isDomain(value)) return `${value} is not a name`;
      fields.heloHost = value;
      return undefined;
    },
  },
  'known-by': {
    takes: 'person, interface NAME, route ADDRESS, probe HOST:PORT, or command LINE',
    example: 'interface ppp0',
    says: 'How it is known that the link is up. person: a person, or a hook of the system, runs waypost link up NAME.',
    repeats: false,
    read(fields, value) {
      const knownBy = parseKnownBy(value);
      if (typeof knownBy === 'string') return knownBy;
      fields.knownBy = knownBy;
      return undefined;
    },
  },
  'check-every': number(
    'checkEverySec',
    { takes: 'SECONDS', least: 1, most: 86_400 },
    { example: '30', says: 'How often the interface, route, probe or command is asked.' },
  ),
  window: {
    takes: 'DAYS HH:MM-HH:MM',
    example: 'mon-fri 06:00-06:15',
    says: 'The link is used only within its windows, in local time. Days are daily, a list such as mon,wed or a range such as mon-fri.',
    repeats: true,
    read(fields, value) {
      const window = parseWindow(value);
      if (!window) return `${value} is not like mon-fri 06:00-06:15`;
      fields.windows.push(window);
      return undefined;
    },
  },
  'contact-minutes': limit('contactMinutes', 'N', '15', 'A contact is ended after this many minutes.'),
  'contact-bytes': limit('contactBytes', 'N', '200000', 'A contact is ended after this many bytes in both directions.'),
  'day-minutes': limit('dayMinutes', 'N', '60', 'The link is not used for more than this many minutes a day.'),
  'day-bytes': limit('dayBytes', 'N', '2000000', 'The link is not used for more than this many bytes a day.'),
  'cost-per-minute': cost('perMinute', '0.80', 'What a minute of contact costs.'),
  'cost-per-megabyte': cost('perMegabyte', '5', 'What a million bytes cost, in both directions.'),
  currency: {
    takes: 'NAME',
    example: 'EUR',
    says: 'What costs are counted in.',
    repeats: false,
    read(fields, value) {
      if (!/^\S{1,8}$/u.test(value)) return `${value} is not the short name of a currency`;
      fields.cost = { ...fields.cost, currency: value };
      return undefined;
    },
  },
  metered: yesNo(
    'metered',
    'The link is paid by volume: new mail goes at most once a minute, and a contact that failed is tried again after a quarter of an hour.',
  ),
  'largest-bytes': number(
    'largestBytes',
    { takes: 'N', least: 1, most: Number.MAX_SAFE_INTEGER },
    { example: '20000', says: 'Larger messages wait until a person sends them now, holds or drops them.' },
  ),
  lifetime: number(
    'lifetimeSec',
    { takes: 'SECONDS', least: 60, most: 10 * 365 * 86_400 },
    {
      example: '1209600',
      says: 'What waits longer than this is returned to its sender when the server refuses it for now.',
    },
  ),
  'lifetime-counts': oneOf('lifetimeCounts', ['link-time', 'clock'], {
    example: 'clock',
    says: 'link-time: the lifetime passes only while the link is up; clock: always.',
  }),
  'half-duplex': yesNo(
    'halfDuplex',
    'One direction at a time: turn and etrn come before send, and each waits for the one before.',
  ),
  do: {
    takes: 'send, turn HOST[:PORT], etrn HOST[:PORT] NODE …, fetch ACCOUNT, or queue',
    example: 'turn 10.0.10.1:55210',
    says: 'One step of a contact, in the order of the lines. fetch: the mail of an account (control/fetch) is fetched. queue: the ordinary queue waits for this link.',
    repeats: true,
    read(fields, value) {
      const step = parseStep(value);
      if (typeof step === 'string') return step;
      fields.steps.push(step);
      return undefined;
    },
  },
  'turn-for': {
    takes: 'address IP[/BITS], login USER, or certificate SHA256',
    example: 'address 10.0.10.242',
    says: 'When this client has made contact (SMTP, QMTP, a POP3 login, or the turn port), what waits here is sent to the server (AutoTURN).',
    repeats: true,
    read(fields, value) {
      const client = parseTurnClient(value);
      if (typeof client === 'string') return client;
      fields.turnFor.push(client);
      return undefined;
    },
  },
  'etrn-node': {
    takes: 'NODE …',
    example: 'kissidougou.example',
    says: 'When a client names one of these in ETRN, what waits here is sent to the server.',
    repeats: true,
    read: (fields, value) =>
      eachWord(value, word => {
        if (!word.startsWith('#') && !isDomain(word)) return `${word} is neither a domain nor a #name`;
        fields.etrnNodes.push(word.toLowerCase());
        return undefined;
      }),
  },
} as const satisfies Readonly<Record<string, LinkWord>>;

function limit(field: keyof Link['limits'], takes: string, example: string, says: string): LinkWord {
  return {
    takes,
    example,
    says,
    repeats: false,
    read: (fields, value) =>
      takeNumber(value, 1, Number.MAX_SAFE_INTEGER, count => {
        fields.limits = { ...fields.limits, [field]: count };
      }),
  };
}

function cost(field: 'perMinute' | 'perMegabyte', example: string, says: string): LinkWord {
  return {
    takes: 'AMOUNT',
    example,
    says,
    repeats: false,
    read(fields, value) {
      if (!/^\d{1,9}(?:\.\d{1,6})?$/.test(value)) return `${value} is not an amount`;
      fields.cost = { ...fields.cost, [field]: Number(value) };
      return undefined;
    },
  };
}

function eachWord(value: string, take: (word: string) => string | undefined): string | undefined {
  for (const word of value.split(/\s+/)) {
    const wrong = take(word);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function parseServer(value: string): LinkServer | undefined {
  const to = parseHostPort(value);
  if (!to) return undefined;
  return to.host.toLowerCase() === 'client' ? { kind: 'client', port: to.port } : { kind: 'host', ...to };
}

function parseKnownBy(value: string): KnownBy | string {
  const { word: kind, rest } = firstWord(value);
  if (kind === 'person' && rest === '') return { kind };
  if (kind === 'interface' && /^[^\s/]{1,64}$/.test(rest)) return { kind, name: rest };
  if (kind === 'route' && isIP(rest) !== 0) return { kind, to: rest };
  if (kind === 'command' && rest !== '') return { kind, command: rest };
  const to = kind === 'probe' ? parseHostPort(rest) : undefined;
  if (to?.port !== undefined) return { kind: 'probe', host: to.host, port: to.port };
  return `it is ${linkWords['known-by'].takes}`;
}

const smtpPort = 25;
const turnPort = 1789;

function parseStep(value: string): LinkStep | string {
  const [kind = '', where = '', ...more] = value.split(/\s+/);
  if ((kind === 'send' || kind === 'queue') && where === '') return { kind };
  if (kind === 'fetch' && accountName.test(where) && more.length === 0) return { kind, account: where };
  const to = parseHostPort(where);
  if (kind === 'turn' && to && more.length === 0) return { kind, host: to.host, port: to.port ?? turnPort };
  if (kind === 'etrn' && to && more.length > 0 && more.every(isNode)) {
    return { kind, host: to.host, port: to.port ?? smtpPort, nodes: more };
  }
  return `it is ${linkWords.do.takes}`;
}

function isNode(text: string): boolean {
  return isDomain(text.replace(/^[@#]/, ''));
}

function parseTurnClient(value: string): TurnClient | string {
  const [kind = '', what = '', ...more] = value.split(/\s+/);
  if (more.length > 0 || what === '') return `it is ${linkWords['turn-for'].takes}`;
  if (kind === 'login') return { kind, user: what };
  if (kind === 'certificate' && /^[0-9a-f]{64}$/i.test(what)) return { kind, sha256: what.toLowerCase() };
  const [address = '', bits, ...rest] = what.split('/');
  const width = isIP(address) === 6 ? 128 : 32;
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width);
  if (kind === 'address' && isIP(address) !== 0 && isNetwork && rest.length === 0) return { kind, network: what };
  return `it is ${linkWords['turn-for'].takes}`;
}
