// What servers and clients say: linear in the length of what strangers repeat.
import { demandLinear } from './growth.ts';
import { peerSubjects } from './subjects/peers.ts';

demandLinear(peerSubjects);
