import { quoteForeign, type Words } from '../words/bilingual.ts'

/** What can be wrong with a condition that the library takes, in both languages. */
export const conditionWords = {
  notBoolean: (type: string) => ({
    zh: `类型为 ${type}，须为是或否（bool）`,
    en: `is ${type}, not true or false`,
  }),
  untyped: () => ({ zh: '类型不明，须为是或否（bool）', en: 'is of an unknown type, not true or false' }),
  plainText: (name: string) => ({
    zh: `${name}() 的参数须为引号中的纯文本`,
    en: `${name}() takes a plain text in quotes`,
  }),
  noAmount: (text: string) => ({
    zh: `yuan("${text}") 不是以元计的金额`,
    en: `yuan("${text}") is not an amount in yuan`,
  }),
  noDate: (text: string) => ({ zh: `date("${text}") 不是日期`, en: `date("${text}") is not a date` }),
  noPercent: (text: string) => ({
    zh: `percent("${text}") 不是百分数`,
    en: `percent("${text}") is not a share in percent`,
  }),
  steps: (steps: number, atMost: number) => ({
    zh: `可能需要 ${steps} 步计算，多于 ${atMost} 步`,
    en: `may take ${steps} steps, more than ${atMost}`,
  }),
  unused: (name: string) => ({
    zh: `条件中不使用 ${name}：计算时可能出错`,
    en: `${name} is not used in conditions: it can fail when it is evaluated`,
  }),
  literals: () => ({
    zh: '只能直接写出文本、数字、true 和 false',
    en: 'only texts, numbers, true and false are written out',
  }),
  patternLength: (atMost: number) => ({
    zh: `matches() 的表达式最多 ${atMost} 个字符`,
    en: `matches() takes a pattern of at most ${atMost} characters`,
  }),
  patternRepeats: (atMost: number) => ({
    zh: `matches() 的表达式最多重复 ${atMost} 次`,
    en: `matches() takes at most ${atMost} repeats`,
  }),
  pattern: (detail: string) => ({
    zh: `matches() 的表达式不是正确的正则表达式（RE2）`,
    en: quoteForeign(`matches(): ${detail}`),
  }),
  division: () => ({
    zh: '除数可能为零：须除以直接写出的非零整数',
    en: 'is divided by what may be nothing: divide by a whole number that is written out',
  }),
  unknownSize: () => ({
    zh: '只有大小已知的整数可以加减乘除',
    en: 'only whole numbers whose size is known are added and multiplied',
  }),
  tooLarge: () => ({ zh: '可能超出整数（int）的范围', en: 'may be too large for an int' }),
} as const satisfies Record<string, (...parts: never[]) => Words>

/** What the library says by its codes, in Chinese; `detail` is what its sentence ends with. */
const byCode: Readonly<Record<string, (detail: string) => string>> = {
  unknown_variable: (name) => `没有 ${name} 这一变量`,
  no_such_key: (name) => `没有 ${name} 这一字段`,
  no_such_overload: (types) => `运算符不适用于这些类型：${types}`,
  no_matching_overload: (call) => `没有这样的函数，或者参数类型不符：${call}`,
  unexpected_token: () => '语法有误：此处缺少内容或者有多余的符号',
  unexpected_character: () => '语法有误：此处有不能使用的字符',
  expected_token: () => '语法有误：此处缺少应有的符号',
  unterminated_string: () => '语法有误：引号没有成对',
  reserved_identifier: (name) => `${name} 是保留字，不能用作名称`,
  limit_exceeded: (limit) => `表达式过长或者嵌套过深（${limit}）`,
  invalid_logical_operand: (type) => `逻辑运算的各方须为是或否（bool），不能是 ${type}`,
  invalid_condition_type: (type) => `“?” 之前须为是或否（bool），不能是 ${type}`,
  incompatible_ternary_branches: (types) => `“?” 之后的两方类型须一致：${types}`,
  invalid_comprehension_range: (type) => `只有列表可以逐项判断：${type}`,
}

/** What the library has to say of an expression, in both languages. */
export function libraryWords(code: string, summary: string): Words {
  const detail =
    /(?:: |got |overload for |Exceeded |type )(?!.*(?:: |got |overload for ))(.*)$/.exec(summary)?.[1] ?? ''
  return {
    zh: byCode[code]?.(quoteForeign(detail)) ?? '不是正确的条件表达式（CEL）',
    en: quoteForeign(summary.split('\n')[0] ?? ''),
  }
}
