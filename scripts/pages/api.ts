/** Writes the API reference: a page of Markdown for each entry of the package, from the sources. */
import { Application } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { ENTRIES, ROOT } from './entries.js';

/** What the Markdown plugin is told, besides TypeDoc's own options. */
const markdown: Partial<PluginOptions> = {
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  // What it makes of a name that comes twice is not what the site makes of the heading.
  useHTMLAnchors: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'list',
};

/**
 * @param folder - takes the pages, and nothing else
 * @throws Error if the sources cannot be read
 */
export async function writeApi(folder: string): Promise<void> {
  const app = await Application.bootstrapWithPlugins({
    ...markdown,
    plugin: ['typedoc-plugin-markdown'],
    router: 'module',
    entryPoints: [...ENTRIES.values()],
    tsconfig: `${ROOT}tsconfig.build.json`,
    readme: 'none',
    name: 'rxjs-llm',
    disableSources: true,
    githubPages: false,
    excludeInternal: true,
    excludePrivate: true,
    logLevel: 'Error',
    outputs: [{ name: 'markdown', path: folder }],
    skipErrorChecking: true,
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the sources');
  const names = new Map([...ENTRIES].map(([name, path]) => [path, name]));
  for (const module of project.children ?? []) {
    module.name = names.get(project.getSymbolIdFromReflection(module)?.fileName ?? '') ?? module.name;
  }
  await app.generateOutputs(project);
}
