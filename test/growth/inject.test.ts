// What the composer and the programs that inject make of a message: linear in the length of what strangers repeat.
import { demandLinear } from './growth.ts';
import { injectSubjects } from './subjects/inject.ts';

demandLinear(injectSubjects);
