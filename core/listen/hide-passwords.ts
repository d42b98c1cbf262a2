// What of a dialogue is a password, and is blotted out where the dialogue is recorded: the words behind AUTH, PASS and APOP, and
// what a client answers while it logs in. What is doubtful is blotted out, too.

/** One side's lines, in order, without line ends; the beginning of a line that is long may come alone. */
export interface PasswordHider {
  fromClient(line: string, rest: boolean): string;
  fromServer(line: string, rest: boolean): string;
}

const hidden = '[hidden]';
const named = /^(\s*(?:AUTH\s+\S+|APOP\s+\S+|PASS)(?=\s|$))\s*(.*)$/is;
const login = /^\s*AUTH\s/i;
/** After a login that failed a client that does not know it yet may still say its password. */
const verb =
  /^\s*(?:EHLO|HELO|MAIL|RCPT|DATA|RSET|NOOP|QUIT|STARTTLS|STLS|VRFY|HELP|USER|STAT|LIST|RETR|DELE|UIDL|TOP|CAPA)(?:\s|$)/i;
/** The server asks for more. */
const challenge = /^(?:334(?:[ -]|$)|\+ )/;

/** The secrets of one client of SMTP or POP3. */
export function createPasswordHider(): PasswordHider {
  /** What the client says is a message, a part of a login, or perhaps one. */
  let saying: 'commands' | 'message' | 'login' | 'perhaps' = 'commands';
  let isHidden = false;

  return {
    fromClient(line, rest) {
      if (rest) return isHidden ? '' : line;
      isHidden = false;
      const [, command, secret] = named.exec(line) ?? [];
      if (command !== undefined) {
        if (saying !== 'message' && login.test(line)) saying = 'login';
        isHidden = true;
        return secret?.trim() ? `${command} ${hidden}` : command;
      }
      if (saying === 'perhaps' && verb.test(line)) saying = 'commands';
      if (saying === 'message' && /^\.\r?$/.test(line)) saying = 'commands';
      if (saying === 'commands' || saying === 'message') return line;
      isHidden = true;
      return hidden;
    },
    fromServer(line, rest) {
      if (rest) return line;
      if (challenge.test(line)) saying = 'login';
      else if (saying === 'login') saying = 'perhaps';
      // A server is silent while it takes a message; this may be the answer to one that was sent ahead.
      else if (saying !== 'perhaps') saying = line.startsWith('354') ? 'message' : 'commands';
      return line;
    },
  };
}
