import { phaseOf, type DeadlineChange } from '../../policy/case/case.ts'
import { citationOf } from '../../policy/words/citation.ts'
import { decisionBy } from '../../policy/case/decisions.ts'
import type { Evidence } from '../../policy/edition/application.ts'
import type { Edition, Words } from '../../policy/edition/edition.ts'
import { termsFor } from '../../policy/edition/form.ts'
import { planOf } from '../../policy/edition/plan.ts'
import { isAnswer } from '../../policy/case/events.ts'
import { deadlineChangeLabels, eventLabels, nameOfPart, nameOfTask } from '../../policy/case/labels.ts'
import { titleOfLine } from '../../policy/notices/notice-title.ts'
import { groundsIn } from '../../policy/stages/index.ts'
import { evidenceWords, termOf } from './compose-application.ts'
import type { CaseFile, LineOfCase } from './content.ts'
import type { Block, Cell } from './document.ts'
import { personWords } from './people.ts'
import { dayWords, daysWords, instantWords, moneyWords } from './words.ts'

/** Everything that happened, first things first. */
export function timelineBlocks(file: CaseFile): Block[] {
  return [
    { kind: 'heading', text: { zh: '办理经过', en: 'What happened' }, newPage: true },
    { kind: 'note', text: articlesNote(file) },
    {
      kind: 'table',
      columns: [
        { title: { zh: '序号', en: 'no.' }, share: 1 },
        { title: { zh: '时间', en: 'when' }, share: 2.6 },
        { title: { zh: '事项与办理人', en: 'what, and by whom' }, share: 4.6 },
        { title: { zh: '内容、理由与依据', en: 'content, reason, article' }, share: 4 },
        { title: { zh: '期限', en: 'due dates' }, share: 4 },
      ],
      rows: file.lines.map((line) => rowOf(file, line)),
      empty: { zh: '无记录', en: 'nothing' },
    },
  ]
}

/** Said once, so that the lines need not repeat the title. */
function articlesNote({ edition: { document } }: CaseFile): Words {
  const { zh, en } = citationOf(document, '')
  return {
    zh: `未注明文件名称的依据，均出自${zh}。`,
    en: `An article without the name of a law is one of: ${en}.`,
  }
}

function rowOf(
  file: CaseFile,
  { revision, at, type, by, payload, article, deadlines, from, to }: LineOfCase,
): Cell[] {
  const edition = file.edition.document
  const title = titleOfLine(edition, { type, from, to })
  return [
    String(revision),
    instantWords(at),
    { zh: `${title.zh}\n${personWords(file, by)}`, en: title.en },
    [...payloadWords(edition, payload), ...(article ? [`依据：${article}`] : [])].join('\n'),
    deadlines.map((change) => changeWords(edition, change)).join('\n'),
  ]
}

function changeWords(edition: Edition, { task, part, why, to, days, unit, article }: DeadlineChange): string {
  const name = nameOfTask(edition, task, part).zh
  const moved = days === null || days === 0 ? '' : `（${daysWords(days, unit)}）`
  const until = to === null ? '' : `，${dayWords(to)}到期${moved}`
  return `${name}：${deadlineChangeLabels[why].zh}${until}${to === null ? '' : `，${article}`}`
}

const labels: Record<string, string> = {
  reason: '理由',
  opinion: '意见',
  measures: '整改措施',
  statement: '陈述',
  note: '说明',
  ground: '事由',
  percent: '进度',
  problems: '存在问题',
  completedOn: '完工日期',
  completeOn: '拟完工日期',
  score: '测评得分',
  level: '测评等级',
  totalInvestment: '总投资',
  source: '来源',
  approvedBy: '批准人',
  task: '事项',
  part: '所属部分',
  assignee: '受托人',
  grade: '结论',
  findings: '报告内容',
  inPlaceOf: '代行职责',
  objector: '异议人',
}

/** What came with an event, a line for each thing. */
export function payloadWords(edition: Edition, payload: Record<string, unknown>): string[] {
  return Object.entries(payload).flatMap(([field, value]) => {
    if (value === null || value === undefined || value === '') return []
    if (field === 'invested') {
      const kinds = Object.entries(value as Record<string, string>)
      return kinds.map(([id, yuan]) => `已投 ${termOf(termsFor(edition, 'parts'), id)} ${moneyWords(yuan)}`)
    }
    if (field === 'effects')
      return [`成效：${(value as string[]).map((id) => termOf(termsFor(edition, 'effects'), id)).join('、')}`]
    if (field === 'evidence') return papersOf(payload).map((paper) => `材料：${evidenceWords(paper)}`)
    return [`${labels[field] ?? field}：${plainWords(edition, field, value)}`]
  })
}

function plainWords(edition: Edition, field: string, value: unknown): string {
  if (field === 'inPlaceOf' && Array.isArray(value))
    return value.map((role) => termOf(edition.roles, String(role))).join('、')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (field === 'totalInvestment') return moneyWords(text)
  if (field === 'percent') return `${text}%`
  if (field === 'completeOn' || field === 'completedOn') return dayWords(text)
  if (field === 'part') return nameOfPart(edition, text).zh
  if (field === 'task') return nameOfTask(edition, text).zh
  if (field === 'ground') return termOf(groundsIn(edition), text)
  return text
}

function papersOf(payload: Record<string, unknown>): Evidence[] {
  return Array.isArray(payload['evidence']) ? (payload['evidence'] as Evidence[]) : []
}

/** What officers have decided, and why. */
export function decisionBlocks(file: CaseFile): Block[] {
  const { document } = file.edition
  const decisions = file.lines.filter((line) => isAnswer(line.type))
  return [
    { kind: 'heading', text: { zh: '决定', en: 'Decisions' } },
    {
      kind: 'table',
      columns: [
        { title: { zh: '日期', en: 'day' }, share: 2.2 },
        { title: { zh: '环节', en: 'stage' }, share: 2.2 },
        { title: { zh: '决定', en: 'decision' }, share: 2.2 },
        { title: { zh: '决定人', en: 'by' }, share: 3.2 },
        { title: { zh: '意见、理由与依据', en: 'opinion, reason, article' }, share: 5 },
      ],
      rows: decisions.map((line) => [
        dayWords(line.on),
        nameOfTask(document, taskDecided(document, line)).zh,
        eventLabels[line.type],
        personWords(file, line.by),
        [...payloadWords(document, line.payload), `依据：${citationOf(document, line.article).zh}`].join(
          '\n',
        ),
      ]),
      empty: { zh: '尚无决定', en: 'none yet' },
    },
  ]
}

/** The stage in which it was decided, or what was decided there. */
function taskDecided(edition: Edition, { type, from, to }: LineOfCase): string {
  const phase = phaseOf(from ?? to)
  return decisionBy(edition, type, phase)?.task ?? phase
}

/** The papers that were named, and by which line; files themselves are kept by those who hold them. */
export function paperBlocks({ edition, lines, applications }: CaseFile): Block[] {
  const named = [
    ...applications.flatMap(({ revision, application }) =>
      planOf(edition.document, application).papers.map((paper) => ({ revision, paper })),
    ),
    ...lines.flatMap(({ revision, payload }) => papersOf(payload).map((paper) => ({ revision, paper }))),
  ].toSorted((a, b) => a.revision - b.revision)
  return [
    { kind: 'heading', text: { zh: '材料', en: 'Papers' } },
    {
      kind: 'table',
      columns: [
        { title: { zh: '记录', en: 'line' }, share: 1 },
        { title: { zh: '材料', en: 'paper' }, share: 5 },
        { title: { zh: '文件摘要', en: 'SHA-256 of the file' }, share: 6 },
      ],
      rows: named.map(({ revision, paper }) => [
        String(revision),
        evidenceWords(paper),
        typeof paper === 'string' ? '—' : (paper.sha256 ?? '—'),
      ]),
      empty: { zh: '未列材料', en: 'none was named' },
    },
  ]
}
