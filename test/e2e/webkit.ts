import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

/** Debian's package webkit2gtk-driver brings both; there is no screen, so xvfb lends one. */
const DRIVER = '/usr/bin/WebKitWebDriver';
const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const SCREEN = '/usr/bin/xvfb-run';

/** Whether WebKitGTK is installed here. */
export const hasWebKit = [DRIVER, BROWSER, SCREEN].every((path) => existsSync(path));

/** What a test needs of a browser; a page of Playwright is one too. */
export interface Browser {
  goto(url: string): Promise<unknown>;
  evaluate<Argument, Result>(inPage: (given: Argument) => Result | Promise<Result>, given: Argument): Promise<Result>;
}

/** WebKitGTK by the W3C WebDriver protocol: Playwright has its own WebKit, which no distribution packages. */
export class WebKit implements Browser {
  readonly #process: ChildProcess;
  readonly #driver: string;
  #session = '';

  private constructor(port: number) {
    this.#driver = `http://127.0.0.1:${port}`;
    this.#process = spawn(SCREEN, ['-a', DRIVER, `--port=${port}`], { stdio: 'ignore', detached: true });
  }

  /** Starts the driver and one window. */
  static async open(): Promise<WebKit> {
    const browser = new WebKit(await freePort());
    const options = { binary: BROWSER, args: ['--automation'] };
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
    const { sessionId } = (await browser.#whenUp(() => browser.#send('POST', '/session', { capabilities }))) as {
      readonly sessionId: string;
    };
    browser.#session = `/session/${sessionId}`;
    await browser.#send('POST', `${browser.#session}/timeouts`, { script: 120_000 });
    return browser;
  }

  async goto(url: string): Promise<void> {
    await this.#send('POST', `${this.#session}/url`, { url });
  }

  async evaluate<Argument, Result>(
    inPage: (given: Argument) => Result | Promise<Result>,
    given: Argument,
  ): Promise<Result> {
    const script = `
      const [given, done] = arguments;
      const fail = (error) => done({ error: String(error) });
      Promise.resolve(given).then(${inPage}).then((value) => done({ value }), fail);`;
    const body = { script, args: [given] };
    const { value, error } = (await this.#send('POST', `${this.#session}/execute/async`, body)) as {
      readonly value: Result;
      readonly error?: string;
    };
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** Ends the window, the driver and its screen. */
  async close(): Promise<void> {
    if (this.#session !== '') await this.#send('DELETE', this.#session).catch(() => undefined);
    const { pid } = this.#process;
    if (pid !== undefined) process.kill(-pid);
  }

  async #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(this.#driver + path, { method, headers, ...init });
    const { value } = (await response.json()) as { readonly value: { readonly error?: string } | null };
    if (!response.ok) throw new Error(`WebDriver ${method} ${path}: ${JSON.stringify(value).slice(0, 500)}`);
    return value;
  }

  async #whenUp(act: () => Promise<unknown>): Promise<unknown> {
    for (let tries = 0; tries < 100; tries++) {
      const isUp = await this.#send('GET', '/status').then(
        () => true,
        () => false,
      );
      if (isUp) return act();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('WebKitWebDriver did not start within 10 s.');
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
