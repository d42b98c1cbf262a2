// Netstrings are written and read in any pieces, within their limits, without holding up other work.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BadNetstring,
  createNetstringCollector,
  createNetstringReader,
  EndOfInput,
  netstring,
  TooLong,
} from '../../../../core/lib/net/netstring.ts';

const byteString = fc.uint8Array({ maxLength: 40 }).map(raw => Buffer.from(raw).toString('latin1'));
const cuts = fc.array(fc.nat(200), { maxLength: 8 });

/** The bytes in pieces, cut wherever `at` says. */
function cut(raw: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.filter(place => place <= raw.length).sort((a, b) => a - b), raw.length];
  return places.slice(1).map((to, index) => raw.subarray(places[index], to));
}

const texts: [content: string, text: string][] = [
  ['', '0:,'],
  ['hello', '5:hello,'],
  ['\0\xff,', '3:\0\xff,,'],
];

for (const [content, text] of texts) {
  test(`netstring: ${JSON.stringify(content)} → ${JSON.stringify(text)}`, () => {
    assert.equal(netstring(content).toString('latin1'), text);
  });
}

test('netstring collector: any netstrings, cut anywhere → the same contents in order', () => {
  fc.assert(
    fc.property(fc.array(byteString), cuts, (contents, at) => {
      const collector = createNetstringCollector(40);
      const taken: string[] = [];
      for (const piece of cut(Buffer.concat(contents.map(netstring)), at)) {
        collector.push(piece);
        for (let next = collector.take(); next !== undefined; next = collector.take()) taken.push(next);
      }
      assert.deepEqual(taken, contents);
      assert.ok(collector.isEmpty);
    }),
  );
});

const refusals: [wire: string, error: typeof BadNetstring | typeof TooLong | undefined][] = [
  ['5:hello', undefined],
  ['5:hell', undefined],
  ['5', undefined],
  ['', undefined],
  ['5:helloX', BadNetstring],
  ['x', BadNetstring],
  ['-1:', BadNetstring],
  [' 1:a,', BadNetstring],
  ['11:', TooLong],
  ['100:', TooLong],
  ['99999999999999999999', TooLong],
  ['0000000000000000000000', TooLong],
];

for (const [wire, error] of refusals) {
  test(`netstring collector: ${JSON.stringify(wire)}, 10 bytes at most → ${error?.name ?? 'not yet'}`, () => {
    const collector = createNetstringCollector(10);
    collector.push(Buffer.from(wire, 'latin1'));
    if (error) assert.throws(() => collector.take(), error);
    else assert.equal(collector.take(), undefined);
  });
}

test('netstring collector: any bytes → never more than was sent, nothing but its own errors', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('0', '1', '2', ':', ',', 'a', '\0') }), wire => {
      const collector = createNetstringCollector(20);
      collector.push(Buffer.from(wire, 'latin1'));
      let back = '';
      try {
        for (let next = collector.take(); next !== undefined; next = collector.take()) back += next;
      } catch (error) {
        assert.ok(error instanceof BadNetstring || error instanceof TooLong);
      }
      assert.ok(back.length <= wire.length);
    }),
    { numRuns: 2000 },
  );
});

async function* stream(pieces: readonly Uint8Array[]) {
  yield* pieces;
}

test('netstring reader: any netstrings, cut anywhere → the same contents, whole or piece by piece', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(byteString), cuts, fc.boolean(), async (contents, at, whole) => {
      const wire = Buffer.concat(contents.map(netstring));
      const reader = createNetstringReader(stream(cut(wire, at)));
      const taken: string[] = [];
      for (const _ of contents) {
        const bytes = await reader.length(100);
        const pieces: Buffer[] = [];
        if (whole) pieces.push(await reader.bytes(bytes));
        else for await (const piece of reader.pieces(bytes)) pieces.push(piece);
        taken.push(Buffer.concat(pieces).toString('latin1'));
        await reader.comma();
      }
      assert.deepEqual(taken, contents);
      assert.equal(reader.taken, wire.length);
      await assert.rejects(reader.length(100), EndOfInput);
    }),
  );
});

test('netstring reader: the source fails → the end of the input', async () => {
  async function* broken() {
    yield Buffer.from('5:he');
    throw new Error('connection reset');
  }
  const reader = createNetstringReader(broken());
  assert.equal(await reader.length(100), 5);
  await assert.rejects(reader.bytes(5), EndOfInput);
});

test('netstring reader: skipped content → the next one follows', async () => {
  const reader = createNetstringReader(stream([Buffer.from('5:hello,2:ok,')]));
  await reader.skip(await reader.length(100));
  await reader.comma();
  assert.equal((await reader.bytes(await reader.length(100))).toString(), 'ok');
});

const lengths: [wire: string, result: number | typeof BadNetstring | typeof TooLong | typeof EndOfInput][] = [
  ['0:', 0],
  [':', 0],
  ['007:', 7],
  // As qmail does it: the limit is looked at before the next digit.
  ['2009:', 2009],
  ['20090:', TooLong],
  ['2o:', BadNetstring],
  ['20', EndOfInput],
];

for (const [wire, result] of lengths) {
  const name = typeof result === 'number' ? result : result.name;
  test(`netstring reader: length ${JSON.stringify(wire)}, limit 200 → ${name}`, async () => {
    const reading = createNetstringReader(stream([Buffer.from(wire)])).length(200);
    if (typeof result === 'number') assert.equal(await reading, result);
    else await assert.rejects(reading, result);
  });
}

test('netstring reader: ten thousand at once → others are served in between', async () => {
  async function* once(): AsyncGenerator<Buffer> {
    yield Buffer.from('0:,'.repeat(10_000));
  }
  const reader = createNetstringReader(once());
  let turns = 0;
  const count = (): void => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  for (let at = 0; at < 10_000; at++) {
    assert.equal(await reader.length(10), 0);
    await reader.comma();
  }
  clearImmediate(timer);
  assert.ok(turns >= 50, `${turns} turns`);
});
