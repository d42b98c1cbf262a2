/** Ends a subscription or closes what was opened; calling it twice does nothing more. */
export type Dispose = () => void;
