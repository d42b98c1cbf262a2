// What the window makes of text: linear in the length of what strangers repeat.
import { demandLinear } from './growth.ts';
import { windowSubjects } from './subjects/window.ts';

demandLinear(windowSubjects);
