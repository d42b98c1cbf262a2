// Checks whether a line of a .qmail file could be followed now, as far as that is possible without following it.
import { type Stats, statSync } from 'node:fs';
import { reasonOf } from '../../lib/user-error.ts';
import { type Failure, temporaryFailure } from '../failure.ts';
import { checkMaildir } from '../into/maildir.ts';
import { rawPath } from '../raw-path.ts';
import type { Access } from './access.ts';
import type { Instruction } from './dot-qmail.ts';

/** The reason why mail would be deferred at this line; undefined: none is known. The result of a program cannot be predicted. */
export function checkLine({ kind, text }: Instruction, homeDir: string, access: Access): Failure | undefined {
  const path = text.startsWith('/') ? text : `${homeDir}/${text}`;
  if (kind === 'maildir') return checkMaildir(path) ?? checkMaildirLine(path, access);
  if (kind === 'mbox') return checkMboxLine(path, text, access);
  return undefined;
}

function checkMaildirLine(path: string, access: Access): Failure | undefined {
  try {
    access.enter(path);
  } catch {
    return temporaryFailure('Unable to chdir to maildir. (#4.2.1)');
  }
  for (const part of ['tmp', 'new']) {
    try {
      if (!stat(`${path}/${part}`)?.isDirectory()) throw new Error(`there is no directory ${path}/${part}`);
      access.fill(`${path}/${part}`);
    } catch (error) {
      return temporaryFailure(`Temporary error on maildir delivery. (#4.3.0)\n${reasonOf(error)}`);
    }
  }
  return undefined;
}

function checkMboxLine(path: string, name: string, access: Access): Failure | undefined {
  try {
    const there = stat(path);
    if (there?.isDirectory()) throw new Error('illegal operation on a directory');
    if (there) access.write(path);
    else access.fill(`${path.slice(0, path.lastIndexOf('/'))}/.`);
    return undefined;
  } catch (error) {
    return temporaryFailure(`Unable to open ${name}: ${reasonOf(error)}. (#4.2.1)`);
  }
}

function stat(path: string): Stats | undefined {
  return statSync(rawPath(path), { throwIfNoEntry: false });
}
