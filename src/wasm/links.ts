import { ByteReader } from '../bytes/byte-reader.ts';
import { ignore, type Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import type { WasmModule } from './module.ts';

/** The bytes that identify a build, and how the file spells them. */
export interface BuildId {
  readonly bytes: Uint8Array;
  /** With their length in front (tool conventions, BuildId.md), or bare, as old tools of Sentry wrote them. */
  readonly encoding: 'length-prefixed' | 'raw';
}

/** Where objcopy says that the debug information went. */
export interface DebugLink {
  /** A file name without directories. */
  readonly fileName: string;
  /** The CRC-32 of that file's bytes. */
  readonly crc: number;
}

type Options = { readonly report?: Report | undefined };

/** The `external_debug_info` section: the URL of the module with the DWARF, relative to this one or absolute. */
export function readExternalDebugInfo(module: WasmModule, options: Options = {}): string | undefined {
  return readUrl(module, 'external_debug_info', options);
}

/** The `sourceMappingURL` section: the URL of the source map. */
export function readSourceMappingUrl(module: WasmModule, options: Options = {}): string | undefined {
  return readUrl(module, 'sourceMappingURL', options);
}

/**
 * The `build_id` section.
 *
 * Sixteen bytes are always taken as bare: identifiers of fifteen are made nowhere. Other contents whose length in front
 * does not fit are answered bare too, and reported.
 */
export function readBuildId(module: WasmModule, options: Options = {}): BuildId | undefined {
  const window = module.custom('build_id')?.window;
  if (window === undefined || window.size === 0) return undefined;
  if (window.size === 16) return { bytes: window.toBytes(), encoding: 'raw' };
  const bytes = readCounted(window);
  if (bytes !== undefined) return { bytes, encoding: 'length-prefixed' };
  const message = `length does not fit the ${window.size} bytes; taken as bytes without a length`;
  options.report?.({ severity: 'warning', rule: 'links/build-id', message, section: 'build_id', offset: 0 });
  return { bytes: window.toBytes(), encoding: 'raw' };
}

/** The `.gnu_debuglink` section, as objcopy writes it: a name that ends with zero, padding to four, a checksum. */
export function readDebugLink(module: WasmModule, options: Options = {}): DebugLink | undefined {
  const window = module.custom('.gnu_debuglink')?.window;
  if (window === undefined) return undefined;
  try {
    const reader = new ByteReader(window);
    const fileName = reader.cstring();
    reader.seek(Math.min(Math.ceil(reader.offset / 4) * 4, window.end));
    return { fileName, crc: reader.u32() };
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; taken as no link`;
    const report = options.report ?? ignore;
    report({ severity: 'warning', rule: 'links/damaged', message, section: '.gnu_debuglink', offset: error.offset });
    return undefined;
  }
}

/** A section that holds one name: its length, then its bytes. */
function readUrl(module: WasmModule, section: string, { report }: Options): string | undefined {
  const window = module.custom(section)?.window;
  if (window === undefined) return undefined;
  try {
    const reader = new ByteReader(window);
    const url = reader.text(reader.uleb());
    if (reader.done) return url;
    const message = `${reader.left} bytes after the URL; left out`;
    report?.({ severity: 'warning', rule: 'links/bytes-after-url', message, section, offset: reader.offset });
    return url;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; taken as no link`;
    report?.({ severity: 'warning', rule: 'links/damaged', message, section, offset: error.offset });
    return undefined;
  }
}

function readCounted(window: ConstructorParameters<typeof ByteReader>[0]): Uint8Array | undefined {
  try {
    const reader = new ByteReader(window);
    const bytes = reader.take(reader.uleb());
    return reader.done ? bytes : undefined;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}
