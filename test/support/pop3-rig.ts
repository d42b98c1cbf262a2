// A POP3 service on a loopback port with a Maildir of three messages, for joe with the password `sesame`.
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../core/lib/clock.ts';
import { createPasswdAuthenticator } from '../../core/pop3/authenticators.ts';
import type { Passwd } from '../../core/pop3/passwd.ts';
import { createPop3Service, type Pop3Deps, type Pop3Service } from '../../core/pop3/pop3.ts';
import { writeControl } from './queue-rig.ts';
import { tempDir } from './temp-dir.ts';

export interface Pop3Rig {
  readonly port: number;
  readonly maildir: string;
  readonly log: string[];
  readonly service: Pop3Service;
  /** Names in new/ and cur/. */
  names(): string[];
}

/** The messages in the order of their arrival; the second is in new/, with 17 bytes, the third has 16. */
const messages: [name: string, text: string][] = [
  ['cur/100.a.host:2,S', 'Subject: one\n\nfirst\n.dot\n..\n'],
  ['new/200.b.host', 'Subject: two\n\nb\nc'],
  ['new/300.c.host', 'A: 3\n\n1\n2\n3\n4\n\n.'],
];

/** Access rules that make a client of a test one from elsewhere. */
export const fromElsewhere: Pop3Deps['access'] = environment => ({
  kind: 'allowed',
  environment: { ...environment, TCPREMOTEIP: '192.0.2.1' },
  byRule: false,
});

/** @param passwd replaces methods of a passwd file that knows joe only */
export async function startPop3(
  t: TestContext,
  deps: Partial<Pop3Deps> = {},
  passwd: Partial<Passwd> = {},
): Promise<Pop3Rig> {
  const home = tempDir(t);
  const maildir = makeMaildir(join(home, 'Maildir'));
  const control = writeControl(home);
  const log: string[] = [];
  const service = createPop3Service({
    control: () => control,
    clock: systemClock,
    log: line => void log.push(line),
    authenticator: createPasswdAuthenticator({
      passwd: { ...joeOnly(maildir), ...passwd },
      clock: systemClock,
      log: line => void log.push(line),
    }),
    access: environment => ({ kind: 'allowed', environment, byRule: false }),
    tls: () => undefined,
    ...deps,
  });
  const { port } = await service.listen({ address: '127.0.0.1', port: 0 });
  t.after(() => service.close());
  const names = (): string[] => ['new', 'cur'].flatMap(sub => readdirSync(join(maildir, sub)).map(n => `${sub}/${n}`));
  return { port, maildir, log, names: () => names().sort(), service };
}

/** A Maildir with the three messages. */
export function makeMaildir(maildir: string): string {
  for (const name of ['new', 'cur', 'tmp']) mkdirSync(join(maildir, name), { recursive: true });
  for (const [at, [name, text]] of messages.entries()) {
    writeFileSync(join(maildir, name), text);
    utimesSync(join(maildir, name), 1000 + at, 1000 + at);
  }
  return maildir;
}

function joeOnly(maildir: string): Passwd {
  const joe = { name: 'joe', uid: undefined, maildir };
  return {
    verify: async (name, password) => (name === 'joe' && password === 'sesame' ? joe : undefined),
    verifyDigest: async () => undefined,
    hasApop: async () => false,
    find: async name => (name === 'joe' ? joe : undefined),
    set: async () => undefined,
  };
}
