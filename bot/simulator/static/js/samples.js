/** Files made on the spot, to try the bot without looking for one. */

const RATE = 48000;
const FRAME = 960;
const PRE_SKIP = 312;
const SILENT_PACKET = [0xf8, 0xff, 0xfe]; // one 20 ms frame of silence in CELT mode (RFC 6716)
const POLYNOMIAL = 0x04c11db7;

function checksum(bytes) {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  }
  return crc >>> 0;
}

/** One Ogg page (RFC 3533); `kind` is 2 for the first, 4 for the last, 0 between. */
function page(kind, granule, number, packets) {
  const bytes = new Uint8Array(27 + packets.length + packets.reduce((sum, one) => sum + one.length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set([0x4f, 0x67, 0x67, 0x53, 0, kind]);
  view.setBigUint64(6, BigInt(granule), true);
  view.setUint32(14, 1, true);
  view.setUint32(18, number, true);
  bytes[26] = packets.length;
  bytes.set(packets.map((one) => one.length), 27);
  bytes.set(packets.flat(), 27 + packets.length);
  view.setUint32(22, checksum(bytes), true);
  return bytes;
}

const ascii = (text) => [...text].map((letter) => letter.charCodeAt(0));
const word = (value, size) => Array.from({ length: size }, (_, index) => (value >> (8 * index)) & 255);

/** A voice message of silence in OGG/Opus (RFC 7845), as long as asked. */
export function voiceSample(seconds = 3) {
  const head = [...ascii("OpusHead"), 1, 1, ...word(PRE_SKIP, 2), ...word(RATE, 4), 0, 0, 0];
  const tags = [...ascii("OpusTags"), ...word(6, 4), ...ascii("sample"), ...word(0, 4)];
  const pages = [page(2, 0, 0, [head]), page(0, 0, 1, [tags])];
  const frames = Math.round((seconds * RATE) / FRAME);
  for (let done = 0; done < frames;) {
    const count = Math.min(50, frames - done);
    done += count;
    pages.push(page(done === frames ? 4 : 0, done * FRAME, pages.length, Array.from({ length: count }, () => SILENT_PACKET)));
  }
  return new File(pages, "voice.ogg", { type: "audio/ogg" });
}

const PEAKS = [0.1, 0.62, 0.3, 0.95, 0.42, 0.78, 0.22, 0.7, 0.35, 0.9, 0.5, 0.15];

function ridge(context, width, base, height, colour, first) {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(0, width);
  for (let step = 0; step <= 10; step += 1) context.lineTo((step * width) / 10, base - height * PEAKS[(first + step) % PEAKS.length]);
  context.lineTo(width, width);
  context.fill();
}

/** A drawn landscape as a JPEG file; `number` changes its hour of the day. */
export function photoSample(number = 0) {
  const [width, height] = [960, 720];
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const sky = context.createLinearGradient(0, 0, 0, height);
  const [top, bottom] = [["#0b7ea8", "#cfeef5"], ["#f08a4b", "#fde8b8"], ["#182848", "#4b6cb7"]][number % 3];
  sky.addColorStop(0, top);
  sky.addColorStop(1, bottom);
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#fec50c";
  context.beginPath();
  context.arc(width * 0.72, height * 0.28, 64, 0, 2 * Math.PI);
  context.fill();
  ridge(context, width, height * 0.74, 300, "#6f8fab", number);
  ridge(context, width, height * 0.86, 190, "#3f6b5c", number + 3);
  ridge(context, width, height * 0.98, 110, "#27493d", number + 7);
  return new Promise((resolve) => {
    canvas.toBlob((blob) => resolve(new File([blob], `photo-${number + 1}.jpg`, { type: "image/jpeg" })), "image/jpeg", 0.85);
  });
}
