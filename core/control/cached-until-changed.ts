// A value made from control files, kept until one of them changes.
import { type FileMarks, fileMarks, sameMarks } from '../lib/disk/file-mark.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';

/**
 * @param make is called again when a file has changed, or `of` is another one than last time
 * @throws UserError (from the function) when a file cannot be looked at; and what `make` throws
 */
export function keptUntilChanged<Of, Made>(paths: readonly string[], make: (of: Of) => Made): (of: Of) => Made {
  let known: { readonly made: Made; readonly of: Of; readonly marks: FileMarks | undefined } | undefined;
  return of => {
    const marks = marksOf(paths);
    if (!known || known.of !== of || !sameMarks(known.marks, marks)) known = { made: make(of), of, marks };
    return known.made;
  };
}

function marksOf(paths: readonly string[]): FileMarks | undefined {
  try {
    return fileMarks(paths);
  } catch (cause) {
    const { path = 'control' } = cause as NodeJS.ErrnoException;
    throw new UserError(`Unable to read the control file ${path}: ${reasonOf(cause)}.`, { exitCode: 111, cause });
  }
}
