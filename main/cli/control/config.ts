// waypost config: asks what the machine does with mail; through a provider, the guide goes on. Otherwise it asks for what qmail's
// config finds out and its users add by hand, and writes the control files.

import { ApiError } from '../../../core/api/errors.ts';
import { type GuideRole, guideRoles } from '../../../core/api/guide.ts';
import { controlFileTable } from '../../../core/control/file-table.ts';
import {
  type Answers,
  type Change,
  changesFor,
  complaintAbout,
  questions,
  topics,
  usualAnswer,
} from '../../../core/home/configure.ts';
import { type HomePlan, isHome, usualPlan } from '../../../core/home/make-home.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';
import { configProvider } from './config-provider.ts';
import { configureHome } from './configure-home.ts';
import { guideFor } from './guide-calls.ts';
import { openPrompt, type Prompt } from './prompt.ts';

/** @returns 0 written, or nothing to change; 1 some files were not replaced; refusals are thrown as UserError */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions(args, {
    options: { 'mail-home': { type: 'string' }, force: { type: 'boolean', default: false } },
  });
  const home = io.home;
  const plan = usualPlan({ mailHome: values['mail-home'] });
  const prompt = openPrompt(io);
  const guide = await guideFor(io, plan);
  try {
    const { role: before, host } = await guide.present();
    const role = await askRole(prompt, before);
    if (role === 'provider') return await configProvider(io, guide, prompt);
    if (before === 'provider') {
      const trial = await guide.try({ ...host, role: 'local' });
      for (const file of await guide.save(trial)) io.stdout.write(`Changed ${file}.\n`);
    }
    const answers = await askAll(home, plan, prompt);
    const mayReplace = (change: Change) => values.force || askToReplace(change, prompt);
    const answered = { ...plan, me: answers.me, user: answers.owner };
    return await configureHome(io, answered, at => changesFor(at, answers), mayReplace);
  } catch (error) {
    if (error instanceof ApiError) throw new UserError(error.message, { cause: error });
    throw error;
  } finally {
    prompt.close();
    guide.close();
  }
}

const roleQuestion = `What this machine does with mail:
  local      mail stays on this machine, or other hosts get it directly
  provider   mail goes out and comes in through a provider, where you have an address
  exchanger  it is the mail host of a domain
  hub        it exchanges mail over links that come and go
Role`;

async function askRole(prompt: Prompt, usual: GuideRole): Promise<GuideRole> {
  const isRole = (text: string): text is GuideRole => (guideRoles as readonly string[]).includes(text);
  const answer = await prompt.ask(roleQuestion, usual, text =>
    isRole(text) ? undefined : `${text} is not a role: answer ${guideRoles.join(', ')}.`,
  );
  return isRole(answer) ? answer : usual;
}

async function askAll(home: string, plan: HomePlan, prompt: Prompt): Promise<Answers> {
  let answers: Partial<Answers> = {};
  for (const topic of topics) {
    const usual = usualAnswer(home, topic, answers, plan);
    // An existing value may stay, even if it would be refused now.
    const complaint = (text: string) => (text === usual && isHome(home) ? undefined : complaintAbout(topic, text));
    const answer = await prompt.ask(questions[topic], usual, complaint);
    answers = { ...answers, [topic]: answer };
  }
  return answers as Answers;
}

async function askToReplace({ name, before = '' }: Change, prompt: Prompt): Promise<boolean> {
  const { shown = (line: string) => line } = controlFileTable[name] ?? {};
  const says = before.trim().split('\n').map(shown).join(' | ');
  const question = `control/${name} says: ${says || 'nothing'}. Replace it, yes or no`;
  return (await prompt.ask(question, 'no', text => complaintAbout('loopback', text))) === 'yes';
}
