import type { Edition, Words } from './edition.ts'
import { termsFor } from './form.ts'
import { nameInForm, placeInForm } from './form-labels.ts'
import { inputLabels } from '../words/input-labels.ts'
import { nameOfPart, nameOfTask } from '../case/labels.ts'

/** The words for each field of a case that every procedure has, by path; `*` is an id, whose words take the place of `{}`. */
const fieldLabels: Record<string, Words> = {
  phase: { zh: '环节', en: 'phase' },
  state: { zh: '状态', en: 'state' },
  'assignments.*': { zh: '{}：经办人', en: '{}: officer in charge' },
  heldSince: { zh: '暂停办理自', en: 'held since' },
  certificate: { zh: '证书编号', en: 'certificate number' },
  'application.name': { zh: '项目名称', en: 'name of the project' },
  'application.uscc': { zh: '申报主体统一社会信用代码', en: 'credit code of the applicant' },
  'application.district': { zh: '所属区县', en: 'district' },
  'application.category': { zh: '项目类别', en: 'category' },
  'enterprise.uscc': { zh: '企业统一社会信用代码', en: 'credit code of the enterprise' },
  'enterprise.name': { zh: '企业名称', en: 'name of the enterprise' },
  'enterprise.district': { zh: '企业所在区县', en: 'district of the enterprise' },
  'enterprise.registeredInCity': { zh: '在本市登记注册', en: 'registered in the city' },
  'enterprise.legalPerson': { zh: '独立法人', en: 'independent legal person' },
  'enterprise.industry': { zh: '行业代码', en: 'industry' },
  'enterprise.size': { zh: '企业规模', en: 'size' },
  'enterprise.codeException': { zh: '信用代码例外说明', en: 'why the code is accepted' },
  'assessment.score': { zh: '测评得分', en: 'score of the assessment' },
  'assessment.level': { zh: '测评等级', en: 'level of the assessment' },
  judgements: { zh: '须由经办人判断的规则', en: 'rules left to the officer' },
  'supervision.completeOn': { zh: '计划完工日期', en: 'planned completion' },
  'supervision.overdue': { zh: '是否超期', en: 'overdue' },
  'supervision.explained': { zh: '超期是否已说明', en: 'overrun explained' },
  'supervision.extensions': { zh: '历次延期', en: 'extensions' },
  'supervision.request.kind': { zh: '待审批申请：类型', en: 'request: kind' },
  'supervision.request.on': { zh: '待审批申请：提出日期', en: 'request: day' },
  'supervision.request.completeOn': { zh: '待审批申请：延期至', en: 'request: extension to' },
  'supervision.request.late': { zh: '待审批申请：是否逾期提出', en: 'request: made late' },
  'supervision.reports.*.on': { zh: '{} 进展：填报日期', en: 'report of {}: day' },
  'supervision.reports.*.invested': {
    zh: '{} 进展：累计投入（元）',
    en: 'report of {}: spent so far (yuan)',
  },
  'supervision.reports.*.percent': { zh: '{} 进展：完成比例（%）', en: 'report of {}: percent done' },
  'supervision.completed.on': { zh: '完工日期', en: 'completed on' },
  'supervision.completed.reached': { zh: '已取得的成效', en: 'effects reached' },
  'supervision.completed.missed': { zh: '未取得的成效', en: 'effects missed' },
  'deadlines.*.dueOn': { zh: '{}：到期日', en: '{}: due' },
  'deadlines.*.provisional': { zh: '{}：到期日是否暂定', en: '{}: due date provisional' },
  'deadlines.*.overdue': { zh: '{}：是否超期', en: '{}: overdue' },
  'deadlines.*.lapsesOn': { zh: '{}：期满终止日', en: '{}: ends by itself' },
  'calendars.country': { zh: '全国工作日历版本', en: "version of the country's calendar" },
  'calendars.local': { zh: '区县工作日历版本', en: "version of the district's calendar" },
}

/** What a field of a case is called, by its path (`application.site`, `deadlines.progressReport@2021Q3.dueOn`). */
export function nameOfField(edition: Edition, path: string): Words | undefined {
  return nameIn(fieldLabels, edition, path) ?? nameOfFormField(edition, path)
}

function nameOfFormField(edition: Edition | undefined, path: string): Words | undefined {
  const [first, ...below] = path.split('.')
  return edition && first === 'application' ? nameInForm(edition, below) : undefined
}

/**
 * What a field of a request is called, by its path, given what the request is about: as in a case if it is one of its fields,
 * else by as much of the end of the path as has a name.
 */
export function nameOfInput(
  path: readonly PropertyKey[],
  { of, edition }: { of?: string; edition?: Edition } = {},
): Words | undefined {
  const names = path.filter((part) => typeof part === 'string')
  const whole = of === undefined ? names.join('.') : [of, ...names].join('.')
  const ends = names.map((_, at) => names.slice(at).join('.'))
  return [whole, ...ends]
    .map(
      (each) =>
        nameIn(fieldLabels, edition, each) ??
        nameOfFormField(edition, each) ??
        nameIn(inputLabels, edition, each),
    )
    .find((words) => words !== undefined)
}

function nameIn(
  labels: Record<string, Words>,
  edition: Edition | undefined,
  path: string,
): Words | undefined {
  const parts = path.split('.')
  for (const [pattern, words] of Object.entries(labels)) {
    const wanted = pattern.split('.')
    if (wanted.length !== parts.length || !wanted.every((part, at) => part === '*' || part === parts[at]))
      continue
    const id = parts[wanted.indexOf('*')]
    return id === undefined ? words : filled(words, edition ? nameOfId(edition, id) : { zh: id, en: id })
  }
  return undefined
}

/** Where a field stands among the others, for lists; those of the form stand where the form has them, behind the category. */
export function rankOfField(edition: Edition, path: string): number {
  const patterns = Object.keys(fieldLabels)
  const [first, id = ''] = path.split('.')
  const place = first === 'application' ? placeInForm(edition, id) : undefined
  if (place !== undefined) return patterns.indexOf('application.category') + place
  return patterns.findIndex((pattern) => path.startsWith(pattern.split('*')[0] ?? pattern))
}

function filled({ zh, en }: Words, id: Words): Words {
  return { zh: zh.replace('{}', () => id.zh), en: en.replace('{}', () => id.en) }
}

/** A kind of investment, or a task with its period (`progressReport@2021Q3`). */
function nameOfId(edition: Edition, id: string): Words {
  const term = termsFor(edition, 'parts').find((each) => each.id === id)
  if (term) return term
  const [task = id, part] = id.split('@')
  const { zh, en } = nameOfTask(edition, task)
  const of = part === undefined ? undefined : nameOfPart(edition, part)
  return of ? { zh: `${zh} ${of.zh}`, en: `${en} ${of.en}` } : { zh, en }
}
