import binaryen from 'binaryen';
import { describe, expect, test } from 'vitest';
import { Window } from '../../src/bytes/window.ts';
import { WasmFunctions } from '../../src/wasm/functions.ts';
import { InstructionCursor } from '../../src/wasm/instructions.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { nameOfOpcode } from '../../src/wasm/opcode-names.ts';
import { CORE_IMMEDIATES, foldOpcode, IMMEDIATES, PREFIXED_IMMEDIATES } from '../../src/wasm/opcodes.ts';
import { corpusModule, corpusNames } from '../support/corpus.ts';
import { fixture, fixtures } from '../support/fixtures.ts';
import { ask, hasTool } from '../support/tools.ts';
import { bytes, counted, type Piece, section, uleb, vector, wasm } from '../support/wasm-builder.ts';

/** Every instruction of a module: where it stands, and its name. */
function disassemble(module: WasmModule, offsetOf: (cursor: InstructionCursor) => number): string[] {
  const lines: string[] = [];
  for (const { start, end } of WasmFunctions.read(module).bodies()) {
    const cursor = new InstructionCursor(module.code!, start, end);
    while (cursor.next()) lines.push(`${offsetOf(cursor).toString(16)} ${nameOfOpcode(cursor.opcode)}`);
  }
  return lines;
}

function cursorOver(...body: readonly Piece[]): InstructionCursor {
  const all = bytes(...body);
  return new InstructionCursor(Window.of(all, 'code'), 0, all.length);
}

function namesOf(cursor: InstructionCursor): string[] {
  const names: string[] = [];
  while (cursor.next()) names.push(nameOfOpcode(cursor.opcode));
  return names;
}

/** Immediates of each kind that are well-formed wherever a decoder looks at them, all but one byte of them zero. */
const ZEROES: Readonly<Record<number, readonly number[]>> = {
  [IMMEDIATES.none]: [],
  [IMMEDIATES.leb]: [0],
  [IMMEDIATES.leb2]: [0, 0],
  [IMMEDIATES.leb3]: [0, 0, 0],
  [IMMEDIATES.memarg]: [0, 0x80, 0],
  [IMMEDIATES.blockType]: [0x40],
  [IMMEDIATES.heapType]: [0x70],
  [IMMEDIATES.byte]: [0],
  [IMMEDIATES.bytes4]: [0, 0, 0, 0],
  [IMMEDIATES.bytes8]: [0, 0, 0, 0, 0, 0, 0, 0],
  [IMMEDIATES.bytes16]: new Array(16).fill(0),
  [IMMEDIATES.memargLane]: [0, 0, 0],
  [IMMEDIATES.labels]: [2, 0, 0, 0],
  [IMMEDIATES.valueTypes]: [1, 0x7f],
};

describe('against wabt', () => {
  const installed = hasTool('wasm-objdump');
  // wabt 1.0.32 does not know these; it reads call_ref as it was before it had an immediate.
  const unknownToWabt = /^(throw_ref|call_ref|return_call_ref|pause)$/;
  const encodings: { name: string; opcode: readonly Piece[]; kind: number }[] = [];
  const add = (folded: number, opcode: readonly Piece[], kind: number): void => {
    const name = nameOfOpcode(folded);
    if (kind in ZEROES && !name.startsWith('0x') && !unknownToWabt.test(name)) encodings.push({ name, opcode, kind });
  };
  for (let opcode = 0; opcode < 0xd3; opcode++) add(opcode, [opcode], CORE_IMMEDIATES[opcode]!);
  for (const [prefix, last] of [
    [0xfc, 0x11],
    [0xfd, 0xff],
    [0xfe, 0x4e],
  ] as const) {
    PREFIXED_IMMEDIATES[prefix - 0xfb]!.forEach((kind, number) => {
      if (number <= last) add(foldOpcode(prefix, number), [prefix, uleb(number)], kind);
    });
  }
  test.skipIf(!installed)('every opcode that it knows has its name and its length', () => {
    expect(encodings.length).toBeGreaterThan(450);
    const input = wasm(
      section(1, vector([0x60, 0, 0])),
      section(3, vector(...encodings.map(() => 0))),
      section(5, vector([0, 1])),
      section(12, 1),
      section(10, vector(...encodings.map(({ opcode, kind }) => counted(0, opcode, ZEROES[kind]!, 0x0b)))),
      section(11, vector([1, 0])),
    );
    const module = WasmModule.read(input);
    const ours = disassemble(module, (cursor) => module.toModule(cursor.offset)!);
    expect(ours).toEqual(wabtLines(ask('wasm-objdump', ['-d'], input)));
    expect(ours).toHaveLength(encodings.length * 2);
  });

  const named = fixtures().filter(({ kind }) => kind !== 'archive' && kind !== 'component');
  // It says "tables may not be 64-bit".
  const readable = named.filter(({ name }) => !name.startsWith('memory64'));
  test.skipIf(!installed).each(readable.map(({ name }) => name))('%s', (name) => {
    const input = fixture(name).module;
    const module = WasmModule.read(input);
    const ours = disassemble(module, (cursor) => module.toModule(cursor.offset)!);
    expect(ours).toEqual(wabtLines(ask('wasm-objdump', ['-d'], input)));
  });

  // The text of the largest would be longer than a string can be.
  const names = corpusNames().filter((each) => !each.startsWith('binaryen'));
  test.skipIf(!installed || names.length === 0).each(names)('corpus %s', (name) => {
    const input = corpusModule(name);
    const module = WasmModule.read(input);
    const ours = disassemble(module, (cursor) => module.toModule(cursor.offset)!);
    const theirs = wabtLines(ask('wasm-objdump', ['-d'], input));
    expect(ours.length).toBe(theirs.length);
    expect(ours.findIndex((line, n) => line !== theirs[n])).toBe(-1);
  });
});

function wabtLines(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const match = /^ 0*([0-9a-f]+):[^|]*\| +(\S+)/.exec(line);
    if (match !== null && !match[2]!.startsWith('local[')) lines.push(`${match[1]} ${match[2]}`);
  }
  return lines;
}

describe('against llvm-objdump 19', () => {
  const installed = hasTool('llvm-objdump-19');
  // It crashes on the relocations of functions that the linker left out.
  const readable = fixtures().filter(
    ({ kind, name }) => !['archive', 'component'].includes(kind) && name !== 'emit-relocs-gc',
  );
  test.skipIf(!installed).each(readable.map(({ name }) => name))('%s', (name) => {
    const { module: input, kind } = fixture(name);
    const module = WasmModule.read(input);
    const inSection = ['object', 'relocatable', 'emit-relocs', 'shared'].includes(kind);
    const ours = disassemble(module, ({ offset }) => (inSection ? offset : module.toModule(offset)!));
    expect(ours).toEqual(llvmLines(ask('llvm-objdump-19', ['-d'], input)));
  });
});

function llvmLines(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const match = /^ *([0-9a-f]+): (?:[0-9a-f]{2} ?)+ *\t(\S+)/.exec(line);
    // Its own name for a select between floats.
    if (match !== null) lines.push(`${match[1]} ${match[2] === 'f32.select' ? 'select' : match[2]}`);
  }
  return lines;
}

describe('against binaryen', () => {
  const header = `
    (type $f (func)) (type $s (struct (field (mut i32)) (field (mut i8)))) (type $a (array (mut i8)))
    (type $fs (array (mut funcref))) (type $k (cont $f))
    (import "m" "f" (func $imported)) (tag $t) (tag $e (param i32))
    (memory $m 1) (memory $n i64 1) (memory $sh 1 1 shared)
    (table $table 1 funcref) (data $d "abc") (elem $el func $imported) (elem declare func $g) (func $g)`;

  test.each([
    ['tail calls', '(return_call $imported)', ['return_call']],
    ['typed function references', '(call_ref $f (ref.func $g))', ['ref.func', 'call_ref']],
    ['return_call_ref', '(return_call_ref $f (ref.func $g))', ['ref.func', 'return_call_ref']],
    [
      'br_on_null',
      '(block $l (drop (br_on_null $l (ref.null $s))))',
      ['block', 'ref.null', 'br_on_null', 'drop', 'end'],
    ],
    ['several memories', '(drop (i32.load $sh offset=300 (i32.const 1)))', ['i32.const', 'i32.load', 'drop']],
    [
      'memory64',
      '(i64.store $n offset=8589934592 (i64.const 1) (i64.const 2))',
      ['i64.const', 'i64.const', 'i64.store'],
    ],
    [
      'memory.copy between memories',
      '(memory.copy $m $sh (i32.const 0) (i32.const 0) (i32.const 0))',
      ['i32.const', 'i32.const', 'i32.const', 'memory.copy'],
    ],
    [
      'try_table',
      '(block $l (try_table (catch_all $l) (call $imported)))',
      ['block', 'try_table', 'call', 'end', 'end'],
    ],
    [
      'try_table with a tag and a reference',
      '(block $l (try_table (catch $t $l) (catch_all $l) (throw $t)) (unreachable))',
      ['block', 'try_table', 'throw', 'end', 'unreachable', 'end'],
    ],
    [
      'structures',
      '(struct.set $s 0 (struct.new $s (i32.const 1) (i32.const 2)) (i32.const 3))',
      ['i32.const', 'i32.const', 'struct.new', 'i32.const', 'struct.set'],
    ],
    [
      'packed fields',
      '(drop (struct.get_u $s 1 (struct.new_default $s)))',
      ['struct.new_default', 'struct.get_u', 'drop'],
    ],
    [
      'arrays',
      '(array.fill $a (array.new_data $a $d (i32.const 0) (i32.const 1)) (i32.const 0) (i32.const 1) (i32.const 1))',
      ['i32.const', 'i32.const', 'array.new_data', 'i32.const', 'i32.const', 'i32.const', 'array.fill'],
    ],
    [
      'array.new_fixed',
      '(drop (array.len (array.new_fixed $a 2 (i32.const 0) (i32.const 1))))',
      ['i32.const', 'i32.const', 'array.new_fixed', 'array.len', 'drop'],
    ],
    [
      'array.init_elem',
      '(array.init_elem $fs $el (array.new_default $fs (i32.const 1)) (i32.const 0) (i32.const 0) (i32.const 0))',
      ['i32.const', 'array.new_default', 'i32.const', 'i32.const', 'i32.const', 'array.init_elem'],
    ],
    ['i31', '(drop (i31.get_s (ref.i31 (i32.const 1))))', ['i32.const', 'ref.i31', 'i31.get_s', 'drop']],
    ['casts', '(drop (ref.cast (ref $s) (ref.null any)))', ['ref.null', 'ref.cast', 'drop']],
    ['tests', '(drop (ref.test (ref null $s) (struct.new_default $s)))', ['struct.new_default', 'ref.test', 'drop']],
    [
      'br_on_cast',
      '(drop (block $l (result anyref) (br_on_cast $l anyref (ref $s) (ref.null any))))',
      ['block', 'ref.null', 'br_on_cast', 'end', 'drop'],
    ],
    [
      'conversions of references',
      '(drop (extern.convert_any (ref.null any)))',
      ['ref.null', 'extern.convert_any', 'drop'],
    ],
    [
      'typed select',
      '(drop (select (result funcref) (ref.func $g) (ref.func $g) (i32.const 1)))',
      ['ref.func', 'ref.func', 'i32.const', 'select', 'drop'],
    ],
    [
      'tables',
      '(drop (table.grow $table (ref.null func) (i32.const 1)))',
      ['ref.null', 'i32.const', 'table.grow', 'drop'],
    ],
    [
      'vectors',
      '(drop (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (v128.const i32x4 1 2 3 4) (v128.const i32x4 1 2 3 4)))',
      ['v128.const', 'v128.const', 'i8x16.shuffle', 'drop'],
    ],
    [
      'lanes in memory',
      '(drop (v128.load8_lane $sh offset=300 3 (i32.const 0) (v128.const i32x4 1 2 3 4)))',
      ['i32.const', 'v128.const', 'v128.load8_lane', 'drop'],
    ],
    [
      'relaxed vectors',
      '(drop (f32x4.relaxed_madd (v128.const i32x4 1 2 3 4) (v128.const i32x4 1 2 3 4) (v128.const i32x4 1 2 3 4)))',
      ['v128.const', 'v128.const', 'v128.const', 'f32x4.relaxed_madd', 'drop'],
    ],
    [
      'half precision',
      '(drop (f16x8.extract_lane 1 (f16x8.splat (f32.const 1))))',
      ['f32.const', 'f16x8.splat', 'f16x8.extract_lane', 'drop'],
    ],
    [
      'half precision in memory',
      '(drop (f32.load_f16 $m offset=300 (i32.const 1)))',
      ['i32.const', 'f32.load_f16', 'drop'],
    ],
    [
      'threads',
      '(drop (i32.atomic.rmw8.cmpxchg_u $sh (i32.const 0) (i32.const 0) (i32.const 0)))',
      ['i32.const', 'i32.const', 'i32.const', 'i32.atomic.rmw8.cmpxchg_u', 'drop'],
    ],
    [
      'acquire and release',
      '(drop (i32.atomic.load $sh acqrel offset=300 (i32.const 0)))',
      ['i32.const', 'i32.atomic.load', 'drop'],
    ],
    ['fences', '(atomic.fence)', ['atomic.fence']],
    ['pause', '(pause)', ['pause']],
    [
      'shared structures',
      '(drop (struct.atomic.get acqrel $s 0 (struct.new_default $s)))',
      ['struct.new_default', 'struct.atomic.get', 'drop'],
    ],
    [
      'shared structures, read and written',
      '(drop (struct.atomic.rmw.add $s 0 (struct.new_default $s) (i32.const 1)))',
      ['struct.new_default', 'i32.const', 'struct.atomic.rmw.add', 'drop'],
    ],
    [
      'saturating truncation',
      '(drop (i32.trunc_sat_f32_s (f32.const 1)))',
      ['f32.const', 'i32.trunc_sat_f32_s', 'drop'],
    ],
    [
      'wide arithmetic',
      '(drop (i64.mul_wide_s (i64.const 1) (i64.const 2)))',
      ['i64.const', 'i64.const', 'i64.mul_wide_s'],
    ],
    ['continuations', '(resume $k (on $t switch) (cont.new $k (ref.func $g)))', ['ref.func', 'cont.new', 'resume']],
    ['suspend', '(suspend $t)', ['suspend']],
    ['resume_throw', '(resume_throw $k $t (cont.new $k (ref.func $g)))', ['ref.func', 'cont.new', 'resume_throw']],
    [
      'strings',
      '(drop (string.concat (string.const "ab") (string.const "cd")))',
      ['string.const', 'string.const', 'string.concat', 'drop'],
    ],
  ])('%s', (_, code, expected) => {
    const parsed = binaryen.parseText(`(module ${header} (func $f (local i32 (ref null $s)) ${code}))`);
    try {
      parsed.setFeatures(binaryen.Features.All);
      const module = WasmModule.read(parsed.emitBinary());
      const body = [...WasmFunctions.read(module).bodies()].at(-1)!;
      const cursor = new InstructionCursor(module.code!, body.start, body.end);
      expect(namesOf(cursor).slice(0, expected.length)).toEqual(expected);
      expect(cursor.end).toBe(body.end);
      expect(nameOfOpcode(cursor.opcode)).toBe('end');
    } finally {
      parsed.dispose();
    }
  });
});

describe('the cursor', () => {
  test('leaves out the declarations of locals, references among them', () => {
    const cursor = cursorOver(3, uleb(300), 0x7f, 1, 0x63, 0x6b, 2, 0x64, uleb(200), 0x0b);
    expect(cursor.localCount).toBe(303);
    expect(namesOf(cursor)).toEqual(['end']);
  });

  test('says where an instruction, its immediates and its end are', () => {
    const cursor = cursorOver(0, 0x01, 0xfc, 0x08, 0x81, 0x01, 0x00, 0x0b);
    expect(cursor.next()).toBe(true);
    expect(cursor.next()).toBe(true);
    expect([cursor.offset, cursor.immediates, cursor.end, cursor.opcode]).toEqual([2, 4, 7, 0xfc08]);
    expect([cursor.index(), cursor.index(1)]).toEqual([129, 0]);
    expect(() => cursor.index(2)).toThrow(RangeError);
    expect(cursor.callTarget()).toBeUndefined();
  });

  test.each([
    [[0x10, 0x85, 0x01], 133],
    [[0x12, 7], 7],
    [[0xd2, 9], 9],
    [[0x20, 9], undefined],
  ])('call target of %o', (instruction, target) => {
    const cursor = cursorOver(0, instruction, 0x0b);
    cursor.next();
    expect(cursor.callTarget()).toBe(target);
  });

  test.each([
    ['exact', [0xd0, 0x62, 5]],
    ['shared', [0xd0, 0x65, 0x70]],
    ['descriptor cast', [0xfb, 0x23, 5]],
    ['branch on descriptor', [0xfb, 0x25, 3, 0, 0x6e, 5]],
    ['switch', [0xe6, 1, 2]],
    ['bind', [0xe1, 1, 2]],
    ['resume with handlers', [0xe3, 1, 2, 0x00, 1, 2, 0x01, 3]],
    ['resume_throw_ref', [0xe5, 1, 1, 0x00, 1, 2]],
    ['try_table with all clauses', [0x1f, 0x40, 4, 0, 1, 2, 1, 1, 2, 2, 1, 3, 1]],
    ['block type that is a reference', [0x02, 0x63, 0x80, 0x01]],
    ['block type that is an index', [0x02, 0x80, 0x01]],
    ['padded number behind a prefix', [0xfd, 0x8c, 0x80, 0x00, new Array(16).fill(0x0b)]],
    ['legacy try', [0x06, 0x40]],
    ['delegate', [0x18, 1]],
    ['global of shared-everything threads', [0xfe, 0x4f, 1, 2]],
  ])('%s', (_, instruction) => {
    const cursor = cursorOver(0, instruction, 0x0b);
    cursor.next();
    expect(cursor.end).toBe(bytes(instruction).length + 1);
    expect(cursor.next()).toBe(true);
    expect(cursor.opcode).toBe(0x0b);
  });

  test.each([
    ['unknown opcode', [0x16], 'unknown opcode 0x16 at code+0x1'],
    ['unknown number behind a prefix', [0xfb, 0x7f], 'unknown opcode 0xfb7f at code+0x1'],
    ['large number behind a prefix', [0xfc, 0xff, 0x7f], 'unknown opcode 0xfffff at code+0x1'],
    [
      'number out of range',
      [0xfc, 0xff, 0xff, 0xff, 0xff, 0x7f],
      'unknown opcode 0xfc with a number out of range at code+0x1',
    ],
    ['no number', [0xfc], 'instruction or declaration of locals past the end of its body, 1 bytes left at code+0x1'],
    ['no immediate', [0x10], 'instruction or declaration of locals past the end of its body, 1 bytes left at code+0x1'],
    [
      'LEB128 without an end',
      [0x41, 0x80],
      'instruction or declaration of locals past the end of its body, 2 bytes left at code+0x1',
    ],
    [
      'short constant',
      [0x44, 0],
      'instruction or declaration of locals past the end of its body, 2 bytes left at code+0x1',
    ],
    [
      'too few labels',
      [0x0e, 5, 0, 0],
      'instruction or declaration of locals past the end of its body, 4 bytes left at code+0x1',
    ],
    [
      'too many labels',
      [0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f, 0],
      'instruction or declaration of locals past the end of its body, 7 bytes left at code+0x1',
    ],
    [
      'too few types',
      [0x1c, 5, 0x7f],
      'instruction or declaration of locals past the end of its body, 3 bytes left at code+0x1',
    ],
    [
      'too few clauses',
      [0x1f, 0x40, 5, 0, 0, 0],
      'instruction or declaration of locals past the end of its body, 6 bytes left at code+0x1',
    ],
  ])('stays at an instruction that cannot be read: %s', (_, instruction, message) => {
    const cursor = cursorOver(0, instruction);
    expect(() => cursor.next()).toThrow(message);
    expect(() => cursor.next()).toThrow(message);
  });

  test.each([
    ['no count', []],
    ['too few groups', [2, 1, 0x7f]],
    ['no type', [1, 1]],
  ])('declarations of locals that cannot be read: %s', (_, body) => {
    expect(() => cursorOver(body)).toThrow('past the end of its body');
  });

  test('does not look beyond its end', () => {
    const all = bytes(0, 0x41, 0x80, 0x80, 0x00, 0x0b);
    expect(() => new InstructionCursor(Window.of(all, 'code'), 0, 3).next()).toThrow('past the end');
  });
});
