import { describe, expect, it } from 'vitest'
import { visibilityOf } from '../../policy/access/visibility.ts'
import { shownPayload } from '../../policy/access/shown-payload.ts'
import { createProcess, type Process } from '../../policy/case/lifecycle.ts'
import { project } from '../../policy/case/projection.ts'
import { readEdition } from '../../policy/edition/read-edition.ts'
import { textOf } from '../../policy/notices/notice-text.ts'
import { titleOfLine } from '../../policy/notices/notice-title.ts'
import { nextWake } from '../../policy/notices/reminders.ts'
import { endOfDay } from '../../policy/time/dates.ts'
import { aCase } from '../delivery/samples.ts'
import {
  anApplication,
  anEnterprise,
  aSwing,
  chongqingText,
  cn,
  large,
  people,
  readText,
  treeSwing,
  woodPeople,
} from '../fixtures.ts'
import { given, type Journey } from './given.ts'
import { approvalsOf } from './approvals.ts'

const approved = ({ steps }: Journey) =>
  approvalsOf(
    treeSwing.edition,
    steps.map(({ entry }) => entry),
  )

const { child, oakNeighbour, elmNeighbour, elder } = woodPeople
const swingText = readText('test/editions/tree-swing.yaml')

const looked = (on = '2026-03-02', process: Process = treeSwing) =>
  given(process, on)
    .filed(child, anEnterprise(), aSwing())
    .when(child, 'submit')
    .when(oakNeighbour, 'claim', 'approve')

/** The edition of the swing, with another length of its leaflet. */
function lasting(days: number, unit: string, firstDay: string): Process {
  const text = swingText.replace(
    'days: 5, unit: calendarDays, firstDay: doesNotCount',
    `days: ${days}, unit: ${unit}, firstDay: ${firstDay}`,
  )
  return createProcess(readEdition(text), cn)
}

const leaflet = looked()
const signed = { type: 'recordObjection', objector: 'the magpie', reason: 'it hangs over my nest' } as const
const unsigned = { type: 'recordObjection', reason: 'too loud' } as const
const sung = leaflet.on('2026-03-10').when(elder, 'claim', 'approve')

describe('a public notice that nobody disturbs', () => {
  it.each([
    ['five days after its first', 5, 'calendarDays', 'doesNotCount', '2026-03-05', '2026-03-10', undefined],
    ['five days with its first', 5, 'calendarDays', 'counts', '2026-03-02', '2026-03-06', undefined],
    ['from a day off on', 5, 'calendarDays', 'counts', '2026-03-07', '2026-03-11', undefined],
    ['to a Saturday', 5, 'calendarDays', 'doesNotCount', '2026-03-02', '2026-03-09', '2026-03-07'],
    ['to a Sunday, with its first', 5, 'calendarDays', 'counts', '2026-03-04', '2026-03-09', '2026-03-08'],
    ['into a festival', 10, 'calendarDays', 'counts', '2026-04-23', '2026-05-06', '2026-05-02'],
    ['three working days', 3, 'workingDays', 'doesNotCount', '2026-03-02', '2026-03-05', undefined],
    ['three with its first', 3, 'workingDays', 'counts', '2026-03-02', '2026-03-04', undefined],
    ['three that begin on a day off', 3, 'workingDays', 'counts', '2026-03-07', '2026-03-11', undefined],
    ['three around a festival', 3, 'workingDays', 'counts', '2026-04-30', '2026-05-07', undefined],
    [
      'three with a Saturday that is worked',
      3,
      'workingDays',
      'counts',
      '2026-05-08',
      '2026-05-11',
      undefined,
    ],
    ['one day, which is its first', 1, 'workingDays', 'counts', '2026-03-02', '2026-03-02', undefined],
  ])('stands %s', (_, days, unit, firstDay, from, last, dayOff) => {
    const hung = looked(from, lasting(days, unit, firstDay))
    expect(hung.deadline).toMatchObject({ task: 'leaflet', dueOn: last, lapsesOn: last })
    expect(hung.deadline?.dayOff).toBe(dayOff)
    expect(hung.at(endOfDay(last) - 1).when(oakNeighbour).phase).toBe('leaflet')
    const passed = hung.until(last)
    expect(passed.phase).toBe('elderWord')
    expect(passed.history.slice(hung.history.length).map(([, type]) => type)).toEqual(['lapse'])
    expect(passed.state.case).toEqual({ ...hung.state.case, sender: 'leaflet' })
  })

  it('leads on to the next stage, and behind the last to the certificate', () => {
    expect([sung.phase, sung.deadline?.dueOn]).toEqual(['song', '2026-03-12'])
    const done = sung.until('2026-03-12')
    expect([done.phase, project(treeSwing.edition, done.state).outcome]).toEqual(['swinging', 'certified'])
    expect(done.steps.at(-1)).toMatchObject({ effects: ['issueCertificate'], entry: { by: null } })
    expect(approved(done)).toEqual(['neighbourLook', 'elderWord'])
  })

  it('leads to the supervision of a certified project, which owes from that day on', () => {
    const start = chongqingText.indexOf('  - id: certified\n')
    const notice = `  - id: published
    kind: publicNotice
    zh: 公示
    en: public notice
    article: 二（三）
    source: default
    by: [municipal]
    period: { days: 5, unit: workingDays, firstDay: doesNotCount, article: 二（三）, source: default }
    anonymous: false
    answers: { objection: municipalReview }
    withdrawable: false
`
    // Whoever is not looked at by the municipality was looked at by the district.
    const text = `${chongqingText.slice(0, start)}${notice}${chongqingText.slice(start)}`
    const published = createProcess(readEdition(text), cn)
    const { clerk, verifier, reviewer } = people
    const passed = (overrides = {}) =>
      given(published, '2021-03-01')
        .filed(clerk, anEnterprise(), anApplication(overrides))
        .when(clerk, 'completeAssessment', 'submit')
        .when(verifier, 'claim', 'approve')
    const small = passed()
    expect([small.phase, small.until('2021-03-08').phase]).toEqual(['published', 'certified'])
    const certified = passed(large).when(reviewer, 'claim', 'approve').until('2021-03-08')
    expect([certified.phase, certified.state.case.supervision?.since]).toEqual(['certified', '2021-03-09'])
    expect(certified.steps.at(-1)?.effects).toEqual(['issueCertificate'])
    expect(certified.due('completion')?.dueOn).toBe('2021-10-31')
    expect(certified.steps.at(-1)?.notices).toMatchObject([{ kind: 'outcome', dueOn: '2021-10-31' }])
  })

  it('goes on after a hold with the days that were left, and is never late', () => {
    const held = leaflet.on('2026-03-04').commanded('hold').on('2026-03-16').commanded('endHold')
    expect(held.deadline).toMatchObject({ dueOn: '2026-03-19', lapsesOn: '2026-03-19' })
    expect(held.until('2026-03-19').history.at(-1)).toEqual(['2026-03-20', 'lapse'])
    const first = looked('2026-03-02', lasting(5, 'calendarDays', 'counts'))
    const later = first.on('2026-03-03').commanded('hold').on('2026-03-16').commanded('endHold')
    expect(later.deadline).toMatchObject({ dueOn: '2026-03-19', lapsesOn: '2026-03-19' })
  })

  it('owes nothing that somebody is reminded of, or urged to do', () => {
    expect(leaflet.state.tasks).toMatchObject([{ task: 'leaflet' }])
    expect(nextWake(treeSwing, leaflet.state)).toBe(endOfDay('2026-03-09'))
    expect(leaflet.refusal(elder, 'urge')?.code).toBe('event-not-allowed')
  })

  it('is counted anew by another calendar', () => {
    const newer = createProcess(treeSwing.edition, { ...cn, off: [...cn.off, '2026-03-09'] })
    expect(leaflet.on('2026-03-03').adopting(newer).deadline).toMatchObject({
      dueOn: '2026-03-10',
      lapsesOn: '2026-03-10',
    })
  })
})

describe('an objection to what is published', () => {
  const objected = leaflet.on('2026-03-05').when(oakNeighbour, signed)

  it('stops the notice and leads to the stage that the edition names, which decides anew', () => {
    expect([objected.state.value, approved(objected)]).toEqual([{ neighbourLook: 'unclaimed' }, []])
    expect(objected.due('leaflet')).toBeUndefined()
    expect(objected.due('neighbourLook')?.dueOn).toBe('2026-03-10')
    expect(objected.until('2026-03-31').phase).toBe('neighbourLook')
    const again = objected.when(oakNeighbour, 'claim', 'approve')
    expect([again.phase, again.due('leaflet')?.dueOn]).toEqual(['leaflet', '2026-03-10'])
  })

  it('leads to a correction, after which everything is looked at anew', () => {
    const mending = sung.when(elder, unsigned)
    expect([mending.phase, approved(mending)]).toEqual(['mending', []])
    const mended = mending.when(child, { type: 'resubmit', application: aSwing() })
    expect(mended.phase).toBe('neighbourLook')
    expect(mending.until('2026-04-30').phase).toBe('forgotten')
  })

  it('keeps what was approved before the stage that it leads to', () => {
    const text = swingText.replace('objection: mending }', 'objection: elderWord }')
    const process = createProcess(readEdition(text), cn)
    const song = looked('2026-03-02', process).on('2026-03-10').when(elder, 'claim', 'approve')
    expect(approved(song.when(elder, unsigned))).toEqual(['neighbourLook'])
  })

  it('is signed, unless the edition takes anonymous ones', () => {
    expect(leaflet.refusal(oakNeighbour, unsigned)).toEqual({
      code: 'invalid-request',
      field: 'objector',
      issues: [
        {
          field: 'objector',
          zh: '须写明异议人：此公示不受理匿名异议。',
          en: 'The objector must be named: this notice takes no anonymous objection.',
        },
      ],
    })
    expect(sung.refusal(elder, unsigned)).toBeUndefined()
    expect(sung.refusal(elder, signed)).toBeUndefined()
  })

  it('is recorded by the officers of the notice while it stands', () => {
    expect(leaflet.refusal(elder, signed)?.code).toBe('not-your-role')
    expect(leaflet.refusal(elmNeighbour, signed)).toEqual({ code: 'not-found' })
    expect(leaflet.refusal(child, signed)?.code).toBe('not-your-role')
    expect(leaflet.until('2026-03-09').refusal(oakNeighbour, signed)?.code).toBe('event-not-allowed')
  })

  it('is read by the applicant, but for who objects', () => {
    const entry = objected.steps.at(-1)?.entry
    if (!entry) throw new Error('nothing happened')
    const shownTo = (role: string) =>
      shownPayload(treeSwing.edition, entry, visibilityOf(treeSwing.edition, { role }).event)
    expect(shownTo('child')).toEqual({ reason: signed.reason })
    expect(shownTo('neighbour')).toEqual({ objector: signed.objector, reason: signed.reason })
  })
})

it('is left by the applicant where the edition says so', () => {
  expect(leaflet.when(child, 'withdraw').phase).toBe('forgotten')
  expect(sung.refusal(child, 'withdraw')?.code).toBe('event-not-allowed')
})

const noticesOf = ({ steps }: Journey) => steps.at(-1)?.notices ?? []

function happened(journey: Journey, certificate: string | null = null) {
  const { edition } = treeSwing
  const told = noticesOf(journey).map((notice) => ({ ...notice, at: new Date(0) }))
  return told.map(
    (notice) => textOf(edition, notice, { ...aCase(edition), certificate }, '2026-03-13').happened,
  )
}

describe('who is told of a public notice', () => {
  const done = sung.until('2026-03-12')

  it('the applicant, at its beginning, of the decision that is published, with the opinion', () => {
    expect(noticesOf(leaflet)).toMatchObject([
      { kind: 'outcome', task: 'neighbourLook', outcome: 'granted', phase: 'leaflet', roles: ['child'] },
    ])
    expect(happened(leaflet)).toEqual([
      {
        zh: 'The Old Oak决定通过邻居看看，本项目贴在树上。',
        en: 'The Old Oak has passed the look of the neighbour: leaflet on the tree.',
      },
    ])
    const entry = leaflet.steps.at(-1)?.entry
    if (!entry) throw new Error('nothing happened')
    const { event } = visibilityOf(treeSwing.edition, child)
    expect(shownPayload(treeSwing.edition, entry, event)).toEqual({ opinion: '属实' })
  })

  it('nobody, where it leads on to another stage', () => {
    expect(noticesOf(leaflet.until('2026-03-09'))).toEqual([])
  })

  it('the applicant, at its end, that what was decided has taken effect', () => {
    expect(noticesOf(done)).toMatchObject([
      { kind: 'outcome', task: 'song', outcome: 'granted', event: 'lapse', phase: 'swinging', by: null },
    ])
    expect(happened(done, 'SWING-1')).toEqual([
      {
        zh: '唱给大家听期满，无人提出异议，本项目荡起来，证书编号SWING-1。',
        en: 'The song for everybody has stood its time and nobody has objected: swinging, certificate SWING-1.',
      },
    ])
  })

  it('whoever owes what an objection leads to, in the words of the objection', () => {
    const text = swingText.replace(
      'deadline: { days: 7, unit: calendarDays, article: song 4, source: default }',
      'deadline: { days: 7, unit: calendarDays, article: song 4, source: default, reminders: { opened: true, before: [], required: true } }',
    )
    const process = createProcess(readEdition(text), cn)
    const song = looked('2026-03-02', process).on('2026-03-10').when(elder, 'claim', 'approve')
    expect(noticesOf(song.when(elder, signed))).toMatchObject([
      { kind: 'opened', task: 'mending', roles: ['child'], words: signed.reason },
    ])
  })

  it('reads in the history like anything that time does', () => {
    const { edition } = treeSwing
    const entry = done.steps.at(-1)?.entry
    expect(entry && titleOfLine(edition, entry)).toEqual({ zh: '期满 → 荡起来', en: 'Lapse → swinging' })
  })
})
