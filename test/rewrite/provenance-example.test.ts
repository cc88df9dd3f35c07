import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeIdentity } from '../../src/rewrite/code-identity.ts';
import { readProvenance, writeProvenance } from '../../src/rewrite/provenance-file.ts';
import { readProvenanceLines, writeProvenanceLines } from '../../src/rewrite/provenance-lines.ts';

const [, example = ''] = readFileSync('docs/provenance.md', 'utf8').split('## An example\n');
const [, code = '', lines = '', binary = ''] = /```\n(.*?)```.*?```json\n(.*?)```.*?```\n(.*?)```/s.exec(example) ?? [];
const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));

test('the example of the documentation is what it says, in both forms', () => {
  const provenance = readProvenanceLines(Buffer.from(lines));
  const bytes = hex(binary.replaceAll(/(?<=^.{61}).*$/gm, ''));
  expect(readProvenance(bytes)).toEqual(provenance);
  expect(writeProvenance(provenance)).toEqual(bytes);
  expect(Buffer.from(writeProvenanceLines(provenance)).toString().trim()).toBe(lines.trim());
  const [first = ''] = code.split('\n');
  const [before = '', after = ''] = first.replace('before', '').split('after');
  expect(codeIdentity(hex(before))).toEqual(provenance.before);
  expect(codeIdentity(hex(after))).toEqual(provenance.after);
});

test('a header with spaces is one too', async () => {
  const { isProvenanceLines } = await import('../../src/rewrite/provenance-lines.ts');
  expect(isProvenanceLines(Buffer.from(lines))).toBe(true);
  expect(isProvenanceLines(Buffer.from('\n{ "version": 1, "format": "wasm-provenance" }\n'))).toBe(true);
  expect(isProvenanceLines(Buffer.from('{"version":3,"mappings":""}'))).toBe(false);
  expect(isProvenanceLines(Buffer.from('{"format":"wasm-prov'))).toBe(false);
});
