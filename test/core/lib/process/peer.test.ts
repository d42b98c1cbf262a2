// Two processes ask each other questions in frames: cut anywhere they arrive unchanged, and nonsense ends the connection.
import assert from 'node:assert/strict';
import { Duplex, duplexPair } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Frame, framesOver } from '../../../../core/lib/process/frames.ts';
import { createPeer, type Peer } from '../../../../core/lib/process/peer.ts';

/** A stream that yields these pieces, and the messages in them. */
async function heardIn(pieces: readonly Uint8Array[]): Promise<(Frame | undefined)[]> {
  const heard: (Frame | undefined)[] = [];
  const stream = Duplex.from({
    readable: (async function* () {
      yield* pieces;
    })(),
    writable: undefined,
  });
  framesOver(stream, frame => heard.push(frame));
  await new Promise(resolve => stream.once('close', resolve));
  return heard;
}

/** The bytes of frames on their way. */
async function bytesOf(frames: readonly Frame[]): Promise<Buffer> {
  const [one, other] = duplexPair();
  const end = framesOver(one, () => {});
  for (const { words, bytes } of frames) void end.say(words, bytes);
  one.end();
  const pieces: Buffer[] = [];
  for await (const piece of other) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('frames: any values and bytes, cut anywhere → arrive unchanged', async () => {
  const frame = fc.record({ words: fc.jsonValue(), bytes: fc.uint8Array({ maxLength: 50 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(frame, { maxLength: 5 }),
      fc.array(fc.nat(300), { maxLength: 8 }),
      async (frames, cuts) => {
        const raw = await bytesOf(frames);
        const at = [0, ...cuts.filter(cut => cut < raw.length).sort((a, b) => a - b), raw.length];
        const heard = await heardIn(at.slice(1).map((end, i) => raw.subarray(at[i], end)));
        const plain = (each: Frame | undefined) => [
          JSON.stringify(each?.words),
          Buffer.from(each?.bytes ?? []).toString('hex'),
        ];
        assert.deepEqual(heard.map(plain), frames.map(plain));
      },
    ),
    { numRuns: 50 },
  );
});

test('frames: byte by byte → arrive unchanged', async () => {
  const frame = { words: 'x'.repeat(2500), bytes: Buffer.from('raw') };
  const raw = await bytesOf([frame, frame]);
  const heard = await heardIn(Array.from(raw, byte => Buffer.of(byte)));
  const plain = heard.map(each => [each?.words, Buffer.from(each?.bytes ?? []).toString()]);
  assert.deepEqual(plain, [
    [frame.words, 'raw'],
    [frame.words, 'raw'],
  ]);
});

test('frames: nonsense, or one without end → nothing more is read, and nothing is kept', async () => {
  const good = await bytesOf([{ words: 'good', bytes: Buffer.alloc(0) }]);
  const noJson = Buffer.from('\0\0\0\x03\0\0\0\0{{{');
  const endless = Buffer.from('ffffffff00000000', 'hex');
  for (const bad of [noJson, endless, Buffer.from('GET / HTTP/1.1\r\n')]) {
    const heard = await heardIn([good, bad, good]);
    assert.deepEqual(
      heard.map(frame => frame?.words),
      ['good', undefined],
    );
  }
});

test('peer: questions both ways → answered; a refusal is thrown; the end of the other rejects what is open', async () => {
  const [one, other] = duplexPair();
  let gone = 0;
  const right: Peer = createPeer(other, async (name, { words, bytes }) => {
    if (name === 'fail') throw new Error('it does not work');
    if (name === 'wait') await new Promise(() => {});
    return { words: [name, words, await right.ask('back', 7).then(back => back.words)], bytes };
  });
  const left = createPeer(one, async (_name, { words }) => ({ words: Number(words) + 1 }), { gone: () => gone++ });
  const answer = await left.ask('add', { a: 1 }, Buffer.from('raw'));
  assert.deepEqual([answer.words, Buffer.from(answer.bytes).toString()], [['add', { a: 1 }, 8], 'raw']);
  await assert.rejects(left.ask('fail', null), /^Error: it does not work$/);
  const open = left.ask('wait', null);
  other.end();
  await assert.rejects(open, /the other process is gone/);
  await assert.rejects(left.ask('add', null), /the other process is gone/);
  assert.equal(gone, 1);
});

test('peer: the other sends nonsense → it counts as gone', async () => {
  for (const words of [{ hello: 1 }, { answer: 'x' }, 7, null]) {
    const [one, other] = duplexPair();
    const ended = Promise.withResolvers<void>();
    const left = createPeer(one, async () => undefined, { gone: ended.resolve });
    const open = left.ask('add', null);
    void framesOver(other, () => {}).say(words);
    await assert.rejects(open, /the other process is gone/);
    await ended.promise;
    assert.ok(one.destroyed);
  }
});

test('peer: in turn → each question is answered before the next is handled', async () => {
  const [one, other] = duplexPair();
  const seen: string[] = [];
  createPeer(
    other,
    async name => {
      seen.push(`begin ${name}`);
      await new Promise(resolve => setTimeout(resolve, name === 'a' ? 20 : 0));
      seen.push(`end ${name}`);
      return {};
    },
    { inTurn: true },
  );
  const left = createPeer(one, async () => undefined);
  await Promise.all(['a', 'b'].map(name => left.ask(name, null)));
  assert.deepEqual(seen, ['begin a', 'end a', 'begin b', 'end b']);
});
