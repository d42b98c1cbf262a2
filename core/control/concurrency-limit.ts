// How many deliveries of one kind may run at the same time: as many as the limit of open files allows (qmail: conf-spawn, at
// most 255).

/** Sockets of clients, the queue, the logs. */
const otherFiles = 256;
/** A program with its pipes, or a connection with its message. */
const filesOfOne = 8;
const kinds = 2;
/** What qmail allows. */
const usual = 255;

/** @param openFiles the limit of open files; undefined: nobody knows it */
export function silentConcurrencyLimit(openFiles: number | undefined): number {
  if (openFiles === undefined) return usual;
  return Math.max(usual, Math.floor((openFiles - otherFiles) / (filesOfOne * kinds)));
}
