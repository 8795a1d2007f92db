// The page without a network: a worker keeps what it is made of.

/// Has the browser keep these files of the page; `done()` once they are kept. Browsers that keep nothing, and pages without https, go on
/// as they are.
export async function keepPage(names, done) {
  if (!self.isSecureContext || !navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register('sw.js');
    const { active } = await navigator.serviceWorker.ready;
    navigator.serviceWorker.addEventListener('message', ({ data }) => { if (data?.kept) done(); });
    active.postMessage({ keep: names });
  } catch {
    // The next visit needs the network, as this one did.
  }
}
