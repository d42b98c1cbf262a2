// The owner's .qmail files: what happens to mail for each of their addresses.
import * as v from 'valibot';
import { verb } from './verb.ts';

/** The part of the file name after `.qmail`: `''`, `-harbour`, `-lists-default`. */
export const RuleName = v.pipe(
  v.string(),
  v.regex(/^(-[^/\u0000-\u0020A-Z.]*)?$/, 'A rule is named -something, in lower case, with : instead of dots'),
  v.maxLength(200),
);

/** One line of a .qmail file in words. */
export const RuleLine = v.object({
  text: v.string(),
  kind: v.picklist(['maildir', 'mbox', 'program', 'forward', 'comment', 'flag', 'empty']),
  /** What it does, as a sentence for people. */
  says: v.string(),
  /** What is wrong or dangerous about it, if anything. */
  warning: v.nullable(v.string()),
});
export type RuleLine = v.InferOutput<typeof RuleLine>;

export const RuleFile = v.object({
  name: RuleName,
  /** `~/.qmail-harbour`, as people write it. */
  path: v.string(),
  /** The address it serves: `me-harbour@host`; for defaults `me-lists-(anything)@host`. */
  address: v.string(),
  /** False for the rule that applies where no file exists: the default delivery. */
  exists: v.boolean(),
  text: v.string(),
  lines: v.array(RuleLine),
  /** What is wrong with the file as a whole (writable by others, unreadable …). */
  warning: v.nullable(v.string()),
  /** Changes with the file's content; give it back when saving. Empty where there is no file. */
  stamp: v.string(),
});
export type RuleFile = v.InferOutput<typeof RuleFile>;

export const rules = {
  list: verb(v.object({}), v.array(RuleFile)),
  /** What a text would do as a .qmail file, line by line; nothing is saved. */
  explain: verb(
    v.object({
      /** The rule it is meant for: then forwards that would come back to it are found too. */
      name: v.optional(RuleName),
      text: v.pipe(v.string(), v.maxLength(100_000)),
    }),
    v.object({ lines: v.array(RuleLine), /** What happens to the message as a whole. */ says: v.string() }),
  ),
  /** Writes the file in one step. Refused with `stale` if it was changed since `stamp` was read. */
  save: verb(v.object({ name: RuleName, text: v.pipe(v.string(), v.maxLength(100_000)), stamp: v.string() }), RuleFile),
  remove: verb(v.object({ name: RuleName, stamp: v.string() }), v.object({})),
};
