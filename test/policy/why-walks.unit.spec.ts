import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Because } from '../../policy/access/because.ts'
import { explain } from '../../policy/access/why.ts'
import { actionsFor, findRefusal } from '../../policy/case/actions.ts'
import { eventTypes } from '../../policy/case/events.ts'
import { endOfDay } from '../../policy/time/dates.ts'
import { people } from '../fixtures.ts'
import { deedOf, formOf } from './given.ts'
import { lives } from './lives.ts'

const { verifier } = people

function expectComplete(because: Because | null): void {
  expect(because).not.toBeNull()
  if (!because) return
  const { kind, code, zh, en, article, allowed } = because
  expect([zh, en, article, code].every((text) => text.trim().length > 0)).toBe(true)
  expect(`${zh}${en}`).not.toMatch(/undefined|\{\}|「」|“”|（）|\(\)/)
  if (kind === 'role') expect(allowed.length).toBeGreaterThan(0)
}

describe.each(lives)('whatever happens under $name', ({ process, lives: all, cast }) => {
  it('an action is offered exactly where it is accepted, and explained where it is not', () => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(all, fc.nat(7), (steps, person) => {
        const seen = new Map(steps.map(({ state, entry }) => [JSON.stringify(state.value), { state, entry }]))
        const actors = cast.filter((_, at) => Math.floor((at * 8) / cast.length) === person)
        for (const { state, entry } of seen.values()) {
          const nowMs = endOfDay(entry.on) - 1
          for (const actor of [...actors, { ...verifier, district: 'nowhere' }]) {
            const actions = actionsFor(process, state, actor, nowMs)
            for (const type of eventTypes) {
              const { offered, because } = explain(process, state, type, {
                about: actor,
                viewer: actor,
                nowMs,
              })
              expect(offered).toBe(actions.includes(type))
              expect(because === null).toBe(offered)
              if (offered) continue
              expectComplete(because)
              kinds.add(because?.kind ?? '')
              const refusal = findRefusal(process, state, deedOf(type, formOf(state.case)), actor, nowMs)
              expect(because?.code).toBe(refusal?.code)
              if (refusal?.code === 'not-found') continue
              // The refusal says the very sentence.
              expect(refusal).toMatchObject({
                words: { zh: because?.zh, en: because?.en },
                article: because?.article,
              })
            }
          }
        }
      }),
      { numRuns: 8 },
    )
    expect([...kinds]).toEqual(expect.arrayContaining(['state', 'role', 'person']))
  }, 60_000)
})
