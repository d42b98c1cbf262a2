// Explains what a delivery to a local address would do, step by step, without doing it. It decides with the same functions as
// deliveries (recipients.ts, plan.ts).
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Explained, ExplainedDelivery, ExplainStep, ExplainVerdict } from '../api/explain.ts';
import type { Control } from '../control/control.ts';
import { reasonOf } from '../lib/user-error.ts';
import { addressFromText, displayAddress, splitAddress } from '../message/address.ts';
import type { Outcome } from '../paper-path/outcome.ts';
import { userSteps } from './explain-user.ts';
import { type Failure, temporaryFailure } from './failure.ts';
import { outcomeOfExit } from './lspawn-report.ts';
import { rawPath } from './raw-path.ts';
import { createRecipients, type FoundRecipient } from './recipients.ts';
import { type Access, accessAs } from './rules/access.ts';
import { checkLine } from './rules/check-line.ts';
import { type Instruction, isListFlag } from './rules/dot-qmail.ts';
import { checkHome, type Plan, planDelivery, refusedLine, stickyFailure } from './rules/plan.ts';
import { describeLine } from './rules/rule-descriptions.ts';
import type { UsersDeps } from './users/users.ts';

/** What explanations need. */
export interface LocalExplainDeps extends UsersDeps {
  readonly control: () => Pick<Control, 'adminAddress' | 'defaultDelivery'>;
}

/** @param address rewritten and with its host; both are byte strings */
export type ExplainLocal = (address: string, sender: string) => Explained;

export function createLocalExplain(deps: LocalExplainDeps): ExplainLocal {
  const findRecipient = createRecipients(deps);
  return (address, sender) => {
    const { local, host = '' } = splitAddress(address);
    if (local === '') return { steps: [], verdict: ended(outcomeOfExit(0, '')) };
    const { adminAddress, defaultDelivery } = deps.control();
    const recipient = findRecipient(local, adminAddress);
    const steps = userSteps(deps.home, recipient);
    if ('outcome' in recipient) return { steps, verdict: ended(recipient.outcome) };
    const { uid } = recipient.found.assignment;
    const seen = followed(recipient, { local, host, sender, defaultDelivery, steps });
    return isOutOfSight(seen.verdict, uid, deps.processUid) ? hidden(steps, uid, address) : seen;
  };

  function followed(
    { found, runsIn, systemMailTo }: Extract<FoundRecipient, { runsIn: unknown }>,
    {
      steps: known,
      local,
      host,
      sender,
      defaultDelivery,
    }: {
      readonly steps: readonly ExplainStep[];
      readonly local: string;
      readonly host: string;
      readonly sender: string;
      readonly defaultDelivery: string;
    },
  ): Explained {
    const steps = [...known];
    const args = { ...found.assignment, local, host, sender, defaultDelivery, systemMailTo };
    const access = accessAs(runsIn === 'own-process' ? args : undefined);
    const failure = homeFailure(args.homeDir, access);
    if (failure) {
      steps.push({ stage: 'home', file: displayAddress(args.homeDir), line: null, says: oneLine(failure.text) });
      return { steps, verdict: ended(outcomeOfFailure(failure)) };
    }
    const planned = planDelivery(args, (path, isIt) => steps.push(fileStep(path, isIt)));
    if ('failure' in planned) return { steps, verdict: ended(outcomeOfFailure(planned.failure)) };
    const refused = unreadable(planned.plan, access);
    if (refused) return { steps, verdict: ended(outcomeOfFailure(refused)) };
    const rest = follow(deps.home, { ...args, access }, planned.plan);
    return { steps: [...steps, ...rest.steps], verdict: rest.verdict };
  }
}

/** Root's parent delivers as a user whose files this process may not read, so "permission denied" here means nothing. */
function isOutOfSight({ outcome, text }: ExplainVerdict, uid: number, processUid: number | undefined): boolean {
  const own = process.geteuid?.();
  return processUid === 0 && own !== 0 && own !== uid && outcome === 'later' && /permission denied/i.test(text);
}

function hidden(steps: readonly ExplainStep[], uid: number, address: string): Explained {
  const text = `Only root and the user with the uid ${uid} can see what happens to this mail. As root, run: waypost explain ${displayAddress(address)}`;
  return { steps, verdict: { outcome: 'unknown', text, deliveries: [], newSender: null, hosts: [] } };
}

function homeFailure(homeDir: string, access: Access): Failure | undefined {
  const found = checkHome(homeDir);
  if (found) return found === 'sticky' ? stickyFailure(homeDir) : found;
  try {
    access.enter(homeDir);
    return undefined;
  } catch (error) {
    return temporaryFailure(`Unable to switch to ${homeDir}: ${reasonOf(error)}. (#4.3.0)`);
  }
}

/** The user may not be able to read a file that root can read. */
function unreadable({ file }: Plan, access: Access): Failure | undefined {
  try {
    if (file) access.read(file.path);
    return undefined;
  } catch (error) {
    return temporaryFailure(`Unable to open ${file?.path}: ${reasonOf(error)}. (#4.3.0)`);
  }
}

interface Whose {
  readonly homeDir: string;
  readonly access: Access;
  readonly sender: string;
}

/** Each line is checked on the disk; more of them would keep others waiting. */
const mostExplained = 1000;

/** Explains the lines in order, up to one that would end the delivery. */
function follow(home: string, { homeDir, sender, access }: Whose, plan: Plan): Explained {
  const inControl = plan.isSystemMail ? 'adminaddr' : 'defaultdelivery';
  const defaultPath = addressFromText(join(home, 'control', inControl));
  const path = plan.usesDefault || !plan.file ? defaultPath : plan.file.path;
  const file = displayAddress(path);
  const steps: ExplainStep[] = [...planSteps(file, plan, sender)];
  const done: ExplainedDelivery[] = [];
  const forwards: ExplainedDelivery[] = [];
  let forwardOnly = !plan.usesDefault && plan.file?.forwardOnly === true;
  for (const instruction of plan.instructions.slice(0, mostExplained)) {
    const { kind, line } = instruction;
    const failure = refusedLine(instruction, forwardOnly) ?? checkLine(instruction, homeDir, access);
    if (failure) {
      steps.push({ stage: 'line', file, line, says: `${describeLine(instruction)}: ${oneLine(failure.text)}` });
      return { steps, verdict: ended(outcomeOfFailure(failure), done) };
    }
    steps.push({ stage: 'line', file, line, says: says(instruction) });
    const to = displayAddress(instruction.text);
    if (kind === 'forward') forwards.push({ kind, to });
    if (kind === 'maildir' || kind === 'mbox' || kind === 'program') done.push({ kind, to });
    if (isListFlag(instruction)) forwardOnly = true;
  }
  const rest = plan.instructions.slice(mostExplained);
  if (rest.length > 0) {
    const text = `The file has ${rest.length} more lines, which are not explained or checked here.`;
    steps.push({ stage: 'line', file, line: rest[0]?.line ?? null, says: text });
  }
  const programs = done.filter(({ kind }) => kind === 'program').length;
  const text = `did ${done.length - programs}+${forwards.length}+${programs}\n`;
  const newSender = forwards.length > 0 ? displayAddress(plan.newSender) : null;
  return { steps, verdict: { ...ended(outcomeOfExit(0, text), [...done, ...forwards]), newSender } };
}

function* planSteps(file: string, plan: Plan, sender: string): Generator<ExplainStep> {
  if (plan.isSystemMail) {
    const says = 'There is no .qmail file, and the address is one of the system: this file says who gets its mail.';
    yield { stage: 'file', file, line: null, says };
  } else if (plan.usesDefault) {
    const why = plan.file ? 'The file is empty' : 'There is no .qmail file';
    yield { stage: 'file', file, line: null, says: `${why}: the default delivery applies.` };
  } else if (plan.file?.forwardOnly) {
    yield { stage: 'file', file, line: null, says: 'The file has its x bit set: only forwards are allowed.' };
  }
  if (plan.newSender === sender) return;
  const newSender = displayAddress(plan.newSender);
  yield {
    stage: 'sender',
    file: null,
    line: null,
    says: `There is an -owner file: forwards have the sender ${newSender}.`,
  };
}

function fileStep(path: string, isIt: boolean): ExplainStep {
  const says = isIt
    ? 'This file applies.'
    : isThere(path)
      ? 'This is not a readable file: skipped.'
      : 'There is no such file.';
  return { stage: 'file', file: displayAddress(path), line: null, says };
}

function isThere(path: string): boolean {
  try {
    return statSync(rawPath(path), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function says(instruction: Instruction): string {
  const said = describeLine(instruction);
  if (instruction.kind !== 'program') return said;
  return `${said} (its exit code decides: 0 continues, 99 skips the rest, 100 bounces, most others defer the mail)`;
}

function outcomeOfFailure(failure: Failure): Outcome {
  return outcomeOfExit(failure.exit, failure.text === '' ? '' : `${failure.text}\n`);
}

function ended({ kind, text }: Outcome, deliveries: readonly ExplainedDelivery[] = []): ExplainVerdict {
  return { outcome: kind, text: displayAddress(text), deliveries: [...deliveries], newSender: null, hosts: [] };
}

function oneLine(text: string): string {
  return displayAddress(text).split('\n')[0] ?? '';
}
