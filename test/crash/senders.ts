// The ways to send mail to a host, each with its answer: the answer to the sender counts as the promise.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Envelope } from '../../core/paper-path/shapes.ts';
import { command } from '../support/command.ts';

/** A message with a label, of about this size. */
export function messageText(label: string, bytes = 100): string {
  return `Subject: ${label}\n\n${'All is well here.\n'.repeat(Math.ceil(bytes / 18))}the end of ${label}\n`;
}

/** What an SMTP client was told last: the code of the reply; 0: the connection was lost. */
export async function sendBySmtp(port: number, { sender, recipients }: Envelope, text: string): Promise<number> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  socket.on('error', () => socket.destroy());
  const lines = createInterface({ input: socket });
  lines.on('error', () => undefined);
  const replies = lines[Symbol.asyncIterator]();
  async function reply(): Promise<number> {
    for (;;) {
      const { value, done } = await replies.next().catch(() => ({ value: '', done: true }));
      if (done) return 0;
      if (value[3] !== '-') return Number(value.slice(0, 3));
    }
  }
  const wire = `${text.replaceAll('\n', '\r\n').replace(/^\./gm, '..')}.\r\n`;
  const steps: [string, number][] = [
    ['HELO client.example\r\n', 250],
    [`MAIL FROM:<${sender}>\r\n`, 250],
    ...recipients.map((recipient): [string, number] => [`RCPT TO:<${recipient}>\r\n`, 250]),
    ['DATA\r\n', 354],
    [wire, 250],
  ];
  try {
    let code = await reply();
    if (code !== 220) return code;
    for (const [line, wanted] of steps) {
      socket.write(line);
      code = await reply();
      if (code !== wanted) return code;
    }
    return code;
  } finally {
    socket.destroy();
  }
}

/** @returns the exit code of the qmail-queue program, or the signal that ended it */
export async function sendByQmailQueue(
  home: string,
  { sender, recipients }: Envelope,
  text: string,
  { nodeArgs = [], env = {} }: { nodeArgs?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<number | string> {
  const envelopePath = join(mkdtempSync(join(tmpdir(), 'waypost-envelope-')), 'envelope');
  writeFileSync(envelopePath, `F${sender}\0${recipients.map(recipient => `T${recipient}\0`).join('')}\0`);
  const fd = openSync(envelopePath, 'r');
  const args = [...nodeArgs, command, 'qmail-queue', '--home', home];
  const child = spawn(process.execPath, args, { stdio: ['pipe', fd, 'inherit'], env: { ...process.env, ...env } });
  closeSync(fd);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(text);
  const [code, signal] = await once(child, 'exit');
  rmSync(dirname(envelopePath), { recursive: true });
  return code ?? signal;
}

/** @returns the exit code of the sendmail program */
export async function sendBySendmail(home: string, { sender, recipients }: Envelope, text: string): Promise<number> {
  const args = [command, 'sendmail', '--home', home, '-f', sender, '--', ...recipients];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'ignore'] });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(text);
  return (await once(child, 'exit'))[0];
}
