// Checks passwords and opens mailboxes (checkpassword): the parent asks the file passwd, or a checkpassword program, and a
// process of the mailbox's owner serves the client.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { readControl } from '../control/control.ts';
import { asText } from '../pop3/checkpassword.ts';
import { withFullAddresses } from '../pop3/full-address.ts';
import { mailboxOwner } from '../pop3/mailbox-owner.ts';
import { openPasswd } from '../pop3/passwd.ts';
import { spawnCheckpassword } from '../pop3/run-checkpassword.ts';
import type { RequestOf } from './requests.ts';

export interface MailboxesDeps {
  readonly home: string;
  /** The program that serves a mailbox (qmail-pop3d) and its arguments, without the Maildir. */
  readonly pop3dCommand: readonly [string, ...string[]];
  /** A program that knows the users, instead of the file passwd. */
  readonly checkpassword: string | undefined;
  readonly path: string | undefined;
}

type Claimed = Pick<RequestOf<'mailbox'>, 'claim' | 'stamp' | 'client'>;

export interface Mailboxes {
  verify(name: string, password: string): Promise<boolean>;
  offersApop(): Promise<boolean>;
  /**
   * @param socket carries what the client and the mailbox say to each other
   * @returns undefined: refused. @throws Error for a problem that may pass
   */
  open(claimed: Claimed, socket: number): Promise<ChildProcess | undefined>;
}

export function createMailboxes(deps: MailboxesDeps): Mailboxes {
  const { home, pop3dCommand, checkpassword } = deps;
  const passwd = withFullAddresses(openPasswd(join(home, 'passwd')), domain => readControl(home).locals.has(domain));

  /** The program becomes qmail-pop3d in the mailbox of the user that it accepts. */
  function ask(program: string, { claim, stamp, client }: Claimed, socket: number): ChildProcess {
    const args = [...pop3dCommand, 'Maildir'];
    const env = { ...client, PATH: deps.path, ELECTRON_RUN_AS_NODE: '1', WAYPOST_HOME: home };
    return spawnCheckpassword({ program, args, env, stdio: [socket, socket, 'pipe'] }, claim, stamp);
  }

  return {
    verify: async (name, password) => (await passwd.verify(name, password)) !== undefined,
    offersApop: async () => checkpassword === undefined && (await passwd.hasApop()),
    async open(claimed, socket) {
      if (checkpassword !== undefined) return ask(checkpassword, claimed, socket);
      const { claim, stamp } = claimed;
      const [user, secret] = [asText(claim.name), asText(claim.secret)];
      const entry = await (claim.how === 'apop'
        ? passwd.verifyDigest(user, secret, stamp)
        : passwd.verify(user, secret));
      if (!entry) return undefined;
      const owner = mailboxOwner(entry);
      if (!owner) throw new Error(`there is no ${entry.maildir}`);
      if (owner.uid === 0) throw new Error(`${entry.maildir} belongs to root, who gets no mail`);
      const [program, ...args] = pop3dCommand;
      const { uid, gid } = owner;
      const env = { ELECTRON_RUN_AS_NODE: '1', WAYPOST_HOME: home };
      return spawn(program, [...args, entry.maildir], {
        uid,
        gid,
        cwd: '/',
        env,
        stdio: [socket, socket, 'pipe'],
        detached: true,
      });
    },
  };
}
