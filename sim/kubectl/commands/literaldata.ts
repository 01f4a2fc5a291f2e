import type { Job } from '../command.ts';
import { listed } from '../flags.ts';
import { quoted } from '../json.ts';

/** The values of `--from-file` and `--from-literal`, or what is wrong with one of them. */
export function literalData(job: Job, name: string, kind: string): Readonly<Record<string, string>> | string {
  const data: Record<string, string> = {};
  for (const source of listed(job.args, 'from-file')) {
    const [key = '', path = key] = source.split('=');
    const file = job.files[path];
    if (file === undefined) return `error reading ${path}: no such file or directory`;
    data[key] = file.text;
  }
  for (const source of listed(job.args, 'from-literal')) {
    const at = source.indexOf('=');
    if (at <= 0) return `invalid literal source ${source}, expected key=value`;
    const key = source.slice(0, at);
    if (data[key] !== undefined) {
      return `cannot add key ${quoted(key)}, another key by that name already exists in Data for ${kind} ${quoted(name)}`;
    }
    data[key] = source.slice(at + 1).replace(/^(["'])(.*)\1$/s, '$2');
  }
  return data;
}
