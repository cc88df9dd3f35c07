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
    return attempt(() => {
      const bytes = this.#bytes(path);
      return bytes === undefined ? openFileSource(this.#path(path)) : memorySource(bytes);
    });
  }

  readFile(path: string): Uint8Array {
    return attempt(() => this.#bytes(path) ?? readFileSync(this.#path(path)));
  }

  writeFile(path: string, bytes: Uint8Array): void {
    this.written.set(this.#path(path), bytes);
  }

  exists(path: string): boolean {
    if (this.#bytes(path) !== undefined) return true;
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

  /** Servers of the test itself only. */
  async fetch(url: string, { timeout, headers }: Parameters<Io['fetch']>[1]): Promise<HttpAnswer> {
    if (!url.startsWith('http://127.0.0.1:')) throw new Error('no network in tests');
    const response = await fetch(url, { signal: AbortSignal.timeout(timeout), headers: { ...headers } });
    return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
  }

  #bytes(path: string): Uint8Array | undefined {
    const found = this.#path(path);
    return this.written.get(found) ?? this.#replaced[found];
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
