// A Maildir of a test, which it writes to as other programs do, and a store on it.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Asked } from '../../../core/api/contract.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { takeApartHere } from '../../../core/mailbox/reading/take-apart.ts';
import { type MailStore, openMailStore } from '../../../core/mailbox/store.ts';
import { tempDir } from '../../support/temp-dir.ts';

interface Place {
  readonly maildir: string;
  readonly log: string[];
  open(options?: { indexPath?: string }): Promise<MailStore>;
  /** Writes a file below the Maildir, as another program would. */
  put(path: string, text: string): void;
  names(path: string): string[];
}

export function place(t: TestContext, folders: readonly string[] = ['']): Place {
  const maildir = join(tempDir(t), 'Maildir');
  const log: string[] = [];
  for (const folder of folders) {
    for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(maildir, folder, part), { recursive: true });
  }
  return {
    maildir,
    log,
    async open(options = {}) {
      const store = await openMailStore({
        maildir,
        clock: systemClock,
        hostName: 'reader.example',
        log: line => log.push(line),
        takeApart: takeApartHere,
        indexPath: options.indexPath,
      });
      t.after(() => store.close());
      return store;
    },
    put: (path, text) => writeFileSync(join(maildir, path), text),
    names: path => readdirSync(join(maildir, path)).sort(),
  };
}

/** A message with a date that many minutes after noon. */
export function message(subject: string, minute: number, body = 'Hello.'): string {
  const date = `Sat, 21 Nov 2026 12:${String(minute).padStart(2, '0')}:00 +0000`;
  return `From: Ines <ines@shore.example>\nTo: tomas@shore.example\nSubject: ${subject}\nDate: ${date}\n\n${body}\n`;
}

export function list(store: MailStore, asked: Partial<Asked<'mail.list'>> = {}) {
  return store.handlers['mail.list']({ mailbox: 'INBOX', offset: 0, limit: 100, query: '', ...asked });
}

export async function subjects(store: MailStore, asked: Partial<Asked<'mail.list'>> = {}): Promise<string[]> {
  return (await list(store, asked)).rows.map(row => row.subject);
}

/** The first event that satisfies `wanted`; fails after half a minute, and keeps the process alive until then. */
export function eventually<T>(subscribe: (listener: (data: T) => void) => () => void, wanted: (data: T) => boolean) {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new Error('no such event within half a minute')), 30_000);
  const stop = subscribe(data => {
    if (!wanted(data)) return;
    clearTimeout(timer);
    stop();
    resolve(data);
  });
  return promise;
}
