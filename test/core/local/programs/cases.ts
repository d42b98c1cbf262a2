// Calls of programs for .qmail lines with what they come to: for the functions, the commands, and notqmail's programs.

export interface Case {
  readonly what: string;
  readonly args: readonly string[];
  /** Besides `usualEnv`; undefined takes one out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly message?: string;
  readonly code: number;
  /** We are stricter than qmail here. */
  readonly oursAlone?: true;
  /** Standard output, then standard error; `N` for the number of a queued message. */
  readonly says?: string;
  /** The envelope as qmail-queue gets it (`F…\0T…\0\0`), and the message. */
  readonly queued?: readonly [envelope: string, message: string];
}

export const usualEnv = {
  USER: 'joe',
  LOCAL: 'joe-x',
  SENDER: 's@h',
  NEWSENDER: 'joe-x-owner@h',
  UFLINE: 'From s@h Sat Nov 21 09:16:56 2026\n',
  RPLINE: 'Return-Path: <s@h>\n',
  DTLINE: 'Delivered-To: joe-x@h\n',
};

export const usualMessage = 'Subject: hi\n\nHello.\n';

const dt = usualEnv.DTLINE;
const redirected = ['Fs@h\0Ta@b\0\0', dt + usualMessage] as const;
const askUsage = 'condredirect: usage: condredirect newaddress program [ arg ... ]\n';
const lines = usualEnv.UFLINE + usualEnv.RPLINE + dt;

function exits(code: number): string[] {
  return ['sh', '-c', `cat >/dev/null; exit ${code}`];
}

const forwards: Case[] = [
  {
    what: 'two addresses',
    args: ['a@b', 'c d'],
    code: 0,
    says: 'forward: qp N\n',
    queued: ['Fjoe-x-owner@h\0Ta@b\0Tc d\0\0', dt + usualMessage],
  },
  { what: 'no address', args: [], code: 0, says: 'forward: qp N\n', queued: ['Fjoe-x-owner@h\0\0', dt + usualMessage] },
  {
    what: 'no line end at the end',
    args: ['a@b'],
    message: 'x',
    code: 0,
    says: 'forward: qp N\n',
    queued: ['Fjoe-x-owner@h\0Ta@b\0\0', `${dt}x`],
  },
  {
    what: 'no NEWSENDER',
    args: ['a@b'],
    env: { NEWSENDER: undefined },
    code: 100,
    says: 'forward: fatal: NEWSENDER not set\n',
  },
  { what: 'no DTLINE', args: ['a@b'], env: { DTLINE: undefined }, code: 100, says: 'forward: fatal: DTLINE not set\n' },
];

const redirects: Case[] = [
  { what: 'no arguments', args: [], code: 100, says: askUsage },
  { what: 'no program', args: ['a@b'], code: 100, says: askUsage },
  { what: 'yes', args: ['a@b', ...exits(0)], code: 99, says: 'condredirect: qp N\n', queued: redirected },
  { what: 'no', args: ['a@b', ...exits(1)], code: 0 },
  { what: 'no, for ever', args: ['a@b', ...exits(100)], code: 0 },
  { what: 'not known', args: ['a@b', ...exits(111)], code: 111, says: 'condredirect: fatal: temporary child error\n' },
  { what: 'killed', args: ['a@b', 'sh', '-c', 'kill -9 $$'], code: 111, says: 'condredirect: fatal: child crashed\n' },
  { what: 'program that is not there', args: ['a@b', 'no-such-program'], code: 0 },
  { what: 'program that may not be run', args: ['a@b', '/etc/passwd'], code: 0 },
  {
    what: 'output of the program',
    args: ['a@b', 'sh', '-c', 'head -n 1; echo "$0 $SENDER" >&2; exit 1', 'x y'],
    code: 0,
    says: 'Subject: hi\nx y s@h\n',
  },
  {
    what: 'no SENDER',
    args: ['a@b', 'true'],
    env: { SENDER: undefined },
    code: 100,
    says: 'condredirect: fatal: SENDER not set\n',
  },
  {
    what: 'no DTLINE',
    args: ['a@b', 'true'],
    env: { DTLINE: undefined },
    code: 100,
    says: 'condredirect: fatal: DTLINE not set\n',
  },
];

const bounces: Case[] = [
  {
    what: 'no arguments',
    args: [],
    code: 100,
    says: 'bouncesaying: usage: bouncesaying error [ program [ arg ... ] ]\n',
  },
  { what: 'a text alone', args: ['Gone. (#5.1.1)'], code: 100, says: 'Gone. (#5.1.1)\n' },
  { what: 'yes', args: ['Gone', ...exits(0)], code: 100, says: 'Gone\n' },
  { what: 'no', args: ['Gone', ...exits(2)], code: 0 },
  { what: 'not known', args: ['Gone', ...exits(111)], code: 111, says: 'bouncesaying: fatal: temporary child error\n' },
  { what: 'killed', args: ['Gone', 'sh', '-c', 'kill -9 $$'], code: 111, says: 'bouncesaying: fatal: child crashed\n' },
  { what: 'program that is not there', args: ['Gone', './no-such-program'], code: 0 },
];

const excepts: Case[] = [
  { what: 'no arguments', args: [], code: 100, says: 'except: usage: except program [ arg ... ]\n' },
  { what: 'yes', args: exits(0), code: 100 },
  { what: 'no', args: exits(99), code: 0 },
  { what: 'no, for ever', args: exits(100), code: 0 },
  { what: 'not known', args: exits(111), code: 111, says: 'except: fatal: temporary child error\n' },
  { what: 'killed', args: ['sh', '-c', 'kill -9 $$'], code: 111, says: 'except: fatal: child crashed\n' },
  { what: 'program that is not there', args: ['no-such-program'], code: 0 },
];

const prelines: Case[] = [
  { what: 'no arguments', args: [], code: 100, says: 'preline: usage: preline cmd [ arg ... ]\n' },
  { what: 'all lines', args: ['cat'], code: 0, says: lines + usualMessage },
  { what: 'no line end at the end', args: ['cat'], message: 'x', code: 0, says: `${lines}x` },
  { what: 'without From', args: ['-f', 'cat'], code: 0, says: usualEnv.RPLINE + dt + usualMessage },
  { what: 'without the others', args: ['-rd', '--', 'cat'], code: 0, says: usualEnv.UFLINE + usualMessage },
  { what: 'without any, but one again', args: ['-frdR', 'cat'], code: 0, says: usualEnv.RPLINE + usualMessage },
  { what: "the program's exit code", args: ['sh', '-c', 'cat >&2; exit 77'], code: 77, says: lines + usualMessage },
  { what: 'killed', args: ['sh', '-c', 'kill -9 $$'], code: 111, says: 'preline: fatal: child crashed\n' },
  {
    what: 'wrong option',
    args: ['-x', 'cat'],
    code: 100,
    says: 'preline: illegal option -- x\npreline: usage: preline cmd [ arg ... ]\n',
  },
  {
    what: 'no RPLINE',
    args: ['cat'],
    env: { RPLINE: undefined },
    code: 100,
    says: 'preline: usage: preline cmd [ arg ... ]\n',
  },
];

/** For qreceipt, with Message-ID and the field that asks. */
function asking(field: string): string {
  return `Message-ID: <1@x>\nNotice-Requested-Upon-Delivery-To: ${field}\n\nbody\n`;
}

function notice(id: string, sender = 's@h'): readonly [string, string] {
  const text = `From: DELIVERY NOTICE SYSTEM <${sender}>\nTo: <${sender}>\nSubject: success notice

Hi! This is the qreceipt program. Your message was delivered to the
following address: r@h. Thanks for asking.\n`;
  return ['F\0Ts@h\0\0', `${text}${id}`];
}

const withId = notice('Your Message-ID: <1@x>\n');

const receipts: Case[] = [
  { what: 'local.md 13', args: ['r@h'], message: asking('r@h'), code: 0, queued: withId },
  { what: 'among others', args: ['r@h'], message: asking('A <a@b>, R (me)\n <r @ h>'), code: 0, queued: withId },
  {
    what: 'two fields',
    args: ['r@h'],
    message: `NOTICE-requested-upon-delivery-to : r@h\n${asking('a@b')}`,
    code: 0,
    queued: withId,
  },
  {
    what: 'no Message-ID',
    args: ['r@h'],
    message: 'Notice-Requested-Upon-Delivery-To: r@h\n',
    code: 0,
    queued: notice(''),
  },
  {
    what: 'folded Message-ID',
    args: ['r@h'],
    message: 'Notice-Requested-Upon-Delivery-To: r@h\nMessage-Id:\n <1@x>\n',
    code: 0,
    queued: notice('Your Message-Id:\n <1@x>\n'),
  },
  { what: 'another case', args: ['R@h'], message: asking('r@h'), code: 0 },
  { what: 'not asked for', args: ['r@h'], code: 0 },
  { what: 'asked for in the body', args: ['r@h'], message: `\n${asking('r@h')}`, code: 0 },
  { what: 'no sender', args: ['r@h'], env: { SENDER: '' }, message: asking('r@h'), code: 0 },
  { what: 'a double bounce', args: ['r@h'], env: { SENDER: '#@[]' }, message: asking('r@h'), code: 0 },
  {
    what: 'no SENDER',
    args: ['r@h'],
    env: { SENDER: undefined },
    code: 100,
    says: 'qreceipt: usage: qreceipt deliveryaddress\n',
  },
  { what: 'no address', args: [], code: 100, says: 'qreceipt: usage: qreceipt deliveryaddress\n' },
  {
    what: 'no address list',
    args: ['r@h'],
    message: asking('"r@h'),
    code: 100,
    says: 'qreceipt: fatal: unable to parse this: Notice-Requested-Upon-Delivery-To: "r@h\n',
  },
  {
    what: 'a header larger than anybody writes',
    // differs: A message whose header is larger than 256 KB, for `qreceipt`
    oursAlone: true,
    args: ['r@h'],
    message: asking(`r@h${', a@b'.repeat(60_000)}`),
    code: 0,
    says: 'qreceipt: no receipt: the message header is larger than 262144 bytes\n',
  },
];

export const cases: Readonly<Record<string, readonly Case[]>> = {
  forward: forwards,
  condredirect: redirects,
  bouncesaying: bounces,
  except: excepts,
  preline: prelines,
  qreceipt: receipts,
};
