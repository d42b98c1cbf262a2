// Finds the passwords in a recorded session and replaces them: the arguments of AUTH, PASS and APOP, and what a client replies
// while it logs in. What may be a password is replaced too.

/** Takes each side's lines, in order, without line ends; a long line may come in parts. @param rest not the first part */
export interface PasswordHider {
  fromClient(line: string, rest: boolean): string;
  fromServer(line: string, rest: boolean): string;
}

const hidden = '[hidden]';
const named = /^(\s*(?:AUTH\s+\S+|APOP\s+\S+|PASS)(?=\s|$))\s*(.*)$/is;
const login = /^\s*AUTH\s/i;
/** After a failed login, a client that does not know of it yet may still send its password. */
const verb =
  /^\s*(?:EHLO|HELO|MAIL|RCPT|DATA|RSET|NOOP|QUIT|STARTTLS|STLS|VRFY|HELP|USER|STAT|LIST|RETR|DELE|UIDL|TOP|CAPA)(?:\s|$)/i;
/** The server asks for the next line of a login. */
const challenge = /^(?:334(?:[ -]|$)|\+ )/;

/** For one client of SMTP or POP3. */
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
      // A server is silent while it reads a message; this may be the reply to one that was sent early.
      else if (saying !== 'perhaps') saying = line.startsWith('354') ? 'message' : 'commands';
      return line;
    },
  };
}
