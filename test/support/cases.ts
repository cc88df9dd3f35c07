/** Recorded inputs and answers beside the project; tests that read them skip, with a printed line, where they are absent. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shared = new URL('../../../shared/', import.meta.url);

/** The folder of recorded cases, or `undefined`, which is printed. */
export function recordedCases(name: string): string | undefined {
  return folder(`cases/${name}/`);
}

/** The folder of large real modules, or `undefined`, which is printed. */
export function corpus(): string | undefined {
  return folder('corpus/');
}

function folder(path: string): string | undefined {
  const found = fileURLToPath(new URL(path, shared));
  if (existsSync(found)) return found;
  console.log(`skipped: no ../shared/${path}`);
  return undefined;
}
