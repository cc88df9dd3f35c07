/** Ids of a core module's sections (WebAssembly 3.0, 5.5.2; 14 is the stringref proposal's). */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  datacount: 12,
  tag: 13,
  strings: 14,
} as const;

const NAMES: readonly string[] = Object.keys(SECTION);

/** Where a section may stand among the others; custom ones may stand anywhere, and so may those we do not know. */
const ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.tag,
  SECTION.strings,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.datacount,
  SECTION.code,
  SECTION.data,
];

/** The specification's name of a section id, `section 42` where there is none. */
export function nameOfSection(id: number): string {
  return NAMES[id] ?? `section ${id}`;
}

/** The place of a section among the others, -1 for one that may stand anywhere. */
export function orderOfSection(id: number): number {
  return ORDER.indexOf(id);
}
