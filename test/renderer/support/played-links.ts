// A host's links, played by a test: they have a state, mail waits for them, and what the window asks for is done to them.

import { refusal } from '../../../core/api/errors.ts';
import type { LinkContact, LinkMessage, LinkProgress, LinkStatus } from '../../../core/api/links.ts';
import { parseLink } from '../../../core/control/links/link-file.ts';
import { linkWords } from '../../../core/control/links/link-words.ts';

type Choice = { name: string; ids: string[] };

export interface PlayedLink {
  status: LinkStatus;
  waiting: LinkMessage[];
  contacts: LinkContact[];
  file: string;
}

export interface PlayedLinks {
  readonly all: Map<string, PlayedLink>;
  /** Calls of verbs that change something, in order. */
  readonly done: (readonly [string, unknown])[];
  play(method: string, request: unknown): object | undefined;
}

const order = { now: 0, first: 1, usual: 2, held: 3 };
const none = { messages: 0, bytes: 0, seconds: null, cost: null };

export function status(name: string, part: Partial<LinkStatus> = {}): LinkStatus {
  return {
    name,
    state: 'down',
    because: 'nobody has said that it is up',
    sinceMs: null,
    offline: false,
    window: { open: true, changesMs: null },
    spentToday: false,
    today: { minutes: 0, bytes: 0, cost: null },
    currency: '',
    lastContact: null,
    waiting: none,
    keptBack: 0,
    largestBytes: null,
    carries: [],
    holdsQueue: false,
    progress: null,
    problems: [],
    ...part,
  };
}

export function message(id: string, part: Partial<LinkMessage> = {}): LinkMessage {
  const defaults = { sender: 'wanda@wayfarer.example', recipient: `${id}@far.example`, subject: `Subject ${id}` };
  return {
    id,
    ...defaults,
    bytes: 2_000,
    atMs: Date.now() - 3_600_000,
    order: 'usual',
    tooLarge: false,
    bulk: false,
    ...part,
  };
}

export function progress(part: Partial<LinkProgress> = {}): LinkProgress {
  const out = Array.from({ length: 60 }, (_, at) => Math.round(240 + 60 * Math.sin(at / 4) - (at % 7) * 9));
  return {
    startMs: Date.now() - 95_000,
    step: 'send',
    sent: 7,
    refused: 0,
    left: 13,
    current: { subject: 'Crew list for Friday', bytes: 4_800, sentBytes: 1_900 },
    bytesOut: 21_400,
    bytesIn: 1_300,
    rate: 238,
    roundTripMs: 612,
    chart: { stepMs: 1000, out, in: out.map(bytes => Math.round(bytes / 9)) },
    ...part,
  };
}

/** A file as the host answers. */
function stored(text: string | null) {
  return { text, stamp: text ?? '' };
}

export function playLinks(links: readonly PlayedLink[]): PlayedLinks {
  const all = new Map(links.map(link => [link.status.name, link]));
  const done: [string, unknown][] = [];
  const named = (request: unknown) => all.get((request as { name: string }).name);

  function change(request: unknown, act: (link: PlayedLink, ids: ReadonlySet<string>) => void): object {
    const link = named(request);
    const ids = new Set((request as Choice).ids);
    const changed = link?.waiting.filter(({ id }) => ids.has(id)).length ?? 0;
    if (link) act(link, ids);
    return { changed };
  }

  function settle(link: PlayedLink): void {
    link.waiting.sort((a, b) => order[a.order] - order[b.order] || a.bytes - b.bytes);
    const isKept = (each: LinkMessage) => each.order === 'held' || (each.tooLarge && each.order !== 'now');
    const going = link.waiting.filter(each => !isKept(each));
    const bytes = going.reduce((sum, each) => sum + each.bytes, 0);
    const priced = link.status.waiting.cost !== null;
    link.status = {
      ...link.status,
      waiting: {
        messages: going.length,
        bytes,
        seconds: link.status.waiting.seconds === null ? null : bytes / 240,
        cost: priced ? (bytes / 240 / 60) * 0.8 : null,
      },
      keptBack: link.waiting.length - going.length,
    };
  }
  for (const link of links) settle(link);

  const verbs: Record<string, (request: never) => object> = {
    list: () => ({ links: [...all.values()].map(link => link.status) }),
    waiting(request: { name: string; offset?: number; limit?: number }) {
      const rows = named(request)?.waiting ?? [];
      const { offset = 0, limit = 100 } = request;
      return { total: rows.length, rows: rows.slice(offset, offset + limit) };
    },
    history: request => ({ contacts: named(request)?.contacts ?? [] }),
    transcript: () => ({
      text: '10:00:01 connected to 10.0.10.242:25\n< 220 hub.example ESMTP\n> EHLO site.example\n< 250-hub.example\n< 250 PIPELINING\n> MAIL FROM:<wanda@wayfarer.example>\n> RCPT TO:<a@far.example>\n> DATA\n< 250 ok\n< 250 ok\n< 354 go ahead\n  (1,998 bytes of message)\n< 250 ok 1700000000 qp 4711\n> QUIT\n< 221 hub.example\n',
    }),
    file: request => stored(named(request)?.file ?? null),
    check(request: { name: string; text: string }) {
      const { problems } = parseLink(request.name, request.text);
      return { problems: problems.map(({ line, text }) => ({ line: line ?? null, text })) };
    },
    words: () => ({
      words: Object.entries(linkWords).map(([word, { takes, example, says }]) => ({ word, takes, example, says })),
    }),
    forecast: () => ({ links: [] }),
    save(request: { name: string; text: string; stamp: string }) {
      const before = all.get(request.name);
      if (stored(before?.file ?? null).stamp !== request.stamp) throw refusal('link-stale', { link: request.name });
      const carries = [...parseLink(request.name, request.text).link.carries];
      const next = before ?? { status: status(request.name), waiting: [], contacts: [], file: '' };
      all.set(request.name, { ...next, file: request.text, status: { ...next.status, carries } });
      return { stamp: stored(request.text).stamp };
    },
    remove(request: { name: string }) {
      all.delete(request.name);
      return {};
    },
    exchange: () => ({ started: true }),
    stop: () => ({ stopped: true }),
    offline(request: { name: string; offline: boolean }) {
      const link = named(request);
      if (link) link.status = { ...link.status, offline: request.offline };
      return {};
    },
    order: (request: Choice & { order: LinkMessage['order'] }) =>
      change(request, (link, ids) => {
        link.waiting = link.waiting.map(each => (ids.has(each.id) ? { ...each, order: request.order } : each));
        settle(link);
      }),
    drop: request =>
      change(request, (link, ids) => {
        link.waiting = link.waiting.filter(({ id }) => !ids.has(id));
        settle(link);
      }),
    bounce: request =>
      change(request, (link, ids) => {
        link.waiting = link.waiting.filter(({ id }) => !ids.has(id));
        settle(link);
      }),
    test: () => ({
      steps: [
        { what: 'The link is up', ok: true, says: 'Interface ppp0 is up.' },
        {
          what: '10.0.10.242 answers on port 25',
          ok: false,
          says: 'No reply within 30 seconds. Check that the host at the other end is switched on, and that no firewall keeps port 25 shut.',
        },
      ],
    }),
  };
  const changing = ['exchange', 'stop', 'offline', 'order', 'drop', 'bounce', 'save', 'remove'];
  return {
    all,
    done,
    play(method, request) {
      if (!method.startsWith('links.')) return undefined;
      const verb = method.slice('links.'.length);
      if (changing.includes(verb)) done.push([verb, request]);
      return verbs[verb]?.(request as never);
    },
  };
}

/** A radio that is in contact, a satellite that waits for its window, and a site whose file is wrong. */
export function sampleLinks(): PlayedLinks {
  const now = Date.now();
  const hour = 3_600_000;
  const evening = new Date(now).setHours(23, 55, 0, 0);
  const subjects = [
    'Berth 14 from Thursday',
    'Re: engine parts',
    'Crew list for Friday',
    'Weather for the strait',
    'Invoice 2204',
    'Tide tables',
    'Re: Re: paint for the hull',
    'Newsletter of the harbour',
    'Photos of the boat',
  ];
  const waiting = Array.from({ length: 37 }, (_, at) =>
    message(`${1_700_000_000 + at}.${at}.host`, {
      subject: subjects[at % subjects.length] ?? '',
      sender: at % 4 === 0 ? 'tomas@wayfarer.example' : 'wanda@wayfarer.example',
      recipient: ['office@harbour.example', 'ines@shore.example', 'parts@motor.example'][at % 3] ?? '',
      bytes: 1_400 + at * 311,
      atMs: now - at * 1_900_000,
      ...(at === 6 && { order: 'first' }),
      ...(at === 11 && { order: 'held' }),
      ...(at === 17 && { bytes: 1_840_000, tooLarge: true }),
      ...(at % 9 === 7 && { bulk: true }),
    }),
  );
  const contacts = Array.from({ length: 24 }, (_, at): LinkContact => {
    const startMs = now - at * 11 * hour - 2 * hour;
    const failed = at % 7 === 3;
    return {
      startMs,
      endMs: startMs + (failed ? 31_000 : 240_000 + (at % 5) * 61_000),
      cause: (['window', 'up', 'person', 'client'] as const)[at % 4] ?? 'window',
      end: failed ? 'failed' : at % 11 === 5 ? 'given-up' : 'done',
      why: failed
        ? 'unable to connect to 10.0.10.242: no reply within 30 seconds'
        : at % 11 === 5
          ? 'the limit of 15 minutes for a contact was reached'
          : '',
      sent: failed ? 0 : 4 + (at % 6) * 3,
      refused: at % 6 === 2 ? 1 : 0,
      bounced: 0,
      bytesOut: failed ? 0 : 18_000 + at * 900,
      bytesIn: failed ? 0 : 2_100 + at * 70,
      roundTripMs: failed ? null : 610,
      cost: failed ? 0 : 3.2 + (at % 5) * 0.8,
    };
  });
  return playLinks([
    {
      status: status('radio', {
        state: 'up',
        because: 'interface ax0 is up',
        sinceMs: now - 4 * 60_000,
        progress: progress(),
        carries: ['.guinea.example'],
        today: { minutes: 21, bytes: 184_000, cost: null },
        waiting: { ...none, seconds: 1 },
        window: { open: true, changesMs: evening },
      }),
      waiting: waiting.slice(0, 13),
      contacts,
      file: '# HF radio, 2.4 kbit/s\ncarries guinea.example .guinea.example\nserver 10.0.10.242\nprotocol qmtp\nknown-by interface ax0\nwindow daily 06:00-23:55\nhalf-duplex yes\ndo turn 10.0.10.242\ndo send\n',
    },
    {
      status: status('satellite', {
        because: 'route to 10.9.0.1 is missing',
        sinceMs: now - 26 * hour,
        window: { open: false, changesMs: evening },
        today: { minutes: 14, bytes: 96_000, cost: 11.2 },
        currency: 'EUR',
        lastContact: contacts[1] ?? null,
        waiting: { ...none, seconds: 1, cost: 1 },
        largestBytes: 100_000,
        carries: ['*'],
        holdsQueue: true,
      }),
      waiting,
      contacts,
      file: "# Satellite telephone, from the ship's desk\ncarries *\nserver mail.shore.example\nknown-by route 10.9.0.1\nwindow mon-fri 06:00-06:15\nwindow mon-fri 18:00-20:00\nwindow sat,sun 22:00-02:00\ndo queue\ndo send\nlargest-bytes 100000\ncontact-minutes 15\nday-minutes 60\ncost-per-minute 0.80\ncurrency EUR\n",
    },
    {
      status: status('kissidougou', {
        problems: [{ line: 2, text: 'server: 10.0.0.999:x is not a host' }],
        carries: ['kissi.example'],
      }),
      waiting: [],
      contacts: [],
      file: 'carries kissi.example\nserver 10.0.0.999:x\nturn-for login kissi\n',
    },
  ]);
}
