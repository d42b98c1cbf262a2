// qmail-remote: sends the message on standard input to one host for some recipients, and prints reports for programs: one for each
// recipient and one for the message, each followed by a NUL.
import { join } from 'node:path';
import { readControl } from '../../../core/control/control.ts';
import { isHome } from '../../../core/home/make-home.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { createAccessTokens } from '../../../core/login/oauth/access-tokens.ts';
import { addressFromText } from '../../../core/message/address.ts';
import { createIdleConnections } from '../../../core/remote/connections/idle-connections.ts';
import { openTcpTo } from '../../../core/remote/connections/tcpto.ts';
import { openDane } from '../../../core/remote/dane/dane.ts';
import { createLogins } from '../../../core/remote/login/logins.ts';
import {
  formatReports,
  type MessageReport,
  putOff,
  type Reports,
  refused,
  unreadable,
} from '../../../core/remote/outcome-of-replies.ts';
import { createSend } from '../../../core/remote/send.ts';
import { openSts } from '../../../core/remote/sts/open-sts.ts';
import type { CommandIo } from '../command-io.ts';
import { keepMessage } from './keep-message.ts';

/** @returns always 0: the reports tell the result */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const reports = await send(args.map(addressFromText), io);
  await new Promise<void>(resolve => io.stdout.write(formatReports(reports), () => resolve()));
  return 0;
}

async function send([host, sender, ...recipients]: readonly string[], { home, stdin }: CommandIo): Promise<Reports> {
  if (host === undefined || sender === undefined || recipients.length === 0) {
    return only(refused('I (qmail-remote) was invoked improperly.', '5.3.5'));
  }
  if (!home || !isHome(home)) return only(putOff('Unable to switch to home directory.', '4.3.0'));
  const connections = createIdleConnections(systemClock);
  try {
    const control = readControl(home);
    await using message = await keepMessage(stdin).catch(() => undefined);
    if (!message) return only(unreadable);
    const tcpto = openTcpTo(join(home, 'queue', 'lock'), systemClock);
    const tokens = createAccessTokens({ home, clock: systemClock, fetch: globalThis.fetch });
    const logins = createLogins({ home, clock: systemClock, log: () => {}, tokens });
    const deliver = createSend({
      ...{ home, control: () => control, clock: systemClock, connections, tcpto, logins },
      policyFor: openSts({ home, control: () => control, clock: systemClock, log: () => {} }),
      daneFor: openDane(() => control, systemClock),
    });
    return await deliver({ message, host, sender, recipients });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return only(putOff('Unable to read control files.', '4.3.0'));
  } finally {
    connections.close();
  }
}

function only(message: MessageReport): Reports {
  return { recipients: [], message };
}
