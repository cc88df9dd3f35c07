import type { Crash, CrashFrame, LogicalFrame } from '../crash.ts';
import { location } from '../text/format.ts';
import { labelOf } from '../trace-filter.ts';
import type { Variable } from '../variables/frame-variables.ts';
import type { CoreDump } from './core-dump.ts';
import type { FrameVariables } from './core-dump-variables.ts';

/** Gives the variables of a frame by the numbers of its thread and of itself. */
export type VariablesOf = (thread: number, frame: number) => FrameVariables;

/** A core dump as a debugger prints backtraces: every thread, inlined frames numbered like others, locals below. */
export function formatCoreDump(dump: CoreDump, crash: Crash, variablesOf: VariablesOf): string {
  const lines: string[] = [
    `core dump${dump.executable === '' ? '' : ` of ${dump.executable}`} (${dump.layout} layout)`,
  ];
  const globals = new Map<string, Variable>();
  for (const [thread, { name, frames }] of crash.threads.entries()) {
    lines.push('', `thread ${name === undefined || name === '' ? thread : name}`);
    let number = 0;
    for (const [index, frame] of frames.entries()) {
      const variables = variablesOf(thread, index);
      for (const each of variables.globals) globals.set(`${each.type} ${each.name}`, each);
      const logical = frame.resolution?.frames ?? [];
      if (logical.length === 0) lines.push(formatUnknown(number++, frame));
      for (const [inner, each] of logical.entries()) {
        lines.push(...formatFrame(number++, frame, each, variables.locals[inner] ?? []));
      }
    }
  }
  if (globals.size > 0) {
    lines.push('', 'globals');
    for (const { name, type, value } of globals.values()) lines.push(`        ${type} ${name} = ${value}`);
  }
  return `${lines.join('\n')}\n`;
}

function formatFrame(
  number: number,
  frame: CrashFrame,
  logical: LogicalFrame,
  variables: readonly Variable[],
): string[] {
  const parameters = variables.filter(({ kind }) => kind === 'parameter').map(({ name, value }) => `${name}=${value}`);
  const locals = variables.filter(({ kind }) => kind !== 'parameter');
  const address = frame.resolution?.address;
  const head = `${heading(number)}${address === undefined ? '' : `0x${address.toString(16).padStart(8, '0')} in `}`;
  const place = location(logical);
  const label = frame.resolution === undefined ? '' : labelOf(frame.resolution);
  const inlined = logical.inlined ? ' (inlined)' : '';
  return [
    `${head}${logical.name ?? '??'} (${parameters.join(', ')})${place === undefined ? '' : ` at ${place}`}${inlined}${label}`,
    ...locals.map(({ name, type, value }) => `        ${type} ${name} = ${value}`),
  ];
}

function formatUnknown(number: number, { functionIndex, offset }: CrashFrame): string {
  return `${heading(number)}wasm-function[${functionIndex ?? '?'}]${offset === undefined ? '' : `+0x${offset.value.toString(16)} (${offset.space})`}`;
}

function heading(number: number): string {
  return `#${number}`.padEnd(4);
}
