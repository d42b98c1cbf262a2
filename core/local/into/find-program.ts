// Looks for a program as the system does (execvp), to tell a missing program from one that fails.
import { accessSync, constants, statSync } from 'node:fs';
import { errorCode } from '../../lib/user-error.ts';
import { rawPath } from '../raw-path.ts';

/**
 * @param name a name that is searched in `path`, or a path with a slash, relative to `cwd`; byte strings
 * @throws Error of the operating system if there is no such program, or it may not be run
 */
export function findProgram(name: string, path: string, cwd: string): void {
  const places = name.includes('/') ? [name] : path.split(':').map(directory => `${directory || '.'}/${name}`);
  let refused: unknown;
  for (const place of places) {
    try {
      assertProgram(place.startsWith('/') ? place : `${cwd}/${place}`);
      return;
    } catch (error) {
      if (refused === undefined || errorCode(error) === 'EACCES') refused = error;
    }
  }
  throw refused;
}

function assertProgram(path: string): void {
  accessSync(rawPath(path), constants.X_OK);
  if (statSync(rawPath(path)).isDirectory()) throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
}
