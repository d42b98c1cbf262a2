// A parser process like the real one, except that some words in a job make it hang, use too much memory, or die.
import { Socket } from 'node:net';
import { createWork } from '../../core/host/parser-process/work.ts';
import { createPeer } from '../../core/lib/process/peer.ts';
import { readyWord } from '../../core/lib/process/ready-process.ts';
import { streamFd } from '../../core/lib/process/start-process.ts';

const work = createWork();

const misdeeds: Readonly<Record<string, () => unknown>> = {
  'loop-for-ever': () => {
    for (;;);
  },
  'hog-buffers': () => {
    for (const kept: Buffer[] = []; ; ) kept.push(Buffer.alloc(16 * 1024 * 1024));
  },
  'hog-heap': () => {
    for (const kept: number[][] = []; ; ) kept.push(new Array(1_000_000).fill(kept.length));
  },
  'die-at-once': () => process.exit(3),
  'talk-nonsense': () => stream.write('nonsense, not a frame'),
  'write-a-file': async () => (await import('node:fs')).writeFileSync('/tmp/waypost-nasty', 'x'),
  'read-a-file': async () => (await import('node:fs')).readFileSync('/etc/passwd'),
  'run-a-program': async () => (await import('node:child_process')).execFileSync('/bin/true'),
};

const stream = new Socket({ fd: streamFd });
const peer = createPeer(
  stream,
  async (name, asked) => {
    const text = Buffer.from(asked.bytes).toString('latin1');
    const misdeed = Object.keys(misdeeds).find(word => text.includes(word));
    if (misdeed) await misdeeds[misdeed]?.();
    if (text.includes('answer-nonsense')) return { words: [{ subject: 7 }] };
    return work(name, asked);
  },
  { inTurn: true, gone: () => process.exit(0) },
);
void peer.tell(readyWord, process.pid);
