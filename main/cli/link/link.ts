// waypost link: links that come and go: what they do, what waits for them, and what a person or a hook of the system says of them.
import { UserError } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';
import { type LinkVerb, type LinkVerbName, linkVerbs } from './link-verbs.ts';
import type { LinkCall, LinkOptions, RunVerb } from './verbs/link-call.ts';

const loaders: Readonly<Record<LinkVerbName, () => Promise<RunVerb>>> = {
  list: async () => (await import('./verbs/status.ts')).list,
  status: async () => (await import('./verbs/status.ts')).status,
  up: async () => (await import('./verbs/tell.ts')).up,
  down: async () => (await import('./verbs/tell.ts')).down,
  exchange: async () => (await import('./verbs/tell.ts')).exchange,
  stop: async () => (await import('./verbs/tell.ts')).stop,
  hold: async () => (await import('./verbs/tell.ts')).hold,
  release: async () => (await import('./verbs/tell.ts')).release,
  waiting: async () => (await import('./verbs/messages.ts')).waiting,
  first: async () => (await import('./verbs/messages.ts')).first,
  now: async () => (await import('./verbs/messages.ts')).now,
  keep: async () => (await import('./verbs/messages.ts')).keep,
  usual: async () => (await import('./verbs/messages.ts')).usual,
  drop: async () => (await import('./verbs/messages.ts')).drop,
  bounce: async () => (await import('./verbs/messages.ts')).bounce,
  history: async () => (await import('./verbs/history.ts')).history,
  transcript: async () => (await import('./verbs/history.ts')).transcript,
  test: async () => (await import('./verbs/test.ts')).test,
  show: async () => (await import('./verbs/file.ts')).show,
  edit: async () => (await import('./verbs/file.ts')).edit,
  save: async () => (await import('./verbs/file.ts')).save,
  remove: async () => (await import('./verbs/file.ts')).remove,
  'install-hooks': async () => (await import('./verbs/hooks.ts')).hooks,
};

/** @returns 0 done (for up, down and exchange also: no host runs), 1 refused, failed or no host, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      wait: { type: 'boolean', default: false },
      print: { type: 'boolean', default: false },
      remove: { type: 'boolean', default: false },
      for: { type: 'string' },
      interface: { type: 'string' },
    },
  });
  const [verb = 'list', ...words] = positionals;
  if (!isVerb(verb)) {
    throw new UserError(`There is no waypost link ${verb}. See: waypost link --help`, { exitCode: 100 });
  }
  checkUsage(linkVerbs[verb], words, values);
  const [name = '', ...rest] = words;
  const call: LinkCall = { io, name, rest, options: values };
  return (await loaders[verb]())(call);
}

function isVerb(verb: string): verb is LinkVerbName {
  return Object.hasOwn(linkVerbs, verb);
}

/** @throws UserError with the usage for words or options that the verb would ignore, or that it lacks */
function checkUsage(
  { usage, options = {}, takes: [least, most] }: LinkVerb,
  words: string[],
  values: LinkOptions,
): void {
  const known = Object.keys(options).map(option => /^--([a-z]+)/.exec(option)?.[1]);
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== false);
  const fits = words.length >= least && words.length <= most && given.every(([option]) => known.includes(option));
  if (!fits) throw new UserError(`usage: ${usage}`, { exitCode: 100 });
}
