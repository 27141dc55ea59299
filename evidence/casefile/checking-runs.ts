import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js'
import { readHistory, type History } from '../archive/events.ts'
import { encodeHistory } from '../archive/histories.ts'
import { digestOfBytes } from '../../policy/integrity/digest.ts'
import type { Words } from '../../policy/edition/edition.ts'
import type { CaseFile, RunOfCase } from './content.ts'

/** Why the file of a run's history is not that of this case: its digest, and the steps that its lines came from. */
export function faultsOfRun(text: string, run: RunOfCase, file: CaseFile): Words[] {
  const history = parse(text)
  if (!history) return [{ zh: '不是工作流历史', en: 'is no history of a workflow' }]
  if (digestOfBytes(encodeHistory(history)) !== run.archive)
    return [{ zh: '与案卷所记的摘要不符', en: 'is not the history whose digest the case has' }]
  return faultsOfSteps(history, run, file)
}

function parse(text: string): History | null {
  try {
    return historyFromJSON(JSON.parse(text))
  } catch {
    return null
  }
}

function faultsOfSteps(history: History, { runId }: RunOfCase, { lines }: CaseFile): Words[] {
  const steps = new Map(
    readHistory(history).flatMap((event) =>
      event.kind === 'step'
        ? [[event.step.state.revision, { link: event.step.seal.link, isHeard: event.isHeard }] as const]
        : [],
    ),
  )
  const links = new Map(lines.map(({ revision, link }) => [revision, link]))
  const isOther = (revision: number, link: string) => steps.get(revision)?.link !== link
  const lastLine = Math.max(...links.keys())
  const wrong = [
    ...lines.filter(({ run, revision, link }) => run === runId && isOther(revision, link)),
    // What was written after the case was read is not in the file.
    ...[...steps]
      .filter(
        ([revision, { link, isHeard }]) => revision <= lastLine && isHeard && links.get(revision) !== link,
      )
      .map(([revision]) => ({ revision })),
  ]
  return [...new Set(wrong.map(({ revision }) => revision))].map((revision) => ({
    zh: `第${revision}条与工作流历史不符`,
    en: `line ${revision} is not the step that this history made`,
  }))
}
