// Runs a built main entry in the double: `node run.ts dist/main/main.js [arguments]`, as `electron` would run it.
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const double = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: double, shortCircuit: true, format: 'module-typescript' }
      : next(specifier, context),
});

const entry = resolve(process.argv[2] ?? '');
process.argv.splice(1, 2, entry);

const electron = await import('./electron.ts');
const { windowList } = await import('./browser-window.ts');
const { answerTests } = await import('./control.ts');
answerTests(electron);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => electron.app.quit());
process.on('disconnect', () => electron.app.exit(1));
await import(pathToFileURL(entry).href);
electron.app.becomeReady(windowList);
