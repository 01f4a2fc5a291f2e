import type { Program } from './program.ts';

const DIGITS_PER_SECOND = 150;
const MAX_DIGITS = 10_000;

/**
 * `perl -Mbignum=bpi -wle 'print bpi(N)'`, the Job of the documentation: computes pi to N digits, which takes a while,
 * prints it and ends. Other scripts end with an error that says so.
 */
export const perl: Program = {
  start({ argv }) {
    const digits = Number(/bpi\((\d{1,5})\)/.exec(argv.join(' '))?.[1] ?? 0);
    if (digits === 0) return { state: 0, lines: ['perl: only "print bpi(N)" is modelled here'], exitCode: 255 };
    return { state: Math.min(digits, MAX_DIGITS), wakeMs: Math.ceil((digits / DIGITS_PER_SECOND) * 1000) };
  },
  wake: (state) => ({ state, lines: [piTo(Number(state))], exitCode: 0 }),
};

/** Pi to so many digits, with Machin's formula in whole numbers: 16 arctan(1/5) - 4 arctan(1/239). */
function piTo(digits: number): string {
  const guard = 10;
  const unity = 10n ** BigInt(digits - 1 + guard);
  const pi = (16n * arctanOfInverse(5n, unity) - 4n * arctanOfInverse(239n, unity)) / 10n ** BigInt(guard);
  const text = pi.toString();
  return digits > 1 ? `${text[0]}.${text.slice(1)}` : text;
}

function arctanOfInverse(inverse: bigint, unity: bigint): bigint {
  let power = unity / inverse;
  let sum = power;
  for (let divisor = 3n, sign = -1n; power > 0n; divisor += 2n, sign = -sign) {
    power /= inverse * inverse;
    sum += (sign * power) / divisor;
  }
  return sum;
}
