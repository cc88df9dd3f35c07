import type { FoundInFile } from './sarif.ts';

/** A workflow command that shows a finding where GitHub shows those of a check. */
export function formatAnnotation({ file, finding }: FoundInFile): string {
  const { severity, rule, message, section, offset, path } = finding;
  const kind = severity === 'note' ? 'notice' : severity;
  const where = path.length > 0 ? ` (${path.join(', ')})` : '';
  const text = `${message} at ${section}+0x${offset.toString(16)}${where}`;
  return `::${kind} file=${property(file)},title=${property(rule)}::${data(text)}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
