// The radio network of docs/guinea-network.md, built from the guide's own files: a hub, a radio hub and three sites over
// half-duplex radio of 2.4 kbit/s, through a day of mail.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LinkContact } from '../../core/api/links.ts';
import { withInjector } from '../support/faulty-host.ts';
import { type GuideHost, hostsOfGuide, writeGuideHost } from '../support/guide-homes.ts';
import { giveToOwner, initHome, type RunningHost, serve, waypost } from '../support/host-process.ts';
import {
  connectByRadio,
  connectMachines,
  type Machine,
  type Radio,
  startMachine,
  whyNoMachines,
} from '../support/namespaces.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const guide = join(import.meta.dirname, '../../docs/guinea-network.md');
const domain = 'refugee.example';
const channel = { bitsPerSec: 2_400, mtu: 296 };
const sites = { dabola: '10.0.10.241', kissidougou: '10.0.10.242', nzerekore: '10.0.10.243' } as const;
const [inCoyah, inCongo, onRadio, world] = ['10.0.1.1', '10.0.1.2', '10.0.10.1', '10.9.0.2'];
/** At this site minutes are so many times shorter, so that a contact comes to its limit. */
const [hurried, hurry] = ['nzerekore', 30];
const limitMs = 15 * 60_000;
type Name = 'coyah' | 'congo' | keyof typeof sites;

/** One host of the network, as its people and its operator see it. */
interface Place {
  readonly running: RunningHost;
  readonly home: string;
  write(from: string, to: string, subject: string, text?: string): Promise<void>;
  /** Subjects of the mail in a person's Maildir. */
  mail(person: string): { readonly subject: string; readonly text: string }[];
  link(verb: string, params: object): Promise<Record<string, unknown>>;
  waiting(link: string): number;
  /** The contacts of a link that have ended, newest first; at a site it is the radio. */
  contacts(link?: string): Promise<LinkContact[]>;
}

interface Network {
  readonly places: Readonly<Record<Name, Place>>;
  readonly radios: Readonly<Record<keyof typeof sites, Radio>>;
  /** What has come to the Internet: `RCPT` lines. */
  world(): string;
}

async function buildNetwork(t: TestContext): Promise<Network> {
  const hosts = hostsOfGuide(guide);
  assert.deepEqual(
    hosts.map(({ name }) => name),
    ['coyah', 'congo', ...Object.keys(sites)],
  );
  const machines = new Map<string, Machine>();
  for (const { name } of hosts) machines.set(name, await startMachine(t, name));
  const at = (name: string) => machines.get(name) as Machine;
  const lan = { device: 'lan0' };
  connectMachines(
    { ...lan, machine: at('coyah'), address: `${inCoyah}/24` },
    { ...lan, machine: at('congo'), address: `${inCongo}/24` },
  );
  const radios = {} as Record<keyof typeof sites, Radio>;
  for (const [number, site] of (['dabola', 'kissidougou', 'nzerekore'] as const).entries()) {
    const hub = { machine: at('congo'), device: `radio${number}`, address: onRadio };
    radios[site] = await connectByRadio(t, hub, { machine: at(site), device: 'radio0', address: sites[site] }, channel);
  }
  const internet = await startMachine(t, 'the Internet');
  connectMachines(
    { machine: at('coyah'), device: 'wan0', address: '10.9.0.1/24' },
    { machine: internet, device: 'wan0', address: `${world}/24` },
  );
  const seen = await startSink(t, internet);
  const directory = tempDir(t);
  const places = await Promise.all(hosts.map(async host => [host.name, await startPlace(t, directory, host, at)]));
  return { places: Object.fromEntries(places) as Network['places'], radios, world: seen };
}

/** A mail exchanger of somebody else, that takes everything. */
async function startSink(t: TestContext, { enter: [program = '', ...args] }: Machine): Promise<() => string> {
  const script = `require('net').createServer(socket => {
    let inData = false, text = '';
    socket.on('error', () => {}).write('220 friend.example\\r\\n');
    socket.on('data', piece => {
      text += piece;
      for (let end = text.indexOf('\\r\\n'); end >= 0; end = text.indexOf('\\r\\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        console.log(line);
        if (inData && line !== '.') continue;
        inData = line === 'DATA';
        socket.write(inData ? '354 go\\r\\n' : line === 'QUIT' ? '221 bye\\r\\n' : '250 ok\\r\\n');
        if (line === 'QUIT') socket.end();
      }
    });
  }).listen(25, () => console.log('ready'))`;
  const sink = spawn(program, [...args, process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => sink.kill('SIGKILL'));
  let seen = '';
  sink.stdout.setEncoding('latin1').on('data', text => {
    seen += text;
  });
  await once(sink.stdout, 'data');
  return () => seen;
}

async function startPlace(
  t: TestContext,
  directory: string,
  host: GuideHost,
  at: (name: string) => Machine,
): Promise<Place> {
  const { home } = await initHome(directory, `${host.name}.${domain}`, 'operator');
  writeGuideHost(home, host);
  // There is no DNS here; this line stands for the MX records of the world.
  if (host.name === 'coyah') appendFileSync(join(home, 'control/smtproutes'), `friend.example:${world}\n`);
  giveToOwner(directory);
  if (host.files['alias/aliases'] !== undefined) {
    const made = await waypost(['newaliases', '--home', home, join(home, 'alias/aliases')]);
    assert.equal(made.code, 0, made.stderr);
  }
  const machine = at(host.name);
  machine.run('sysctl', '-qw', 'net.ipv4.ip_unprivileged_port_start=0');
  const faster = host.name === hurried ? withInjector({ below: [], hurry, killedAt: join(home, 'killed-at') }) : {};
  const running = await serve(t, home, host.serve, { enter: machine.enter, ...faster });
  const link: Place['link'] = async (verb, params) => {
    const asked = await waypost(['api', '--home', home, `links.${verb}`, JSON.stringify(params)]);
    assert.equal(asked.code, 0, asked.stderr);
    return JSON.parse(asked.stdout) as Record<string, unknown>;
  };
  return {
    running,
    home,
    async write(from, to, subject, text = 'Hello.') {
      const input = `From: ${from}@${domain}\nTo: ${to}\nSubject: ${subject}\n\n${text}\n`;
      const sent = await waypost(['sendmail', '--home', home, '-f', `${from}@${domain}`, to], { input });
      assert.deepEqual(sent, { code: 0, stdout: '', stderr: '' });
    },
    mail(person) {
      const directoryOf = join(home, 'alias', person, 'new');
      return readdirSync(directoryOf).map(name => {
        const text = readFileSync(join(directoryOf, name), 'latin1');
        return { subject: /^Subject: (.*)$/m.exec(text)?.[1] ?? '', text };
      });
    },
    link,
    waiting: name => readdirSync(join(home, 'serial', name, 'Maildir/new')).length,
    contacts: async (name = 'radio') => (await link('history', { name })).contacts as LinkContact[],
  };
}

test('guinea: a day of the radio network → mail inside a site, between sites, to the world, to nobody, and round in no circle', {
  skip: whyNoMachines(),
  // Half of a minute goes over the radio; a busy machine may need several for the rest.
  timeout: 300_000,
}, async t => {
  const { places, radios, world: seen } = await buildNetwork(t);
  const { coyah, congo, dabola, kissidougou, nzerekore } = places;
  const subjects = (place: Place, person: string) => place.mail(person).map(({ subject }) => subject);

  await t.test('mail inside a site never uses the radio', async () => {
    await kissidougou.write('aissatou.sow', `amadou.diallo@${domain}`, 'inside');
    await until('mail from the next room', () => subjects(kissidougou, 'amadou.diallo').includes('inside'));
    assert.equal(kissidougou.waiting('radio'), 0);
    assert.equal(radios.kissidougou.bytes(), 0);
  });

  await t.test('what is for others waits until the operator dials', async () => {
    // The hub does not know yet that this person has left.
    rmSync(join(kissidougou.home, 'alias/.qmail-moussa:keita'));
    await coyah.write('mariama.bah', `moussa.keita@${domain}`, 'to one who left');
    await dabola.write('fatoumata.camara', `amadou.diallo@${domain}`, 'to a site');
    await dabola.write('fatoumata.camara', 'ann@friend.example', 'to the world');
    await dabola.write('fatoumata.camara', `no.one@${domain}`, 'to nobody');
    await until('three messages that wait', () => dabola.waiting('radio') === 3);
    await until('mail for the other site', () => congo.waiting('kissidougou') === 1);
    for (const radio of Object.values(radios)) assert.equal(radio.bytes(), 0);
    assert.deepEqual(await dabola.link('exchange', { name: 'radio' }), { started: true });
    await nzerekore.write('joseph.loua', `mariama.bah@${domain}`, 'too long', 'word '.repeat(4_000));
    await until('the long message', () => nzerekore.waiting('radio') === 1);
    await nzerekore.link('exchange', { name: 'radio' });
    await until('the world', () => seen().includes('Subject: to the world'));
    assert.match(seen(), /^MAIL FROM:<fatoumata\.camara@refugee\.example>.*\nRCPT TO:<ann@friend\.example>/m);
    await until('an empty spool', () => dabola.waiting('radio') === 0);
    await until('more mail for the other site at the radio hub', () => congo.waiting('kissidougou') === 2);
    // It goes on by itself when a minute has passed: the site has ended a QMTP session.
    const isBack = () => congo.waiting('dabola') === 1 || dabola.mail('fatoumata.camara').length === 1;
    await until('the bounce at the radio hub', isBack);
  });

  await t.test('at the next contacts, sites get their mail and send what waits', async () => {
    await kissidougou.write('aissatou.sow', `mariama.bah@${domain}`, 'to the hub');
    await until('a message that waits', () => kissidougou.waiting('radio') === 1);
    await Promise.all([kissidougou, dabola].map(site => site.link('exchange', { name: 'radio' })));
    await until('mail from the other site', () => subjects(kissidougou, 'amadou.diallo').includes('to a site'));
    await until('mail at the hub', () => subjects(coyah, 'mariama.bah').includes('to the hub'));
    const bounce = await until('the name that nobody has', () => dabola.mail('fatoumata.camara')[0]);
    assert.match(bounce.text, /no\.one@/);
    await until('nothing that waits', () => congo.waiting('kissidougou') + congo.waiting('dabola') === 0);
  });

  await t.test('half-duplex: a site has all of its mail before it sends', async () => {
    const end = <T>(contacts: readonly T[]) => contacts.at(-1);
    const got = await until('the end at the hub', async () => end(await congo.contacts('kissidougou')));
    const sent = await until('the end at the site', async () => end(await kissidougou.contacts()));
    assert.deepEqual([got.cause, got.sent, sent.sent > 0], ['client', 2, true]);
    const { text } = await kissidougou.link('transcript', { name: 'radio', startMs: sent.startMs });
    const [, seconds = ''] = /^ *([\d.]+) \* connecting to 10\.0\.10\.1 port 209$/m.exec(String(text)) ?? [];
    assert.notEqual(seconds, '', String(text));
    // The transcript has tenths of a second.
    assert.ok(sent.startMs + Number(seconds) * 1000 >= got.endMs - 100, `${text}\n${JSON.stringify([got, sent])}`);
  });

  await t.test('a person who has left → returned at once by the old site, and no round again', async () => {
    await until('the end of the contact', async () => (await kissidougou.contacts()).length === 1);
    // The bounce may have left with the first contact.
    await kissidougou.link('exchange', { name: 'radio' });
    const bounce = await until('the bounce', () =>
      coyah.mail('mariama.bah').find(({ text }) => text.includes('to one who left')),
    );
    assert.match(bounce.text, /came over link radio from 10\.0\.10\.1/);
    assert.match(bounce.text, /#5\.4\.6/);
    assert.equal(congo.waiting('kissidougou'), 0);
    for (const { end, why } of await kissidougou.contacts()) assert.deepEqual({ end, why }, { end: 'done', why: '' });
  });

  await t.test('after 15 minutes a contact is given up, and what was not confirmed waits', async () => {
    const ended = await until('the end of the long contact', async () => {
      const [last] = await nzerekore.contacts();
      // In so short a minute, a busy machine may not get through at once.
      if (last?.end === 'failed') await nzerekore.link('exchange', { name: 'radio' });
      return last?.end === 'failed' ? undefined : last;
    });
    const { end, why, sent, startMs, endMs } = ended;
    assert.deepEqual({ end, why, sent }, { end: 'given-up', why: 'the limit of a contact is reached', sent: 0 });
    assert.ok((endMs - startMs + 1) * hurry >= limitMs, `${endMs - startMs} ms`);
    assert.equal(nzerekore.waiting('radio'), 1);
    assert.ok(!subjects(coyah, 'mariama.bah').includes('too long'));
  });

  for (const { running } of Object.values(places)) assert.equal(await running.stop(), 0);
});
