// Attaches files to the open draft. Each file is read, or named with the reason why it was not; one never stops the others.
import type { ReadonlySignal } from '@preact/signals';
import type { Draft, DraftFile } from '../../../core/api/compose.ts';
import { text } from '../../text/en.ts';
import type { Toasts } from '../toasts.ts';

/** A file of the user's disk. */
export interface LocalFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** @throws the browser's error when the file cannot be read */
  base64(): Promise<string>;
}

export interface ReadFiles {
  readonly read: readonly DraftFile[];
  readonly left: readonly { readonly name: string; readonly why: 'too-large' | 'unreadable' }[];
}

/** The host takes frames of up to 64 MiB, and base64 makes four bytes of three. */
const mostBytes = 40_000_000;

/** @param before the files that are attached already */
export async function readFiles(files: readonly LocalFile[], before: readonly DraftFile[]): Promise<ReadFiles> {
  const read: DraftFile[] = [];
  const left: ReadFiles['left'][number][] = [];
  let room = mostBytes - filesBytes(before);
  for (const { name, type, size, base64 } of files) {
    if (size > room) {
      left.push({ name, why: 'too-large' });
      continue;
    }
    try {
      read.push({ name, type: type || 'application/octet-stream', base64: await base64() });
      room -= size;
    } catch {
      left.push({ name, why: 'unreadable' });
    }
  }
  return { read, left };
}

export function filesBytes(files: readonly DraftFile[]): number {
  return files.reduce((sum, file) => sum + (file.base64.length * 3) / 4, 0);
}

export interface AttachingDeps {
  readonly toasts: Toasts;
  readonly draft: ReadonlySignal<Draft | undefined>;
  /** Grows with every draft that is opened. */
  readonly opened: ReadonlySignal<number>;
  setFiles(files: readonly DraftFile[]): void;
}

export interface Attaching {
  /** Attaches files, one batch after the other: together they have a limit. */
  attach(files: readonly LocalFile[]): Promise<void>;
  /** Resolves when no file is being read. False: one that was being read is not attached, and the writer was told. */
  finished(): Promise<boolean>;
}

export function createAttaching({ toasts, draft, opened, setFiles }: AttachingDeps): Attaching {
  let reading: Promise<boolean> | undefined;

  async function attachBatch(files: readonly LocalFile[]): Promise<boolean> {
    const form = opened.value;
    const { read, left } = await readFiles(files, draft.value?.files ?? []);
    for (const why of ['too-large', 'unreadable'] as const) {
      const names = left.filter(file => file.why === why).map(({ name }) => name);
      if (names.length > 0) toasts.show(text.composer.notAttached[why](names));
    }
    // Reading takes a while: the draft may have been closed.
    if (read.length > 0 && draft.value && form === opened.value) setFiles([...draft.value.files, ...read]);
    return left.length === 0;
  }

  async function attachAfter(earlier: Promise<boolean> | undefined, files: readonly LocalFile[]): Promise<boolean> {
    const before = (await earlier) ?? true;
    return (await attachBatch(files)) && before;
  }

  return {
    async attach(files) {
      const batch = attachAfter(reading, files);
      reading = batch;
      await batch;
      if (reading === batch) reading = undefined;
    },
    finished: async () => (await reading) ?? true,
  };
}
