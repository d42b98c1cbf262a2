// Whether the Node that runs this can run Waypost. This file and the one that imports it must load in old ones too.

/** The first version with everything that is used; node:sqlite without a flag came last. */
const oldest = { major: 22, minor: 13 };

/**
 * What to tell the user of a Node that is too old; undefined: it is new enough.
 * @param running `process.versions.node`, e.g. `20.20.2`
 */
export function complaintAboutNode(running: string): string | undefined {
  const [major = 0, minor = 0] = running.split('.').map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return undefined;
  return `waypost: this is Node ${running}, and Waypost needs ${oldest.major}.${oldest.minor} or newer (24 is best). Nothing was done.`;
}
