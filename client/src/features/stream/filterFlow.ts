/** Asks for the filter of a stream: one list with what is set now, and a box or a choice for each condition. Every change applies at once. */
import * as vscode from 'vscode';
import {
  describeFilter,
  filterWords,
  isFiltering,
  kindLabel,
  noFilter,
  streamKinds,
  wordLabel,
  type FilterWord,
  type StreamFilter,
} from '../../core/stream/streamFilter';
import { t } from '../../platform/l10n';

type Choice = vscode.QuickPickItem & { readonly of: 'kinds' | 'nothing' | FilterWord };

/** @param apply gets every new filter; ends when the user closes the list */
export async function askFilter(filter: StreamFilter, apply: (filter: StreamFilter) => Promise<void>): Promise<void> {
  let current = filter;
  for (;;) {
    const choice = await vscode.window.showQuickPick(choices(current), {
      title: t('Filter of the Stream'),
      placeHolder: isFiltering(current)
        ? t('Filter: {filter}', { filter: describeFilter(current, t) })
        : t('No filter: everything is shown.'),
    });
    if (choice === undefined) return;
    const changed = await change(current, choice.of);
    if (changed === undefined) continue;
    current = changed;
    await apply(current);
  }
}

function choices(filter: StreamFilter): readonly Choice[] {
  const kinds = filter.kinds.map((kind) => kindLabel(kind, t)).join(', ');
  return [
    { of: 'kinds', label: `$(symbol-event) ${t('Kinds')}`, description: kinds === '' ? t('all') : kinds },
    ...filterWords.map((word) => ({
      of: word,
      label: `$(symbol-string) ${capital(wordLabel(word, t))}`,
      description: filter[word] === '' ? t('any') : `“${filter[word]}”`,
    })),
    ...(isFiltering(filter)
      ? [{ of: 'nothing' as const, label: `$(clear-all) ${t('Show Everything')}`, description: '' }]
      : []),
  ];
}

async function change(filter: StreamFilter, of: Choice['of']): Promise<StreamFilter | undefined> {
  if (of === 'nothing') return noFilter;
  if (of === 'kinds') {
    const items = streamKinds.map((kind) => ({
      streamKind: kind,
      label: kindLabel(kind, t),
      picked: filter.kinds.length === 0 || filter.kinds.includes(kind),
    }));
    const picked = await vscode.window.showQuickPick(items, { canPickMany: true, title: t('Kinds') });
    if (picked === undefined) return undefined;
    const kinds = picked.map(({ streamKind }) => streamKind);
    return { ...filter, kinds: kinds.length === streamKinds.length ? [] : kinds };
  }
  const value = await vscode.window.showInputBox({
    title: capital(wordLabel(of, t)),
    prompt:
      of === 'text'
        ? t('Part of the line, in upper or lower case. Nothing shows all.')
        : t('Part of the name. Nothing shows all.'),
    value: filter[of],
  });
  return value === undefined ? undefined : { ...filter, [of]: value.trim() };
}

const capital = (text: string): string => text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
