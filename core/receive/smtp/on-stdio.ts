// One SMTP session under another super-server (qmail-smtpd), which describes the client in the environment.
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { SMTPServer } from 'smtp-server';
import type { Environment } from '../../lib/net/tcp-environment.ts';
import { clientFrom } from '../../listen/client.ts';
import { clientKindOf } from '../../listen/client-kind.ts';
import { createMemory } from '../../listen/client-memory.ts';
import { noTimeLimit } from '../../listen/session-progress.ts';
import { QmailConnection } from './connection.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { smtpServerOptions } from './library.ts';
import { StdioSocket } from './stdio-socket.ts';

/** The connection, and what is known about its other end. */
export interface StdioClient {
  readonly input: Readable;
  readonly output: Writable;
  readonly environment: Environment;
  /** A user of this machine, whatever the environment says. */
  readonly isUser?: boolean;
}

/** @returns qmail-smtpd's exit code: 0 after QUIT, 1 after any other end */
export function serveSmtpOnStdio(
  client: StdioClient,
  deps: Omit<ConnectionDeps, 'checkDnsLists' | 'stopping'>,
): Promise<number> {
  const server = new SMTPServer(smtpServerOptions());
  const socket = new StdioSocket(client.input, client.output);
  const { environment, isUser = false } = client;
  const clientKind = clientKindOf(clientFrom(environment));
  const connected = {
    number: process.pid,
    environment,
    greetAtOnce: true,
    trusted: isUser || clientKind !== 'stranger',
    memory: createMemory().of(clientKind),
    progress: noTimeLimit,
  };
  const all = { ...deps, checkDnsLists: async () => undefined, stopping: () => false };
  const connection = new QmailConnection(server, socket as unknown as Socket, connected, all);
  connection.on('error', () => {}); // The socket closes, which is all that matters.
  return new Promise(resolve => {
    socket.once('close', () => resolve(connection.exitCode));
    connection.init();
  });
}
