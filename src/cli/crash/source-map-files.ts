import { encodeUtf8 } from '../../bytes/text.ts';
import { isFormatError } from '../../errors.ts';
import { SourceMap } from '../../source-map/source-map.ts';
import { readSourceMappingUrl } from '../../wasm/links.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { directoryOf, resolveFrom } from '../debug-files/paths.ts';
import { FileError, type Io } from '../io.ts';

/**
 * The source map of a module: in its `sourceMappingURL`, beside it where that says, or `MODULE.map`. One that cannot be
 * read is told of.
 */
export function findSourceMap(module: WasmModule, path: string, io: Io): SourceMap | undefined {
  const url = readSourceMappingUrl(module);
  const [, encoding, data] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url ?? '') ?? [];
  if (data !== undefined) {
    const bytes = encoding === undefined ? encodeUtf8(decoded(data)) : Uint8Array.from(Buffer.from(data, 'base64'));
    return readSourceMap(`sourceMappingURL of ${path}`, () => bytes, io);
  }
  const named = url === undefined ? [] : [resolveFrom(directoryOf(path), decoded(url.replace(/^file:\/\//, '')))];
  const file = [...named, `${path}.map`].find((each) => io.exists(each));
  return file === undefined ? undefined : readSourceMap(file, () => io.readFile(file), io);
}

function readSourceMap(name: string, read: () => Uint8Array, io: Io): SourceMap | undefined {
  try {
    return checkedSourceMap(SourceMap.read(read()));
  } catch (error) {
    if (!isFormatError(error) && !(error instanceof FileError)) throw error;
    io.stderr(`${io.argv0}: ${name}: ${error.message}; not used\n`);
    return undefined;
  }
}

/** A source map that was named. @throws FormatError where it is damaged. */
export function checkedSourceMap(map: SourceMap): SourceMap {
  // All that frames ask for, so that damage shows here.
  void [map.segments, map.sources, map.names];
  return map;
}

/** What is no percent-encoding stands for itself. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
