// `waypost link` against a stand-in for the host that answers as a test says.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { type Answer, ApiError, refusedAnswer } from '../../core/api/errors.ts';
import { run } from '../../main/cli/link/link.ts';
import { callCommand } from './call-command.ts';
import { tempDir } from './temp-dir.ts';

/** What is answered by method; undefined: nothing, ever. A method that is not there is refused. */
export type Answers = Readonly<Record<string, (request: never) => object | undefined>>;

/** Undefined: it does not answer. */
function answerOf(answer: Answers[string] | undefined, request: unknown): Answer | undefined {
  if (!answer) return { ok: false, kind: 'gone', code: 'some-newer-code', params: {} };
  try {
    const value = answer(request as never);
    return value === undefined ? undefined : { ok: true, value };
  } catch (error) {
    if (error instanceof ApiError) return refusedAnswer(error);
    throw error;
  }
}

/** A home whose host answers so; without answers none runs. `asked` is what it was asked. */
export async function linkCommandRig(t: TestContext, answers?: Answers) {
  const home = tempDir(t);
  for (const dir of ['control', 'run']) mkdirSync(join(home, dir));
  writeFileSync(join(home, 'control', 'me'), 'me.example\n');
  const asked: string[] = [];
  if (answers) {
    const sockets = new Set<Socket>();
    const server = createServer(socket => {
      sockets.add(socket);
      createInterface({ input: socket }).on('line', line => {
        const { id, method, request } = JSON.parse(line);
        asked.push(`${method} ${JSON.stringify(request)}`);
        const answer = answerOf(answers[method], request);
        if (answer) socket.write(`${JSON.stringify({ id, answer })}\n`);
      });
      socket.on('error', () => {});
    });
    await new Promise<void>(resolve => server.listen(join(home, 'run', 'control.sock'), resolve));
    t.after(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
  }
  const link = (args: readonly string[], outside: { input?: string; env?: Record<string, string> } = {}) =>
    callCommand(run, args, { home, ...outside, env: { TMPDIR: home, ...outside.env } });
  return { home, asked, link };
}
