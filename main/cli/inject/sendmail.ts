// sendmail (also called as mailq): sends mail through qmail-inject, for programs that expect sendmail.
import { pipeline, type Readable, Transform } from 'node:stream';
import { readSendmailCall } from '../../../core/inject/programs/sendmail.ts';
import { createLeadingCrRemover } from '../../../core/lib/text/line-ends.ts';
import type { CommandIo } from '../command-io.ts';
import { messageInput } from '../message-input.ts';
import type { Follower } from './follow-message.ts';
import { run as runQmailInject } from './qmail-inject.ts';

/** The actions of sendmail besides queueing; the caller provides them. */
export interface SendmailServices {
  /** -bp and mailq: lists the queue (qmail-qread). */
  readonly listQueue?: (io: CommandIo) => Promise<number>;
  /** -bs: speaks SMTP on standard input and output (qmail-smtpd). */
  readonly serveSmtp?: (io: CommandIo) => Promise<number>;
  /** -q: tries everything in the queue now. */
  readonly flushQueue?: (io: CommandIo) => Promise<number>;
  /** -bi: newaliases. */
  readonly makeAliases?: (io: CommandIo) => Promise<number>;
  /** -v: prints the result of each delivery. */
  readonly follow?: (io: CommandIo) => Promise<Follower>;
  /** -bv: shows what would happen to mail for an address. */
  readonly explain?: (address: string, io: CommandIo) => Promise<number>;
}

/** @returns 0 done, 100 permanent failure, 111 try again */
export async function run(args: readonly string[], io: CommandIo, services: SendmailServices = {}): Promise<number> {
  const call = readSendmailCall(io.programName, args, io.env);
  switch (call.kind) {
    case 'inject':
      return runQmailInject(
        call.args,
        { ...io, env: { ...io.env, ...call.env }, stdin: mended(messageInput(io.stdin)) },
        { follower: call.verbose && (await services.follow?.(io)), dsn: call.dsn },
      );
    case 'list-queue':
      if (services.listQueue) return services.listQueue(io);
      return refuse(io, 111, 'sendmail: fatal: unable to run qmail-qread: use waypost qmail-qread');
    case 'smtp':
      if (services.serveSmtp) return services.serveSmtp({ ...io, env: { ...io.env, ...call.env } });
      return refuse(io, 111, 'sendmail: fatal: unable to run qmail-smtpd: start waypost serve and connect to its port');
    case 'flush':
      if (services.flushQueue) return services.flushQueue(io);
      return refuse(io, 111, 'sendmail: fatal: unable to reach the queue: use waypost queue retry');
    case 'make-aliases':
      if (services.makeAliases) return services.makeAliases(io);
      return refuse(io, 111, 'sendmail: fatal: unable to run newaliases');
    case 'explain':
      return explainAll(call.addresses, io, services);
    case 'refused':
      return refuse(io, call.exitCode, call.text);
  }
}

/** @returns 0, or the first other exit code */
async function explainAll(addresses: readonly string[], io: CommandIo, services: SendmailServices): Promise<number> {
  if (!services.explain) return refuse(io, 111, 'sendmail: fatal: use waypost explain');
  const codes: number[] = [];
  for (const address of addresses) codes.push(await services.explain(address, io));
  return codes.find(code => code !== 0) ?? 0;
}

/** Programs that handle mail from the network may write its line ends (CR LF): these are replaced by LF. */
function mended(stdin: Readable): Readable {
  const { push, end } = createLeadingCrRemover();
  const message = new Transform({
    transform: (piece: Buffer, _encoding, done) => done(null, push(piece)),
    flush: done => done(null, end()),
  });
  // The pipeline passes an error of one stream to the other, where it is handled.
  return pipeline(stdin, message, () => {});
}

function refuse(io: CommandIo, exitCode: number, text: string): number {
  io.stderr.write(`${text}\n`);
  return exitCode;
}
