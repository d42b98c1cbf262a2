// A session of 20 messages, cut at every byte, towards the server and back: what has a result was accepted, and what has none
// goes again and arrives; twice only if its confirmation was in the cut.
import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { systemClock } from '../../../../core/lib/clock.ts';
import { byQmtp, bySmtp, type Converse } from '../../../../core/link/serial/conversations.ts';
import { acceptingQmtp, acceptingSmtp, cutAfter, memoryList, sendTo } from '../../../support/serial-rig.ts';

const messages = Array.from({ length: 20 }, (_, at) => ({ name: `new/${at}`, text: `message ${at}\n` }));
const textOf = (name: string) => `message ${name.slice(4)}`;

interface Protocol {
  readonly converse: Converse;
  readonly server: (accepted: string[]) => (stream: Duplex) => void;
}

const protocols: Record<string, Protocol> = {
  'SMTP with PIPELINING': {
    converse: bySmtp({ heloHost: 'here.example', ip: undefined }, systemClock),
    server: accepted => acceptingSmtp(accepted),
  },
  'SMTP, one by one': {
    converse: bySmtp({ heloHost: 'here.example', ip: undefined }, systemClock),
    server: accepted => acceptingSmtp(accepted, 'HELP'),
  },
  QMTP: { converse: byQmtp({ ip: undefined }, systemClock), server: acceptingQmtp },
};

/** How many bytes go each way when nothing is cut. */
async function lengths({ converse, server }: Protocol): Promise<{ towards: number; back: number }> {
  const counted = { towards: 0, back: 0 };
  const counting = (stream: Duplex) => {
    stream.on('data', (piece: Buffer) => {
      counted.towards += piece.length;
    });
    const write = stream.write.bind(stream);
    stream.write = ((piece: string, ...rest: []) => {
      counted.back += piece.length;
      return write(piece, ...rest);
    }) as typeof stream.write;
    server([])(stream);
  };
  const { error } = await sendTo(counting, converse, memoryList(messages));
  assert.equal(error, undefined);
  return counted;
}

for (const [name, protocol] of Object.entries(protocols)) {
  for (const direction of ['towards', 'back'] as const) {
    test(`serial cut: ${name}, at every byte ${direction === 'back' ? 'from' : 'towards'} the server → all arrive, twice only what was in the cut`, async () => {
      const total = (await lengths(protocol))[direction];
      let cuts = 0;
      for (let at = 1; at < total; at++) {
        const accepted: string[] = [];
        const limits =
          direction === 'towards'
            ? ([at, Number.POSITIVE_INFINITY] as const)
            : ([Number.POSITIVE_INFINITY, at] as const);
        const cut = await sendTo(
          cutAfter(...limits, protocol.server(accepted)),
          protocol.converse,
          memoryList(messages),
        );
        for (const [file, { status }] of cut.results) {
          assert.equal(status, 'K');
          assert.ok(accepted.includes(textOf(file)), `${file} has a result, and was not accepted (cut at ${at})`);
        }
        const again = messages.filter(({ name: file }) => !cut.results.has(file));
        cuts += Number(again.length > 0);
        const rest = await sendTo(protocol.server(accepted), protocol.converse, memoryList(again));
        assert.equal(rest.error, undefined);
        assert.equal(rest.results.size, again.length);
        const missing = messages.filter(({ name: file }) => !accepted.includes(textOf(file)));
        assert.deepEqual(missing, [], `cut at ${at}`);
        const twice = accepted.filter((text, place) => accepted.indexOf(text) !== place);
        assert.ok(
          twice.every(text => again.some(({ name: file }) => textOf(file) === text)),
          `cut at ${at}`,
        );
      }
      assert.ok(cuts > total / 2, `${cuts} of ${total} cuts left something to send`);
    });
  }
}
