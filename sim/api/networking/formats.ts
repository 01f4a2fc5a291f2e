import { between, dns1123SubdomainErrors, ipErrors, pathSegmentErrors } from '../formats.ts';
import { type Errors, invalidEach, required } from '../validate.ts';

/** An address block such as `10.0.0.0/24`, as bits. */
export interface Cidr {
  readonly bits: bigint;
  readonly width: 32 | 128;
  readonly prefix: number;
}

/** Reads a block of IPv4 or IPv6 addresses; undefined when it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  if (ipErrors(address).length > 0) return undefined;
  const width = address.includes(':') ? 128 : 32;
  const prefix = Number(length);
  return prefix > width ? undefined : { bits: width === 32 ? fromDots(address) : fromColons(address), width, prefix };
}

/** Whether every address of `inner`, and not all of `outer`, is meant. */
export function isStrictSubset(inner: Cidr, outer: Cidr): boolean {
  const shift = BigInt(outer.width - outer.prefix);
  const isInside = inner.width === outer.width && inner.bits >> shift === outer.bits >> shift;
  return isInside && inner.prefix > outer.prefix;
}

function fromDots(address: string): bigint {
  return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function fromColons(address: string): bigint {
  const [head = '', tail] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const gap = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: gap }, () => '0'), ...(tail ?? [])];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';

/** Upstream IsWildcardDNS1123Subdomain. */
export function wildcardErrors(host: string): readonly string[] {
  if (new RegExp(`^\\*\\.${SUBDOMAIN}$`).test(host)) return [];
  return [
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower " +
      "case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex " +
      `used for validation is '\\*\\.${SUBDOMAIN}')`,
  ];
}

/** Upstream IsValidPortNum in the words of a backend. */
export function backendPortErrors(port: number): readonly string[] {
  return port >= 1 && port <= 65_535 ? [] : [between(1, 65_535)];
}

/** A group, a kind and a name, as references have them. */
export function referenceErrors(
  { apiGroup, kind = '', name = '' }: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string },
  at: string,
): Errors {
  return [
    ...(apiGroup === undefined ? [] : invalidEach(`${at}.apiGroup`, apiGroup, dns1123SubdomainErrors(apiGroup))),
    ...(kind === '' ? [required(`${at}.kind`)] : invalidEach(`${at}.kind`, kind, pathSegmentErrors(kind))),
    ...(name === '' ? [required(`${at}.name`)] : invalidEach(`${at}.name`, name, pathSegmentErrors(name))),
  ];
}
