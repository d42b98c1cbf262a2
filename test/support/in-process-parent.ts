// Root's parent in the process of the test: the same answers, for the same client.
import { closeSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { builtinPrograms } from '../../core/host/builtin-programs.ts';
import { asUserPath } from '../../core/host/processes/as-user-path.ts';
import { processCommand } from '../../core/host/processes/process-commands.ts';
import { createAnswers } from '../../core/privsep/answers.ts';
import { createDeliveries, type DeliveriesDeps } from '../../core/privsep/deliveries.ts';
import { createMailboxes, type MailboxesDeps } from '../../core/privsep/mailboxes.ts';
import type { Reply } from '../../core/privsep/requests.ts';
import { connectToRootProcess, type RootProcess } from '../../core/privsep/root-process-client.ts';
import { createRunningChildren } from '../../core/privsep/running-children.ts';
import { startAsUser } from '../../core/privsep/start-as-user.ts';

export interface InProcessParent extends RootProcess {
  /** Says something to it that its client never would. @param socket a descriptor */
  say(message: unknown, socket?: number): void;
  /** Everything that it answered, and why it would have ended the host. */
  readonly heard: (Reply | { readonly malformed: string })[];
}

export function inProcessParent(
  t: Pick<TestContext, 'after'>,
  deps: Pick<DeliveriesDeps, 'home'> & Partial<DeliveriesDeps & MailboxesDeps>,
): InProcessParent {
  const started = createRunningChildren();
  t.after(started.killAll);
  const heard: InProcessParent['heard'] = [];
  let tell: (reply: Reply) => void = () => {};
  const sockets: number[] = [];
  t.after(() => {
    for (const fd of sockets) closeSync(fd);
  });
  const hear = createAnswers({
    started,
    takeSocket: () => sockets.shift(),
    startDelivery: createDeliveries({
      asUserPath,
      programs: Object.keys(builtinPrograms),
      environment: { PATH: process.env.PATH },
      openMessage: () => {
        throw new Error('there are no messages');
      },
      ...deps,
    }),
    mailboxes: createMailboxes({
      pop3dCommand: ['/nonexistent'],
      checkpassword: undefined,
      path: process.env.PATH,
      ...deps,
    }),
    startAsUser: (role, socket) => startAsUser(processCommand(role), { uid: 65_534, gid: 65_534 }, socket),
    reply(reply) {
      heard.push(reply);
      tell(reply);
    },
    malformed: why => void heard.push({ malformed: why }),
  });
  function say(message: unknown, socket?: number): void {
    if (socket !== undefined) sockets.push(socket);
    hear(message);
  }
  const parent = connectToRootProcess({
    send(request, socket, sent) {
      say(request, socket);
      sent();
    },
    onReply(listener) {
      tell = listener;
    },
    onGone() {},
    close() {},
  });
  return { ...parent, say, heard };
}
