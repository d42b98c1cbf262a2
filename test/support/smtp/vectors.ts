// qmail-smtpd's dialogues: what a client sends at once, what it gets, and what is queued. They apply to the service and
// the stand-alone program, and all but one for notqmail's qmail-smtpd. Texts are byte strings.

export interface SmtpVector {
  readonly name: string;
  /** Control files besides me and rcpthosts, which are heaven.af.mil; undefined: there is no such file. */
  readonly control?: Readonly<Record<string, string | undefined>>;
  /** What tcpserver would put into the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** qmail-queue's exit code. */
  readonly queueCode?: number;
  readonly send: string;
  /** Lines after the greeting; times, process ids and what EHLO offers are taken out (see `plainReplies`). */
  readonly replies: readonly string[];
  /** Envelopes and messages; the date is taken out (see `plainMessage`). */
  readonly queued?: readonly { readonly envelope: string; readonly message: string }[];
  /** The program's exit code; default 0. */
  readonly exitCode?: number;
  /** The envelope that notqmail makes of it, where that is another. */
  readonly theirEnvelope?: string;
}

const greeting = '250 heaven.af.mil';
const mail = 'MAIL FROM:<a@b>\r\nRCPT TO:<joe@heaven.af.mil>\r\nDATA\r\n';
const mailReplies = ['250 ok', '250 ok', '354 go ahead'];
const taken = '250 ok TIME qp PID';
const bye = '221 heaven.af.mil';
const badMailFrom = '553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)';
const notMine = "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)";
const tooBig = '552 sorry, that message size exceeds my databytes limit (#5.3.4)';
const joe = 'Fa@b\0Tjoe@heaven.af.mil\0\0';
const from = (who: string, by = 'unknown') => `Received: from ${who}\n  by ${by} with SMTP; DATE\n`;

/** A whole transaction with `body` (with its line ends) and its answer. */
function transaction(
  name: string,
  body: string,
  answer: string,
  message: string | undefined,
  more: Partial<SmtpVector> = {},
): SmtpVector {
  return {
    name,
    send: `${mail}${body}.\r\nQUIT\r\n`,
    replies: [...mailReplies, answer, bye],
    queued: message === undefined ? [] : [{ envelope: joe, message: `${from('unknown (unknown)')}${message}` }],
    ...more,
  };
}

/** One sender or recipient after another, without a message. */
function talk(
  name: string,
  send: readonly string[],
  replies: readonly string[],
  more: Partial<SmtpVector> = {},
): SmtpVector {
  return { name, send: `${send.join('\r\n')}\r\nQUIT\r\n`, replies: [...replies, bye], ...more };
}

const sender = (name: string, argument: string, address: string): SmtpVector => ({
  name: `smtpd.md 7, ${name}`,
  send: `MAIL ${argument}\r\nRCPT TO:<nohost>\r\nDATA\r\n.\r\nQUIT\r\n`,
  replies: ['250 ok', '250 ok', '354 go ahead', taken, bye],
  queued: [{ envelope: `F${address}\0Tnohost\0\0`, message: from('unknown (unknown)') }],
});

export const smtpVectors: readonly SmtpVector[] = [
  {
    name: 'smtpd.md 1',
    environment: { TCPREMOTEIP: '1.2.3.4' },
    send:
      'EHLO x\r\nRCPT TO:<a@b>\r\nmail from:<>\r\nDATA\r\nRCPT TO:<"a b"@heaven.af.mil>\r\n' +
      'rcpt to:<@r1,@r2:God@HEAVEN.AF.MIL>\r\nRCPT TO:<x@other.org>\r\nRCPT TO:nohost\r\nDATA\r\n' +
      'Subject: t\r\n\r\n..dot\r\n.\r\nQUIT\r\n',
    replies: [
      '250-heaven.af.mil',
      '250-PIPELINING',
      '250 8BITMIME',
      '503 MAIL first (#5.5.1)',
      '250 ok',
      '503 RCPT first (#5.5.1)',
      '250 ok',
      '250 ok',
      notMine,
      '250 ok',
      '354 go ahead',
      taken,
      bye,
    ],
    queued: [
      {
        envelope: 'F\0Ta b@heaven.af.mil\0TGod@HEAVEN.AF.MIL\0Tnohost\0\0',
        message: `${from('unknown (HELO x) (1.2.3.4)')}Subject: t\n\n.dot\n`,
      },
    ],
  },
  ...[
    ['HELO me', 'h.x (HELO me) (j?o@1.2.3.4)'],
    ['HELO H.X', 'h.x (j?o@1.2.3.4)'],
    ['EHLO', 'h.x (HELO ) (j?o@1.2.3.4)'],
    ['NOOP', 'h.x (j?o@1.2.3.4)'],
    ['HELO a)\tb[1:2]', 'h.x (HELO a??b[1:2]) (j?o@1.2.3.4)'],
  ].map(([hello = '', who = '']) => ({
    name: `smtpd.md 2, ${hello}`,
    environment: { TCPREMOTEIP: '1.2.3.4', TCPREMOTEHOST: 'h.x', TCPREMOTEINFO: 'j"o', TCPLOCALIP: '9.9.9.9' },
    send: `RSET\r\n${hello}\r\n${mail}.\r\nQUIT\r\n`,
    replies: [
      '250 flushed',
      ...(hello === 'EHLO'
        ? ['250-heaven.af.mil', '250-PIPELINING', '250 8BITMIME']
        : [hello === 'NOOP' ? '250 ok' : greeting]),
      ...mailReplies,
      taken,
      bye,
    ],
    queued: [{ envelope: joe, message: from(who, '9.9.9.9') }],
  })),
  {
    ...transaction('smtpd.md 2, TCPLOCALHOST before TCPLOCALIP', '', taken, undefined),
    environment: { TCPLOCALIP: '9.9.9.9', TCPLOCALHOST: 'l.x' },
    queued: [{ envelope: joe, message: from('unknown (unknown)', 'l.x') }],
  },
  {
    name: 'smtpd.md 3',
    send: `${mail}a\nb\r\n.\r\nQUIT\r\n`,
    replies: [...mailReplies, '451 See https://cr.yp.to/docs/smtplf.html.'],
    exitCode: 1,
  },
  ...(
    [
      [31, '554 mail server permanently rejected message (#5.3.0)'],
      [53, '451 qq write error or disk full (#4.3.0)'],
    ] as const
  ).map(([queueCode, answer]) => ({
    name: `smtpd.md 4, qmail-queue exits ${queueCode}`,
    queueCode,
    send: `${mail}x\r\n.\r\nMAIL FROM:<>\r\nQUIT\r\n`,
    replies: [...mailReplies, answer, '250 ok', bye],
  })),
  transaction('smtpd.md 5, 10 bytes of 10', '12345678\r\n\r\n', taken, '12345678\n\n', {
    environment: { DATABYTES: '10' },
  }),
  transaction('smtpd.md 5, 11 bytes of 10', '123456789\r\n\r\n', tooBig, undefined, {
    environment: { DATABYTES: '10' },
  }),
  transaction('DATABYTES=0 in place of control/databytes', '1234\r\n', taken, '1234\n', {
    environment: { DATABYTES: '0' },
    control: { databytes: '1\n' },
  }),
  transaction('control/databytes', '1234\r\n', tooBig, undefined, { control: { databytes: '4\n' } }),
  transaction('smtpd.md 5, 99 hops', 'RECEIVED: x\r\n'.repeat(99), taken, 'RECEIVED: x\n'.repeat(99)),
  transaction(
    'smtpd.md 5, 100 hops',
    'Delivered-To: x\r\n'.repeat(100),
    '554 too many hops, this message is looping (#5.4.6)',
    undefined,
  ),
  transaction(
    'hops in the body do not count',
    `\r\n${'Received\r\n'.repeat(100)}`,
    taken,
    `\n${'Received\n'.repeat(100)}`,
  ),
  transaction(
    'hops are named before the size',
    'Received\r\n'.repeat(100),
    '554 too many hops, this message is looping (#5.4.6)',
    undefined,
    { environment: { DATABYTES: '10' } },
  ),
  {
    ...talk(
      'smtpd.md 6',
      ['MAIL FROM:<>', 'RCPT TO:<x@elsewhere.org>', 'DATA', '.'],
      ['250 ok', '250 ok', '354 go ahead', taken],
    ),
    environment: { RELAYCLIENT: '.fix' },
    queued: [{ envelope: 'F\0Tx@elsewhere.org.fix\0\0', message: from('unknown (unknown)') }],
  },
  {
    ...talk(
      'RELAYCLIENT is empty',
      ['MAIL FROM:<>', 'RCPT TO:<x@elsewhere.org>', 'DATA', '.'],
      ['250 ok', '250 ok', '354 go ahead', taken],
    ),
    environment: { RELAYCLIENT: '' },
    queued: [{ envelope: 'F\0Tx@elsewhere.org\0\0', message: from('unknown (unknown)') }],
  },
  sender('words after an address without brackets', 'FROM:x@y extra', 'x@y'),
  sender('parameters', 'FROM:<a@b> SIZE=9', 'a@b'),
  sender('no brackets, blanks', 'FROM:   a@b', 'a@b'),
  // differs: `MAIL a@b`, without FROM and colon
  { ...sender('neither FROM nor colon', 'a@b', 'a@b'), theirEnvelope: 'F\0Tnohost\0\0' },
  sender('nothing', '', ''),
  sender('a route without its colon', 'FROM:<@nocolon>', ''),
  sender('a quoted bracket', 'FROM:<"a>b"@c>', 'a>b@c'),
  sender('a backslash', 'FROM:<a\\>b\\"@c>', 'a>b"@c'),
  sender('no end', 'FROM:<a@b', 'a@b'),
  sender('8-bit bytes', 'FROM:<gr\xc3\xbc\xdf@b>', 'gr\xc3\xbc\xdf@b'),
  sender('a NUL ends the line', 'FROM:<a\0b@c>', 'a'),
  { name: 'smtpd.md 7, QUIT with an argument', send: 'QUIT now\r\n', replies: [bye] },
  talk(
    'smtpd.md 7, unknown verbs',
    ['EXPN x', 'TURN', '', ' NOOP', 'MAILFROM:<>', 'quit\t'],
    Array(6).fill('502 unimplemented (#5.5.1)'),
  ),
  talk(
    'a line may end in LF alone',
    ['NOOP\nnoop x\nRSET\nVRFY a\nHELO'],
    ['250 ok', '250 ok', '250 flushed', "252 send some mail, i'll try my best", greeting],
  ),
  talk(
    'smtpd.md 7, 899 and 900 bytes',
    [
      `MAIL FROM:<${'x'.repeat(900)}>`,
      `MAIL FROM:<${'x'.repeat(899)}>`,
      `RCPT TO:<${'x'.repeat(900)}>`,
      `RCPT TO:<${'x'.repeat(899)}>`,
    ],
    ['555 syntax error (#5.5.4)', '250 ok', '555 syntax error (#5.5.4)', '250 ok'],
  ),
  talk(
    'smtpd.md 8',
    [
      'MAIL FROM:<>',
      'RCPT TO:<u@[127.0.0.1]>',
      'RCPT TO:<u@[9.9.9.9]>',
      'RCPT TO:<u@[127.0.0.1]x>',
      'RSET',
      'RCPT TO:<u>',
    ],
    ['250 ok', '250 ok', notMine, notMine, '250 flushed', '503 MAIL first (#5.5.1)'],
  ),
  {
    name: 'smtpd.md 8, control/localiphost',
    control: { localiphost: 'other.example\n', rcpthosts: 'other.example\n' },
    send: 'MAIL FROM:<u@[127.0.0.1]>\r\nRCPT TO:<u@[127.0.0.1]>\r\nDATA\r\n.\r\nQUIT\r\n',
    replies: ['250 ok', '250 ok', '354 go ahead', taken, bye],
    queued: [{ envelope: 'Fu@other.example\0Tu@other.example\0\0', message: from('unknown (unknown)') }],
  },
  talk(
    'control.md 14',
    [
      'MAIL FROM:<a@spam.example>',
      'RCPT TO:<joe>',
      'MAIL FROM:<bad@EXAMPLE.NET>',
      'RCPT TO:<joe>',
      'MAIL FROM:<ok@x.spam.example>',
      'RCPT TO:<joe>',
    ],
    ['250 ok', badMailFrom, '250 ok', badMailFrom, '250 ok', '250 ok'],
    { control: { badmailfrom: '@spam.example\nbad@example.net\n' } },
  ),
  talk(
    'control.md 15',
    ['MAIL FROM:<>', 'RCPT TO:<x@elsewhere.org>', 'RCPT TO:<joe>', 'RCPT TO:<joe@[127.0.0.1]>', 'RCPT TO:<x@>'],
    ['250 ok', notMine, '250 ok', '250 ok', notMine],
  ),
  talk(
    'rcpthosts with a suffix',
    [
      'MAIL FROM:<>',
      'RCPT TO:<x@a.sub.example>',
      'RCPT TO:<x@SUB.example>',
      'RCPT TO:<x@a.b.SUB.example>',
      'RCPT TO:<x@heaven.af.mil>',
    ],
    ['250 ok', '250 ok', notMine, '250 ok', notMine],
    { control: { rcpthosts: '.Sub.example\n' } },
  ),
  talk(
    'a second MAIL, HELO and DATA forget the transaction',
    [
      'MAIL FROM:<>',
      'RCPT TO:<a>',
      'MAIL FROM:<>',
      'DATA',
      'RCPT TO:<a>',
      'HELO x',
      'DATA',
      'MAIL FROM:<>',
      'RCPT TO:<b>',
      'DATA',
      '.',
      'DATA',
    ],
    [
      '250 ok',
      '250 ok',
      '250 ok',
      '503 RCPT first (#5.5.1)',
      '250 ok',
      greeting,
      '503 MAIL first (#5.5.1)',
      '250 ok',
      '250 ok',
      '354 go ahead',
      taken,
      '503 MAIL first (#5.5.1)',
    ],
    { queued: [{ envelope: 'F\0Tb\0\0', message: from('unknown (HELO x) (unknown)') }] },
  ),
  transaction(
    'dots, lone CRs, NULs, no end to a line',
    '..\r\n.x\r\na\rb\r\n.\rc\r\n\0\xff\r\n\r\r\n',
    taken,
    '.\nx\na\rb\n.\rc\n\0\xff\n\r\n',
  ),
  {
    name: 'the client leaves in the middle of a message',
    send: `${mail}Subject: half\r\n`,
    replies: mailReplies,
    exitCode: 1,
  },
  {
    name: 'the client leaves in the middle of a command',
    send: 'NOOP\r\nNOOP',
    replies: ['250 ok'],
    exitCode: 1,
  },
];

/** The lines of a server's output after the greeting, without what differs from run to run and from server to server. */
export function plainReplies(output: string): string[] {
  return output
    .split('\r\n')
    .slice(1, -1)
    .filter(line => !/^250-(?:SIZE|SMTPUTF8)/.test(line))
    .map(line => line.replace(/^250 ok \d+ qp \d+$/, taken));
}

/** A message as the queue got it, without its date. */
export function plainMessage(message: string): string {
  return message.replace(/; \d+ [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d -0000\n/, '; DATE\n');
}
