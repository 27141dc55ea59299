import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTurns, prepareFiling } from './cases.ts'
import { createDesk, sendAll, type Desk } from './desk.ts'
import { install, type Installation } from './installation.ts'
import { partOf } from './processes.ts'
import { expectHonestAnswers, expectToldOnce, withRecord } from './record.ts'

const inFlight = 30
let installation: Installation
let desk: Desk
const filed: string[] = []
let serial = 0

beforeAll(async () => {
  installation = await install()
  desk = await createDesk(installation)
})
afterAll(() => installation.remove())

describe('an application that is sent until it is answered becomes one project', () => {
  it.each(['MongoDB', 'Temporal'] as const)('when %s is killed', async (engine) => {
    const deeds = await inTurns(inFlight, 8, () => prepareFiling(desk, (serial += 1)))
    const { pid } = partOf(installation.run.pid, engine)
    desk.attempts.length = 0
    const traffic = sendAll(desk, deeds)
    await traffic.someAnswered
    const openWhenStruck = traffic.open()
    process.kill(pid, 'SIGKILL')
    const answers = await traffic.done
    expect(openWhenStruck).toBeGreaterThan(0)
    expectHonestAnswers(installation, desk.attempts)
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([201])
    filed.push(...answers.map(({ body }) => String(body['id'])))
    await expectToldOnce(
      installation,
      desk,
      filed.map((id) => ({ id, told: ['file'] })),
    )
    await withRecord(installation, async ({ claims, projects }) => {
      expect((await projects.distinct('_id')).toSorted()).toEqual(filed.toSorted())
      expect((await claims.distinct('project')).toSorted()).toEqual(filed.toSorted())
    })
  })
})
