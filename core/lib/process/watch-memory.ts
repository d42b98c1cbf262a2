// Ends this process when it has too much memory, for systems that have no limit which counts Buffers: a thread looks, because
// the main one may be in a loop.
import { Worker } from 'node:worker_threads';

const looking = `
const { workerData } = require('node:worker_threads');
setInterval(() => {
  if (process.memoryUsage.rss() > workerData) process.kill(process.pid, 'SIGKILL');
}, 50);
`;

/** @param mostBytes of memory in use, whatever for */
export function watchMemory(mostBytes: number): void {
  new Worker(looking, { eval: true, workerData: mostBytes }).unref();
}
