// The process that parses strangers' mail: it receives bytes and returns values, one job after the other. It opens no file,
// and may be ended during a job at any time (core/lib/process/warm-process.ts).
import { Socket } from 'node:net';
import { createPeer } from '../../lib/process/peer.ts';
import { readyWord } from '../../lib/process/ready-process.ts';
import { streamFd } from '../../lib/process/start-process.ts';
import { watchMemory } from '../../lib/process/watch-memory.ts';
import { createWork } from '../parser-process/work.ts';

/** Room for a message of 64 MB in several forms, and for the runtime. */
const mostBytes = 768 * 1024 * 1024;

// Signals to the whole group are meant for the host, which ends this process by closing the stream.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {});

// Linux has a system limit instead (core/host/processes/process-commands.ts).
if (process.platform !== 'linux') watchMemory(mostBytes);

const work = createWork();

const stream = new Socket({ fd: streamFd });
const peer = createPeer(stream, async (name, asked) => work(name, asked), {
  inTurn: true,
  gone: () => process.exit(0),
});
void peer.tell(readyWord, process.pid);
