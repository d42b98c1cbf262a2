// A message that says it brings a file and has none: which word says so.
import { text } from '../../text/en.ts';

/** The word by which the author promises an attachment, if any: quoted lines and the signature do not count. */
export function promisedFile(subject: string, body: string): string | undefined {
  const own: string[] = [];
  for (const line of body.split(/\r?\n/)) {
    if (line === '-- ' || /^-{3,} ?\w/.test(line)) break;
    if (!line.startsWith('>')) own.push(line);
  }
  return text.composer.promises.exec(`${subject.replace(/^((re|fwd?|aw|wg): *)+.*/i, '')}\n${own.join('\n')}`)?.[0];
}
