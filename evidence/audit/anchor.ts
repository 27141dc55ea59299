import { isDuplicate } from '../../models/repeats.ts'
import { anchorOf, type LeafRecord, type Models } from '../../models/index.ts'
import {
  leafBytes,
  leafId,
  signedBytes,
  type Anchor,
  type AnchorContent,
  type Leaf,
} from '../../policy/integrity/anchors.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { createTree } from '../../policy/integrity/merkle.ts'
import { digestOfAnchor, lastNoted, noteAnchor, anchorLogFile, type NotedAnchor } from './anchor-log.ts'
import { openSigner, readTrustedKeys, type KeyLocation, type Signer } from './keys.ts'
import { isSignedAnchor, keyDoubt } from './signed.ts'
import { nameDigest, suites } from './suites.ts'

/** As many leaves as an anchor has at most: it is written with them in one transaction. What is left makes the next one. */
export const leavesPerAnchor = 5_000
const atOnce = 500

/** `location` is where key and log of this machine lie: the key is read anew for each anchor, it may have been replaced. */
type Means = { models: Models; location: KeyLocation; now: () => number; most?: number }

/** An anchor cannot be signed, because those before it are not what they were. */
export class AnchorFault extends Error {
  override name = 'AnchorFault'
}

/**
 * Anchors every case and every kept run that has changed since the last anchor, and answers with the last anchor there is then.
 * A day gets an anchor even if nothing has changed. It may be interrupted anywhere, be repeated, and be done by many at once.
 * Throws `AnchorFault` where the record has lost the anchors that this machine knows, or does not end with one that was signed
 * by a trusted key: whoever has cut anchors off is not helped to put others in their place.
 */
export async function anchorDay(means: Means): Promise<Anchor> {
  const { models, location, now, most = leavesPerAnchor } = means
  for (;;) {
    const noted = await lastNoted(location)
    const last = await readLastAnchor(models)
    await assertGoesOn(means, noted, last)
    if (last && last.serial !== noted?.serial) await noteAnchor(location, last)
    const open = await findUnanchored(models, most)
    if (last && (await settle(models, last.serial, open)) > 0) continue
    if (last && open.length === 0 && last.day === shanghaiDate(now())) return last
    const made = await commit(means, last, open)
    if (!made) continue
    await noteAnchor(location, made)
    await settle(models, made.serial, open)
    if (open.length < most) return made
  }
}

async function assertGoesOn({ models, location }: Means, noted: NotedAnchor | null, last: Anchor | null) {
  if (noted) {
    const record = await models.anchors.findById(noted.serial).lean()
    const found = record && digestOfAnchor(anchorOf(record))
    const told = `${anchorLogFile(location)} has anchor ${noted.serial} of ${noted.day} with ${noted.digest}`
    if (!last || last.serial < noted.serial || found !== noted.digest)
      throw new AnchorFault(`${told}, the record has ${found ?? 'none'}: see docs/audit.md before you go on`)
  }
  if (!last || noted?.serial === last.serial) return
  const doubt = isSignedAnchor(last)
    ? keyDoubt(last, await readTrustedKeys(location))
    : 'a signature that fits'
  if (doubt !== null)
    throw new AnchorFault(`the last anchor, ${last.serial}, is not to be gone on from: ${doubt} is wanted`)
}

/** The anchor with the highest serial. */
export async function readLastAnchor({ anchors }: Pick<Models, 'anchors'>): Promise<Anchor | null> {
  const found = await anchors.findOne().sort({ _id: -1 }).lean()
  return found && anchorOf(found)
}

/** Leaves in the order of the tree, which is that of their names in bytes. */
export function inTreeOrder<T extends Pick<Leaf, 'kind' | 'id'>>(leaves: readonly T[]): T[] {
  const nameOf = ({ kind, id }: T) => Buffer.from(`${kind}:${id}`)
  return leaves
    .map((leaf) => ({ leaf, name: nameOf(leaf) }))
    .toSorted((a, b) => Buffer.compare(a.name, b.name))
    .map(({ leaf }) => leaf)
}

/** The root over leaves that are in order. */
export function rootOf(suite: Anchor['suite'], leaves: readonly Leaf[]): Anchor['root'] {
  const { hash, hashName } = suites[suite]
  const tree = createTree(hash)
  for (const leaf of leaves) tree.add(leafBytes(leaf))
  return nameDigest(hashName, tree.close().root)
}

/** What is in no anchor yet, up to so many: cases first, by their ids. */
async function findUnanchored(models: Models, most: number): Promise<Leaf[]> {
  const found: Leaf[] = []
  for (const page of [openCases, openRuns])
    for (let after = ''; found.length < most;) {
      const { leaves, next } = await page(models, after)
      found.push(...leaves.slice(0, most - found.length))
      if (next === null) break
      after = next
    }
  return found
}

/** A page of leaves, and after which name the next one begins; null after the last. */
type LeafPage = Promise<{ leaves: Leaf[]; next: string | null }>

async function openCases({ projects, history }: Models, after: string): LeafPage {
  const cases = await projects
    .find({ anchored: false, _id: { $gt: after } }, { head: 1, revision: 1 })
    .sort({ anchored: 1, _id: 1 })
    .limit(atOnce)
    .lean()
  // A step that is being recorded may show in the project before its line is there: it waits for the next anchor.
  const ids = cases.map(({ _id, revision }) => `${_id}:${revision}`)
  const lines = await history.find({ _id: { $in: ids } }, { link: 1 }).lean()
  const links = new Set(lines.map(({ link }) => link))
  const leaves = cases
    .filter(({ head }) => links.has(head))
    .map(({ _id: id, revision, head }): Leaf => ({ kind: 'case', id, revision, digest: head }))
  return { leaves, next: nextOf(cases) }
}

async function openRuns({ runs }: Models, after: string): LeafPage {
  const closed = await runs
    .find({ anchored: false, _id: { $gt: after } }, { archive: 1 })
    .sort({ anchored: 1, _id: 1 })
    .limit(atOnce)
    .lean()
  const leaves = closed.map(({ _id: id, archive }): Leaf => ({
    kind: 'run',
    id,
    revision: null,
    digest: archive,
  }))
  return { leaves, next: nextOf(closed) }
}

function nextOf(page: { _id: string }[]): string | null {
  return page.length < atOnce ? null : (page.at(-1)?._id ?? null)
}

/** Marks what is in an anchor already, as it stands there; answers how many that were. */
async function settle(models: Models, serial: number, open: readonly Leaf[]): Promise<number> {
  let settled = 0
  for (let from = 0; from < open.length; from += atOnce) {
    const names = open.slice(from, from + atOnce).map((leaf) => leafId(serial, leaf))
    const digests = new Map(open.map((leaf) => [leafId(serial, leaf), leaf.digest]))
    const leaves = await models.leaves.find({ _id: { $in: names } }).lean()
    const same = leaves.filter(({ _id, digest }) => digests.get(_id) === digest)
    await Promise.all([markCases(models, same), markRuns(models, same)])
    settled += same.length
  }
  return settled
}

/** A case that has moved on meanwhile stays for the next anchor. */
async function markCases({ projects }: Models, leaves: LeafRecord[]): Promise<void> {
  const cases = leaves.filter(({ kind }) => kind === 'case')
  if (cases.length === 0) return
  await projects.bulkWrite(
    cases.map(({ id, digest }) => ({
      updateOne: { filter: { _id: id, head: digest }, update: { $set: { anchored: true } } },
    })),
    { ordered: false },
  )
}

async function markRuns({ runs }: Models, leaves: LeafRecord[]): Promise<void> {
  const closed = leaves.filter(({ kind }) => kind === 'run')
  if (closed.length === 0) return
  await runs.bulkWrite(
    closed.map(({ id, digest }) => ({
      updateOne: { filter: { _id: id, archive: digest }, update: { $set: { anchored: true } } },
    })),
    { ordered: false },
  )
}

/** Writes an anchor and its leaves together or not at all; null if somebody else has taken the serial. */
async function commit(
  { models, location, now }: Means,
  last: Anchor | null,
  open: readonly Leaf[],
): Promise<Anchor | null> {
  const anchor = makeAnchor(await openSigner(location), last, open, new Date(now()))
  const { serial, at, ...rest } = anchor
  const leaves = open.map((leaf) => ({ _id: leafId(serial, leaf), anchor: serial, ...leaf }))
  try {
    await models.connection.transaction(async (session) => {
      await models.anchors.create([{ _id: serial, at: new Date(at), ...rest }], { session })
      if (leaves.length > 0) await models.leaves.insertMany(leaves, { session, ordered: true })
    })
    return anchor
  } catch (error) {
    if (isDuplicate(error)) return null
    throw error
  }
}

function makeAnchor(signer: Signer, last: Anchor | null, open: readonly Leaf[], at: Date): Anchor {
  const { suite, key, publicKey } = signer
  const content: AnchorContent = {
    serial: (last?.serial ?? 0) + 1,
    day: shanghaiDate(at.getTime()),
    at: at.toISOString(),
    previous: last && digestOfAnchor(last, suite),
    count: open.length,
    root: rootOf(suite, inTreeOrder(open)),
    suite,
    key,
    publicKey,
  }
  return { ...content, signature: signer.sign(signedBytes(content)) }
}
