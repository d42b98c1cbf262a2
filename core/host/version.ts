// The version of Waypost that runs, read from package.json.
import manifest from '../../package.json' with { type: 'json' };

/** Waypost's version, from package.json. */
export const version: string = manifest.version;
