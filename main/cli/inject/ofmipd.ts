// ofmipd: accepts new mail by SMTP on standard input and output, under a super-server that controls which clients can connect.
import { closeSync, openSync } from 'node:fs';
import { readMessageControl } from '../../../core/control/message-control.ts';
import { ofmipd } from '../../../core/inject/ofmipd/ofmipd.ts';
import { injectSettings } from '../../../core/inject/programs/inject-settings.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { cdbInFile } from '../../../core/lib/disk/cdb.ts';
import { reasonOf } from '../../../core/lib/user-error.ts';
import type { Accept } from '../../../core/paper-path/shapes.ts';
import { openInjection } from '../../../core/queue/intake/inject-from-outside.ts';
import type { CommandIo } from '../command-io.ts';
import { rewriteRules } from './rewrite-rules.ts';

const silenceMs = 1_200_000;

/** @returns 0 after QUIT, 1 after any other end */
export async function run([database]: readonly string[], io: CommandIo): Promise<number> {
  const reply = (line: string) => void io.stdout.write(Buffer.from(`${line}\r\n`, 'latin1'));
  let fd: number | undefined;
  try {
    const home = io.home;
    fd = database === undefined ? undefined : openSync(database, 'r');
    const settings = injectSettings(io.env, readMessageControl(home), undefined);
    return await ofmipd({
      input: untilSilent(io.stdin),
      reply,
      environment: io.env,
      rules: rewriteRules(home, settings),
      idHost: settings.idHost,
      names: fd === undefined ? undefined : cdbInFile(fd),
      accept: (source, envelope) => queue(io, home)(source, envelope, 'network'),
      nowMs: systemClock.nowMs,
      pid: process.pid,
    });
  } catch (error) {
    io.stderr.write(`ofmipd: fatal: ${reasonOf(error)}\n`);
    reply('451 unable to read configuration (#4.3.0)');
    return 1;
  } finally {
    if (fd !== undefined) closeSync(fd);
    io.stdin.destroy();
  }
}

/** If the home has no queue, the client is refused only when it sends a message. */
function queue(io: CommandIo, home: string): Accept {
  try {
    return openInjection(home, io.env);
  } catch (error) {
    io.stderr.write(`ofmipd: alert: ${reasonOf(error)}\n`);
    return async () => ({ ok: false, code: 120, permanent: false, text: 'qqt failure (#4.3.0)' });
  }
}

/** The same bytes, ended after 20 minutes of silence. */
async function* untilSilent(input: CommandIo['stdin']): AsyncGenerator<Uint8Array> {
  const wait = () => setTimeout(() => input.destroy(), silenceMs);
  let timer = wait();
  try {
    for await (const piece of input) {
      clearTimeout(timer);
      yield piece;
      timer = wait();
    }
  } finally {
    clearTimeout(timer);
  }
}
