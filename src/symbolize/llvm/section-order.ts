/** Sections in the order that LLVM demands: each may be followed by itself only where it says so. */
const ORDER: readonly string[] = [
  'dylink',
  'type',
  'import',
  'function',
  'table',
  'memory',
  'tag',
  'global',
  'export',
  'start',
  'element',
  'datacount',
  'code',
  'data',
  'linking',
  'reloc',
  'name',
  'producers',
  'target_features',
];

const STANDARD: readonly string[] = [
  '',
  'type',
  'import',
  'function',
  'table',
  'memory',
  'global',
  'export',
  'start',
  'element',
  'code',
  'data',
  'datacount',
  'tag',
];

/**
 * Whether a section stands behind one that has to follow it, or a second time (`WasmSectionOrderChecker`). Relocations
 * may repeat, and stand anywhere behind what they need; nothing has to follow them. `seen` is kept up to date.
 */
export function breaksOrder(id: number, customName: string, seen: Set<string>): boolean {
  const name = id === 0 ? customSection(customName) : STANDARD[id];
  const place = name === undefined ? -1 : ORDER.indexOf(name);
  if (name === undefined || place < 0) return false;
  if (name !== 'reloc') {
    for (const later of ORDER.slice(place)) {
      if (seen.has(later)) return true;
    }
  }
  seen.add(name);
  return false;
}

function customSection(name: string): string | undefined {
  if (name === 'dylink' || name === 'dylink.0') return 'dylink';
  if (name.startsWith('reloc.')) return 'reloc';
  return name === 'linking' || name === 'name' || name === 'producers' || name === 'target_features' ? name : undefined;
}
