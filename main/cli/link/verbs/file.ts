// The verbs about the file of a link: show, edit, save, remove.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Api } from '../../../../core/api/contract.ts';
import { ApiError } from '../../../../core/api/errors.ts';
import { linksDirectory } from '../../../../core/control/links/read-links.ts';
import { publish } from '../../../../core/lib/disk/durable.ts';
import { printable } from '../../../../core/lib/text/printable.ts';
import { reasonOf, UserError } from '../../../../core/lib/user-error.ts';
import type { CommandIo } from '../../command-io.ts';
import { openPrompt } from '../../control/prompt.ts';
import { problemText } from '../link-text.ts';
import { byHost } from './link-call.ts';

export const show = byHost(async (api, { name, io }) => {
  const { text } = await api.call('links.file', { name });
  if (text === null) throw new UserError(`There is no link ${name}. waypost link lists them all.`);
  io.stdout.write(printable(text));
  return 0;
});

export const save = byHost(async (api, { name, rest: [file = ''], io }) => {
  const text = file === '-' ? await allOf(io.stdin) : readText(file);
  const problems = await problemsOf(api, name, text, file === '-' ? 'standard input' : file);
  if (problems.length > 0) {
    io.stderr.write(`${problems.join('\n')}\nlink: Nothing was saved.\n`);
    return 1;
  }
  const { stamp } = await api.call('links.file', { name });
  await saveText(api, io.home, name, text, stamp);
  io.stdout.write(`Saved control/links/${name}.\n`);
  return 0;
});

export const remove = byHost(async (api, { name, io }) => {
  const asked = api.call('links.remove', { name });
  await orAsRoot(api, io.home, name, 'link-not-removed', asked, async path => rmSync(path));
  io.stdout.write(`Removed control/links/${name}.\n`);
  return 0;
});

/** A copy is edited. While something is wrong with it, nothing is saved; what was written is never lost. */
export const edit = byHost(async (api, { name, io }) => {
  const { text: before, stamp } = await api.call('links.file', { name });
  const directory = mkdtempSync(join(io.env.TMPDIR || tmpdir(), 'waypost-link-'));
  const copy = join(directory, name);
  writeFileSync(copy, before ?? newFile(name), { mode: 0o600 });
  for (;;) {
    await runEditor(copy, io);
    const text = readText(copy);
    if (text === (before ?? newFile(name))) {
      rmSync(directory, { recursive: true });
      io.stdout.write('Nothing was changed.\n');
      return 0;
    }
    const problems = await problemsOf(api, name, text, copy);
    if (problems.length === 0) {
      try {
        await saveText(api, io.home, name, text, stamp);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        throw new UserError(`${error.message} ${keptIn(name, copy)}`, { cause: error });
      }
      rmSync(directory, { recursive: true });
      io.stdout.write(`Saved control/links/${name}.\n`);
      return 0;
    }
    io.stderr.write(`${problems.join('\n')}\n`);
    if (!(await wantsAgain(io))) {
      io.stderr.write(`link: Nothing was saved. ${keptIn(name, copy)}\n`);
      return 1;
    }
  }
});

function keptIn(name: string, copy: string): string {
  return `What you wrote is in ${copy}; waypost link save ${name} ${copy} saves it.`;
}

async function saveText(api: Api, home: string, name: string, text: string, stamp: string): Promise<void> {
  await orAsRoot(api, home, name, 'link-not-saved', api.call('links.save', { name, text, stamp }), async path => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    await publish(path, Buffer.from(text), 0o644, join(dirname(path), `.${name}.tmp`));
  });
}

/**
 * In a home that root runs, control/ is root's, and the host may not write there: root does it here. Nowhere else: what
 * belongs to a person may be a symbolic link to anywhere.
 */
async function orAsRoot(
  api: Api,
  home: string,
  name: string,
  code: string,
  asked: Promise<object>,
  change: (path: string) => Promise<void>,
): Promise<void> {
  try {
    await asked;
  } catch (error) {
    const isRoots = process.geteuid?.() === 0 && statSync(join(home, 'control')).uid === 0;
    if (!isRoots || !(error instanceof ApiError) || error.code !== code) throw error;
    await change(join(linksDirectory(home), name));
    await api.call('host.reload', {});
  }
}

/** What somebody starts from who has no link yet: nothing in it counts before its # is removed. */
function newFile(name: string): string {
  return `# The link ${name}. Every word is explained in docs/links.md and waypost-link(5).
#carries far.example
#server 192.0.2.1
#known-by person
#window mon-fri 06:00-06:15
`;
}

async function problemsOf(api: Api, name: string, text: string, file: string): Promise<string[]> {
  const { problems } = await api.call('links.check', { name, text });
  return problems.map(problem => problemText(file, problem));
}

/** As git does: the variable may hold options, so a shell takes it apart. */
async function runEditor(file: string, { env }: CommandIo): Promise<void> {
  const editor = env.VISUAL || env.EDITOR || 'vi';
  const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new UserError(`The editor ${editor} failed; nothing was saved. The text is in ${file}.`);
}

async function wantsAgain(io: CommandIo): Promise<boolean> {
  if ((io.stdin as { isTTY?: boolean }).isTTY !== true) return false;
  const prompt = openPrompt(io);
  const answer = await prompt.ask('Edit it again?', 'yes', text =>
    /^(yes|no)$/.test(text) ? undefined : 'yes or no?',
  );
  prompt.close();
  return answer === 'yes';
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`Unable to read ${file}: ${reasonOf(error)}.`, { cause: error });
  }
}

async function allOf(stdin: CommandIo['stdin']): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stdin) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
}
