import type { ByteSource } from '../bytes/byte-source.ts';
import { FileImage } from '../bytes/byte-source.ts';
import { Window } from '../bytes/window.ts';
import { openModule } from '../debug-module/debug-module.ts';
import { isFormatError } from '../errors.ts';
import { DwarfWarnings } from '../symbolize/llvm/dwarf-warnings.ts';
import { findRefusal } from '../symbolize/llvm/refusals.ts';
import { checkRelocations } from '../symbolize/llvm/relocation-check.ts';
import { ModuleAnswers } from '../symbolize/module-answers.ts';
import { isArchive, readArchive } from '../wasm/archive.ts';
import { WasmModule } from '../wasm/module.ts';
import { isWasm } from './architectures.ts';
import { findDebugFile } from './debug-files/find-debug-file.ts';
import { splitFiles } from './debug-files/split-files.ts';
import { FileError, type Io } from './io.ts';
import type { LlvmVersion } from './llvm-options.ts';
import type { LlvmSettings } from './llvm-settings.ts';
import { ModuleError } from './module-error.ts';
import type { QueriedModule } from './modules.ts';

/** A module as a query names it. */
interface Wanted {
  /** A file, or a member of an archive in parentheses. */
  readonly file: string;
  readonly architecture: string;
  readonly settings: LlvmSettings;
  readonly version: LlvmVersion;
}

/** Opens a module. @throws ModuleError where that is not possible, with the reason in LLVM's words where it has some. */
export function openQueriedModule(wanted: Wanted, io: Io): QueriedModule | Promise<QueriedModule> {
  try {
    return openChecked(wanted, io);
  } catch (error) {
    if (error instanceof FileError || isFormatError(error)) throw new ModuleError(error.message);
    throw error;
  }
}

function openChecked({ file, architecture, settings, version }: Wanted, io: Io): QueriedModule {
  const window = openWindow(file, architecture, version, io);
  if (version !== 'ours') {
    const refusal = findRefusal(window, version);
    if (refusal !== undefined) throw new ModuleError(refusal);
  }
  const module = WasmModule.read(window);
  if (version !== 'ours') checkRelocations(module);
  const debugFile = findDebugFile({ module, path: file, settings, version }, io);
  const { dwp, sourceMapPaths } = settings;
  const debugModule = openModule(module, {
    debugFile,
    likeLlvm: version !== 'ours',
    splitFile: splitFiles({ path: file, dwp, sourceMapPaths }, io),
  });
  if (version === 'ours') return new ModuleAnswers(debugModule, undefined, settings);
  const warnings = new DwarfWarnings(debugModule.dwarf, version, (line) => io.stderr(line));
  return new ModuleAnswers(debugModule, { mixedSpaces: version === 19, warnings }, settings);
}

function openWindow(file: string, architecture: string, version: LlvmVersion, io: Io): Window {
  const member = /^(.*)\(([^()]*)\)$/.exec(file);
  if (member !== null && version !== 19 && !io.exists(file)) {
    const [, archive = '', name = ''] = member;
    const image = imageOf(io.openFile(archive));
    const found = readArchive(image).find((each) => each.name === name);
    if (found === undefined || (version === 23 && !isWasm(architecture))) {
      throw new ModuleError(`no matching member '${name}' with arch '${architecture}' in '${archive}'`);
    }
    return found.window;
  }
  const image = imageOf(io.openFile(file));
  if (image.size > 0 && isArchive(image)) throw new ModuleError('No object file for requested architecture');
  return Window.of(image, 'module');
}

function imageOf(source: ByteSource): FileImage {
  return new FileImage(source);
}
