import type { Severity } from '../../diagnostics.ts';
import { isFormatError } from '../../errors.ts';
import type { VerifiedCoverage } from '../../verify/coverage.ts';
import type { Finding } from '../../verify/finding.ts';
import { formatCoverage } from '../../verify/reports/coverage-text.ts';
import { Baseline, fingerprintOf } from '../../verify/reports/fingerprint.ts';
import { formatAnnotation } from '../../verify/reports/github.ts';
import { type FoundInFile, toSarif } from '../../verify/reports/sarif.ts';
import { rankOf, Summary } from '../../verify/reports/summary.ts';
import { counted, formatRule } from '../../verify/reports/text.ts';
import { RULE_GROUPS, RULES } from '../../verify/rules/index.ts';
import { verify as verifyModule } from '../../verify/verify.ts';
import { VERSION } from '../../version.ts';
import { WasmModule } from '../../wasm/module.ts';
import { findDebugInformation } from '../crash/debug-information.ts';
import { openWindow } from '../crash/open-window.ts';
import { splitFiles } from '../debug-files/split-files.ts';
import { FileError, type Io } from '../io.ts';
import { type VerifiedPart, verifiedParts } from '../verify/verified-parts.ts';

/** Options of `wasm-frames verify`. */
export interface VerifyCommandOptions {
  readonly debugFile?: string | undefined;
  readonly format: 'text' | 'json' | 'sarif' | 'github';
  /** What is shown; what makes the status 1. */
  readonly severity: Severity;
  readonly failOn: Severity;
  /** Names or groups (`lines/*`) of rules; only these, or all but those with a `-` in front. */
  readonly only: readonly string[];
  readonly maxErrors: number;
  /** Places of each rule that the text shows. */
  readonly places: number;
  readonly baseline?: string | undefined;
  readonly writeBaseline?: string | undefined;
  readonly coverage: boolean;
  readonly evenIfStale: boolean;
}

/** Verifies the debug information of modules: 0 clean, 1 findings, 2 a file could not be read. */
export async function verify(paths: readonly string[], options: VerifyCommandOptions, io: Io): Promise<number> {
  let status = 0;
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline, io);
  const report = new Report(options, baseline, io);
  io.expectWork?.('one pass');
  for (const path of paths) {
    try {
      if (report.verify(path)) status = Math.max(status, 1);
    } catch (error) {
      if (!(error instanceof FileError) && !isFormatError(error)) throw error;
      const message = error.message.startsWith(path) ? error.message : `${path}: ${error.message}`;
      io.stderr(`${io.argv0}: ${message}\n`);
      status = 2;
    }
  }
  report.finish();
  return status;
}

/** Prints all rules, as docs/rules.md has them: 0. */
export function listRules(format: string, io: Io): number {
  if (format === 'json') {
    io.stdout(`${JSON.stringify(RULES, null, 2)}\n`);
    return 0;
  }
  for (const [title, rules] of Object.entries(RULE_GROUPS)) {
    io.stdout(`${title}\n`);
    for (const [name, { severity, what }] of Object.entries(rules)) {
      io.stdout(`  ${name.padEnd(34)} ${severity.padEnd(8)} ${what}\n`);
    }
  }
  return 0;
}

class Report {
  readonly #options: VerifyCommandOptions;
  readonly #baseline: Baseline | undefined;
  readonly #io: Io;
  readonly #found: FoundInFile[] = [];
  readonly #fingerprints: string[] = [];
  readonly #modules: object[] = [];

  constructor(options: VerifyCommandOptions, baseline: Baseline | undefined, io: Io) {
    this.#options = options;
    this.#baseline = baseline;
    this.#io = io;
  }

  /** Whether there is something that makes the status 1. */
  verify(path: string): boolean {
    let isFound = false;
    for (const part of verifiedParts(path, this.#io, this.#options.debugFile !== undefined)) {
      if (this.#verifyPart(path, part)) isFound = true;
    }
    return isFound;
  }

  #verifyPart(path: string, part: VerifiedPart): boolean {
    const { format, severity, failOn, maxErrors, places, writeBaseline } = this.#options;
    const io = this.#io;
    const summary = new Summary(places);
    let covered: VerifiedCoverage | undefined;
    let known = 0;
    let errors = 0;
    let isCut = false;
    const found: FoundInFile[] = [];
    const { findings, offsetOf } = this.#findingsOf(path, part, (coverage) => {
      covered = coverage;
    });
    for (const finding of findings) {
      if (writeBaseline !== undefined) this.#fingerprints.push(fingerprintOf(finding));
      if (this.#baseline?.has(finding)) {
        known++;
        continue;
      }
      if (rankOf(finding.severity) > Math.max(rankOf(severity), rankOf(failOn))) continue;
      summary.add(finding);
      if (rankOf(finding.severity) <= rankOf(severity)) {
        const each = { file: path, finding, fileOffset: offsetOf(finding.section, finding.offset) };
        if (format === 'github') io.stdout(formatAnnotation(each));
        else if (format !== 'text') found.push(each);
      }
      if (finding.severity === 'error' && ++errors === maxErrors) {
        isCut = true;
        break;
      }
    }
    this.#found.push(...found);
    const counts = { errors: summary.count('error'), warnings: summary.count('warning'), notes: summary.count('note') };
    if (format === 'text') {
      for (const each of summary.rules()) if (rankOf(each.severity) <= rankOf(severity)) io.stdout(formatRule(each));
      const words = [counted(counts.errors, 'error'), counted(counts.warnings, 'warning')];
      if (known > 0) words.push(`${known} known`);
      if (isCut) words.push(`stopped at --max-errors ${maxErrors}`);
      io.stdout(`${part.label}: ${words.join(', ')}\n`);
      if (covered !== undefined) io.stdout(formatCoverage(covered));
    }
    this.#modules.push({
      module: path,
      ...(part.kind === 'module' && part.core !== undefined ? { coreModule: part.core } : {}),
      ...counts,
      known,
      stopped: isCut,
      findings: found.map(({ finding, fileOffset }) => ({ ...finding, fileOffset })),
      ...(covered === undefined ? {} : { coverage: covered }),
    });
    return summary.rules().some((each) => rankOf(each.severity) <= rankOf(failOn));
  }

  /** What is found of a part, and where places in its sections are in the file. */
  #findingsOf(
    path: string,
    part: VerifiedPart,
    covered: (coverage: VerifiedCoverage) => void,
  ): { findings: Iterable<Finding>; offsetOf: (section: string, offset: number) => number | undefined } {
    const { debugFile: debugPath, only, evenIfStale, coverage } = this.#options;
    const io = this.#io;
    const rules = ruleFilter(only);
    if (part.kind === 'component') {
      const wanted = part.diagnostics.filter(({ rule }) => rules?.(rule) ?? true);
      return { findings: wanted.map((each) => ({ ...each, path: [] })), offsetOf: (_section, offset) => offset };
    }
    const { module, window } = part;
    const debugFile =
      debugPath === undefined ? findDebugInformation({ module, path, symbols: [] }, io) : openWindow(debugPath, io);
    const findings = verifyModule(window, {
      debugFile,
      splitFile: splitFiles({ path: debugPath ?? path, dwp: undefined, sourceMapPaths: [] }, io),
      rules,
      addressesOfStale: evenIfStale,
      coverage: coverage ? covered : undefined,
    });
    const own = fileOffsets(module, part.offset);
    return { findings, offsetOf: debugFile === undefined ? own : fileOffsets(WasmModule.read(debugFile), 0) };
  }

  finish(): void {
    const { format, writeBaseline } = this.#options;
    const io = this.#io;
    if (format === 'json') io.stdout(`${JSON.stringify(this.#modules, null, 2)}\n`);
    if (format === 'sarif') io.stdout(`${JSON.stringify(toSarif(this.#found, VERSION), null, 2)}\n`);
    if (writeBaseline === undefined) return;
    const text = `${JSON.stringify(Baseline.toJson(this.#fingerprints), null, 2)}\n`;
    io.writeFile(writeBaseline, new TextEncoder().encode(text));
  }
}

function readBaseline(path: string, io: Io): Baseline {
  try {
    return new Baseline(JSON.parse(new TextDecoder().decode(io.readFile(path))) as Record<string, number>);
  } catch (error) {
    if (error instanceof FileError) throw new FileError(error.code, `${path}: ${error.message}`);
    if (error instanceof SyntaxError) throw new FileError('other', `${path}: not JSON: ${error.message}`);
    throw error;
  }
}

/** Where a place in a section is in its file, in which the module begins at `start`. */
function fileOffsets(module: WasmModule, start: number): (section: string, offset: number) => number | undefined {
  const bases = new Map(module.sections.map(({ name, end, window }) => [name, start + end - window.end]));
  return (section, offset) => {
    if (section === 'module') return start + offset;
    const base = bases.get(section);
    return base === undefined ? undefined : base + offset;
  };
}

/** `lines/*`, `-inlined/call-column`: whether a rule is among the given ones. */
export function ruleFilter(only: readonly string[]): ((rule: string) => boolean) | undefined {
  if (only.length === 0) return undefined;
  const matches = (pattern: string, rule: string): boolean =>
    pattern.endsWith('*') ? rule.startsWith(pattern.slice(0, -1)) : rule === pattern;
  const wanted = only.filter((each) => !each.startsWith('-'));
  const unwanted = only.filter((each) => each.startsWith('-')).map((each) => each.slice(1));
  return (rule) =>
    (wanted.length === 0 || wanted.some((pattern) => matches(pattern, rule))) &&
    !unwanted.some((pattern) => matches(pattern, rule));
}
