import type { LeafRecord, Models } from '../../models/index.ts'
import { placeOfLeaf, type Anchor, type Leaf } from '../../policy/integrity/anchors.ts'
import type { Digest } from '../../policy/integrity/digest.ts'
import { inTreeOrder, rootOf } from './anchor.ts'
import { finding, type AuditFinding, type FindingKind } from './findings.ts'

type Named = { name: string; leaf: Leaf }
/** A leaf that is not as the record is; if the signature stands by the leaf, the blame is with the record. */
type Doubt = Named & { link: Digest | undefined; blame: AuditFinding }

const atOnce = 1_000
/** How many leaves more than an anchor counts are read. */
const mostSurplus = 100

/** The leaves of an anchor as their names have them, and findings on those whose fields say something else. */
export async function readLeaves(
  { leaves }: Models,
  { serial, count }: Anchor,
): Promise<{ leaves: Named[]; findings: AuditFinding[] }> {
  const docs = await leaves
    .find({ _id: { $gte: `${serial}:`, $lt: `${serial};` } })
    .sort({ _id: 1 })
    .limit(count + mostSurplus)
    .lean()
  const read = docs.map((doc) => readLeaf(serial, doc))
  return { leaves: read.flatMap(({ named }) => named ?? []), findings: read.flatMap(({ fault }) => fault) }
}

function readLeaf(serial: number, { _id, anchor, kind, id, revision, digest }: LeafRecord) {
  const named = placeOfLeaf(_id)
  if (!named) return { named: null, fault: [finding('leaf-inserted', _id)] }
  const isSame = anchor === serial && kind === named.kind && id === named.id
  const told = { expected: _id, found: `${anchor}:${kind}:${id}` }
  return {
    named: { name: _id, leaf: { kind: named.kind, id: named.id, revision, digest } },
    fault: isSame ? [] : [finding('leaf-changed', _id, told)],
  }
}

/**
 * Compares leaves with the root that was signed, which has the last word, and with the lines and runs that they vouch for. A root
 * does not tell which leaf is wrong: named are those of which the record knows something else, and where it knows of none, the anchor.
 */
export async function checkLeaves(
  models: Models,
  { serial, suite, count, root }: Anchor,
  leaves: Named[],
): Promise<AuditFinding[]> {
  const doubts = await doubtsOf(models, leaves)
  const found = rootOf(suite, inTreeOrder(leaves.map(({ leaf }) => leaf)))
  if (leaves.length === count && found === root) return doubts.map(({ blame }) => blame)
  const told =
    leaves.length === count
      ? { expected: root, found }
      : { expected: `${count} leaves`, found: `${leaves.length} leaves` }
  if (leaves.length < count)
    return [finding('leaf-missing', `${serial}:`, told), ...doubts.map(({ blame }) => blame)]
  const kind: FindingKind = leaves.length > count ? 'leaf-inserted' : 'leaf-changed'
  if (doubts.length === 0) return [finding(kind, `${serial}:`, told)]
  return doubts.map(({ name, leaf, link }) =>
    finding(kind, name, { expected: link ?? null, found: leaf.digest }),
  )
}

async function doubtsOf(models: Models, leaves: Named[]): Promise<Doubt[]> {
  const doubts: Doubt[] = []
  for (let from = 0; from < leaves.length; from += atOnce) {
    const some = leaves.slice(from, from + atOnce)
    const [links, archives] = await Promise.all([linksOf(models, some), archivesOf(models, some)])
    for (const named of some) {
      const { kind, id, revision, digest } = named.leaf
      const link = kind === 'case' ? links.get(`${id}:${revision}`) : archives.get(id)
      if (link === digest && (kind === 'case') === (revision !== null)) continue
      doubts.push({ ...named, link, blame: await blameOf(models, named.leaf, link) })
    }
  }
  return doubts
}

async function linksOf({ history }: Models, leaves: Named[]): Promise<Map<string, Digest>> {
  const names = leaves.flatMap(({ leaf }) => (leaf.kind === 'case' ? [`${leaf.id}:${leaf.revision}`] : []))
  const found = await history.find({ _id: { $in: names } }, { link: 1 }).lean()
  return new Map(found.map(({ _id, link }) => [_id, link]))
}

async function archivesOf({ runs }: Models, leaves: Named[]): Promise<Map<string, Digest>> {
  const ids = leaves.flatMap(({ leaf }) => (leaf.kind === 'run' ? [leaf.id] : []))
  const found = await runs.find({ _id: { $in: ids } }, { archive: 1 }).lean()
  return new Map(found.map(({ _id, archive }) => [_id, archive]))
}

async function blameOf(
  { projects, history }: Models,
  { kind, id, revision, digest }: Leaf,
  link: Digest | undefined,
): Promise<AuditFinding> {
  const told = { expected: digest, found: link ?? null }
  if (kind === 'run') return finding(link === undefined ? 'run-missing' : 'run-changed', id, told)
  const isThere = (await history.exists({ project: id })) ?? (await projects.exists({ _id: id }))
  if (!isThere) return finding('case-vanished', id, told)
  return finding(link === undefined ? 'line-missing' : 'line-replaced', `${id}:${revision}`, told)
}
