import { map } from 'rxjs';
import { openList } from '../../job/prompts/keys.js';
import type { Model } from '../../model/define-model.js';
import type { JobPrompts } from '../../types/job.js';
import type { Submitted } from './folder.js';
import type { JobRecord } from './job-record.js';
import { promptMaker } from './records.js';

/** The prompts of jobs, made of the records when their results come: none is held before. */
export function promptsOfLines(submitted: Submitted, model: Model): JobPrompts<JobRecord> {
  const maker = {
    format: model.format,
    recordOf: (name: string) => submitted.catalog.read(name),
    again: promptMaker(model),
  };
  return { open: (handle) => submitted.linesOf(handle).pipe(map((lines) => openList(lines, handle, maker))) };
}
