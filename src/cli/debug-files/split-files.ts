import { FileImage } from '../../bytes/byte-source.ts';
import { Window } from '../../bytes/window.ts';
import { wasmSections } from '../../debug-module/debug-module.ts';
import type { DwarfOptions } from '../../dwarf/read/dwarf.ts';
import type { FindSection } from '../../dwarf/read/sections.ts';
import { isFormatError } from '../../errors.ts';
import { WasmModule } from '../../wasm/module.ts';
import { FileError, type Io } from '../io.ts';
import { type PathSubstitution, substitutePath } from '../source-paths.ts';
import { resolveFrom } from './paths.ts';

/** What decides where split debug information is looked for. */
interface SplitOptions {
  /** The module's file, as it was named. */
  readonly path: string;
  /** The file with its debug information, where that is another one. */
  readonly debugPath?: string | undefined;
  /** The package that the command line names. */
  readonly dwp: string | undefined;
  /** Where recorded paths are on this machine. */
  readonly sourceMapPaths: readonly PathSubstitution[];
  /** Takes the path of each file that is not there or not to be read, once. */
  readonly missing?: ((path: string) => void) | undefined;
}

/**
 * Finds the split file of a skeleton: the package that is named, or the one beside the module (`MODULE.dwp`), where it
 * can be read; else the `.dwo` file by its recorded name, from the directory of the compilation.
 */
export function splitFiles(
  { path, debugPath, dwp, sourceMapPaths, missing }: SplitOptions,
  io: Io,
): NonNullable<DwarfOptions['splitFile']> {
  const beside = [path, debugPath].filter((each) => each !== undefined).map((each) => `${each}.dwp`);
  const packages = dwp === undefined ? beside : [dwp];
  let packageFile: FindSection | undefined | null = null;
  const files = new Map<string, FindSection | undefined>();
  return ({ name, compilationDirectory }) => {
    if (packageFile === null) packageFile = openFirst(packages, io);
    if (packageFile !== undefined) return packageFile;
    if (name === undefined) return undefined;
    const file = substitutePath(resolveFrom(compilationDirectory ?? '', name), sourceMapPaths);
    if (!files.has(file)) {
      const found = openFirst([file], io);
      files.set(file, found);
      if (found === undefined) missing?.(file);
    }
    return files.get(file);
  };
}

function openFirst(candidates: readonly string[], io: Io): FindSection | undefined {
  for (const path of candidates) {
    try {
      return wasmSections(WasmModule.read(Window.of(new FileImage(io.openFile(path)), 'module')));
    } catch (error) {
      if (!(error instanceof FileError) && !isFormatError(error)) throw error;
    }
  }
  return undefined;
}
