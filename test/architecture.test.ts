// The house's floors: which folder may import from which. docs/architecture.md draws the same table.
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';

/** Rooms from the bottom up; each may import from itself and from those that it names. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  '.': [],
  bytes: ['.'],
  wasm: ['.', 'bytes'],
  'source-map': ['.', 'bytes'],
  'dwarf/constants': [],
  'dwarf/model': ['dwarf/constants'],
  'dwarf/read': ['.', 'bytes', 'dwarf/constants', 'dwarf/model'],
  'dwarf/write': ['.', 'bytes', 'dwarf/constants', 'dwarf/model'],
  'dwarf/reencode': ['.', 'bytes', 'dwarf/constants', 'dwarf/model', 'dwarf/read', 'dwarf/write'],
  'debug-module': ['.', 'bytes', 'wasm', 'dwarf/read'],
  frames: [
    ...['.', 'bytes', 'wasm', 'dwarf/constants', 'dwarf/model', 'dwarf/read', 'dwarf/write', 'dwarf/reencode'],
    'debug-module',
  ],
  symbolize: ['.', 'bytes', 'wasm', 'dwarf/constants', 'dwarf/model', 'dwarf/read', 'debug-module', 'frames'],
  verify: ['.', 'bytes', 'wasm', 'dwarf/constants', 'dwarf/model', 'dwarf/read', 'debug-module', 'frames'],
  rewrite: [
    ...['.', 'bytes', 'wasm', 'dwarf/constants', 'dwarf/model', 'dwarf/read', 'dwarf/reencode'],
    ...['debug-module', 'frames', 'source-map'],
  ],
  crash: [
    ...['.', 'bytes', 'wasm', 'source-map', 'dwarf/constants', 'dwarf/model', 'dwarf/read', 'debug-module', 'frames'],
    'symbolize',
  ],
};

/** The edges may import from everywhere below, and from each other as said: `node` gives `cli` the `Io` it asks for. */
const EDGES: Readonly<Record<string, readonly string[]>> = { node: ['cli'], cli: ['node'] };

/** Files of the lowest floor, and the façades. */
const GROUND = ['errors.ts', 'diagnostics.ts', 'addresses.ts', 'version.ts'];
const FACADES = ['index.ts', 'dwarf/index.ts', 'node/index.ts'];

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'));

/** The room that a file is in: the longest folder of the table that holds it. */
function roomOf(path: string): string {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    if (folder === '.' || folder in ROOMS || folder in EDGES) return folder;
  }
}

function importsOf(path: string): string[] {
  const text = readFileSync(`src/${path}`, 'utf8');
  const found: string[] = [];
  for (const [, specifier] of text.matchAll(/(?:from|import\(|import)\s*'(\.[^']+)'/g)) {
    found.push(posix.join(posix.dirname(path), specifier!));
  }
  return found;
}

test('folders import downward only', () => {
  const stray: string[] = [];
  for (const path of sources.filter((each) => !FACADES.includes(each))) {
    const room = roomOf(path);
    const allowed = room in EDGES ? [...Object.keys(ROOMS), room, ...EDGES[room]!] : [room, ...ROOMS[room]!];
    for (const target of importsOf(path)) {
      if (!allowed.includes(roomOf(target))) stray.push(`${path} imports ${target}`);
    }
  }
  expect(stray).toEqual([]);
});

test('on the ground floor stands only what every other floor needs', () => {
  const ground = sources.filter((path) => !path.includes('/') && path !== 'index.ts');
  expect(ground.sort()).toEqual([...GROUND].sort());
});

test('no file imports itself through others', () => {
  // What only a type refers to is not there at run time.
  const edges = new Map<string, string[]>();
  for (const path of sources) {
    const text = readFileSync(`src/${path}`, 'utf8').replace(/^import type [\s\S]*?;$/gm, '');
    const targets = [...text.matchAll(/^(?:import|export)\s[\s\S]*?from\s*'(\.[^']+)';$/gm)].map(([, specifier]) =>
      posix.join(posix.dirname(path), specifier!),
    );
    edges.set(path, targets);
  }
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' > '));
      return;
    }
    if (done.has(path)) return;
    for (const target of edges.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const path of sources) walk(path, []);
  expect(cycles).toEqual([]);
});

test('the core uses nothing of Node', () => {
  // What is global there, the compiler finds: the core compiles without Node's types.
  const core = sources.filter((path) => !(roomOf(path) in EDGES) && !FACADES.includes(path));
  expect(core.filter((path) => /from 'node:/.test(readFileSync(`src/${path}`, 'utf8')))).toEqual([]);
});
