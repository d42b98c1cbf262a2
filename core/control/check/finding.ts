// A likely mistake in the configuration: the file, the line, what is wrong, and what to do.

/** One likely mistake. Texts are for people. */
export interface Finding {
  /** `warning`: mail bounces, waits, or goes to the wrong place; `note`: it may be what the owner wants. */
  readonly severity: 'warning' | 'note';
  /** Stable name of the kind, e.g. `local-not-in-rcpthosts`. */
  readonly code: string;
  /** The file, below the home: `control/locals`. */
  readonly file: string;
  /** From 1; undefined: the file as a whole. */
  readonly line: number | undefined;
  /** What is wrong and what to do about it, in one or two sentences. */
  readonly text: string;
}

/** Makes findings about one file of control/. */
export function findingsIn(name: string) {
  const make =
    (severity: Finding['severity']) =>
    (code: string, text: string, line?: number): Finding => ({ severity, code, file: `control/${name}`, line, text });
  return { warning: make('warning'), note: make('note') };
}
