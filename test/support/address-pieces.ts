// What address lists are made of, for property tests of whoever parses them.

const words = ['a', 'b.c', '"|q s"', '(c)', '[1]'];
const halves = ['\\', '"'];

/** Words, quoted strings, comments, domain literals, punctuation, and halves of them. */
export const addressPieces: readonly string[] = [...words, ...halves, ...'@.<>:;, '];
