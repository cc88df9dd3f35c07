/**
 * A small module and its debug information, spelled so that a test can damage exactly one thing: two functions, in the
 * first a block with an inlined call, variables, a line table; in either generation of DWARF.
 */
import { WasmFunctions } from '../../src/wasm/functions.ts';
import { InstructionCursor } from '../../src/wasm/instructions.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { assemble, block, extended, label, type Part, sized, sleb, to, u16, u32, uleb, unit } from './assemble.ts';
import { type SpelledEntry, type SpelledUnit, spellUnits } from './entries.ts';
import { counted, custom, name, section, vector, wasm } from './wasm-builder.ts';

/** Where a function of the module stands. */
export interface Body {
  readonly start: number;
  readonly end: number;
  /** Where its instructions start. */
  readonly instructions: readonly number[];
}

export interface Row {
  address: number;
  line: number;
  file?: number;
  end?: boolean;
}

/** What a test may change; labels of entries are `unit`, `int`, `double`, `helper`, `outer`, `v`, `block`, `inlined`, `w`, `other`. */
export interface Described {
  readonly version: 4 | 5;
  entries: MutableEntry;
  /** Further units. */
  more: SpelledUnit[];
  rows: Row[];
  /** Files of the line table, each with its directory. */
  files: [name: string, directory: number][];
  /** Range lists by label. */
  ranges: Record<string, [start: number, end: number][]>;
  /** Location lists by label: each location is an expression. */
  locations: Record<string, [start: number, end: number, expression: readonly number[]][]>;
  /** The name section's. */
  names: [index: number, name: string][];
  /** Sections besides, or in place of, those made of the above. */
  sections: Record<string, Part>;
  /** Numbers of the unit's header, where they are to be wrong. */
  unit: Partial<SpelledUnit>;
}

export interface MutableEntry {
  tag: SpelledEntry['tag'];
  attributes: Record<string, readonly [form: string, value: Part]>;
  children: MutableEntry[];
  label: string;
}

const CODE = [
  // i32.const 5; drop; i32.const 128; local.set 1; local.get 0; call 1; nop; end
  [1, 2, 0x7f, 0x41, 5, 0x1a, 0x41, 0x80, 1, 0x21, 1, 0x20, 0, 0x10, 1, 0x01, 0x0b],
  [0, 0x41, 7, 0x1a, 0x01, 0x0b],
];

const plain = wasm(
  section(1, vector([0x60, 1, 0x7f, 0])),
  section(3, vector(0, 0)),
  section(6, vector([0x7f, 1, 0x41, 0, 0x0b])),
  section(10, vector(...CODE.map((body) => counted(body)))),
);

/** The two functions: `outer` and `other`. */
export const bodies: readonly [outer: Body, other: Body] = readBodies();

function readBodies(): [Body, Body] {
  const module = WasmModule.read(plain);
  const found = [...WasmFunctions.read(module).bodies()].map(({ start, end }) => {
    const instructions: number[] = [];
    const cursor = new InstructionCursor(module.code!, start, end);
    while (cursor.next()) instructions.push(cursor.offset);
    return { start, end, instructions };
  });
  return [found[0]!, found[1]!];
}

const [outer, other] = bodies;
export const addr = (value: number): readonly [string, Part] => ['addr', u32(value)];
export const data1 = (value: number): readonly [string, Part] => ['data1', value];
const text = (value: string): readonly [string, Part] => ['string', value];
const reference = (target: string): readonly [string, Part] => ['ref4', to(target, 4, 'start')];
const local = (index: number): readonly number[] => [0xed, 0, index, 0x9f];

/** Undamaged: nothing is to be found in it. */
export function described(version: 4 | 5): Described {
  const at = outer.instructions;
  const entry = (
    tag: MutableEntry['tag'],
    named: string,
    attributes: MutableEntry['attributes'],
    children: MutableEntry[] = [],
  ): MutableEntry => ({ tag, label: named, attributes, children });
  const code = ({ start, end }: Body): MutableEntry['attributes'] => ({
    low_pc: addr(start),
    high_pc: ['data4', u32(end - start)],
  });
  return {
    version,
    entries: entry(
      'compile_unit',
      'unit',
      {
        name: text('app.c'),
        stmt_list: ['sec_offset', u32(0)],
        low_pc: addr(0),
        ranges: ['sec_offset', rangeList('unit')],
      },
      [
        entry('base_type', 'int', { name: text('int'), encoding: data1(5), byte_size: data1(4) }),
        entry('base_type', 'double', { name: text('double'), encoding: data1(4), byte_size: data1(8) }),
        entry('subprogram', 'helper', {
          name: text('helper'),
          decl_file: data1(1),
          decl_line: data1(1),
          inline: data1(1),
        }),
        entry(
          'subprogram',
          'outer',
          { name: text('outer'), decl_file: data1(1), decl_line: data1(10), ...code(outer) },
          [
            entry('variable', 'v', { name: text('v'), type: reference('int'), location: ['exprloc', block(local(0))] }),
            entry('lexical_block', 'block', { low_pc: addr(at[0]!), high_pc: ['data4', u32(at[6]! - at[0]!)] }, [
              entry(
                'inlined_subroutine',
                'inlined',
                {
                  abstract_origin: reference('helper'),
                  ranges: ['sec_offset', rangeList('inlined')],
                  call_file: data1(1),
                  call_line: data1(12),
                  call_column: data1(3),
                },
                [
                  entry('variable', 'w', {
                    name: text('w'),
                    type: reference('int'),
                    location: ['sec_offset', u32(version === 5 ? 12 : 0)],
                  }),
                ],
              ),
            ]),
          ],
        ),
        entry('subprogram', 'other', {
          name: text('other'),
          decl_file: data1(1),
          decl_line: data1(20),
          ...code(other),
        }),
      ],
    ),
    more: [],
    rows: [
      { address: outer.start, line: 10 },
      { address: at[0]!, line: 2 },
      { address: at[2]!, line: 0 },
      { address: at[5]!, line: 12 },
      { address: outer.end, line: 12, end: true },
      { address: other.start, line: 20 },
      { address: other.instructions[0]!, line: 21 },
      { address: other.end, line: 21, end: true },
    ],
    files: [['app.c', 0]],
    ranges: {
      unit: [
        [outer.start, outer.end],
        [other.start, other.end],
      ],
      inlined: [
        [at[0]!, at[2]!],
        [at[3]!, at[4]!],
      ],
    },
    locations: { w: [[at[0]!, at[2]!, local(1)]] },
    names: [
      [0, 'outer'],
      [1, 'other'],
    ],
    sections: {},
    unit: {},
  };
}

/** Where a range list is: filled in when the module is made. */
function rangeList(named: string): Part {
  return to(`ranges of ${named}`, 4);
}

/** The entry with a label. */
export function entryOf({ entries }: Described, named: string): MutableEntry {
  const find = (entry: MutableEntry): MutableEntry | undefined =>
    entry.label === named ? entry : entry.children.map(find).find((each) => each !== undefined);
  const found = find(entries);
  if (found === undefined) throw new RangeError(`no entry ${named}`);
  return found;
}

/** The module's bytes, and where each entry stands in `.debug_info`. */
export function assembleDescribed(program: Described): { module: Uint8Array; offsetOf: (entry: string) => number } {
  const { version } = program;
  const lists = Object.entries(program.ranges);
  const rangeOffsets = new Map<string, number>();
  const rangeSection: Part[] = [];
  let size = version === 5 ? 12 : 0;
  for (const [named, pairs] of lists) {
    rangeOffsets.set(`ranges of ${named}`, size);
    const list = assemble(
      version === 5
        ? [...pairs.flatMap(([start, end]) => [6, u32(start), u32(end)]), 0]
        : [...pairs.flatMap(([start, end]) => [u32(start), u32(end)]), u32(0), u32(0)],
    );
    rangeSection.push(list);
    size += list.length;
  }
  const locationSection = Object.values(program.locations).map((list) =>
    version === 5
      ? [...list.map(([start, end, expression]) => [7, u32(start), u32(end), block(expression)]), 0]
      : [...list.map(([start, end, expression]) => [u32(start), u32(end), sized(2, expression)]), u32(0), u32(0)],
  );
  const resolved = resolve(program.entries, rangeOffsets);
  const spelled = spellUnits(
    { version, label: 'start', root: resolved as SpelledEntry, ...program.unit },
    ...program.more,
  );
  const sections: Record<string, Part> = {
    ...spelled,
    '.debug_line': lineTable(program),
    ...(version === 5
      ? {
          '.debug_rnglists': unit(4, u16(5), 4, 0, u32(0), rangeSection),
          '.debug_loclists': unit(4, u16(5), 4, 0, u32(0), locationSection),
        }
      : { '.debug_ranges': rangeSection, '.debug_loc': locationSection }),
    ...program.sections,
  };
  const names = custom('name', [
    1,
    counted(vector(...program.names.map(([index, each]) => [uleb(index), name(each)]))),
  ]);
  const module = [plain, names, ...Object.entries(sections).map(([each, part]) => custom(each, assemble(part)))];
  const bytes = new Uint8Array(module.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of module) {
    bytes.set(each, at);
    at += each.length;
  }
  return { module: bytes, offsetOf: (named) => offsetIn(spelled['.debug_info'], named) };
}

/** Entries whose references to range lists are numbers. */
function resolve(entry: MutableEntry, offsets: ReadonlyMap<string, number>): MutableEntry {
  const attributes = Object.fromEntries(
    Object.entries(entry.attributes).map(([named, [form, value]]) => {
      const list = [...offsets].find(([key]) => isPlace(value, key));
      return [named, [form, list === undefined ? value : u32(list[1])] as const];
    }),
  );
  return { ...entry, attributes, children: entry.children.map((child) => resolve(child, offsets)) };
}

function isPlace(value: Part, named: string): boolean {
  if (typeof value !== 'object' || !('value' in value)) return false;
  let asked = '';
  value.value((key) => {
    asked = key;
    return 0;
  });
  return asked === named;
}

function offsetIn(info: Part, named: string): number {
  const bytes = assemble([info, to(named, 4)]);
  return new DataView(bytes.buffer).getUint32(bytes.length - 4, true);
}

function lineTable({ version, rows, files }: Described): Part {
  const lengths = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
  const fields = [1, ...(version >= 4 ? [1] : []), 1, 0xfb, 14, 13, lengths];
  const tables: Part =
    version === 5
      ? // Directories are strings; files are a string and the number of a directory. File 0 is file 1 again.
        [
          1,
          1,
          0x08,
          1,
          '/src',
          2,
          1,
          0x08,
          2,
          0x0b,
          uleb(files.length + 1),
          [files[0]!, ...files].map(([each, directory]) => [each, directory]),
        ]
      : [0, files.map(([each, directory]) => [each, uleb(directory), 0, 0]), 0];
  const program: Part[] = [];
  let line = 1;
  let file = 1;
  let isFirst = true;
  for (const row of rows) {
    if (isFirst || row.address < 0) program.push(extended(2, u32(row.address)));
    else program.push(extended(2, u32(row.address)));
    if (row.line !== line) program.push(3, sleb(row.line - line));
    if ((row.file ?? 1) !== file) program.push(4, uleb(row.file ?? 1));
    line = row.line;
    file = row.file ?? 1;
    isFirst = row.end === true;
    if (row.end) {
      program.push(extended(1));
      line = 1;
      file = 1;
    } else program.push(1);
  }
  const header: Part = version === 5 ? [u16(5), 4, 0] : u16(4);
  return unit(4, header, sized(4, fields, tables), label('program'), program);
}
