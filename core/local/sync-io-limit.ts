// Where small ends: a synchronous file call takes 2 to 8 µs, a turn of Node's thread pool 45.

/** Fewer bytes than this are read and written in one go; more never stop the rest of the host. */
export const syncIoLimitBytes = 64 * 1024;
