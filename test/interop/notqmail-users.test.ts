// qmail-newu, qmail-newmrh, qmail-pw2u, qmail-getpw and qmail-showctl: notqmail's and ours, on the same generated files.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { describeFiles } from '../../core/control/check/describe.ts';
import { newMoreRcptHosts } from '../../core/control/qmail-newmrh.ts';
import { UserError } from '../../core/lib/user-error.ts';
import { formatAssignment } from '../../core/local/users/assignment.ts';
import { newUsers } from '../../core/local/users/qmail-newu.ts';
import { assignFromPasswd, parsePw2uArguments } from '../../core/local/users/qmail-pw2u.ts';
import { accountOf } from '../../core/local/users/users.ts';
import { runNotqmail, withoutNotqmail } from '../support/notqmail.ts';
import { tempDir } from '../support/temp-dir.ts';

const runs = { numRuns: Number(process.env.WAYPOST_TEST_RUNS ?? 40) };

function qmailHome(t: TestContext): string {
  const home = tempDir(t);
  for (const dir of ['control', 'users']) mkdirSync(join(home, dir));
  return home;
}

/** Undefined: there is no such file. */
function write(home: string, name: string, text: string | undefined): void {
  rmSync(join(home, name), { force: true });
  if (text !== undefined) writeFileSync(join(home, name), text, 'latin1');
}

function readIfThere(path: string): Buffer | undefined {
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** What our program says, and how it ends. */
async function outcomeOf(program: string, run: () => unknown): Promise<{ status: number; stderr: string }> {
  try {
    await run();
    return { status: 0, stderr: '' };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { status: error.exitCode, stderr: `${program}: fatal: ${error.message.split('\n')[0]}\n` };
  }
}

const part = (...texts: string[]) => fc.constantFrom(...texts);
/** Undefined: no such file. */
const maybe = (...texts: string[]) => fc.option(part(...texts), { nil: undefined, freq: 2 });
const assignLine = fc
  .tuple(
    part('=', '+', 'x'),
    part('', 'a', 'Fred', 'FRED-', 'b+', '\xe9'),
    part(':u:1:2:/h:-:p:', ':u:1:2:/h:::x', ':u:1', ''),
  )
  .map(pieces => `${pieces.join('')}\n`);
const assign = fc.tuple(fc.array(assignLine, { maxLength: 6 }), part('.\n', '.', '', '.x\nmore', '\n.\n'));

test('qmail-newu: any users/assign → the database and the messages of notqmail', {
  skip: withoutNotqmail('qmail-newu'),
}, async t => {
  const home = qmailHome(t);
  const cdb = join(home, 'users/cdb');
  await fc.assert(
    fc.asyncProperty(assign, async ([lines, end]) => {
      write(home, 'users/assign', lines.join('') + end);
      rmSync(cdb, { force: true });
      const { status, stderr } = runNotqmail(home, 'qmail-newu');
      const theirs = readIfThere(cdb);
      rmSync(cdb, { force: true });
      assert.deepEqual(await outcomeOf('qmail-newu', () => newUsers(home)), { status, stderr });
      assert.deepEqual(readIfThere(cdb), theirs);
    }),
    runs,
  );
});

const hosts = fc.array(part('A.example', '.b.example ', '# c', '', ' d', 'e\t', '\xc9.example'), { maxLength: 8 });

test('qmail-newmrh: any list → the database of notqmail', { skip: withoutNotqmail('qmail-newmrh') }, async t => {
  const home = qmailHome(t);
  const cdb = join(home, 'control/morercpthosts.cdb');
  await fc.assert(
    fc.asyncProperty(hosts, part('', '\n'), async (lines, end) => {
      write(home, 'control/morercpthosts', lines.join('\n') + end);
      assert.equal(runNotqmail(home, 'qmail-newmrh').status, 0);
      const theirs = readFileSync(cdb);
      rmSync(cdb);
      await newMoreRcptHosts(home);
      assert.deepEqual(readFileSync(cdb), theirs);
    }),
    runs,
  );
});

const account = fc
  .tuple(
    part('u1', 'U2', 'alias', 'root', 'joe'),
    part('5001', '0', '7x', 'abc'),
    part('/', '/nonexistent'),
    part(':/bin/sh', ''),
  )
  .map(([name, uid, home, shell]) => `${name}:x:${uid}:50:gecos:${home}${shell}`);
const passwd = fc.array(account, { maxLength: 6 }).map(lines => ['alias:x:7:8::/:', ...lines, ''].join('\n'));
const files = fc.record({
  include: maybe('u1\nALIAS\n# c\n', ''),
  exclude: maybe('U2\n'),
  mailnames: maybe('u1:a::b:\nalias\n', 'alias:\nU1:x\n'),
  subusers: maybe('s:u1:p:\nshort:u1\n', 's:alias:p:q', 's:nobody:p:\n'),
  append: maybe('=x:y:1:1:/z:::\n', '# no end'),
} as Record<string, fc.Arbitrary<string | undefined>>);
const options = fc.array(part('-/', '-o', '-h', '-H', '-u', '-U', '-c+', '-C', '-oH', '-c', '-x', '--', '-Hc.', 'x'), {
  maxLength: 3,
});

test('qmail-pw2u: any accounts, files and options → what notqmail prints and says', {
  skip: withoutNotqmail('qmail-pw2u'),
}, async t => {
  const home = qmailHome(t);
  await fc.assert(
    fc.asyncProperty(passwd, files, options, async (text, present, args) => {
      for (const [name, content] of Object.entries(present)) write(home, `users/${name}`, content);
      const theirs = runNotqmail(home, 'qmail-pw2u', args, text);
      const parsed = parsePw2uArguments(args);
      if (!parsed) return assert.equal(theirs.status, 100);
      let printed = '';
      const ours = await outcomeOf('qmail-pw2u', () => {
        printed = assignFromPasswd(home, text, parsed);
      });
      assert.deepEqual(ours, { status: theirs.status, stderr: theirs.stderr });
      if (ours.status === 0) assert.equal(printed, theirs.stdout);
    }),
    runs,
  );
});

test('qmail-getpw: the accounts of this machine, with and without extensions → the strings of notqmail', {
  skip: withoutNotqmail('qmail-getpw'),
}, () => {
  const names = readFileSync('/etc/passwd', 'latin1')
    .split('\n')
    .map(line => line.split(':')[0] as string)
    .filter(Boolean);
  for (const name of names) {
    for (const local of [name, `${name.toUpperCase()}-Ext.X-y`]) {
      const theirs = runNotqmail('/var/qmail', 'qmail-getpw', [local]);
      assert.equal(formatAssignment(accountOf('/var/qmail', local).assignment), theirs.stdout, local);
    }
  }
});

const value = maybe('', '\n', 'a.example\n', '# c\nb.example \n', '12x\n', '0\n', 'x:y:26\n:z\n', '\x01 y\n');
/** What Waypost says in its own way, as it does in its own way. */
// differs: `qmail-showctl` about `rcpthosts` and `morercpthosts`
const ownWay = ['rcpthosts', 'morercpthosts', 'morercpthosts.cdb'];

test('qmail-showctl: any control files → each file as notqmail describes it', {
  skip: withoutNotqmail('qmail-showctl'),
}, t => {
  const home = qmailHome(t);
  const control = join(home, 'control');
  const known = describeFiles(control, []).map(({ name }) => name);
  const shown = (stdout: string) =>
    new Map(stdout.split('\n\n').map(section => [section.trim().split(':')[0] as string, section.trim()]));
  fc.assert(
    fc.property(fc.array(fc.tuple(part(...known), value), { maxLength: 12 }), pairs => {
      for (const name of known) write(home, `control/${name}`, name === 'me' ? 'me.example\n' : undefined);
      for (const [name, text] of pairs) write(home, `control/${name}`, text);
      const theirs = shown(runNotqmail(home, 'qmail-showctl').stdout);
      const names = pairs.filter(([, text]) => text !== undefined).map(([name]) => name);
      for (const { name, isDefault, isList, says } of describeFiles(control, names)) {
        const section = theirs.get(name);
        if (section === undefined || ownWay.includes(name) || section.includes('I have no idea')) continue;
        const head = isDefault ? `${name}: (Default.) ` : isList ? `${name}: \n` : `${name}: `;
        assert.equal((head + says.join('\n')).trim(), section);
      }
    }),
    runs,
  );
});
