// The list of files that maildirserial gives its client: names, each ended by a NUL.
import type { MessageList } from './send-list.ts';
import { openSerialMessage, type SerialMessage } from './serial-message.ts';

/** In the form that maildirserial writes. */
export function formatFileList(names: readonly string[]): Buffer {
  return Buffer.from(names.map(name => `${name}\0`).join(''), 'latin1');
}

/** The names, as byte strings, each as soon as it is complete. Bytes after the last NUL are not a name. */
export async function* readFileList(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of input) {
    const names = (rest + Buffer.from(piece).toString('latin1')).split('\0');
    rest = names.pop() ?? '';
    yield* names;
  }
}

/** How files become messages. */
interface FilesOptions {
  readonly prefix: string;
  /** The directory of the names, with its slash; undefined: the working directory. */
  readonly directory?: string;
  /** Returns the error that ends the list when a file cannot be opened. */
  readonly unableToOpen: (name: string, cause: unknown) => Error;
}

/** The messages with these names. Files without the prefix, or without an envelope, are skipped. */
export function messagesOf(
  names: AsyncIterator<string> | Iterator<string>,
  { prefix, directory = '', unableToOpen }: FilesOptions,
): MessageList {
  return {
    async next(): Promise<SerialMessage | undefined> {
      for (;;) {
        const { value: name, done } = await names.next();
        if (done) return undefined;
        const message = await openSerialMessage(name, prefix, directory).catch((cause: unknown) => {
          throw unableToOpen(name, cause);
        });
        if (message) return message;
      }
    },
  };
}
