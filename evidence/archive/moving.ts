import type { Words } from '../../policy/edition/edition.ts'
import type { Statement } from './events.ts'
import type { Documents } from './expected.ts'

/** Why a case is not compared to the last field yet: what is just being written, and until when that may take. */
export type Moving = { what: Exclude<Statement['kind'], 'edition'>; until: Date | null }

/**
 * Versions of calendars are done as soon as the record shows them: nobody need wait for as long as a rollout may take. Steps are
 * done, whether or not their run has heard so, where nothing is under way that would record them.
 */
export function withWritten(
  statements: Statement[],
  project: string,
  { projects }: Documents,
  isUnderWay: boolean,
): Statement[] {
  const known = projects.get(project)?.calendars
  return statements.map((each) => {
    if (each.done) return each
    if (each.kind === 'step') return { ...each, done: !isUnderWay }
    if (each.kind !== 'versions' || !known) return each
    const { country, local } = each.versions
    return { ...each, done: known.country >= country && known.local >= local }
  })
}

/** What is just being written of a case; null if nothing is. */
export function movingOf(statements: Statement[]): Moving | null {
  const open = statements.filter(({ done }) => !done)
  const step = open.find(({ kind }) => kind === 'step' || kind === 'notification')
  if (step && step.kind !== 'edition') return { what: step.kind, until: null }
  const times = open.flatMap((each) => (each.kind === 'versions' ? [each.writtenBy.getTime()] : []))
  return times.length === 0 ? null : { what: 'versions', until: new Date(Math.max(...times)) }
}

const reasons = {
  step: { zh: '有一步办理正在写入', en: 'a step of the case is being written' },
  notification: { zh: '有通知正在写入', en: 'a notice of the case is being written' },
  versions: {
    zh: '工作日历刚刚导入，案件改用新历正在写入',
    en: 'a calendar was imported, and that the case counts by it is being written',
  },
} as const satisfies Record<Moving['what'], Words>

/** Why nothing that is there is written over yet, and when to ask again. */
export function movingWords({ what, until }: Moving): Words {
  const { zh, en } = reasons[what]
  const when = until?.toISOString()
  return {
    zh: `${zh}，${when === undefined ? '写完之后' : `最迟至 ${when}，此后`}再改正`,
    en: `${en}: repair it ${when === undefined ? 'once that is done' : `after ${when}`}`,
  }
}
