import { readExports } from '../../wasm/exports.ts';
import { readImports } from '../../wasm/imports.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { readFunctionTypes, readTypes } from '../../wasm/types.ts';

/** What a thread that runs a module is told: plain data, which can be handed from thread to thread. */
export interface RunPlan {
  readonly calls: readonly RunCall[];
  readonly imports: readonly RunImport[];
  /** Stacks of one call are not taken further than this. */
  readonly mostStacks: number;
}

/** An exported function and what it is called with. */
export interface RunCall {
  readonly name: string;
  readonly values: readonly (number | bigint)[];
  /** `run(0, 7)`. */
  readonly text: string;
}

/** Something that the module imports, and that does little. */
export interface RunImport {
  readonly module: string;
  readonly name: string;
  readonly kind: string;
  /** What a function answers. */
  readonly result: number | bigint | undefined;
  readonly initial: number;
  readonly maximum: number | undefined;
  readonly shared: boolean;
  /** What a tag's exceptions hold. */
  readonly parameters: readonly string[];
}

/** Exports that are called. */
const MOST_EXPORTS = 200;
const MOST_STACKS = 500;
/** Arguments that every parameter gets, one call after the other. */
const ARGUMENTS: readonly number[] = [0, 1, 7];

/** How a module is run: its exported functions, each with a few arguments, and imports that do little. */
export function planRun(module: WasmModule): RunPlan {
  const types = readTypes(module);
  const functionTypes = readFunctionTypes(module);
  const calls = readExports(module)
    .filter(({ kind }) => kind === 'function')
    .slice(0, MOST_EXPORTS)
    .flatMap(({ name, index }): RunCall[] => {
      const type = types[functionTypes[index] ?? -1];
      const parameters = type?.kind === 'function' ? type.parameters : [];
      const given = parameters.length === 0 ? [0] : ARGUMENTS;
      return given.map((value) => {
        const values = parameters.map((each) => numberOf(each, value));
        return { name, values, text: `${name}(${values.join(', ')})` };
      });
    });
  const imports = readImports(module).imports.map((each): RunImport => {
    const type = types[each.type ?? -1];
    const [result] = type?.kind === 'function' ? type.results : [];
    return {
      module: each.module,
      name: each.name,
      kind: each.kind,
      result: result === undefined ? undefined : numberOf(result, 0),
      initial: each.limits?.minimum ?? (each.kind === 'memory' ? 1 : 0),
      maximum: each.limits?.maximum,
      shared: each.limits?.shared ?? false,
      parameters: type?.kind === 'function' ? type.parameters : [],
    };
  });
  return { calls, imports, mostStacks: MOST_STACKS };
}

function numberOf(type: string, value: number): number | bigint {
  return type === 'i64' ? BigInt(value) : value;
}
