const WORD = 1n << 32n;

/** The first 32 bits of the fraction of the n-th root (n = 2 or 3) of the first `count` primes: SHA-256's constants. */
function rootBits(root: bigint, count: number): readonly number[] {
  const bits: number[] = [];
  for (let candidate = 2n; bits.length < count; candidate++) {
    if (isPrime(candidate)) bits.push(Number(BigInt.asUintN(32, integerRoot(candidate * power(WORD, root), root))));
  }
  return bits;
}

function isPrime(candidate: bigint): boolean {
  for (let divisor = 2n; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0n) return false;
  return true;
}

function power(value: bigint, exponent: bigint): bigint {
  return exponent === 2n ? value * value : value * value * value;
}

function integerRoot(value: bigint, root: bigint): bigint {
  let low = 0n;
  let high = WORD * 8n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (power(middle, root) <= value) low = middle;
    else high = middle;
  }
  return low;
}

let constants: readonly number[] | undefined;

/** SHA-256 (FIPS 180-4) of a text in ASCII, as 32 bytes. Short texts only: it is here to name iptables chains. */
export function sha256(text: string): readonly number[] {
  constants ??= rootBits(3n, 64);
  const blocks = padded(text);
  const hash = [...rootBits(2n, 8)];
  for (let block = 0; block < blocks.length; block += 16) compress(hash, blocks.slice(block, block + 16), constants);
  return hash.flatMap((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255));
}

function padded(text: string): readonly number[] {
  const length = Math.ceil((text.length + 9) / 64) * 16;
  const words = new Array<number>(length).fill(0);
  for (let index = 0; index <= text.length; index++) {
    const byte = index < text.length ? text.charCodeAt(index) & 255 : 128;
    words[index >> 2] = (words[index >> 2] ?? 0) | (byte << (24 - (index % 4) * 8));
  }
  words[length - 1] = text.length * 8;
  return words;
}

function compress(hash: number[], block: readonly number[], constant: readonly number[]): void {
  const schedule = [...block];
  const at = (index: number) => schedule[index] ?? 0;
  for (let t = 16; t < 64; t++) {
    const small0 = turn(at(t - 15), 7) ^ turn(at(t - 15), 18) ^ (at(t - 15) >>> 3);
    const small1 = turn(at(t - 2), 17) ^ turn(at(t - 2), 19) ^ (at(t - 2) >>> 10);
    schedule.push((at(t - 16) + small0 + at(t - 7) + small1) | 0);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let t = 0; t < 64; t++) {
    const big1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const first = (h + big1 + ((e & f) ^ (~e & g)) + (constant[t] ?? 0) + at(t)) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    hash[index] = ((hash[index] ?? 0) + word) >>> 0;
  });
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
