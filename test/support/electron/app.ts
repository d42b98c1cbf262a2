// app: the life of the process. The single-instance lock is real: it works between processes, over files in userData.
import { EventEmitter } from 'node:events';
import {
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createEvent } from './web-contents.ts';

/** What the app needs of the windows to end them. */
export interface WindowList {
  closeAll(): boolean;
  destroyAll(): Promise<void>;
}

class App extends EventEmitter {
  readonly isPackaged = process.env.ELECTRON_FORCE_IS_PACKAGED === 'true'; // as in Electron
  readonly commandLine = {
    switches: new Map<string, string>(),
    hasSwitch: (name: string) => this.commandLine.switches.has(name) || process.argv.includes(`--${name}`),
    appendSwitch: (name: string, value = '') => void this.commandLine.switches.set(name, value),
  };
  /** Recorded only. */
  readonly recorded = { name: 'Electron', userModelId: '', badge: 0, loginItem: {}, sandboxed: false };
  readonly #paths = new Map<string, string>([
    ['home', homedir()],
    ['temp', tmpdir()],
    ['downloads', join(homedir(), 'Downloads')],
    ['userData', join(homedir(), '.config', 'Electron')],
  ]);
  readonly #protocols = new Set<string>();
  readonly #ready = Promise.withResolvers<void>();
  #isReady = false;
  #ending = false;
  #windows: WindowList | undefined;
  #lock: FSWatcher | undefined;

  isReady(): boolean {
    return this.#isReady;
  }

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  /** For the double's own parts: the entry was evaluated. */
  becomeReady(windows: WindowList): void {
    this.#windows = windows;
    this.#isReady = true;
    this.emit('ready', createEvent(), {});
    this.#ready.resolve();
  }

  getAppPath(): string {
    return dirname(process.argv[1] ?? '');
  }

  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  setPath(name: string, path: string): void {
    readdirSync(path);
    if (name === 'userData' && this.#isReady) throw new Error('userData must be set before the app is ready');
    this.#paths.set(name, path);
  }

  setName(name: string): void {
    this.recorded.name = name;
  }

  setAppUserModelId(id: string): void {
    this.recorded.userModelId = id;
  }

  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.recorded.sandboxed = true;
  }

  setBadgeCount(count: number): boolean {
    this.recorded.badge = count;
    return true;
  }

  getBadgeCount(): number {
    return this.recorded.badge;
  }

  setLoginItemSettings(settings: object): void {
    this.recorded.loginItem = settings;
  }

  getLoginItemSettings(): object {
    return { openAtLogin: false, wasOpenedAtLogin: false, ...this.recorded.loginItem };
  }

  isDefaultProtocolClient(scheme: string): boolean {
    return this.#protocols.has(scheme);
  }

  setAsDefaultProtocolClient(scheme: string): boolean {
    this.#protocols.add(scheme);
    return true;
  }

  removeAsDefaultProtocolClient(scheme: string): boolean {
    return this.#protocols.delete(scheme);
  }

  requestSingleInstanceLock(additionalData: unknown = null): boolean {
    if (this.#lock) return true;
    const mailbox = join(this.getPath('userData'), 'second-instances');
    mkdirSync(mailbox, { recursive: true });
    const pidFile = join(mailbox, 'pid');
    if (isAlive(readPid(pidFile))) {
      const message = { argv: process.argv, directory: process.cwd(), additionalData };
      const path = join(mailbox, `${process.pid}.json`);
      writeFileSync(`${path}.tmp`, JSON.stringify(message));
      renameSync(`${path}.tmp`, path);
      return false;
    }
    writeFileSync(pidFile, String(process.pid));
    this.#lock = watch(mailbox, () => this.#takeSecondInstances(mailbox));
    return true;
  }

  async #takeSecondInstances(mailbox: string): Promise<void> {
    await this.#ready.promise;
    for (const name of readdirSync(mailbox).filter(one => one.endsWith('.json'))) {
      const path = join(mailbox, name);
      const { argv, directory, additionalData } = JSON.parse(readFileSync(path, 'utf8'));
      rmSync(path);
      this.emit('second-instance', createEvent(), argv, directory, additionalData);
    }
  }

  quit(): void {
    if (this.#ending) return;
    const event = createEvent();
    this.emit('before-quit', event);
    if (event.defaultPrevented || this.#windows?.closeAll() === false) return;
    const last = createEvent();
    this.emit('will-quit', last);
    if (!last.defaultPrevented) this.exit(0);
  }

  exit(code = 0): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#lock?.close();
    if (this.#lock) rmSync(join(this.getPath('userData'), 'second-instances', 'pid'), { force: true });
    this.emit('quit', createEvent(), code);
    const end = () => process.exit(code);
    (this.#windows?.destroyAll() ?? Promise.resolve()).then(end, end);
  }
}

function readPid(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number | undefined): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const app = new App();
