/** The page as something kept on the phone: it opens without a network, and gives way to a newer one of the server. */

const { serviceWorker } = navigator; // missing where a phone reaches the demo by plain http

/** Keep the page, and open it anew when the server has a newer one: while nobody looks, and if `mayGo()`. */
export function keep(mayGo) {
  if (!serviceWorker) return;
  let isKept = Boolean(serviceWorker.controller);
  let isOld = false;
  serviceWorker.addEventListener("controllerchange", () => {
    isOld = isKept;
    isKept = true;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && isOld && mayGo()) location.reload();
  });
  serviceWorker.register("/worker.js").catch(() => null); // without it the page works as before
}

/** Ask whether there is a newer page: the server may have been updated while the line was cut. */
export async function askForNewer() {
  const kept = await serviceWorker?.getRegistration();
  await kept?.update().catch(() => null);
}
