import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { actionsFor, findRefusal } from '../../policy/case/actions.ts'
import type { Actor } from '../../policy/case/case.ts'
import { endOfDay } from '../../policy/time/dates.ts'
import { eventTypes, type EventType } from '../../policy/case/events.ts'
import type { Because } from '../../policy/access/because.ts'
import { explain } from '../../policy/access/why.ts'
import { anApplication, anEnterprise, chongqing, large, people } from '../fixtures.ts'
import { certified, deedOf, formOf, given, type Journey } from './given.ts'
import { lives } from './lives.ts'

const { administrator, auditor, clerk, colleague, elsewhere, reviewer, secondVerifier, verifier } = people

const submitted = (overrides = {}) =>
  given(chongqing)
    .filed(clerk, anEnterprise(), anApplication(overrides))
    .when(clerk, 'completeAssessment', 'submit')

function why(journey: Journey, type: EventType, about: Actor, viewer: Actor = about): Because | null {
  const nowMs = endOfDay(journey.steps.at(-1)?.entry.on ?? '') - 1
  return explain(chongqing, journey.state, type, { about, viewer, nowMs }).because
}

/** Somebody at that person's other desk. */
const as = ({ user }: Actor, desk: Actor): Actor => ({ ...desk, user })

describe('an action that is not offered', () => {
  it.each<[string, Journey, EventType, Actor, Partial<Because>, RegExp]>([
    [
      'elsewhere',
      submitted(),
      'approve',
      verifier,
      {
        kind: 'state',
        code: 'event-not-allowed',
        article: '二（三）',
        allowed: ['districtVerification', 'municipalReview'],
      },
      /现处于「区县核实·待签收」；「通过」只在以下状态办理：区县核实·已签收；市级认定·已签收。/,
    ],
    [
      'over',
      submitted().when(clerk, 'withdraw'),
      'claim',
      verifier,
      { kind: 'state', code: 'event-not-allowed', article: '二（二）' },
      /已办结（已撤回）/,
    ],
    [
      'of another role',
      submitted(),
      'claim',
      clerk,
      { kind: 'role', code: 'not-your-role', allowed: ['district'] },
      /由区县.*办理，不由/,
    ],
    [
      'of the auditor',
      submitted(),
      'withdraw',
      auditor,
      { kind: 'role', allowed: ['enterprise', 'enterpriseAdmin'] },
      /不由审计人员办理/,
    ],
    [
      'of who filed it',
      submitted(),
      'claim',
      as(clerk, verifier),
      { kind: 'person', code: 'four-eyes' },
      /申报、测评、提交或补正/,
    ],
    [
      'of who decided another stage',
      submitted(large).when(verifier, 'claim', 'approve'),
      'claim',
      as(verifier, reviewer),
      { kind: 'person', code: 'four-eyes' },
      /在「区县核实」环节作过决定/,
    ],
    [
      'of who asked for it',
      certified({ completeOn: '2021-12-31' }).when(colleague, 'requestExtension'),
      'claim',
      as(colleague, verifier),
      { kind: 'person', code: 'four-eyes' },
      /提出此项申请/,
    ],
    [
      'in the hands of another',
      submitted().when(verifier, 'claim'),
      'approve',
      secondVerifier,
      { kind: 'person', code: 'claimed-by-another' },
      /已由 wang 签收/,
    ],
    [
      'of another district',
      submitted(),
      'claim',
      elsewhere,
      { kind: 'person', code: 'not-found' },
      /不在其可见范围内/,
    ],
    [
      'too late',
      submitted().when(verifier, 'claim').until('2021-03-29'),
      'extendTime',
      verifier,
      { kind: 'time', code: 'event-not-allowed', article: '行政许可法 第四十二条' },
      /期限（2021-03-29）已过/,
    ],
    [
      'used up',
      submitted().when(verifier, 'claim', 'extendTime'),
      'extendTime',
      verifier,
      { kind: 'time', article: '行政许可法 第四十二条' },
      /只能延长一次/,
    ],
    [
      'urged today',
      submitted().when(reviewer, 'urge'),
      'urge',
      reviewer,
      { kind: 'time', code: 'already-urged' },
      /今日已催办/,
    ],
    [
      'of nobody to urge',
      submitted(),
      'urge',
      verifier,
      { kind: 'rule', code: 'not-your-role' },
      /没有可由其催办/,
    ],
    [
      'extended as often as it may be',
      twiceExtended(),
      'requestExtension',
      clerk,
      { kind: 'time', code: 'extension-limit', article: '三（二）' },
      /最多 2 次/,
    ],
  ])('%s says so', (_, journey, type, actor, expected, sentence) => {
    const because = why(journey, type, actor)
    expect(because).toMatchObject(expected)
    expect(because?.zh).toMatch(sentence)
  })

  it('in the hands of an officer is told to an enterprise without the name', () => {
    const claimed = submitted().when(verifier, 'claim')
    const told = why(claimed, 'approve', secondVerifier, clerk)
    expect(JSON.stringify(told)).not.toContain(verifier.user)
    expect(JSON.stringify(why(claimed, 'approve', secondVerifier, administrator))).toContain(verifier.user)
  })
})

function twiceExtended(): Journey {
  let journey = certified({ completeOn: '2021-12-31' })
  for (const day of [1, 2])
    journey = journey
      .on(`2021-03-0${day + 1}`)
      .when(clerk, 'requestExtension')
      .when(verifier, 'claim', 'grantExtension')
  return journey
}

/** What an explanation must have so that somebody can do something with it. */
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
