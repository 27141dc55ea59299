import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { phaseOf } from '../../policy/case/case.ts'
import { file, type Step } from '../../policy/case/lifecycle.ts'
import { addDays } from '../../policy/time/dates.ts'
import { anEnterprise, aSwing, treeSwing, woodPeople } from '../fixtures.ts'
import { castOf, lastOf, movesWithin, play } from './play.ts'
import { reachedBy } from './three-people.ts'
import { approvalsOf } from './approvals.ts'

const start = Date.UTC(2026, 2, 2)
const place = { district: 'Oak', uscc: '91500112MA5ABCD195' }
const cast = castOf(treeSwing, place)
const { edition } = treeSwing
const notices = edition.stages.filter((stage) => stage.kind === 'publicNotice')
const filed = () =>
  file(treeSwing, { application: aSwing(), enterprise: anEnterprise(), by: woodPeople.child }, start)

/** The last day of the notice that a line ends, as it was opened or moved last. */
function lastDayOf(steps: Step[], task: string): string {
  const changes = steps.flatMap(({ entry }) => entry.deadlines).filter((each) => each.task === task)
  return changes.findLast(({ to }) => to !== null)?.to ?? ''
}

describe('whatever people try with what is published', () => {
  it('nothing is certified but by a notice that nobody disturbed, behind every review', () => {
    const seen = { certified: 0, objected: 0, undisturbed: 0 }
    fc.assert(
      fc.property(movesWithin(5), (moves) => {
        const opening = { process: treeSwing, steps: [filed()], now: start, forms: [aSwing()], cast }
        const steps = play(opening, moves)
        steps.forEach(({ entry, state, effects }, at) => {
          const from = phaseOf(entry.from ?? '')
          const before = steps.slice(0, at)
          const notice = notices.find(({ id }) => id === from)
          if (effects.length > 0) {
            seen.certified += 1
            expect([entry.type, from, phaseOf(entry.to), effects]).toEqual([
              'lapse',
              'song',
              'swinging',
              ['issueCertificate'],
            ])
            expect(
              approvalsOf(
                treeSwing.edition,
                steps.slice(0, at + 1).map((each) => each.entry),
              ),
            ).toEqual(['neighbourLook', 'elderWord'])
          }
          if (!notice) return
          if (entry.type === 'recordObjection') {
            seen.objected += 1
            expect(entry.on <= lastDayOf(before, from)).toBe(true)
            expect(phaseOf(entry.to)).toBe(notice.answers.objection)
          }
          if (entry.by !== null) return
          seen.undisturbed += 1
          expect([entry.type, entry.on]).toEqual(['lapse', addDays(lastDayOf(before, from), 1)])
          const published = before.findLast((each) => phaseOf(each.entry.from ?? '') !== from)
          expect(published?.entry.type).toBe('approve')
          expect({ ...state.case, sender: '' }).toEqual({ ...lastOf(before).case, sender: '' })
        })
      }),
      { numRuns: 150 },
    )
    expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([])
  })

  it('an end is within reach of every place that a case can come to', () => {
    const people = Object.values(woodPeople)
    const reached = reachedBy(treeSwing, people, { state: filed().state, now: start })
    const open = reached.filter(({ state }) => !state.done)
    expect(new Set(reached.map(({ state }) => phaseOf(state.value)))).toEqual(
      new Set([...edition.stages, ...edition.ends].map(({ id }) => id)),
    )
    for (const each of open) {
      const ends = reachedBy(treeSwing, people, each).filter(({ state }) => state.done)
      expect([each.state.value, ends.length > 0]).toEqual([each.state.value, true])
    }
  })
})
