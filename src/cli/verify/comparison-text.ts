import type { Frame } from '../../frames/frame.ts';
import {
  type Difference,
  type FrameCounts,
  type FunctionComparison,
  nameOf,
  placeOf,
} from '../../verify/compare-frames.ts';
import { counted } from '../../verify/reports/text.ts';
import type { RunComparison } from './compare-runs.ts';

/** What became of the frames of one module. */
export interface Comparison {
  readonly module: string;
  readonly before: string;
  /** Whether where code comes from is given, or inferred from the bodies of functions. */
  readonly basis: 'provenance' | 'inferred';
  /** Functions that are in no comparison: where their code comes from is not known. */
  readonly unmatched: number;
  /** Functions whose bodies changed: matched by name, and compared at the calls and constants that both have. */
  readonly byName: number;
  /** The same of functions without a name in common: matched by their calls and constants. */
  readonly byConstants: number;
  readonly counts: FrameCounts;
  readonly functions: readonly MatchedFunction[];
  readonly run: RunComparison | undefined;
}

/** A function, and why it is held against the one that it is held against. */
export interface MatchedFunction extends FunctionComparison {
  /** Said by provenance; or inferred: by bodies that are alike, by its name, or by its calls and constants. */
  readonly matchedBy: 'provenance' | 'body' | 'name' | 'constants';
}

const HOW: Readonly<Record<MatchedFunction['matchedBy'], string>> = {
  provenance: '',
  body: '',
  name: ' (inferred: by name)',
  constants: ' (inferred: by calls and constants)',
};

/** A comparison for people. @param places functions, calls and lines that are shown. */
export function formatComparison(
  { module, before, basis, unmatched, byName, byConstants, counts, functions, run }: Comparison,
  places: number,
): string {
  const share = (part: number): string =>
    `${String(part).padStart(9)}  ${counts.instructions === 0 ? '-' : ((100 * part) / counts.instructions).toFixed(1)} %`;
  const lines = [
    `${module} against ${before}`,
    basis === 'provenance'
      ? '  where code comes from is given'
      : `  inferred: by the bodies of functions; for ${byName} by their names, for ${byConstants} by their calls and constants; ${unmatched} are not matched`,
    `  instructions with known frames      ${share(counts.instructions)}`,
    `  all frames right                    ${share(counts.right)}`,
    `  innermost file and line right       ${share(counts.innermostRight)}`,
    `  no frames at all                    ${share(counts.none)}`,
    `  inlined calls missing               ${share(counts.lost)}`,
    `  inlined calls too many              ${share(counts.extra)}`,
    `  frames of other functions           ${share(counts.otherFunction)}`,
    `  frames at other lines               ${share(counts.otherLine)}`,
    `  of these, known by inference only   ${share(counts.inferred)}`,
  ];
  const worst = functions
    .map((each) => ({ ...each, wrong: each.counts.instructions - each.counts.right }))
    .filter(({ wrong, lostCalls, lostLines }) => wrong > 0 || lostCalls.length + lostLines.length > 0)
    .sort((a, b) => b.wrong - a.wrong);
  if (worst.length > 0) lines.push(`  ${worst.length} functions with wrong or lost frames, worst first:`);
  for (const each of worst.slice(0, places)) {
    lines.push(
      `    function ${each.index} ${each.name ?? ''}: ${each.wrong} of ${each.counts.instructions} instructions${HOW[each.matchedBy]}`,
    );
    for (const call of each.lostCalls.slice(0, places)) lines.push(`      lost call: ${call}`);
    if (each.lostCalls.length > places) lines.push(`      … ${each.lostCalls.length - places} more lost calls`);
    if (each.lostLines.length > 0) {
      const shown = each.lostLines.slice(0, places).join(', ');
      lines.push(`      lost lines: ${shown}${each.lostLines.length > places ? ', …' : ''}`);
    }
    if (each.first !== undefined) lines.push(...describeDifference(each.first));
  }
  if (run !== undefined) {
    const of = (part: number): string => `${part} of ${run.stacks}`;
    lines.push(
      `  run in this engine: ${run.stacks} stacks of both, ${of(run.right)} right, ${of(run.innermostRight)} with the right innermost line`,
    );
    if (run.stopped.length > 0) {
      const shown = run.stopped.slice(0, places).join(', ');
      const more = run.stopped.length > places ? `, … ${run.stopped.length - places} more` : '';
      lines.push(`  ${counted(run.stopped.length, 'call')} took too long, stopped: ${shown}${more}`);
    }
    if (run.leftOut > 0) lines.push(`  ${counted(run.leftOut, 'call')} left out: no time left`);
    if (run.diverged > 0) lines.push(`  ${run.diverged} stacks are not compared: the runs went different ways`);
    for (const { what, expected, actual } of run.differences.slice(0, places)) {
      lines.push(`    ${what}`, `      before: ${chain(expected)}`, `      after:  ${chain(actual)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function describeDifference({ address, expected, actual }: Difference): string[] {
  return [
    `      at 0x${address.toString(16)} before: ${chain(expected)}`,
    `      ${' '.repeat(3)}after:  ${chain(actual)}`,
  ];
}

function chain(frames: readonly Frame[]): string {
  return frames.map((frame) => `${nameOf(frame) ?? '?'} ${placeOf(frame)}`).join(' < ') || 'nothing';
}
