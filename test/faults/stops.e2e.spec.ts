import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../server/ports.ts'
import { inTurns, prepareProjects } from './cases.ts'
import { createRecordingClient, sendAll, type RecordingClient } from './recording-client.ts'
import { emptyDataDir, install, type Installation, startCommand } from './installation.ts'
import { descendantsOf, untilGone } from './processes.ts'
import { expectHonestAnswers, expectToldOnce } from './record.ts'

let installation: Installation
let client: RecordingClient

beforeAll(async () => {
  installation = await install()
  client = await createRecordingClient(installation)
})
afterAll(() => installation.remove())

describe('a second command', () => {
  it('says that the port is in use, in one sentence, and ends', async () => {
    const dataDir = emptyDataDir()
    const second = startCommand(dataDir, installation.port)
    expect(await second.ended).toBe(1)
    expect(second.lines).toEqual([
      `端口 ${installation.port} 已被占用，请将 PORT 设为其他端口 · port ${installation.port} is in use; set PORT to another`,
    ])
    rmSync(dataDir, { recursive: true })
  })

  it('says which run has the data folder, in one sentence, and ends', async () => {
    const { dataDir, run } = installation
    const second = startCommand(dataDir, await freePort())
    expect(await second.ended).toBe(1)
    expect(second.lines).toEqual([
      `数据目录 ${dataDir} 正由另一进程使用（pid ${run.pid}）· data folder ${dataDir} is in use by another run (pid ${run.pid})`,
    ])
  })
})

describe('a command that is asked to end', () => {
  it('ends with everything it started, and loses nothing that was acknowledged', async () => {
    const projects = await prepareProjects(client, 50, 0)
    const parts = descendantsOf(installation.run.pid).map(({ pid }) => pid)
    client.attempts.length = 0
    const traffic = sendAll(
      client,
      projects.map(({ next }) => next),
    )
    await traffic.someAnswered
    const openWhenAsked = traffic.open()
    installation.run.kill('SIGTERM')
    expect(await installation.run.ended).toBe(0)
    expect(openWhenAsked).toBeGreaterThan(0)
    expect(parts.length).toBeGreaterThanOrEqual(6)
    await untilGone(parts)

    await installation.again()
    const answers = await traffic.done
    expectHonestAnswers(installation, client.attempts)
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([200])
    await expectToldOnce(installation, client, projects)
  })

  it('finds every project as it was when it is started again, and goes on', async () => {
    const projects = await prepareProjects(client, 8, 50)
    const look = () =>
      inTurns(projects.length, 4, (index) => client.read(`/api/v1/projects/${projects[index]?.id}`))
    const before = await look()
    installation.run.kill('SIGINT')
    expect(await installation.run.ended).toBe(0)
    await installation.again()
    expect(await look()).toEqual(before)
    for (const { next } of projects) await client.expectOk(next)
    await expectToldOnce(installation, client, projects)
  })
})
