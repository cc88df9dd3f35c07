/** An argument of a tool: text, or a file that is made for the run and whose path stands there. */
export type ToolArgument = string | { readonly input: Uint8Array } | { readonly output: string };

/** What a run of a tool left. */
export interface ToolRun {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
  /** Files named by `{ output }` arguments, those that were written. */
  readonly outputs: ReadonlyMap<string, Uint8Array>;
}

/** A program that works on files. The rewriter knows no processes: whoever calls it brings this. */
export interface Tool {
  /** As messages name it: the path of the executable. */
  readonly name: string;
  run(args: readonly ToolArgument[]): Promise<ToolRun>;
}

/** A tool that failed: its status and its own words. */
export class ToolError extends Error {
  readonly status: number;
  readonly stderr: string;

  constructor(tool: string, run: ToolRun) {
    super(`${tool} failed with status ${run.status}`);
    this.status = run.status;
    this.stderr = run.stderr;
  }

  static {
    ToolError.prototype.name = 'ToolError';
  }
}
