// The silent concurrency limit: how many deliveries of one channel may run at the same time. The limit of open files decides
// (qmail: conf-spawn, at most 255).

/** Sockets of clients, the queue, the logs. */
const otherFiles = 256;
/** A program with its pipes, or a connection with its message. */
const filesOfOne = 8;
const kinds = 2;
/** The most that qmail allows. */
const usual = 255;

/** @param openFiles the limit of open files; undefined: it is unknown */
export function silentConcurrencyLimit(openFiles: number | undefined): number {
  if (openFiles === undefined) return usual;
  return Math.max(usual, Math.floor((openFiles - otherFiles) / (filesOfOne * kinds)));
}
