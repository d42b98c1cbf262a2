// maildirsmtp and maildirqmtp: maildirserial with tcpclient and serialsmtp or serialqmtp, in one process. A message that is
// refused permanently, or for two weeks, is returned to its sender.
import { systemClock } from '../../../core/lib/clock.ts';
import { openDns } from '../../../core/lib/net/dns.ts';
import { byQmtp, bySmtp, type Converse } from '../../../core/link/serial/conversations.ts';
import { messagesOf } from '../../../core/link/serial/file-list.ts';
import type { SerialClient } from '../../../core/link/serial/maildir-serial.ts';
import { SerialEnd } from '../../../core/link/serial/send-list.ts';
import { addressFromText } from '../../../core/message/address.ts';
import { djbReason } from '../../../core/ucspi/super-server.ts';
import { connectByName } from '../../../core/ucspi/tcp-client.ts';
import type { CommandIo } from '../command-io.ts';
import { runMaildirserial } from './run-maildirserial.ts';

const twoWeeksSec = 1_209_600;
const smtpPort = 25;
const qmtpPort = 209;

/** @returns as maildirserial */
export async function maildirsmtp(args: readonly string[], io: CommandIo): Promise<number> {
  const [directory, prefix, host, heloHost] = args;
  if (directory === undefined || prefix === undefined || host === undefined || heloHost === undefined) {
    return wrongUsage('maildirsmtp: usage: maildirsmtp dir prefix host helohost', io);
  }
  const converse = (ip: string) => bySmtp({ heloHost, ip }, systemClock);
  return send({ directory, prefix, host, port: smtpPort, name: 'serialsmtp', converse }, io);
}

/** @returns as maildirserial */
export async function maildirqmtp(args: readonly string[], io: CommandIo): Promise<number> {
  const [directory, prefix, host] = args;
  if (directory === undefined || prefix === undefined || host === undefined) {
    return wrongUsage('maildirqmtp: usage: maildirqmtp dir prefix host', io);
  }
  const converse = (ip: string) => byQmtp({ ip }, systemClock);
  return send({ directory, prefix, host, port: qmtpPort, name: 'serialqmtp', converse }, io);
}

function wrongUsage(text: string, io: CommandIo): number {
  io.stderr.write(`${text}\n`);
  return 100;
}

interface SendTo {
  readonly directory: string;
  readonly prefix: string;
  readonly host: string;
  readonly port: number;
  /** The program that does this work, for errors. */
  readonly name: string;
  readonly converse: (ip: string) => Converse;
}

function send({ directory, prefix, ...to }: SendTo, io: CommandIo): Promise<number> {
  const client = connectingClient(
    { ...to, prefix: addressFromText(prefix) },
    line => void io.stderr.write(`${line}\n`),
  );
  return runMaildirserial({ directory, prefix, bounces: true, lifetimeSec: twoWeeksSec, client }, io);
}

/** Connects again for each run, as a client program does. */
function connectingClient(
  { host, port, name, prefix, converse }: Omit<SendTo, 'directory'>,
  complain: (line: string) => void,
): SerialClient {
  const failed = { kind: 'exited', code: 111 } as const;
  return async (names, onResult) => {
    const to = { port, localIp: undefined, localPort: undefined, timeoutsSec: [2, 58] };
    const socket = await connectByName(host, to, openDns(undefined, { timeout: 5000, tries: 2 }), complain);
    if (!socket) return failed;
    const list = messagesOf(names.values(), {
      prefix,
      unableToOpen: (file, cause) => new SerialEnd(`unable to open ${file}: ${djbReason(cause)}`),
    });
    try {
      await converse(socket.remoteAddress ?? host)(socket, list, onResult);
      return { kind: 'exited', code: 0 };
    } catch (error) {
      complain(
        `${name}: fatal: ${error instanceof SerialEnd ? error.message : `unable to read file: ${djbReason(error)}`}`,
      );
      return failed;
    }
  };
}
