// The report of qmail-local, and the outcome that qmail-lspawn derives from it (spec: queue.md section 6).
import { done, later, never, type Outcome, statusInWords } from '../paper-path/outcome.ts';

const limit = 3000;
const tooLong = '\nError report too long, sorry.\n';

/** Takes the output of a delivery, as byte strings. */
export interface ReportSink {
  add(bytes: string): void;
}

/** Collects output of any length in bounded memory. */
interface Report extends ReportSink {
  /** At most 3000 bytes, cut at the first NUL. */
  text(): string;
}

export function createReport(): Report {
  let kept = '';
  let length = 0;
  return {
    add(bytes) {
      length += bytes.length;
      if (kept.length < limit) kept += bytes.slice(0, limit - kept.length);
    },
    text() {
      const cut = length > limit ? kept.slice(0, limit - tooLong.length - 3) + tooLong : kept;
      const nul = cut.indexOf('\0');
      return nul < 0 ? cut : cut.slice(0, nul);
    },
  };
}

/** The texts that qmail-lspawn itself reports for some exit codes. */
const lspawnTexts: Readonly<Record<number, string>> = {
  112: 'Internal qmail-lspawn bug.\n',
  113: 'Not allowed to perform deliveries as root.\n',
  115: 'NFS failure in qmail-local.\n',
  116: 'Unable to find alias user!\n',
  117: 'Trouble reading users/cdb in qmail-lspawn.\n',
  118: 'Temporary failure in qmail-lspawn.\n',
  120: 'Unable to run qmail-local.\n',
};

/**
 * The outcome for an exit code of qmail-local or of qmail-lspawn's child. A program of a `.qmail` line can give a status code only in
 * its text; this is the one place where it is parsed.
 */
export function outcomeOfExit(code: number | 'crashed', report: string): Outcome {
  if (code === 'crashed') return later('qmail-local crashed.\n');
  if (code === 0) return done(report);
  const own = lspawnTexts[code];
  if (own !== undefined) return later(own + report, statusInWords(report, '4'));
  if (code === 111 || code === 71 || code === 74 || code === 75) return later(report, statusInWords(report, '4'));
  return never(report, statusInWords(report, '5'));
}
