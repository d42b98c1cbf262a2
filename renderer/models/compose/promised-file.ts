// Finds the word by which a message promises an attachment.
import { text } from '../../text/en.ts';

/** The word, if there is one outside of quoted lines and the signature. */
export function promisedFile(subject: string, body: string): string | undefined {
  const own: string[] = [];
  for (const line of body.split(/\r?\n/)) {
    if (line === '-- ' || /^-{3,} ?\w/.test(line)) break;
    if (!line.startsWith('>')) own.push(line);
  }
  return text.composer.promises.exec(`${subject.replace(/^((re|fwd?|aw|wg): *)+.*/i, '')}\n${own.join('\n')}`)?.[0];
}
