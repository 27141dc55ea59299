import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTrustedKeys } from '../../../evidence/audit/keys.ts'
import { verify } from '../../../evidence/audit/verify.ts'
import type { HistoryRecord, ProjectRecord, SnapshotRecord } from '../../../models/index.ts'
import { seal, type Line } from '../../../policy/integrity/chain.ts'
import type { Digest } from '../../../policy/integrity/digest.ts'
import { believed, openAudited, tell, type Audited } from './audited.ts'

let audited: Audited
beforeAll(async () => {
  audited = await openAudited()
})
afterAll(() => audited.stop())

/** What verify finds where it may ask Temporal. */
async function lookAtEngine(): Promise<string[]> {
  const { models, place } = audited
  const { temporal } = audited.zhigai
  return tell((await verify({ models, temporal, ...(await believed(place)), pauses: [10] })).findings)
}

const own = ['history', 'snapshots', 'projects', 'certificates'] as const

/** What is found after a change of a case and everything that belongs to it, which is undone. */
async function after(change: () => Promise<unknown>, look = audited.look): Promise<string[]> {
  const before = await Promise.all(
    own.map(async (name) => [name, await audited.raw(name).find().toArray()] as const),
  )
  try {
    await change()
    return await look()
  } finally {
    for (const [name, docs] of before) {
      await audited.raw(name).deleteMany({})
      await audited.raw(name).insertMany(docs)
    }
  }
}

/** Adds a line that is right in itself to a case, with its snapshot and the project; as an attacker who knows the code. */
async function forge(project: string, fields: Partial<HistoryRecord>): Promise<string> {
  const { models, raw } = audited
  const record = await models.projects.findById(project).lean<ProjectRecord>()
  const last = await models.history.findById(`${project}:${record?.revision}`).lean<HistoryRecord>()
  const snapshot = await models.snapshots.findById(`${project}:${record?.revision}`).lean<SnapshotRecord>()
  if (!record || !last || !snapshot) throw new Error('no such case')
  const revision = record.revision + 1
  const state = { ...record.state, revision }
  const entry = { ...last, type: 'approve', ...fields, revision } as HistoryRecord
  const line = { ...entry, at: entry.at.toISOString() } as Line
  const sealed = seal(line, state, last.link)
  const _id = `${project}:${revision}`
  await raw('history').insertOne({ ...entry, ...sealed, _id })
  await raw('snapshots').insertOne({ ...snapshot, _id, revision, state, at: entry.at })
  await audited.set('projects', project, {
    state,
    revision,
    head: sealed.link,
    anchored: false,
    updatedAt: entry.at,
  })
  return _id
}

/** Adds a case that is right in itself, as far as its filing. */
async function invent(): Promise<void> {
  const { open } = audited.cases
  const record = await audited.models.projects.findById(open).lean()
  const first = await audited.models.history.findById(`${open}:1`).lean()
  const snapshot = await audited.models.snapshots.findById(`${open}:1`).lean()
  if (!record || !first || !snapshot) throw new Error('no such case')
  const sealed = seal({ ...first, project: 'p-none', at: first.at.toISOString() }, snapshot.state, null)
  const place = { project: 'p-none', _id: 'p-none:1' }
  await audited.raw('history').insertOne({ ...first, ...sealed, ...place, run: 'forged' })
  await audited.raw('snapshots').insertOne({ ...snapshot, ...place })
  const { state, at } = snapshot
  const phase =
    Object.keys(state.value).length > 0 && typeof state.value === 'object'
      ? Object.keys(state.value)[0]
      : state.value
  const head = {
    _id: 'p-none',
    state,
    revision: 1,
    head: sealed.link,
    phase,
    anchored: false,
    updatedAt: at,
  }
  await audited.raw('projects').insertOne({ ...record, ...head })
}

async function numberOf(): Promise<string> {
  const record = await audited.models.projects.findById(audited.cases.certified).lean()
  return String(record?.certificate)
}

const line = () => `${audited.cases.certified}:3`

describe('a line that is right in itself', () => {
  it('is found after the end of the last run, whatever run it names', async () => {
    const id = `${audited.cases.withdrawn}:3`
    expect(await after(() => forge(audited.cases.withdrawn, { run: 'forged' }))).toEqual([
      `line-inserted ${id}`,
    ])
  })
  it('is found in an open case where Temporal is asked', async () => {
    const { open } = audited.cases
    const record = await audited.models.projects.findById(open).lean()
    const id = `${open}:${(record?.revision ?? 0) + 1}`
    expect(await after(() => forge(open, { run: 'forged' }))).toEqual([])
    expect(await after(() => forge(open, { run: 'forged' }), lookAtEngine)).toEqual([`line-unproved ${id}`])
    expect(await after(() => forge(open, {}), lookAtEngine)).toEqual([`line-inserted ${id}`])
    expect(await lookAtEngine()).toEqual([])
  })
})

it('a whole case that is right in itself is found where Temporal is asked', async () => {
  expect(await after(invent, lookAtEngine)).toEqual(['line-unproved p-none:1'])
})

describe('certificates', () => {
  it.each([
    ['name', { name: '别的' }],
    ['uscc', { uscc: '91500105MA5TEUT05A' }],
    ['certifiedOn', { certifiedOn: '2020-01-01' }],
    ['completedOn', { completedOn: '2020-01-01' }],
    ['revokedOn', { revokedOn: '2020-01-01' }],
    ['more', { more: 1 }],
  ])('%s changed', async (_field, fields) => {
    const number = await numberOf()
    const found = await audited.after('certificates', () => audited.set('certificates', number, fields))
    expect(found).toEqual([`certificate-changed ${number}`])
  })
  it.each([
    ['of nobody', () => 'p-none'],
    ['of a case that has none', () => audited.cases.withdrawn],
  ])('inserted, %s', async (_what, project) => {
    const doc = await audited.docOf('certificates', await numberOf())
    const found = await audited.after('certificates', () =>
      audited.raw('certificates').insertOne({ ...doc, _id: 'C-1', project: project() }),
    )
    expect(found).toEqual(['certificate-inserted C-1'])
  })
  it('missing', async () => {
    const number = await numberOf()
    const found = await audited.after('certificates', () =>
      audited.raw('certificates').deleteOne({ _id: number }),
    )
    expect(found).toEqual([`certificate-missing ${number}`])
  })
  it.each([
    ['certificate', { certificate: 'C-1' }],
    ['outcome', { outcome: 'revoked' }],
    ['edition', { edition: 'another' }],
  ])('%s of the project changed', async (_field, fields) => {
    const { withdrawn } = audited.cases
    const found = await audited.after('projects', () => audited.set('projects', withdrawn, fields))
    expect(found).toEqual([`project-changed ${withdrawn}`])
  })
  it('the edition that it follows from changed', async () => {
    const { editionHash } = (await audited.models.projects.findById(audited.cases.certified).lean()) ?? {}
    const found = await audited.after('editions', () =>
      audited.set('editions', String(editionHash), { 'document.year': 1999 }),
    )
    expect(found).toEqual([`edition-changed ${editionHash}`])
  })
})

describe('documents that are no documents', () => {
  it.each([
    ['history', { extra: 1 }, 'line-changed'],
    ['snapshots', { extra: 1 }, 'snapshot-changed'],
    ['snapshots', { state: null }, 'snapshot-changed'],
    ['history', { at: 'yesterday' }, 'line-changed'],
  ] as const)('%s %j', async (name, fields, kind) => {
    expect(await audited.after(name, () => audited.set(name, line(), fields))).toEqual([`${kind} ${line()}`])
  })
  it('a project without a state, or with more than one has', async () => {
    const id = audited.cases.certified
    for (const fields of [{ state: null }, { extra: 1 }, { state: { case: null, value: 7 } }])
      expect(await audited.after('projects', () => audited.set('projects', id, fields))).toEqual([
        `project-changed ${id}`,
      ])
  })
  it('a run that names no archive, and one that ended otherwise', async () => {
    const [run] = await audited.twoOf('runs')
    for (const fields of [
      { archive: 7 },
      { end: 'WORKFLOW_EXECUTION_FAILED' },
      { closedAt: new Date(0) },
      { startedAt: null },
    ])
      expect(await audited.after('runs', () => audited.set('runs', run, fields))).toContain(
        `run-changed ${run}`,
      )
  })
  it.each([
    'history',
    'snapshots',
    'runs',
    'certificates',
    'projects',
    'archives',
    'leaves',
    'anchors',
  ] as const)('one of %s whose name is of another type', async (name) => {
    const [doc] = await audited.raw(name).find().limit(1).toArray()
    if (!doc) throw new Error('there is none')
    // Of a case of its own, which the index on case and revision asks for.
    const odd = { ...doc, _id: true as unknown as string, ...('project' in doc && { project: 'p-none' }) }
    const found = await audited.after(name, () => audited.raw(name).insertOne(odd))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/^\w+-nameless true$/)
  })
  it.each([7, ['p-none'], ''])('a line of the project %j', async (project) => {
    const doc = await audited.docOf('history', line())
    const found = await audited.after('history', () =>
      audited.raw('history').insertOne({ ...doc, _id: 'x:1', project }),
    )
    expect(found).toEqual(['line-nameless "x:1"'])
  })
})

it('one byte of an archive changed, whichever', async () => {
  const [digest] = await audited.twoOf('archives')
  const { models } = audited
  const { data } = await audited.docOf('archives', digest)
  const whole = Buffer.from((data as { buffer: Uint8Array }).buffer)
  const run = await models.runs.findOne({ archive: digest as Digest }).lean()
  const trusted = await readTrustedKeys(audited.place)
  const places = [
    ...Array.from({ length: 12 }, (_, at) => at),
    whole.length >> 1,
    whole.length - 9,
    whole.length - 1,
  ]
  for (const bytes of [...places.map((at) => flipped(whole, at)), Buffer.concat([whole, Buffer.from([0])])]) {
    await audited.set('archives', digest, { data: bytes })
    const { findings } = await verify({ models, trusted, project: run?.project, pauses: [] })
    expect(tell(findings)).toEqual([`archive-changed ${digest}`])
  }
  await audited.set('archives', digest, { data: whole })
  expect(await audited.look()).toEqual([])
})

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}
