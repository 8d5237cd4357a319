/** Translation through the editor; core code gets it as a plain function. */
import * as vscode from 'vscode';
import type { Translate } from '../core/translate';

export const t: Translate = (message, values) => (values ? vscode.l10n.t(message, values) : vscode.l10n.t(message));
