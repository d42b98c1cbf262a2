// The shared parsers of message syntax: their time is linear in the length of repetitions.
import { demandLinear } from './growth.ts';
import { messageSubjects } from './subjects/message.ts';

demandLinear(messageSubjects);
