// The owner's settings of the window, in settings.json of the home: a plain file that may be edited or deleted.
import { join } from 'node:path';
import * as v from 'valibot';
import { Settings } from '../api/host.ts';
import { publish } from '../lib/disk/durable.ts';
import { longestText, readWholeFile } from '../lib/disk/read-whole-file.ts';
import { createInOrder } from '../lib/in-order.ts';
import type { LogLine } from '../lib/log.ts';
import { errorCode, reasonOf } from '../lib/user-error.ts';

const defaults: Settings = {
  theme: 'system',
  closeToTray: true,
  startAtLogin: false,
  notify: 'subject',
  name: '',
  signature: '',
  answers: 'above',
  welcome: false,
};

/** The settings and the way to change them. */
export interface SettingsFile {
  current(): Settings;
  /** Writes the changed settings durably, then answers all of them. */
  change(some: Partial<Settings>): Promise<Settings>;
}

/** Reads settings.json; what is missing or not valid in it gets its default. */
export function openSettings(home: string, log: LogLine): SettingsFile {
  const path = join(home, 'settings.json');
  let settings = readSettings(path, log);
  const inOrder = createInOrder();
  return {
    current: () => settings,
    change(some) {
      settings = { ...settings, ...some };
      return inOrder(async () => {
        await publish(path, Buffer.from(`${JSON.stringify(settings, null, 2)}\n`), 0o600);
        return settings;
      });
    },
  };
}

function readSettings(path: string, log: LogLine): Settings {
  try {
    const read = v.safeParse(v.partial(Settings), JSON.parse(readWholeFile(path, longestText).toString('utf8')));
    if (read.success) return { ...defaults, ...read.output };
    log(`warning: ${path} is not valid, so the default settings are used: ${read.issues[0].message}`);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      log(`warning: unable to read ${path}, so the default settings are used: ${reasonOf(error)}`);
  }
  return defaults;
}
