// The command line of the bench.
import { UserError } from '../../core/lib/user-error.ts';
import { parseOptions } from '../../main/cli/parse-options.ts';

export interface Arguments {
  readonly quick: boolean;
  readonly strace: boolean;
  readonly runs: number;
  /** Names of workloads or rows; empty: all. */
  readonly only: readonly string[];
}

const usage = `usage: npm run bench -- [--quick] [--runs N] [--only NAME]… [--strace]
  --quick   one run of small workloads: does everything still work? Its figures mean little
  --runs    how often each workload runs; the table shows medians (default 3, with --quick 1)
  --only    a workload or a row of the table, by name; may be given several times
  --strace  counts fsyncs per message instead of measuring speed
`;

/** @throws UserError with what is wrong, and how it is used */
export function parseArguments(args: readonly string[]): Arguments {
  const { values } = parseOptions(args, {
    options: {
      quick: { type: 'boolean', default: false },
      strace: { type: 'boolean', default: false },
      runs: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  const runs = Number(values.runs ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(runs) || runs < 1) throw wrongUsage(`--runs ${values.runs} is not a number from 1 on.`);
  return { quick: values.quick, strace: values.strace, runs, only: values.only };
}

/** A refusal that also says how it is done. */
export function wrongUsage(text: string): UserError {
  return new UserError(`${text}\n${usage}`, { exitCode: 100 });
}
