import type { FileSystemTree, WebContainer } from '@webcontainer/api';
import type { Container } from './container.ts';

/** What a command of the fake does: what it prints, and its exit code, or that it never ends. */
export interface FakeCommand {
  readonly prints: readonly string[];
  readonly exit: number | 'never' | 'lost';
  readonly writes?: Readonly<Record<string, string>>;
}

/** A container that keeps the documented promises without running anything. For tests. */
export class FakeContainer implements Container {
  readonly files: Record<string, string> = {};
  readonly ran: string[] = [];
  readonly #commands: Readonly<Record<string, FakeCommand>>;
  #onError: (error: { message: string }) => void = () => undefined;

  constructor(commands: Readonly<Record<string, FakeCommand>>) {
    this.#commands = commands;
  }

  readonly fs = {
    readFile: (path: string) => {
      const text = this.files[path];
      return text === undefined ? Promise.reject(new Error(`ENOENT: ${path}`)) : Promise.resolve(text);
    },
    writeFile: (path: string, data: string) => {
      this.files[path] = data;
      return Promise.resolve();
    },
  };

  mount(tree: FileSystemTree, folder = ''): Promise<void> {
    for (const [name, node] of Object.entries(tree)) {
      if ('directory' in node) void this.mount(node.directory, `${folder}${name}/`);
      else if ('contents' in node.file) this.files[folder + name] = String(node.file.contents);
    }
    return Promise.resolve();
  }

  spawn(command: string, args: string[]): ReturnType<Container['spawn']> {
    const line = [command, ...args].join(' ');
    this.ran.push(line);
    const found = Object.entries(this.#commands).find(([start]) => line.startsWith(start))?.[1];
    if (found === undefined) return Promise.reject(new Error(`command not found: ${command}`));
    Object.assign(this.files, found.writes);
    const output = new ReadableStream<string>({
      start: (controller) => {
        for (const text of found.prints) controller.enqueue(text);
        if (typeof found.exit === 'number') controller.close();
      },
    });
    if (found.exit === 'lost') setTimeout(() => this.#onError({ message: 'the tab of the runtime was closed' }), 10);
    const exit = typeof found.exit === 'number' ? Promise.resolve(found.exit) : new Promise<number>(() => undefined);
    return Promise.resolve({ output, exit, kill: () => this.ran.push(`killed ${command}`) });
  }

  on(_event: 'error', listener: (error: { message: string }) => void): () => void {
    this.#onError = listener;
    return () => undefined;
  }

  teardown(): void {
    this.ran.push('teardown');
  }
}

/** The package's class can stand wherever the fake stands: what the fake promises, it promises. */
export type Documented = WebContainer extends Container ? true : never;
