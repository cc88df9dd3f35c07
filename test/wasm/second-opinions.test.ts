/** The container as three other readers see it: LLVM 19, wabt and @webassemblyjs/wasm-parser. */
import { decode } from '@webassemblyjs/wasm-parser';
import { describe, expect, test } from 'vitest';
import { readExports } from '../../src/wasm/exports.ts';
import { WasmFunctions } from '../../src/wasm/functions.ts';
import { readImports } from '../../src/wasm/imports.ts';
import { readLinking } from '../../src/wasm/linking.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { WasmNames } from '../../src/wasm/names.ts';
import { nameOfRelocation, readRelocations } from '../../src/wasm/relocations.ts';
import { corpusModule, corpusNames } from '../support/corpus.ts';
import { fixture, fixtures } from '../support/fixtures.ts';
import { ask, hasTool } from '../support/tools.ts';

const modules = fixtures().filter(({ kind }) => kind !== 'archive' && kind !== 'component');
const names = modules.map(({ name }) => name);
const objects = modules.filter(({ kind }) => kind === 'object' || kind === 'relocatable').map(({ name }) => name);

function open(name: string): { input: Uint8Array; module: WasmModule } {
  const input = name.endsWith('.gz') ? corpusModule(name) : fixture(name).module;
  return { input, module: WasmModule.read(input) };
}

describe('LLVM', () => {
  const installed = hasTool('llvm-readobj-19');
  // It crashes on the relocations of functions that the linker left out.
  const readable = names.filter((name) => name !== 'emit-relocs-gc');

  test.skipIf(!installed).each([...readable, ...corpusNames()])('sections of %s', (name) => {
    const { input, module } = open(name);
    const theirs = blocks(ask('llvm-readobj-19', ['--sections'], input), 'Section').map((block) => [
      Number(/Type: \S+ \((\w+)\)/.exec(block)![1]),
      Number(/Size: (\d+)/.exec(block)![1]),
      Number(/Offset: (\d+)/.exec(block)![1]),
      /^ {4}Name: (.*)/m.exec(block)?.[1],
    ]);
    const ours = module.sections.map(({ id, name: section, window, payloadOffset }) => [
      id,
      window.size,
      payloadOffset,
      id === 0 ? section : undefined,
    ]);
    expect(ours).toEqual(theirs);
  });

  test.skipIf(!installed).each(readable.filter((name) => !objects.includes(name)))(
    'names of the functions of %s',
    (name) => {
      const { input, module } = open(name);
      const functions = WasmNames.read(module).functions;
      const exported = new Map(readExports(module).map(({ kind, index, name: text }) => [`${kind} ${index}`, text]));
      const symbols = blocks(ask('llvm-readobj-19', ['--symbols'], input), 'Symbol').filter((block) =>
        block.includes('Type: FUNCTION'),
      );
      for (const block of symbols) {
        const index = Number(/ElementIndex: (\w+)/.exec(block)![1]);
        const symbol = /Name: (.*)/.exec(block)![1];
        expect([functions.name(index), exported.get(`function ${index}`)]).toContain(symbol);
      }
    },
  );

  test.skipIf(!installed).each(objects)('symbols of %s', (name) => {
    const { input, module } = open(name);
    const theirs = blocks(ask('llvm-readobj-19', ['--symbols'], input), 'Symbol').map((block) => {
      const number = (field: string): number | undefined => {
        const match = new RegExp(`${field}: (\\w+)`).exec(block);
        return match === null ? undefined : Number(match[1]);
      };
      const type = Number(/Type: \S+ \((\w+)\)/.exec(block)![1]);
      // It prints the name of the section, and for undefined data what its memory happened to hold.
      const text = type === 3 ? undefined : /Name: (.*)/.exec(block)![1];
      const flags = Number(/Flags \[ \((\w+)\)/.exec(block)![1]);
      const place = type === 1 && (flags & 0x10) === 0 ? [number('Segment'), number('Offset'), number('Size')] : [];
      return [type, text, flags, type === 1 ? undefined : number('ElementIndex'), ...place];
    });
    const kinds = ['function', 'data', 'global', 'section', 'tag', 'table'];
    const ours = readLinking(module)!.symbols.map(({ kind, name: text, flags, index, offset, size }) => {
      const place = kind === 'data' && index !== undefined ? [index, offset, size] : [];
      return [kinds.indexOf(kind), text, flags, kind === 'data' ? undefined : index, ...place];
    });
    expect(ours).toEqual(theirs);
  });

  test.skipIf(!installed).each([...objects, 'emit-relocs'])('relocations of %s', (name) => {
    const { input, module } = open(name);
    const { symbols } = readLinking(module)!;
    const theirs = ask('llvm-readobj-19', ['--relocs'], input)
      .split('\n')
      .filter((line) => line.includes(' R_WASM_'))
      .map((line) => line.trim());
    const ours = readRelocations(module).flatMap((relocations) =>
      Array.from({ length: relocations.count }, (_, n) => {
        const type = nameOfRelocation(relocations.types[n]!);
        const index = relocations.indexes[n]!;
        const symbol = symbols[index];
        const sectionName = symbol?.kind === 'section' ? module.sections[symbol.index!]?.name : undefined;
        const target = type === 'R_WASM_TYPE_INDEX_LEB' ? ` ${index}` : ` ${symbol?.name ?? sectionName}`;
        const addend = /ADDR|OFFSET/.test(type) ? ` ${relocations.addends[n]}` : '';
        return `0x${relocations.offsets[n]!.toString(16).toUpperCase()} ${type}${target}${addend}`;
      }),
    );
    expect(ours).toEqual(theirs);
  });
});

/** The text of each `Section {` … `}` at the first level. */
function blocks(text: string, kind: string): string[] {
  return text.split(new RegExp(`^  ${kind} \\{$`, 'm')).slice(1);
}

describe('wabt', () => {
  const installed = hasTool('wasm-objdump');
  // It says "tables may not be 64-bit".
  const readable = names.filter((name) => !name.startsWith('memory64'));

  test.skipIf(!installed).each(readable)('sections of %s', (name) => {
    const { input, module } = open(name);
    const lines = ask('wasm-objdump', ['-h'], input).matchAll(/start=(\w+) end=(\w+) \(size=\w+\) (?:"(.*)"|count)/g);
    const theirs = [...lines].map(([, start, end, custom]) => [Number(start), Number(end), custom]);
    expect(
      module.sections.map(({ id, payloadOffset, end, name: section }) => [
        payloadOffset,
        end,
        id === 0 ? section : undefined,
      ]),
    ).toEqual(theirs);
  });

  test.skipIf(!installed).each(readable)('imports and exports of %s', (name) => {
    const { input, module } = open(name);
    const text = ask('wasm-objdump', ['-x'], input);
    const kinds: Readonly<Record<string, string>> = { func: 'function' };
    const exported = text.slice(text.indexOf('\nExport[')).matchAll(/^ - (\w+)\[(\d+)\].* -> "(.*)"$/gm);
    expect(readExports(module).map(({ kind, index, name: each }) => [kind, index, each])).toEqual(
      [...exported].map(([, kind, index, each]) => [kinds[kind!] ?? kind, Number(index), each]),
    );
    const imported = text.matchAll(/^ - (\w+)(?:\[(\d+)\])? ?.* <- (.*)$/gm);
    expect(readImports(module).imports.map((each) => [each.kind, `${each.module}.${each.name}`])).toEqual(
      [...imported].map(([, kind, , each]) => [kinds[kind!] ?? kind, each]),
    );
  });
});

describe('@webassemblyjs/wasm-parser', () => {
  /** What it answers, as far as it is used here. */
  interface Decoded {
    readonly body: readonly [
      {
        readonly fields: readonly {
          readonly type: string;
          readonly name?: unknown;
          readonly descr?: { readonly exportType: string; readonly id: { readonly value: number | string } };
          readonly loc: { readonly start: { readonly column: number }; readonly end: { readonly column: number } };
          readonly metadata?: { readonly bodySize: number };
        }[];
        readonly metadata: {
          readonly sections: readonly {
            readonly section: string;
            readonly startOffset: number;
            readonly size: { readonly value: number };
          }[];
          readonly functionNames?: readonly { readonly index: number; readonly value: string }[];
        };
      },
    ];
  }

  // Refused by it: memory64 ("Argument min must be of type number"), exceptions ("illegal bytecode: 0x6"), tags and the
  // like ("Unsupported …", "Unexpected section"). The reasons are checked, so that a fixture that it could read is not left out.
  const refusal = /Argument min must be of type number|Unsupported|Unexpected|illegal bytecode/;
  let read = 0;
  const decoded = (input: Uint8Array): Decoded['body'][0] | undefined => {
    try {
      const [only] = (decode(input, {}) as Decoded).body;
      read++;
      return only;
    } catch (error) {
      expect(String(error)).toMatch(refusal);
      return undefined;
    }
  };
  const ids: Readonly<Record<string, number>> = {
    type: 1,
    import: 2,
    func: 3,
    table: 4,
    memory: 5,
    global: 6,
    export: 7,
    start: 8,
    element: 9,
    code: 10,
    data: 11,
    custom: 0,
  };

  test.each(names)('%s', (name) => {
    const { input, module } = open(name);
    const theirs = decoded(input);
    if (theirs === undefined) return;
    // It leaves out the sections of tags and of the number of data segments.
    const known = module.sections.filter(({ id }) => id <= 11);
    expect(
      known.map(({ id, headerOffset, end, payloadOffset }) => [id, headerOffset + 1, end - payloadOffset]),
    ).toEqual(
      theirs.metadata.sections.map(({ section, startOffset, size }) => [ids[section], startOffset, size.value]),
    );
    const bodies = [...WasmFunctions.read(module).bodies()];
    expect(bodies.map(({ sizeOffset, start, end }) => [module.toModule(sizeOffset), end - start])).toEqual(
      theirs.fields
        .filter(({ type }) => type === 'Func')
        .map(({ loc, metadata }) => [loc.start.column, metadata!.bodySize]),
    );
    // It names functions by their names where they have one.
    const functions = WasmNames.read(module).functions;
    const nameOrIndex = (kind: string, index: number): number | string =>
      (kind === 'function' ? functions.name(index) : undefined) ?? index;
    expect(readExports(module).map(({ name: text, kind, index }) => [text, kind, nameOrIndex(kind, index)])).toEqual(
      theirs.fields
        .filter(({ type }) => type === 'ModuleExport')
        .map(({ name: text, descr }) => [
          text,
          descr!.exportType.replace('Func', 'Function').toLowerCase(),
          descr!.id.value,
        ]),
    );
    expect([...functions.names()]).toEqual(
      (theirs.metadata.functionNames ?? []).map(({ index, value }) => ({ index, name: value })),
    );
  });

  // After the others, which count.
  test('can read most fixtures', () => {
    expect(read).toBeGreaterThan(names.length / 2);
  });
});
