import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { besideOf } from '../lab/labfile.ts';
import { programIn } from '../lab/project/project.ts';
import { zipOf } from '../lab/project/zip.ts';
import { labLessons, projectAt } from './project.ts';

const place = mkdtempSync(join(tmpdir(), 'project-'));
afterAll(() => rmSync(place, { recursive: true }));

const NODE_TESTS = ['run', '--reporter=verbose', '--no-color'];

it.each(labLessons())('%s: the downloaded project passes with the solution', { timeout: 120_000 }, async (file) => {
  const files = await projectAt(file);
  const program = programIn(files);
  const solution = readFileSync(join(dirname(file), besideOf('solution', program)), 'utf8');
  const project = unpack(zipOf('lab', { ...files, [program]: solution }));
  const solved = project.test();
  expect(solved.told).toMatch(/Tests {2}\d+ passed \(\d+\)/);
  expect(solved.status).toBe(0);
});

it('a downloaded project fails with the start, and tells the line of a crash', { timeout: 120_000 }, async () => {
  const [file = ''] = labLessons();
  const project = unpack(zipOf('lab', await projectAt(file)));
  const begun = project.test();
  expect(begun.told).toContain('There are 0 pods, not 3.');
  expect(begun.status).toBe(1);
  const crashed = project.test('export function reconcile() {\n  throw new Error("on purpose");\n}\n');
  expect(crashed.told).toContain('Your program crashed: Error: on purpose (program.ts:2)');
  expect(project.test('export function reconcile( {\n').told).toMatch(/program\.ts:\d: /);
});

it('an archive is the same for the same files, and keeps every letter', () => {
  const files = { 'a.txt': 'Grüße 🚢\n', 'folder/b.txt': '' };
  expect(zipOf('x', files)).toEqual(zipOf('x', files));
  expect(unzipped(zipOf('x', files))).toEqual({ 'x/a.txt': 'Grüße 🚢\n', 'x/folder/b.txt': '' });
});

let count = 0;

/** Unpacks it, and leaves what `npm install` would: the package in it, linked, and vitest. */
function unpack(archive: Uint8Array) {
  const root = join(place, String(++count));
  for (const [path, text] of Object.entries(unzipped(archive))) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const folder = join(root, 'lab');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(resolve('node_modules/vitest'), join(folder, 'node_modules/vitest'));
  symlinkSync(join(folder, 'cluster-lab'), join(folder, 'node_modules/cluster-lab'));
  return {
    test(program?: string) {
      if (program !== undefined) writeFileSync(join(folder, 'program.ts'), program);
      const command = [resolve('node_modules/vitest/vitest.mjs'), ...NODE_TESTS];
      const { stdout, stderr, status } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
      return { told: `${stdout}${stderr}`, status };
    },
  };
}

/** Reads an archive of stored files from its index, as other programs do, and checks the sums. */
function unzipped(archive: Uint8Array): Record<string, string> {
  const bytes = Buffer.from(archive);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const files: Record<string, string> = {};
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    const [sum, size, nameSize] = [
      bytes.readUInt32LE(at + 16),
      bytes.readUInt32LE(at + 24),
      bytes.readUInt16LE(at + 28),
    ];
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    expect(bytes.compare(bytes, at + 10, at + 30, local + 8, local + 28), 'both headers say the same').toBe(0);
    const data = bytes.subarray(start, start + size);
    expect(crc32(data)).toBe(sum);
    files[bytes.toString('utf8', at + 46, at + 46 + nameSize)] = data.toString('utf8');
    at += 46 + nameSize;
  }
  expect(at).toBe(end);
  return files;
}
