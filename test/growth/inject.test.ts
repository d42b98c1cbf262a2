// The composer and the injecting programs: their time is linear in the length of repetitions.
import { demandLinear } from './growth.ts';
import { injectSubjects } from './subjects/inject.ts';

demandLinear(injectSubjects);
