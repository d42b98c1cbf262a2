// Packs the desktop with electron-builder, as `npm run dist` does, up to the unpacked app: with a stand-in for Electron's
// runtime, which is a file that has only Electron's fuses, in the state in which Electron ships them.
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { Platform, build as pack } from 'electron-builder';
import { build } from '../../main/build/build.ts';
import manifest from '../../package.json' with { type: 'json' };
import { tempDir } from './temp-dir.ts';

const root = join(import.meta.dirname, '..', '..');

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** Electron's build/fuses/fuses.json5, in its order, each as it is shipped. */
const shippedFuses = {
  runAsNode: true,
  enableCookieEncryption: false,
  enableNodeOptionsEnvironmentVariable: true,
  enableNodeCliInspectArguments: true,
  enableEmbeddedAsarIntegrityValidation: false,
  onlyLoadAppFromAsar: false,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: true,
  wasmTrapHandlers: true,
};
/** By their names in electron-builder's configuration. */
export type Fuses = Readonly<Record<keyof typeof shippedFuses, boolean>>;

export interface PackedApp {
  /** As they are in the program. */
  readonly fuses: Fuses;
  /** The archive's content, with the unpacked files beside it in their places. */
  readonly content: string;
  /** Names of the unpacked files beside the archive. */
  readonly unpacked: readonly string[];
}

/** Builds and packs all that a package has, for Linux; gone after the test. */
export async function packApp(t: TestContext): Promise<PackedApp> {
  mkdirSync(join(root, 'test-results'), { recursive: true });
  const directory = await mkdtemp(join(root, 'test-results', 'packed-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const dist = join(directory, 'dist');
  const output = join(directory, 'release');
  await build({ outDir: dist });
  await pack({
    projectDir: root,
    targets: Platform.LINUX.createTarget('dir'),
    publish: 'never',
    config: {
      electronDist: makeRuntime(join(directory, 'runtime')),
      directories: { output },
      // Other tests have their own use of the repository's dist/.
      files: ['package.json', { from: relative(root, dist), to: 'dist', filter: manifest.build.files.map(inDist) }],
    },
  });
  const app = join(output, 'linux-unpacked');
  const archive = join(app, 'resources', 'app.asar');
  const content = join(tempDir(t), 'content');
  const unpacked = extract(archive, content);
  return { fuses: readFuses(join(app, 'waypost')), content, unpacked };
}

/** A pattern of the package's file list, seen from dist/. */
function inDist(pattern: string): string {
  return pattern.replace(/^(!?)dist\//, '$1');
}

function readFuses(executable: string): Fuses {
  const text = readFileSync(executable, 'latin1');
  const wire = text.slice(text.indexOf(sentinel) + sentinel.length + 2);
  const fuses = Object.keys(shippedFuses).map((name, at) => [name, wire[at] === '1']);
  return Object.fromEntries(fuses) as Fuses;
}

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly size: number;
  readonly offset: string;
  readonly unpacked?: boolean;
}

/** Takes an archive of @electron/asar apart. @returns the names of files that are not in it but beside it */
function extract(archive: string, to: string): string[] {
  const raw = readFileSync(archive);
  const start = 8 + raw.readUInt32LE(4);
  const header = JSON.parse(raw.toString('utf8', 16, 16 + raw.readUInt32LE(12))) as Entry;
  const beside: string[] = [];
  function take({ files = {} }: Entry, path: string): void {
    mkdirSync(join(to, path), { recursive: true });
    for (const [name, entry] of Object.entries(files)) {
      const inner = join(path, name);
      if (entry.files) take(entry, inner);
      else if (entry.unpacked) {
        beside.push(inner);
        cpSync(join(`${archive}.unpacked`, inner), join(to, inner));
      } else {
        const at = start + Number(entry.offset);
        writeFileSync(join(to, inner), raw.subarray(at, at + entry.size));
      }
    }
  }
  take(header, '');
  return beside;
}

function makeRuntime(directory: string): string {
  mkdirSync(join(directory, 'resources'), { recursive: true });
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version']) writeFileSync(join(directory, name), '');
  const fuses = Object.values(shippedFuses).map(Number);
  const wire = [sentinel, '\x01', String.fromCharCode(fuses.length), ...fuses].join('');
  writeFileSync(join(directory, 'electron'), `\x7fELF${wire}`, 'latin1');
  chmodSync(join(directory, 'electron'), 0o755);
  return directory;
}
