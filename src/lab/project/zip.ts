/** The first moment that a zip can tell: projects made from the same files are the same bytes. */
const DATE = 0x0021;
/** Names are UTF-8. */
const FLAGS = 0x0800;
const VERSION = 20;

/** Files as a zip archive below one folder, stored as they are: what is to be small is small already. */
export function zipOf(folder: string, files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const index: Uint8Array[] = [];
  let at = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = encoder.encode(`${folder}/${path}`);
    const data = encoder.encode(text);
    const common = [VERSION, FLAGS, 0, 0, DATE].map(word).concat([crc32(data), data.length, data.length].map(long));
    const sizes = [word(name.length), word(0)];
    const local = bytes([long(0x04034b50), ...common, ...sizes]);
    parts.push(local, name, data);
    // No comment, the first disk, no attributes.
    index.push(
      bytes([long(0x02014b50), word(VERSION), ...common, ...sizes, word(0), word(0), word(0), long(0), long(at)]),
    );
    index.push(name);
    at += local.length + name.length + data.length;
  }
  const count = word(index.length / 2);
  const end = bytes([long(0x06054b50), word(0), word(0), count, count, long(lengthOf(index)), long(at), word(0)]);
  return joined([...parts, ...index, end]);
}

/** A number and how many bytes it takes, lowest first. */
type Field = readonly [value: number, size: 2 | 4];

function word(value: number): Field {
  return [value, 2];
}

function long(value: number): Field {
  return [value, 4];
}

function bytes(fields: readonly Field[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([value, size]) => Array.from({ length: size }, (_, place) => (value >>> (8 * place)) & 0xff)),
  );
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The checksum that zip asks for. */
function crc32(data: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of data) sum = (TABLE[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
