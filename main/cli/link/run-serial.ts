// What serialsmtp and serialqmtp share: names on standard input, results on standard output, the network on fd 6 and fd 7.
import { reasonOf } from '../../../core/lib/user-error.ts';
import type { Converse } from '../../../core/link/serial/conversations.ts';
import { messagesOf, readFileList } from '../../../core/link/serial/file-list.ts';
import { SerialEnd } from '../../../core/link/serial/send-list.ts';
import { formatResult } from '../../../core/link/serial/serial-result.ts';
import { addressFromText } from '../../../core/message/address.ts';
import type { CommandIo } from '../command-io.ts';
import { piecesOfFd } from '../read-descriptor.ts';
import { networkDescriptors } from './network-descriptors.ts';

/** One of these programs. */
export interface SerialProgram {
  readonly name: string;
  readonly prefix: string;
  /** @param recorded the peer's side is a file */
  readonly converse: (recorded: boolean) => Converse;
  readonly unableToOpen: (name: string, cause: unknown) => string;
}

/** @returns 0 when the list was sent, whatever the server replied; 111 when the conversation ended before */
export async function runSerial(
  { name, prefix, converse, unableToOpen }: SerialProgram,
  io: CommandIo,
): Promise<number> {
  const network = networkDescriptors();
  const fail = (text: string): number => {
    io.stderr.write(Buffer.from(`${name}: fatal: ${text}\n`, 'latin1'));
    return 111;
  };
  if (!network) return fail('network write error: file descriptor not open');
  const list = messagesOf(readFileList(piecesOfFd(0)), {
    prefix: addressFromText(prefix),
    unableToOpen: (file, cause) => new SerialEnd(unableToOpen(file, cause)),
  });
  try {
    await converse(network.recorded)(network.stream, list, (file, result) => {
      io.stdout.write(Buffer.from(formatResult(file, result), 'latin1'));
    });
    return 0;
  } catch (error) {
    if (!(error instanceof SerialEnd)) return fail(`unable to read file: ${reasonOf(error)}`);
    return fail(network.deaf ? 'network read error: file descriptor not open' : error.message);
  }
}
