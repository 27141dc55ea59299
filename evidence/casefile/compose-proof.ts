import { anchorLines, shownAnchor } from '../audit/shown-anchor.ts'
import type { CaseFile, RunOfCase } from './content.ts'
import type { Block } from './document.ts'
import { instantWords } from './words.ts'

/** What vouches for the case file: links, anchors, its signature, the runs of the workflow, and how to check it. */
export function proofBlocks(file: CaseFile): Block[] {
  return [
    { kind: 'heading', text: { zh: '完整性凭据', en: 'Proof of integrity' }, newPage: true },
    sealsOf(file),
    { kind: 'subheading', text: { zh: '工作流运行记录', en: 'runs of the workflow' } },
    tableOfRuns(file),
    {
      kind: 'note',
      text: {
        zh:
          '核验方法：zhigai history check <案卷目录>，无需联网。签名只证明案卷自签出后未被改动；密钥须与机关公布的密钥编号核对。' +
          '本件未加盖电子印章，不是 GB/T 38540 所称的电子签章文件，不能替代加盖公章的纸质件。',
        en:
          'To check: zhigai history check <folder>, offline. The signature proves that nothing was changed since it was made; compare ' +
          'the key with the one that the authority has published. This is no document with an electronic seal (GB/T 38540).',
      },
    },
  ]
}

function sealsOf({ project, lines, edition, anchors, signature }: CaseFile): Block {
  return {
    kind: 'fields',
    rows: [
      [{ zh: '末条链值', en: 'last link of the chain' }, `第${lines.length}条\n${project.head}`],
      [{ zh: '版的摘要', en: 'hash of the edition' }, edition.hash],
      [{ zh: '每日锚点', en: 'daily anchor' }, anchorWords(anchors)],
      [{ zh: '案卷签名算法', en: 'suite of the signature' }, signature.suite],
      [{ zh: '案卷签名密钥', en: 'key of the signature' }, signature.key],
      [{ zh: '案卷签名时间', en: 'signed at' }, instantWords(signature.at)],
    ],
  }
}

function anchorWords(anchors: CaseFile['anchors']): string {
  const last = anchors.findLast(({ leaf }) => leaf.kind === 'case')
  if (!last) return '尚未锚定 not anchored yet'
  const covered = `覆盖至第${last.leaf.revision}条记录 up to line ${last.leaf.revision}`
  return [...anchorLines(shownAnchor(last.anchor)), covered].join('\n')
}

function tableOfRuns({ runs }: CaseFile): Block {
  return {
    kind: 'table',
    columns: [
      { title: { zh: '序号', en: 'no.' }, share: 1 },
      { title: { zh: '运行与接续', en: 'run, and how it began' }, share: 6 },
      { title: { zh: '起止（北京时间）', en: 'from and until' }, share: 3.4 },
      { title: { zh: '事件', en: 'events' }, share: 1.1 },
      { title: { zh: '历史摘要', en: 'digest of the history' }, share: 5 },
    ],
    rows: runs.map((run) => [
      String(run.number),
      { zh: run.runId, en: beginningOf(run) },
      `${instantWords(run.startedAt)}\n${run.end === null ? '仍在运行' : instantWords(run.closedAt)}`,
      String(run.events),
      run.archive,
    ]),
    empty: { zh: '无', en: 'none' },
  }
}

function beginningOf({ number, previous, restart }: RunOfCase): string {
  if (previous === null) return '首次运行 first run'
  if (!restart) return `接续第${number - 1}次运行 goes on from run ${number - 1}`
  const { by, approvedBy, reason } = restart.command
  return `由记录重新接续，替代第${number - 1}次运行：${by.user}，批准人 ${approvedBy}，理由：${reason}`
}
