import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { claimKeys } from '../../api/claims.ts'
import { latestReconciliation } from '../../archive/reconcile-all.ts'
import { reconcileCase } from '../../archive/reconcile.ts'
import { runsOf } from '../../archive/histories.ts'
import { keepClosedRuns, keepRun } from '../../archive/keep.ts'
import type { Models } from '../../models/index.ts'
import { taskQueue } from '../../workflows/contract.ts'
import { upkeepType } from '../../workflows/contract-upkeep.ts'
import { people } from '../fixtures.ts'
import { largeWay, smallWay, stations } from '../support/cases.ts'
import { actAll, startProject, type Project } from '../support/projects.ts'
import { openRecord } from '../support/record.ts'
import { quietRuntime } from '../support/runtime.ts'
import { startWorker } from '../support/worker.ts'

const rebuilt = [
  'editions',
  'projects',
  'history',
  'snapshots',
  'tasks',
  'certificates',
  'claims',
  'counters',
] as const

let models: Models
let temporal: Client
let stop: () => Promise<void>
let chained: Project
let small: Project

beforeAll(async () => {
  quietRuntime()
  const record = await openRecord()
  ;({ models } = record)
  const connection = await Connection.connect({ address: inject('engines').temporalAddress })
  temporal = new Client({ connection })
  const worker = await startWorker(models)
  stop = async () => {
    await worker.stop()
    await connection.close()
    await record.drop()
  }
  ;[chained, small] = await Promise.all([
    begin(largeWay, { eventsPerRun: 2, application: { totalInvestment: '30000000.00' } }),
    begin(smallWay),
    begin(stations.withdrawn),
  ])
})
afterAll(() => stop())

/** A project on its way, with the keys that filing through the door would have taken. */
async function begin(way: typeof largeWay, options: Parameters<typeof startProject>[2] = {}) {
  const project = await startProject(temporal, models, options)
  const record = await models.projects.findById(project.id).lean()
  if (!record) throw new Error('not on record')
  await claimKeys(models, project.id, record.state.case.application, people.clerk, Date.now())
  await actAll(project, way)
  return project
}

const sources = () => ({ models, temporal })
const care = (repair = false) => ({ repair, keep: false, known: new Set<string>() })
const reconcile = (project: Project, repair = false) => reconcileCase(sources(), project.id, care(repair))
const placesIn = (found: Awaited<ReturnType<typeof reconcile>>) =>
  found.differences.map(({ collection, path }) => `${collection} ${path}`)

describe('a case that nobody has touched', () => {
  it('is as its histories say', async () => {
    for (const project of [chained, small])
      expect(await reconcile(project)).toEqual({
        project: project.id,
        differences: [],
        repaired: [],
        unreadable: null,
      })
  })
})
