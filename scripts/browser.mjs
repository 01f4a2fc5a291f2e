// Finds a Chromium for the browser tests, cheapest and most predictable first: CHROMIUM_PATH, the one inside the npm
// package @sparticuz/chromium (Linux x64, pinned by the lockfile; it has no windows to manage and takes half of the
// processor time of a whole browser), the one Playwright already downloaded, one installed on the system, then
// `playwright install`, and last Debian's own package.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { installWithApt, onPath } from './apt.mjs';

const systemNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable'];
const systemPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
];

/** Promises `{ path, from }`; `path` is undefined when Playwright knows the browser by itself. Throws when none is found. */
export async function findChromium() {
  const found =
    fromEnvironment() ?? (await fromPackage()) ?? (await fromPlaywright()) ?? fromSystem() ?? download() ?? fromApt();
  if (found) return found;
  throw new Error('No Chromium found. Install Chrome or Chromium, or set CHROMIUM_PATH to one.');
}

function fromEnvironment() {
  const path = process.env.CHROMIUM_PATH;
  if (!path) return undefined;
  if (!existsSync(path)) throw new Error(`CHROMIUM_PATH=${path} does not exist.`);
  return { path, from: 'CHROMIUM_PATH' };
}

async function fromPlaywright() {
  const { chromium } = await import('@playwright/test');
  return existsSync(chromium.executablePath()) ? { path: undefined, from: "Playwright's cache" } : undefined;
}

function fromSystem() {
  const path = systemNames.map(onPath).find(Boolean) ?? systemPaths.find((candidate) => existsSync(candidate));
  return path ? { path, from: 'the system' } : undefined;
}

async function fromPackage() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  // With this variable the package also unpacks the shared libraries and the font a bare machine lacks.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs22.x';
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    return { path: await chromium.executablePath(), from: '@sparticuz/chromium' };
  } catch {
    return undefined;
  }
}

function download() {
  const isDone = run('npx', ['playwright', 'install', 'chromium', '--only-shell']);
  return isDone ? { path: undefined, from: 'playwright install' } : undefined;
}

function fromApt() {
  return installWithApt('chromium') ? { path: '/usr/bin/chromium', from: 'apt' } : undefined;
}

function run(command, args) {
  return spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status === 0;
}
