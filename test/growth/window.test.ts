// The window's parsers of text: their time is linear in the length of repetitions.
import { demandLinear } from './growth.ts';
import { windowSubjects } from './subjects/window.ts';

demandLinear(windowSubjects);
