// The options that name the accounts of a host which root starts.
import { makeSystemUser, type NamedAccounts } from '../../../core/privsep/accounts.ts';

export const accountOptions = {
  'run-as': { type: 'string' },
  'parse-as': { type: 'string' },
  'alias-user': { type: 'string' },
  'make-users': { type: 'boolean', default: false },
} as const;

/** Their values. */
export interface AccountValues {
  readonly 'run-as'?: string | undefined;
  readonly 'parse-as'?: string | undefined;
  readonly 'alias-user'?: string | undefined;
  readonly 'make-users': boolean;
}

export function namedAccounts(values: AccountValues): NamedAccounts {
  return { host: values['run-as'], parser: values['parse-as'], alias: values['alias-user'] };
}

/** Creates accounts; undefined: the options do not allow that. */
export function accountMaker(values: AccountValues): ((name: string) => void) | undefined {
  return values['make-users'] ? makeSystemUser : undefined;
}
