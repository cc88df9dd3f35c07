import { FileImage } from '../bytes/byte-source.ts';
import { Window } from '../bytes/window.ts';
import { openModule } from '../debug-module/debug-module.ts';
import type { Report } from '../diagnostics.ts';
import { type FormatError, isFormatError } from '../errors.ts';
import { DwarfWarnings } from '../symbolize/llvm/dwarf-warnings.ts';
import { findRefusal } from '../symbolize/llvm/refusals.ts';
import { ModuleAnswers } from '../symbolize/module-answers.ts';
import { isArchive, readArchive } from '../wasm/archive.ts';
import { type CoreModule, openContainer } from '../wasm/component.ts';
import { WasmModule } from '../wasm/module.ts';
import { isWasm } from './architectures.ts';
import { ComponentAnswers } from './component-answers.ts';
import { damageReport } from './damage-report.ts';
import { findDebugFile } from './debug-files/find-debug-file.ts';
import type { DebugFile } from './debug-files/local-debug-file.ts';
import { splitFiles } from './debug-files/split-files.ts';
import { FileError, type Io } from './io.ts';
import type { LlvmVersion } from './llvm-options.ts';
import type { LlvmSettings } from './llvm-settings.ts';
import { ModuleError } from './module-error.ts';
import type { QueriedModule } from './modules.ts';
import type { PathSubstitution } from './source-paths.ts';

/** A module as a query names it. */
export interface Wanted {
  /** A file, or a member of an archive in parentheses. */
  readonly file: string;
  readonly architecture: string;
  readonly settings: LlvmSettings;
  readonly version: LlvmVersion;
  /** Where recorded paths are on this machine. */
  readonly paths: readonly PathSubstitution[];
}

/** Opens a module. @throws ModuleError where that is not possible, with the reason in LLVM's words where it has some. */
export function openQueriedModule(wanted: Wanted, io: Io): QueriedModule | Promise<QueriedModule> {
  try {
    const { version } = wanted;
    return version === 'ours' ? openAny(wanted, io) : openLikeLlvm({ ...wanted, version }, io);
  } catch (error) {
    if (error instanceof FileError) throw new ModuleError(error.message);
    if (!isFormatError(error)) throw error;
    throw new ModuleError(inLlvmWords(error));
  }
}

/** LLVM's sentences are what scripts look for. */
function inLlvmWords({ code, detail, message }: FormatError): string {
  if (code === 'not-wasm') return 'The file was not recognized as a valid object file';
  const version = code === 'unknown-version' ? /^version (\d+)/.exec(detail)?.[1] : undefined;
  return version === undefined ? message : `invalid version number: ${version}`;
}

/** Whatever can be read: modules that LLVM refuses, components, debug information in other files. */
function openAny(wanted: Wanted, io: Io): QueriedModule | Promise<QueriedModule> {
  const { file, settings } = wanted;
  const window = openWindow(wanted, io);
  const report = damageReport(file, io);
  const container = openContainer(window, { report });
  if (container.kind === 'component') return openComponent(container.modules, wanted, report, io);
  const { module } = container;
  const answer = (debugFile: DebugFile | undefined): QueriedModule => {
    const options = { debugFile: debugFile?.module, splitFile: split(wanted, debugFile, io), report };
    return new ModuleAnswers(openModule(module, options), undefined, settings);
  };
  const debugFile = findDebugFile({ ...wanted, module, path: file }, io);
  return debugFile instanceof Promise ? debugFile.then(answer) : answer(debugFile);
}

/** The core modules of a component, each with the debug file that it links to itself. */
function openComponent(
  modules: readonly CoreModule[],
  wanted: Wanted,
  report: Report,
  io: Io,
): QueriedModule | Promise<QueriedModule> {
  const { settings } = wanted;
  const debugFiles = modules.map(({ module }) =>
    findDebugFile({ ...wanted, module, path: wanted.file, isPart: true }, io),
  );
  const answer = (found: readonly (DebugFile | undefined)[]): QueriedModule =>
    new ComponentAnswers(
      modules.map(({ module, offset }, index) => {
        const debugFile = found[index];
        const options = { debugFile: debugFile?.module, splitFile: split(wanted, debugFile, io), report };
        const answers = new ModuleAnswers(openModule(module, options), undefined, {
          ...settings,
          addressSpace: 'file',
          fileOffset: offset,
        });
        return { start: offset, end: offset + module.window.size, answers };
      }),
    );
  const isWaiting = debugFiles.some((each) => each instanceof Promise);
  return isWaiting ? Promise.all(debugFiles).then(answer) : answer(debugFiles as (DebugFile | undefined)[]);
}

function openLikeLlvm(wanted: Wanted & { readonly version: 19 | 23 }, io: Io): QueriedModule {
  const { file, settings, version } = wanted;
  const window = openWindow(wanted, io);
  const refusal = findRefusal(window, version);
  if (refusal !== undefined) throw new ModuleError(refusal);
  const module = WasmModule.read(window);
  const debugFile = findDebugFile({ ...wanted, module, path: file }, io) as DebugFile | undefined;
  const debugModule = openModule(module, {
    debugFile: debugFile?.module,
    likeLlvm: true,
    splitFile: split(wanted, undefined, io),
  });
  const warnings = new DwarfWarnings(debugModule.dwarf, version, (line) => io.stderr(line));
  return new ModuleAnswers(debugModule, { mixedSpaces: version === 19, warnings }, settings);
}

function split(
  { file, settings, version, paths }: Wanted,
  debugFile: DebugFile | undefined,
  io: Io,
): ReturnType<typeof splitFiles> {
  const missing = (path: string): void =>
    io.stderr(`${io.argv0}: warning: '${file}': no split debug information at '${path}'\n`);
  const options = { path: file, debugPath: debugFile?.path, dwp: settings.dwp, sourceMapPaths: paths };
  return splitFiles(version === 'ours' ? { ...options, missing } : options, io);
}

function openWindow({ file, architecture, version }: Wanted, io: Io): Window {
  const member = /^(.*)\(([^()]*)\)$/.exec(file);
  if (member !== null && version !== 19 && !io.exists(file)) {
    const [, archive = '', name = ''] = member;
    const found = readArchive(new FileImage(io.openFile(archive))).find((each) => each.name === name);
    if (found === undefined || (version === 23 && !isWasm(architecture))) {
      throw new ModuleError(`no matching member '${name}' with arch '${architecture}' in '${archive}'`);
    }
    return found.window;
  }
  const image = new FileImage(io.openFile(file));
  if (image.size === 0 || !isArchive(image)) return Window.of(image, 'module');
  const members = version === 'ours' ? readArchive(image) : [];
  if (members.length === 1) return members[0]!.window;
  const names = members.slice(0, 3).map(({ name }) => `${file}(${name})`);
  const hint = names.length === 0 ? '' : `; name a member: ${names.join(', ')}${members.length > 3 ? ', …' : ''}`;
  throw new ModuleError(`No object file for requested architecture${hint}`);
}
