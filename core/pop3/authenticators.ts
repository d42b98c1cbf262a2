// How the POP3 service checks logins and opens mailboxes: with the home's own passwd file, or with a checkpassword program.
import type { Writable } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { write } from '../lib/write.ts';
import { asText, checkExit } from './checkpassword.ts';
import type { PopConnection } from './connection.ts';
import { tryOpenMaildrop } from './maildrop.ts';
import { createOctetCounter } from './octets.ts';
import type { Passwd } from './passwd.ts';
import type { Verdict } from './popup.ts';
import { type CheckEnd, type RunningCheck, startCheckpassword } from './run-checkpassword.ts';
import type { Authenticator } from './session.ts';

export const refused: Verdict = { kind: 'refused', text: 'authorization failed' };
const saidBytes = 500;

export interface PasswdAuthenticatorDeps {
  readonly log: LogLine;
  readonly passwd: Passwd;
  readonly clock: Clock;
}

/** Logins by the passwd file. */
export function createPasswdAuthenticator(deps: PasswdAuthenticatorDeps): Authenticator {
  const { passwd, clock, log } = deps;

  const octets = createOctetCounter();

  async function openHere(maildir: string): Promise<Verdict> {
    const drop = await tryOpenMaildrop(maildir, clock, octets);
    if (!('refusal' in drop)) return { kind: 'open', drop };
    log(`pop3d: warning: ${drop.reason}`);
    return { kind: 'refused', text: drop.refusal };
  }

  return {
    offersApop: () => passwd.hasApop(),
    async login({ name, secret, how }, _connection, { stamp }, loggedIn) {
      const [user, text] = [asText(name), asText(secret)];
      const verified = how === 'apop' ? passwd.verifyDigest(user, text, stamp) : passwd.verify(user, text);
      const entry = await verified;
      if (!entry) return refused;
      loggedIn();
      return openHere(entry.maildir);
    },
  };
}

export interface CheckpasswordAuthenticatorDeps {
  readonly log: LogLine;
  /** Program and arguments of qmail-pop3d, without the Maildir. */
  readonly pop3dCommand: readonly [string, ...string[]];
  /** The checkpassword program. */
  readonly program: string;
  /** PATH for it. */
  readonly path: string | undefined;
}

/** Logins by a checkpassword program, which becomes qmail-pop3d in the user's home. APOP is not offered. */
export function createCheckpasswordAuthenticator({
  program,
  path,
  pop3dCommand,
  log,
}: CheckpasswordAuthenticatorDeps): Authenticator {
  return {
    offersApop: async () => false,
    async login(claim, connection, client, loggedIn) {
      const args = [...pop3dCommand, 'Maildir'];
      // With it, Electron's executable acts as Node.
      const env = { ...client.environment, PATH: path, ELECTRON_RUN_AS_NODE: '1' };
      const run = { program, args, env, stdio: ['pipe', 'pipe', 'pipe'] as const };
      // A checkpassword program itself is silent: output comes from the program that serves the mailbox.
      const end = await passThrough(startCheckpassword(run, claim, client.stamp), connection, log, loggedIn);
      if (end === checkExit.unacceptable) return refused;
      if (end !== 0) throw new Error(`${program}: ${typeof end === 'number' ? `exit code ${end}` : end}`);
      return { kind: 'served' };
    },
  };
}

/** What is needed of a program to connect a client to it. */
interface Passed extends Omit<RunningCheck, 'stdout'> {
  readonly stdout: AsyncIterable<Uint8Array> | null;
}

/** Connects the client to a program until either ends. @param speaks called whenever the program sends something */
export async function passThrough(
  child: Passed,
  connection: PopConnection,
  log: LogLine,
  speaks: () => void = () => {},
): Promise<CheckEnd> {
  const { stdin, stdout, stderr } = child;
  let said = '';
  stderr?.on('data', (piece: Buffer) => {
    said = (said + piece.toString('latin1')).slice(0, saidBytes);
  });
  if (stdin) void feed(stdin, connection);
  if (stdout) await connection.send(withFirst(stdout, speaks));
  const end = await child.ended;
  if (said !== '') log(`pop3d: warning: ${said.trimEnd().replace(/[^ -~]/g, '?')}`);
  return end;
}

async function* withFirst(pieces: AsyncIterable<Uint8Array>, tell: () => void): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    tell();
    yield piece;
  }
}

async function feed(stdin: Writable, connection: PopConnection): Promise<void> {
  stdin.on('error', () => stdin.destroy());
  try {
    for await (const piece of connection.rest()) await write(stdin, piece);
  } catch {
    // The client is gone: the program's input ends.
  }
  stdin.end();
}
