import { SECTION } from '../../wasm/sections.ts';
import { type LlvmReader, Refusal } from './llvm-reader.ts';
import { functionCount, type ReadModule } from './read-module.ts';

/** Reads a section of the specification as LLVM does. @throws Refusal, LlvmDeath */
export function parseCoreSection(id: number, section: LlvmReader, state: ReadModule): void {
  switch (id) {
    case SECTION.type:
      return parseTypes(section, state);
    case SECTION.import:
      return parseImports(section, state);
    case SECTION.function:
      return parseFunctions(section, state);
    case SECTION.table:
      return parseTables(section, state);
    case SECTION.memory:
      for (let count = section.u32(); count > 0; count--) skipLimits(section);
      return section.expectEnd('memory section');
    case SECTION.tag:
      return parseTags(section, state);
    case SECTION.global:
      return parseGlobals(section, state);
    case SECTION.export:
      return parseExports(section, state);
    case SECTION.start:
      if (section.u32() >= functionCount(state)) throw new Refusal('invalid start function');
      return;
    case SECTION.element:
      return parseElements(section, state);
    case SECTION.code:
      return parseCode(section, state);
    case SECTION.data:
      return parseData(section, state);
    case SECTION.datacount:
      state.dataCount = section.u32();
      return;
    default:
      throw new Refusal(`invalid section type: ${id}`);
  }
}

/** Forms of types (WebAssembly 3.0, 5.3). */
const FORM = { func: 0x60, struct: 0x5f, array: 0x5e, sub: 0x50, subFinal: 0x4f, rec: 0x4e } as const;

function parseTypes(section: LlvmReader, state: ReadModule): void {
  for (let count = section.u32(); count > 0; count--) {
    state.types++;
    const form = section.u8();
    if (form === FORM.rec) {
      const size = section.u32();
      if (size === 0) throw new Refusal('Rec group size cannot be 0');
      count += size;
    } else if (form === FORM.func) {
      for (let results = 0; results < 2; results++) {
        for (let left = section.u32(); left > 0; left--) skipValueType(section, section.u8());
      }
    } else {
      skipComposite(section, form);
    }
  }
  section.expectEnd('type section');
}

function skipComposite(section: LlvmReader, first: number): void {
  let form = first;
  if (form === FORM.sub || form === FORM.subFinal) {
    const supers = section.u32();
    if (supers > 1) throw new Refusal('Invalid number of supertypes');
    if (supers === 1) section.u32();
    form = section.u32();
  }
  if (form !== FORM.struct && form !== FORM.array) throw new Refusal('bad form');
  for (let fields = form === FORM.struct ? section.u32() : 1; fields > 0; fields--) {
    skipValueType(section, section.u32());
    section.u32();
  }
}

/** `(ref null …)` and `(ref …)` are followed by what they refer to. */
function skipValueType(section: LlvmReader, code: number): void {
  if (code === 0x63 || code === 0x64) section.s64();
}

function parseImports(section: LlvmReader, { imported, types }: ReadModule): void {
  for (let count = section.u32(); count > 0; count--) {
    section.text();
    section.text();
    switch (section.u8()) {
      case 0:
        imported.functions++;
        if (section.u32() >= types) throw new Refusal('invalid function type');
        break;
      case 1:
        parseTableType(section);
        imported.tables++;
        break;
      case 2:
        skipLimits(section);
        break;
      case 3:
        imported.globals++;
        section.u8();
        section.u1();
        break;
      case 4:
        imported.tags++;
        parseTagType(section, types);
        break;
      default:
        throw new Refusal('unexpected import kind');
    }
  }
  section.expectEnd('import section');
}

function skipLimits(section: LlvmReader): void {
  const flags = section.u32();
  section.u64();
  if ((flags & 1) !== 0) section.u64();
}

function parseTableType(section: LlvmReader): void {
  const type = section.u32();
  skipValueType(section, type);
  skipLimits(section);
  // Numbers and vectors.
  if (type >= 0x7b && type <= 0x7f) throw new Refusal('invalid table element type');
}

function parseTagType(section: LlvmReader, types: number): void {
  if (section.u8() !== 0) throw new Refusal('invalid attribute');
  if (section.u32() >= types) throw new Refusal('invalid tag type');
}

function parseFunctions(section: LlvmReader, { defined, types }: ReadModule): void {
  for (let count = section.u32(); count > 0; count--) {
    if (section.u32() >= types) throw new Refusal('invalid function type');
    defined.functions++;
  }
  section.expectEnd('function section');
}

function parseTables(section: LlvmReader, { defined }: ReadModule): void {
  for (let count = section.u32(); count > 0; count--) {
    parseTableType(section);
    defined.tables++;
  }
  section.expectEnd('table section');
}

function parseTags(section: LlvmReader, { defined, types }: ReadModule): void {
  for (let count = section.u32(); count > 0; count--) {
    parseTagType(section, types);
    defined.tags++;
  }
  section.expectEnd('tag section');
}

function parseGlobals(section: LlvmReader, { defined }: ReadModule): void {
  for (let count = section.u32(); count > 0; count--) {
    skipValueType(section, section.u32());
    section.u1();
    skipExpression(section);
    defined.globals++;
  }
  section.expectEnd('global section');
}

/** One instruction and `end`; where it is more, all from the start again as LEB128s after known opcodes. */
function skipExpression(section: LlvmReader): void {
  const start = section.at;
  if (skipConstant(section, section.u8()) && section.u8() === 0x0b) return;
  section.at = start;
  for (;;) {
    const opcode = section.u8();
    switch (opcode) {
      case 0x41: // i32.const
      case 0x42: // i64.const
      case 0x23: // global.get
      case 0xd0: // ref.null
      case 0xd2: // ref.func
      case 0x00: // struct.new
      case 0x01: // struct.new_default
      case 0x06: // array.new
      case 0x07: // array.new_default
        section.u64();
        break;
      case 0x08: // array.new_fixed
        section.u64();
        section.u64();
        break;
      case 0x43: // f32.const
        section.skip(4);
        break;
      case 0x44: // f64.const
        section.skip(8);
        break;
      case 0x6a: // i32.add
      case 0x6b: // i32.sub
      case 0x6c: // i32.mul
      case 0x7c: // i64.add
      case 0x7d: // i64.sub
      case 0x7e: // i64.mul
      case 0xfb: // what has a second opcode
      case 0x1c: // ref.i31
        break;
      case 0x0b:
        return;
      default:
        throw new Refusal(`invalid opcode in init_expr: ${opcode}`);
    }
  }
}

function skipConstant(section: LlvmReader, opcode: number): boolean {
  switch (opcode) {
    case 0x41:
      section.s32();
      return true;
    case 0x42:
      section.s64();
      return true;
    case 0x43:
      section.skip(4);
      return true;
    case 0x44:
      section.skip(8);
      return true;
    case 0x23:
      section.u64();
      return true;
    case 0xd0:
      skipValueType(section, section.u32());
      return true;
    default:
      return false;
  }
}

function parseExports(section: LlvmReader, state: ReadModule): void {
  // LLVM 22 learned that an import can be exported again.
  const firstFunction = state.version === 19 ? state.imported.functions : 0;
  for (let count = section.u32(); count > 0; count--) {
    const name = section.text();
    const kind = section.u8();
    const index = section.u32();
    switch (kind) {
      case 0:
        if (index < firstFunction || index >= functionCount(state)) throw new Refusal('invalid function export');
        state.symbols.push({ kind: 'function', name });
        break;
      case 1:
        state.symbols.push({ kind: 'table', name });
        break;
      case 2:
        break;
      case 3:
        if (index >= state.imported.globals + state.defined.globals) throw new Refusal('invalid global export');
        state.symbols.push({ kind: 'data', name });
        break;
      case 4:
        if (index >= state.imported.tags + state.defined.tags) throw new Refusal('invalid tag export');
        state.symbols.push({ kind: 'tag', name });
        break;
      default:
        throw new Refusal('unexpected export kind');
    }
  }
  section.expectEnd('export section');
}

/** Flags of element segments (WebAssembly 3.0, 5.5.12). */
const ELEMENTS = { passive: 1, tableOrDeclarative: 2, expressions: 4 } as const;

function parseElements(section: LlvmReader, { imported, defined, version }: ReadModule): void {
  for (let count = section.u32(); count > 0; count--) {
    const flags = section.u32();
    if (flags > 7) throw new Refusal('Unsupported flags for element segment');
    const isPassive = (flags & ELEMENTS.passive) !== 0;
    const hasTable = (flags & ELEMENTS.tableOrDeclarative) !== 0 && (version === 19 || !isPassive);
    const table = hasTable ? section.u32() : 0;
    if (table >= imported.tables + defined.tables) throw new Refusal('invalid TableNumber');
    if (!isPassive) skipExpression(section);
    const hasExpressions = (flags & ELEMENTS.expressions) !== 0;
    if (hasExpressions) skipValueType(section, section.u32());
    else if ((flags & 3) !== 0 && section.u32() !== 0) throw new Refusal('invalid elem type');
    for (let left = section.u32(); left > 0; left--) {
      if (hasExpressions) skipExpression(section);
      else section.u32();
    }
  }
  section.expectEnd('elem section');
}

function parseCode(section: LlvmReader, { defined }: ReadModule): void {
  const count = section.u32();
  if (count !== defined.functions) throw new Refusal('invalid function count');
  for (let left = count; left > 0; left--) {
    const size = section.u32();
    const end = section.at + size;
    for (let locals = section.u32(); locals > 0; locals--) {
      section.u32();
      section.u8();
    }
    if (end < section.at || end > section.end) throw new Refusal('Function extends beyond buffer');
    section.at = end;
  }
  section.expectEnd('code section');
}

function parseData(section: LlvmReader, state: ReadModule): void {
  const count = section.u32();
  if (state.dataCount !== undefined && count !== state.dataCount) {
    throw new Refusal('number of data segments does not match DataCount section');
  }
  for (let left = count; left > 0; left--) {
    const flags = section.u32();
    if ((flags & 2) !== 0) section.u32();
    if ((flags & 1) === 0) skipExpression(section);
    const size = section.u32();
    if (size > section.left) throw new Refusal('invalid segment size');
    section.at += size;
    state.segments.push(size);
  }
  section.expectEnd('data section');
}
