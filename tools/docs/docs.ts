import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { diagramOf } from '../../policy/diagram/diagram.ts'
import { Edition } from '../../policy/edition/edition.ts'
import { Law } from '../../policy/edition/law.ts'
import { errors } from '../../policy/errors.ts'
import { conditionOf } from '../../policy/case/routes.ts'
import { readEditionFile } from '../../server/editions.ts'
import { lawPathOf, readLawBeside } from '../../server/laws.ts'
import { lawDoc } from './law-doc.ts'
import { deadlinesTable, eventsTable } from './lifecycle-doc.ts'
import { projectRoot } from '../../server/root.ts'
import { whoSeesDoc } from './who-sees-doc.ts'

/** Every document that is made from the code, by path. */
export function generatedDocs(): Record<string, string> {
  return {
    'docs/lifecycle.md': lifecycleDoc(),
    'docs/errors.md': errorsDoc(),
    'docs/who-sees-what.md': whoSeesDoc(),
    'policy/edition.schema.json': schemaOf(Edition),
    'policy/law.schema.json': schemaOf(Law),
    ...lawDocs(),
  }
}

function schemaOf(form: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(form, { io: 'input' }), null, 2)}\n`
}

/** The editions of the repository, each with the path of its document. */
function editions(): { path: string; edition: Edition }[] {
  const folder = join(projectRoot, 'policy', 'editions')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.law.yaml'))
    .map((name) => join(folder, name))
    .map((path) => ({ path, edition: readEditionFile(path) }))
}

/** A page for each edition that has its law beside it. */
function lawDocs(): Record<string, string> {
  return Object.fromEntries(
    editions().flatMap(({ path, edition }) => {
      const law = readLawBeside(path, edition)
      const files = { edition: basename(path), law: basename(lawPathOf(path)) }
      return law ? [[`docs/editions/${edition.id}.md`, lawDoc({ edition, law, files })]] : []
    }),
  )
}

function lifecycleDoc(): string {
  return `# 办理过程 · Lifecycles

由 \`npm run docs\` 根据规则文件生成。Made from the editions by \`npm run docs\`.

${editions()
  .map(({ edition }) => lifecycleOf(edition))
  .join('\n')}`
}

function lifecycleOf(edition: Edition): string {
  const rows = edition.stages.map((stage) => {
    const deadline =
      'deadline' in stage && stage.deadline ? `${stage.deadline.days} ${stage.deadline.unit}` : '—'
    const condition = conditionOf(stage)
    const when = condition === undefined ? '—' : `\`${condition}\``
    return `| \`${stage.id}\` | ${stage.zh} ${stage.en} | ${stage.kind} | ${stage.by.join(', ')} | ${when} | ${deadline} | ${stage.article} (${stage.source}) |`
  })
  return `## ${edition.title.zh} \`${edition.id}\`

${edition.title.en}

\`\`\`mermaid
${diagramOf(edition)}
\`\`\`

| stage | name | kind | by | when | deadline | article |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

### 期限与提醒 · Deadlines and reminders

提前和逾期天数按该期限的单位计算；未注明“可关闭”的，个人不得关闭。Days before and after count in the unit of the
deadline; what is not marked so, nobody can turn off. How they are told: [reminders.md](reminders.md), [中文](reminders.zh-CN.md).

延期自原定完工日（而非申请之日）起算，不超过所列月数。An extension reaches so many months after the date that it moves, whenever it is asked for.
期限最后一日为法定休息日的，以次日起首个工作日为最后一日（民法典 第二百零三条）。Where a period would end on a day off, the next working day is its last.
有人员须回避、逾期或未设期限的审批事项，可由所列上级接办。A decision may be taken over by those named, once four eyes shut out one of its
officers, or it is late or has no date ([0016](decisions/0016-takeover.md)). 在原定日期前提出的申请，审批期间不计超期。What was asked for in time makes
nobody late while it is decided ([0017](decisions/0017-officers-time.md)).

${deadlinesTable(edition)}

### 事项 · Events

带 \`?\` 的可以不填；任何有期限的事项到期未办，均由时间记为 \`overdue\`。What has a \`?\` may be left out; any task whose due date
passes is marked \`overdue\` by time.

${eventsTable(edition)}
`
}

function errorsDoc(): string {
  const rows = Object.entries(errors).map(
    ([code, { kind, zh, en }]) => `| <a id="${code}"></a>\`${code}\` | ${kind} | ${zh} | ${en} |`,
  )
  return `# 错误代码 · Errors

由 \`npm run docs\` 根据 [\`policy/errors.ts\`](../policy/errors.ts) 生成。Made from the catalogue by \`npm run docs\`.

| code | kind | 说明 | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
