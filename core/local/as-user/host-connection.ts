// The other end of run-as-user.ts: the connection of a delivery process to the host.
import { Socket } from 'node:net';
import type { Queued } from '../../paper-path/builtin-program.ts';
import type { MessageSource } from '../../paper-path/shapes.ts';
import type { NewMessages } from '../message/new-messages.ts';
import { openJsonLines } from './json-lines.ts';
import {
  type DeliveryTerms,
  type FromDelivery,
  type FromHost,
  hostFd,
  mostProgramBytes,
  mostPrograms,
  pieceBytes,
} from './run-as-user.ts';

/** The host, as seen by the delivery process. */
export interface HostConnection {
  /** The first message from the host. */
  terms(): Promise<DeliveryTerms>;
  tell(words: FromDelivery): void;
  /** Asks whether the delivery may begin. */
  begin(programs: readonly string[]): Promise<boolean>;
  /** New messages are queued by the host, because this process may not access the queue. */
  readonly newMessages: NewMessages;
  /** Ends the connection. */
  close(): void;
}

/** @param gone called when the host has closed the connection */
export function openHostConnection(gone: () => void): HostConnection {
  const heard: unknown[] = [];
  let wake = () => {};
  const pipe = new Socket({ fd: hostFd });
  let closed = false;
  pipe.once('close', () => {
    if (!closed) gone();
  });
  const talk = openJsonLines(pipe, words => {
    heard.push(words);
    wake();
  });

  async function next<T>(): Promise<T> {
    while (heard.length === 0) {
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
    return heard.shift() as T;
  }

  function tell(words: FromDelivery): void {
    talk.say(words);
  }

  return {
    terms: next<DeliveryTerms>,
    tell,
    async begin(programs) {
      const named = programs.slice(0, mostPrograms).map(command => command.slice(0, mostProgramBytes));
      tell({ kind: 'begin', programs: named });
      return (await next<FromHost>()) === 'go';
    },
    newMessages: {
      forward: (head, { sender, recipients }) => {
        tell({ kind: 'forward', head, envelope: { sender, recipients: [...recipients] } });
        return next<Queued>();
      },
      queue: async (source, { sender, recipients }) => {
        tell({ kind: 'queue', envelope: { sender, recipients: [...recipients] } });
        try {
          for await (const bytes of pieces(source)) {
            const answer = await next<FromHost>();
            if (typeof answer === 'object') return answer;
            tell({ kind: 'piece', bytes });
          }
        } catch (error) {
          tell({ kind: 'broken' });
          await answered();
          throw error;
        }
        tell({ kind: 'end' });
        return answered();
      },
    },
    close() {
      closed = true;
      pipe.destroySoon();
    },
  };

  async function answered(): Promise<Queued> {
    for (;;) {
      const answer = await next<FromHost>();
      if (typeof answer === 'object') return answer;
    }
  }
}

async function* pieces(source: MessageSource): AsyncGenerator<string> {
  for await (const piece of source) {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('latin1');
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.slice(at, at + pieceBytes);
  }
}
