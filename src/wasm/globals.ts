import { ByteReader } from '../bytes/byte-reader.ts';
import type { Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import { readConstantExpression } from './constant-expressions.ts';
import { readImports } from './imports.ts';
import type { WasmModule } from './module.ts';
import { SECTION } from './sections.ts';
import { readValueType } from './value-types.ts';

/** A global that the module defines. */
export interface WasmGlobal {
  /** In the index space of globals, imports first. */
  readonly index: number;
  /** `i32`, `(ref null 3)` … */
  readonly type: string;
  readonly mutable: boolean;
  /** What it is at the start, if that is an integer that does not depend on an import. */
  readonly value: number | undefined;
}

/** The defined globals; what stands before damage is answered, the damage reported. */
export function readGlobals(module: WasmModule, options: { readonly report?: Report | undefined } = {}): WasmGlobal[] {
  const globals: WasmGlobal[] = [];
  const section = module.section(SECTION.global);
  if (section === undefined) return globals;
  const first = readImports(module, options).counts.global;
  const reader = new ByteReader(section.window);
  try {
    for (let count = reader.uleb(); count > 0; count--) {
      const index = first + globals.length;
      const type = readValueType(reader);
      const mutable = (reader.u8() & 1) !== 0;
      const value = readConstantExpression(reader, (other) => globals[other - first]?.value);
      globals.push({ index, type, mutable, value });
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; only the ${globals.length} globals before it are read`;
    options.report?.({
      severity: 'warning',
      rule: 'globals/damaged',
      message,
      section: 'global',
      offset: error.offset,
    });
  }
  return globals;
}
