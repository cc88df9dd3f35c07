import { FileImage } from '../../bytes/byte-source.ts';
import { Window } from '../../bytes/window.ts';
import { findMismatch } from '../../debug-module/pair-check.ts';
import { isFormatError } from '../../errors.ts';
import { readBuildId } from '../../wasm/links.ts';
import { WasmModule } from '../../wasm/module.ts';
import { FileError, type Io } from '../io.ts';
import type { LlvmVersion } from '../llvm-options.ts';
import type { LlvmSettings } from '../llvm-settings.ts';
import { ModuleError } from '../module-error.ts';
import type { PathSubstitution } from '../source-paths.ts';
import { findByBuildId } from './build-id.ts';
import { findDebugLink } from './debug-link.ts';
import { askDebuginfod, debuginfodServers, findInCache } from './debuginfod.ts';
import {
  fetchDebugInfo,
  fetchedDebugInfo,
  localDebugInfo,
  mayFetchDebugInfo,
  remoteDebugInfo,
} from './external-debug-info.ts';

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
  return fromAfar(searched, io);
}

/** Files that may have the debug information and are there, the likeliest first. */
function* candidates({ module, path, settings, paths, isPart }: Searched, io: Io): Generator<string> {
  const external = localDebugInfo(module, path, paths);
  if (external !== undefined && io.exists(external)) yield external;
  const link = findDebugLink(module, path, settings.fallbackDebugPath, io);
  if (link !== undefined) yield link;
  const siblings = isPart ? [] : [`${path.replace(/\.wasm$/, '')}.debug.wasm`, `${path}.debug.wasm`];
  for (const sibling of siblings) if (sibling !== path && io.exists(sibling)) yield sibling;
  const buildId = hexBuildId(module);
  const byId = buildId === undefined ? undefined : findByBuildId(buildId, settings, io);
  if (byId !== undefined) yield byId;
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

function openMatching(
  { module, path, settings }: Searched,
  file: string,
  io: Io,
  name: string = file,
): DebugFile | undefined {
  const warn = (message: string): void => io.stderr(`${io.argv0}: warning: '${name}': ${message}\n`);
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

/** What is not on this machine, or was fetched from elsewhere before. */
function fromAfar(searched: Searched, io: Io): undefined | DebugFile | Promise<DebugFile | undefined> {
  const { module, path, settings } = searched;
  const buildId = hexBuildId(module);
  const servers = buildId === undefined ? undefined : debuginfodServers(settings, io);
  const cached = servers === undefined ? undefined : findInCache(buildId!, io);
  const found = cached === undefined ? undefined : openMatching(searched, cached, io);
  if (found !== undefined) return found;

  const url = remoteDebugInfo(module);
  if (url !== undefined && mayFetchDebugInfo(settings, io)) {
    return fromUrl(searched, url, io).then((file) => file ?? fromDebuginfod(searched, buildId, servers, io));
  }
  return fromDebuginfod(searched, buildId, servers, io)?.then(told) ?? told(undefined);

  function told(file: DebugFile | undefined): DebugFile | undefined {
    if (file !== undefined || url === undefined) return file;
    const advice = 'fetch it with --fetch-debug-info, or name a local copy with --debug-file';
    io.stderr(`${io.argv0}: warning: '${path}': debug information is at ${url}; ${advice}\n`);
    return undefined;
  }
}

function fromDebuginfod(
  searched: Searched,
  buildId: string | undefined,
  servers: readonly string[] | undefined,
  io: Io,
): undefined | Promise<DebugFile | undefined> {
  if (buildId === undefined || servers === undefined || servers.length === 0) return undefined;
  return askDebuginfod(buildId, servers, io).then((file) =>
    file === undefined ? undefined : openMatching(searched, file, io),
  );
}

async function fromUrl(searched: Searched, url: string, io: Io): Promise<DebugFile | undefined> {
  const before = fetchedDebugInfo(url, io);
  if (before !== undefined && hasCodeOf(searched.module, before, io)) return openMatching(searched, before, io);
  try {
    return openMatching(searched, await fetchDebugInfo(url, io), io, url);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    io.stderr(`${io.argv0}: warning: '${url}': ${error.message}\n`);
    return before === undefined ? undefined : openMatching(searched, before, io, url);
  }
}

/** Whether a file certainly belongs to a module; one that was fetched may be of an earlier build. */
function hasCodeOf(module: WasmModule, file: string, io: Io): boolean {
  try {
    const debugFile = openFile(file, io).module;
    return debugFile.code !== undefined && findMismatch(module, debugFile) === undefined;
  } catch (error) {
    if (!(error instanceof FileError) && !isFormatError(error)) throw error;
    return false;
  }
}

function hexBuildId(module: WasmModule): string | undefined {
  const buildId = readBuildId(module);
  if (buildId === undefined) return undefined;
  return Array.from(buildId.bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function openFile(path: string, io: Io): DebugFile {
  return { module: WasmModule.read(Window.of(new FileImage(io.openFile(path)), 'module')), path };
}
