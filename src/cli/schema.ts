import { Argument, Command } from 'commander';
import { EDITOR_SCHEMAS, editorSchemaText, type SchemaName } from '../editor/index.js';

const HELP = `
Editors with a YAML language server (VS Code with the YAML extension, Neovim, JetBrains) complete keys and explain them
where a file names its schema in its first line. The copies in schemas/ are the same as what this prints.

Examples:
  headroom schema > rules.schema.json          of rule files
  headroom schema config > config.schema.json  of the configuration
  # yaml-language-server: $schema=rules.schema.json
                                               the first line of a rule file beside it`;

/** `headroom schema`: the JSON Schema of rule files or the configuration, for editors. */
export function schemaCommand(): Command {
  const names = Object.keys(EDITOR_SCHEMAS);
  return new Command('schema')
    .description('Print the JSON Schema of rule files or the configuration, for editors')
    .addArgument(new Argument('[kind]', 'what the file holds').choices(names).default('rules'))
    .addHelpText('after', HELP)
    .action((name: SchemaName) => void process.stdout.write(editorSchemaText(name)));
}
