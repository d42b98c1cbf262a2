// Where log lines go. One line is one event, in qmail's wording; whatever writes the lines adds stamps and rotates.

/** Takes one line without its line end. Never throws, never blocks. */
export type LogLine = (line: string) => void;
