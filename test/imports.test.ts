// Which room may import which: the paper path can be read in host.ts only while no service imports another. Reads every
// import of the sources, type imports too, and names the file and the import that break a rule.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import manifest from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const longestFile = 400;

const services = [
  'queue',
  'receive',
  'inject',
  'local',
  'remote',
  'link',
  'fetch',
  'pop3',
  'list',
  'mailbox',
  'log',
  'explain',
  'trace',
  'guide',
] as const;

/** What a folder may import besides itself. `host` is core/host.ts and core/host. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  api: [],
  lib: [],
  'paper-path': ['lib'],
  message: ['lib', 'paper-path'],
  control: ['lib', 'paper-path', 'message', 'api', 'login'],
  'log-lines': ['lib', 'paper-path', 'message', 'control'],
  ucspi: ['lib', 'paper-path', 'message', 'control'],
  listen: ['lib', 'paper-path', 'message', 'control', 'ucspi', 'log-lines'],
  conversation: ['lib', 'paper-path'],
  login: ['lib'],
  ...Object.fromEntries(
    services.map(service => [
      service,
      ['lib', 'paper-path', 'message', 'control', 'ucspi', 'listen', 'log-lines', 'conversation', 'login', 'api'],
    ]),
  ),
  privsep: ['api', 'lib', 'paper-path', 'message', 'control', 'ucspi', 'listen', 'local', 'pop3', 'queue'],
  home: ['lib', 'paper-path', 'message', 'control', 'local', 'queue', 'privsep'],
  host: [
    'api',
    'lib',
    'paper-path',
    'message',
    'control',
    'ucspi',
    'listen',
    'log-lines',
    'conversation',
    'login',
    ...services,
    'privsep',
    'home',
    'package.json',
  ],
  main: [
    'api',
    'lib',
    'paper-path',
    'message',
    'control',
    'ucspi',
    'listen',
    'log-lines',
    'conversation',
    'login',
    ...services,
    'privsep',
    'home',
    'host',
  ],
  renderer: ['api'],
};

/** The only files that a sandboxed preload may be made of. */
const preload = 'main/electron/preload.ts';
const preloadMayImport = ['electron', 'main/electron/window/channels.ts'];

/** Development's packages that sources import: Electron carries itself, bundlers stay at home, the page is bundled. */
const developed: Readonly<Record<string, string>> = { electron: 'main/electron/', esbuild: 'main/build/' };

function folderOf(path: string): string {
  const [top, second, third] = path.split('/') as [string, string?, string?];
  if (top !== 'core') return top;
  return third === undefined || second === 'host' ? 'host' : (second as string);
}

/** Why `path` may not import `target` (a path from the root, or a package); undefined when it may. */
function objection(path: string, target: string, isPackage: boolean): string | undefined {
  if (path === preload && !target.startsWith('core/api/') && !preloadMayImport.includes(target)) {
    return 'the preload sees core/api, its channels and Electron only';
  }
  const from = folderOf(path);
  if (isPackage) return packageObjection(path, from, target);
  const to = folderOf(target);
  if (to === from || allowed[from]?.includes(to)) return undefined;
  return `${from} may import ${['itself', ...(allowed[from] ?? [])].join(', ')}`;
}

function packageObjection(path: string, from: string, target: string): string | undefined {
  if (target.startsWith('node:')) {
    return from === 'api' || from === 'renderer' ? `${from} runs in the page, where Node is not` : undefined;
  }
  const name = target.split('/', target.startsWith('@') ? 2 : 1).join('/');
  if (from === 'api') return name === 'valibot' ? undefined : 'core/api imports valibot only';
  if (from === 'renderer') return name === 'electron' ? 'the window sees core/api only' : undefined;
  if (name in manifest.dependencies) return undefined;
  if (developed[name] && path.startsWith(developed[name])) return undefined;
  return `${name} is not there when Waypost is installed, or has no place in ${from}`;
}

interface Import {
  readonly path: string;
  readonly target: string;
  readonly isPackage: boolean;
}

/** Static, type, side-effect, re-exporting and dynamic imports, and types written as import('…'). */
function importsOf(path: string, text: string): Import[] {
  const found = [
    ...text.matchAll(/^(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*'([^']+)'/gm),
    ...text.matchAll(/\bimport\(\s*'([^']+)'/g),
  ];
  return found.map(([, target = '']) => {
    const isPackage = !target.startsWith('.');
    return { path, target: isPackage ? target : posix.join(posix.dirname(path), target), isPackage };
  });
}

function objectionTo(one: Import): string | undefined {
  return objection(one.path, one.target, one.isPackage);
}

/** A way from a file back to itself; undefined when there is none. */
function findCycle(imports: readonly Import[]): string[] | undefined {
  const next = Map.groupBy(
    imports.filter(one => !one.isPackage),
    one => one.path,
  );
  const finished = new Set<string>();
  function walk(path: string, trail: readonly string[]): string[] | undefined {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (finished.has(path)) return undefined;
    for (const { target } of next.get(path) ?? []) {
      const cycle = walk(target, [...trail, path]);
      if (cycle) return cycle;
    }
    finished.add(path);
    return undefined;
  }
  for (const path of next.keys()) {
    const cycle = walk(path, []);
    if (cycle) return cycle;
  }
  return undefined;
}

const sources = globSync('{core,main,renderer}/**/*.{ts,tsx}', { cwd: root }).map(path => path.replaceAll('\\', '/'));
const texts = new Map(sources.map(path => [path, readFileSync(join(root, path), 'utf8')]));
const imports = [...texts].flatMap(([path, text]) => importsOf(path, text));

test('imports: every file of the sources → only what its folder may see', () => {
  assert.ok(imports.length > 1000, `only ${imports.length} imports were found`);
  const broken = imports.flatMap(one => {
    const why = objectionTo(one);
    return why ? [`${one.path} imports ${one.target}: ${why}`] : [];
  });
  assert.deepEqual(broken, []);
});

test('imports: every folder of core/ → has its place in the rules', () => {
  assert.deepEqual([...new Set(sources.map(folderOf))].filter(folder => !(folder in allowed)).sort(), []);
});

test('imports: every local import → a file that exists', () => {
  const missing = imports.filter(one => !one.isPackage && one.target !== 'package.json' && !texts.has(one.target));
  assert.deepEqual(missing, []);
});

test('imports: no file → is in an import cycle', () => {
  assert.equal(findCycle(imports)?.join(' → '), undefined);
});

test(`files: sources and tests → at most ${longestFile} lines`, () => {
  const all = [...sources, ...globSync('test/**/*.{ts,tsx}', { cwd: root })];
  const long = all.filter(path => readFileSync(join(root, path), 'utf8').split('\n').length - 1 > longestFile);
  assert.deepEqual(long, []);
});

const refused: readonly [path: string, statement: string][] = [
  ['core/queue/run/pass.ts', "import { createLocalDeliver } from '../../local/deliver.ts';"],
  ['core/queue/run/pass.ts', "import type { Rules } from '../../local/rules.ts';"],
  ['core/queue/run/pass.ts', "import {\n  one,\n  type Two,\n} from '../../mailbox/store.ts';"],
  ['core/queue/run/pass.ts', "const late = await import('../../remote/deliver.ts');"],
  ['core/queue/run/pass.ts', "let one: import('../../remote/deliver.ts').Job;"],
  ['core/queue/run/pass.ts', "import { startHost } from '../../host.ts';"],
  ['core/queue/run/pass.ts', "import { findOwner } from '../../host/owner.ts';"],
  ['core/queue/run/pass.ts', "export { createRules } from '../../local/rules.ts';"],
  ['core/queue/run/pass.ts', "import { app } from 'electron';"],
  ['core/queue/run/pass.ts', "import { signal } from '@preact/signals';"],
  ['core/queue/run/pass.ts', "import { build } from 'esbuild';"],
  ['core/lib/log.ts', "import { addressFromText } from '../message/address.ts';"],
  ['core/message/header/split-message.ts', "import { readControl } from '../../control/control.ts';"],
  ['core/control/read-control-files.ts', "import { openQueue } from '../queue/queue.ts';"],
  ['core/api/mail.ts', "import { readFileSync } from 'node:fs';"],
  ['core/api/mail.ts', "import type { Clock } from '../lib/clock.ts';"],
  ['core/api/mail.ts', "import { render } from 'preact';"],
  ['core/host.ts', "import '../main/electron/main.ts';"],
  ['main/cli/serve.ts', "import { app } from 'electron';"],
  ['main/cli/serve.ts', "import { text } from '../../renderer/text/en.ts';"],
  ['main/electron/preload.ts', "import { text } from './text.ts';"],
  ['main/electron/preload.ts', "import { join } from 'node:path';"],
  ['renderer/main.tsx', "import { startHost } from '../core/host.ts';"],
  ['renderer/main.tsx', "import { readFileSync } from 'node:fs';"],
  ['renderer/main.tsx', "import { ipcRenderer } from 'electron';"],
];

for (const [path, statement] of refused) {
  test(`imports: ${path} says ${statement.replaceAll('\n', ' ')} → refused`, () => {
    const found = importsOf(path, statement);
    assert.equal(found.length, 1);
    assert.notEqual(objectionTo(found[0] as Import), undefined);
  });
}

test('imports: a, b and c in a ring → found', () => {
  const ring = [
    ...importsOf('core/lib/a.ts', "import { b } from './b.ts';"),
    ...importsOf('core/lib/b.ts', "import type { C } from './c.ts';"),
    ...importsOf('core/lib/c.ts', "import { a } from './a.ts';"),
  ];
  assert.deepEqual(findCycle(ring), ['core/lib/a.ts', 'core/lib/b.ts', 'core/lib/c.ts', 'core/lib/a.ts']);
});
