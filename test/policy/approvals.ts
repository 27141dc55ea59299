import { phaseOf, type HistoryEntry } from '../../policy/case/case.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { isInOrder, stageAt } from '../../policy/stages/index.ts'

type Line = Pick<HistoryEntry, 'type' | 'from' | 'to'>

/** The reviews that the application as it stands has passed, read off what has happened to it. */
export function approvalsOf(edition: Edition, lines: readonly Line[]): string[] {
  const order = edition.stages.map(({ id }) => id)
  return lines.reduce<string[]>((approved, { type, from, to }) => {
    const [before, after] = [phaseOf(from ?? ''), phaseOf(to)]
    if (type === 'amend' || type === 'resubmit') return []
    if (type === 'approve') return before === after ? approved : [...approved, before]
    const stage = stageAt(edition, to)
    if (before === after || !stage) return approved
    return isInOrder(stage) ? approved.filter((id) => order.indexOf(id) < order.indexOf(after)) : []
  }, [])
}

/** The first who has a task of a case in hand. */
export function holderOf({ assignments }: { assignments: readonly { user: string }[] }): string | null {
  return assignments[0]?.user ?? null
}
