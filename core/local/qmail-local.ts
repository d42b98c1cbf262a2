// Delivers one message to one user (qmail-local): checks, finds the .qmail file, follows its lines in order, forwards last.
// Like the program, it ends with an exit code and a report; the caller derives an outcome from them.
import type { Clock } from '../lib/clock.ts';
import { type Failure, permanentFailure, temporaryFailure } from './failure.ts';
import type { OwnLookup } from './into/find-own-program.ts';
import { deliverToMaildir, type MaildirDeps } from './into/maildir.ts';
import { deliverToMbox } from './into/mbox.ts';
import { runProgram } from './into/program.ts';
import { createReport, type ReportSink } from './lspawn-report.ts';
import type { Message } from './message/message.ts';
import { headerHasLine, MessageReadError } from './message/message-reader.ts';
import type { NewMessages } from './message/new-messages.ts';
import { programEnvironment } from './program-environment.ts';
import { type DeliveryLines, deliveryLines } from './rules/delivery-lines.ts';
import { type Instruction, isListFlag } from './rules/dot-qmail.ts';
import { checkHome, type Plan, type PlanArgs, planDelivery, refusedLine, stickyFailure } from './rules/plan.ts';

/** qmail-local's arguments, as byte strings. `defaultDelivery`: .qmail lines for users without a .qmail file. */
export interface LocalArgs extends PlanArgs {
  readonly user: string;
  /** The file that contains `defaultDelivery`, for error texts. */
  readonly defaultDeliveryPath: string;
  /** The basic variables of programs: `basicVariables` in program-environment.ts. */
  readonly basicVariables: Readonly<Record<string, string>>;
  /** Seconds after which a program is terminated; undefined: never. */
  readonly programTimeoutSec?: number | undefined;
}

export interface LocalDeps extends NewMessages, OwnLookup {
  readonly message: Message;
  readonly clock: Clock;
  readonly maildir: MaildirDeps;
  /** Only report what would be done (qmail-local -n). */
  readonly dryRun?: boolean;
  /** When it is aborted, running programs with a time limit, which have their own process group, are killed. */
  readonly gone?: AbortSignal | undefined;
  /** Called with the program lines before the first line is followed. @returns false: defer the delivery */
  readonly begin?: ((programs: readonly string[]) => boolean | Promise<boolean>) | undefined;
}

/** An exit code of qmail-local (`crashed`: it died without one) and its report. */
export interface LocalExit {
  readonly code: number | 'crashed';
  readonly report: string;
}

/** Runs one delivery to its end. Rejects only for bugs. */
export async function qmailLocal(args: LocalArgs, deps: LocalDeps): Promise<LocalExit> {
  const report = createReport();
  const failure = await followDotQmail(args, deps, report);
  if (!failure) return { code: 0, report: report.text() };
  if (failure.text) report.add(`${failure.text}\n`);
  return { code: failure.exit, report: report.text() };
}

/** What the lines of the .qmail file need. */
interface Work extends Plan {
  readonly args: LocalArgs;
  readonly deps: LocalDeps;
  readonly report: ReportSink;
  readonly lines: DeliveryLines;
}

/** The delivery itself, for callers that need the failure separately from the output before it. */
export async function followDotQmail(
  args: LocalArgs,
  deps: LocalDeps,
  report: ReportSink,
): Promise<Failure | undefined> {
  const lines = deliveryLines(`${args.local}@${args.host}`, args.sender, deps.clock.nowMs());
  const home = checkHome(args.homeDir);
  if (home === 'sticky' && !deps.dryRun) return stickyFailure(args.homeDir);
  if (home && home !== 'sticky') return home;
  const loop = deps.dryRun ? undefined : await checkLoop(deps.message, lines.dtLine);
  if (loop) return loop;
  const planned = planDelivery(args);
  if ('failure' in planned) return planned.failure;
  if (deps.begin && !(await deps.begin(programLines(planned.plan)))) return temporaryFailure('No room now. (#4.3.2)');
  return await follow({ args, deps, report, lines, ...planned.plan });
}

function programLines({ instructions }: Plan): string[] {
  return instructions.flatMap(({ kind, text }) => (kind === 'program' ? [text] : []));
}

/** @param dtLine the Delivered-To line that this delivery adds */
export async function checkLoop(message: Message, dtLine: string): Promise<Failure | undefined> {
  try {
    if (!(await headerHasLine(message.pieces(), dtLine))) return undefined;
    return permanentFailure('This message is looping: it already has my Delivered-To line. (#5.4.6)');
  } catch (error) {
    if (error instanceof MessageReadError)
      return temporaryFailure(`Unable to read message: ${error.message}. (#4.3.0)`);
    throw error;
  }
}

/** Follows the .qmail lines in order. The first failure ends the delivery, and nothing is forwarded. */
async function follow(work: Work): Promise<Failure | undefined> {
  let forwardOnly = !work.usesDefault && work.file?.forwardOnly === true;
  let files = 0;
  let programs = 0;
  const recipients: string[] = [];
  for (const instruction of work.instructions) {
    const result = await followLine(work, instruction, forwardOnly);
    if (typeof result === 'object') return located(result, place(work, instruction.line));
    if (instruction.kind === 'maildir' || instruction.kind === 'mbox') files++;
    if (instruction.kind === 'program') programs++;
    if (instruction.kind === 'forward') recipients.push(instruction.text);
    if (isListFlag(instruction)) forwardOnly = true;
    if (result === 'skip-rest') break;
  }
  const forwarded = recipients.length > 0 && !work.deps.dryRun ? await forwardAll(work, recipients) : '';
  if (typeof forwarded === 'object') return forwarded;
  work.report.add(`did ${files}+${recipients.length}+${programs}\n${forwarded}`);
  return undefined;
}

async function followLine(
  work: Work,
  line: Instruction,
  forwardOnly: boolean,
): Promise<'next' | 'skip-rest' | Failure> {
  const { args, deps, lines, report } = work;
  const refused = refusedLine(line, forwardOnly);
  if (refused) return refused;
  if (deps.dryRun) {
    if (deeds.has(line.kind)) report.add(`${line.kind} ${line.text}\n`);
    return 'next';
  }
  switch (line.kind) {
    case 'maildir':
    case 'mbox': {
      const path = line.text.startsWith('/') ? line.text : `${args.homeDir}/${line.text}`;
      const head = lines.rpLine + lines.dtLine;
      const failure =
        line.kind === 'maildir'
          ? await deliverToMaildir(path, head, deps.message, deps.maildir)
          : await deliverToMbox({ path, name: line.text }, lines.ufLine + head, deps.message.pieces(), deps);
      return failure ?? 'next';
    }
    case 'program': {
      const environment = programEnvironment({
        ...args,
        newSender: work.newSender,
        defaultPart: work.file?.defaultPart,
        lines,
      });
      const program = { command: line.text, homeDir: args.homeDir, environment };
      return await runProgram(program, deps.message, {
        ...deps,
        report,
        programTimeoutSec: args.programTimeoutSec,
      });
    }
    default:
      return 'next';
  }
}

const deeds: ReadonlySet<Instruction['kind']> = new Set(['maildir', 'mbox', 'program', 'forward']);

/** The most forward lines that a .qmail file may have: a message to all of them still leaves the host time for others. */
export const mostForwards = 100_000;

async function forwardAll(work: Work, recipients: readonly string[]): Promise<string | Failure> {
  if (recipients.length > mostForwards) {
    return temporaryFailure(`Unable to forward message: more than ${mostForwards} addresses in one file. (#4.3.0)`);
  }
  const accepted = await work.deps.forward(work.lines.dtLine, { sender: work.newSender, recipients });
  if (accepted.ok) return `qp ${accepted.qp}\n`;
  return { exit: accepted.permanent ? 100 : 111, text: `Unable to forward message: ${accepted.text}.` };
}

/** Adds the file and line to a deferral that has a text; the output of a program explains itself. */
function located(failure: Failure, where: string): Failure {
  if (failure.exit !== 111 || failure.text === '') return failure;
  return temporaryFailure(`${failure.text}\nSee ${where}`);
}

function place({ args, file, usesDefault, isSystemMail }: Work, line: number): string {
  if (isSystemMail) return 'control/adminaddr';
  return usesDefault || !file ? `${args.defaultDeliveryPath} (default delivery)` : `${file.path}:${line}`;
}
