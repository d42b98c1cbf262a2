// The verbs of `waypost link` about its file: edit, save, show and install-hooks.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { refusal } from '../../../core/api/errors.ts';
import { type Answers, linkCommandRig } from '../../support/link-command-rig.ts';

const wrongText = 'server\n';
/** A host that keeps one file, and finds fault with one text. */
function keeper(text: string | null) {
  const kept = { text };
  const answers: Answers = {
    'links.file': () => ({ ...kept, stamp: kept.text ?? '' }),
    'links.check': (asked: { text: string }) => {
      if (asked.text.includes('mine.example')) kept.text = 'server theirs.example\n';
      return { problems: asked.text === wrongText ? [{ line: 1, text: 'server needs HOST' }] : [] };
    },
    'links.save': (asked: { text: string; stamp: string }) => {
      if (asked.stamp !== (kept.text ?? '')) throw refusal('link-stale', { link: 'kiss' });
      kept.text = asked.text;
      return { stamp: asked.text };
    },
  };
  return { kept, answers };
}

test('waypost link edit: the editor changes the file → saved; leaves it → nothing; makes it wrong → kept aside', async t => {
  const { kept, answers } = keeper('server a.example\n');
  const { home, link } = await linkCommandRig(t, answers);
  const edit = (editor: string) => link(['edit', 'kiss'], { env: { EDITOR: editor } });
  const saved = await edit("sed -i 's/a.example/b.example/'");
  assert.deepEqual(
    [saved, kept.text],
    [{ code: 0, stdout: 'Saved control/links/kiss.\n', stderr: '' }, 'server b.example\n'],
  );
  assert.equal((await edit('true')).stdout, 'Nothing was changed.\n');
  writeFileSync(join(home, 'wrong'), wrongText);
  const refused = await edit(`cp '${join(home, 'wrong')}'`);
  assert.equal(refused.code, 1);
  const [, copy = ''] = /^link: Nothing was saved\. What you wrote is in (\S+);/m.exec(refused.stderr) ?? [];
  assert.match(refused.stderr, /:1: server needs HOST\n/);
  assert.equal(readFileSync(copy, 'utf8'), wrongText);
  assert.equal(kept.text, 'server b.example\n');
  // Another program writes the file while the editor is open: neither text is lost.
  const stale = edit("sed -i 's/b.example/mine.example/'");
  const [, mine = ''] = await stale.then(
    () => assert.fail('it was saved'),
    (error: Error) => /was changed by another program .* What you wrote is in (\S+);/.exec(error.message) ?? [],
  );
  assert.deepEqual([kept.text, readFileSync(mine, 'utf8')], ['server theirs.example\n', 'server mine.example\n']);
  await assert.rejects(edit('false'), /The editor false failed; nothing was saved\./);
});

test('waypost link edit: a new link → a file to start from, which is not saved as it is', async t => {
  const { kept, answers } = keeper(null);
  const { link } = await linkCommandRig(t, answers);
  const edit = (editor: string) => link(['edit', 'kiss'], { env: { VISUAL: editor } });
  assert.equal((await edit('true')).stdout, 'Nothing was changed.\n');
  assert.equal((await edit("sed -i 's/^#server/server/'")).code, 0);
  assert.match(kept.text ?? '', /\nserver 192\.0\.2\.1\n/);
  assert.equal((await link(['show', 'kiss'])).stdout, kept.text);
});

test('waypost link save: a file, standard input, a wrong one → only what is right is saved', async t => {
  const { kept, answers } = keeper(null);
  const { home, link } = await linkCommandRig(t, answers);
  const file = join(home, 'new');
  writeFileSync(file, 'server a.example\n');
  assert.equal((await link(['save', 'kiss', file])).code, 0);
  assert.equal(kept.text, 'server a.example\n');
  assert.equal((await link(['save', 'kiss', '-'], { input: 'server c.example\n' })).code, 0);
  assert.equal(kept.text, 'server c.example\n');
  const { code, stderr } = await link(['save', 'kiss', '-'], { input: wrongText });
  assert.deepEqual([code, stderr], [1, 'standard input:1: server needs HOST\nlink: Nothing was saved.\n']);
  await assert.rejects(link(['save', 'kiss', join(home, 'none')]), /Unable to read /);
});

test('waypost link install-hooks --print → for everyone, without a host; a link that is not there is refused', async t => {
  const { home, link } = await linkCommandRig(t);
  await assert.rejects(link(['install-hooks', 'kiss', '--print']), /There is no control\/links\/kiss in /);
  mkdirSync(join(home, 'control', 'links'));
  writeFileSync(join(home, 'control', 'links', 'kiss'), 'server a.example\nknown-by interface ppp0\n');
  const { code, stdout } = await link(['install-hooks', 'kiss', '--print']);
  assert.equal(code, 0);
  assert.ok(stdout.includes(`'${home}/bin/waypost' --home '${home}' link exchange kiss --quiet\n`));
  await assert.rejects(link(['install-hooks', 'kiss', '--print', '--interface', 'a b']), { exitCode: 100 });
  await assert.rejects(link(['install-hooks', 'kiss', '--print', '--remove']), { exitCode: 100 });
});
