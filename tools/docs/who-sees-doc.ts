import { entryRows } from '../../policy/case/events.ts'
import { ledgerKinds, visibilities, type Detail, type LedgerKind } from '../../policy/access/visibility.ts'
import { circumstanceOf } from '../../policy/access/shown-payload.ts'
import type { EntryRow } from '../../policy/stages/event-row.ts'
import { tableOf } from './lifecycle-doc.ts'

const ledgers = {
  engine: '流程引擎 engine',
  event: '办理 events',
  notice: '通知 notices',
  operation: '运维 operations',
  read: '查阅 reads',
} satisfies Record<LedgerKind, string>

const viewers = {
  own: '申报主体 applicant',
  district: '区县 district',
  all: '市级 municipal',
  assigned: '受托第三方 third party, of what it was handed',
  auditor: '审计员 auditor',
  administrator: '平台管理员 administrator',
} satisfies Record<keyof typeof visibilities, string>

const details = {
  none: '—',
  own: '办理人员不具名，内容如下表；通知限发给本方者 officers without names, their words as below; the notices to its own side',
  named: '全部，具名 all of it, with names',
  full: '全部，及凭证、失败原因 all, with what proves it or says why it failed',
} satisfies Record<Detail, string>

/** Who sees how much of a history, and what of an officer's words, as a document. */
export function whoSeesDoc(): string {
  return `# 谁能看到什么 · Who sees what of a history

由 \`npm run docs\` 根据 [\`policy/access/visibility.ts\`](../policy/access/visibility.ts) 和各类环节的 [\`events.ts\`](../policy/stages) 生成。
Made from these two by \`npm run docs\`. The same holds for the page of a history, its stream, and what they show of a person.

## 各类记录 · The ledgers

${tableOf(['', ...ledgerKinds.map((kind) => ledgers[kind])], levelRows())}

Whoever may not see a case is told that there is none. A read of a case by anybody but its applicant is itself a line of it.

## 申报主体所见的内容 · What an applicant is told of what others wrote

Of its own side's events an applicant (enterprise, enterpriseAdmin) is told everything; of all others no name of a person, and only
these fields.

${tableOf(['事项 event', '内容 fields', '条件 when'], ruleRows())}
`
}

function levelRows(): string[][] {
  return Object.entries(visibilities).map(([viewer, level]) => [
    viewers[viewer as keyof typeof visibilities],
    ...ledgerKinds.map((kind) => details[level[kind]]),
  ])
}

function ruleRows(): string[][] {
  return Object.entries<EntryRow>(entryRows).map(([type, { disclosure, ...name }]) => {
    const { zh, en } = circumstanceOf(disclosure)
    const fields =
      disclosure.fields === 'all' ? '全部 all' : disclosure.fields.map((field) => `\`${field}\``).join(', ')
    return [`\`${type}\` ${name.zh} ${name.en}`, fields || '—', fields ? `${zh} ${en}` : '—']
  })
}
