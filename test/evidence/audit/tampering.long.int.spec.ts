import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTrustedKeys } from '../../../evidence/audit/keys.ts'
import { verify } from '../../../evidence/audit/verify.ts'
import { seal } from '../../../policy/integrity/chain.ts'
import { openAudited, type Audited } from './audited.ts'

let audited: Audited
beforeAll(async () => {
  audited = await openAudited()
})
afterAll(() => audited.stop())

const lineId = (revision: number, project = audited.cases.certified) => `${project}:${revision}`
/** The name of a leaf of the first anchor. */
const leaf = () => `1:case:${audited.cases.certified}`

it('finds nothing where nothing was touched, and says where the anchors end', async () => {
  const report = await verify({ models: audited.models, trusted: await readTrustedKeys(audited.place) })
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
    const found = await audited.after('history', () => audited.set('history', lineId(3), fields))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^line-\\w+ ${lineId(3)}$`))
  })
  it('changed with its link', async () => {
    const doc = await audited.models.history.findById(lineId(3)).lean()
    const snapshot = await audited.models.snapshots.findById(lineId(3)).lean()
    if (!doc || !snapshot) throw new Error('no such line')
    const line = { ...doc, at: doc.at.toISOString(), article: '九' }
    const sealed = seal(line, snapshot.state, doc.previous)
    const found = await audited.after('history', () =>
      audited.set('history', lineId(3), { article: '九', link: sealed.link }),
    )
    expect(found).toEqual([`line-replaced ${lineId(3)}`])
  })
  it.each([1, 3, 5])('line %i missing', async (revision) => {
    const found = await audited.after('history', () =>
      audited.raw('history').deleteOne({ _id: lineId(revision) }),
    )
    expect(found).toEqual([`line-missing ${lineId(revision)}`])
  })
  it('a line too many at the end', async () => {
    const last = await audited.docOf('history', lineId(5))
    const found = await audited.after('history', () =>
      audited.raw('history').insertOne({ ...last, _id: lineId(6), revision: 6, previous: last['link'] }),
    )
    expect(found).toEqual([`line-changed ${lineId(6)}`])
  })
  it('a line of no case', async () => {
    const last = await audited.docOf('history', lineId(5))
    const found = await audited.after('history', () =>
      audited.raw('history').insertOne({ ...last, _id: 'p-none:1', revision: 1, project: 'p-none' }),
    )
    expect(found).toEqual(['line-inserted p-none:1'])
  })
  it('two lines in each other’s place', async () => {
    const found = await audited.after('history', () => audited.swap('history', lineId(2), lineId(4)))
    expect(found).toEqual([`line-misplaced ${lineId(2)}`, `line-misplaced ${lineId(4)}`])
  })
  it('another run than the engine history, at the end of a case', async () => {
    const { withdrawn } = audited.cases
    const found = await audited.after('history', () =>
      audited.set('history', lineId(2, withdrawn), { run: 'another' }),
    )
    expect(found).toEqual([`line-run ${lineId(2, withdrawn)}`])
  })
  it('the last line after the last anchor', async () => {
    const found = await audited.after('history', () =>
      audited.raw('history').deleteOne({ _id: lineId(2, audited.cases.open) }),
    )
    expect(found).toEqual([`line-missing ${lineId(2, audited.cases.open)}`])
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
    const found = await audited.after('snapshots', () => audited.set('snapshots', lineId(3), fields))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^snapshot-\\w+ ${lineId(3)}$`))
  })
  it('missing', async () => {
    const found = await audited.after('snapshots', () =>
      audited.raw('snapshots').deleteOne({ _id: lineId(3) }),
    )
    expect(found).toEqual([`snapshot-missing ${lineId(3)}`])
  })
  it('inserted', async () => {
    const doc = await audited.docOf('snapshots', lineId(5))
    const found = await audited.after('snapshots', () =>
      audited.raw('snapshots').insertOne({ ...doc, _id: lineId(6), revision: 6 }),
    )
    expect(found).toEqual([`snapshot-inserted ${lineId(6)}`])
  })
  it('two in each other’s place', async () => {
    const found = await audited.after('snapshots', () => audited.swap('snapshots', lineId(2), lineId(4)))
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
    const found = await audited.after('projects', () =>
      audited.set('projects', audited.cases.certified, fields),
    )
    expect(found).toEqual([`project-changed ${audited.cases.certified}`])
  })
  it('said to be anchored', async () => {
    const found = await audited.after('projects', () =>
      audited.set('projects', audited.cases.open, { anchored: true }),
    )
    expect(found).toEqual([`project-unanchored ${audited.cases.open}`])
  })
  it('missing', async () => {
    const found = await audited.after('projects', () =>
      audited.raw('projects').deleteOne({ _id: audited.cases.certified }),
    )
    expect(found).toEqual([`project-missing ${audited.cases.certified}`])
  })
  it('inserted', async () => {
    const doc = await audited.docOf('projects', audited.cases.open)
    const found = await audited.after('projects', () =>
      audited.raw('projects').insertOne({ ...doc, _id: 'p-none' }),
    )
    expect(found).toEqual(['project-inserted p-none'])
  })
  it('two in each other’s place', async () => {
    const found = await audited.after('projects', () =>
      audited.swap('projects', audited.cases.certified, audited.cases.withdrawn),
    )
    expect(found).toEqual(
      [`project-changed ${audited.cases.certified}`, `project-changed ${audited.cases.withdrawn}`].toSorted(),
    )
  })
})

describe('leaves', () => {
  it.each([
    ['digest', { digest: 'sha256:00' }],
    ['revision', { revision: 2 }],
    ['kind', { kind: 'run' }],
    ['id', { id: 'p-elsewhere' }],
    ['anchor', { anchor: 2 }],
  ])('%s changed', async (_field, fields) => {
    expect(await audited.after('leaves', () => audited.set('leaves', leaf(), fields))).toEqual([
      `leaf-changed ${leaf()}`,
    ])
  })
  it('missing', async () => {
    const found = await audited.after('leaves', () => audited.raw('leaves').deleteOne({ _id: leaf() }))
    expect(found).toEqual(['leaf-missing 1:', `project-unanchored ${audited.cases.certified}`])
  })
  it.each([
    ['of no case', 'p-none', '2:case:p-none'],
    ['of a case that is not in it, so that the record knows nothing else', '', '3:'],
  ])('inserted, %s', async (_what, ghost, named) => {
    const id = ghost || audited.cases.certified
    const serial = Number.parseInt(named, 10)
    const doc = await audited.docOf('leaves', leaf())
    const _id = `${serial}:case:${id}`
    const found = await audited.after('leaves', () =>
      audited.raw('leaves').insertOne({ ...doc, _id, id, anchor: serial }),
    )
    expect(found).toEqual([`leaf-inserted ${named}`])
  })
  it('two in each other’s place', async () => {
    const [one, other] = await audited.twoOf('leaves', { anchor: 1 })
    const [first, second] = [await audited.docOf('leaves', one), await audited.docOf('leaves', other)]
    const found = await audited.after('leaves', async () => {
      await audited.set('leaves', one, { digest: second['digest'], revision: second['revision'] })
      await audited.set('leaves', other, { digest: first['digest'], revision: first['revision'] })
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
    expect(await audited.after('anchors', () => audited.set('anchors', 2, fields))).toEqual([
      'anchor-changed 2',
    ])
  })
  it.each([1, 2])('anchor %i missing', async (serial) => {
    const found = await audited.after('anchors', () => audited.raw('anchors').deleteOne({ _id: serial }))
    expect(found).toEqual([`anchor-missing ${serial}`])
  })
  it('cut off at the end, while its leaves are there', async () => {
    const found = await audited.after('anchors', () =>
      audited.raw('anchors').deleteMany({ _id: { $in: [2, 3] } }),
    )
    expect(found).toEqual(['anchor-missing 2', 'anchor-missing 3'])
  })
  it('inserted', async () => {
    const doc = await audited.docOf('anchors', 3)
    const found = await audited.after('anchors', () => audited.raw('anchors').insertOne({ ...doc, _id: 4 }))
    expect(found).toEqual(['anchor-changed 4'])
  })
  it('two in each other’s place', async () => {
    const found = await audited.after('anchors', () => audited.swap('anchors', 1, 2))
    expect(found).toEqual(['anchor-changed 1', 'anchor-changed 2'])
  })
})
