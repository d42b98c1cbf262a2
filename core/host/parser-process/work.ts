// What the parser process does, by the names of its jobs: the functions of the reader and of the composer that parse
// strangers' bytes. The other end is parsers.ts.
import { type Beginning, draftParserHere as drafts } from '../../inject/compose/draft-parser.ts';
import type { OwnAddresses } from '../../inject/compose/owner-addresses.ts';
import type { Frame } from '../../lib/process/frames.ts';
import { type FileStart, takeApartHere } from '../../mailbox/reading/take-apart.ts';

/** The words of each job; its bytes are the message. */
export interface JobWords {
  /** The bytes hold the beginnings of all files, one after the other. */
  readonly summaries: { readonly files: readonly (Omit<FileStart, 'raw'> & { readonly length: number })[] };
  readonly content: { readonly sizeBytes: number };
  readonly attachment: { readonly sizeBytes: number; readonly part: number };
  readonly begin: Beginning;
  readonly open: { readonly id: string; readonly own: OwnAddresses };
  readonly mailto: { readonly url: string; readonly signature: string };
  readonly thread: { readonly which: 'answering' | 'own' };
}

/** Runs a job. @throws Error whose message says, as a clause, why it cannot be done */
export function createWork(): (name: string, asked: Frame) => Promise<Partial<Frame>> {
  const work: { [Name in keyof JobWords]: (words: JobWords[Name], raw: Buffer) => Promise<Partial<Frame>> } = {
    async summaries({ files }, raw) {
      let at = 0;
      const starts = files.map(({ length, ...file }) => {
        at += length;
        return { ...file, raw: raw.subarray(at - length, at) };
      });
      return { words: await takeApartHere.summaries(starts) };
    },
    content: async ({ sizeBytes }, raw) => ({ words: await takeApartHere.content(raw, sizeBytes) }),
    async attachment({ sizeBytes, part }, raw) {
      const found = await takeApartHere.attachment(raw, sizeBytes, part);
      return found ? { words: { name: found.name, type: found.type }, bytes: found.bytes } : { words: null };
    },
    begin: async (beginning, raw) => ({ words: await drafts.begin(beginning, raw) }),
    open: async ({ id, own }, raw) => ({ words: await drafts.open(id, own, raw) }),
    mailto: async ({ url, signature }) => ({ words: (await drafts.mailto(url, signature)) ?? null }),
    thread: async ({ which }, raw) => ({ words: await drafts.thread(which, raw) }),
  };
  return (name, { words, bytes }) => {
    if (!Object.hasOwn(work, name)) throw new Error(`there is no job named ${name}`);
    const job = work[name as keyof JobWords] as (words: unknown, raw: Buffer) => Promise<Partial<Frame>>;
    return job(words, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  };
}
