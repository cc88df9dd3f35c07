import { describe, expect, test } from 'vitest';
import { openContainer } from '../../src/wasm/component.ts';
import { fixture, fixtures } from '../support/fixtures.ts';
import { collect } from '../support/reports.ts';
import {
  bytes,
  COMPONENT_PREAMBLE,
  counted,
  custom,
  functions,
  name,
  type Piece,
  section,
  vector,
  wasm,
} from '../support/wasm-builder.ts';

const component = (...sections: readonly Piece[]): Uint8Array => bytes(COMPONENT_PREAMBLE, ...sections);

function open(input: Uint8Array) {
  const { report, rules, diagnostics } = collect();
  const container = openContainer(input, { report });
  return { container, modules: container.kind === 'component' ? container.modules : [], rules, diagnostics };
}

test('a core module is one', () => {
  expect(open(functions([0x0b])).container).toMatchObject({ kind: 'module', module: { version: 1 } });
});

describe('a component', () => {
  const inner = wasm(custom('inner', 1));
  const input = component(
    section(7, 0),
    section(1, functions([0x0b])),
    section(4, component(section(1, inner))),
    section(99, 1),
    section(1, inner),
    custom(
      'component-name',
      0,
      counted(name('whole')),
      1,
      counted(0, 0x11, vector([0, name('main')], [1, name('shim')])),
      1,
      counted(3, vector([0, name('function')])),
    ),
  );

  test('has the modules in it and in those within, where they are in the file', () => {
    const { modules, rules, container } = open(input);
    expect(modules.map(({ index, name: n, module }) => [index, n, module.sections.length])).toEqual([
      [0, 'main', 3],
      [0, undefined, 1],
      [1, 'shim', 1],
    ]);
    for (const { offset } of modules) expect([...input.subarray(offset, offset + 4)]).toEqual([0, 0x61, 0x73, 0x6d]);
    expect(modules[0]!.module.codeStart).toBeLessThan(modules[0]!.offset + 100);
    expect(container.kind === 'component' && container.sections.map((each) => each.name)).toEqual([
      'type',
      'core:module',
      'component',
      'section 99',
      'core:module',
      'component-name',
    ]);
    expect(rules).toEqual([]);
  });

  test('modules of which cannot be read is left out', () => {
    const { modules, rules, diagnostics } = open(component(section(1, 1, 2, 3, 4), section(1, wasm())));
    expect(modules.map(({ index }) => index)).toEqual([1]);
    expect(rules).toEqual(['component/unreadable']);
    expect(diagnostics[0]!.message).toBe(
      'core:module cannot be read: no magic number of a wasm module at module+0x0; left out',
    );
  });

  test('components within which cannot be read are left out', () => {
    expect(open(component(section(4, 1), section(1, wasm()))).rules).toEqual(['component/unreadable']);
  });

  test('names that end early are those before', () => {
    const { modules, rules } = open(
      component(
        section(1, wasm()),
        section(1, wasm()),
        custom('component-name', 1, counted(0, 0x11, 2, 0, name('a'), 1, 9)),
      ),
    );
    expect(modules.map((each) => each.name)).toEqual(['a', undefined]);
    expect(rules).toEqual(['names/damaged']);
  });

  test('is not opened deeper than anybody nests them', () => {
    let nested = component(section(1, wasm()));
    for (let depth = 0; depth < 17; depth++) nested = component(section(4, nested));
    const { modules, rules } = open(nested);
    expect(modules).toEqual([]);
    expect(rules).toEqual(['component/unreadable']);
  });
});

test.each(
  fixtures()
    .filter(({ kind }) => kind === 'component')
    .map(({ name: n }) => n),
)('%s', (n) => {
  const { module: input, holds } = fixture(n);
  const { modules } = open(input);
  expect(modules.map(({ module }) => module.window.toBytes())).toEqual(holds!.map((each) => fixture(each).module));
});
