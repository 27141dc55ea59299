import { Command, InvalidArgumentError, Option } from 'commander'
import { expect, it } from 'vitest'
import { speakBothLanguages } from '../../cli/command-words.ts'
import { inBoth } from '../../policy/words/bilingual.ts'

function whole(text: string): never {
  throw new InvalidArgumentError(inBoth('须为整数', `It must be a whole number, not ${text.length} letters.`))
}

/** What a program with every kind of argument says of a wrong command line. */
function saidOf(args: string[]): string {
  let said = ''
  const program = speakBothLanguages(new Command('zhigai')).exitOverride()
  program.configureOutput({ writeErr: (text) => (said += text) })
  program
    .command('token')
    .requiredOption('--role <role>', '')
    .option('--count <n>', '', whole)
    .addOption(new Option('--one').conflicts('other'))
    .option('--other', '')
    .action(() => undefined)
  program
    .command('check')
    .argument('<file>', '', (text) => (text === 'x' ? whole(text) : text))
    .action(() => undefined)
  try {
    program.parse(args, { from: 'user' })
  } catch {
    // It would have ended here.
  }
  return said
}

it.each([
  [['token', '--role', 'x', '--colour'], '没有 --colour 这一选项', 'unknown option'],
  [['sing'], '没有 sing 这一命令', 'unknown command'],
  [['check'], '缺少参数 file', 'missing required argument'],
  [['token', '--role'], '选项 --role <role> 缺少取值', 'argument missing'],
  [['token'], '缺少必填选项 --role <role>', 'not specified'],
  [
    ['token', '--role', 'x', '--count', 'y'],
    '选项 --count <n> 的取值 y 不符合要求：须为整数',
    'whole number',
  ],
  [['check', 'x'], '参数 file 的取值 x 不符合要求：须为整数', 'whole number'],
  [['token', '--role', 'x', '--one', '--other'], '不能同时使用', 'cannot be used with'],
  [['check', 'a', 'b'], '参数过多：应有 1 个，给了 2 个', 'too many arguments'],
])('says in both languages what is wrong with %j', (args, zh, en) => {
  const said = saidOf(args)
  expect(said.split('\n')[0]).toContain(zh)
  expect(said).toContain(en)
  expect(said).not.toContain('参数有误')
})
