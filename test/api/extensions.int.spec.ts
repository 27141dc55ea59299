import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays } from '../../policy/time/dates.ts'
import { addMonths } from '../../policy/time/periods.ts'
import { people } from '../fixtures.ts'
import { daysFromToday, late, register, walk, type Act } from '../support/cases.ts'
import { certify, refusal } from '../support/requests.ts'
import type { ProjectBody } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, colleague, secondVerifier, verifier } = people
const today = daysFromToday(0)

let zhigai: Zhigai
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
})
afterAll(() => zhigai.stop())

const certified = (overrides = {}) => certify(zhigai, overrides)
const lastLine = ({ id }: ProjectBody) =>
  zhigai.models.history.findOne({ project: id }).sort({ revision: -1 }).lean()

const extension = (completeOn: string) =>
  ({ type: 'requestExtension', reason: '设备到货延迟', measures: '增加班次', completeOn }) as const

const asksUntil = (completeOn: string): Act[] => [[colleague, extension(completeOn)]]
const grant = (completeOn: string) => ({ type: 'grantExtension', completeOn }) as const

describe('an extension', () => {
  const planned = daysFromToday(30)
  const first = addDays(planned, 1)
  const last = addMonths(planned, 12)
  const granted: Act[] = [
    [verifier, 'claim'],
    [verifier, 'grantExtension'],
  ]

  it.each([planned, addDays(last, 1)])(
    'to %s cannot be asked for: the days that can are told',
    async (day) => {
      const project = await certified({ completeOn: planned })
      expect(await refusal(zhigai, clerk, project.id, extension(day))).toMatchObject({
        status: 422,
        code: 'date-not-allowed',
        field: 'completeOn',
        allowed: [first, last],
      })
    },
  )

  it.each([first, last])('to %s can', async (day) => {
    const asked = await walk(zhigai, await certified({ completeOn: planned }), asksUntil(day))
    expect(asked.supervision).toMatchObject({ request: { kind: 'extension', completeOn: day, late: false } })
  })

  it('of a project that is overdue counts from its date', async () => {
    const project = await certified(late)
    const allowed = [daysFromToday(1), addMonths(late.completeOn, 12)]
    expect(await refusal(zhigai, clerk, project.id, extension(today))).toMatchObject({ status: 422, allowed })
    const asked = await walk(zhigai, project, asksUntil(daysFromToday(1)))
    expect(asked.supervision).toMatchObject({ overdue: true, explained: true, request: { late: true } })
  })

  it('moves the date and says by what, and a project is extended twice at most', async () => {
    let project = await certified({ completeOn: planned })
    for (const [from, to, days] of [
      [planned, daysFromToday(90), 60],
      [daysFromToday(90), daysFromToday(100), 10],
    ] as const) {
      project = await walk(zhigai, project, [...asksUntil(to), ...granted])
      expect(project.deadlines).toMatchObject([
        { task: 'completion', dueOn: to, overdue: false },
        { task: 'progressReport' },
      ])
      expect((await lastLine(project))?.deadlines).toContainEqual({
        task: 'completion',
        part: null,
        why: 'granted',
        from,
        to,
        days,
        unit: 'calendarDays',
        article: '三（二）',
      })
    }
    expect(project.supervision).toMatchObject({ completeOn: daysFromToday(100), request: null })
    const third = extension(daysFromToday(110))
    expect(await refusal(zhigai, clerk, project.id, third)).toMatchObject({
      status: 409,
      code: 'extension-limit',
    })
    const { body } = await zhigai.as(clerk).read(project.id)
    expect(body.actions.map(({ type }) => type)).not.toContain('requestExtension')
  })

  it('is granted until the day asked for or sooner, by another than who asked', async () => {
    const until = daysFromToday(90)
    const asked = await walk(zhigai, await certified({ completeOn: planned }), asksUntil(until))
    const sameUser = { ...verifier, user: colleague.user }
    expect(await refusal(zhigai, sameUser, asked.id, 'claim')).toMatchObject({
      status: 403,
      code: 'four-eyes',
    })
    const claimed = await walk(zhigai, asked, granted.slice(0, 1))
    expect(await refusal(zhigai, secondVerifier, claimed.id, grant(until))).toMatchObject({
      status: 409,
      code: 'claimed-by-another',
    })
    for (const day of [today, addDays(until, 1)])
      expect(await refusal(zhigai, verifier, claimed.id, grant(day))).toMatchObject({
        status: 422,
        field: 'completeOn',
        allowed: [daysFromToday(31), until],
      })
    const sooner = await walk(zhigai, claimed, [[verifier, grant(daysFromToday(60))]])
    expect(sooner.deadlines).toMatchObject([{ dueOn: daysFromToday(60) }, {}])
  })

  it('that is refused leaves the date', async () => {
    const project = await certified({ completeOn: planned })
    const kept = await walk(zhigai, project, [
      ...asksUntil(first),
      [verifier, 'claim'],
      [verifier, 'refuseExtension'],
    ])
    expect(kept).toMatchObject({ state: project.state, deadlines: project.deadlines })
    expect(kept.supervision).toMatchObject({ extensions: [], request: null })
  })
})
