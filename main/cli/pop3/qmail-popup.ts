// qmail-popup: greets a POP3 client on fd 0 and 1, reads its name and password, and runs a checkpassword program. Input is read
// byte by byte, so that the program gets what the client sends after its password.
import { read, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { writeAllSync } from '../../../core/lib/disk/write-all.ts';
import { createPopConnection } from '../../../core/pop3/connection.ts';
import { type Login, popup } from '../../../core/pop3/popup.ts';
import { startCheckpassword } from '../../../core/pop3/run-checkpassword.ts';
import type { CommandIo } from '../command-io.ts';

const idleMs = 1_200_000;
const always = 1;

/** @returns always 1, as in qmail */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [hostName, program, ...rest] = args;
  if (!hostName || !program) {
    writeSync(1, '-ERR usage: popup hostname subprogram\r\n');
    return always;
  }
  const stamp = `<${process.pid}.${Math.floor(Date.now() / 1000)}@${hostName}>`;
  const idle = setTimeout(() => process.exit(always), idleMs);
  const login: Login = async claim => {
    clearTimeout(idle);
    const stdio = ['inherit', 'inherit', 'inherit'] as const;
    const end = await startCheckpassword({ program, args: rest, env: io.env, stdio }, claim, stamp).ended;
    if (end === 0) return { kind: 'served' };
    return { kind: 'refused', text: end === 'crashed' ? 'aack, child crashed' : 'authorization failed' };
  };
  await popup(createPopConnection(bytesOnFd0(idle), fd1()), { greeting: `+OK ${stamp}`, apop: true, login });
  clearTimeout(idle);
  return always;
}

async function* bytesOnFd0(idle: NodeJS.Timeout): AsyncGenerator<Buffer> {
  for (;;) {
    const { bytesRead, buffer } = await promisify(read)(0, Buffer.alloc(1), 0, 1, null);
    if (bytesRead === 0) return;
    idle.refresh();
    yield buffer;
  }
}

/** Not process.stdout, which would make the descriptor non-blocking for the other program too. */
function fd1(): Writable {
  return new Writable({
    write(raw: Uint8Array, _, done) {
      writeAllSync(1, raw);
      done();
    },
  });
}
