import { createHash } from 'node:crypto';
import type { InputRecord } from '../record.js';

/** A record on its way through batch jobs. */
export interface JobRecord extends InputRecord {
  /** Its ordinal among the records of the handles' folder, from 0. */
  readonly slot: number;
  /** What jobs know it by: its slot, and a checksum of its key and its JSON, so that another record is never taken for it. */
  readonly name: string;
}

/** Tells records apart by their key and their JSON: 64 bits of SHA-256, in hexadecimal. */
export function checksumOf({ key, json }: Pick<InputRecord, 'key' | 'json'>): string {
  return createHash('sha256')
    .update(`${JSON.stringify(key)}\n${json}`)
    .digest('hex')
    .slice(0, 16);
}

/** It is no name for a line of a job: lines are named by what they ask, and not by what it is asked of. */
export function nameOf(slot: number, checksum: string): string {
  return `${slot}:${checksum}`;
}

/** The slot that a name begins with; `NaN` if it is none. */
export function slotOf(name: string): number {
  return Number(/^(\d+):[0-9a-f]{16}$/.exec(name)?.[1] ?? NaN);
}
