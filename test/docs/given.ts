/** What the blocks of the documentation take for given, as their readers do. */
import type { IncomingMessage } from 'node:http';
import type OpenAIClient from 'openai';
import type { Observable } from 'rxjs';
import type { Model } from '../../src/model/define-model.js';
import type { JobHandle, JobMemory, JobProvider, FinishedJob } from '../../src/types/job.js';
import type { StandInServer } from '../../src/testing/server.js';
import type { Outcome } from '../../src/types/outcome.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import type { Provider } from '../../src/types/provider.js';
import type { ReplyChunk, ReplyFormat, ValueSchema } from '../../src/types/reply.js';

declare global {
  interface Review {
    readonly id: string;
    readonly title: string;
    readonly text: string;
  }
  const reviews$: Observable<Review>;
  const records$: Observable<Review>;
  const clicks$: Observable<Review>;
  const prompts$: Observable<BatchPrompt<Review>>;
  const batches$: Observable<readonly Review[]>;
  const chunks$: Observable<ReplyChunk<Review>>;
  const outcomes$: Observable<Outcome<Review, string>>;
  const handles$: Observable<JobHandle>;
  const finished$: Observable<FinishedJob>;
  const jobs: JobProvider;
  const memory: JobMemory<Review>;
  const rows: AsyncIterable<Review>;
  const client: OpenAIClient;
  const provider: Provider;
  const model: Model<Review, string>;
  const sentiment: Model<{ readonly text: string }, string>;
  const format: ReplyFormat<string>;
  const schema: ValueSchema<string>;
  const server: StandInServer;
  const request: IncomingMessage;
  const body: string;
  const folder: string;
  const endpoint: string;
  const apiKey: string;
  const expected: ReadonlyMap<string, string>;
  const save: (record: Review, value: string) => Promise<void>;
  const show: (outcome: Outcome<unknown, string>) => void;
}
