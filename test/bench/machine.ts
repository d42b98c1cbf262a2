// What the figures were measured on: they mean nothing without it.
import { closeSync, fsyncSync, openSync, statfsSync, unlinkSync, writeSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

const probeMs = 500;
const fileSystems = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'],
]);

/** One line: processors, memory, kernel, the directory's file system and its speed, Node. */
export function describeMachine(directory: string): string {
  const processors = cpus();
  const type = statfsSync(directory).type;
  return [
    `${processors.length} × ${processors[0]?.model.trim()}`,
    `${Math.round(totalmem() / 1024 ** 3)} GB`,
    `Linux ${release()}`,
    `${fileSystems.get(type) ?? `file system 0x${type.toString(16)}`} with ${fsyncsPerSec(directory)} small-file fsyncs/s`,
    `Node ${process.version}`,
  ].join(', ');
}

/** Files of 1 KB made and fsynced one after the other. */
function fsyncsPerSec(directory: string): number {
  const raw = Buffer.alloc(1024, 'x');
  const startMs = performance.now();
  let files = 0;
  while (performance.now() - startMs < probeMs) {
    const path = join(directory, `fsync-${files++}`);
    const fd = openSync(path, 'wx');
    writeSync(fd, raw);
    fsyncSync(fd);
    closeSync(fd);
    unlinkSync(path);
  }
  return Math.round((files * 1000) / (performance.now() - startMs));
}
