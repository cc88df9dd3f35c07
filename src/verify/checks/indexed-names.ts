import { DW_AT } from '../../dwarf/constants/attributes.ts';
import { DW_TAG } from '../../dwarf/constants/tags.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { isFormatError } from '../../errors.ts';
import { plainName, splitSimplified } from '../simplified-name.ts';

/** `-[Class(Category) selector:]`. */
const METHOD = /^[-+]\[([^\s(\]]+)(\([^)]*\))? ([^\]]+)\]$/;

/**
 * The names under which an index has to have an entry (DWARF 5, section 6.1.1.1); with `others` also those under which
 * producers index it besides: without its template arguments, and the parts of an Objective-C method's.
 */
export function indexedNamesOf(entry: Entry, others: boolean): string[] {
  const names: string[] = [];
  let hasName = false;
  let hasLinkageName = false;
  for (const each of readableChain(entry)) {
    const name = attempt(() => each.string(DW_AT.name));
    const linkageName = attempt(() => each.string(DW_AT.linkage_name) ?? each.string(DW_AT.MIPS_linkage_name));
    if (name !== undefined && !hasName) names.push(name);
    if (linkageName !== undefined && !hasLinkageName && linkageName !== name) names.push(linkageName);
    hasName ||= name !== undefined;
    hasLinkageName ||= linkageName !== undefined;
  }
  if (!hasName && entry.tag === DW_TAG.namespace) names.push('(anonymous namespace)');
  if (!others) return names;
  for (const name of [...names]) {
    const simplified = splitSimplified(name);
    if (simplified !== undefined) names.push(simplified.base, plainName(name));
    const open = name.indexOf('<');
    if (open > 0) names.push(name.slice(0, open));
    const method = METHOD.exec(name);
    if (method === null) continue;
    const [, className, category = '', selector] = method;
    names.push(className!, `${className}${category}`, selector!, `${name[0]}[${className} ${selector}]`);
  }
  return names;
}

/** An entry and those that it completes, up to damage, which is told where references are checked. */
function* readableChain(entry: Entry): Generator<Entry> {
  try {
    yield* entry.chain();
  } catch (error) {
    if (!isFormatError(error)) throw error;
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}
