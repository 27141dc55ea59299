import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anchorDay } from '../../../evidence/audit/anchor.ts'
import { readTrustedKeys, rotateKey, type TrustedKey } from '../../../evidence/audit/keys.ts'
import { verify } from '../../../evidence/audit/verify.ts'
import { leafBytes, signedBytes, type Anchor, type Leaf } from '../../../policy/integrity/anchors.ts'
import { digestOf } from '../../../policy/integrity/digest.ts'
import { rootFrom } from '../../../policy/integrity/merkle.ts'
import { people } from '../../fixtures.ts'
import type { Page } from '../../support/http.ts'
import { day, openAudited, tell, type Audited } from './audited.ts'

let audited: Audited
beforeAll(async () => {
  audited = await openAudited()
})
afterAll(() => audited.stop())

type Proof = {
  anchor: Anchor
  leaf: Leaf
  path: { side: 'left' | 'right'; hash: string }[]
  items: { revision: number; line: object | null; previous: string; stateDigest: string; link: string }[]
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const retired = (trusted: TrustedKey[], retiredAt: string) => trusted.map((key) => ({ ...key, retiredAt }))

describe('runs', () => {
  it.each([
    ['archive', { archive: 'sha256:00' }],
    ['previous', { previous: 'another' }],
    ['events', { events: 1 }],
    ['project', { project: 'p-elsewhere' }],
  ])('%s changed', async (_field, fields) => {
    const [run] = await audited.twoOf('runs')
    expect(await audited.after('runs', () => audited.set('runs', run, fields))).toEqual([
      `run-changed ${run}`,
    ])
  })
  it('missing', async () => {
    const [run] = await audited.twoOf('runs')
    expect(await audited.after('runs', () => audited.raw('runs').deleteOne({ _id: run }))).toEqual([
      `run-missing ${run}`,
    ])
  })
  it('inserted', async () => {
    const [run] = await audited.twoOf('runs')
    const doc = await audited.docOf('runs', run)
    const found = await audited.after('runs', () =>
      audited.raw('runs').insertOne({ ...doc, _id: 'another', anchored: false }),
    )
    expect(found).toEqual(['run-inserted another'])
  })
  it('two in each other’s place', async () => {
    const [one, other] = await audited.twoOf('runs')
    const found = await audited.after('runs', () => audited.swap('runs', one, other))
    expect(found).toEqual([`run-changed ${one}`, `run-changed ${other}`].toSorted())
  })
})

describe('archives', () => {
  it('one byte changed', async () => {
    const [digest] = await audited.twoOf('archives')
    const { data } = await audited.docOf('archives', digest)
    const bytes = Buffer.from((data as { buffer: Uint8Array }).buffer)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    const found = await audited.after('archives', () => audited.set('archives', digest, { data: bytes }))
    expect(found).toEqual([`archive-changed ${digest}`])
  })
  it('size changed', async () => {
    const [digest] = await audited.twoOf('archives')
    expect(await audited.after('archives', () => audited.set('archives', digest, { size: 1 }))).toEqual([
      `archive-changed ${digest}`,
    ])
  })
  it('missing', async () => {
    const [digest] = await audited.twoOf('archives')
    const found = await audited.after('archives', () => audited.raw('archives').deleteOne({ _id: digest }))
    expect(found).toEqual([`archive-missing ${digest}`])
  })
  it('inserted', async () => {
    const [digest] = await audited.twoOf('archives')
    const doc = await audited.docOf('archives', digest)
    const found = await audited.after('archives', () =>
      audited.raw('archives').insertOne({ ...doc, _id: 'sha256:00' }),
    )
    expect(found).toEqual(['archive-inserted sha256:00'])
  })
  it('two in each other’s place', async () => {
    const [one, other] = await audited.twoOf('archives')
    const found = await audited.after('archives', () => audited.swap('archives', one, other))
    expect(found).toEqual([`archive-changed ${one}`, `archive-changed ${other}`].toSorted())
  })
})

describe('a whole case', () => {
  it('that has vanished', async () => {
    const filter = { project: audited.cases.certified }
    const kept = {
      history: await audited.raw('history').find(filter).toArray(),
      snapshots: await audited.raw('snapshots').find(filter).toArray(),
    }
    const vanish = async () => {
      await audited.raw('projects').deleteOne({ _id: audited.cases.certified })
      for (const name of ['history', 'snapshots'] as const) await audited.raw(name).deleteMany(filter)
    }
    const found = await audited.after('projects', vanish)
    for (const name of ['history', 'snapshots'] as const) await audited.raw(name).insertMany(kept[name])
    const { _id: number } = (await audited.models.certificates.findOne().lean()) ?? {}
    expect(found).toEqual([`case-vanished ${audited.cases.certified}`, `certificate-inserted ${number}`])
  })
})

describe('over HTTP', () => {
  const { auditor, clerk, competitor, elsewhere } = people
  it('lists the anchors, newest first, to those who audit', async () => {
    const first = await audited.zhigai
      .as(auditor)
      .get<Page<{ serial: number; digest: string }>>('/anchors?limit=2')
    const next = await audited.zhigai
      .as(auditor)
      .get<Page<{ serial: number; digest: string }>>(`/anchors?limit=2&cursor=${first.body.next}`)
    const all = [...first.body.items, ...next.body.items]
    expect(all.map(({ serial }) => serial)).toEqual([3, 2, 1])
    expect((await audited.docOf('anchors', 3))['previous']).toBe(all[1]?.digest)
    expect((await audited.zhigai.as(clerk).get('/anchors')).status).toBe(403)
  })

  it.each([1, 2])('proves a case under anchor %i, with nothing but the answer', async (serial) => {
    const id = serial === 1 ? audited.cases.certified : audited.cases.open
    const { body } = await audited.zhigai.as(auditor).get<Proof>(`/projects/${id}/proof?anchor=${serial}`)
    const { anchor: signed, leaf, path, items } = body
    const neighbours = path.map(({ side, hash: text }) => ({
      side,
      hash: Buffer.from(text.replace('sha256:', ''), 'hex'),
    }))
    const root = rootFrom(sha256, leafBytes(leaf), neighbours)
    expect(`sha256:${Buffer.from(root).toString('hex')}`).toBe(signed.root)
    const key = createPublicKey({ key: Buffer.from(signed.publicKey, 'base64'), format: 'der', type: 'spki' })
    expect(verifySignature(null, signedBytes(signed), key, Buffer.from(signed.signature, 'base64'))).toBe(
      true,
    )
    expect(items.find(({ revision }) => revision === leaf.revision)?.link).toBe(leaf.digest)
    for (const { line, previous, stateDigest, link } of items)
      expect(digestOf({ ...line, previous, stateDigest })).toBe(link)
  })

  it('is not for an enterprise, which could try names on a digest, nor for another district', async () => {
    const path = `/projects/${audited.cases.certified}/proof`
    expect((await audited.zhigai.as(clerk).get(path)).status).toBe(403)
    expect((await audited.zhigai.as(competitor).get(path)).status).toBe(404)
    expect((await audited.zhigai.as(elsewhere).get(path)).status).toBe(404)
    expect((await audited.zhigai.as(auditor).get(`${path}?anchor=99`)).status).toBe(404)
  })
})

describe('keys', () => {
  it('does not believe a key that it does not know', async () => {
    const { findings } = await verify({ models: audited.models, trusted: [] })
    expect(tell(findings)).toEqual(['anchor-key 1', 'anchor-key 2', 'anchor-key 3'])
  })
  it('believes a retired key for what it has signed, and no later', async () => {
    const trusted = await readTrustedKeys(audited.place)
    const last = (await audited.docOf('anchors', 3))['at'] as Date
    expect(
      (await verify({ models: audited.models, trusted: retired(trusted, last.toISOString()) })).findings,
    ).toEqual([])
    const before = new Date(last.getTime() - 1).toISOString()
    expect(
      tell((await verify({ models: audited.models, trusted: retired(trusted, before) })).findings),
    ).toEqual(['anchor-key 3'])
  })
  it('goes on with a new key, and in the other suite', async () => {
    const { models } = audited
    await rotateKey(audited.place, new Date(audited.lastDay))
    await anchorDay({ models, location: audited.place, now: () => audited.lastDay + day })
    const { suite, root, previous } = await anchorDay({
      models,
      location: { ...audited.place, suite: 'sm2' },
      now: () => audited.lastDay + 2 * day,
    })
    expect([suite, root.slice(0, 4), previous?.slice(0, 4)]).toEqual(['sm2', 'sm3:', 'sm3:'])
    expect(await readTrustedKeys(audited.place)).toHaveLength(3)
    expect(await audited.look()).toEqual([])
    expect(await audited.after('anchors', () => audited.set('anchors', 5, { count: 7 }))).toEqual([
      'anchor-changed 5',
    ])
  })
})
