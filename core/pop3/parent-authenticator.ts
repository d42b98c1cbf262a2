// Logins in a host that root started: the host can read neither passwords nor mailboxes, so it asks its parent process, which
// checks the password and starts the program that serves the mailbox as its owner.
import type { Readable, Writable } from 'node:stream';
import type { LogLine } from '../lib/log.ts';
import type { Environment } from '../lib/net/tcp-environment.ts';
import { passThrough, refused } from './authenticators.ts';
import { checkExit } from './checkpassword.ts';
import type { Claim } from './popup.ts';
import type { Authenticator } from './session.ts';

/** A program that serves a mailbox. */
export interface MailboxProcess {
  readonly input: Writable;
  readonly output: Readable;
  /** How it ended, and what it wrote to its standard error. */
  readonly ended: Promise<{ readonly how: string; readonly code: number | null; readonly said: string }>;
}

/** The part of root's parent that knows mailboxes. */
export interface MailboxParent {
  offersApop(): Promise<boolean>;
  /** @returns the process that serves the mailbox; undefined: refused. @throws Error for a temporary problem */
  mailbox(asked: {
    readonly claim: Claim;
    readonly stamp: string;
    readonly client: Record<string, string>;
  }): Promise<MailboxProcess | undefined>;
}

/** @param program the checkpassword program that the parent runs, if it runs one: its exit code says whether it refused */
export function createParentAuthenticator(
  parent: MailboxParent,
  program: string | undefined,
  log: LogLine,
): Authenticator {
  return {
    offersApop: parent.offersApop,
    async login({ name, secret, how: kind }, connection, { stamp, environment }, loggedIn) {
      const served = await parent.mailbox({ claim: { name, secret, how: kind }, stamp, client: factsOf(environment) });
      if (!served) return refused;
      const { input, output } = served;
      // The parent has checked the password; a checkpassword program is silent until it has.
      if (program === undefined) loggedIn();
      const ended = served.ended.then(({ code }) => code ?? 'crashed');
      const passed = { stdin: input, stdout: untilBroken(output), stderr: null, ended };
      const end = await passThrough(passed, connection, log, loggedIn);
      if (program !== undefined && end === checkExit.unacceptable) return refused;
      const { how, said } = await served.ended;
      if (program !== undefined && end !== 0) throw new Error(`${program}: ${how}`);
      const says = said.trimEnd() || (end === 0 ? '' : `qmail-pop3d: ${how}`);
      if (says !== '') log(`pop3d: warning: ${says.replace(/[^ -~]/g, '?')}`);
      return { kind: 'served' };
    },
  };
}

/** The output, which also ends when the program ends before it has read everything. */
async function* untilBroken(output: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* output;
  } catch {
    // `ended` says how the program ended.
  }
}

/** The variables that tcpserver sets, without those of access rules: root's programs get nothing else from the host. */
function factsOf(environment: Environment): Record<string, string> {
  const facts = Object.entries(environment).filter(([name]) => /^(?:PROTO|TCP[A-Z0-9]{1,20})$/.test(name));
  return Object.fromEntries(facts) as Record<string, string>;
}
