// What the reader makes of a message: linear in the length of what strangers repeat.
import { demandLinear } from './growth.ts';
import { mailboxSubjects } from './subjects/mailbox.ts';

demandLinear(mailboxSubjects);
