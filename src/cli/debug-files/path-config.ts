import { decodeUtf8 } from '../../bytes/text.ts';
import { FileError, type Io } from '../io.ts';
import type { PathSubstitution } from '../source-paths.ts';
import { directoryOf, resolveFrom } from './paths.ts';

/** The file beside a module that says where its sources are. */
const CONFIG = 'wasm-symbolizer.json';

/**
 * The substitutions of `wasm-symbolizer.json` beside a module: `{ "sourceMapPath": { "/build": "src" } }`. What they
 * lead to counts from that directory. A file that is not so is told of and left out.
 */
export function readPathConfig(modulePath: string, io: Io): PathSubstitution[] {
  const directory = directoryOf(modulePath);
  const path = `${directory}${CONFIG}`;
  if (!io.exists(path)) return [];
  try {
    const config: unknown = JSON.parse(decodeUtf8(io.readFile(path)));
    const paths = (config as { sourceMapPath?: unknown } | null)?.sourceMapPath ?? {};
    return Object.entries(paths as Record<string, unknown>).map(([from, to]) => {
      if (typeof to !== 'string') throw new SyntaxError(`"sourceMapPath" of "${from}" is no text`);
      return { from, to: resolveFrom(directory, to) };
    });
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof FileError)) throw error;
    io.stderr(`${io.argv0}: warning: '${path}': ${error.message}\n`);
    return [];
  }
}
