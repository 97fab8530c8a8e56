/** Registers the service worker `sw.js`, which lies beside; resolves when all files are kept in the browser. */
export function keepOffline(): Promise<void>;
