// Pieces of address lists, for property tests of their parsers.

const words = ['a', 'b.c', '"|q s"', '(c)', '[1]'];
const halves = ['\\', '"'];

/** Words, quoted strings, comments, domain literals, punctuation, and halves of them. */
export const addressPieces: readonly string[] = [...words, ...halves, ...'@.<>:;, '];
