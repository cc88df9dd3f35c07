import { ByteReader } from '../bytes/byte-reader.ts';
import { ignore, type Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import type { WasmModule } from './module.ts';
import { SECTION } from './sections.ts';
import { type Limits, readLimits, readValueType } from './value-types.ts';

/** What an import or export can be. */
export type ExternalKind = 'function' | 'table' | 'memory' | 'global' | 'tag';

/** One import. */
export interface WasmImport {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternalKind;
  /** In the index space of its kind. */
  readonly index: number;
  /** Of a function or tag: the index of its type. */
  readonly type: number | undefined;
  /** Of a memory: how large it is. */
  readonly limits: Limits | undefined;
}

/** The imports of a module, in order, and how many there are of each kind: where the indexes of definitions begin. */
export interface WasmImports {
  readonly imports: readonly WasmImport[];
  readonly counts: Readonly<Record<ExternalKind, number>>;
}

/** Kinds by their code (WebAssembly 3.0, 5.3.16). */
export const EXTERNAL_KINDS: readonly ExternalKind[] = ['function', 'table', 'memory', 'global', 'tag'];

/** A function import whose type may not be a subtype of what is given (custom descriptors proposal). */
const EXACT_FUNCTION = 0x20;
/** Compact imports: one module name for several items (compact import section proposal). */
const SHARED_MODULE = 0x7f;
/** Compact imports: one module name and one type for several names. */
const SHARED_TYPE = 0x7e;

/** Reads the import section; what stands before damage is answered, the damage reported. */
export function readImports(module: WasmModule, options: { readonly report?: Report | undefined } = {}): WasmImports {
  const report = options.report ?? ignore;
  const imports: WasmImport[] = [];
  const counts: Record<ExternalKind, number> = { function: 0, table: 0, memory: 0, global: 0, tag: 0 };
  const section = module.section(SECTION.import);
  if (section === undefined) return { imports, counts };
  const reader = new ByteReader(section.window);
  const add = (from: string, name: string, { kind, type, limits }: ExternalType): void => {
    imports.push({ module: from, name, kind, index: counts[kind]++, type, limits });
  };
  try {
    for (let groups = reader.uleb(); groups > 0; groups--) {
      const from = reader.text(reader.uleb());
      const name = reader.text(reader.uleb());
      const code = reader.u8();
      if (name === '' && code === SHARED_MODULE) {
        for (let items = reader.uleb(); items > 0; items--) {
          const item = reader.text(reader.uleb());
          add(from, item, readExternalType(reader, reader.u8()));
        }
      } else if (name === '' && code === SHARED_TYPE) {
        const type = readExternalType(reader, reader.u8());
        for (let items = reader.uleb(); items > 0; items--) add(from, reader.text(reader.uleb()), type);
      } else {
        add(from, name, readExternalType(reader, code));
      }
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; only the ${imports.length} imports before it are counted`;
    report({ severity: 'error', rule: 'imports/damaged', message, section: 'import', offset: error.offset });
  }
  return { imports, counts };
}

type ExternalType = Pick<WasmImport, 'kind' | 'type' | 'limits'>;

function readExternalType(reader: ByteReader, code: number): ExternalType {
  const kind = EXTERNAL_KINDS[code === EXACT_FUNCTION ? 0 : code];
  let type: number | undefined;
  let limits: Limits | undefined;
  switch (kind) {
    case 'function':
      type = reader.uleb();
      break;
    case 'table':
      readValueType(reader);
      readLimits(reader);
      break;
    case 'memory':
      limits = readLimits(reader);
      break;
    case 'global':
      readValueType(reader);
      reader.u8();
      break;
    case 'tag':
      // The attribute: 0, an exception.
      reader.u8();
      type = reader.uleb();
      break;
    default:
      throw reader.error('unknown-code', `import of unknown kind 0x${code.toString(16)}`, reader.offset - 1);
  }
  return { kind, type, limits };
}
