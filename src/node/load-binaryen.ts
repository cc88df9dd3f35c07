import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BinaryenHost, refusal } from '../rewrite/drivers/in-process/host.ts';

/** What of the engine's interface is used; its types come with the browser's, which are not here. */
interface Engine {
  instantiate: (source: unknown, imports?: unknown) => Promise<{ instance?: Instance } & Partial<Instance>>;
  readonly Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer };
}

interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** By folder of the package. */
const loaded = new Map<string, Promise<BinaryenHost>>();

/**
 * Loads npm's `binaryen`, an optional peer, so that its memory can be looked into and its log listened to: the package
 * in `folder`, or the one that is found beside whoever runs us, or beside us.
 *
 * @throws OptimizerError where it is not installed, or was loaded by somebody else before.
 */
export async function loadBinaryen(folder: string = findFolder()): Promise<BinaryenHost> {
  let host = loaded.get(folder);
  if (host === undefined) loaded.set(folder, (host = load(folder)));
  return host;
}

async function load(folder: string): Promise<BinaryenHost> {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  let onLine: ((line: string) => void) | undefined;
  let memory: BinaryenHost['memory'] | undefined;
  let code: Uint8Array | undefined;
  const engine = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
  // Its glue takes hold of `console.error` when it is loaded, and of nothing we could reach later.
  const { error } = console;
  const { instantiate } = engine;
  console.error = (...words: unknown[]): void => {
    if (onLine !== undefined) onLine(words.join(' '));
    else error(...words);
  };
  engine.instantiate = async (source, imports) => {
    const made = await instantiate(source, imports);
    const exports = Object.values(made.instance?.exports ?? made.exports ?? {});
    memory = exports.find((each) => each instanceof engine.Memory) as BinaryenHost['memory'] | undefined;
    code = bytesOf(source);
    return made;
  };
  try {
    const { default: api } = (await import(pathToFileURL(join(folder, 'index.js')).href)) as {
      default: Record<string, unknown>;
    };
    if (memory === undefined || code === undefined) throw refusal("npm's binaryen was loaded before");
    const listen = (listener: typeof onLine): void => {
      onLine = listener;
    };
    return { version, api, memory, code, listen };
  } finally {
    console.error = error;
    engine.instantiate = instantiate;
  }
}

function findFolder(): string {
  for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      return dirname(createRequire(from).resolve('binaryen'));
    } catch {
      // Looked for elsewhere.
    }
  }
  throw refusal("npm's binaryen is not installed");
}

function bytesOf(source: unknown): Uint8Array | undefined {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : undefined;
}
