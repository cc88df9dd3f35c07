import type { Dwarf } from '../../dwarf/read/dwarf.ts';
import { isFormatError } from '../../errors.ts';
import type { VerifyContext } from '../context.ts';
import { hex } from '../hex.ts';
import { describeMisfit, isFitting, nameOfReferring } from './references.ts';

/** References to entries of other units, once the entries of all of them are known. */
export function checkFarReferences(context: VerifyContext): void {
  const { farReferences, dwarf, findings } = context;
  for (const { section, from, to, attribute, tag, path } of farReferences) {
    const window = dwarf.sections.named(section);
    if (window === undefined) continue;
    const place = { section, offset: from, path };
    if (!context.startsIn(window).has(to)) {
      const message = `${nameOfReferring(attribute)} refers to ${hex(to)}, where no entry starts`;
      findings.add('references/no-entry', message, place);
      continue;
    }
    const target = tagOf(dwarf, section, to);
    if (target !== undefined && !isFitting(attribute, tag, target)) {
      findings.add('references/kind', describeMisfit(attribute, tag, target), place);
    }
  }
}

function tagOf(dwarf: Dwarf, section: string, offset: number): number | undefined {
  try {
    const units = section.startsWith('.debug_types') ? dwarf.typeUnits : dwarf.units;
    return units.find((unit) => offset >= unit.offset && offset < unit.header.end)?.entryAt(offset)?.tag;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}
