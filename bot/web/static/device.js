/** What a phone knows and the bot asks for: pictures, files, and where one is. */

import { el } from "./safe.js";

export const FILE_LIMIT = 20 * 1024 * 1024;
const PHOTO_SIDE_PX = 1600;
const PLACE_MS = 15000;
/** A question for permission that is swept away, not answered, is never told to us by some browsers. */
const GIVE_UP_MS = 60000;

/**
 * A JPEG blob of the picture; throws when the browser cannot read it. Always drawn anew, for that also leaves behind
 * the place and the device that a camera writes into a file.
 */
export async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  const scale = Math.min(1, PHOTO_SIDE_PX / Math.max(width, height));
  const canvas = Object.assign(el("canvas", {}), { width: width * scale, height: height * scale });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // JPEG has no transparency: a clear background would turn black
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject()), "image/jpeg", 0.8);
  });
}

/** A file's content, read at once: a phone may take the file away before there is a network. Throws if it has. */
export async function whole(file) {
  return new Blob([await file.arrayBuffer()], { type: file.type });
}

/** One exact reading: { lat, lon, accuracy } in degrees and metres. Throws when it is refused or fails. */
export async function whereabouts() {
  const { coords } = await new Promise((resolve, reject) => {
    setTimeout(reject, GIVE_UP_MS);
    const options = { enableHighAccuracy: true, timeout: PLACE_MS, maximumAge: 0 };
    navigator.geolocation.getCurrentPosition(resolve, reject, options);
  });
  const degrees = (value) => Number(value.toFixed(6)); // a tenth of a metre
  return { lat: degrees(coords.latitude), lon: degrees(coords.longitude), accuracy: Math.round(coords.accuracy) };
}
