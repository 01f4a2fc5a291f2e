import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Which simulator made a page, and when. */
export interface Version {
  readonly name: string;
  /** Short; '' where the sources are no Git checkout. */
  readonly commit: string;
  /** `2026-01-31` */
  readonly day: string;
}

let known: Version | undefined;

/** The version that is being built. SOURCE_DATE_EPOCH makes two builds of one source the same, byte for byte. */
export function version(): Version {
  if (known !== undefined) return known;
  const { version: name } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  const date = epoch === undefined ? new Date() : new Date(Number(epoch) * 1000);
  known = { name, commit: commitOf(), day: date.toISOString().slice(0, 10) };
  return known;
}

function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return '';
  }
}
