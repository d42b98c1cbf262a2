// A file of the guide as it may be shown: a route of somebody's own can have its password in the line.
import type { Trial } from '../api/guide.ts';
import { shownRoute } from '../control/routes.ts';
import { displayAddress } from '../message/address.ts';
import type { PlannedFile } from './plan-files.ts';

const routeFiles = new Set(['control/smtproutes', 'control/authsenders']);

export function shownFile({ path, text }: PlannedFile): Trial['files'][number] {
  if (text === undefined) return { path, text: null };
  const shown = routeFiles.has(path) ? text.split('\n').map(shownRoute).join('\n') : text;
  return { path, text: displayAddress(shown) };
}
