// Renegotiation, with which a peer could ask for handshakes without end, or change its certificate after it was looked at.
import { constants } from 'node:crypto';

/** The `secureOptions` of all TLS contexts, of servers and of clients. */
export const noRenegotiation = constants.SSL_OP_NO_RENEGOTIATION;
