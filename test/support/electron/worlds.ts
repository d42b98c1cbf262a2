// What the double puts into pages: the preload's world with its `require('electron')`, and the page's end of the context
// bridge. Both functions are injected as source text, so they use nothing from outside themselves but their arguments.
// The two worlds of one page share the DOM only, so the bridge's messages are DOM events with text in them.
import { type CloneCodec, createCloneCodec } from './clone.ts';

/** A message from the preload's world to the main process. Arguments are clone texts. */
export interface UpMessage {
  readonly kind: 'invoke' | 'send';
  readonly id: number;
  readonly channel: string;
  readonly args: string;
}

/** A message from the main process to the preload's world. */
export type DownMessage =
  | { readonly kind: 'event'; readonly channel: string; readonly args: string }
  | { readonly kind: 'result'; readonly id: number; readonly value: string }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string };

interface Names {
  /** Prefix of the DOM events between the worlds. */
  readonly prefix: string;
  /** The function in the preload's world that reaches the main process. */
  readonly up: string;
  /** The function in the preload's world that the main process calls. */
  readonly down: string;
}

type AnyFunction = (...args: unknown[]) => unknown;

/** One end of the bridge: gives out functions of this world as numbers, and makes numbers of the other into functions. */
function createBridgeEnd(codec: CloneCodec, prefix: string, own: string, other: string) {
  const dispatch = EventTarget.prototype.dispatchEvent.bind(window);
  const functions: AnyFunction[] = [];
  const numbers = new Map<AnyFunction, number>();
  const promises = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  let lastPromise = 0;
  let returned = '';

  function encode(value: unknown): string {
    return codec.encode(value, fn => {
      const number = numbers.get(fn) ?? functions.push(fn) - 1;
      numbers.set(fn, number);
      return number;
    });
  }

  function decode(text: string): unknown {
    return codec.decode(
      text,
      number =>
        (...args: unknown[]) =>
          call(number, args),
    );
  }

  function tell(to: string, what: string, detail: string): void {
    dispatch(new CustomEvent(`${prefix}${to}${what}`, { detail }));
  }

  function hear(what: string, listener: (text: string) => void): void {
    window.addEventListener(`${prefix}${own}${what}`, event => {
      event.stopImmediatePropagation();
      listener((event as CustomEvent<string>).detail);
    });
  }

  function call(number: number, args: unknown[]): unknown {
    returned = '';
    tell(other, 'call', encode([number, args]));
    const [kind, value] = decode(returned) as [string, never];
    if (kind === 'value') return value;
    if (kind === 'error') throw value;
    return new Promise((resolve, reject) => promises.set(value, { resolve, reject }));
  }

  hear('call', text => {
    const [number, args] = decode(text) as [number, unknown[]];
    tell(other, 'return', answerTo(number, args));
  });
  hear('return', text => {
    returned = text;
  });
  hear('settle', text => {
    const [id, ok, value] = decode(text) as [number, boolean, unknown];
    const promise = promises.get(id);
    promises.delete(id);
    if (ok) promise?.resolve(value);
    else promise?.reject(value);
  });

  function answerTo(number: number, args: unknown[]): string {
    try {
      const value = functions[number]?.(...args);
      if (!(value instanceof Promise)) return encode(['value', value]);
      lastPromise += 1;
      const id = lastPromise;
      value.then(
        settled => tell(other, 'settle', encode([id, true, settled])),
        error => tell(other, 'settle', encode([id, false, error])),
      );
      return encode(['promise', id]);
    } catch (error) {
      return encode(['error', error]);
    }
  }

  return { encode, decode, tell, hear };
}

/** The preload's world: `electron` as a sandboxed preload gets it. */
function setUpPreloadWorld(
  codec: CloneCodec,
  bridge: ReturnType<typeof createBridgeEnd>,
  names: Names,
  preload: (require: (name: string) => unknown) => void,
): void {
  const world = globalThis as unknown as Record<string, (text: string) => void>;
  const listeners = new Map<string, AnyFunction[]>();
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const exposed: string[] = [];
  let lastCall = 0;
  let mainIsThere = false;

  function up(message: UpMessage): void {
    world[names.up]?.(JSON.stringify(message));
  }

  function remove(channel: string, listener: AnyFunction): void {
    listeners.set(
      channel,
      (listeners.get(channel) ?? []).filter(one => one !== listener),
    );
  }

  const ipcRenderer = {
    invoke(channel: string, ...args: unknown[]) {
      lastCall += 1;
      const id = lastCall;
      up({ kind: 'invoke', id, channel, args: codec.encode(args) });
      return new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
    },
    send(channel: string, ...args: unknown[]) {
      up({ kind: 'send', id: 0, channel, args: codec.encode(args) });
    },
    on(channel: string, listener: AnyFunction) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    off(channel: string, listener: AnyFunction) {
      remove(channel, listener);
      return ipcRenderer;
    },
  };

  const contextBridge = {
    exposeInMainWorld(key: string, api: unknown) {
      const text = bridge.encode([key, api]);
      exposed.push(text);
      if (mainIsThere) bridge.tell('main', 'expose', text);
    },
  };

  world[names.down] = text => {
    const message = JSON.parse(text) as DownMessage;
    if (message.kind === 'event') {
      const args = codec.decode(message.args) as unknown[];
      for (const listener of listeners.get(message.channel) ?? []) listener({ sender: ipcRenderer }, ...args);
      return;
    }
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (message.kind === 'result') call?.resolve(codec.decode(message.value));
    else call?.reject(new Error(message.message));
  };

  bridge.hear('hello', () => {
    mainIsThere = true;
    for (const text of exposed) bridge.tell('main', 'expose', text);
  });
  preload(name => {
    if (name === 'electron') return { contextBridge, ipcRenderer };
    throw new Error(`module not found: ${name}`);
  });
}

/** The page's world: what the preload exposes becomes frozen properties of `window`. */
function setUpMainWorld(bridge: ReturnType<typeof createBridgeEnd>): void {
  function freeze(value: unknown): unknown {
    if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
      Object.values(value).forEach(freeze);
      Object.freeze(value);
    }
    return value;
  }
  bridge.hear('expose', text => {
    const [key, api] = bridge.decode(text) as [string, unknown];
    Object.defineProperty(window, key, { value: freeze(api), enumerable: true });
  });
  bridge.tell('preload', 'hello', '');
}

/** Source for the preload's world. @param preload the preload's code, CommonJS */
export function preloadWorldSource(names: Names, preload: string): string {
  return `if (window === window.top) { const codec = (${createCloneCodec})();
const bridge = (${createBridgeEnd})(codec, ${JSON.stringify(names.prefix)}, 'preload', 'main');
(${setUpPreloadWorld})(codec, bridge, ${JSON.stringify(names)}, require => { const module = { exports: {} }; const { exports } = module;
${preload}
}); }`;
}

/** Source for the page's world; to be run after the other. */
export function mainWorldSource(names: Names): string {
  return `if (window === window.top) { const codec = (${createCloneCodec})();
(${setUpMainWorld})((${createBridgeEnd})(codec, ${JSON.stringify(names.prefix)}, 'main', 'preload')); }`;
}
