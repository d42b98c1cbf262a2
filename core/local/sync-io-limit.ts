// Up to which size files are read and written synchronously: such a call takes 2 to 8 µs, one through Node's thread pool 45.

/** More bytes than this are read and written asynchronously, so that the rest of the host does not wait. */
export const syncIoLimitBytes = 64 * 1024;
