// Deliveries as the user who owns the mail (qmail-lspawn). The user, and the default delivery, are read here from files that
// belong to root; the host only names the message and the address.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openDeliveryControl } from '../control/delivery-control.ts';
import { reasonOf } from '../lib/user-error.ts';
import type { UserDelivery } from '../local/as-user/run-as-user.ts';
import { ownProgramLinks } from '../local/into/find-own-program.ts';
import { basicVariables } from '../local/program-environment.ts';
import { createRecipients } from '../local/recipients.ts';
import type { FindSystemUser } from '../local/users/system-users.ts';
import { addressFromText } from '../message/address.ts';
import { later, type Outcome } from '../paper-path/outcome.ts';
import type { RequestOf } from './requests.ts';

export interface DeliveriesDeps {
  readonly home: string;
  /** Opens a message of the queue for reading. @throws Error when it cannot be opened */
  readonly openMessage: (id: number) => number;
  /** The file of the program that delivers (as-user.ts), and our programs that rules may call. */
  readonly asUserPath: string;
  readonly programs: readonly string[];
  /** Programs get PATH, TMPDIR, TZ and the language from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The machine's accounts; a test may have others. */
  readonly findSystemUser?: FindSystemUser | undefined;
}

/** A delivery that is being started, and its user. */
interface StartedDelivery {
  readonly child: ChildProcess;
  readonly uid: number;
  /** It runs as the user alias. */
  readonly alias: boolean;
}

/** @param socket carries what the delivery and the host say to each other */
export type StartDelivery = (
  asked: Pick<RequestOf<'deliver'>, 'id' | 'local' | 'host' | 'sender'>,
  socket: number,
) => StartedDelivery | { readonly outcome: Outcome };

export function createDeliveries(deps: DeliveriesDeps): StartDelivery {
  const { home } = deps;
  const findRecipient = createRecipients({ home, processUid: 0, findSystemUser: deps.findSystemUser });
  const control = openDeliveryControl(home);
  const isOurs = ownProgramLinks(home);
  const defaultDeliveryPath = addressFromText(join(home, 'control', 'defaultdelivery'));
  const programBasics = basicVariables(home, deps.environment);
  const hostName = hostname();

  return ({ id, local, host, sender }, socket) => {
    const { adminAddress, ...files } = control();
    const recipient = findRecipient(local, adminAddress);
    if ('outcome' in recipient) return recipient;
    const { systemMailTo, found } = recipient;
    const { assignment } = found;
    let message: number;
    try {
      message = deps.openMessage(id);
    } catch (error) {
      return { outcome: later(`Unable to read message: ${reasonOf(error)}. (#4.3.0)\n`) };
    }
    try {
      const about = { local, host, sender, ...files, systemMailTo, defaultDeliveryPath };
      const args = { ...assignment, ...about, basicVariables: programBasics };
      const child = spawn(process.execPath, [deps.asUserPath], {
        uid: assignment.uid,
        gid: assignment.gid,
        cwd: '/',
        // Electron's program then acts as Node.
        env: { ELECTRON_RUN_AS_NODE: '1' },
        stdio: ['pipe', 'ignore', 'pipe', socket, message],
        detached: true,
      });
      child.stdin?.on('error', () => {});
      const job: UserDelivery = { args, hostName, ownNames: deps.programs.filter(isOurs) };
      child.stdin?.end(JSON.stringify(job));
      return { child, uid: assignment.uid, alias: assignment.user === 'alias' };
    } finally {
      closeSync(message);
    }
  };
}
