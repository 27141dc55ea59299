import type { LeafRecord, Models } from '../../models/index.ts'
import { placeOfLeaf, type Anchor, type Leaf } from '../../policy/integrity/anchors.ts'
import type { Digest } from '../../policy/integrity/digest.ts'
import { inTreeOrder, rootOf } from './anchor.ts'
import { finding, type Finding } from './findings.ts'

/** A leaf that is not as the record is: what it may have been, and whose fault it is if the signature stands by the leaf. */
type Doubt = { name: string; leaf: Leaf; meant: Leaf[]; blame: Finding }
type Named = { name: string; leaf: Leaf }

/** How far a search among suspects goes. */
const mostSuspects = 100
/** Each leaf in turn is left out to find one too many, up to so many. */
const mostToLeaveOut = 1_000
/** A line may be written so much later (milliseconds) than it says. */
const slackMs = 86_400_000

/** The leaves of an anchor as their names have them, and findings on those whose fields say something else. */
export async function readLeaves(
  { leaves }: Models,
  { serial, count }: Anchor,
): Promise<{ leaves: Named[]; findings: Finding[] }> {
  const docs = await leaves
    .find({ _id: { $gte: `${serial}:`, $lt: `${serial};` } })
    .sort({ _id: 1 })
    .limit(count + mostSuspects)
    .lean()
  const read = docs.map((doc) => readLeaf(serial, doc))
  return { leaves: read.flatMap(({ named }) => named ?? []), findings: read.flatMap(({ fault }) => fault) }
}

function readLeaf(serial: number, { _id, anchor, kind, id, revision, digest }: LeafRecord) {
  const place = placeOfLeaf(_id)
  if (!place) return { named: null, fault: [finding('leaf-inserted', _id)] }
  const isSame = anchor === serial && kind === place.kind && id === place.id
  const told = { expected: _id, found: `${anchor}:${kind}:${id}` }
  return {
    named: { name: _id, leaf: { kind: place.kind, id: place.id, revision, digest } },
    fault: isSame ? [] : [finding('leaf-changed', _id, told)],
  }
}

/** Compares leaves with the lines and runs that they vouch for, and with the root that was signed, which has the last word. */
export async function checkLeaves(
  models: Models,
  { anchor, earlier }: { anchor: Anchor; earlier: Anchor | null },
  leaves: Named[],
  unproved: readonly Leaf[],
): Promise<Finding[]> {
  const doubts = await doubtsOf(models, leaves)
  const fits = (some: readonly Leaf[]) =>
    some.length === anchor.count && rootOf(anchor.suite, inTreeOrder(some)) === anchor.root
  if (fits(leaves.map(({ leaf }) => leaf))) return doubts.map(({ blame }) => blame)
  const found =
    leaves.length > anchor.count
      ? findInserted(leaves, doubts, fits)
      : leaves.length < anchor.count
        ? findMissing(
            anchor,
            leaves,
            [...unproved, ...(await headsWithout(models, { anchor, earlier }, leaves))],
            fits,
          )
        : findChanged(leaves, doubts, fits)
  if (found)
    return [...found, ...doubts.filter(({ name }) => !isNamed(found, name)).map(({ blame }) => blame)]
  const kind = leaves.length > anchor.count ? 'leaf-inserted' : 'leaf-missing'
  const counts = { expected: `${anchor.count} leaves`, found: `${leaves.length} leaves` }
  if (leaves.length !== anchor.count) return [finding(kind, `${anchor.serial}:`, counts)]
  return doubts.length > 0
    ? doubts.map(({ name, leaf, meant }) => changed(name, leaf, meant[0]))
    : [finding('leaf-changed', `${anchor.serial}:`, { expected: anchor.root, found: 'another root' })]
}

function isNamed(findings: Finding[], name: string): boolean {
  return findings.some(({ id }) => id === name)
}

type Fits = (leaves: readonly Leaf[]) => boolean

/** The leaves that were changed, if the root is right with what they may have been. */
function findChanged(leaves: Named[], doubts: Doubt[], fits: Fits): Finding[] | null {
  const alone = doubts.slice(0, mostSuspects).map((doubt) => [doubt])
  for (const some of [doubts, ...alone]) {
    for (const choice of [0, 1]) {
      const meant = new Map(some.map((doubt) => [doubt.name, doubt.meant[choice] ?? doubt.leaf]))
      if (fits(leaves.map(({ name, leaf }) => meant.get(name) ?? leaf)))
        return some.map(({ name, leaf }) => changed(name, leaf, meant.get(name)))
    }
  }
  return null
}

/** The leaf without which the root is right. */
function findInserted(leaves: Named[], doubts: Doubt[], fits: Fits): Finding[] | null {
  const all = leaves.length <= mostToLeaveOut ? leaves : []
  for (const { name } of [...doubts.slice(0, mostSuspects), ...all])
    if (fits(leaves.filter((each) => each.name !== name).map(({ leaf }) => leaf)))
      return [finding('leaf-inserted', name)]
  return null
}

/** The leaf with which the root is right, among those that cases and runs have, or had then. */
function findMissing(
  { serial }: Anchor,
  leaves: Named[],
  unproved: readonly Leaf[],
  fits: Fits,
): Finding[] | null {
  const known = leaves.map(({ leaf }) => leaf)
  for (const leaf of unproved.slice(0, mostSuspects))
    if (fits([...known, leaf]))
      return [finding('leaf-missing', `${serial}:${leaf.kind}:${leaf.id}`, { expected: leaf.digest })]
  return null
}

/** The last lines that cases had when an anchor was signed, and that no anchor until then has. */
async function headsWithout(
  { history, leaves }: Models,
  { anchor, earlier }: { anchor: Anchor; earlier: Anchor | null },
  known: readonly Named[],
): Promise<Leaf[]> {
  const since = {
    ...(earlier && { $gt: new Date(Date.parse(earlier.at) - slackMs) }),
    $lte: new Date(anchor.at),
  }
  const lines = await history
    .find({ at: since }, { project: 1, revision: 1, link: 1 })
    .sort({ revision: 1 })
    .lean()
  const heads = new Map(
    lines.map(({ project: id, revision, link: digest }) => [id, { id, revision, digest }]),
  )
  const covered = new Set(known.map(({ leaf }) => leaf.id))
  const sought = [...heads.values()].filter(({ id }) => !covered.has(id))
  const digests = sought.map(({ digest }) => digest)
  const others = await leaves
    .find({ id: { $in: sought.map(({ id }) => id) }, digest: { $in: digests } }, { digest: 1 })
    .lean()
  const elsewhere = new Set(others.map(({ digest }) => digest))
  return sought
    .filter(({ digest }) => !elsewhere.has(digest))
    .map((head): Leaf => ({ kind: 'case', ...head }))
}

function changed(name: string, is: Leaf, was: Leaf = is): Finding {
  return finding('leaf-changed', name, { expected: textOf(was), found: textOf(is) })
}

function textOf({ revision, digest }: Leaf): string {
  return `${revision ?? ''} ${digest}`.trim()
}

const atOnce = 1_000

async function doubtsOf(models: Models, leaves: Named[]): Promise<Doubt[]> {
  const doubts: Doubt[] = []
  for (let from = 0; from < leaves.length; from += atOnce) {
    const some = leaves.slice(from, from + atOnce)
    const [links, archives] = await Promise.all([linksOf(models, some), archivesOf(models, some)])
    for (const named of some) {
      const { kind, id, revision, digest } = named.leaf
      const is = kind === 'case' ? links.get(`${id}:${revision}`) : archives.get(id)
      if (is === digest && (kind === 'case') === (revision !== null)) continue
      doubts.push(await (kind === 'case' ? caseDoubt(models, named, is) : runDoubt(named, is)))
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

async function caseDoubt(
  { projects, history }: Models,
  { name, leaf }: Named,
  link: Digest | undefined,
): Promise<Doubt> {
  const { id, digest, revision } = leaf
  const [same, line, record] = await Promise.all([
    history.findOne({ project: id, link: digest }, { revision: 1 }).lean(),
    history.exists({ project: id }),
    projects.exists({ _id: id }),
  ])
  const meant = [
    ...(link === undefined ? [] : [{ ...leaf, digest: link }]),
    ...(same ? [{ ...leaf, revision: same.revision }] : []),
  ]
  const told = { expected: digest, found: link ?? null }
  if (!line && !record) return { name, leaf, meant, blame: finding('case-vanished', id, told) }
  const kind = link === undefined ? 'line-missing' : 'line-replaced'
  return { name, leaf, meant, blame: finding(kind, `${id}:${revision}`, told) }
}

function runDoubt({ name, leaf }: Named, archive: Digest | undefined): Doubt {
  const told = { expected: leaf.digest, found: archive ?? null }
  const kind = archive === undefined ? 'run-missing' : 'run-changed'
  const meant =
    archive === undefined ? [{ ...leaf, revision: null }] : [{ ...leaf, revision: null, digest: archive }]
  return { name, leaf, meant, blame: finding(kind, leaf.id, told) }
}
