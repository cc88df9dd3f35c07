import { type LlvmReader, Refusal } from './llvm-reader.ts';
import { functionCount, type ReadModule } from './read-module.ts';
import { parseLinking } from './refused-linking.ts';
import { parseRelocations } from './refused-relocations.ts';

/** Reads those custom sections that LLVM looks into. @throws Refusal, LlvmDeath */
export function parseCustomSection(name: string, section: LlvmReader, state: ReadModule): void {
  switch (name) {
    case 'dylink':
      return parseOldDylink(section, state);
    case 'dylink.0':
      return parseDylink(section, state);
    case 'name':
      return parseNames(section, state);
    case 'linking':
      return parseLinking(section, state);
    case 'producers':
      return parseProducers(section);
    case 'target_features':
      return parseFeatures(section);
    default:
      if (name.startsWith('reloc.')) parseRelocations(section, state);
  }
}

function parseOldDylink(section: LlvmReader, state: ReadModule): void {
  state.hasDylink = true;
  for (let field = 0; field < 4; field++) section.u32();
  for (let count = section.u32(); count > 0; count--) section.text();
  section.expectEnd('dylink section');
}

function parseDylink(section: LlvmReader, state: ReadModule): void {
  state.hasDylink = true;
  const { end } = section;
  while (section.at < end) {
    section.end = end;
    const type = section.u8();
    const size = section.u32();
    section.end = section.at + size;
    switch (type) {
      case 1:
        for (let field = 0; field < 4; field++) section.u32();
        break;
      case 2:
        for (let count = section.u32(); count > 0; count--) section.text();
        break;
      case 3:
      case 4:
        for (let count = section.u32(); count > 0; count--) {
          section.text();
          if (type === 4) section.text();
          section.u32();
        }
        break;
      default:
        section.at += size;
    }
    section.expectEnd('dylink.0 sub-section');
  }
}

function parseNames(section: LlvmReader, state: ReadModule): void {
  const { imported, defined, segments } = state;
  // Symbols of exports are replaced, where those of a linking section do not go first.
  const replaces = !state.hasLinking && !state.hasDylink;
  if (replaces) state.symbols = [];
  while (section.at < section.end) {
    const type = section.u8();
    const size = section.u32();
    const end = section.at + size;
    if (type !== 1 && type !== 7 && type !== 9) {
      section.at = end;
      continue;
    }
    const what = type === 1 ? 'function' : type === 7 ? 'global' : 'segment';
    const limit = type === 1 ? functionCount(state) : imported.globals + defined.globals;
    const seen = new Set<number>();
    for (let count = section.u32(); count > 0; count--) {
      const index = section.u32();
      const name = section.text();
      if (seen.has(index)) throw new Refusal(`${what} named more than once`);
      seen.add(index);
      if (type === 9) {
        if (index > segments.length) throw new Refusal('invalid data segment name entry');
      } else if (index >= limit || name === '') {
        throw new Refusal(`invalid ${what} name entry`);
      }
      if (replaces) state.symbols.push({ kind: type === 1 ? 'function' : type === 7 ? 'global' : 'data', name });
    }
    if (section.at !== end) throw new Refusal('name sub-section ended prematurely');
  }
  section.expectEnd('name section');
}

const PRODUCER_FIELDS = ['language', 'processed-by', 'sdk'];

function parseProducers(section: LlvmReader): void {
  const fields = new Set<string>();
  for (let count = section.u32(); count > 0; count--) {
    const field = section.text();
    if (fields.has(field)) throw new Refusal('producers section does not have unique fields');
    fields.add(field);
    if (!PRODUCER_FIELDS.includes(field)) {
      throw new Refusal('producers section field is not named one of language, processed-by, or sdk');
    }
    const names = new Set<string>();
    for (let left = section.u32(); left > 0; left--) {
      const name = section.text();
      section.text();
      if (names.has(name)) throw new Refusal('producers section contains repeated producer');
      names.add(name);
    }
  }
  section.expectEnd('producers section');
}

function parseFeatures(section: LlvmReader): void {
  const features = new Set<string>();
  for (let count = section.u32(); count > 0; count--) {
    // '+', '=' until LLVM 19, '-'.
    if (!'+=-'.includes(String.fromCharCode(section.u8()))) throw new Refusal('unknown feature policy prefix');
    const feature = section.text();
    if (features.has(feature)) throw new Refusal(`target features section contains repeated feature "${feature}"`);
    features.add(feature);
  }
  section.expectEnd('target features section');
}
