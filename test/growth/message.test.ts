// What all rooms share of the syntax of messages: linear in the length of what strangers repeat.
import { demandLinear } from './growth.ts';
import { messageSubjects } from './subjects/message.ts';

demandLinear(messageSubjects);
