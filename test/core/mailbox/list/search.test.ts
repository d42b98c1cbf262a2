// Search finds words in any case, accents and width, in the subject and in all people of a message.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folded, searchTest } from '../../../../core/mailbox/list/search.ts';
import { summarise } from '../../../../core/mailbox/reading/summary.ts';

test('folded: case, accents, width, special letters → one spelling', () => {
  const table: readonly (readonly [string, string])[] = [
    ['MÜLLER', 'muller'],
    ['Mu\u0308ller', 'muller'],
    ['Straße', 'strasse'],
    ['STRASSE', 'strasse'],
    ['STRAẞE', 'strasse'],
    ['İstanbul', 'istanbul'],
    ['ISTANBUL', 'istanbul'],
    ['ısı', 'isi'],
    ['Αθήνα ΟΔΟΣ', 'αθηνα οδοσ'],
    ['οδός', 'οδοσ'],
    ['Ёлка й', 'елка и'],
    ['Smørrebrød', 'smorrebrod'],
    ['Łódź', 'lodz'],
    ['ｆｕｌｌ ﬁne ①', 'full fine 1'],
    ['שָׁלוֹם', 'שלום'],
    ['مُحَمَّد', 'محمد'],
    ['हिन्दी', 'हिन्दी'],
    ['plain', 'plain'],
  ];
  assert.deepEqual(
    table.map(([text]) => [text, folded(text)]),
    table.map(row => [...row]),
  );
});

test('searchTest: words anywhere in subject, sender, all of To, Cc and Bcc → found', () => {
  const people = Array.from({ length: 150 }, (_, at) => `Person ${at} <p${at}@crew.example>`);
  const raw = Buffer.from(
    `From: Jürgen Groß <j@x.example>\nTo: ${people.join(',\n ')}\nCc: Żaneta <z@copy.example>\nBcc: b@blind.example\nSubject: Überfahrt\n\ntext\n`,
  );
  const summary = summarise(raw, { sizeBytes: raw.length, timeMs: 0 });
  assert.equal(summary.to.length, 10);
  const queries = [
    'JURGEN',
    'gross',
    'uberfahrt',
    'p149@crew',
    'zaneta',
    'COPY.example',
    'blind',
    'Person 148 über',
    'nobody',
  ];
  assert.deepEqual(
    queries.filter(query => !searchTest(query)?.(summary)),
    ['nobody'],
  );
  assert.equal(searchTest('  '), undefined);
});
