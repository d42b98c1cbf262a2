// Local, remote or virtual recipients: the table of qmail-send's rewrite(), and the way back for bounces.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { classify, stripPrepend } from '../../../core/control/classify.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const files = {
  me: 'heaven.af.mil\n',
  locals: 'heaven.af.mil\n',
  percenthack: 'pct.example\n',
  virtualdomains: 'tommy.gov:fred\n.fax.example:faxer\nboss@single.example:joe-boss\nexcept.fax.example:\n',
};

const vectors: [vector: string, recipient: string, expected: string, changed?: Partial<typeof files>][] = [
  ['1', 'fred@heaven.af.mil', 'local fred@heaven.af.mil'],
  ['2', 'dude@tommy.gov', 'local fred-dude@tommy.gov'],
  ['3', 'x@y.fax.example', 'local faxer-x@y.fax.example'],
  ['4', 'z@except.fax.example', 'remote z@except.fax.example'],
  ['5', 'BOSS@Single.Example', 'local joe-boss-BOSS@Single.Example'],
  ['6', 'a%heaven.af.mil@pct.example', 'local a@heaven.af.mil'],
  ['7', 'a%fred@pct.example', 'remote a@fred'],
  ['8', 'bill@irs.gov', 'remote bill@irs.gov'],
  ['9', 'fred@extra.example', 'local fred@extra.example', { locals: 'heaven.af.mil\nextra.example\n' }],
  ['10', 'joe', 'local joe@heaven.af.mil'],
  ['11', 'a%b%c@pct.example', 'remote a@b', { percenthack: 'pct.example\nc\n' }],
  ['12', 'x@fax.example', 'remote x@fax.example'],
  [
    '4, order: the address',
    'boss@single.example',
    'local first-boss@single.example',
    order('boss@single.example:first'),
  ],
  ['4, order: the domain', 'x@single.example', 'local domain-x@single.example', order('boss@single.example:first')],
  [
    '4, order: the longest suffix',
    'x@a.b.example',
    'local long-x@a.b.example',
    order('.example:short', '.b.example:long'),
  ],
  ['4, order: the empty key', 'x@other.org', 'local all-x@other.org', order()],
  [
    '4, order: the later of equal keys',
    'x@single.example',
    'local later-x@single.example',
    order('Single.Example:later'),
  ],
  ['4: a colon in the value', 'x@single.example', 'local a:b-x@single.example', order('single.example:a:b')],
  ['4: a line without colon', 'x@nocolon.example', 'local all-x@nocolon.example', order('nocolon.example')],
  ['4: locals before virtualdomains', 'x@heaven.af.mil', 'local x@heaven.af.mil', order('heaven.af.mil:fred')],
  // These two were compared with notqmail's qmail-send.
  ['2: a % before another @', 'a%b%q@c@pct.example', 'remote a@b', { percenthack: 'pct.example\nq@c\n' }],
  ['2: the new @ counts, not the last', 'a%b%c@c@pct.example', 'remote a%b@c@c', { percenthack: 'pct.example\nc\n' }],
  ['2: no percent left', 'a@pct.example', 'remote a@pct.example'],
  ['2: hacked, then no host', 'a%@pct.example', 'remote a@'],
  ['1: the hack without a domain', 'a%b', 'remote a@b', { percenthack: 'heaven.af.mil\n' }],
];

/** These lines of virtualdomains between a domain's and the one for all others. */
function order(...lines: string[]): Partial<typeof files> {
  return { virtualdomains: ['single.example:domain', ...lines, ':all', ''].join('\n') };
}

for (const [vector, recipient, expected, changed] of vectors) {
  test(`classify: control.md ${vector}, ${recipient} → ${expected}`, t => {
    const { channel, address } = classify(recipient, writeControl(tempDir(t), { ...files, ...changed }));
    assert.equal(`${channel} ${address}`, expected);
  });
}

const stripped: [address: string, expected: string][] = [
  ['fred-dude@tommy.gov', 'dude@tommy.gov'],
  ['faxer-x@y.fax.example', 'x@y.fax.example'],
  ['joe-boss-boss@single.example', 'joe-boss-boss@single.example'],
  ['z@except.fax.example', 'z@except.fax.example'],
  ['other-dude@tommy.gov', 'other-dude@tommy.gov'],
];

for (const [address, expected] of stripped) {
  test(`stripPrepend: control.md 4, ${address} → ${expected}`, t => {
    assert.equal(stripPrepend(address, writeControl(tempDir(t), files)), expected);
  });
}

test('classify: any address → an address with @, its case kept, and the same again for a remote one', t => {
  const control = writeControl(tempDir(t), files);
  const piece = fc.constantFrom(
    'a',
    'B',
    '%',
    '@',
    '.',
    '-',
    'pct.example',
    'tommy.gov',
    'heaven.af.mil',
    '\xff',
    '\0',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
      const { channel, address } = classify(pieces.join(''), control);
      assert.ok(address.includes('@'));
      if (channel === 'remote') assert.deepEqual(classify(address, control).address, address);
    }),
  );
});
