// Ends this process when it uses too much memory, for systems without a limit that counts Buffers. A thread looks, because the
// main one may be in a loop.
import { Worker } from 'node:worker_threads';

const looking = `
const { workerData } = require('node:worker_threads');
setInterval(() => {
  if (process.memoryUsage.rss() > workerData) process.kill(process.pid, 'SIGKILL');
}, 50);
`;

/** @param mostBytes of memory in use of any kind */
export function watchMemory(mostBytes: number): void {
  new Worker(looking, { eval: true, workerData: mostBytes }).unref();
}
