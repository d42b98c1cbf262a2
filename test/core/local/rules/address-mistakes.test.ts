// Lines of .qmail files that qmail reads as addresses, but that cannot be one: mail waits, and the report says where and why.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localRig } from '../local-rig.ts';

const bom = '\xef\xbb\xbf';
const mistakes: readonly (readonly [line: string, why: RegExp])[] = [
  [`${bom}./Maildir/`, /byte order mark/],
  [`${bom}# note`, /byte order mark/],
  [`${bom}|true`, /byte order mark/],
  ['\xff\xfe.\0/\0', /byte order mark/],
  ['~/Maildir/', /file or folder/],
  ['~joe/mbox', /file or folder/],
  ['$HOME/Maildir/', /file or folder/],
  ['&$HOME/mbox', /file or folder/],
  ['"./Maildir/"', /file or folder/],
  ["'./mbox'", /file or folder/],
  ['Maildir/', /file or folder/],
  ['"|exec /usr/bin/procmail"', /\.forward/],
  ['"|vacation joe@here.example"', /\.forward|more than an address/],
  ['\\joe', /\.forward/],
  [':include:/etc/list', /\.forward/],
  ['&', /nothing comes after/],
  ['ines@', /missing/],
  ['&@shore.example', /missing/],
  [' ines@shore.example', /starts with a space/],
  ['& ines@shore.example', /starts with a space/],
  ['Ines <ines@shore.example>', /more than an address/],
  ['ines@shore.example, bob@shore.example', /more than an address/],
  ['ines@shore.example # my sister', /more than an address/],
  ['ines@shore.example\r', /carriage return/],
  ['\r', /carriage return/],
  ['ines\x1b@shore.example', /control character/],
  ['./Maildir/\r', /is not a file name: it ends in a carriage return/],
];
for (const [line, why] of mistakes) {
  test(`.qmail: ${JSON.stringify(line)} → mail waits; file, line and reason are reported`, async t => {
    const rig = localRig(t);
    rig.write('.qmail', `#\n${line}\n`);
    const outcome = await rig.deliver();
    assert.equal(outcome.kind, 'later');
    assert.match(outcome.text, why);
    assert.ok(outcome.text.endsWith(`(#4.2.1)\nSee ${rig.joe}/.qmail:2\n`), outcome.text);
    assert.deepEqual([rig.forwarded, rig.list('Maildir/new'), rig.list('Maildir')], [[], [], ['cur', 'new', 'tmp']]);
  });
}

const addresses = [
  'ines@shore.example',
  '&ines',
  'joe/x',
  'joe smith@shore.example',
  '~joe@shore.example',
  '$joe',
  "o'neill@shore.example",
  'a@b@shore.example',
  '@relay.example,@other.example:ines@shore.example',
  'ines@[127.0.0.1]',
  '#@[]x@shore.example',
  'joe=shore.example@far.example',
  'caf\xe9@shore.example',
];
for (const address of addresses) {
  test(`.qmail: &${JSON.stringify(address)} may be an address → forwarded`, async t => {
    const rig = localRig(t);
    rig.write('.qmail', `&${address.replace(/^&/, '')}\n`);
    assert.equal((await rig.deliver()).kind, 'done');
    assert.deepEqual(rig.forwarded[0]?.envelope.recipients, [address.replace(/^&/, '')]);
  });
}
