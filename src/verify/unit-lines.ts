import { DW_AT } from '../dwarf/constants/attributes.ts';
import { DW_TAG } from '../dwarf/constants/tags.ts';
import { DW_UT } from '../dwarf/constants/unit-types.ts';
import type { LineHeader } from '../dwarf/model/line-header.ts';
import { isCodeUnit } from '../dwarf/read/dwarf.ts';
import { readLineHeader } from '../dwarf/read/line-header.ts';
import { readLineRows } from '../dwarf/read/line-program.ts';
import type { Unit } from '../dwarf/read/unit.ts';
import { isFormatError } from '../errors.ts';
import { checkFiles, checkRows } from './checks/lines.ts';
import type { FileNumbers } from './checks/unit-files.ts';
import type { VerifyContext } from './context.ts';
import { hex } from './hex.ts';

/** The line tables of all units: each is checked with the first unit that has it. */
export class UnitLines {
  /** By where a table starts: the unit that has it. */
  readonly #first = new Map<number, string>();
  readonly #read = new Set<number>();
  /** By where a table starts: the files that its program defines. */
  readonly #definedFiles = new Map<number, number>();

  /** Checks a unit's line table; answers the numbers of its source files, `undefined` where it has no table. */
  check(unit: Unit, context: VerifyContext, path: readonly string[]): FileNumbers | undefined {
    if (unit.skeleton !== undefined) return this.#filesOf(unit.skeleton, context);
    const { findings, dwarf } = context;
    const place = { section: unit.section.section, offset: unit.header.entriesOffset, path };
    const offset = lineTableOffset(unit);
    if (offset === undefined) return undefined;
    const section = dwarf.sections.section('.debug_line');
    if (section === undefined || !(offset < section.end)) {
      const size = section === undefined ? 'is not there' : `has ${hex(section.end)} bytes`;
      findings.add('unit/line-table', `line table at ${hex(offset)} of .debug_line, which ${size}`, place);
      return undefined;
    }
    const isCompile =
      isCodeUnit(unit) && unit.header.unitType !== DW_UT.partial && unit.root?.tag !== DW_TAG.partial_unit;
    const first = this.#first.get(offset);
    if (isCompile && first !== undefined) {
      findings.add('unit/shared-line-table', `line table at ${hex(offset)} is that of ${first} too`, place);
    }
    const header = readHeader(unit, offset, context);
    if (header === undefined) return undefined;
    if (first === undefined) {
      if (isCompile) this.#first.set(offset, path[0]!);
      if (!this.#read.has(offset)) {
        this.#read.add(offset);
        checkFiles(context, section, header, path);
        const program = readLineRows(section, header, findings.report);
        checkRows(context, section, header, program, path);
        this.#definedFiles.set(offset, program.definedFiles.length);
      }
    }
    return this.#numbers(header, offset);
  }

  #filesOf(unit: Unit, context: VerifyContext): FileNumbers | undefined {
    const offset = lineTableOffset(unit);
    if (offset === undefined) return undefined;
    const header = readHeader(unit, offset, context);
    return header && this.#numbers(header, offset);
  }

  #numbers({ version, files }: LineHeader, offset: number): FileNumbers {
    const count = files.length + (this.#definedFiles.get(offset) ?? 0);
    return version >= 5 ? { first: 0, last: count - 1 } : { first: 1, last: count };
  }
}

function readHeader(unit: Unit, offset: number, { dwarf, findings }: VerifyContext): LineHeader | undefined {
  const section = dwarf.sections.section('.debug_line');
  if (section === undefined) return undefined;
  try {
    return readLineHeader(section, offset, {
      addressSize: unit.header.addressSize,
      report: findings.report,
      strings: {
        string: (at) => dwarf.stringAt('.debug_str', at),
        lineString: (at) => dwarf.stringAt('.debug_line_str', at),
        stringIndex: (index) => unit.string({ class: 'string-index', index }) ?? '',
        supplementaryString: (at) => dwarf.stringAt('supplementary', at),
      },
    });
  } catch (error) {
    if (!isFormatError(error)) throw error;
    findings.damage('lines/header', error);
    return undefined;
  }
}

function lineTableOffset(unit: Unit): number | undefined {
  try {
    const value = unit.root?.value(DW_AT.stmt_list);
    if (value?.class === 'section-offset') return value.offset;
    return value?.class === 'constant' ? value.value : undefined;
  } catch (error) {
    if (!isFormatError(error)) throw error;
    return undefined;
  }
}
