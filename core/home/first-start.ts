// A first start: creates a home without asking and queues a first message. That message is handled like any other, so its
// arrival proves that the host works.
import { join } from 'node:path';
import { publish } from '../lib/disk/durable.ts';
import { formatDate822 } from '../lib/text/date822.ts';
import { UserError } from '../lib/user-error.ts';
import type { Accept } from '../paper-path/shapes.ts';
import { openQueueForInjection } from '../queue/intake/inject-from-outside.ts';
import { type HomePlan, isHome, makeHome, usualPlan } from './make-home.ts';

/**
 * Creates the home if there is none yet, for the person who runs this process; the window begins with the guide. @throws UserError when it cannot be created
 */
export async function ensureHome(home: string, said?: HomePlan): Promise<void> {
  if (isHome(home)) return;
  const plan = said ?? usualPlan();
  await makeHome(home, plan);
  await publish(join(home, 'settings.json'), Buffer.from('{ "welcome": true }\n'), 0o600);
  await queueWelcome(openQueueForInjection(home), `${plan.user}@${plan.me}`, home, Date.now());
}

/** @throws UserError when the queue refuses it */
async function queueWelcome(accept: Accept, to: string, home: string, nowMs: number): Promise<void> {
  const host = to.slice(to.lastIndexOf('@') + 1);
  const text = [
    `Date: ${formatDate822(nowMs)}`,
    `From: Waypost <postmaster@${host}>`,
    `To: ${to}`,
    `Message-ID: <welcome.${nowMs}@${host}>`,
    'Subject: Your mail host is running',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Hello,',
    '',
    'this message went through your own mail host: it was accepted into the queue,',
    'written to disk, and delivered into your Maildir. No other host was involved.',
    '',
    `Your address here is ${to}. The host keeps its configuration and its queue in`,
    home,
    '',
    'What you can do now:',
    '',
    '  - Write a message with the Write button, or let programs send mail with the',
    `    sendmail command in ${home}/bin.`,
    '  - Open Rules to choose what happens to mail for each of your addresses.',
    '  - Open Queue to see what waits, why, and when it is tried next.',
    '',
    'Fair winds,',
    'Waypost',
    '',
  ].join('\n');
  const accepted = await accept(
    [Buffer.from(text)],
    { sender: '', recipients: [to] },
    { uid: process.getuid?.() ?? 0, as: 'alias' },
  );
  if (!accepted.ok) throw new UserError(`The welcome message could not be queued: ${accepted.text}`);
}
