/**
 * What becomes of records without a usable answer.
 *
 * - `reask`: asked again together, or in prompts of the size at which a usable answer is expected to cost least
 * - `bisect`: asked again in halves, down to one by one
 * - `single`: each asked again alone, once
 * - `retry`: asked again together, once
 * - `fail`: not asked again
 */
export type RecoveryStrategy = 'reask' | 'bisect' | 'single' | 'retry' | 'fail';
