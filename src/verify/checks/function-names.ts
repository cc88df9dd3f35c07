import { DW_AT } from '../../dwarf/constants/attributes.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import { isFormatError } from '../../errors.ts';
import type { WasmNames } from '../../wasm/names.ts';
import type { VerifyContext } from '../context.ts';
import { hex } from '../hex.ts';
import { plainName } from '../simplified-name.ts';
import type { UnitScopes } from '../unit-scopes.ts';

/** Names that the linker gives to functions it makes or takes over: `main` becomes one of these. */
const RENAMED: ReadonlyMap<string, RegExp> = new Map([
  ['main', /main/],
  ['_start', /_start/],
]);

/**
 * Whether the name section and the debug information name a function alike, and whether it is described once. The
 * linker writes names demangled, with qualifiers and parameters, or as linkage names.
 */
export function checkFunctionName(
  { findings, claims, map }: VerifyContext,
  names: WasmNames | undefined,
  scopes: UnitScopes,
  scope: number,
): void {
  const { unit } = scopes;
  const offset = scopes.offsets[scope]!;
  const body = scopes.bodies[scope]!;
  const index = body + map!.functions.importCount;
  const address = map!.bodyStart(body);
  const place = { section: unit.section.section, offset, address };
  try {
    const found = namesOf(unit, offset);
    const hash = hashOf(found?.linkageName ?? found?.name ?? '');
    const owner = claims.owners[body]!;
    if (owner === 0) {
      claims.owners[body] = offset + 1;
      claims.names[body] = hash;
    } else if (owner - 1 !== offset) {
      const message = `function ${index} at ${hex(address)} is that of the subprogram at ${hex(owner - 1)} too`;
      const rule = claims.names[body] === hash ? 'functions/copies' : 'functions/shared';
      if (findings.wants(rule)) findings.add(rule, message, { ...place, path: scopes.path(scope) });
    }
    const linked = names?.functions.name(index);
    if (linked === undefined || found === undefined || isSameName(linked, found.name, found.linkageName)) return;
    const message = `function ${index} is ${linked} in the name section, and ${found.linkageName ?? found.name} here`;
    findings.add('functions/name', message, { ...place, path: scopes.path(scope) });
  } catch (error) {
    // Told where the reference is checked.
    if (!isFormatError(error)) throw error;
  }
}

/** FNV-1a: whether two names are the same is worth a 32-bit doubt, and keeping them all is not. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function namesOf(
  unit: Unit,
  offset: number,
): { name: string | undefined; linkageName: string | undefined } | undefined {
  let name: string | undefined;
  let linkageName: string | undefined;
  for (const entry of unit.entryAt(offset)?.chain() ?? []) {
    name ??= entry.string(DW_AT.name);
    linkageName ??= entry.string(DW_AT.linkage_name) ?? entry.string(DW_AT.MIPS_linkage_name);
  }
  if (name === undefined && linkageName === undefined) return undefined;
  return { name: name && plainName(name), linkageName };
}

/** Whether a name of the linker can stand for a function with these names. */
export function isSameName(linked: string, name: string | undefined, linkageName: string | undefined): boolean {
  if (linked === linkageName || linked === name || name === undefined) return true;
  const base = name.startsWith('operator') ? 'operator' : name.startsWith('{') ? '' : name.replace(/[<[({].*$/s, '');
  const isMangled = /^_[ZR]/.test(linked);
  // A mangled name has the plain one in it, behind its length.
  if (base === '' || (isMangled ? linked.includes(base) : hasWord(linked, base))) return true;
  // Operators are mangled to two letters.
  if (base === 'operator' && isMangled) return true;
  // Constructors and destructors of the mangled form say C1 and D2 behind the class's name.
  if (base.startsWith('~') && linked.includes(base.slice(1))) return true;
  return RENAMED.get(base)?.test(linked) ?? false;
}

/** Whether a text has a name in it that is not part of a longer one. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isLetter(text[at - 1]) && !isLetter(text[at + word.length])) return true;
  }
  return false;
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}
