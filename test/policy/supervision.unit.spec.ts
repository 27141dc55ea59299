import { describe, expect, it } from 'vitest'
import type { ProjectEvent } from '../../policy/case/events.ts'
import { project } from '../../policy/case/projection.ts'
import { shownSupervision } from '../../policy/stages/supervision/shown.ts'
import { chongqing, people } from '../fixtures.ts'
import { certified, type Journey } from './given.ts'
import { holderOf } from './approvals.ts'

const { clerk, colleague, verifier, secondVerifier, reviewer } = people
const asking = {
  type: 'requestExtension',
  reason: '缺芯',
  measures: '换型',
  completeOn: '2022-03-31',
} as const
const tasks = (journey: ReturnType<typeof certified>) =>
  project(chongqing.edition, journey.state).tasks.map(({ task, part, roles }) => [task, part, roles])
const firm = ['enterprise', 'enterpriseAdmin']
const extensionAsked = certified().on('2021-10-20').when(clerk, asking)
const revocationByFirm = certified().on('2021-10-20').when(clerk, 'requestRevocation')
const revocationByOfficer = certified().on('2021-10-20').when(verifier, 'requestRevocation')

describe('a project that enters the library (二（三）)', () => {
  it('is certified, and goes on: it owes its completion and a report of each quarter', () => {
    const { state, place, steps } = certified()
    expect([state.done, place]).toEqual([false, ['building', 'current']])
    expect(project(chongqing.edition, state)).toMatchObject({ phase: 'certified', outcome: 'certified' })
    expect(tasks(certified())).toEqual([
      ['completion', null, firm],
      ['progressReport', '2021Q1', firm],
    ])
    expect(steps.at(-1)?.effects).toEqual(['issueCertificate'])
    expect(state.case.supervision).toEqual({
      since: '2021-03-01',
      completeOn: '2021-10-31',
      extensions: [],
      request: null,
      reports: [],
      completed: null,
    })
  })

  it.each([
    ['2021-02-28', 'overdue', true],
    ['2021-03-01', 'building', false],
  ])('with a date of %s on 2021-03-01 is %s at once', (completeOn, place, overdue) => {
    const late = certified({ completeOn })
    expect(late.place).toEqual([place, 'current'])
    expect(late.due('completion')).toMatchObject({ dueOn: completeOn, overdue })
    expect(shownSupervision(late.state)?.overdue).toBe(overdue)
  })

  it('is not found overdue a second time', () => {
    expect(certified({ completeOn: '2021-02-28' }).until('2021-04-01').history.at(-1)).toEqual([
      '2021-03-01',
      'approve',
    ])
  })
})

describe('a project whose date has passed (三（二）)', () => {
  const overdue = certified().until('2021-10-31')

  it('is overdue on the day after, however late somebody looks', () => {
    expect(overdue.history.at(-1)).toEqual(['2021-11-01', 'overdue'])
    expect([overdue.place[0], shownSupervision(overdue.state)?.overdue]).toEqual(['overdue', true])
    const years = certified().until('2023-10-31')
    expect(years.history.slice(5)).toEqual([
      ['2021-04-16', 'overdue'],
      ['2021-07-16', 'overdue'],
      ['2021-10-16', 'overdue'],
      ['2021-11-01', 'overdue'],
      ['2022-01-18', 'overdue'],
      ['2022-04-16', 'overdue'],
      ['2022-07-16', 'overdue'],
      ['2022-10-18', 'overdue'],
      ['2023-01-17', 'overdue'],
      ['2023-04-18', 'overdue'],
      ['2023-07-18', 'overdue'],
      ['2023-10-17', 'overdue'],
    ])
  })

  it('explains itself, and more than once', () => {
    const explained = overdue.on('2021-11-05').when(clerk, 'explainOverdue')
    expect(explained.place[0]).toBe('explained')
    expect(explained.when(colleague, 'explainOverdue').place[0]).toBe('explained')
    expect(certified().refusal(clerk, 'explainOverdue')?.code).toBe('event-not-allowed')
  })

  it('is no longer so with another date, and is so again when that has passed', () => {
    const extended = overdue.on('2021-11-05').when(clerk, asking).when(verifier, 'claim', 'grantExtension')
    expect(extended.place[0]).toBe('building')
    expect(shownSupervision(extended.state)).toMatchObject({ overdue: false, explained: false })
    expect(extended.due('completion')).toMatchObject({ dueOn: '2022-03-31', overdue: false })
    const again = extended.until('2022-03-31')
    expect([again.history.at(-1), again.place[0]]).toEqual([['2022-04-01', 'overdue'], 'overdue'])
  })

  it('goes back to where it was when the extension is refused: the request has explained it', () => {
    const refused = overdue.on('2021-11-05').when(clerk, asking).when(verifier, 'claim', 'refuseExtension')
    expect(refused.place[0]).toBe('explained')
  })
})

describe('what is shown of an overrun', () => {
  const late = certified().until('2021-10-31').on('2021-11-05')
  const explained = late.when(clerk, 'explainOverdue')

  it.each<[string, Journey, boolean, boolean]>([
    ['while it lasts', late, true, false],
    ['once it is explained', explained, true, true],
    ['while the case is held', explained.commanded('hold'), true, true],
    ['while an extension is decided', late.when(clerk, asking), true, true],
    ['while a revocation is decided', explained.when(clerk, 'requestRevocation'), true, true],
    ['once it is completed', late.when(clerk, 'complete'), true, false],
    [
      'completed, while a revocation is decided',
      late.when(clerk, 'requestRevocation', 'complete'),
      true,
      false,
    ],
    [
      'once it is revoked',
      explained.when(clerk, 'requestRevocation').when(verifier, 'claim', 'revoke'),
      true,
      true,
    ],
    ['where it was completed in time', certified().on('2021-10-05').when(clerk, 'complete'), false, false],
  ])('%s', (_, { state }, overdue, isExplained) => {
    expect(shownSupervision(state)).toMatchObject({ overdue, explained: isExplained })
  })
})

describe('a date that passes while something is decided', () => {
  const until = '2021-11-03'

  it.each([
    [
      'a revocation after a hearing',
      revocationByOfficer.on(until).when(clerk, 'respond').when(secondVerifier, 'claim', 'refuseRevocation'),
      'overdue',
    ],
  ])('is not forgotten when %s is refused', (_, back, place) => {
    expect(back.history).toContainEqual(['2021-11-01', 'overdue'])
    expect(back.place[0]).toBe(place)
    expect(shownSupervision(back.state)?.overdue).toBe(true)
  })

  it('is not explained by a request that was refused before', () => {
    const refused = extensionAsked.when(verifier, 'claim', 'refuseExtension').until('2021-11-03')
    expect(refused.place[0]).toBe('overdue')
    const asked = refused.on('2021-11-04').when(clerk, 'requestRevocation')
    expect(asked.when(verifier, 'claim', 'refuseRevocation').place[0]).toBe('overdue')
  })

  it('is over when the extension is granted', () => {
    const granted = extensionAsked.on(until).when(verifier, 'claim', 'grantExtension')
    expect(granted.place[0]).toBe('building')
    expect(granted.due('completion')).toMatchObject({ dueOn: '2022-03-31', overdue: false })
  })
})

describe('what is asked for', () => {
  it('and refused leaves the case where it was, and come from the stage that sent it', () => {
    const asked = certified().on('2021-10-20').when(clerk, 'requestExtension')
    const refused = asked.when(verifier, 'claim', 'refuseExtension')
    expect(refused.place[0]).toBe('building')
    expect(refused.state.case.sender).toBe('districtVerification')
  })

  it('is decided within ten working days, while the completion waits', () => {
    expect(tasks(extensionAsked).slice(0, 2)).toEqual([
      ['completion', null, firm],
      ['extensionDecision', null, ['district']],
    ])
    expect(extensionAsked.due('extensionDecision')).toMatchObject({ dueOn: '2021-11-03', days: 10 })
    expect(revocationByFirm.due('revocationDecision')).toMatchObject({ dueOn: '2021-11-03', days: 10 })
  })

  it('by an officer is a hearing first, of ten working days; by the enterprise none', () => {
    expect(revocationByOfficer.place[0]).toBe('hearing')
    expect(revocationByOfficer.due('hearing')).toMatchObject({ dueOn: '2021-11-03', lapsesOn: '2021-11-03' })
    expect(revocationByFirm.place[0]).toBe('revocationDecision.unclaimed')
    expect(revocationByOfficer.refusal(secondVerifier, 'claim')?.code).toBe('event-not-allowed')
  })

  it('is decided after the hearing, or after nobody came: on the day after, by its own clock', () => {
    expect(revocationByOfficer.when(clerk, 'respond').due('revocationDecision')?.dueOn).toBe('2021-11-03')
    const unheard = revocationByOfficer.until('2021-12-31')
    expect(unheard.history).toContainEqual(['2021-11-04', 'lapse'])
    expect(unheard.due('revocationDecision')).toMatchObject({ since: '2021-11-04', dueOn: '2021-11-18' })
    expect(unheard.history).toContainEqual(['2021-11-19', 'overdue'])
    expect(unheard.place[0]).toBe('revocationDecision.unclaimed')
  })

  it('is not decided by who asked for it', () => {
    const heard = revocationByOfficer.when(clerk, 'respond')
    expect(heard.refusal(verifier, 'claim')).toEqual({ code: 'four-eyes' })
    expect(heard.when(secondVerifier, 'claim').refusal(verifier, 'revoke')).toEqual({ code: 'four-eyes' })
    expect(heard.when(secondVerifier, 'claim', 'revoke').phase).toBe('revoked')
  })

  it('is decided by who verified the project, too, but by nobody of the enterprise or the municipality', () => {
    expect(revocationByFirm.when(verifier, 'claim', 'revoke').phase).toBe('revoked')
    expect(revocationByFirm.refusal(reviewer, 'claim')).toEqual({
      code: 'not-your-role',
      allowed: ['district'],
    })
    const switched = { ...verifier, user: clerk.user }
    expect(revocationByFirm.refusal(switched, 'claim')).toEqual({ code: 'four-eyes' })
  })

  it('gives way to a revocation that an officer wants, and is decided anew if that is refused', () => {
    const instead = extensionAsked.when(verifier, 'claim').when(secondVerifier, 'requestRevocation')
    expect(instead.state.case).toMatchObject({
      assignments: [],
      supervision: { request: { kind: 'revocation' } },
    })
    const back = instead.when(clerk, 'respond').when(verifier, 'claim', 'refuseRevocation')
    expect(back.place[0]).toBe('extensionDecision.unclaimed')
    expect(back.state.case.supervision?.request).toMatchObject({ kind: 'extension', on: '2021-10-20' })
    expect(back.when(verifier, 'claim', 'grantExtension').place[0]).toBe('building')
    const own = extensionAsked.when(clerk, 'requestRevocation').when(verifier, 'claim', 'refuseRevocation')
    expect([own.place[0], own.state.case.supervision?.request]).toEqual(['building', null])
  })

  it('ends with the certificate when the project is revoked', () => {
    const revoked = revocationByFirm.when(verifier, 'claim', 'revoke')
    expect(revoked.steps.at(-1)?.effects).toEqual(['revokeCertificate'])
    expect([revoked.state.done, revoked.state.deadlines, revoked.state.tasks]).toEqual([true, [], []])
    expect(project(chongqing.edition, revoked.state).outcome).toBe('revoked')
  })
})

describe('a completion (三（二）)', () => {
  const completing: ProjectEvent = {
    type: 'complete',
    completedOn: '2021-09-09',
    effects: ['defectRate', 'ncRate'],
  }

  it('says what was promised and is reached, and what is not', () => {
    const done = certified().on('2021-09-10').when(clerk, completing)
    expect([done.phase, done.state.done]).toEqual(['completed', true])
    expect(done.state.case.supervision?.completed).toEqual({
      on: '2021-09-09',
      reached: ['defectRate'],
      missed: ['productivity'],
    })
    expect(done.steps.at(-1)?.effects).toEqual(['completeCertificate'])
  })

  it('may be reported late, unexplained, and while an extension is decided', () => {
    const late = certified().on('2021-12-01')
    expect(late.when(clerk, completing).phase).toBe('completed')
    expect(extensionAsked.when(verifier, 'claim').when(clerk, completing).phase).toBe('completed')
  })

  it.each([
    ['asked by the enterprise', revocationByFirm],
    ['asked by an officer', revocationByOfficer],
    ['heard', revocationByOfficer.when(clerk, 'respond')],
  ])(
    'may be reported while a revocation is decided, and ends the project unless it is revoked: %s',
    (_, asked) => {
      const built = asked.when(clerk, completing)
      expect([built.phase, built.due('completion')]).toEqual(['certified', undefined])
      expect(built.state.case.supervision?.request?.kind).toBe('revocation')
      const late = built.until('2021-12-31')
      expect(late.history.filter(([on, type]) => on > '2021-10-20' && type === 'overdue')).not.toContainEqual(
        ['2021-11-01', 'overdue'],
      )
      const decided = late.when(secondVerifier, 'claim')
      expect(decided.when(secondVerifier, 'revoke').phase).toBe('revoked')
      const kept = decided.when(secondVerifier, 'refuseRevocation')
      expect([kept.phase, kept.steps.at(-1)?.effects]).toEqual(['completed', ['completeCertificate']])
    },
  )

  it('leaves who decides the revocation in charge of it', () => {
    const claimed = revocationByFirm.when(verifier, 'claim').when(clerk, completing)
    expect(holderOf(claimed.state.case)).toBe(verifier.user)
  })
})
