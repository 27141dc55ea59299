import type { HistoryRecord } from '../../models/index.ts'
import { linkOf } from '../../policy/integrity/chain.ts'
import type { Digest } from '../../policy/integrity/digest.ts'
import { BrokenHistory, resetsOf, type Statement } from './events.ts'
import type { Documents } from './expected.ts'
import { LostRun, type Run } from './histories.ts'

/**
 * Throws if the histories that were read are not all that there were: the record has a line of a run that is gone
 * (`LostRun`), goes on where they end, or has lines that a reset took out of them (`BrokenHistory`). What else differs, the
 * record has wrong.
 */
export function assertComplete(
  project: string,
  { runs, statements }: { runs: Run[]; statements: Statement[] },
  { history, projects }: Pick<Documents, 'history' | 'projects'>,
): void {
  const links = linksOf(statements)
  const read = new Set(runs.map(({ runId }) => runId))
  const bases = new Set(runs.flatMap((run) => resetsOf(run.history).map(({ base }) => base)))
  const head = Math.max(0, ...links.keys())
  for (const line of history.values()) {
    const link = links.get(line.revision)
    if (link === line.link) continue
    if (bases.has(line.run)) throw new BrokenHistory(wasReset(project, line))
    if (link !== undefined) continue
    if (!read.has(line.run)) throw new LostRun(project, line.run)
    if (line.revision > head && isVerified(line)) throw new BrokenHistory(endsEarly(project, head))
  }
  if ((projects.get(project)?.state.revision ?? 0) > head) throw new BrokenHistory(endsEarly(project, head))
}

/** The link of each step by its revision. */
function linksOf(statements: Statement[]): Map<number, Digest> {
  const links = new Map<number, Digest>()
  for (const each of statements) {
    if (each.kind !== 'step') continue
    const { state, seal } = each.step
    if (!links.has(state.revision)) links.set(state.revision, seal.link)
  }
  return links
}

/** Whether a line is what its link says; one that was merely invented is not. */
function isVerified({ at, ...line }: HistoryRecord): boolean {
  return linkOf({ ...line, at: at.toISOString() }, line) === line.link
}

function wasReset(project: string, { run, revision }: HistoryRecord): string {
  return `run ${run} of ${project} was reset, and revision ${revision} that it made is in no history that counts: a reset is not supported, restart a case instead`
}

function endsEarly(project: string, head: number): string {
  return `the histories of ${project} end with revision ${head}, and its record goes on: they are older than the record, or not all there`
}
