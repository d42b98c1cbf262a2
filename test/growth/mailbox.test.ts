// The reader: its time is linear in the length of repetitions.
import { demandLinear } from './growth.ts';
import { mailboxSubjects } from './subjects/mailbox.ts';

demandLinear(mailboxSubjects);
