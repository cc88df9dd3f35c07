import type { Command } from '../cli/io.ts';
import { ClosedPipe, processIo } from './io.ts';

/** Runs a command on the process's arguments and streams. A reader that went away is no failure. */
export async function runProcess(command: Command): Promise<void> {
  try {
    process.exitCode = await command(process.argv.slice(2), processIo(calledName(process.argv[1] ?? '')));
  } catch (error) {
    if (!(error instanceof ClosedPipe)) throw error;
  }
}

/** The name that the program was called by, which may be that of a symbolic link. */
function calledName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return name.endsWith('.js') || name.endsWith('.ts') ? name.slice(0, -3) : name;
}
