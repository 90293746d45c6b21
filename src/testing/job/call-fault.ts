import type { DelayFault, HangFault, ResetFault, StatusFault } from '../fault.js';

/** What a client asks of files and jobs. */
export type JobOperation =
  | 'uploadFile'
  | 'listFiles'
  | 'retrieveFile'
  | 'deleteFile'
  | 'downloadFile'
  | 'createJob'
  | 'listJobs'
  | 'retrieveJob'
  | 'cancelJob'
  | 'deleteJob'
  | 'downloadResults';

/** A request about files or jobs. */
export interface JobCall {
  readonly operation: JobOperation;
  /** The file or the job in the path; `null` if there is none. */
  readonly id: string | null;
  /** How many such calls for that file or job there have been, this one too: the second poll of a job is 2. */
  readonly nth: number;
  /** Path and query. */
  readonly path: string;
  /** Headers in lower case, without those that carry a key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Status of the response; `null` as long as there is none. */
  readonly status: number | null;
}

/** Chooses the fault of one call; `undefined` answers it as it should be. Called once for each call. */
export type CallFaultRule = (call: JobCall) => CallFault | undefined;

/** Something that goes wrong with one call about files or jobs. */
export type CallFault = StatusFault | ResetFault | HangFault | DelayFault | LostAnswerFault | CutBodyFault;

/** The call has its effect (the job is created, the file is kept), and then the connection is reset in place of the answer. */
export interface LostAnswerFault {
  readonly kind: 'lostAnswer';
}

/**
 * The body of an upload breaks off, or that of a file or of results on its way to the client; the answer has the status 200
 * and the whole length. An upload that broke off leaves nothing.
 */
export interface CutBodyFault {
  readonly kind: 'cutBody';
  /** How many bytes come through, from 0. `Infinity` cuts nothing: with `pauseMs` it is only slow. */
  readonly bytes: number;
  /** Milliseconds between the pieces (up to 64 kB each) of what is sent. `timeScale` does not apply. @defaultValue 0 */
  readonly pauseMs?: number | undefined;
}
