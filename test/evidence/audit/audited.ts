import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepRun } from '../../../evidence/archive/keep.ts'
import { anchorDay } from '../../../evidence/audit/anchor.ts'
import { lastNoted } from '../../../evidence/audit/anchor-log.ts'
import type { AuditFinding } from '../../../evidence/audit/findings.ts'
import { readTrustedKeys, type KeyLocation } from '../../../evidence/audit/keys.ts'
import { verify } from '../../../evidence/audit/verify.ts'
import { projectWorkflowId } from '../../../workflows/contract.ts'
import { file, register, smallWay, stations, walk } from '../../support/cases.ts'
import { startZhigai, type Zhigai } from '../../support/zhigai.ts'

/** The first of three days with an anchor. */
const firstDay = Date.parse('2026-03-01T10:00+08:00')
/** Milliseconds of a day. */
export const day = 86_400_000

/** A document as an attacker has it. */
export type Doc = Record<string, unknown> & { _id: string | number }
type Collection =
  | 'history'
  | 'snapshots'
  | 'projects'
  | 'leaves'
  | 'anchors'
  | 'runs'
  | 'archives'
  | 'certificates'
  | 'editions'

/** Findings as short texts, in their order. */
export function tell(findings: readonly AuditFinding[]): string[] {
  return findings.map(({ kind, id }) => `${kind} ${id}`).toSorted()
}

/** What this machine knows of keys and anchors. */
export async function believed(place: KeyLocation) {
  const [trusted, noted] = await Promise.all([readTrustedKeys(place), lastNoted(place)])
  return { trusted, noted }
}

/**
 * A small record under three anchors: a certified case, two withdrawn ones whose runs are kept, and one that has moved on
 * since; with the tools of somebody who has the database.
 */
export async function openAudited() {
  const folder = await mkdtemp(join(tmpdir(), 'zhigai-audit-'))
  const zhigai = await startZhigai()
  const { models } = zhigai
  const place = { dataDir: folder, suite: 'ed25519' as const }
  const anchorOn = (at: number) => anchorDay({ models, location: place, now: () => at })
  await register(zhigai)
  const certified = await walk(zhigai, await file(zhigai), smallWay)
  const withdrawn = await walk(zhigai, await file(zhigai), stations.withdrawn)
  await anchorOn(firstDay)
  const open = await file(zhigai)
  const second = await walk(zhigai, await file(zhigai), stations.withdrawn)
  await keepOnlyRun(zhigai, withdrawn.id)
  await keepOnlyRun(zhigai, second.id)
  await anchorOn(firstDay + day)
  await anchorOn(firstDay + 2 * day)
  await walk(zhigai, open, stations.application)
  const look = async () => tell((await verify({ models, ...(await believed(place)), pauses: [10] })).findings)
  return {
    zhigai,
    models,
    place,
    lastDay: firstDay + 2 * day,
    cases: { certified: certified.id, withdrawn: withdrawn.id, open: open.id },
    look,
    ...toolsOf(zhigai, look),
    async stop() {
      await zhigai.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The record, and what an attacker may do to it. */
export type Audited = Awaited<ReturnType<typeof openAudited>>

/** Keeps the only run of a case that has ended, as the archiver would. */
async function keepOnlyRun({ temporal, models }: Zhigai, project: string): Promise<void> {
  const handle = temporal.workflow.getHandle(projectWorkflowId(project))
  await handle.result()
  const { runId } = await handle.describe()
  await keepRun({ models }, { project, runId, history: await handle.fetchHistory() })
}

function toolsOf({ models }: Zhigai, look: () => Promise<string[]>) {
  const raw = (name: Collection) => {
    const { db } = models.connection
    if (!db) throw new Error('the record is not connected')
    return db.collection<Doc>(name)
  }
  const docOf = async (name: Collection, _id: Doc['_id']): Promise<Doc> => {
    const found = await raw(name).findOne({ _id })
    if (!found) throw new Error(`no ${String(_id)} in ${name}`)
    return found
  }
  return {
    /** A collection with no schema. */
    raw,
    docOf,
    /** What is wrong after a change of some documents, which is undone. */
    async after(name: Collection, change: () => Promise<unknown>): Promise<string[]> {
      const before = await raw(name).find().toArray()
      try {
        await change()
        return await look()
      } finally {
        await raw(name).deleteMany({})
        await raw(name).insertMany(before)
      }
    },
    set: (name: Collection, _id: Doc['_id'], fields: Record<string, unknown>) =>
      raw(name).updateOne({ _id }, { $set: fields }),
    /** Puts two documents in each other's place. */
    async swap(name: Collection, one: Doc['_id'], other: Doc['_id']) {
      const [first, second] = [await docOf(name, one), await docOf(name, other)]
      await raw(name).deleteMany({ _id: { $in: [one, other] } })
      await raw(name).insertMany([
        { ...second, _id: one },
        { ...first, _id: other },
      ])
    },
    /** The names of two documents of a collection. */
    async twoOf(name: Collection, filter: Record<string, unknown> = {}): Promise<[string, string]> {
      const [one, other] = await raw(name).find(filter).sort({ _id: 1 }).limit(2).toArray()
      return [String(one?._id), String(other?._id)]
    },
  }
}
