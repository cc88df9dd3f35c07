import { findMismatch } from '../../debug-module/pair-check.ts';
import { isFormatError } from '../../errors.ts';
import { readBuildId } from '../../wasm/links.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { FileError, type Io } from '../io.ts';
import type { LlvmVersion } from '../llvm-options.ts';
import type { LlvmSettings } from '../llvm-settings.ts';
import { ModuleError } from '../module-error.ts';
import type { PathSubstitution } from '../source-paths.ts';
import { debugDirectories, hexBuildId } from './build-id.ts';
import { findDebugLink } from './debug-link.ts';
import { askDebuginfod, debuginfodServers, findInCache } from './debuginfod.ts';
import { fetchDebugInfo, fetchedDebugInfo, mayFetchDebugInfo, remoteDebugInfo } from './external-debug-info.ts';
import { type DebugFile, findLocalDebugFile, openDebugFile, openMatching, type Refusal } from './local-debug-file.ts';

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
    return link === undefined ? undefined : openDebugFile(link, io);
  }
  if (settings.debugFile !== undefined && !searched.isPart) return openNamed(searched, settings.debugFile, io);
  if (module.custom('.debug_info') !== undefined) return undefined;
  const { fallbackDebugPath } = settings;
  const local = { ...searched, fallbackDebugPath, directories: debugDirectories(settings) };
  return findLocalDebugFile(local, refusal(searched, io), io) ?? fromAfar(searched, io);
}

/** Warns of a file that is not the module's, by the name that people know it by. */
function refusal({ settings }: Searched, io: Io, name?: string): Refusal {
  return {
    force: settings.force,
    refuse: (path, reason) => io.stderr(`${io.argv0}: warning: '${name ?? path}': ${reason}\n`),
  };
}

function openNamed({ module, path, settings }: Searched, file: string, io: Io): DebugFile {
  let found: DebugFile;
  try {
    found = openDebugFile(file, io);
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

/** What is not on this machine, or was fetched from elsewhere before. */
function fromAfar(searched: Searched, io: Io): undefined | DebugFile | Promise<DebugFile | undefined> {
  const { module, path, settings } = searched;
  const id = readBuildId(module);
  const buildId = id === undefined ? undefined : hexBuildId(id.bytes);
  const servers = buildId === undefined ? undefined : debuginfodServers(settings, io);
  const cached = servers === undefined ? undefined : findInCache(buildId!, io);
  const found = cached === undefined ? undefined : openMatching(searched, cached, refusal(searched, io), io);
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
    file === undefined ? undefined : openMatching(searched, file, refusal(searched, io), io),
  );
}

async function fromUrl(searched: Searched, url: string, io: Io): Promise<DebugFile | undefined> {
  const before = fetchedDebugInfo(url, io);
  if (before !== undefined && hasCodeOf(searched.module, before, io))
    return openMatching(searched, before, refusal(searched, io), io);
  try {
    return openMatching(searched, await fetchDebugInfo(url, io), refusal(searched, io, url), io);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    io.stderr(`${io.argv0}: warning: '${url}': ${error.message}\n`);
    return before === undefined ? undefined : openMatching(searched, before, refusal(searched, io, url), io);
  }
}

/** Whether a file certainly belongs to a module; one that was fetched may be of an earlier build. */
function hasCodeOf(module: WasmModule, file: string, io: Io): boolean {
  try {
    const debugFile = openDebugFile(file, io).module;
    return debugFile.code !== undefined && findMismatch(module, debugFile) === undefined;
  } catch (error) {
    if (!(error instanceof FileError) && !isFormatError(error)) throw error;
    return false;
  }
}
