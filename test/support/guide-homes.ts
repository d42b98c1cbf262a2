// Homes made from a guide: each host has a section, and each of its files a code block after its name.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A host of the guide. */
export interface GuideHost {
  readonly name: string;
  /** Text by path in the home. */
  readonly files: Readonly<Record<string, string>>;
  /** The arguments of its `waypost serve`. */
  readonly serve: readonly string[];
}

/** The sections that have files. */
export function hostsOfGuide(path: string): GuideHost[] {
  return readFileSync(path, 'utf8')
    .split(/^## /m)
    .map(section => {
      const files = [...section.matchAll(/^`([^`\n]+)`:\n\n```\n([^`]*)```$/gm)];
      const serve = /^ {4}waypost serve (.*)$/m.exec(section)?.[1] ?? '';
      return {
        name: section.slice(0, section.indexOf('\n')),
        files: Object.fromEntries(files.map(([, name = '', text = '']) => [name, text])),
        serve: serve.split(' '),
      };
    })
    .filter(({ files }) => Object.keys(files).length > 0);
}

/** Writes the files of a host into its home, and makes the Maildirs of its people. */
export function writeGuideHost(home: string, { files }: GuideHost): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const [, maildir] = /^\.\/(.+)\/\n$/.exec(text) ?? [];
    if (maildir === undefined || existsSync(join(home, 'alias', maildir))) continue;
    for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(home, 'alias', maildir, part), { recursive: true });
  }
}
