// The debug information of LLVM's own tests, moved into wasm modules, and what llvm-symbolizer 19 answers for it, asked
// with offsets in the code section.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { codeOffset } from '../../src/addresses.ts';
import { openModule } from '../../src/debug-module/debug-module.ts';
import type { Frame } from '../../src/frames/frame.ts';
import { demangle } from '../../src/symbolize/demangle.ts';
import { Symbolizer } from '../../src/symbolize/symbolizer.ts';
import { asLlvm, NOTHING } from '../support/as-llvm.ts';
import { recordedCases } from '../support/cases.ts';

interface Recorded {
  readonly addresses: readonly string[];
  readonly llvm19: Readonly<Record<string, string>>;
}

interface JsonAnswer {
  readonly Symbol?: readonly JsonFrame[];
}

interface JsonFrame {
  readonly FunctionName: string;
  readonly FileName: string;
  readonly Line: number;
  readonly Column: number;
  readonly Discriminator: number;
  readonly StartFileName: string;
  readonly StartLine: number;
}

/** Compiled for Windows: LLVM demangles Microsoft's names, which no wasm module has, and we do not. */
const MICROSOFT_NAMES = new Set(['ll.DebugInfo_Generic_sroa-samesize.ll.wasm']);

const folder = recordedCases('upstream');
const names = folder === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.wasm'));

/** `--functions=short` in LLVM style. */
function asShort(frames: readonly Frame[]): string {
  const shown = frames.length === 0 ? [NOTHING] : frames.map(asLlvm);
  const lines = shown.map(({ short, file, line, column }) => `${short || '??'}\n${file || '??'}:${line}:${column}\n`);
  return `${lines.join('')}\n`;
}

/** What JSON has beyond that; names and starts of outermost frames are the symbol table's there. */
function asJson(frames: readonly Frame[]): unknown[] {
  const shown = frames.length === 0 ? [NOTHING] : frames.map(asLlvm);
  return shown.map((frame, index) => ({
    name: index === shown.length - 1 ? '' : demangle(frame.linkage),
    file: frame.file,
    line: frame.line,
    column: frame.column,
    discriminator: frame.discriminator,
    startFile: frame.startFile,
    startLine: frame.startLine,
  }));
}

function ofJson(answer: JsonAnswer): unknown[] {
  const frames = answer.Symbol ?? [];
  return frames.map((frame, index) => ({
    name: index === frames.length - 1 ? '' : frame.FunctionName,
    file: frame.FileName,
    line: frame.Line,
    column: frame.Column,
    discriminator: frame.Discriminator,
    startFile: frame.StartFileName,
    startLine: frame.StartLine,
  }));
}

describe.runIf(folder !== undefined)('as llvm-symbolizer 19 reads it', () => {
  test.each(names)('%s', (name) => {
    const recorded = JSON.parse(readFileSync(`${folder}${name.replace(/\.wasm$/, '.json')}`, 'utf8')) as Recorded;
    const symbolizer = new Symbolizer(openModule(readFileSync(folder + name), { likeLlvm: true }));
    const ours = recorded.addresses.map((address) => symbolizer.dwarfFrames.frames(codeOffset(Number(address))));
    expect(ours.map(asShort).join('')).toBe(recorded.llvm19['short']);
    const json = (recorded.llvm19['json'] ?? '').split('\n').filter((line) => line !== '');
    if (json.length === ours.length) {
      const theirs = json.map((line) => ofJson(JSON.parse(line) as JsonAnswer));
      if (MICROSOFT_NAMES.has(name))
        expect(ours.map((each) => asJson(each).length)).toEqual(theirs.map((each) => each.length));
      else expect(ours.map(asJson)).toEqual(theirs);
    }
  });
});
