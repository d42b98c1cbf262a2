// waypost config: asks what qmail's config finds out and what its users add by hand, and writes the control files.
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
import type { CommandIo } from '../command-io.ts';
import { parsed } from '../parsed.ts';
import { configureHome } from './configure-home.ts';
import { type Dialogue, openDialogue } from './prompt.ts';

/** @returns 0 written, or nothing to change; 1 files were left as they are; refusals are thrown as UserError */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parsed(args, {
    options: { 'mail-home': { type: 'string' }, force: { type: 'boolean', default: false } },
  });
  const home = io.home as string;
  const plan = usualPlan({ mailHome: values['mail-home'] });
  const dialogue = openDialogue(io);
  try {
    const answers = await askAll(home, plan, dialogue);
    const mayReplace = (change: Change) => values.force || askToReplace(change, dialogue);
    const answered = { ...plan, me: answers.me, user: answers.owner };
    return await configureHome(io, answered, at => changesFor(at, answers), mayReplace);
  } finally {
    dialogue.close();
  }
}

async function askAll(home: string, plan: HomePlan, dialogue: Dialogue): Promise<Answers> {
  let answers: Partial<Answers> = {};
  for (const topic of topics) {
    const usual = usualAnswer(home, topic, answers, plan);
    // What the home says may stay, whatever it is.
    const complaint = (text: string) => (text === usual && isHome(home) ? undefined : complaintAbout(topic, text));
    const answer = await dialogue.ask(questions[topic], usual, complaint);
    answers = { ...answers, [topic]: answer };
  }
  return answers as Answers;
}

async function askToReplace({ name, before = '' }: Change, dialogue: Dialogue): Promise<boolean> {
  const says = before.trim().replaceAll('\n', ' | ');
  const question = `control/${name} says: ${says || 'nothing'}. Replace it, yes or no`;
  return (await dialogue.ask(question, 'no', text => complaintAbout('loopback', text))) === 'yes';
}
