/** How much a diagnostic matters: `error` gives wrong answers, `warning` may, `note` explains. */
export type Severity = 'error' | 'warning' | 'note';

/** Something odd but readable, and the assumption under which reading went on. */
export interface Diagnostic {
  readonly severity: Severity;
  /** Stable name, `subject/finding`: `lines/zero-opcode-base`. */
  readonly rule: string;
  /** One sentence without a full stop, the assumption made included. */
  readonly message: string;
  /** The section's name, or `module` for the file itself. */
  readonly section: string;
  /** In bytes from the start of `section`. */
  readonly offset: number;
}

/** Takes diagnostics as they are found. */
export type Report = (diagnostic: Diagnostic) => void;

/** Takes diagnostics and forgets them. */
export const ignore: Report = () => {};
