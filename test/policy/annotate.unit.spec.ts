import { describe, expect, it } from 'vitest'
import { isStale } from '../../policy/case/actions.ts'
import { eventSchema } from '../../policy/case/event-schema.ts'
import { chongqing, people } from '../fixtures.ts'
import { certified, given, type Journey } from './given.ts'
import { anApplication, anEnterprise } from '../fixtures.ts'

const { clerk, verifier, reviewer, auditor, administrator } = people
const note = { type: 'annotate', note: '已电话核实，待补发票' } as const
const filed = given(chongqing).filed(clerk, anEnterprise(), anApplication())
const claimed = filed.when(clerk, 'completeAssessment', 'submit').when(verifier, 'claim')
const everywhere: [string, Journey][] = [
  ['during the assessment', filed],
  ['in somebody’s hands', claimed],
  ['while it is mended', claimed.when(verifier, 'return')],
  ['once certified', certified()],
  ['while it is held', claimed.commanded('hold')],
  ['once it is over', claimed.when(verifier, 'reject')],
]

describe('a note of an officer', () => {
  it.each(everywhere)('is taken %s, and changes nothing but the number of the revision', (_, before) => {
    const after = before.when(reviewer, note)
    expect(after.state).toEqual({ ...before.state, revision: before.state.revision + 1 })
    const made = after.steps.at(-1)
    expect([made?.notices, made?.effects, made?.entry.deadlines]).toEqual([[], [], []])
    expect(made?.entry).toMatchObject({
      type: 'annotate',
      payload: { note: note.note },
      to: before.state.value,
    })
  })

  it.each(everywhere)('is for the officers who see the case, and for nobody else, %s', (_, journey) => {
    expect(journey.refusal(verifier, note)).toBeUndefined()
    for (const actor of [clerk, auditor, administrator])
      expect(journey.refusal(actor, note)).toMatchObject({ code: 'not-your-role' })
    expect(journey.refusal({ ...verifier, district: '渝中区' }, note)).toEqual({ code: 'not-found' })
  })

  it('makes no revision stale: who goes by the one before it still may', () => {
    const { revision } = claimed.state
    const noted = claimed.when(reviewer, note).when(reviewer, note)
    expect(
      [revision - 1, revision, revision + 1, revision + 2, revision + 3].map((each) =>
        isStale(noted.state, each),
      ),
    ).toEqual([true, false, false, false, true])
    const moved = noted.when(verifier, 'approve')
    expect(
      [revision, noted.state.revision, moved.state.revision].map((each) => isStale(moved.state, each)),
    ).toEqual([true, true, false])
  })

  it('is all that is done at an end', () => {
    const over = claimed.when(verifier, 'reject')
    expect(over.actions(verifier)).toEqual(['annotate'])
    expect(over.actions(clerk)).toEqual([])
    expect(over.refusal(verifier, { type: 'claim' })).toMatchObject({
      code: 'event-not-allowed',
      phase: 'rejected',
      allowed: ['annotate'],
    })
  })

  it('has a text, and not too long a one', () => {
    const schema = eventSchema(chongqing.edition)
    expect(schema.safeParse({ type: 'annotate' }).success).toBe(false)
    expect(schema.safeParse({ type: 'annotate', note: '  ' }).success).toBe(false)
    expect(schema.safeParse({ type: 'annotate', note: '注'.repeat(2001) }).success).toBe(false)
  })
})
