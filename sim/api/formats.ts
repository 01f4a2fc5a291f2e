/**
 * Checks of names, labels, ports and so on. Each gives the texts of what is wrong, none when all is well; the texts are
 * those of upstream apimachinery `util/validation` and `api/validate/content`.
 */

/** DNS-1123 label: names of namespaces, containers, volumes. */
export function dns1123LabelErrors(value: string): readonly string[] {
  return limited(
    value,
    63,
    LABEL,
    'a lowercase RFC 1123 label must consist of lower case alphanumeric characters or ' +
      "'-', and must start and end with an alphanumeric character",
    LABEL_TEXT,
    ['my-name', '123-abc'],
  );
}

/** DNS-1123 subdomain: names of most objects. */
export function dns1123SubdomainErrors(value: string): readonly string[] {
  return limited(
    value,
    253,
    SUBDOMAIN,
    'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric ' +
      "characters, '-' or '.', and must start and end with an alphanumeric character",
    SUBDOMAIN_TEXT,
    ['example.com'],
  );
}

/** DNS-1035 label: names of Services. */
export function dns1035LabelErrors(value: string): readonly string[] {
  return limited(
    value,
    63,
    DNS1035,
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start " +
      'with an alphabetic character, and end with an alphanumeric character',
    DNS1035_TEXT,
    ['my-name', 'abc-123'],
  );
}

/** Key of a label or annotation, of a taint and so on: `name` or `prefix/name`. */
export function labelKeyErrors(value: string): readonly string[] {
  const parts = value.split('/');
  if (parts.length > 2) {
    const rule = regexError(NAME_RULE, KEY_TEXT, KEY_EXAMPLES);
    return [`a valid label key ${rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts[parts.length - 1] ?? '';
  const errors: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') errors.push('prefix part must be non-empty');
    else errors.push(...dns1123SubdomainErrors(prefix).map((text) => `prefix part ${text}`));
  }
  if (name === '') errors.push('name part must be non-empty');
  else if (name.length > 63) errors.push(`name part ${maxLength(63)}`);
  if (!KEY.test(name)) errors.push(`name part ${regexError(NAME_RULE, KEY_TEXT, KEY_EXAMPLES)}`);
  return errors;
}

/** Value of a label, of a taint and so on. */
export function labelValueErrors(value: string): readonly string[] {
  return limited(
    value,
    63,
    LABEL_VALUE,
    'a valid label must be an empty string or consist of alphanumeric characters, ' +
      "'-', '_' or '.', and must start and end with an alphanumeric character",
    `(${KEY_TEXT})?`,
    ['MyValue', 'my_value', '12345'],
  );
}

/** Name of a container port or a port reference (RFC 6335). */
export function portNameErrors(value: string): readonly string[] {
  const errors: string[] = [];
  if (value.length > 15) errors.push(maxLength(15));
  if (!/^[-a-z0-9]+$/.test(value)) {
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)');
  if (value.includes('--')) errors.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

/** A TCP or UDP port number. */
export function portNumberErrors(value: number): readonly string[] {
  return value >= 1 && value <= 65535 && Number.isInteger(value) ? [] : [between(1, 65535)];
}

/** Name of an environment variable; since v1.34 any printable ASCII without `=`. */
export function envNameErrors(value: string): readonly string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  if (/^[\x20-\x3c\x3e-\x7e]+$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** Key of a ConfigMap. */
export function configKeyErrors(value: string): readonly string[] {
  const errors = limited(
    value,
    253,
    /^[-._a-zA-Z0-9]+$/,
    'a valid config key must consist of alphanumeric characters, ' + "'-', '_' or '.'",
    '[-._a-zA-Z0-9]+',
    ['key.name', 'KEY_NAME', 'key-name'],
  );
  if (value === '.') return [...errors, "must not be '.'"];
  if (value === '..') return [...errors, "must not be '..'"];
  return value.startsWith('..') ? [...errors, "must not start with '..'"] : errors;
}

/** Percentage text such as `25%`. */
export function percentErrors(value: string): readonly string[] {
  if (/^[0-9]+%$/.test(value)) return [];
  const rule = "a valid percent string must be a numeric string followed by an ending '%'";
  return [regexError(rule, '[0-9]+%', ['1%', '93%'])];
}

/** IPv4 or IPv6 address; upstream's text for anything else. */
export function ipErrors(value: string): readonly string[] {
  return isIPv4(value) || isIPv6(value) ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
}

/** Whether it is a dotted IPv4 address without leading zeros. */
function isIPv4(value: string): boolean {
  const parts = value.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** Whether it is an IPv6 address, with or without `::`. */
function isIPv6(value: string): boolean {
  const halves = value.split('::');
  if (!value.includes(':') || halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  return (
    groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) &&
    (halves.length === 2 ? groups.length < 8 : groups.length === 8)
  );
}

/** `must be between 1 and 65535, inclusive` */
export function between(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

const LABEL_TEXT = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_TEXT = `${LABEL_TEXT}(\\.${LABEL_TEXT})*`;
const DNS1035_TEXT = '[a-z]([-a-z0-9]*[a-z0-9])?';
const KEY_TEXT = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const KEY_EXAMPLES = ['MyName', 'my.name', '123-abc'];
const NAME_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const DNS1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const KEY = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

function limited(
  value: string,
  limit: number,
  pattern: RegExp,
  rule: string,
  patternText: string,
  examples: readonly string[],
): readonly string[] {
  const errors = value.length > limit ? [maxLength(limit)] : [];
  return pattern.test(value) ? errors : [...errors, regexError(rule, patternText, examples)];
}

function maxLength(limit: number): string {
  return `must be no more than ${limit} characters`;
}

function regexError(rule: string, patternText: string, examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${rule} (e.g. ${shown}regex used for validation is '${patternText}')`;
}

/** Upstream IsValidPathSegmentName: what a role or binding may be called, which is nearly anything. */
export function pathSegmentErrors(value: string): readonly string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((sign) => value.includes(sign)).map((sign) => `may not contain '${sign}'`);
}
