import { accessSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FileError, type HttpAnswer, type Io } from '../../src/cli/io.ts';
import { memorySource, openFileSource } from '../../src/node/file-source.ts';

/** An {@link Io} whose streams are texts and whose files are those of a directory. */
export class MemoryIo implements Io {
  readonly argv0: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly colours = false;
  readonly #directory: string;
  readonly #input: readonly Uint8Array[];
  readonly #renamed: Readonly<Record<string, string>>;
  readonly #replaced: Readonly<Record<string, Uint8Array>>;
  readonly #output: Uint8Array[] = [];
  /** Files written by the command. */
  readonly written: Map<string, Uint8Array> = new Map();
  /** What happened, in order: `read`, `write`. */
  readonly events: string[] = [];
  errors = '';

  constructor(options: {
    argv0: string;
    directory: string;
    stdin?: string | readonly string[] | undefined;
    env?: Readonly<Record<string, string>>;
    /** Prefixes of absolute paths, and where they are. */
    renamed?: Readonly<Record<string, string>>;
    /** Contents of files in place of those on disk, by absolute path. */
    replaced?: Readonly<Record<string, Uint8Array>>;
  }) {
    this.argv0 = options.argv0;
    this.env = options.env ?? {};
    this.#directory = options.directory;
    const chunks = typeof options.stdin === 'string' ? [options.stdin] : (options.stdin ?? []);
    this.#input = chunks.map((chunk) => Buffer.from(chunk));
    this.#renamed = options.renamed ?? {};
    this.#replaced = options.replaced ?? {};
  }

  get cwd(): string {
    return this.#directory;
  }

  get output(): string {
    return Buffer.concat(this.#output).toString();
  }

  async *stdin(): AsyncGenerator<Uint8Array> {
    for (const chunk of this.#input) {
      this.events.push('read');
      yield chunk;
    }
    this.events.push('read');
  }

  stdout(text: string | Uint8Array): void {
    this.events.push('write');
    this.#output.push(Buffer.from(text));
  }

  stderr(text: string): void {
    this.errors += text;
  }

  openFile(path: string): ReturnType<Io['openFile']> {
    if (path === '-') return memorySource(Buffer.concat(this.#input));
    const found = this.#path(path);
    return attempt(() => (this.#replaced[found] ? memorySource(this.#replaced[found]) : openFileSource(found)));
  }

  readFile(path: string): Uint8Array {
    const found = this.#path(path);
    return attempt(() => this.#replaced[found] ?? readFileSync(found));
  }

  writeFile(path: string, bytes: Uint8Array): void {
    this.written.set(path, bytes);
  }

  exists(path: string): boolean {
    try {
      accessSync(this.#path(path));
      return true;
    } catch {
      return false;
    }
  }

  list(path: string): readonly string[] {
    const directory = this.#path(path);
    if (!existsSync(directory)) return [];
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  }

  async fetch(): Promise<HttpAnswer> {
    throw new Error('no network in this test');
  }

  #path(path: string): string {
    for (const [from, to] of Object.entries(this.#renamed)) {
      if (path.startsWith(from)) return to + path.slice(from.length);
    }
    return path === '' ? '' : resolve(this.#directory, path);
  }
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
        throw new FileError('not-found', 'No such file or directory');
      case 'EISDIR':
        throw new FileError('directory', 'Is a directory');
      default:
        throw error;
    }
  }
}
