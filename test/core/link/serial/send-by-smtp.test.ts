// serialsmtp's conversation: the vectors of serialmail, and servers whose replies do not fit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../../core/lib/clock.ts';
import { bySmtp } from '../../../../core/link/serial/conversations.ts';
import { type MessageParts, memoryList, sendTo, smtpReplies } from '../../../support/serial-rig.ts';

const first: MessageParts = { name: 'new/10000', sender: 'Sender', recipient: 'Whatever', text: 'This is a test.\n' };
const second: MessageParts = { name: 'new/20000', sender: '', recipient: 'You@Virt.Dom', text: '.This\n' };
const hello = ['220 Hi', '250-Silly\r\n250 PipeLining'];
const plainHello = ['220 Hi', '250 Silly'];

interface Case {
  readonly messages?: readonly MessageParts[];
  readonly ip?: string;
  readonly replies: readonly string[];
  /** Status and text, by name. */
  readonly results: Record<string, string>;
  readonly error?: string;
  /** What the server received after EHLO. */
  readonly heard?: readonly string[];
}

const sent = ['MAIL FROM:<Sender>', 'RCPT TO:<Whatever>', 'DATA', 'This is a test.', '.'];
const sentNext = ['RSET', 'MAIL FROM:<>', 'RCPT TO:<You@Virt.Dom>', 'DATA', '..This', '.'];

const cases: Record<string, Case> = {
  // serialmail.md 1
  'one message': {
    replies: [...hello, '250 ok', '250 ok', '354 go', '250 thanks'],
    results: { 'new/10000': 'K250 thanks' },
    heard: [...sent, 'QUIT'],
  },
  // serialmail.md 2
  'two messages, and the address is known': {
    messages: [first, second],
    ip: '1.2.3.4',
    replies: [...hello, '250', '250', '354', '451 temporary failure', '250', '250', '250', '354', '250 thanks'],
    results: { 'new/10000': 'Z1.2.3.4 said: 451 temporary failure', 'new/20000': 'K1.2.3.4 said: 250 thanks' },
    heard: [...sent, ...sentNext, 'QUIT'],
  },
  'a reply of several lines': {
    replies: [...hello, '250', '250', '354', '553-No.\r\n553 Never.'],
    results: { 'new/10000': 'D553 Never.' },
  },
  // serialmail.md 4
  'MAIL is refused': {
    messages: [first, second],
    replies: [...hello, '451 bad MAIL', '503 no', '503 no', '250', '250', '250', '354', '250 thanks'],
    results: { 'new/10000': 'Z451 bad MAIL', 'new/20000': 'K250 thanks' },
  },
  'MAIL is refused, and RCPT is not': {
    replies: [...hello, '451 bad MAIL', '250 ok', '503'],
    results: { 'new/10000': 'Z451 bad MAIL' },
    error: 'protocol violation',
  },
  'RCPT is refused, and DATA is not': {
    replies: [...hello, '250', '550 who?', '354'],
    results: { 'new/10000': 'D550 who?' },
    error: 'protocol violation',
  },
  'RCPT is refused behind a message that was accepted, and DATA is not': {
    messages: [first, second],
    replies: [...hello, '250', '250', '354', '250 thanks', '250', '250', '550 who?', '354'],
    results: { 'new/10000': 'K250 thanks', 'new/20000': 'D550 who?' },
    error: 'protocol violation',
  },
  'DATA is refused': {
    replies: [...hello, '250', '250', '452 full'],
    results: { 'new/10000': 'Z452 full' },
    heard: ['MAIL FROM:<Sender>', 'RCPT TO:<Whatever>', 'DATA', 'QUIT'],
  },
  'RSET is refused': {
    messages: [first, second],
    replies: [...hello, '250', '250', '354', '250 thanks', '500', '250', '250', '354', '250'],
    results: {},
    error: 'protocol violation',
  },
  // serialmail.md 5
  'addresses that need quotes': {
    messages: [{ name: 'new/3', sender: 'needs quoting!@the..host', recipient: 'more..quoting@Virt.Dom', text: 'x\n' }],
    replies: [...hello, '250', '250', '354', '250'],
    results: { 'new/3': 'K250' },
    heard: ['MAIL FROM:<"needs quoting!"@the..host>', 'RCPT TO:<"more..quoting"@Virt.Dom>', 'DATA', 'x', '.', 'QUIT'],
  },
  'the last line has no end': {
    messages: [{ ...first, text: 'This is a test.' }, second],
    replies: [...hello, '250', '250', '354', '250 thanks'],
    results: { 'new/20000': 'K250 thanks' },
    error: 'SMTP cannot transfer messages with partial final lines',
    heard: ['MAIL FROM:<>', 'RCPT TO:<You@Virt.Dom>', 'DATA', '..This', '.', 'QUIT'],
  },
  // serialmail.md 6
  'a sender in quotes': {
    messages: [{ name: 'new/3', sender: '"a b"@x.y', recipient: 'r', text: '' }],
    replies: [...hello, '250', '250', '354', '250'],
    results: { 'new/3': 'K250' },
    heard: ['MAIL FROM:<"\\"a b\\""@x.y>', 'RCPT TO:<r>', 'DATA', '.', 'QUIT'],
  },
  'the server does not know PIPELINING': {
    messages: [first, second],
    replies: [...plainHello, '250', '250', '354', '250 one', '250', '550 no', '354'],
    results: { 'new/10000': 'K250 one', 'new/20000': 'D550 no' },
    heard: [...sent, 'RSET', 'MAIL FROM:<>', 'QUIT'],
  },
  'HELO only': {
    replies: ['220 Hi', '502 what?', '250 Silly', '250', '250', '354', '250 thanks'],
    results: { 'new/10000': 'K250 thanks' },
  },
  'the greeting is not 220': { replies: ['554 no'], results: {}, error: 'connected but greeting failed' },
  'the name is refused': {
    replies: ['220 Hi', '550', '550'],
    results: {},
    error: 'connected but my name was rejected',
  },
  'a greeting that is no SMTP': { replies: ['SSH 2.0'], results: {}, error: 'protocol violation' },
  'the connection ends behind a reply to a message': {
    messages: [first, second],
    replies: [...hello, '250', '250', '354', '250 thanks'],
    results: { 'new/10000': 'K250 thanks' },
    error: 'network read error: end of file',
  },
  'an address has a control character, or a domain that would end it': {
    messages: [
      { ...first, name: 'new/lf', recipient: 'a\rRCPT TO:<b@c>' },
      first,
      { ...first, name: 'new/tab', sender: 'a\tb@c.example' },
      { ...first, name: 'new/del', recipient: 'a\x7f@c.example' },
      { ...first, name: 'new/esc', sender: 'a@c\x1b.example' },
      { ...first, name: 'new/bracket', recipient: 'a@c> SIZE=1' },
    ],
    replies: [...hello, '250', '250', '354', '250 thanks'],
    results: {
      'new/lf': 'DThe address of the recipient has a control character; the message was not sent. (#5.1.3)',
      'new/10000': 'K250 thanks',
      'new/tab': 'DThe address of the sender has a control character; the message was not sent. (#5.1.3)',
      'new/del': 'DThe address of the recipient has a control character; the message was not sent. (#5.1.3)',
      'new/esc': 'DThe address of the sender has a control character; the message was not sent. (#5.1.3)',
      'new/bracket':
        'DThe address of the recipient has a blank or an angle bracket in its domain; the message was not sent. (#5.1.3)',
    },
    heard: [...sent, 'QUIT'],
  },
  'nothing is to be sent': { messages: [], replies: [...hello], results: {}, heard: ['QUIT'] },
};

for (const [name, { messages = [first], ip, replies, results, error, heard }] of Object.entries(cases)) {
  test(`serialsmtp: ${name}`, async () => {
    const commands: string[] = [];
    const converse = bySmtp({ heloHost: 'Host', ip }, systemClock);
    const sending = await sendTo(
      smtpReplies([...replies, '221 bye'].slice(0, error ? -1 : undefined), commands),
      converse,
      memoryList(messages),
    );
    const shown = [...sending.results].map(([file, { status, text }]) => [file, status + text]);
    assert.deepEqual(Object.fromEntries(shown), results);
    assert.equal(sending.error, error);
    if (heard) assert.deepEqual(commands.slice(1), heard);
  });
}

/** A server that says something more, once, before a reply of its choice; the far end of what it says is refused. */
for (const extraAt of [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
  for (const hi of [hello, plainHello]) {
    test(`serialsmtp: ${hi === hello ? 'pipelining' : 'one by one'}, a reply too many before reply ${extraAt} → no message counts as sent that was refused`, async () => {
      const replies = [...hi, '250', '250', '354', '451 later', '250', '250', '250', '354', '451 later', '221 bye'];
      replies[extraAt] = `250 an alias of mine\r\n${replies[extraAt]}`;
      const converse = bySmtp({ heloHost: 'Host', ip: undefined }, systemClock);
      const { results } = await sendTo(smtpReplies(replies), converse, memoryList([first, second]));
      for (const [name, { status, text }] of results) assert.equal(status, 'Z', `${name}: ${status}${text}`);
    });
  }
}
