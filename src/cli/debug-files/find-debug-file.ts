import { FileImage } from '../../bytes/byte-source.ts';
import { Window } from '../../bytes/window.ts';
import { findMismatch } from '../../debug-module/pair-check.ts';
import { isFormatError } from '../../errors.ts';
import { readBuildId, readExternalDebugInfo } from '../../wasm/links.ts';
import { WasmModule } from '../../wasm/module.ts';
import { FileError, type Io } from '../io.ts';
import type { LlvmVersion } from '../llvm-options.ts';
import type { LlvmSettings } from '../llvm-settings.ts';
import { ModuleError } from '../module-error.ts';
import { type PathSubstitution, substitutePath } from '../source-paths.ts';
import { findByBuildId } from './build-id.ts';
import { findDebugLink } from './debug-link.ts';
import { askDebuginfod, debuginfodServers } from './debuginfod.ts';
import { directoryOf, resolveFrom } from './paths.ts';

/** A module whose debug information is looked for. */
export interface Searched {
  readonly module: WasmModule;
  /** Its file, as it was named. */
  readonly path: string;
  readonly settings: LlvmSettings;
  readonly version: LlvmVersion;
  /** Where recorded paths are on this machine. */
  readonly paths: readonly PathSubstitution[];
  /** Whether it is only a part of its file: what stands beside that is of the whole. */
  readonly isPart?: boolean;
}

/** A module's debug information in another file. */
export interface DebugFile {
  readonly module: WasmModule;
  readonly path: string;
}

/**
 * The file with a module's debug information, where that is another one: the one that the command line names; else, if
 * the module has none itself, the one that it links to, one beside it, one by its build id. Each has to have the
 * module's code.
 *
 * @throws ModuleError where the file that the command line names cannot be used.
 */
export function findDebugFile(searched: Searched, io: Io): DebugFile | undefined | Promise<DebugFile | undefined> {
  const { module, path, settings, version } = searched;
  if (version !== 'ours') {
    const link = findDebugLink(module, path, settings.fallbackDebugPath, io);
    return link === undefined ? undefined : openFile(link, io);
  }
  if (settings.debugFile !== undefined && !searched.isPart) return openNamed(searched, settings.debugFile, io);
  if (module.custom('.debug_info') !== undefined) return undefined;
  for (const candidate of candidates(searched, io)) {
    const found = openMatching(searched, candidate, io);
    if (found !== undefined) return found;
  }
  return fromDebuginfod(searched, io);
}

/** Files that may have the debug information and are there, the likeliest first. */
function* candidates({ module, path, settings, paths, isPart }: Searched, io: Io): Generator<string> {
  const external = readExternalDebugInfo(module);
  if (external !== undefined) {
    const file = localFile(external, path, paths, io);
    if (file !== undefined && io.exists(file)) yield file;
  }
  const link = findDebugLink(module, path, settings.fallbackDebugPath, io);
  if (link !== undefined) yield link;
  const siblings = isPart ? [] : [`${path.replace(/\.wasm$/, '')}.debug.wasm`, `${path}.debug.wasm`];
  for (const sibling of siblings) if (sibling !== path && io.exists(sibling)) yield sibling;
  const buildId = hexBuildId(module);
  const byId = buildId === undefined ? undefined : findByBuildId(buildId, settings, io);
  if (byId !== undefined) yield byId;
}

/** Where the URL of `external_debug_info` is on this machine. */
function localFile(url: string, path: string, paths: readonly PathSubstitution[], io: Io): string | undefined {
  const local = url.startsWith('file://') ? url.slice('file://'.length) : url;
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(local)) {
    io.stderr(`${io.argv0}: warning: '${path}': debug information is at ${url}; name a local copy with --debug-file\n`);
    return undefined;
  }
  return substitutePath(resolveFrom(directoryOf(path), decodePercent(local)), paths);
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function openNamed({ module, path, settings }: Searched, file: string, io: Io): DebugFile {
  let found: DebugFile;
  try {
    found = openFile(file, io);
  } catch (error) {
    if (error instanceof FileError || isFormatError(error)) throw new ModuleError(`'${file}': ${error.message}`);
    throw error;
  }
  const mismatch = settings.force ? undefined : findMismatch(module, found.module);
  if (mismatch === undefined) return found;
  throw new ModuleError(
    `'${file}' has not the debug information of '${path}': ${mismatch} (--force uses it all the same)`,
  );
}

function openMatching({ module, path, settings }: Searched, file: string, io: Io): DebugFile | undefined {
  const warn = (message: string): void => io.stderr(`${io.argv0}: warning: '${file}': ${message}\n`);
  try {
    const found = openFile(file, io);
    const mismatch = settings.force ? undefined : findMismatch(module, found.module);
    if (mismatch === undefined) return found;
    warn(`not the debug information of '${path}': ${mismatch}`);
  } catch (error) {
    if (!(error instanceof FileError) && !isFormatError(error)) throw error;
    warn(error.message);
  }
  return undefined;
}

function fromDebuginfod(searched: Searched, io: Io): undefined | Promise<DebugFile | undefined> {
  const buildId = hexBuildId(searched.module);
  const servers = debuginfodServers(searched.settings, io);
  if (buildId === undefined || servers.length === 0) return undefined;
  return askDebuginfod(buildId, servers, io).then((file) =>
    file === undefined ? undefined : openMatching(searched, file, io),
  );
}

function hexBuildId(module: WasmModule): string | undefined {
  const buildId = readBuildId(module);
  if (buildId === undefined) return undefined;
  return Array.from(buildId.bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function openFile(path: string, io: Io): DebugFile {
  return { module: WasmModule.read(Window.of(new FileImage(io.openFile(path)), 'module')), path };
}
