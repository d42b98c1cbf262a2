// What to do about a step that failed, in a sentence or two. What the server said stands beside it.
import type { PasswordKind, TrialStep } from '../api/guide.ts';

/** Why a step failed, as far as advice depends on it. */
export interface Failure {
  readonly step: Exclude<TrialStep['step'], 'names'>;
  /** Of the server's reply (RFC 5321, RFC 4954). */
  readonly code?: number | undefined;
  /** In the words of the one who failed. */
  readonly why: string;
}

const wrongPassword = 'Compare the user name and the password: often the user name is the whole address.';
const otherServer = 'Ask the provider, or look in its help, which server and port it has for mail programs.';

/** On the names of a host that gets its mail itself. */
export const namesAdvice =
  'Correct these names where your domain is kept; mail from other hosts comes once they are right. You can save this already.';

export function adviceOn({ step, code, why }: Failure, password: PasswordKind): string {
  switch (step) {
    case 'dns':
      return `Compare the name of the server; if others do not work either, look at the connection to the internet. ${otherServer}`;
    case 'tls':
      return adviceOnConnection(why);
    case 'login-sending':
    case 'login-fetching':
      return /certificate|TLS|connect/i.test(why) && !/login/.test(why)
        ? adviceOnConnection(why)
        : adviceOnLogin(code, password);
    case 'send':
      return code !== undefined && code >= 500
        ? 'The provider takes mail only from addresses that are yours there: compare your address with that of the account.'
        : 'It may pass: try again in a few minutes. If it goes on, ask the provider.';
    case 'receive':
      return 'It may be late, or in the folder for unwanted mail. The logins work, so you can save this, or try again.';
  }
}

function adviceOnConnection(why: string): string {
  if (/not for|name of the server|write the name/.test(why)) {
    return 'The name of the server must be the one in its certificate: compare it with the help of the provider.';
  }
  if (/not valid yet|expired/.test(why))
    return 'Is the clock of this machine right? Otherwise the provider must renew it.';
  if (/certificate|nobody who is trusted/.test(why)) {
    return 'If the provider has an authority of its own, name the file with its certificate. Otherwise somebody may be between this machine and the server: do not go on.';
  }
  if (/wrong version|does not offer TLS|packet length/i.test(why)) {
    return 'Choose the other kind of TLS, or another port: 465, 993 and 995 have TLS from the start, 587, 143 and 110 after STARTTLS.';
  }
  return `The network here may not let this port through; try 465 and 587. ${otherServer}`;
}

function adviceOnLogin(code: number | undefined, { kind, says, url }: PasswordKind): string {
  const where = url === '' ? '' : ` ${url}`;
  if (kind === 'token') return says;
  if (kind === 'app') return `${says}${where}`;
  if (code === 534) return `The provider wants a password that is made for a program alone (an app password).${where}`;
  if (code === 432) return 'The password must be changed at the provider first.';
  return `${wrongPassword} ${says || 'Some providers want a password that is made for a program alone (an app password).'}${where}`;
}
