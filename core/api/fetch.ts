// Accounts at providers whose mail is fetched: what they do, when they last did it, and what is wrong.
import * as v from 'valibot';
import { accountName, longestAccountFile } from './fetch-grammar.ts';
import { verb } from './verb.ts';
import { StoredFile, TypedName, WordHelp, WordProblem } from './word-files.ts';

const AccountName = v.pipe(v.string(), v.regex(accountName));
const Named = v.object({ name: AccountName });

/** A run while it lasts. */
const FetchProgress = v.object({
  startMs: v.number(),
  /** Messages that it is going to fetch, as far as that is known. */
  expected: v.number(),
  fetched: v.number(),
  bytes: v.number(),
  /** Messages that stay there because they are too large, or loop. */
  left: v.number(),
  deleted: v.number(),
});
export type FetchProgress = v.InferOutput<typeof FetchProgress>;

export const AccountStatus = v.object({
  name: v.string(),
  protocol: v.picklist(['pop3', 'imap']),
  /** Empty: its file names none. */
  host: v.string(),
  user: v.string(),
  /** Who gets the mail: an address, or a domain. */
  to: v.string(),
  /** `listening`: the server will say when there is mail (IDLE). `unusable`: its file has a problem. */
  state: v.picklist(['resting', 'fetching', 'listening', 'unusable']),
  progress: v.nullable(FetchProgress),
  /** When mail is fetched next; null: when somebody asks for it. */
  nextMs: v.nullable(v.number()),
  /** The last run that went well; null: none did. */
  lastSuccess: v.nullable(v.object({ atMs: v.number(), fetched: v.number(), bytes: v.number(), left: v.number() })),
  /** What went wrong at the last run; null: nothing. */
  error: v.nullable(
    v.object({
      /** `refused`: the login; `wrong`: a person has to do something; `unable`: it may pass. */
      kind: v.picklist(['refused', 'wrong', 'unable']),
      text: v.string(),
      sinceMs: v.number(),
    }),
  ),
  /** What the owner should know of the last run, though it went well. */
  remarks: v.array(v.string()),
  problems: v.array(WordProblem),
});
export type AccountStatus = v.InferOutput<typeof AccountStatus>;

const Nothing = v.object({});
const FileText = v.pipe(v.string(), v.maxLength(longestAccountFile));

export const fetch = {
  list: verb(Nothing, v.object({ accounts: v.array(AccountStatus) })),
  /** Fetches now, whatever the schedule says. `started`: false if it is being fetched already. */
  now: verb(Named, v.object({ started: v.boolean() })),
  /** Ends the run; what is here stays here. */
  stop: verb(Named, v.object({ stopped: v.boolean() })),
  /** Its file. */
  file: verb(Named, StoredFile),
  /** What a text would mean, without saving it. */
  check: verb(v.object({ name: TypedName, text: FileText }), v.object({ problems: v.array(WordProblem) })),
  /** All words of an account's file. */
  words: verb(Nothing, v.object({ words: v.array(WordHelp) })),
  /** Refused with `stale` if the file was changed since `stamp` was read. Of an account that is new the stamp is empty. */
  save: verb(v.object({ name: AccountName, text: FileText, stamp: v.string() }), v.object({ stamp: v.string() })),
  /** The file goes; what is known of its messages stays, so that none is fetched twice if it comes back. */
  remove: verb(Named, Nothing),
  /** Writes the password into the file in secrets/ that the account names. */
  password: verb(
    v.object({ name: AccountName, password: v.pipe(v.string(), v.minLength(1), v.maxLength(4000)) }),
    Nothing,
  ),
  /** Some account changed; asked again by `fetch.list`. */
  changed: v.object({ names: v.array(v.string()) }),
};
