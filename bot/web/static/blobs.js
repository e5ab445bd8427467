/**
 * Pictures and files on their way, kept on the phone under their keys: a reload, or a phone that closes pages when it is
 * short of memory, must not lose them. Where that is forbidden or full, they stay in memory only.
 */

const NAME = "danvan";
const ROOM = "blobs";

function disk() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(ROOM);
  return answered(request);
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}

async function inRoom(use) {
  const opened = await disk();
  try {
    return await answered(use(opened.transaction(ROOM, "readwrite").objectStore(ROOM)));
  } finally {
    opened.close();
  }
}

/** Whether the blob is kept now. */
export function keepBlob(key, blob) {
  return inRoom((room) => room.put(blob, key)).then(() => true, () => false);
}

/** The blob kept under the key, null if there is none. */
export function keptBlob(key) {
  return inRoom((room) => room.get(key)).catch(() => null);
}

export function dropBlob(key) {
  return inRoom((room) => room.delete(key)).catch(() => null);
}

/** Drop them all: the browser is somebody else's from now on. */
export async function dropBlobs() {
  await inRoom((room) => room.clear()).catch(() => null);
}
