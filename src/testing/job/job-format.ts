import type { JsonObject } from '../json.js';
import type { Line, LineAnswer } from './answer-line.js';
import type { JobApi } from './seen-job.js';

/** A result of a request, and the file that it stands in. */
export interface LineResult {
  readonly file: 'output' | 'error';
  readonly value: JsonObject;
}

/** How one service writes the requests and the results of its jobs. */
export interface JobFormat {
  readonly api: JobApi;
  /** True if there is a state between the last answer and the end. */
  readonly finalizes: boolean;
  readonly resultsName: (jobId: string, file: LineResult['file']) => string;
  /** Most requests, and most bytes of the input. */
  readonly maxRequests: number;
  readonly maxBytes: number;
  /** @param value - the request's JSON, which was found to be right */
  customId(value: JsonObject): string;
  line(value: JsonObject): Pick<Line, 'wire' | 'path' | 'body'>;
  result(customId: string, answer: LineAnswer): LineResult;
  /** The result of a request that was not answered before the job ended. */
  unanswered(customId: string, reason: 'expired' | 'cancelled'): LineResult;
}
