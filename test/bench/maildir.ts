// What arrived in a Maildir: waited for by counting, timed by the files themselves, and checked one by one.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Subject } from './subjects/subject.ts';
import { waitForCount } from './wait.ts';

/**
 * Waits until `count` messages are there.
 * @returns when the last of them was published: the latest ctime, which a link or rename into new/ sets
 * @throws when the time is up, or as soon as the host's log reports a problem
 */
export async function waitForMail(
  { maildir, progress }: Pick<Subject, 'maildir' | 'progress'>,
  count: number,
  options: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<number> {
  const arrived = () => {
    const { problem } = progress();
    if (problem !== undefined) throw new Error(`the log reports a problem: ${problem}`);
    return newMail(maildir).length;
  };
  await waitForCount('messages in the Maildir', arrived, count, { ...options, everyMs: 150 });
  return newMail(maildir).reduce((lastMs, path) => Math.max(lastMs, statSync(path).ctimeMs), 0);
}

/** Paths of the files in new/; some hosts make a Maildir with the first delivery. */
function newMail(maildir: string): string[] {
  const directory = join(maildir, 'new');
  return existsSync(directory) ? readdirSync(directory).map(name => join(directory, name)) : [];
}

/**
 * Checks that a Maildir holds exactly what was sent: every message once, whole, nothing else.
 * @param each the field in which all of them differ
 * @throws with what is wrong
 */
export function checkMail(
  maildir: string,
  expected: { readonly count: number; readonly bodyBytes: number; readonly each: 'Message-Id' | 'Delivered-To' },
): void {
  const paths = newMail(maildir);
  const field = new RegExp(`^${expected.each}: (.+)$`, 'im');
  const different = new Set<string>();
  for (const path of paths) {
    const text = readFileSync(path, 'latin1');
    const body = text.slice(text.indexOf('\n\n') + 2);
    // Generators count a line end as two bytes, files hold one.
    if (body.length < expected.bodyBytes * 0.95) throw new Error(`${path} holds only ${body.length} bytes of its body`);
    different.add(field.exec(text)?.[1] ?? `no ${expected.each} in ${path}`);
  }
  if (paths.length !== expected.count || different.size !== expected.count) {
    throw new Error(
      `${paths.length} messages delivered, ${different.size} different ones; sent were ${expected.count}`,
    );
  }
}
