import { ByteReader } from '../bytes/byte-reader.ts';
import { ignore, type Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import { EXTERNAL_KINDS, type ExternalKind } from './imports.ts';
import type { WasmModule } from './module.ts';
import { SECTION } from './sections.ts';

/** One export. */
export interface WasmExport {
  readonly name: string;
  readonly kind: ExternalKind;
  /** In the index space of its kind, imports first. */
  readonly index: number;
}

/** Reads the export section; what stands before damage is answered, the damage reported. */
export function readExports(module: WasmModule, options: { readonly report?: Report | undefined } = {}): WasmExport[] {
  const report = options.report ?? ignore;
  const exports: WasmExport[] = [];
  const section = module.section(SECTION.export);
  if (section === undefined) return exports;
  const reader = new ByteReader(section.window);
  try {
    for (let count = reader.uleb(); count > 0; count--) {
      const name = reader.text(reader.uleb());
      const code = reader.u8();
      const kind = EXTERNAL_KINDS[code];
      if (kind === undefined) {
        throw reader.error('unknown-code', `export of unknown kind 0x${code.toString(16)}`, reader.offset - 1);
      }
      exports.push({ name, kind, index: reader.uleb() });
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; only the ${exports.length} exports before it are read`;
    report({ severity: 'error', rule: 'exports/damaged', message, section: 'export', offset: error.offset });
  }
  return exports;
}
