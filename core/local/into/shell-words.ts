// Bytes on a command line. Node passes arguments and variables only as UTF-8 text; other bytes are written as octal escapes, which
// the shell's printf converts back.
import { exactText } from '../raw-path.ts';

/** What to run as `/bin/sh -c script name argument …`, and with which environment. */
export interface ShellCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Undefined when the script itself changes the directory. */
  readonly cwd: string | undefined;
}

/**
 * The call that runs a program in `dir` as qmail-local does: umask 077, standard error redirected to standard output. The shell
 * finally executes the program.
 * @param argv the program, which is searched in PATH, and its arguments
 */
export function shellCall(
  argv: readonly string[],
  dir: string,
  environment: Readonly<Record<string, string | undefined>>,
): ShellCall {
  const env: Record<string, string> = {};
  const prelude = ['umask 077'];
  for (const [name, bytes] of Object.entries(environment)) {
    if (bytes === undefined) continue;
    const text = exactText(bytes);
    if (text !== undefined) env[name] = text;
    else prelude.push(...assign(name, bytes), `export ${name}`);
  }
  const cwd = exactText(dir);
  if (cwd === undefined) prelude.push(`cd "$(printf '${octal(dir)}')" || exit 111`);
  const texts = argv.map(exactText);
  const words = argv.map((bytes, index) => {
    if (texts[index] !== undefined) return `"\${${index + 1}}"`;
    prelude.push(...assign(`word${index}`, bytes));
    return `"$word${index}"`;
  });
  prelude.push(`exec ${words.join(' ')} 2>&1`);
  return { args: ['-c', prelude.join('\n'), 'sh', ...texts.map(text => text ?? '')], env, cwd };
}

/** `$(…)` drops trailing line ends, so a final x keeps them. */
function assign(name: string, bytes: string): string[] {
  return [`${name}=$(printf '${octal(bytes)}x')`, `${name}=\${${name}%x}`];
}

function octal(bytes: string): string {
  return Array.from(bytes, byte => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`).join('');
}
