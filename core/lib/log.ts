// Where log lines go. One line is one event, in qmail's wording; stamps and rotation are the sink's business.

/** Takes one line without its line end. Never throws, never blocks. */
export type LogLine = (line: string) => void;
