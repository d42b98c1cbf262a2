// Links over servers in memory, with a clock that a test moves: a week of windows takes a moment.
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Duplex, duplexPair } from 'node:stream';
import type { TestContext } from 'node:test';
import { readControl } from '../../core/control/control.ts';
import type { Dial } from '../../core/conversation/channel.ts';
import { createLinks, type Links } from '../../core/link/links.ts';
import type { Envelope } from '../../core/paper-path/shapes.ts';
import { type SteppedClock, steppedClock } from './stepped-clock.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface LinkRig {
  readonly home: string;
  readonly clock: SteppedClock;
  readonly links: Links;
  readonly log: string[];
  /** What was queued: bounces. */
  readonly queued: Envelope[];
  /** When the ordinary queue was told that it may send. */
  readonly opened: number[];
  /** Connections that were tried. */
  dials: number;
  /** Puts a message into the Maildir of a link. @returns its name */
  put(link: string, name: string, more?: { text?: string; atMs?: number; recipient?: string }): string;
  left(link: string): string[];
  /** Lets time pass in steps, and what is due happen in each. */
  pass(ms: number, stepMs?: number): Promise<void>;
  /** Lets what was begun come to its end without time passing. */
  settle(): Promise<void>;
}

interface RigOptions {
  readonly files: Readonly<Record<string, string>>;
  readonly startMs: number;
  /** By port. Undefined: connecting fails. */
  /** Something that is there before. */
  readonly prepare?: (home: string) => void;
  /** The addresses of a name; default: the name itself. */
  readonly lookUp?: (host: string) => readonly string[];
  readonly serve: (port: number) => ((stream: Duplex) => void) | undefined;
}

export async function startLinks(
  t: TestContext,
  { files, startMs, serve, prepare, lookUp = host => [host] }: RigOptions,
): Promise<LinkRig> {
  const home = tempDir(t);
  mkdirSync(join(home, 'control', 'links'), { recursive: true });
  writeFileSync(join(home, 'control', 'me'), 'hub.example\n');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, 'control', 'links', name), text);
  prepare?.(home);
  const clock = steppedClock(startMs);
  const log: string[] = [];
  const queued: Envelope[] = [];
  const opened: number[] = [];
  const dial: Dial = async (_ip, port) => {
    rig.dials++;
    const server = serve(port);
    if (!server) throw new Error('connection refused');
    const [near, far] = duplexPair();
    far.on('error', () => {});
    server(far);
    return near as never;
  };
  const links = createLinks({
    home,
    clock,
    bootId: 'this',
    log: line => void log.push(line),
    control: () => readControl(home),
    heloHost: () => 'hub.example',
    async accept(source, envelope) {
      for await (const _ of source);
      queued.push(envelope);
      return { ok: true, id: 1, qp: 7 };
    },
    reach: { dial, lookUp: async host => lookUp(host) },
    lookFor: () => undefined,
    changed: () => {},
    fetch: async account => ({ ok: true, says: `${account}: 0 messages fetched` }),
    queueOpened: () => void opened.push(clock.nowMs()),
    linksSaved: () => links.reload(),
  });
  const maildir = (link: string) => join(home, 'serial', link, 'Maildir');
  const settle = async () => {
    for (let round = 0; round < 12; round++) await new Promise(resolve => setTimeout(resolve, 1));
  };
  const rig: LinkRig = {
    ...{ home, clock, links, log, queued, opened, settle },
    dials: 0,
    put(link, name, { text = 'Subject: x\n\nx\n', atMs = clock.nowMs(), recipient = 'ann@site.example' } = {}) {
      const path = join(maildir(link), 'new', name);
      writeFileSync(path, `Return-Path: <ines@hub.example>\nDelivered-To: link-${link}-${recipient}\n${text}`);
      utimesSync(path, atMs / 1000, atMs / 1000);
      return `new/${name}`;
    },
    left: link =>
      ['new', 'cur'].flatMap(place => readdirSync(join(maildir(link), place)).map(name => `${place}/${name}`)).sort(),
    async pass(ms, stepMs = 60_000) {
      for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
        clock.pass(Math.min(leftMs, stepMs));
        await new Promise(resolve => setImmediate(resolve));
        // A contact takes real time, in which none may pass here; one that hangs has to.
        for (let round = 0; round < 5 && links.status().some(({ progress }) => progress); round++) await settle();
      }
      await settle();
    },
  };
  t.after(() => links.stop());
  links.start();
  await settle();
  return rig;
}

/** The first link's part of a rig, called as front ends do. */
export function upOf({ links }: LinkRig, name: string): Promise<unknown> {
  return links.handlers['links.up']({ name });
}

export async function endedContacts({ links }: LinkRig, name: string, count: number) {
  return until(`${count} contacts of ${name}`, async () => {
    const { contacts } = await links.handlers['links.history']({ name });
    return contacts.length >= count ? contacts : undefined;
  });
}
