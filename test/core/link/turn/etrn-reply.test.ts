// ETRN as the server answers it (RFC 1985), and whose mail a node means.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLink } from '../../../../core/control/links/link-file.ts';
import { answerEtrn, type EtrnStart } from '../../../../core/link/turn/etrn-reply.ts';

const links = [
  parseLink('kissi', 'server 10.0.0.1\netrn-node Kissi.example #kissi').link,
  parseLink('dabola', 'server 10.0.0.2\netrn-node dabola.kissi.example localname').link,
  parseLink('other', 'server 10.0.0.3\netrn-node xkissi.example').link,
  parseLink('quiet', 'server 10.0.0.4\nturn-for address 10.0.0.4').link,
];

interface Case {
  readonly argument: string;
  readonly code: number;
  readonly text: string;
  readonly started?: readonly string[];
  readonly starts?: Readonly<Record<string, EtrnStart>>;
  readonly stranger?: boolean;
}

const two: Readonly<Record<string, EtrnStart>> = {
  kissi: { kind: 'started', waiting: 10 },
  dabola: { kind: 'started', waiting: 4 },
};

const table: readonly Case[] = [
  { argument: '', code: 500, text: 'Syntax Error (#5.5.4)' },
  { argument: '   ', code: 500, text: 'Syntax Error (#5.5.4)' },
  ...[
    'nosuchname',
    'a b.example',
    '@',
    '#',
    '@@kissi.example',
    '.example',
    'a..example',
    'a\x07b.example',
    '[10.0.0.1]',
    'a\xe9.example',
  ].map(argument => ({ argument, code: 501, text: 'Syntax Error in Parameters (#5.5.4)' })),
  { argument: `${'a.'.repeat(200)}example`, code: 501, text: 'Syntax Error in Parameters (#5.5.4)' },
  ...['foo.bar', '@foo.bar', '#uucp', '@kissi', '@example.org', '#kissi.example'].map(argument =>
    argument === '@kissi'
      ? { argument, code: 501, text: 'Syntax Error in Parameters (#5.5.4)' }
      : { argument, code: 459, text: `Node ${argument} not allowed: no link of this host has that name (#5.7.1)` },
  ),
  { argument: 'kissi.example', code: 250, text: 'OK, queuing for node kissi.example started', started: ['kissi'] },
  { argument: ' KISSI.Example. ', code: 250, text: 'OK, queuing for node KISSI.Example. started', started: ['kissi'] },
  { argument: '#kissi', code: 250, text: 'OK, queuing for node #kissi started', started: ['kissi'] },
  { argument: 'localname', code: 250, text: 'OK, queuing for node localname started', started: ['dabola'] },
  {
    argument: '@kissi.example',
    code: 250,
    text: 'OK, queuing for node @kissi.example started',
    started: ['kissi', 'dabola'],
  },
  {
    argument: 'kissi.example',
    starts: { kissi: { kind: 'started', waiting: 0 } },
    code: 251,
    text: 'OK, no messages waiting for node kissi.example',
    started: ['kissi'],
  },
  {
    argument: 'kissi.example',
    starts: { kissi: { kind: 'running' } },
    code: 252,
    text: 'OK, pending messages for node kissi.example started',
    started: ['kissi'],
  },
  {
    argument: 'kissi.example',
    starts: { kissi: { kind: 'unable' } },
    code: 458,
    text: 'Unable to queue messages for node kissi.example (#4.3.2)',
    started: ['kissi'],
  },
  {
    argument: '@kissi.example',
    starts: two,
    code: 253,
    text: 'OK, 14 pending messages for node @kissi.example started',
    started: ['kissi', 'dabola'],
  },
  {
    argument: '@kissi.example',
    starts: { ...two, dabola: { kind: 'unable' } },
    code: 253,
    text: 'OK, 10 pending messages for node @kissi.example started',
    started: ['kissi', 'dabola'],
  },
  {
    argument: '@kissi.example',
    starts: { ...two, dabola: { kind: 'started' } },
    code: 250,
    text: 'OK, queuing for node @kissi.example started',
    started: ['kissi', 'dabola'],
  },
  {
    argument: '@kissi.example',
    starts: two,
    stranger: true,
    code: 250,
    text: 'OK, queuing for node @kissi.example started',
    started: ['kissi', 'dabola'],
  },
];

for (const { argument, code, text, started = [], starts = {}, stranger = false } of table) {
  const as = stranger ? ' from a stranger' : '';
  test(`etrn: ${JSON.stringify(argument).slice(0, 60)}${as} ${JSON.stringify(starts)} → ${code}`, () => {
    const asked: string[] = [];
    const reply = answerEtrn({ argument, stranger }, links, ({ name }) => {
      asked.push(name);
      return starts[name] ?? { kind: 'started' };
    });
    assert.deepEqual([reply, asked], [{ code, text }, started]);
  });
}
