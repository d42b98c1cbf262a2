// The guide of a home, put together with what it needs of other rooms: for a host that runs, and for `waypost config` without one.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { HostAnswers } from '../api/guide.ts';
import { readLinks } from '../control/links/read-links.ts';
import { controlFiles } from '../control/read-control-files.ts';
import { createDial } from '../conversation/channel.ts';
import { createOpenMailbox } from '../fetch/try-account.ts';
import { createGuide, type Guide } from '../guide/guide.ts';
import type { PlannedFile } from '../guide/plan-files.ts';
import { type Answers, changesFor, type Topic, usualAnswer } from '../home/configure.ts';
import type { HomePlan } from '../home/make-home.ts';
import type { Clock } from '../lib/clock.ts';
import { addressFromText, displayAddress } from '../message/address.ts';
import { createOpenRelay } from '../remote/try-relay.ts';
import { createGuideDns } from './guide-dns.ts';
import { createLookUp } from './look-up.ts';

export interface HomeGuideDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly resolvers: () => readonly string[] | undefined;
  /** The name in EHLO. */
  readonly heloHost: () => string;
  /** Whose home it is, or will be. */
  readonly plan: () => HomePlan;
  readonly ownAddress: () => string;
  readonly name: () => string;
  readonly prepare: () => Promise<void>;
  readonly saved: (name: string | undefined) => Promise<void>;
}

export function openGuide(deps: HomeGuideDeps): Guide {
  const { home, clock, resolvers, heloHost, plan } = deps;
  const lookUp = createLookUp(resolvers);
  const dns = createGuideDns(resolvers, lookUp);
  const reach = { dial: createDial(clock), lookUp };
  return createGuide({
    ...{ home, clock, dns, lookUp },
    ...{ ownAddress: deps.ownAddress, name: deps.name, prepare: deps.prepare, saved: deps.saved },
    openRelay: createOpenRelay({ home, clock, reach, heloHost }),
    openMailbox: createOpenMailbox({ clock, reach }),
    unique: () => randomBytes(12).toString('hex'),
    hasLinks: () => readLinks(home).length > 0,
    presentHost: () => presentHost(home, plan()),
    planHost: answers => planHost(home, plan(), answers),
    async checkNames({ me, domains }) {
      const hasAddress = await dns.hasAddress(me);
      const exchangers = await Promise.all(namesIn(domains).map(async name => ({ name, hosts: await dns.mx(name) })));
      const isMine = (hosts: readonly string[]) => hosts.some(host => host.toLowerCase() === me.toLowerCase());
      return {
        ok: hasAddress && exchangers.every(({ name, hosts }) => name === me || isMine(hosts)),
        says: [
          hasAddress ? `${me} has an address.` : `${me} has no address in the DNS.`,
          ...exchangers.map(({ name, hosts }) =>
            hosts.length === 0 ? `${name} has no MX record.` : `${name}: mail goes to ${hosts.join(', ')}.`,
          ),
        ],
      };
    },
  });
}

function namesIn(text: string): string[] {
  return text.split(/\s+/).filter(name => name !== '');
}

function presentHost(home: string, plan: HomePlan): HostAnswers {
  const files = controlFiles(join(home, 'control'));
  const me = files.line('me') ?? plan.me;
  const locals = files.list('locals') ?? [me];
  return {
    role: 'local',
    me: displayAddress(me),
    domains: displayAddress(locals.filter(domain => domain !== 'localhost').join(' ')),
  };
}

/** The files of `waypost config` for these names; all its other answers stay as they are. */
function planHost(home: string, plan: HomePlan, { me, domains }: HostAnswers): PlannedFile[] {
  const local = [...new Set([...namesIn(domains), 'localhost'])].join(' ');
  const given: Partial<Answers> = { me, locals: local, rcpthosts: local };
  const usual = (topic: Topic) => given[topic] ?? usualAnswer(home, topic, given, plan);
  const answers: Answers = {
    ...{ me, locals: local, rcpthosts: local },
    defaultdomain: usual('defaultdomain'),
    plusdomain: usual('plusdomain'),
    owner: usual('owner'),
    smarthost: usual('smarthost'),
    loopback: usual('loopback'),
  };
  const names = new Set(['me', 'locals', 'rcpthosts', 'defaultdomain', 'plusdomain']);
  return changesFor(home, answers)
    .filter(({ name }) => names.has(name))
    .map(({ name, text, before }) => ({
      path: `control/${name}`,
      text: text === undefined ? undefined : addressFromText(text),
      before: before === undefined ? undefined : addressFromText(before),
    }));
}
