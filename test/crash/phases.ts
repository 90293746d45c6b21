import type { SeenCall } from '../../src/testing/main.js';
import type { Files } from './files.js';
import type { Api, JobCommand } from './plan.js';

/** What is known of a process at the moment when it does nothing any more. */
export interface Sight {
  readonly api: Api;
  readonly command: JobCommand;
  /** How many processes with that command were killed before. */
  readonly before: number;
  /** The requests that the server had of it. */
  readonly calls: readonly SeenCall[];
  /** What the files showed when it was started, and show now. */
  readonly first: Files;
  readonly files: Files;
  /** Whether it still waits for input. */
  readonly isFed: boolean;
  readonly records: number;
}

/** Each phase that a kill has hit: with several jobs under way it may be several. */
export function phasesOf(sight: Sight): readonly string[] {
  const { api, command, before } = sight;
  const phases = command === 'submit' ? submitPhases(sight) : collectPhases(sight);
  const named = phases.map((phase) => `${api} ${command} ${phase}`);
  return before > 0 ? [...named, `${api} ${command} resuming`] : named;
}

function submitPhases({ calls, first, files, isFed }: Sight): readonly string[] {
  const { open, done, all } = counts(calls);
  const created = done('createJob') - (files.ended.length - first.ended.length);
  const unwritten = files.ended.filter((number) => !files.handles.includes(number));
  return phasesWhere({
    starting: calls.length === 0 && !files.isBegun,
    reading: files.isBegun && !isFed && files.spools === 0,
    spooling: files.spools > 0 && all('uploadFile') + all('createJob') === 0,
    listing: open('listJobs') > 0,
    uploading: open('uploadFile') > 0,
    uploaded: done('uploadFile') > all('createJob'),
    creating: open('createJob') > 0,
    created: created > 0,
    journalled: unwritten.length > 0,
    handled: files.handles.length > first.handles.length,
  });
}

function collectPhases({ calls, first, files, records }: Sight): readonly string[] {
  const { open, all } = counts(calls);
  const downloads = all('downloadFile') + all('downloadResults');
  return phasesWhere({
    starting: calls.length === 0,
    polling: open('retrieveJob') > 0 || (all('retrieveJob') > 0 && downloads === 0),
    downloading: open('downloadFile') + open('downloadResults') > 0,
    writing: files.lines > first.lines && files.lines < records,
    recovering: open('ask') > 0,
  });
}

function counts(calls: readonly SeenCall[]) {
  const count = (operation: SeenCall['operation'], holds: (status: number | null) => boolean): number =>
    calls.filter((call) => call.operation === operation && holds(call.status)).length;
  return {
    open: (operation: SeenCall['operation']) => count(operation, (status) => status === null),
    done: (operation: SeenCall['operation']) => count(operation, (status) => status === 200),
    all: (operation: SeenCall['operation']) => count(operation, () => true),
  };
}

function phasesWhere(phases: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(phases).flatMap(([name, holds]) => (holds ? [name] : []));
}
