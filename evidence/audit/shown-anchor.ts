import type { Anchor, AnchorDigest } from '../../policy/integrity/anchors.ts'
import { digestOfAnchor } from './anchor-log.ts'

/** What is shown of an anchor wherever one is printed or logged. */
export type ShownAnchor = Pick<Anchor, 'serial' | 'day' | 'count' | 'root' | 'suite' | 'key'> & {
  digest: AnchorDigest
}

/** The same fields on paper, in lists and in logs, so that an anchor that was kept outside can be held against any of them. */
export function shownAnchor(anchor: Anchor): ShownAnchor {
  const { serial, day, count, root, suite, key } = anchor
  return { serial, day, count, root, digest: digestOfAnchor(anchor), suite, key }
}

/** An anchor in lines: which one, its root, its digest, the key that signed it. */
export function anchorLines({ serial, day, count, root, digest, suite, key }: ShownAnchor): string[] {
  return [
    `锚点 anchor ${serial} · ${day} · 条目 leaves ${count}`,
    `根 root ${root}`,
    `摘要 digest ${digest}`,
    `公钥 key ${key} · ${suite}`,
  ]
}
