// The Rules place of the window: explains the owner's .qmail files line by line, and saves changes. It parses and checks them with
// the code that delivers, so its explanations are true.
import { statSync } from 'node:fs';
import * as v from 'valibot';
import type { HandlersOf } from '../../api/contract.ts';
import { type ApiError, refusal } from '../../api/errors.ts';
import { type RuleFile, type RuleLine, RuleName } from '../../api/rules.ts';
import type { Control } from '../../control/control.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { addressFromText, displayAddress } from '../../message/address.ts';
import { exactText, rawPath } from '../raw-path.ts';
import { type Instruction, isListFlag, parseDotQmail } from './dot-qmail.ts';
import { describeLine, describeRule } from './rule-descriptions.ts';
import { openRuleFiles, type StoredRule } from './rule-files.ts';
import { type ForwardOnly, isDecidedBy, warnLine } from './rule-warnings.ts';

/** The owner of the rules. Byte strings, as in users/assign. */
export interface RulesDeps {
  readonly homeDir: string;
  readonly user: string;
  readonly control: () => Control;
  /** Creates the Maildir of a line in a saved rule, if it is a folder of the owner and does not exist. */
  makeFolder?(path: string): Promise<void>;
}

export type RulesHandlers = HandlersOf<'rules.list' | 'rules.explain' | 'rules.save' | 'rules.remove'>;

/** The handlers of the `rules.` verbs. */
export function createRules(deps: RulesDeps): RulesHandlers {
  const files = openRuleFiles(deps.homeDir);

  /** @param name of the rule, a byte string; undefined if the text has no name yet */
  function explainLines(text: string, name: string | undefined, mode: number): RuleLine[] {
    const control = deps.control();
    const rule = name === undefined ? undefined : { ...deps, me: control.me, name };
    let forwardOnly: ForwardOnly = mode & 0o100 ? 'x-bit' : undefined;
    const raw = text.split('\n');
    return parseDotQmail(addressFromText(text)).map(instruction => {
      const warning = warnLine(instruction, {
        homeDir: deps.homeDir,
        forwardOnly,
        isOwn: address => rule !== undefined && isDecidedBy(rule, address, control),
        envNoAtHost: control.envNoAtHost,
      });
      if (isListFlag(instruction)) forwardOnly ??= 'list-flag';
      return {
        text: raw[instruction.line - 1] ?? '',
        kind: instruction.kind,
        says: describeLine(instruction),
        warning,
      };
    });
  }

  function describe(name: string, stored: StoredRule | undefined): RuleFile {
    const text = textOf(stored, deps.control().defaultDelivery);
    const mode = stored?.kind === 'read' && text !== '' ? stored.mode : 0;
    return {
      name,
      path: pathText(name),
      address: addressText(name, deps.user, deps.control().me),
      exists: stored !== undefined,
      text,
      lines: explainLines(text, addressFromText(name), mode),
      warning: joined([warnHome(deps.homeDir), stored && warnFile(stored)]),
      stamp: stored?.kind === 'read' ? stored.stamp : '',
    };
  }

  /** Whether the file on disk is still the one that the caller has seen. */
  function unchanged(name: string, stamp: string): boolean {
    const stored = files.read(addressFromText(name));
    return stored === undefined ? stamp === '' : stored.kind === 'read' && stored.stamp === stamp;
  }

  return {
    async 'rules.list'() {
      const names = onDisk(() => files.names())
        .map(bytes => exactText(bytes))
        .filter(name => name !== undefined && v.is(RuleName, name)) as string[];
      const described = names.sort().flatMap(name => {
        const stored = files.read(addressFromText(name));
        return stored ? [describe(name, stored)] : [];
      });
      return described.some(rule => rule.name === '') ? described : [describe('', undefined), ...described];
    },

    async 'rules.explain'({ name, text }) {
      const instructions: Instruction[] = parseDotQmail(addressFromText(text));
      const lines = explainLines(text, name === undefined ? undefined : addressFromText(name), 0);
      return { lines, says: describeRule(instructions, deps.control().defaultDelivery) };
    },

    async 'rules.save'({ name, text, stamp }) {
      if (!text.isWellFormed() || text.includes('\0')) throw refusal('rule-characters', {});
      const stored = files.read(addressFromText(name));
      refuseUneditable(name, stored);
      const isStill = () => unchanged(name, stamp);
      if (!isStill()) throw stale(name);
      const replaced = await changing(name, 'rule-not-saved', () =>
        files.replace(addressFromText(name), Buffer.from(text, 'utf8'), isStill),
      );
      if (!replaced) throw stale(name);
      // Without its Maildir, mail would be deferred. If it cannot be created, the line has a warning.
      for (const { kind, text: path } of parseDotQmail(addressFromText(text))) {
        if (kind === 'maildir') await deps.makeFolder?.(path.startsWith('/') ? path : `${deps.homeDir}/${path}`);
      }
      return describe(name, files.read(addressFromText(name)));
    },

    async 'rules.remove'({ name, stamp }) {
      const stored = files.read(addressFromText(name));
      if (!stored) throw refusal('rule-gone', { rule: pathText(name) });
      if (stored.kind === 'unreadable') refuseUneditable(name, stored);
      if (!unchanged(name, stamp)) throw stale(name);
      await changing(name, 'rule-not-removed', () => files.remove(addressFromText(name)));
      return {};
    },
  };
}

function textOf(stored: StoredRule | undefined, defaultDelivery: string): string {
  if (stored === undefined) return displayAddress(defaultDelivery);
  return stored.kind === 'read' ? stored.raw.toString('utf8') : '';
}

function pathText(name: string): string {
  return `~/.qmail${name}`;
}

/** `me-lists-(anything)@host` for a default. */
function addressText(name: string, user: string, me: string): string {
  const ext = name.replace(/-default$/, '-(anything)').replaceAll(':', '.');
  return `${displayAddress(user)}${ext}@${displayAddress(me)}`;
}

function isUtf8(raw: Buffer): boolean {
  return exactText(raw.toString('latin1')) !== undefined;
}

function warnFile(stored: StoredRule): string | null {
  if (stored.kind === 'unreadable') return `This file cannot be shown: ${stored.why}.`;
  return joined([
    stored.mode & 0o002 &&
      'Everyone on this machine can change this file, so mail waits. Saving it here lets only you change it.',
    (stored.mode & 0o022) === 0o020 &&
      'Your group can change this file, and what it says runs as you. Saving it here lets only you change it.',
    !isUtf8(stored.raw) && 'This file is not UTF-8 text. It works, but it cannot be edited here.',
  ]);
}

function warnHome(homeDir: string): string | null {
  const mode = statSync(rawPath(homeDir), { throwIfNoEntry: false })?.mode;
  const shown = displayAddress(homeDir);
  if (mode === undefined) return `The home directory ${shown} does not exist: mail waits.`;
  return joined([
    mode & 0o002 && `Everyone on this machine can write to ${shown}, so mail waits. Fix it with: chmod o-w ${shown}`,
    mode & 0o1000 &&
      `${shown} has its sticky bit set, as while rules are edited, so mail waits. Clear it with: chmod -t ${shown}`,
  ]);
}

function joined(sentences: readonly (string | null | undefined | false | 0)[]): string | null {
  return sentences.filter(Boolean).join(' ') || null;
}

function refuseUneditable(name: string, stored: StoredRule | undefined): void {
  if (stored?.kind === 'unreadable') {
    throw refusal('rule-uneditable', { rule: pathText(name), why: stored.why });
  }
  if (stored && !isUtf8(stored.raw)) {
    throw refusal('rule-not-utf8', { rule: pathText(name) });
  }
}

function stale(name: string): ApiError {
  return refusal('rule-stale', { rule: pathText(name) });
}

async function changing<T>(
  name: string,
  failure: 'rule-not-saved' | 'rule-not-removed',
  change: () => Promise<T>,
): Promise<T> {
  try {
    return await change();
  } catch (error) {
    throw refusal(failure, { rule: pathText(name), why: reasonOf(error) }, { cause: error });
  }
}

function onDisk<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw refusal('rules-unreadable', { why: reasonOf(error) }, { cause: error });
  }
}
