// Exit codes of programs that deliver mail (qmail-command(8)).

/** The message will never be taken. 0 is success; every other code means that it may be taken later. */
export const permanentExitCodes: ReadonlySet<number> = new Set([100, 64, 65, 70, 76, 77, 78, 112]);
