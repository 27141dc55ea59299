import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeHistory } from '../../archive/histories.ts'
import { putArchive } from '../../archive/store.ts'
import { anchorDay } from '../../audit/anchor.ts'
import type { Finding } from '../../audit/findings.ts'
import { openSigner, readTrustedKeys, rotateKey, type Signer, type TrustedKey } from '../../audit/keys.ts'
import { verify } from '../../audit/verify.ts'
import type { Models } from '../../models/index.ts'
import { leafBytes, signedBytes, type Anchor, type Leaf } from '../../policy/anchors.ts'
import { seal } from '../../policy/chain.ts'
import { digestOf } from '../../policy/digest.ts'
import { rootFrom } from '../../policy/merkle.ts'
import { projectWorkflowId } from '../../workflows/contract.ts'
import { file, register, smallWay, stations, walk } from '../support/cases.ts'
import { people } from '../fixtures.ts'
import type { Page } from '../support/http.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

let zhigai: Zhigai
let models: Models
let folder: string
let signer: Signer
let trusted: TrustedKey[]
let cases: { certified: string; withdrawn: string; open: string }
let clock = Date.parse('2026-03-01T10:00+08:00')

const place = () => ({ dataDir: folder, suite: 'ed25519' as const })
const anchor = () => anchorDay({ models, signer, now: () => clock })
const look = async () => (await verify({ models, trusted, pauses: [10] })).findings
const names = (findings: readonly Finding[]) => findings.map(({ kind, id }) => `${kind} ${id}`).toSorted()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zhigai-audit-'))
  zhigai = await startZhigai()
  models = zhigai.models
  signer = await openSigner(place())
  await register(zhigai)
  const certified = await walk(zhigai, await file(zhigai), smallWay)
  const withdrawn = await walk(zhigai, await file(zhigai), stations.withdrawn)
  await anchor()
  const open = await file(zhigai)
  const second = await walk(zhigai, await file(zhigai), stations.withdrawn)
  await keepRun(withdrawn.id)
  await keepRun(second.id)
  clock += 86_400_000
  await anchor()
  clock += 86_400_000
  await anchor()
  // A step after the last anchor.
  await walk(zhigai, open, stations.application)
  cases = { certified: certified.id, withdrawn: withdrawn.id, open: open.id }
  trusted = await readTrustedKeys(place())
})
afterAll(async () => {
  await zhigai.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Keeps the only run of a case that has ended, as the archiver would. */
async function keepRun(project: string): Promise<void> {
  const handle = zhigai.temporal.workflow.getHandle(projectWorkflowId(project))
  await handle.result()
  const { runId, startTime, closeTime = startTime } = await handle.describe()
  const history = await handle.fetchHistory()
  await models.runs.create({
    _id: runId,
    project,
    previous: null,
    startedAt: startTime,
    closedAt: closeTime,
    end: 'WORKFLOW_EXECUTION_COMPLETED',
    events: history.events?.length ?? 0,
    archive: await putArchive(models, encodeHistory(history)),
    anchored: false,
    keptAt: new Date(clock),
  })
}

type Proof = {
  anchor: Anchor
  leaf: Leaf
  path: { side: 'left' | 'right'; hash: string }[]
  items: { revision: number; line: object | null; previous: string; stateDigest: string; link: string }[]
}

type Doc = Record<string, unknown> & { _id: string | number }
type Collection = 'history' | 'snapshots' | 'projects' | 'leaves' | 'anchors' | 'runs' | 'archives'

/** A collection as an attacker has it: with no schema. */
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

/** What is wrong after a change of some documents, which is undone. */
async function after(name: Collection, change: () => Promise<unknown>): Promise<string[]> {
  const before = await raw(name).find().toArray()
  try {
    await change()
    return names(await look())
  } finally {
    await raw(name).deleteMany({})
    await raw(name).insertMany(before)
  }
}
const set = (name: Collection, _id: Doc['_id'], fields: Record<string, unknown>) =>
  raw(name).updateOne({ _id }, { $set: fields })
const swap = async (name: Collection, one: Doc['_id'], other: Doc['_id']) => {
  const [first, second] = [await docOf(name, one), await docOf(name, other)]
  await raw(name).deleteMany({ _id: { $in: [one, other] } })
  await raw(name).insertMany([
    { ...second, _id: one },
    { ...first, _id: other },
  ])
}
const lineId = (revision: number, project = cases.certified) => `${project}:${revision}`
/** The names of the two kept runs. */
const runIds = async () => twoOf((await raw('runs').find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id))
const leafIds = async (serial: number) =>
  twoOf((await raw('leaves').find({ anchor: serial }).sort({ _id: 1 }).toArray()).map(({ _id }) => _id))
function twoOf(names: Doc['_id'][]): [string, string] {
  return [String(names[0]), String(names[1])]
}

it('finds nothing where nothing was touched, and says where the anchors end', async () => {
  const report = await verify({ models, trusted })
  expect(report).toMatchObject({ cases: 4, runs: 2, anchors: 3, leaves: 6, findings: [], idleDays: [] })
  expect(report.last).toMatchObject({ serial: 3, count: 0 })
})

describe('history', () => {
  it.each([
    ['payload', { payload: { totalInvestment: '1.00' } }],
    ['by', { 'by.user': 'somebody' }],
    ['at', { at: new Date(0) }],
    ['link', { link: 'sha256:00' }],
    ['previous', { previous: 'sha256:00' }],
    ['stateDigest', { stateDigest: 'sha256:00' }],
    ['revision', { revision: 77 }],
    ['project', { project: 'p-elsewhere' }],
    ['run', { run: 'another' }],
  ])('%s changed', async (_field, fields) => {
    const found = await after('history', () => set('history', lineId(3), fields))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^line-\\w+ ${lineId(3)}$`))
  })
  it('changed with its link', async () => {
    const doc = await models.history.findById(lineId(3)).lean()
    const snapshot = await models.snapshots.findById(lineId(3)).lean()
    if (!doc || !snapshot) throw new Error('no such line')
    const line = { ...doc, at: doc.at.toISOString(), article: '九' }
    const sealed = seal(line, snapshot.state, doc.previous)
    const found = await after('history', () =>
      set('history', lineId(3), { article: '九', link: sealed.link }),
    )
    expect(found).toEqual([`line-replaced ${lineId(3)}`])
  })
  it.each([1, 3, 5])('line %i missing', async (revision) => {
    const found = await after('history', () => raw('history').deleteOne({ _id: lineId(revision) }))
    expect(found).toEqual([`line-missing ${lineId(revision)}`])
  })
  it('a line too many at the end', async () => {
    const last = await docOf('history', lineId(5))
    const found = await after('history', () =>
      raw('history').insertOne({ ...last, _id: lineId(6), revision: 6, previous: last['link'] }),
    )
    expect(found).toEqual([`line-changed ${lineId(6)}`])
  })
  it('a line of no case', async () => {
    const last = await docOf('history', lineId(5))
    const found = await after('history', () =>
      raw('history').insertOne({ ...last, _id: 'p-none:1', revision: 1, project: 'p-none' }),
    )
    expect(found).toEqual(['line-inserted p-none:1'])
  })
  it('two lines in each other’s place', async () => {
    const found = await after('history', () => swap('history', lineId(2), lineId(4)))
    expect(found).toEqual([`line-misplaced ${lineId(2)}`, `line-misplaced ${lineId(4)}`])
  })
  it('another run than the engine history, at the end of a case', async () => {
    const { withdrawn } = cases
    const found = await after('history', () => set('history', lineId(2, withdrawn), { run: 'another' }))
    expect(found).toEqual([`line-run ${lineId(2, withdrawn)}`])
  })
  it('the last line after the last anchor', async () => {
    const found = await after('history', () => raw('history').deleteOne({ _id: lineId(2, cases.open) }))
    expect(found).toEqual([`line-missing ${lineId(2, cases.open)}`])
  })
})

describe('snapshots', () => {
  it.each([
    ['state', { 'state.case.application.name': '别的' }],
    ['at', { at: new Date(0) }],
    ['revision', { revision: 9 }],
    ['editionHash', { editionHash: 'another' }],
    ['project', { project: 'p-elsewhere' }],
  ])('%s changed', async (_field, fields) => {
    const found = await after('snapshots', () => set('snapshots', lineId(3), fields))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^snapshot-\\w+ ${lineId(3)}$`))
  })
  it('missing', async () => {
    const found = await after('snapshots', () => raw('snapshots').deleteOne({ _id: lineId(3) }))
    expect(found).toEqual([`snapshot-missing ${lineId(3)}`])
  })
  it('inserted', async () => {
    const doc = await docOf('snapshots', lineId(5))
    const found = await after('snapshots', () =>
      raw('snapshots').insertOne({ ...doc, _id: lineId(6), revision: 6 }),
    )
    expect(found).toEqual([`snapshot-inserted ${lineId(6)}`])
  })
  it('two in each other’s place', async () => {
    const found = await after('snapshots', () => swap('snapshots', lineId(2), lineId(4)))
    expect(found).toEqual([`snapshot-changed ${lineId(2)}`, `snapshot-changed ${lineId(4)}`])
  })
})

describe('projects', () => {
  it.each([
    ['state', { 'state.case.application.name': '别的' }],
    ['head', { head: 'sha256:00' }],
    ['revision back', { revision: 3 }],
    ['revision ahead', { revision: 9 }],
    ['phase', { phase: 'rejected' }],
    ['uscc', { uscc: '91500105MA5TEUT05A' }],
    ['editionHash', { editionHash: 'another' }],
    ['filedAt', { filedAt: new Date(0) }],
  ])('%s changed', async (_field, fields) => {
    const found = await after('projects', () => set('projects', cases.certified, fields))
    expect(found).toEqual([`project-changed ${cases.certified}`])
  })
  it('said to be anchored', async () => {
    const found = await after('projects', () => set('projects', cases.open, { anchored: true }))
    expect(found).toEqual([`project-unanchored ${cases.open}`])
  })
  it('missing', async () => {
    const found = await after('projects', () => raw('projects').deleteOne({ _id: cases.certified }))
    expect(found).toEqual([`project-missing ${cases.certified}`])
  })
  it('inserted', async () => {
    const doc = await docOf('projects', cases.open)
    const found = await after('projects', () => raw('projects').insertOne({ ...doc, _id: 'p-none' }))
    expect(found).toEqual(['project-inserted p-none'])
  })
  it('two in each other’s place', async () => {
    const found = await after('projects', () => swap('projects', cases.certified, cases.withdrawn))
    expect(found).toEqual(
      [`project-changed ${cases.certified}`, `project-changed ${cases.withdrawn}`].toSorted(),
    )
  })
})

describe('leaves', () => {
  const leaf = () => `1:case:${cases.certified}`
  it.each([
    ['digest', { digest: 'sha256:00' }],
    ['revision', { revision: 2 }],
    ['kind', { kind: 'run' }],
    ['id', { id: 'p-elsewhere' }],
    ['anchor', { anchor: 2 }],
  ])('%s changed', async (_field, fields) => {
    expect(await after('leaves', () => set('leaves', leaf(), fields))).toEqual([`leaf-changed ${leaf()}`])
  })
  it('missing', async () => {
    const found = await after('leaves', () => raw('leaves').deleteOne({ _id: leaf() }))
    expect(found).toEqual([`leaf-missing ${leaf()}`])
  })
  it.each([
    ['of no case', 'p-none', 2],
    ['of a case that is not in it', '', 3],
  ])('inserted, %s', async (_what, ghost, serial) => {
    const id = ghost || cases.certified
    const doc = await docOf('leaves', leaf())
    const _id = `${serial}:case:${id}`
    const found = await after('leaves', () => raw('leaves').insertOne({ ...doc, _id, id, anchor: serial }))
    expect(found).toEqual([`leaf-inserted ${_id}`])
  })
  it('two in each other’s place', async () => {
    const [one, other] = await leafIds(1)
    const [first, second] = [await docOf('leaves', one), await docOf('leaves', other)]
    const found = await after('leaves', async () => {
      await set('leaves', one, { digest: second['digest'], revision: second['revision'] })
      await set('leaves', other, { digest: first['digest'], revision: first['revision'] })
    })
    expect(found).toEqual([`leaf-changed ${one}`, `leaf-changed ${other}`])
  })
})

describe('anchors', () => {
  it.each([
    ['root', { root: 'sha256:00' }],
    ['count', { count: 5 }],
    ['day', { day: '2026-03-03' }],
    ['at', { at: new Date(0) }],
    ['previous', { previous: null }],
    ['suite', { suite: 'sm2' }],
    ['signature', { signature: 'AAAA' }],
    ['key', { key: 'sha256:00' }],
    ['publicKey', { publicKey: 'AAAA' }],
  ])('%s changed', async (_field, fields) => {
    expect(await after('anchors', () => set('anchors', 2, fields))).toEqual(['anchor-changed 2'])
  })
  it.each([1, 2])('anchor %i missing', async (serial) => {
    const found = await after('anchors', () => raw('anchors').deleteOne({ _id: serial }))
    expect(found).toEqual([`anchor-missing ${serial}`])
  })
  it('cut off at the end, while its leaves are there', async () => {
    const found = await after('anchors', () => raw('anchors').deleteMany({ _id: { $in: [2, 3] } }))
    expect(found).toEqual(['anchor-missing 2'])
  })
  it('inserted', async () => {
    const doc = await docOf('anchors', 3)
    const found = await after('anchors', () => raw('anchors').insertOne({ ...doc, _id: 4 }))
    expect(found).toEqual(['anchor-changed 4'])
  })
  it('two in each other’s place', async () => {
    const found = await after('anchors', () => swap('anchors', 1, 2))
    expect(found).toEqual(['anchor-changed 1', 'anchor-changed 2'])
  })
})

describe('runs', () => {
  it.each([
    ['archive', { archive: 'sha256:00' }],
    ['previous', { previous: 'another' }],
    ['events', { events: 1 }],
    ['project', { project: 'p-elsewhere' }],
  ])('%s changed', async (_field, fields) => {
    const [run] = await runIds()
    expect(await after('runs', () => set('runs', run, fields))).toEqual([`run-changed ${run}`])
  })
  it('missing', async () => {
    const [run] = await runIds()
    expect(await after('runs', () => raw('runs').deleteOne({ _id: run }))).toEqual([`run-missing ${run}`])
  })
  it('inserted', async () => {
    const [run] = await runIds()
    const doc = await docOf('runs', run)
    const found = await after('runs', () =>
      raw('runs').insertOne({ ...doc, _id: 'another', anchored: false }),
    )
    expect(found).toEqual(['run-inserted another'])
  })
  it('two in each other’s place', async () => {
    const [one, other] = await runIds()
    const found = await after('runs', () => swap('runs', one, other))
    expect(found).toEqual([`run-changed ${one}`, `run-changed ${other}`].toSorted())
  })
})

describe('archives', () => {
  const digests = async () => twoOf((await raw('archives').find().toArray()).map(({ _id }) => _id))
  it('one byte changed', async () => {
    const [digest] = await digests()
    const { data } = await docOf('archives', digest)
    const bytes = Buffer.from((data as { buffer: Uint8Array }).buffer)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    const found = await after('archives', () => set('archives', digest, { data: bytes }))
    expect(found).toEqual([`archive-changed ${digest}`])
  })
  it('size changed', async () => {
    const [digest] = await digests()
    expect(await after('archives', () => set('archives', digest, { size: 1 }))).toEqual([
      `archive-changed ${digest}`,
    ])
  })
  it('missing', async () => {
    const [digest] = await digests()
    const found = await after('archives', () => raw('archives').deleteOne({ _id: digest }))
    expect(found).toEqual([`archive-missing ${digest}`])
  })
  it('inserted', async () => {
    const [digest] = await digests()
    const doc = await docOf('archives', digest)
    const found = await after('archives', () => raw('archives').insertOne({ ...doc, _id: 'sha256:00' }))
    expect(found).toEqual(['archive-inserted sha256:00'])
  })
  it('two in each other’s place', async () => {
    const [one, other] = await digests()
    const found = await after('archives', () => swap('archives', one, other))
    expect(found).toEqual([`archive-changed ${one}`, `archive-changed ${other}`].toSorted())
  })
})

describe('a whole case', () => {
  it('that has vanished', async () => {
    const filter = { project: cases.certified }
    const kept = {
      history: await raw('history').find(filter).toArray(),
      snapshots: await raw('snapshots').find(filter).toArray(),
    }
    const found = await after('projects', async () => {
      await raw('projects').deleteOne({ _id: cases.certified })
      for (const name of ['history', 'snapshots'] as const) await raw(name).deleteMany(filter)
    }).finally(async () => {
      for (const name of ['history', 'snapshots'] as const) await raw(name).insertMany(kept[name])
    })
    expect(found).toEqual([`case-vanished ${cases.certified}`])
  })
})

describe('over HTTP', () => {
  const { auditor, clerk, competitor } = people
  it('lists the anchors, newest first, to those who audit', async () => {
    const first = await zhigai.as(auditor).get<Page<{ serial: number; digest: string }>>('/anchors?limit=2')
    const next = await zhigai
      .as(auditor)
      .get<Page<{ serial: number; digest: string }>>(`/anchors?limit=2&cursor=${first.body.next}`)
    const all = [...first.body.items, ...next.body.items]
    expect(all.map(({ serial }) => serial)).toEqual([3, 2, 1])
    expect((await docOf('anchors', 3))['previous']).toBe(all[1]?.digest)
    expect((await zhigai.as(clerk).get('/anchors')).status).toBe(403)
  })

  it.each([1, 2])('proves a case under anchor %i, with nothing but the answer', async (serial) => {
    const id = serial === 1 ? cases.certified : cases.open
    const { body } = await zhigai.as(auditor).get<Proof>(`/projects/${id}/proof?anchor=${serial}`)
    const { anchor: signed, leaf, path, items } = body
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
    const neighbours = path.map(({ side, hash: text }) => ({
      side,
      hash: Buffer.from(text.replace('sha256:', ''), 'hex'),
    }))
    const root = rootFrom(hash, leafBytes(leaf), neighbours)
    expect(`sha256:${Buffer.from(root).toString('hex')}`).toBe(signed.root)
    const key = createPublicKey({ key: Buffer.from(signed.publicKey, 'base64'), format: 'der', type: 'spki' })
    expect(verifySignature(null, signedBytes(signed), key, Buffer.from(signed.signature, 'base64'))).toBe(
      true,
    )
    expect(items.find(({ revision }) => revision === leaf.revision)?.link).toBe(leaf.digest)
    for (const { line, previous, stateDigest, link } of items)
      expect(digestOf({ ...line, previous, stateDigest })).toBe(link)
  })

  it('hides from an enterprise which officer it was, and a case that is not its own', async () => {
    const path = `/projects/${cases.certified}/proof`
    const { body } = await zhigai.as(clerk).get<Proof>(path)
    expect(body.items.map(({ line }) => line !== null)).toEqual([true, true, true, false, false])
    expect(body.leaf.id).toBe(cases.certified)
    expect((await zhigai.as(competitor).get(path)).status).toBe(404)
    expect((await zhigai.as(auditor).get(`${path}?anchor=99`)).status).toBe(404)
  })
})

describe('keys', () => {
  it('does not believe a key that it does not know', async () => {
    const { findings } = await verify({ models, trusted: [] })
    expect(names(findings)).toEqual(['anchor-key 1', 'anchor-key 2', 'anchor-key 3'])
  })
  it('believes a retired key for what it has signed, and no later', async () => {
    const retiredAt = (at: string) => trusted.map((key) => ({ ...key, retiredAt: at }))
    const last = (await docOf('anchors', 3))['at'] as Date
    expect((await verify({ models, trusted: retiredAt(last.toISOString()) })).findings).toEqual([])
    const before = new Date(last.getTime() - 1).toISOString()
    expect(names((await verify({ models, trusted: retiredAt(before) })).findings)).toEqual(['anchor-key 3'])
  })
  it('goes on with a new key, and in the other suite', async () => {
    const rotated = await rotateKey(place(), new Date(clock))
    clock += 86_400_000
    await anchorDay({ models, signer: rotated, now: () => clock })
    const other = await openSigner({ dataDir: folder, suite: 'sm2' })
    clock += 86_400_000
    const { suite, root, previous } = await anchorDay({ models, signer: other, now: () => clock })
    expect([suite, root.slice(0, 4), previous?.slice(0, 4)]).toEqual(['sm2', 'sm3:', 'sm3:'])
    trusted = await readTrustedKeys(place())
    expect(trusted).toHaveLength(3)
    expect(names(await look())).toEqual([])
    expect(await after('anchors', () => set('anchors', 5, { count: 7 }))).toEqual(['anchor-changed 5'])
  })
})
