// The parsers of what servers and clients send: their time is linear in the length of repetitions.
import { demandLinear } from './growth.ts';
import { peerSubjects } from './subjects/peers.ts';

demandLinear(peerSubjects);
