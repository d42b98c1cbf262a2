// How the file of an account is named, as host and window both read it; its lines are words as a link's (link-grammar.ts).

/** Also the name of its directory and of its file: nothing that starts as an option or a hidden file does. */
export const accountName = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/** In characters. */
export const longestAccountFile = 16_384;
