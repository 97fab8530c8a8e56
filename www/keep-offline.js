/**
 * Registers the service worker sw.js, so that the page works without a network from then on.
 * @module
 */

/**
 * Resolves when all files of the page are kept in the browser.
 *
 * @returns {Promise<void>}
 * @throws where a page can have no service worker (an insecure address, a private window), or if
 *   one of the files cannot be fetched. The page works then, too, while there is a network.
 */
export async function keepOffline() {
  const address = new URL("sw.js", import.meta.url).href;
  const types = /** @type {any} */ (globalThis).trustedTypes;
  // The one place that runs a script by its address; the address holds nothing from elsewhere.
  const policy = types?.createPolicy("juya-offline", { createScriptURL: () => address });
  const workers = navigator.serviceWorker;
  const registration = await workers.register(policy ? policy.createScriptURL("") : address, {
    updateViaCache: "none",
  });
  if (!registration.active) await activated(registration.installing ?? registration.waiting);
  // Browsers look for a next build when they find the time; readers come for a moment.
  registration.update().catch(() => {});
}

/** @param {ServiceWorker | null} worker */
async function activated(worker) {
  await new Promise((resolve, reject) => {
    const look = () => {
      if (!worker || worker.state === "activated") resolve(undefined);
      if (worker?.state === "redundant") {
        reject(new Error("Not all files of this build could be fetched; the next visit tries again."));
      }
    };
    worker?.addEventListener("statechange", look);
    look();
  });
}
