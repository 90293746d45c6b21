import type { ParseIndexedOptions } from '../../operators/parseIndexed.js';
import type { ErrorCode, Outcome } from '../../src/types/outcome.js';
import type { FinishReason } from '../../src/types/reply.js';
import type { MarbleSpec } from '../spec.js';

/** A piece of the reply to the prompt `of`; the last one has a `finish` or an `error`. */
export interface Piece {
  readonly of: string;
  readonly text?: string;
  readonly finish?: FinishReason;
  readonly error?: ErrorCode;
}

export interface Options extends ParseIndexedOptions<unknown> {
  /** The records that each prompt asks for, a letter each. */
  readonly asks?: Readonly<Record<string, string>>;
  /** Prompts name records by nonces: `n-a` for the record `a`. @defaultValue false */
  readonly nonces?: boolean;
  /** The provider enforces the schema of the replies. @defaultValue false */
  readonly enforced?: boolean;
  /** The request that the reply answers. @defaultValue not said */
  readonly attempt?: number;
}

export type Spec = MarbleSpec<Options, Piece, Outcome<string, unknown>>;

export function text(of: string, piece: string): Piece {
  return { of, text: piece };
}

export function last(of: string, piece: string, finish: FinishReason = 'stop'): Piece {
  return { of, text: piece, finish };
}

export function failed(of: string, error: ErrorCode): Piece {
  return { of, error };
}
