// rblsmtpd: looks a client up in DNS lists, then becomes the given SMTP program, or refuses the client itself.
import { join } from 'node:path';
import { controlFiles } from '../../../core/control/read-control-files.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { askLists, decidedByRule } from '../../../core/receive/dns-lists/rbl.ts';
import { createRblDns } from '../../../core/receive/dns-lists/rbl-dns.ts';
import { parseRblOptions, type RblList } from '../../../core/receive/dns-lists/rbl-options.ts';
import { refuseClient } from '../../../core/receive/smtp/rbl-dialogue.ts';
import type { Reply } from '../../../core/receive/smtp/replies.ts';
import { becomeProgram } from '../become-program.ts';
import type { CommandIo } from '../command-io.ts';

const usageError = 100;
const usage = 'rblsmtpd: usage: rblsmtpd [ -bBcC ] [ -t timeout ] [ -r base ] [ -a base ] smtpd [ arg ... ]\n';

/** @returns the program's exit code; 0 for a client that was refused, 100 wrong usage, 111 the program cannot be run */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const options = parseRblOptions(args);
  if ('wrong' in options) io.stderr.write(`rblsmtpd: illegal option: ${options.wrong}\n`);
  if ('wrong' in options || options.rest.length === 0) {
    io.stderr.write(usage);
    return usageError;
  }
  const refusal = await refusalFor(io, options.lists);
  if (!refusal) return becomeProgram(options.rest, io.env);
  io.stderr.write(`rblsmtpd: ${io.env.TCPREMOTEIP ?? ''} pid ${process.pid}: ${refusal.code} ${refusal.text}\n`);
  await refuseClient(io.stdin, io.stdout, refusal, options.talkSec);
  return 0;
}

const usualList: RblList = { kind: 'refuse', base: 'rbl.maps.vix.com', permanent: false, closed: false };

async function refusalFor(io: CommandIo, named: readonly RblList[]): Promise<Reply | undefined> {
  const decided = decidedByRule(io.env);
  if (decided) return decided === 'welcome' ? undefined : decided;
  const servers = controlFiles(join(io.home, 'control')).list('resolvers');
  const lists = named.some(({ kind }) => kind === 'refuse') ? named : [...named, usualList];
  return askLists(io.env.TCPREMOTEIP ?? '', lists, createRblDns(servers, systemClock));
}
