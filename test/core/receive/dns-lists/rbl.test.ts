// DNS lists: what rblsmtpd decides, and the same in the host.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Clock, systemClock } from '../../../../core/lib/clock.ts';
import { askLists, decidedByRule } from '../../../../core/receive/dns-lists/rbl.ts';
import { createRblDns } from '../../../../core/receive/dns-lists/rbl-dns.ts';
import { parseRblLines, parseRblOptions } from '../../../../core/receive/dns-lists/rbl-options.ts';
import { startDns, type Zone } from '../../../support/dns-server.ts';
import { rawClient } from '../../../support/raw-client.ts';
import { startSmtp, vectorClock } from '../../../support/smtp-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';

const zone: Zone = {
  '2.0.0.127.bad.example': { txt: ['"Open relay, see <http://x>\xfc"'], a: ['127.0.0.2'] },
  '2.0.0.127.worse.example': { txt: [`"${'x'.repeat(250)}"`] },
  '2.0.0.127.only-a.example': { a: ['127.0.0.2'] },
  '2.0.0.127.good.example': { a: ['127.0.0.1'] },
  '2.0.0.127.broken.example': 'SERVFAIL',
  '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bad.example': { txt: ['"six"'] },
};

const decisions: [options: string, ip: string, refusal: string | undefined][] = [
  ['-r bad.example', '127.0.0.2', '451 Open relay, see <http://x>?'],
  ['-b -r bad.example', '127.0.0.2', '553 Open relay, see <http://x>?'],
  ['-r bad.example -b', '127.0.0.2', '451 Open relay, see <http://x>?'],
  ['-r bad.example', '127.0.0.3', undefined],
  ['-bBr worse.example', '127.0.0.2', `451 ${'x'.repeat(200)}`],
  ['-r only-a.example', '127.0.0.2', undefined],
  ['-a good.example -r bad.example', '127.0.0.2', undefined],
  ['-r bad.example -a good.example', '127.0.0.2', '451 Open relay, see <http://x>?'],
  ['-a bad.example', '127.0.0.3', undefined],
  ['-b -r broken.example -r bad.example', '127.0.0.2', '451 Open relay, see <http://x>?'],
  ['-r broken.example', '127.0.0.2', undefined],
  ['-bc -r broken.example', '127.0.0.2', '451 temporary RBL lookup error'],
  ['-c -C -r broken.example', '127.0.0.2', undefined],
  ['-a broken.example -r bad.example', '127.0.0.2', undefined],
  ['-c -a broken.example -b -r bad.example', '127.0.0.2', '451 Open relay, see <http://x>?'],
  ['-r bad.example', '2001:db8::1', '451 six'],
  ['-r bad.example', 'unknown', undefined],
];

test('askLists: every combination of lists → what rblsmtpd decides', async t => {
  const dns = createRblDns([await startDns(t, zone)], systemClock);
  for (const [text, ip, expected] of decisions) {
    const options = parseRblOptions(text.split(' '));
    assert.ok('lists' in options);
    const reply = await askLists(ip, options.lists, dns);
    assert.equal(reply && `${reply.code} ${reply.text}`, expected, `${text} ${ip}`);
  }
});

test('decidedByRule: RBLSMTPD → refused, for now or permanently, or admitted', () => {
  const values = [undefined, '', '-Error', 'Later', `-a\tb\xff${'x'.repeat(300)}`];
  assert.deepEqual(
    values.map(RBLSMTPD => decidedByRule({ RBLSMTPD })),
    [
      undefined,
      'welcome',
      { code: 553, text: 'Error' },
      { code: 451, text: 'Later' },
      { code: 553, text: `a?b?${'x'.repeat(196)}` },
    ],
  );
});

const list = (base: string, more = {}) => ({ kind: 'refuse', base, permanent: false, closed: false, ...more });

test('parseRblOptions: letters together, values attached or separate → options and remaining arguments', () => {
  assert.deepEqual(parseRblOptions(['-bcrone', '-B', '-a', 'two', '-t5', 'prog', '-r', 'three']), {
    lists: [list('one', { permanent: true, closed: true }), list('two', { kind: 'accept', closed: true })],
    talkSec: 5,
    rest: ['prog', '-r', 'three'],
  });
  assert.deepEqual(parseRblOptions(['-t', 'x', '--', '-prog']), { lists: [], talkSec: 0, rest: ['-prog'] });
  assert.deepEqual([parseRblOptions(['-z']), parseRblOptions(['-r'])], [{ wrong: '-z' }, { wrong: '-r' }]);
});

test('parseRblLines: names, options, several to a line → lists in order', () => {
  const options = parseRblLines(['one.example', '-b', '-r two.example three.example', '-a\tfour.example']);
  const lists = [
    list('one.example'),
    list('two.example', { permanent: true }),
    list('three.example', { permanent: true }),
    list('four.example', { kind: 'accept', permanent: true }),
  ];
  assert.deepEqual(options, { lists, talkSec: 60, rest: [] });
});

test('rbl dns: asked again within five minutes → remembered; an error → for fifteen seconds', async t => {
  const asked: string[] = [];
  const server = await startDns(t, zone, name => void asked.push(name));
  const clock = { ...systemClock, ...steppedClock(), after: systemClock.after };
  const dns = createRblDns([server], clock);
  const names = ['2.0.0.127.bad.example', '3.0.0.127.bad.example', '2.0.0.127.broken.example'];
  const ask = () => Promise.all([...names, ...names].map(name => dns.text(name)));
  const questions = async (): Promise<number[]> => {
    await ask();
    const counts = names.map(name => asked.filter(one => one === name).length);
    asked.length = 0;
    return counts;
  };
  const first = await questions();
  assert.deepEqual(first.slice(0, 2), [1, 1]);
  assert.deepEqual(await questions(), [0, 0, 0]);
});

test('rbl dns: a server that does not answer → failed, in time', async t => {
  const server = await startDns(t, { '2.0.0.127.silent.example': 'SILENCE' });
  const clock = steppedClock();
  const answer = createRblDns([server], clock).text('2.0.0.127.silent.example');
  clock.pass(6000);
  assert.equal(await answer, 'failed');
});

/** What a client from `ip` receives when it sends `commands`. */
async function hear(t: TestContext, control: Record<string, string>, ip: string, commands: string, rule = '') {
  const hurried: Clock = { ...vectorClock, after: (ms, run) => vectorClock.after(ms === 100 ? 0 : ms, run) };
  const rules = `:allow,TCPREMOTEIP="${ip}"${rule}\n`;
  const rig = await startSmtp(t, { control: { 'tcp.smtp': rules, ...control }, deps: { clock: hurried } });
  const client = await rawClient(rig.port);
  const greeting = await client.line();
  client.send(commands);
  return { said: `${greeting}\r\n${await client.rest()}`, log: rig.log };
}

const welcome = /^220 heaven.af.mil ESMTP\r\n221 /;
const dialogue =
  '220 rblsmtpd.local\r\n250 rblsmtpd.local\r\n250 rblsmtpd.local\r\n553 Error\r\n553 Error\r\n221 rblsmtpd.local\r\n';
const commands = 'EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<joe@heaven.af.mil>\r\nAUTH PLAIN AGEAYg==\r\nQUIT\r\n';

test('smtp: smtpd.md 11, RBLSMTPD=-Error in a rule → the dialogue of rblsmtpd, and its log line', async t => {
  const { said, log } = await hear(t, {}, '127.0.0.2', commands, ',RBLSMTPD="-Error"');
  assert.equal(said, dialogue);
  assert.deepEqual(
    log.filter(line => !/^smtpd: (?:listening|pid|end)/.test(line)),
    ['rblsmtpd: 127.0.0.2 pid 1: 553 Error'],
  );
});

test('smtp: control/rbl names the client → refused; RBLSMTPD="" in its rule → welcome', async t => {
  const resolvers = `${await startDns(t, { '9.8.7.6.bad.example': { txt: ['"Error"'] } })}\n`;
  const control = { resolvers, rbl: '-b\nbad.example\n' };
  assert.equal((await hear(t, control, '6.7.8.9', commands)).said, dialogue);
  assert.match((await hear(t, control, '6.7.8.9', 'QUIT\r\n', ',RBLSMTPD=""')).said, welcome);
  assert.match((await hear(t, control, '6.7.8.9', 'QUIT\r\n', ',RELAYCLIENT=""')).said, welcome);
  assert.match((await hear(t, control, '6.7.8.8', 'QUIT\r\n')).said, welcome);
});

test('smtp: control/rbl is invalid → a line in the log, all clients are admitted', async t => {
  const { said, log } = await hear(t, { rbl: '-z\n' }, '6.7.8.9', 'QUIT\r\n');
  assert.match(said, welcome);
  assert.ok(
    log.includes('smtpd: alert: the DNS lists are not asked: control/rbl has a wrong option: -z'),
    log.join('\n'),
  );
});
