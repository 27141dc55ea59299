import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StateValue } from 'xstate'
import { phaseOf } from '../../policy/case/case.ts'
import { applicableReviews } from '../../policy/edition/eligibility.ts'
import { file, type Process, type Step } from '../../policy/case/lifecycle.ts'
import { factsOf } from '../../policy/case/remember.ts'
import {
  anApplication,
  anEnterprise,
  aWish,
  castle,
  chongqing,
  large,
  supervisionOf,
  treeHouse,
} from '../fixtures.ts'
import { castOf, lastOf, movesWithin, play, type Move } from './play.ts'
import type { Forms } from './walk.ts'
import { approvalsOf } from './approvals.ts'

const start = Date.UTC(2021, 2, 1)
const uscc = '91500112MA5ABCD195'
const moves = movesWithin(0)

const editions: [string, Process, Forms, string][] = [
  ['chongqing-2021', chongqing, { small: anApplication(), large: anApplication(large) }, '渝北区'],
  ['tree-house', treeHouse, { hut: aWish(), castle: aWish(castle) }, 'Oak'],
]

/** A play from the filing on. */
function walk(process: Process, byName: Forms, district: string, list: Move[]): Step[] {
  const forms = Object.values(byName)
  const application = forms[list.length % forms.length] ?? anApplication()
  const by = { user: 'a', role: process.edition.roles[0]?.id ?? '', uscc }
  const steps = [file(process, { application, enterprise: anEnterprise(), by }, start)]
  return play({ process, steps, now: start, forms, cast: castOf(process, { district, uscc }) }, list)
}

/** The last word of each stage on the application as it stands, read off the history alone. */
function lastWords({ edition }: Process, steps: Step[]): Map<string, { type: string; user: string }> {
  const words = new Map<string, { type: string; user: string }>()
  for (const { entry } of steps) {
    const stage = Object.keys(typeof entry.from === 'object' && entry.from ? entry.from : {})[0] ?? ''
    if (entry.type === 'resubmit' || entry.type === 'amend') words.clear()
    if (!entry.by || !['approve', 'return', 'reject'].includes(entry.type)) continue
    words.set(stage, { type: entry.type, user: entry.by.user })
    const target = edition.stages.findIndex(({ id }) => entry.type === 'return' && id === phaseOf(entry.to))
    if (target >= 0) for (const { id } of edition.stages.slice(target)) words.delete(id)
  }
  return words
}

const filings = new Set(['file', 'completeAssessment', 'amend', 'submit', 'resubmit'])

describe.each(editions)('whatever people try under %s', (_, process, forms, district) => {
  const endOf = (value: StateValue) => process.edition.ends.find(({ id }) => id === value)?.outcome
  const supervisor = supervisionOf(process.edition)?.id

  it('no project is certified without every review it needs, by different people, none of whom filed it', () => {
    let certified = 0
    fc.assert(
      fc.property(moves, (list) => {
        const steps = walk(process, forms, district, list)
        const state = lastOf(steps)
        if (!state.case.supervision) return
        certified += 1
        const needed = applicableReviews(process.edition, factsOf(state.case)).map(({ id }) => id)
        const words = lastWords(process, steps)
        expect(needed.map((id) => words.get(id)?.type)).toEqual(needed.map(() => 'approve'))
        const approved = approvalsOf(
          process.edition,
          steps.map(({ entry }) => entry),
        )
        expect(approved.toSorted()).toEqual(needed.toSorted())
        const deciders = needed.map((id) => words.get(id)?.user)
        expect(new Set(deciders).size).toBe(needed.length)
        const filers = new Set(
          steps.filter(({ entry }) => filings.has(entry.type)).map(({ entry }) => entry.by?.user),
        )
        expect(deciders.filter((user) => filers.has(user))).toEqual([])
      }),
      { numRuns: 150 },
    )
    expect(certified).toBeGreaterThan(5)
  })

  it('every event counts once, in the order of the days, and the certificate is issued and ended once', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const steps = walk(process, forms, district, list)
        expect(steps.map(({ entry }) => entry.revision)).toEqual(steps.map((__, at) => at + 1))
        expect(steps.slice(1).map(({ entry }) => entry.from)).toEqual(
          steps.slice(0, -1).map(({ state }) => state.value),
        )
        const on = steps.map(({ entry }) => entry.on)
        expect(on).toEqual(on.toSorted())
        const { value, case: kept } = lastOf(steps)
        expect(steps.flatMap(({ effects }) => effects)).toEqual([
          ...(kept.supervision ? ['issueCertificate'] : []),
          ...(endOf(value) === 'completed' ? ['completeCertificate'] : []),
          ...(endOf(value) === 'revoked' ? ['revokeCertificate'] : []),
        ])
      }),
      { numRuns: 100 },
    )
  })

  it('time approves nothing: it marks what is late, and ends what nobody corrects', () => {
    let passed = 0
    fc.assert(
      fc.property(moves, (list) => {
        const steps = walk(process, forms, district, list)
        steps.forEach(({ entry, state, effects }, at) => {
          if (entry.by || entry.from === null || phaseOf(entry.from) === supervisor) return
          passed += 1
          const before = steps[at - 1]?.state
          expect(effects).toEqual([])
          expect({ ...state.case, sender: '' }).toEqual({ ...before?.case, sender: '' })
          if (entry.type === 'overdue') expect(entry.to).toEqual(entry.from)
          else expect([entry.type, endOf(state.value)]).toEqual(['lapse', 'withdrawn'])
        })
      }),
      { numRuns: 100 },
    )
    expect(passed).toBeGreaterThan(20)
  })
})
