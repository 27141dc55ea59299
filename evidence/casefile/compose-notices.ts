import { shanghaiDate } from '../../policy/time/dates.ts'
import { nameOfTask } from '../../policy/case/labels.ts'
import { titleOf } from '../../policy/notices/notice-title.ts'
import type { CaseFile, NoticeOfCase } from './content.ts'
import type { Block } from './document.ts'
import { namedWords, recipientWords, roleWords } from './people.ts'
import { dayWords, instantWords } from './words.ts'

/** The tasks of the case, open and done, with their due dates. */
export function deadlineBlocks({ tasks, project, edition: { document } }: CaseFile): Block[] {
  return [
    { kind: 'heading', text: { zh: '期限', en: 'Due dates' } },
    {
      kind: 'table',
      columns: [
        { title: { zh: '事项', en: 'task' }, share: 4 },
        { title: { zh: '开始', en: 'since' }, share: 2.4 },
        { title: { zh: '到期', en: 'due' }, share: 2.4 },
        { title: { zh: '办结', en: 'done' }, share: 2.4 },
        { title: { zh: '状态', en: 'state' }, share: 2 },
      ],
      rows: tasks.map(({ task, part, openedOn, dueOn, closedOn, open, overdue }) => {
        return [
          nameOfTask(document, task, part),
          dayWords(openedOn),
          dayWords(dueOn),
          dayWords(closedOn),
          stateOf({ open, overdue }, project.state.held !== undefined),
        ]
      }),
      empty: { zh: '无', en: 'none' },
    },
  ]
}

function stateOf({ open, overdue }: { open: boolean; overdue: boolean }, isHeld: boolean): string {
  if (!open) return '已办结'
  return [overdue ? '已超期' : '在办', ...(isHeld ? ['暂停计时'] : [])].join('，')
}

const channels: Record<string, string> = { inbox: '站内', email: '邮件', webhook: '接口推送' }
const statuses: Record<NoticeOfCase['status'], string> = {
  pending: '待发送',
  sent: '已发送',
  failed: '未送达',
  cancelled: '无须发送',
  declined: '本人不接收',
  withdrawn: '已无权知悉，改告他人',
}

/** Who was told what, when, on which channel, and whether they have opened it. */
export function noticeBlocks({
  notices,
  edition: { document },
}: Pick<CaseFile, 'notices' | 'edition'>): Block[] {
  return [
    { kind: 'heading', text: { zh: '通知与提醒', en: 'Notices and reminders' } },
    {
      kind: 'table',
      columns: [
        { title: { zh: '时间', en: 'when' }, share: 2.6 },
        { title: { zh: '通知', en: 'notice' }, share: 3.4 },
        { title: { zh: '收件人', en: 'recipient' }, share: 4 },
        { title: { zh: '送达', en: 'delivery' }, share: 3.4 },
      ],
      rows: notices.map((notice) => [
        instantWords(notice.at),
        titleOf(document, { ...notice, at: new Date(notice.at) }, shanghaiDate(Date.parse(notice.at))),
        recipientWords(document, notice.recipient),
        deliveryWords(notice),
      ]),
      empty: { zh: '未发通知', en: 'nobody was told anything' },
    },
  ]
}

function deliveryWords({ channel, status, sentAt, openedAt, delivery }: NoticeOfCase): string {
  const attempts = delivery && delivery.attempts > 1 ? `，共${delivery.attempts}次` : ''
  return [
    `${channels[channel] ?? channel} ${statuses[status]}${attempts}`,
    ...(sentAt ? [instantWords(sentAt)] : []),
    ...(openedAt ? [`已阅 ${instantWords(openedAt)}`] : []),
  ].join('\n')
}

/** Who has looked at the case without being of the applicant's side. */
export function readBlocks({ reads, leftOut, edition: { document } }: CaseFile): Block[] {
  return [
    { kind: 'heading', text: { zh: '查阅记录', en: 'Who has read it' }, newPage: true },
    ...leftOutBlocks(leftOut.reads),
    {
      kind: 'table',
      columns: [
        { title: { zh: '时间', en: 'when' }, share: 2.6 },
        { title: { zh: '查阅人', en: 'by' }, share: 4 },
        { title: { zh: '查阅内容', en: 'what' }, share: 5 },
        { title: { zh: '次数', en: 'times' }, share: 1 },
      ],
      rows: reads.map(({ by, what, at, times }) => [
        instantWords(at),
        by ? namedWords(by.user, [by.district, roleWords(document, by.role)]) : '—',
        what,
        String(times),
      ]),
      empty: { zh: '无查阅记录', en: 'no reads are on record' },
    },
  ]
}

function leftOutBlocks(reads: number): Block[] {
  if (reads === 0) return []
  const zh = `查阅记录过多，较早的${reads}条未列入本案卷。`
  return [{ kind: 'note', text: { zh, en: `${reads} earlier reads are not in this case file.` } }]
}
