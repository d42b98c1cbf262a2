// The answers of config and the files that they make.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type Answers,
  changesFor,
  complaintAbout,
  fastChanges,
  type Topic,
  topics,
  usualAnswer,
  writeChanges,
} from '../../../core/home/configure.ts';
import { tempDir } from '../../support/temp-dir.ts';

const plan = { me: 'mail.shore.example.org', user: 'ines', mailHome: '/home/ines' };

function home(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const path = tempDir(t);
  mkdirSync(join(path, 'control'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, 'control', name), text);
  return path;
}

const answers: Answers = {
  me: 'a.example',
  locals: 'a.example b.example',
  rcpthosts: 'a.example .c.example',
  defaultdomain: 'example',
  plusdomain: 'example',
  owner: 'ines',
  smarthost: 'relay.example:587',
  loopback: 'yes',
};

test('changesFor: nothing there → all files, me last', t => {
  assert.deepEqual(
    changesFor(home(t), answers).map(({ name, text, before }) => [name, text, before]),
    [
      ['locals', 'a.example\nb.example\n', undefined],
      ['rcpthosts', 'a.example\n.c.example\n', undefined],
      ['defaultdomain', 'example\n', undefined],
      ['plusdomain', 'example\n', undefined],
      ['owner', 'ines\n', undefined],
      ['smtproutes', ':relay.example:587\n', undefined],
      ['relayclients', '127.0.0.1\n::1\n', undefined],
      ['me', 'a.example\n', undefined],
    ],
  );
});

test('changesFor: files that say the same in other words → left alone with their comments', t => {
  const files = {
    me: 'a.example',
    locals: '# ours\na.example\n\nb.example\n',
    rcpthosts: 'a.example\n.c.example\n',
    defaultdomain: 'example\n',
    plusdomain: 'example\n',
    owner: 'ines\n',
    smtproutes: 'x.example:y.example\n:relay.example:587\n',
    relayclients: '10.\n127.0.0.1\n',
  };
  assert.deepEqual(changesFor(home(t, files), answers), []);
  const none = changesFor(home(t, files), { ...answers, smarthost: 'none', loopback: 'no' });
  assert.deepEqual(
    none.map(({ name, text }) => [name, text]),
    [
      ['smtproutes', 'x.example:y.example\n'],
      ['relayclients', '10.\n'],
    ],
  );
});

const usual: [topic: Topic, files: Record<string, string>, so: Partial<Answers>, expected: string][] = [
  ['me', {}, {}, 'mail.shore.example.org'],
  ['me', { me: 'old.example\n' }, {}, 'old.example'],
  ['locals', {}, { me: 'x.example' }, 'x.example localhost'],
  ['locals', { locals: '# a\none\ntwo\n' }, { me: 'x.example' }, 'one two'],
  ['rcpthosts', {}, { me: 'x.example', locals: 'one two' }, 'one two'],
  ['defaultdomain', {}, { me: 'a.b.example' }, 'b.example'],
  ['defaultdomain', {}, { me: 'b.example' }, 'b.example'],
  ['defaultdomain', {}, { me: 'host' }, 'none'],
  ['plusdomain', {}, { me: 'host' }, 'none'],
  ['defaultdomain', { me: 'vm\n' }, { me: 'vm' }, 'none'],
  ['loopback', { me: 'vm\n' }, { me: 'vm' }, 'no'],
  ['locals', { me: 'vm\n' }, { me: 'vm' }, ''],
  ['locals', { me: 'vm\n', locals: 'VM\nlocalhost\n' }, { me: 'a.example' }, 'a.example localhost'],
  ['rcpthosts', { me: 'vm\n', rcpthosts: 'vm\na.example\n' }, { me: 'a.example' }, 'a.example'],
  ['defaultdomain', { me: 'a.old.example\n', defaultdomain: 'old.example\n' }, { me: 'b.new.example' }, 'new.example'],
  [
    'defaultdomain',
    { me: 'a.old.example\n', defaultdomain: 'mine.example\n' },
    { me: 'b.new.example' },
    'mine.example',
  ],
  ['plusdomain', { me: 'a.old.example\n', plusdomain: 'old.example\n' }, { me: 'vm' }, 'none'],
  ['plusdomain', {}, { me: 'a.b.c.example' }, 'c.example'],
  ['plusdomain', {}, { me: 'c.example' }, 'c.example'],
  ['owner', {}, {}, 'ines'],
  ['smarthost', {}, {}, 'none'],
  ['smarthost', { smtproutes: 'a:b\n:r.example:26\n' }, {}, 'r.example:26'],
  ['smarthost', { smtproutes: ':r.example:465|ines|hunter2\n' }, {}, 'r.example:465'],
  ['loopback', {}, {}, 'yes'],
  ['loopback', { relayclients: '10.\n' }, {}, 'no'],
];
for (const [topic, files, so, expected] of usual) {
  test(`usualAnswer: ${topic} with ${JSON.stringify({ ...files, ...so })} → ${expected}`, t => {
    assert.equal(usualAnswer(home(t, files), topic, so, plan), expected);
  });
}

test('config: the relay stays, and has a login → the login stays, and the file stays closed', async t => {
  const path = home(t, { smtproutes: ':r.example:465|ines|hunter2\n', me: 'a.example\n' });
  const file = join(path, 'control/smtproutes');
  chmodSync(file, 0o600);
  const changed = (smarthost: string) =>
    changesFor(path, { ...answers, smarthost }).find(({ name }) => name === 'smtproutes')?.text;
  assert.equal(changed('r.example:465'), undefined);
  // To another relay the password does not go.
  assert.equal(changed('other.example'), ':other.example\n');
  await writeChanges(path, [{ name: 'smtproutes', text: 'a:b|c|d\n', before: '' }]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

// The files that qmail's config-fast makes.
// differs: `config-fast HOST`
test('fastChanges: a host name → me, locals, rcpthosts and the two domains, and nothing else', t => {
  assert.deepEqual(
    fastChanges(home(t, { smtproutes: ':r\n' }), plan).map(({ name, text }) => [name, text]),
    [
      ['locals', 'mail.shore.example.org\nlocalhost\n'],
      ['rcpthosts', 'mail.shore.example.org\nlocalhost\n'],
      ['defaultdomain', 'shore.example.org\n'],
      ['plusdomain', 'example.org\n'],
      ['me', 'mail.shore.example.org\n'],
    ],
  );
});

const refused: [topic: Topic, good: string[], bad: string[]][] = [
  ['me', ['a', 'a.example'], ['', 'a b', 'a@b', '.a', 'a_b']],
  ['rcpthosts', ['a .b.example', ''], ['a@b', '*.b']],
  ['owner', ['ines'], ['Ines', 'a:b', 'a b']],
  [
    'smarthost',
    ['none', 'r.example', 'r.example:587', '192.0.2.1:26', '[2001:db8::1]:26'],
    ['r:0', 'r:x', 'r:70000', 'a b'],
  ],
  ['loopback', ['yes', 'no'], ['', 'y', 'maybe']],
];
for (const [topic, good, bad] of refused) {
  test(`complaintAbout: ${topic} → ${good.join(' | ')} and not ${bad.join(' | ')}`, () => {
    assert.deepEqual(
      [...good, ...bad].filter(answer => complaintAbout(topic, answer) === undefined),
      good,
    );
  });
}

const homes: [name: string, files: Record<string, string>][] = [
  [
    'of a machine without a dot',
    { me: 'vm\n', locals: 'vm\nlocalhost\n', rcpthosts: 'vm\nlocalhost\n', owner: 'ines\n' },
  ],
  ['that says little', { me: 'a.example' }],
  [
    'of odd files',
    {
      me: 'a.example \nx\n',
      locals: '',
      defaultdomain: '\n',
      plusdomain: ' b.example\n\n',
      smtproutes: ':not a relay\n',
    },
  ],
];
for (const [name, files] of homes) {
  test(`changesFor: a home ${name}, and the usual answer to each question → nothing changes`, t => {
    const path = home(t, files);
    let said: Partial<Answers> = {};
    for (const topic of topics) said = { ...said, [topic]: usualAnswer(path, topic, said, plan) };
    assert.deepEqual(changesFor(path, said as Answers), []);
  });
}

test('fastChanges: a name without a dot instead of one with a dot → the domains that complete names are removed', t => {
  const path = home(t, { me: 'a.example\n', defaultdomain: 'example\n' });
  const changes = fastChanges(path, { ...plan, me: 'vm' }).map(({ name, text }) => [name, text]);
  assert.deepEqual(changes, [
    ['locals', 'vm\nlocalhost\n'],
    ['rcpthosts', 'vm\nlocalhost\n'],
    ['defaultdomain', undefined],
    ['me', 'vm\n'],
  ]);
});
