// Sending takes what was written when Send was pressed, with its files, and nothing takes its place meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draft, Guess } from '../../../../core/api/compose.ts';
import type { LocalFile } from '../../../../renderer/models/compose/attaching.ts';
import { methods, setUpComposer as setUp, slowCalls } from '../../support/composer.ts';
import { settled } from '../../support/fake-timers.ts';

async function startToInes({ composer }: Pick<ReturnType<typeof setUp>, 'composer'>): Promise<void> {
  await composer.start({ kind: 'new' });
  composer.set('to', 'ines@shore.example');
  composer.set('subject', 'Berth');
}

test('composer: typed in, hidden and left while it is being sent → unchanged, and no draft is kept of it', async () => {
  const slow = slowCalls();
  const all = setUp({ sendEnds: slow.wait });
  const { composer, timers, saves, asked } = all;
  await startToInes(all);
  const sent = composer.send();
  await settled();
  composer.set('subject', 'Another');
  await composer.attach([localFile('map.png')]);
  composer.hide();
  composer.keep();
  await timers.pass(60_000);
  assert.deepEqual([composer.draft.value?.subject, composer.draft.value?.files], ['Berth', []]);
  await slow.end(0);
  await sent;
  await timers.pass(60_000);
  assert.deepEqual(
    [composer.draft.value, saves.length, methods(asked)],
    [undefined, 0, ['compose.start', 'compose.send']],
  );
});

test('composer: another one is begun while one is being sent → begun when that is sent', async () => {
  const slow = slowCalls();
  const all = setUp({ sendEnds: slow.wait });
  const { composer, saves, asked } = all;
  await startToInes(all);
  const sent = composer.send();
  const begun = composer.start({ kind: 'new' });
  await settled();
  assert.deepEqual(methods(asked), ['compose.start', 'compose.send']);
  await slow.end(0);
  await Promise.all([sent, begun]);
  assert.deepEqual(methods(asked), ['compose.start', 'compose.send', 'compose.start']);
  assert.deepEqual([composer.draft.value?.subject, composer.sending.value, saves.length], ['', false, 0]);
});

test('composer: sent while another one is on its way → what is sent is what was written, and then the other is there', async () => {
  const [start, send] = [slowCalls(), slowCalls()];
  const all = setUp({ startEnds: start.wait, sendEnds: send.wait });
  const { composer, saves, asked } = all;
  const first = startToInes(all);
  await settled();
  await start.end(0);
  await first;
  composer.set('text', 'Hello');
  const begun = composer.start({ kind: 'new' });
  await settled();
  composer.set('text', 'Hello you');
  const sent = composer.send();
  await settled();
  await start.end(1);
  await send.end(0);
  await Promise.all([sent, begun]);
  const words = asked.filter(([method]) => method === 'compose.send').map(([, draft]) => (draft as Draft).text);
  assert.deepEqual([words, saves.map(({ text }) => text)], [['Hello you'], ['Hello']]);
  assert.deepEqual([composer.draft.value?.text, composer.draft.value?.subject], ['', '']);
});

test('composer: another one is begun, and Send has a question → the question stays on screen', async () => {
  const guesses: Guess[] = [{ typed: 'ines', address: 'ines@here.example' }];
  const slow = slowCalls();
  const all = setUp({ sendEnds: slow.wait, guesses });
  const { composer, asked } = all;
  await startToInes(all);
  const sent = composer.send();
  const begun = composer.start({ kind: 'new' });
  await settled();
  composer.hide();
  await slow.end(0);
  await Promise.all([sent, begun]);
  assert.deepEqual([composer.blocker.value, composer.shown.value], [{ kind: 'guessed', guesses }, true]);
  assert.deepEqual([composer.draft.value?.subject, methods(asked)], ['Berth', ['compose.start', 'compose.send']]);
});

function localFile(name: string, base64: () => Promise<string> = () => Promise.resolve('aGk=')): LocalFile {
  return { name, type: 'image/png', size: 2, base64 };
}

test('composer: sent while a file is being read → sent with it', async () => {
  const slow = slowCalls();
  const all = setUp();
  const { composer, asked } = all;
  await startToInes(all);
  const attached = composer.attach([localFile('map.png', () => slow.wait().then(() => 'aGk='))]);
  await settled();
  const sent = composer.send();
  await settled();
  assert.deepEqual([composer.sending.value, methods(asked)], [true, ['compose.start']]);
  await slow.end(0);
  await Promise.all([attached, sent]);
  const [, last] = asked.at(-1) ?? [];
  assert.deepEqual([(last as Draft).files.map(({ name }) => name), composer.draft.value], [['map.png'], undefined]);
});

test('composer: sent while a file is being read that cannot be read → not sent, and the file is named', async () => {
  const slow = slowCalls();
  const all = setUp();
  const { composer, asked, toasts } = all;
  await startToInes(all);
  const attached = composer.attach([
    localFile('map.png', () => slow.wait().then(() => Promise.reject(new Error('gone')))),
  ]);
  await settled();
  const sent = composer.send();
  await slow.end(0);
  await Promise.all([attached, sent]);
  assert.deepEqual([composer.sending.value, composer.draft.value?.subject], [false, 'Berth']);
  assert.deepEqual(methods(asked), ['compose.start']);
  assert.match(toasts.shown.value.at(-1)?.text ?? '', /map\.png/);
  await composer.send();
  assert.deepEqual(methods(asked), ['compose.start', 'compose.send'], 'without it, the writer decides');
});
