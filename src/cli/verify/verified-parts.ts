import type { Window } from '../../bytes/window.ts';
import type { Diagnostic } from '../../diagnostics.ts';
import { type CoreModule, openContainer } from '../../wasm/component.ts';
import { WasmModule } from '../../wasm/module.ts';
import { openWindow } from '../crash/open-window.ts';
import { FileError, type Io } from '../io.ts';

/** What is verified by itself: a module, one of those in a component, or what a component says around them. */
export type VerifiedPart = ModulePart | ComponentPart;

interface ModulePart {
  readonly kind: 'module';
  /** As reports name it: the file, and which module of it. */
  readonly label: string;
  readonly module: WasmModule;
  readonly window: Window;
  /** Where the module begins in the file. */
  readonly offset: number;
  /** Which module of a component it is. */
  readonly core: Pick<CoreModule, 'index' | 'name' | 'offset'> | undefined;
}

interface ComponentPart {
  readonly kind: 'component';
  readonly label: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** The parts of a file: a core module, or a component and the core modules in it. @throws FileError, FormatError */
export function verifiedParts(path: string, io: Io, isOne: boolean): VerifiedPart[] {
  const window = openWindow(path, io);
  const diagnostics: Diagnostic[] = [];
  const container = openContainer(window, { report: (diagnostic) => diagnostics.push(diagnostic) });
  if (container.kind === 'module') {
    return [{ kind: 'module', label: path, module: container.module, window, offset: 0, core: undefined }];
  }
  const { modules } = container;
  if (isOne && modules.length !== 1) {
    throw new FileError('other', `${path}: a component of ${modules.length} modules, and a debug file is of one`);
  }
  return [
    { kind: 'component', label: path, diagnostics: ownDiagnostics(diagnostics, modules) },
    ...modules.map(({ module, offset, index, name }): ModulePart => {
      const label = `${path} (core module ${index}${name === undefined ? '' : ` ${name}`} at 0x${offset.toString(16)})`;
      return { kind: 'module', label, module, window: module.window, offset, core: { index, name, offset } };
    }),
  ];
}

/** Without what is found within the core modules: they tell that themselves. */
function ownDiagnostics(diagnostics: readonly Diagnostic[], modules: readonly CoreModule[]): Diagnostic[] {
  const left = [...diagnostics];
  for (const { module } of modules) {
    const report = ({ rule, offset, message }: Diagnostic): void => {
      const at = left.findIndex((each) => each.rule === rule && each.offset === offset && each.message === message);
      if (at >= 0) left.splice(at, 1);
    };
    WasmModule.read(module.window, { report });
  }
  return left;
}
