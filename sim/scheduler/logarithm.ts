/**
 * The natural logarithm of a number of at least 1, with the four basic operations only, so that every engine gives the
 * same
 * bits. Within 2 units in the last place of the true value: far closer than the rounding of a spread score can notice.
 */
export function naturalLogarithm(value: number): number {
  let mantissa = value;
  let exponent = 0;
  while (mantissa > 1.5) {
    mantissa /= 2;
    exponent++;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let power = 25; power > 0; power -= 2) sum = sum * square + 1 / power;
  return exponent * Math.LN2 + 2 * s * sum;
}
