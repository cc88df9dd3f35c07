import type { Window } from '../bytes/window.ts';
import type { Dwarf } from '../dwarf/read/dwarf.ts';
import type { WasmModule } from '../wasm/module.ts';
import { SimplifiedNames } from './checks/simplified-names.ts';
import type { CodeMap } from './code-map.ts';
import { EntryStarts } from './entry-starts.ts';
import type { Findings } from './findings.ts';
import { ScopeColumns } from './unit-scopes.ts';
import { WasmLocals } from './wasm-locals.ts';

/** A reference to an entry of another unit, checked once all entries are known. */
export interface FarReference {
  readonly section: string;
  readonly from: number;
  readonly to: number;
  /** Index into `REFERRING` of `references.ts`. */
  readonly attribute: number;
  readonly tag: number;
  readonly path: readonly string[];
}

/** What is known of a function's body from the entries of all units. */
export interface Claims {
  /** How many units' ranges have exactly this body, up to 255. */
  readonly exact: Uint8Array;
  /** Offset of the first subprogram that has this body, plus 1; 0 where there is none yet. */
  readonly owners: Float64Array;
  /** A hash of its name: copies of one function have the same. */
  readonly names: Uint32Array;
}

/** What is counted on the way. */
interface VerifyCounts {
  inlined: number;
  lostInlined: number;
  /** Subprograms that begin where a function does. */
  starts: number;
  rows: number;
  sequences: number;
}

/** What all checks of a module share. */
export class VerifyContext {
  readonly module: WasmModule;
  readonly dwarf: Dwarf;
  readonly findings: Findings;
  /** Undefined where there is no code that addresses could be held against. */
  readonly map: CodeMap | undefined;
  readonly claims: Claims;
  readonly locals: WasmLocals;
  readonly simplifiedNames: SimplifiedNames;
  readonly farReferences: FarReference[] = [];
  readonly counts: VerifyCounts = { inlined: 0, lostInlined: 0, starts: 0, rows: 0, sequences: 0 };
  /** Room for one unit at a time. */
  readonly scopeColumns: ScopeColumns = new ScopeColumns();
  forward: Float64Array = new Float64Array(1 << 12);
  readonly #starts = new Map<string, EntryStarts>();

  constructor(module: WasmModule, dwarf: Dwarf, findings: Findings, map: CodeMap | undefined) {
    this.module = module;
    this.dwarf = dwarf;
    this.findings = findings;
    this.map = map;
    const bodies = map?.functions.bodyCount ?? 0;
    this.claims = { exact: new Uint8Array(bodies), owners: new Float64Array(bodies), names: new Uint32Array(bodies) };
    this.locals = new WasmLocals(module, map);
    this.simplifiedNames = new SimplifiedNames(this);
  }

  /** The first address that code can have. */
  get lowest(): number {
    return this.dwarf.lowestAddress;
  }

  /** Where the entries start that were walked so far. */
  startsIn(section: Window): EntryStarts {
    let starts = this.#starts.get(section.section);
    if (starts === undefined) {
      starts = new EntryStarts(section.end);
      this.#starts.set(section.section, starts);
    }
    return starts;
  }
}
