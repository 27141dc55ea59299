import type { Command } from 'commander'

/** What the command line says in English of a wrong argument, and the same in Chinese; quotes keep what was typed. */
const sentences: [RegExp, (...parts: string[]) => string][] = [
  [/^error: unknown option '(.*)'/, (flag) => `没有 ${flag} 这一选项`],
  [/^error: unknown command '(.*)'/, (name) => `没有 ${name} 这一命令`],
  [/^error: missing required argument '(.*)'/, (name) => `缺少参数 ${name}`],
  [/^error: option '(.*)' argument missing/, (flag) => `选项 ${flag} 缺少取值`],
  [/^error: required option '(.*)' not specified/, (flag) => `缺少必填选项 ${flag}`],
  [
    /^error: option '(.*)' argument '(.*)' is invalid\. ?(.*)/,
    (flag, value, why) => `选项 ${flag} 的取值 ${value} 不符合要求${why && `：${why}`}`,
  ],
  [
    /^error: command-argument value '(.*)' is invalid for argument '(.*)'\. ?(.*)/,
    (value, name, why) => `参数 ${name} 的取值 ${value} 不符合要求${why && `：${why}`}`,
  ],
  [/^error: (.*) cannot be used with (.*)/, (one, other) => `${one} 与 ${other} 不能同时使用`],
  [
    /^error: too many arguments.* Expected (\d+) arguments? but got (\d+)/,
    (wanted, given) => `参数过多：应有 ${wanted} 个，给了 ${given} 个`,
  ],
]

/** What commander has to say, in Chinese first and then as it is. */
export function inChineseFirst(message: string): string {
  for (const [pattern, say] of sentences) {
    const match = pattern.exec(message)
    if (!match) continue
    // Where the value is at fault, our own parser has said why, in both languages.
    const why = match[3] ?? ''
    return `${say(...match.slice(1))}\n${why ? message.replace(`${why}\n`, '') : message}`
  }
  return `参数有误\n${message}`
}

/** Has a program and all its commands, which must come after this, say in both languages what is wrong with what was typed. */
export function speakBothLanguages(program: Command): Command {
  return program.configureOutput({ outputError: (message, write) => write(inChineseFirst(message)) })
}
