import type { CodeLocation } from '../answers.ts';
import type { PrinterOptions } from './printer.ts';

/** The lines of source around a location, each with its number, or `''`. */
export function sourceContext(location: CodeLocation, { sourceLines, narrowNumbers, source }: PrinterOptions): string {
  if (sourceLines <= 0) return '';
  const text = location.source ?? (location.file === undefined ? undefined : source(location.file));
  if (text === undefined) return '';
  const line = location.line ?? 0;
  const first = Math.max(1, line - Math.trunc(sourceLines / 2));
  const last = first + sourceLines - 1;
  const width = narrowNumbers ? Math.ceil(Math.log10(last)) : String(last).length;

  let context = '';
  const start = offsetOfLine(text, first);
  if (start === undefined) return '';
  let position = start;
  for (let number = first; number <= last && position < text.length; number++) {
    const newline = text.indexOf('\n', position);
    let content = text.slice(position, newline < 0 ? undefined : newline);
    if (content.endsWith('\r')) content = content.slice(0, -1);
    context += `${String(number).padStart(width)}${number === line ? ' >: ' : '  : '}${content}\n`;
    if (newline < 0) break;
    position = newline + 1;
  }
  return context;
}

function offsetOfLine(text: string, line: number): number | undefined {
  let position = 0;
  for (let number = 1; number < line; number++) {
    const newline = text.indexOf('\n', position);
    if (newline < 0) return undefined;
    position = newline + 1;
  }
  return position;
}
