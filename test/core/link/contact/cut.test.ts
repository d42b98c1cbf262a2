// A contact of a host's link with 20 messages, cut at many bytes, towards the server and back: at the next contact all arrive;
// twice only what was in the cut. WAYPOST_CUTS=full cuts at every byte.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { type Duplex, duplexPair } from 'node:stream';
import { test } from 'node:test';
import { readControl } from '../../../../core/control/control.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { createLinks } from '../../../../core/link/links.ts';
import { acceptingQmtp, acceptingSmtp, cutAfter } from '../../../support/serial-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const count = 20;
const isFull = process.env.WAYPOST_CUTS === 'full';
const textOf = (at: number) => `message ${at}`;

type Serve = (stream: Duplex) => void;

const protocols: Record<string, (accepted: string[]) => Serve> = { smtp: acceptingSmtp, qmtp: acceptingQmtp };

/** A host's link whose server is whatever `meet` names. */
function openLink(home: string, protocol: string) {
  let server: Serve = () => assert.fail('no server');
  mkdirSync(join(home, 'control/links'), { recursive: true });
  writeFileSync(join(home, 'control/me'), 'here.example\n');
  const file = `carries far.example\nserver 192.0.2.1\nprotocol ${protocol}\n`;
  writeFileSync(join(home, 'control/links/far'), file);
  const control = readControl(home);
  const links = createLinks({
    home,
    clock: systemClock,
    log: () => {},
    bootId: 'boot',
    control: () => control,
    heloHost: () => 'here.example',
    accept: () => assert.fail('nothing is returned'),
    reach: {
      lookUp: async host => [host],
      async dial() {
        const [client, far] = duplexPair();
        for (const stream of [client, far]) stream.on('error', () => {});
        server(far);
        return client as Duplex as Socket;
      },
    },
    lookFor: () => undefined,
    fetch: () => assert.fail('no step fetches'),
    changed: () => {},
    queueOpened: () => {},
    linksSaved: () => {},
  });
  links.start();
  const maildir = join(home, 'serial/far/Maildir');
  const contacts = async () => (await links.handlers['links.history']({ name: 'far' })).contacts;
  return {
    stop: links.stop,
    waiting: () => readdirSync(join(maildir, 'new')),
    put() {
      for (let at = 0; at < count; at++) {
        const envelope = 'Return-Path: <a@here.example>\nDelivered-To: link-far-b@far.example\n';
        writeFileSync(join(maildir, 'new', String(at)), `${envelope}${textOf(at)}\n`);
      }
    },
    /** One contact with this server, to its end. */
    async meet(next: Serve) {
      server = next;
      const [before] = await contacts();
      assert.deepEqual(await links.handlers['links.exchange']({ name: 'far' }), { started: true });
      return until('the end of the contact', async () => {
        const [last] = await contacts();
        return links.status()[0]?.progress === null && last?.startMs !== before?.startMs ? last : undefined;
      });
    },
  };
}

for (const [protocol, serverFor] of Object.entries(protocols)) {
  for (const direction of ['towards', 'back'] as const) {
    test(`link cut: a contact by ${protocol}, ${direction === 'back' ? 'from' : 'towards'} the server → all arrive, twice only what was in the cut`, async t => {
      const link = openLink(tempDir(t), protocol);
      t.after(link.stop);
      const limitsAt = (at: number) =>
        direction === 'towards' ? ([at, Number.POSITIVE_INFINITY] as const) : ([Number.POSITIVE_INFINITY, at] as const);
      // A QMTP server says little.
      const strideBytes = isFull ? 1 : protocol === 'qmtp' && direction === 'back' ? 13 : 61;
      let cuts = 0;
      for (let at = 1; ; at += strideBytes) {
        const accepted: string[] = [];
        link.put();
        const cut = await link.meet(cutAfter(...limitsAt(at), serverFor(accepted)));
        const left = new Set(link.waiting().map(name => textOf(Number(name))));
        assert.equal(cut.sent, count - left.size, `cut at ${at}`);
        for (let number = 0; number < count; number++) {
          const text = textOf(number);
          assert.ok(left.has(text) || accepted.includes(text), `${text} is gone and was not accepted, cut at ${at}`);
        }
        if (left.size === 0 && cut.end === 'done') break;
        cuts++;
        const rest = await link.meet(serverFor(accepted));
        assert.deepEqual([rest.end, rest.sent, link.waiting()], ['done', left.size, []], `cut at ${at}`);
        const twice = accepted.filter((text, place) => accepted.indexOf(text) !== place);
        assert.deepEqual(new Set(accepted).size, count, `cut at ${at}`);
        assert.ok(
          twice.every(text => left.has(text)),
          `cut at ${at}: ${twice}`,
        );
      }
      assert.ok(cuts >= 5, `only ${cuts} cuts left something to send`);
    });
  }
}
