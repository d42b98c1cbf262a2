// Structured clones as text, for crossing between worlds and processes. This function is also put into pages as source
// text, so it refers to nothing outside of it.

export interface CloneCodec {
  /** @throws Error 'An object could not be cloned.' for functions (unless taken by `onFunction`), symbols, and the like */
  encode(value: unknown, onFunction?: (fn: (...args: unknown[]) => unknown) => number): string;
  decode(text: string, makeFunction?: (id: number) => unknown): unknown;
}

export function createCloneCodec(): CloneCodec {
  type Node = [kind: string, content?: unknown];
  const viewTypes = new Map<string, new (buffer: ArrayBuffer) => ArrayBufferView>(
    [
      Uint8Array,
      Uint8ClampedArray,
      Int8Array,
      Uint16Array,
      Int16Array,
      Uint32Array,
      Int32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
    ].map(type => [type.name, type as new (buffer: ArrayBuffer) => ArrayBufferView]),
  );

  function toBase64(bytes: Uint8Array): string {
    let binary = '';
    for (let at = 0; at < bytes.length; at += 0x8000) {
      binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    }
    return btoa(binary);
  }

  function fromBase64(text: string): ArrayBuffer {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
    return bytes.buffer;
  }

  function refuse(): never {
    throw new Error('An object could not be cloned.');
  }

  return {
    encode(root, onFunction) {
      const nodes: Node[] = [];
      const seen = new Map<unknown, number>();

      function add(value: unknown): number {
        const known = seen.get(value);
        if (known !== undefined) return known;
        const index = nodes.push(['undefined']) - 1;
        if (typeof value === 'object' && value !== null) seen.set(value, index);
        nodes[index] = describe(value);
        return index;
      }

      function describe(value: unknown): Node {
        if (value === undefined) return ['undefined'];
        if (value === null || typeof value === 'boolean' || typeof value === 'string') return ['json', value];
        if (typeof value === 'number') return ['number', Object.is(value, -0) ? '-0' : String(value)];
        if (typeof value === 'bigint') return ['bigint', String(value)];
        if (typeof value === 'function') return onFunction ? ['function', onFunction(value as never)] : refuse();
        if (typeof value !== 'object') return refuse();
        return describeObject(value);
      }

      function describeObject(value: object): Node {
        if (Array.isArray(value)) return ['array', value.map(add)];
        if (value instanceof Date) return ['date', value.getTime()];
        if (value instanceof Error) return ['error', [value.name, value.message]];
        if (value instanceof Map) return ['map', [...value].map(([key, item]) => [add(key), add(item)])];
        if (value instanceof Set) return ['set', [...value].map(add)];
        if (value instanceof ArrayBuffer) return ['buffer', toBase64(new Uint8Array(value))];
        if (ArrayBuffer.isView(value)) {
          const name = viewTypes.has(value.constructor.name) ? value.constructor.name : 'Uint8Array';
          return ['view', [name, toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))]];
        }
        const tag = Object.prototype.toString.call(value);
        if (tag !== '[object Object]') return refuse();
        return ['object', Object.entries(value).map(([key, item]) => [key, add(item)])];
      }

      add(root);
      return JSON.stringify(nodes);
    },

    decode(text, makeFunction) {
      const nodes = JSON.parse(text) as Node[];
      const made = new Map<number, unknown>();

      function get(index: number): unknown {
        if (made.has(index)) return made.get(index);
        const [kind, content] = nodes[index] as Node;
        const value = make(kind, content as never, index);
        made.set(index, value);
        return value;
      }

      function make(kind: string, content: never, index: number): unknown {
        if (kind === 'undefined') return undefined;
        if (kind === 'json') return content;
        if (kind === 'number') return Number(content);
        if (kind === 'bigint') return BigInt(content);
        if (kind === 'function') return makeFunction ? makeFunction(content) : refuse();
        if (kind === 'date') return new Date(content as number);
        if (kind === 'error') return Object.assign(new Error(content[1]), { name: content[0] });
        if (kind === 'buffer') return fromBase64(content);
        if (kind === 'view') return new (viewTypes.get(content[0]) ?? Uint8Array)(fromBase64(content[1]));
        return makeContainer(kind, content, index);
      }

      function makeContainer(kind: string, content: never, index: number): unknown {
        if (kind === 'array') {
          const array: unknown[] = [];
          made.set(index, array);
          for (const item of content as number[]) array.push(get(item));
          return array;
        }
        if (kind === 'map') {
          const map = new Map();
          made.set(index, map);
          for (const [key, item] of content as [number, number][]) map.set(get(key), get(item));
          return map;
        }
        if (kind === 'set') {
          const set = new Set();
          made.set(index, set);
          for (const item of content as number[]) set.add(get(item));
          return set;
        }
        const object: Record<string, unknown> = {};
        made.set(index, object);
        for (const [key, item] of content as [string, number][]) {
          Object.defineProperty(object, key, {
            value: get(item),
            enumerable: true,
            writable: true,
            configurable: true,
          });
        }
        return object;
      }

      return get(0);
    },
  };
}
