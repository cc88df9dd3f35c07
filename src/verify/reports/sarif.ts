import type { Finding } from '../finding.ts';
import { RULES } from '../rules/index.ts';
import { fingerprintOf } from './fingerprint.ts';

/** A finding of a file, and where in the file it is, if that is known. */
export interface FoundInFile {
  readonly file: string;
  readonly finding: Finding;
  readonly fileOffset: number | undefined;
}

/** The findings as SARIF 2.1.0, for code scanning and editors. */
export function toSarif(found: readonly FoundInFile[], version: string): object {
  const names = [...new Set(found.map(({ finding }) => finding.rule))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'wasm-frames', version, rules: names.map(ruleOf) } },
        results: found.map((each) => resultOf(each, names)),
      },
    ],
  };
}

function ruleOf(id: string): object {
  const rule = RULES[id];
  if (rule === undefined) return { id };
  return {
    id,
    shortDescription: { text: rule.what },
    fullDescription: { text: `${rule.what} ${rule.cost}` },
    help: { text: `From: ${rule.from}` },
    defaultConfiguration: { level: rule.severity },
  };
}

function resultOf({ file, finding, fileOffset }: FoundInFile, names: readonly string[]): object {
  const { rule, severity, message, section, offset, path } = finding;
  const region = fileOffset === undefined ? {} : { region: { byteOffset: fileOffset, byteLength: 1 } };
  return {
    ruleId: rule,
    ruleIndex: names.indexOf(rule),
    level: severity,
    message: { text: `${message} (${section}+0x${offset.toString(16)})` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region },
        ...(path.length > 0 ? { logicalLocations: [{ fullyQualifiedName: path.join(', ') }] } : {}),
      },
    ],
    partialFingerprints: { 'wasmFrames/v1': fingerprintOf(finding) },
  };
}

function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
