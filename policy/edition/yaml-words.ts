import type { YAMLError } from 'yaml'
import { quoteForeign, type Words } from '../words/bilingual.ts'

/** What the library finds wrong with a text that is to be YAML, by its code, in Chinese. */
const byCode = {
  ALIAS_PROPS: '引用（*）不得带有锚或者标签',
  BAD_ALIAS: '锚（&）或者引用（*）的名称不对',
  BAD_COLLECTION_TYPE: '标签与内容的类型不符',
  BAD_DIRECTIVE: '指令（%）不对',
  BAD_DQ_ESCAPE: '双引号中有不能使用的转义',
  BAD_INDENT: '缩进不对，或者括号没有成对',
  BAD_PROP_ORDER: '锚和标签须写在标记之后',
  BAD_SCALAR_START: '不加引号的文本不得以此字符开头',
  BLOCK_AS_IMPLICIT_KEY: '一行之内不得嵌套键与值，列表不得作键',
  BLOCK_IN_FLOW: '括号之内不得使用以缩进书写的内容',
  DUPLICATE_KEY: '键重复出现',
  IMPOSSIBLE: '无法解析',
  KEY_OVER_1024_CHARS: '键超过 1024 个字符',
  MISSING_CHAR: '缺少应有的符号（冒号、逗号、空格、引号或者括号）',
  MULTILINE_IMPLICIT_KEY: '键须写在一行之内',
  MULTIPLE_ANCHORS: '一处只能有一个锚（&）',
  MULTIPLE_DOCS: '一个文件只能有一份文档',
  MULTIPLE_TAGS: '一处只能有一个标签（!）',
  NON_STRING_KEY: '键须为文本',
  RESOURCE_EXHAUSTION: '嵌套过深',
  TAB_AS_INDENT: '不得用制表符缩进',
  TAG_RESOLVE_FAILED: '标签（!）无法识别，或者与内容不符',
  UNEXPECTED_TOKEN: '此处有多余的符号',
} as const satisfies Record<YAMLError['code'], string>

/** Why a text is no YAML, in both languages. */
export function yamlWords({ code, message }: Pick<YAMLError, 'code' | 'message'>): Words {
  return { zh: `YAML 语法有误：${byCode[code]}`, en: quoteForeign(message.split('\n')[0] ?? '') }
}

/** What is wrong with a document before anybody looks at its form. */
export const documentWords = {
  tooLong: (length: number, atMost: number) => ({
    zh: `共 ${length} 个字符，多于 ${atMost} 个`,
    en: `has ${length} characters, more than ${atMost}`,
  }),
  noAnchor: (name: string) => ({
    zh: `引用的锚 ${JSON.stringify(name)} 不存在，或者写在引用之后`,
    en: `there is no anchor ${JSON.stringify(name)} before this alias`,
  }),
  aliases: () => ({
    zh: '引用（*）过多，或者引用了其自身',
    en: 'has too many aliases, or one that refers to itself',
  }),
} as const satisfies Record<string, (...parts: never[]) => Words>
