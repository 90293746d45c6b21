import { existsSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeenCall } from '../../src/testing/main.js';
import type { ForkedStandIn } from '../testing/own-process.js';
import { look, type Place, tear } from './files.js';
import { phasesOf } from './phases.js';
import type { Kill, Moment, Trigger } from './plan.js';
import { type CliProcess, startProcess } from './process.js';

export interface Stage {
  readonly moment: Moment;
  readonly server: ForkedStandIn;
  readonly place: Place;
  readonly records: number;
}

/** Longest time that a server is given to do what it was asked, in milliseconds. */
const SETTLE_MS = 500;

/**
 * Starts a process and kills it at its moment. It is stopped first, so that there is time to look at what it was doing: from then on it
 * does nothing any more, as if it had been killed there.
 *
 * @param before - processes with that command that were killed before
 * @returns the phases that the kill has hit; `null` if the process had ended before
 */
export async function killAtMoment(stage: Stage, kill: Kill, before: number): Promise<readonly string[] | null> {
  const { place, server, moment, records } = stage;
  const { command, trigger, delayMs } = kill;
  const [first, base] = await Promise.all([look(place), callsAt(server)]);
  const fed = fedTo(trigger, moment);
  const started = startProcess(place, moment, { command, resume: before > 0, fed });
  const { child } = started;
  try {
    const isHit = await Promise.race([reached(trigger, stage, started).then(yes), started.ended.then(no)]);
    if (!isHit) return null;
    await sleep(delayMs);
    if (!child.kill('SIGSTOP')) return null;
    const calls = await callsOf(stage, base, kill.settles);
    const files = await look(place);
    const sight = { api: moment.api, command, before, calls, first, files, isFed: fed === undefined, records };
    return phasesOf(sight);
  } finally {
    child.kill('SIGKILL');
    await started.ended;
    if (kill.tears) await tear(place, command, (moment.number % 10) / 10);
  }
}

const yes = (): boolean => true;
const no = (): boolean => false;

/** Lines that a process gets before it is killed, if it must not get all. */
function fedTo(trigger: Trigger, { recordsPerRequest }: Moment): number | undefined {
  if (trigger.on !== 'files') return undefined;
  return trigger.phase === 'reading' ? 0 : trigger.phase === 'spooling' ? recordsPerRequest : undefined;
}

async function callsAt(server: ForkedStandIn): Promise<readonly SeenCall[]> {
  return server.ask<readonly SeenCall[]>('calls');
}

/** The requests of the process that runs; those that settle have their answer. */
async function callsOf({ server }: Stage, base: readonly SeenCall[], settles: boolean): Promise<readonly SeenCall[]> {
  const until = performance.now() + SETTLE_MS;
  for (;;) {
    const own = without(await callsAt(server), base);
    const isSettled = own.every(({ status }) => status !== null);
    if (!settles || isSettled || performance.now() > until) return own;
    await sleep(5);
  }
}

/** Those before are the first of each kind. */
function without(calls: readonly SeenCall[], base: readonly SeenCall[]): readonly SeenCall[] {
  const earlier = new Map<string, number>();
  for (const { operation } of base) earlier.set(operation, (earlier.get(operation) ?? 0) + 1);
  return calls.filter(({ operation }) => {
    const left = earlier.get(operation) ?? 0;
    earlier.set(operation, left - 1);
    return left <= 0;
  });
}

async function reached(trigger: Trigger, { server, place, records }: Stage, { child }: CliProcess): Promise<void> {
  switch (trigger.on) {
    case 'start':
      return;
    case 'call':
      await new Promise<void>((resolve) => {
        let left = trigger.nth;
        const end = server.onCall((called) => {
          if (called !== trigger.called || --left > 0) return;
          end();
          resolve();
        });
        child.once('close', end);
      });
      return;
    case 'files':
      if (trigger.phase === 'journalled') await journalled(place, child);
      else await shows(place, trigger.phase, records, child);
  }
}

async function shows(
  place: Place,
  phase: Exclude<Extract<Trigger, { on: 'files' }>['phase'], 'journalled'>,
  records: number,
  child: CliProcess['child'],
): Promise<void> {
  const before = await look(place);
  while (child.exitCode === null) {
    const { isBegun, spools, handles, lines } = await look(place);
    const holds = {
      reading: isBegun,
      spooling: spools > 0,
      handled: handles.length > before.handles.length,
      writing: lines > before.lines && lines < records,
    };
    if (holds[phase]) return;
    await sleep(1);
  }
}

/**
 * Between the end of a submission in the journal and its handle lie some microseconds. So the process is stopped whenever the journal
 * changes, until it stands just there.
 */
async function journalled(place: Place, child: CliProcess['child']): Promise<void> {
  const runs = join(`${place.handles}.d`, 'runs');
  const journal = (): string | undefined =>
    existsSync(runs)
      ? readdirSync(runs)
          .map((run) => join(runs, run, 'journal'))
          .find(existsSync)
      : undefined;
  while (journal() === undefined && child.exitCode === null) await sleep(1);
  const changes = watch(journal() ?? place.folder);
  const closed = new Promise((resolve) => child.once('close', resolve));
  try {
    while (child.exitCode === null) {
      child.kill('SIGSTOP');
      const { ended, handles } = await look(place);
      if (ended.some((number) => !handles.includes(number))) return;
      const changed = new Promise<void>((resolve) => {
        changes.once('change', () => {
          child.kill('SIGSTOP');
          resolve();
        });
      });
      child.kill('SIGCONT');
      await Promise.race([changed, closed]);
    }
  } finally {
    changes.close();
  }
}
