// How much of a message is read for a notice that returns its header only.

/** Enough for the header of nearly every message; of a longer one the beginning is returned. */
export const headBytes = 32 * 1024;
