/** Statuses that the command line exits with. */
export const EXIT = {
  /** Every record has a value. */
  complete: 0,
  /** What is none of the others: a signal, an output that cannot be written, a bug. */
  unexpected: 1,
  /** Wrong use, configuration, or a fatal answer of the provider. */
  misuse: 2,
  /** Finished, and some records have errors. */
  incomplete: 3,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command line with one line that says what to do. The message holds no secret. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly status: ExitStatus;

  constructor(status: ExitStatus, message: string, options?: ErrorOptions) {
    super(message.replace(/\s*\n\s*/g, ' '), options);
    this.status = status;
  }
}

/** What went wrong with a file, in words: Node's messages repeat the call and the path. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return (code === undefined ? undefined : REASONS[code]) ?? (error instanceof Error ? error.message : String(error));
}

/** The code of one of Node's errors, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EISDIR: 'it is a folder',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'its folder is a file',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
};
