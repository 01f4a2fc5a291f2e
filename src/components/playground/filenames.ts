type Files = Readonly<Record<string, string>>;

/** So many files a reader may have at once; a link to a moment carries as many. */
export const MOST_FILES = 20;
/** As links to a moment allow it (`src/session/linktext.ts`). */
const NAME = /^[a-z0-9][\w.-]{0,59}\.ya?ml$/i;

/** Why a file cannot have this name, or be there at all; '' when it can. */
export function canBeCalled(name: string, files: Files): string {
  if (name in files) return `There is a ${name} already.`;
  if (!NAME.test(name)) return 'A name is made of letters, digits, dots and dashes, and ends in .yaml.';
  return '';
}

/** A name nobody has yet: `new.yaml`, `new-2.yaml`. */
export function freeName(name: string, files: Files): string {
  if (!(name in files)) return name;
  const [, stem = '', end = ''] = /^(.*?)(\.ya?ml)$/i.exec(name) ?? [];
  const count = [...Array(MOST_FILES + 1).keys()].find((number) => !(`${stem}-${number + 2}${end}` in files)) ?? 0;
  return `${stem}-${count + 2}${end}`;
}

/** Whether there is room for one more. */
export function isFull(files: Files): boolean {
  return Object.keys(files).length >= MOST_FILES;
}
