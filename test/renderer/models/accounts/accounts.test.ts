// The accounts of the window with a played host: which one is shown, and the editor of their files.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signal } from '@preact/signals';
import { refusal } from '../../../../core/api/errors.ts';
import type { AccountStatus } from '../../../../core/api/fetch.ts';
import { parseAccount } from '../../../../core/control/fetch/account-file.ts';
import { accountWords } from '../../../../core/control/fetch/account-words.ts';
import { explainWords, shownProblems } from '../../../../core/control/word-file/word-file.ts';
import {
  accountFields,
  accountFieldWords,
  accountGroups,
} from '../../../../renderer/models/accounts/account-fields.ts';
import { createAccountsModel } from '../../../../renderer/models/accounts/accounts.ts';
import { createToasts } from '../../../../renderer/models/toasts.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { fakeTimers } from '../../support/fake-timers.ts';

const right = 'server 127.0.0.1\ntls none\nuser wanda\nsecret office\nto wanda@wayfarer.example\n';

function statusOf(name: string): AccountStatus {
  return {
    ...{ name, protocol: 'imap', host: '127.0.0.1', user: 'wanda', to: 'wanda@wayfarer.example' },
    ...{ state: 'resting', progress: null, nextMs: null, lastSuccess: null, error: null, remarks: [], problems: [] },
  };
}

/** @param files of the host, by account */
async function place(files: Map<string, string>, withoutLinks = signal(false)) {
  const passwords: string[] = [];
  const stampOf = (name: string) => files.get(name) ?? '';
  const { api } = fakeApi({
    'fetch.list': () => ({ accounts: [...files.keys()].map(statusOf) }),
    'fetch.words': () => ({ words: explainWords(accountWords) }),
    'fetch.file': ({ name }) => ({ text: files.get(name) ?? null, stamp: stampOf(name) }),
    'fetch.check': ({ name, text }) => ({ problems: shownProblems(parseAccount(name, text).problems) }),
    'fetch.save'({ name, text, stamp }) {
      if (stamp !== stampOf(name)) throw refusal('account-stale', { account: name });
      files.set(name, text);
      return { stamp: stampOf(name) };
    },
    'fetch.remove'({ name }) {
      files.delete(name);
      return {};
    },
    'fetch.password'({ name, password }) {
      passwords.push(`${name} ${password}`);
      return {};
    },
  });
  const timers = fakeTimers();
  const toasts = createToasts(timers);
  const model = createAccountsModel(api, timers, toasts, withoutLinks);
  model.watch();
  await timers.pass(1_000);
  const said = () => toasts.shown.value.map(toast => toast.text);
  return { model, editor: model.editor, timers, toasts, said, passwords };
}

test('account form: its fields → every word of an account file once, with a list where a word repeats, and choices that are accepted', () => {
  assert.deepEqual([...accountFieldWords].sort(), Object.keys(accountWords).sort());
  const fields = accountGroups.flatMap(group => [...accountFields[group]]);
  const lists = fields.filter(({ control }) => control === 'lines').map(({ word }) => word);
  assert.deepEqual(lists, ['folder', 'spam-folder']);
  const refused = fields
    .flatMap(field => ('choices' in field ? field.choices.map(choice => [field.word, choice] as const) : []))
    .filter(([word, choice]) => accountWords[word].read({} as never, choice) !== undefined);
  assert.deepEqual(refused, []);
});

test('accounts: links are there → none is shown until it is chosen; there are none → the first one; removed → as at first', async () => {
  const withoutLinks = signal(false);
  const { model, editor, timers } = await place(
    new Map([
      ['home', right],
      ['office', right],
    ]),
    withoutLinks,
  );
  assert.deepEqual([model.names.value, model.name.value], [['home', 'office'], '']);
  model.choose('office');
  await timers.pass(1_000);
  assert.deepEqual([model.current.value?.name, editor.current.value], ['office', right]);
  await editor.remove();
  await timers.pass(1_000);
  assert.deepEqual([model.names.value, model.name.value], [['home'], '']);
  withoutLinks.value = true;
  assert.equal(model.name.value, 'home');
});

test('account editor: a new account → only a name that the host takes; it stays on screen while it is saved; given up, it is gone', async () => {
  const files = new Map<string, string>();
  const { model, editor, timers, said, toasts } = await place(files);
  assert.match(model.add('Home') ?? '', /^Use up to 32 small letters/);
  assert.equal(model.add('home'), undefined);
  assert.match(model.add('home') ?? '', /already/);
  assert.deepEqual([model.name.value, model.current.value, editor.isFresh.value], ['home', undefined, true]);
  editor.edit(right);
  await timers.pass(1_000);
  await editor.save();
  assert.deepEqual([model.name.value, said()], ['home', ['Account home saved']]);
  await timers.pass(1_000);
  assert.deepEqual([model.current.value?.name, editor.isFresh.value, files.get('home')], ['home', false, right]);
  model.add('office');
  editor.edit('user wanda\n');
  await editor.remove();
  await timers.pass(1_000);
  assert.deepEqual(model.names.value, ['home']);
  toasts.undo();
  assert.deepEqual(model.names.value, ['home', 'office']);
});

test('account editor: typed → the host is asked once the typing has paused; undone, and that undone → asked again', async () => {
  const { model, editor, timers, toasts } = await place(new Map([['home', right]]));
  model.choose('home');
  await timers.pass(1_000);
  assert.deepEqual([editor.checking.value, editor.problems.value], [false, []]);
  editor.set('every', ['soon']);
  assert.deepEqual([editor.checking.value, editor.problems.value], [true, []]);
  await timers.pass(300);
  const wrong = [{ line: 6, text: 'every: soon is not a number from 0 to 10080' }];
  assert.deepEqual([editor.checking.value, editor.problems.value], [false, wrong]);
  editor.revert();
  await timers.pass(300);
  assert.deepEqual([editor.checking.value, editor.problems.value, editor.changed.value], [false, [], false]);
  toasts.undo();
  await timers.pass(300);
  assert.deepEqual([editor.problems.value, editor.changed.value], [wrong, true]);
});

test('account editor: the file was written elsewhere meanwhile → asked before it is lost; either can be kept', async () => {
  const files = new Map([['home', right]]);
  const { model, editor, timers } = await place(files);
  model.choose('home');
  await timers.pass(1_000);
  editor.edit(`${right}# mine\n`);
  files.set('home', `${right}# theirs\n`);
  await editor.save();
  assert.deepEqual([editor.conflict.value, files.get('home')], [true, `${right}# theirs\n`]);
  editor.loadTheirs();
  assert.deepEqual([editor.conflict.value, editor.current.value], [false, `${right}# theirs\n`]);
  editor.edit(`${right}# mine\n`);
  files.set('home', `${right}# theirs again\n`);
  await editor.save();
  await editor.keepMine();
  assert.deepEqual([editor.conflict.value, files.get('home')], [false, `${right}# mine\n`]);
});

test('accounts: a password → the host gets it, and says so', async () => {
  const { model, said, passwords } = await place(new Map([['home', right]]));
  await model.password.save('home', 'mellon');
  assert.deepEqual(
    [passwords, said(), model.password.busy.value],
    [['home mellon'], ['Password of home saved'], false],
  );
});
