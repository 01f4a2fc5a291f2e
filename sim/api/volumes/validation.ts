import { ACCESS_MODES } from '../cells.ts';
import { dns1123SubdomainErrors } from '../formats.ts';
import type { Quantity } from '../meta.ts';
import { compareQuantities } from '../quantity.ts';
import { type Errors, forbiddenField, invalidEach, invalidValue, NOT_NEGATIVE, notSupported } from '../validate.ts';

/** Each mode is known, and ReadWriteOncePod stands alone. */
export function modeErrors(modes: readonly string[], field: string): Errors {
  const known = [...ACCESS_MODES.keys()].sort();
  const isMixed = modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod');
  return [
    ...modes.filter((mode) => !ACCESS_MODES.has(mode)).map((mode) => notSupported(field, mode, known)),
    ...(isMixed ? [forbiddenField(field, 'may not use ReadWriteOncePod with other access modes')] : []),
  ];
}

/** Filesystem or Block. */
export function volumeModeErrors(mode: string | undefined): Errors {
  const known = ['Block', 'Filesystem'];
  return mode === undefined || known.includes(mode) ? [] : [notSupported('spec.volumeMode', mode, known)];
}

/** The name of a class, where one is given. */
export function classErrors(name: string | undefined): Errors {
  return name ? invalidEach('spec.storageClassName', name, dns1123SubdomainErrors(name)) : [];
}

/** An amount of storage is more than nothing. */
export function sizeErrors(field: string, amount: Quantity): Errors {
  return compareQuantities(amount, '0') > 0 ? [] : [invalidValue(field, amount, 'must be greater than zero')];
}

/** An amount is not less than nothing. */
export function amountErrors(field: string, amount: Quantity): Errors {
  return compareQuantities(amount, '0') < 0 ? [invalidValue(field, amount, NOT_NEGATIVE)] : [];
}
