import type { Quantity } from './meta.ts';
import type { Parsed } from './selector.ts';

/** How a quantity is written: `128Mi`, `100m` / `5k`, or `1e3`. */
export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

/** An exact amount in billionths (upstream's smallest unit) and the notation it came in. */
export interface QuantityValue {
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";
const WRONG_NUMBER = 'unable to parse numeric part of quantity';

/** Reads quantity text exactly; amounts finer than a billionth are rounded away from zero, as upstream does. */
export function parseQuantity(text: string): Parsed<QuantityValue> {
  if (text === '') return { ok: false, error: WRONG_FORMAT };
  const match = /^([+-]?)([0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text);
  if (match === null) return { ok: false, error: WRONG_FORMAT };
  const [, sign, digits = '', suffix = ''] = match;
  const number = /^(\d*)(?:\.(\d*))?$/.exec(digits);
  if (number === null || digits === '.') return { ok: false, error: digits === '.' ? WRONG_NUMBER : WRONG_FORMAT };
  const unit = unitOf(suffix);
  if (unit === undefined) return { ok: false, error: WRONG_SUFFIX };
  const [, whole = '', decimals = ''] = number;
  const mantissa = BigInt(`0${whole}${decimals}`);
  const nano = scale(mantissa * unit.binary, unit.exponent + 9 - decimals.length);
  const limited = nano > MAX_NANO ? MAX_NANO : nano;
  return { ok: true, value: { nano: sign === '-' ? -limited : limited, format: unit.format } };
}

/** The canonical text: no precision lost, no fraction, the largest suffix that fits. */
export function formatQuantity({ nano, format }: QuantityValue): Quantity {
  if (nano === 0n) return '0';
  const sign = nano < 0n ? '-' : '';
  const amount = nano < 0n ? -nano : nano;
  if (format === 'BinarySI' && amount >= 1024n * UNIT) return sign + binaryText(ceilDivide(amount, UNIT));
  return sign + decimalText(amount, format === 'DecimalExponent');
}

/** The text upstream would store for it; text that is no quantity comes back unchanged. */
export function canonicalQuantity(text: Quantity): Quantity {
  const parsed = parseQuantity(text);
  return parsed.ok ? formatQuantity(parsed.value) : text;
}

/** Thousandths, rounded up (upstream MilliValue): CPU `100m` is 100, `0.5` is 500. Absent or unreadable is 0. */
export function milliValue(text: Quantity | undefined): number {
  if (text === undefined) return 0;
  const quick = /^(\d{1,12})(m?)$/.exec(text);
  if (quick !== null) return quick[2] === 'm' ? Number(quick[1]) : Number(quick[1]) * 1000;
  const parsed = parseQuantity(text);
  return parsed.ok ? Number(ceilSigned(parsed.value.nano, 1_000_000n)) : 0;
}

const QUICK_UNITS: Readonly<Record<string, number>> = { '': 1, Ki: 1024, Mi: 1_048_576, Gi: 1_073_741_824 };

/** Whole units, rounded up (upstream Value): memory in bytes, `64Mi` is 67108864. Absent or unreadable is 0. */
export function wholeValue(text: Quantity | undefined): number {
  if (text === undefined) return 0;
  const quick = /^(\d{1,6})(Ki|Mi|Gi|)$/.exec(text);
  if (quick !== null) return Number(quick[1]) * (QUICK_UNITS[quick[2] ?? ''] ?? 1);
  const parsed = parseQuantity(text);
  return parsed.ok ? Number(ceilSigned(parsed.value.nano, UNIT)) : 0;
}

/**
 * Negative, zero or positive, as the amounts differ; equal amounts in other notations are equal. Unreadable counts as
 * 0.
 */
export function compareQuantities(left: Quantity, right: Quantity): number {
  const difference = nanoOf(left) - nanoOf(right);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

/** The exact sum in the notation of the first that is not zero, as upstream `Quantity.Add`. */
export function addQuantities(left: Quantity, right: Quantity): Quantity {
  return combine(left, right, 1n);
}

/** The exact difference, as upstream `Quantity.Sub`. */
export function subtractQuantities(left: Quantity, right: Quantity): Quantity {
  return combine(left, right, -1n);
}

/** Canonical text of an amount in thousandths (`250` is `250m`). */
export function milliQuantity(milli: number): Quantity {
  return formatQuantity({ nano: BigInt(Math.trunc(milli)) * 1_000_000n, format: 'DecimalSI' });
}

/** Canonical text of whole units, binary (`67108864` is `64Mi`) or decimal. */
export function wholeQuantity(units: number, format: QuantityFormat = 'BinarySI'): Quantity {
  return formatQuantity({ nano: BigInt(Math.trunc(units)) * UNIT, format });
}

const UNIT = 1_000_000_000n;
const MAX_NANO = (2n ** 63n - 1n) * UNIT;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

interface Unit {
  readonly binary: bigint;
  /** Power of ten. */
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function unitOf(suffix: string): Unit | undefined {
  const binary = BINARY.indexOf(suffix);
  if (binary > 0) return { binary: 1024n ** BigInt(binary), exponent: 0, format: 'BinarySI' };
  const decimal = DECIMAL.indexOf(suffix);
  if (decimal >= 0) return { binary: 1n, exponent: decimal * 3 - 9, format: 'DecimalSI' };
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix);
  if (exponent === null || Number(exponent[1]) > 99 || Number(exponent[1]) < -99) return undefined;
  return { binary: 1n, exponent: Number(exponent[1]), format: 'DecimalExponent' };
}

function scale(value: bigint, power: number): bigint {
  return power >= 0 ? value * 10n ** BigInt(power) : ceilDivide(value, 10n ** BigInt(-power));
}

function ceilDivide(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}

function ceilSigned(value: bigint, divisor: bigint): bigint {
  return value >= 0n ? ceilDivide(value, divisor) : value / divisor;
}

function binaryText(units: bigint): string {
  let amount = units;
  let step = 0;
  while (amount % 1024n === 0n && step < BINARY.length - 1) {
    amount /= 1024n;
    step += 1;
  }
  return `${amount}${BINARY[step]}`;
}

function decimalText(nano: bigint, asExponent: boolean): string {
  let amount = nano;
  let step = 0;
  while (amount % 1000n === 0n && step < DECIMAL.length - 1) {
    amount /= 1000n;
    step += 1;
  }
  if (!asExponent || step === 3) return `${amount}${asExponent ? '' : DECIMAL[step]}`;
  return `${amount}e${step * 3 - 9}`;
}

function nanoOf(text: Quantity): bigint {
  const parsed = parseQuantity(text);
  return parsed.ok ? parsed.value.nano : 0n;
}

function combine(left: Quantity, right: Quantity, sign: bigint): Quantity {
  const a = parseQuantity(left);
  const b = parseQuantity(right);
  const first = a.ok ? a.value : ZERO;
  const second = b.ok ? b.value : ZERO;
  const format = first.nano === 0n ? second.format : first.format;
  return formatQuantity({ nano: first.nano + sign * second.nano, format });
}

const ZERO: QuantityValue = { nano: 0n, format: 'DecimalSI' };
