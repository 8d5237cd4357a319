/** Diagnostics of a PAL file: syntax, then schema, then the rules between keys. */
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from 'vscode-languageserver';
import type { PalDocument } from '../documents';
import type { FixData } from './codeActions';
import { checkBundleRules } from '../schema/bundleRules';
import type { Problem } from '../schema/problems';
import { syntaxProblems } from '../schema/syntaxProblems';
import { validateValue } from '../schema/validate';

/** Shown beside every message, so that nobody wonders which tool speaks. */
export const diagnosticSource = 'PAL';

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
} as const;

export class DiagnosticsFeature {
  /** `reportSyntax` is false beside another YAML server, which reports the same syntax errors. */
  constructor(private readonly reportSyntax: boolean) {}

  diagnose(document: PalDocument): Diagnostic[] {
    const parsed = document.parsed();
    const text = document.text.getText();
    const syntax = syntaxProblems(parsed, text);
    const structural: Problem[] = [];
    const report = (problem: Problem): void => {
      structural.push(problem);
    };
    if (parsed.yaml.contents === null) {
      // An empty file is one that somebody just made: say what belongs in, at its first character.
      const message = "This bundle is empty: it needs 'bundle' and 'intercepts'.";
      if (syntax.length === 0) report({ code: 'missing-key', severity: 'error', message, range: [0, text.length] });
    } else {
      validateValue(parsed.yaml.contents, document.schema, [0, 0], parsed.yaml, report);
      checkBundleRules(parsed.yaml, report);
    }
    const problems = [...(this.reportSyntax ? syntax : []), ...withoutEchoes(structural, syntax, document)];
    return problems.sort((a, b) => a.range[0] - b.range[0]).map((problem) => toDiagnostic(problem, document));
  }
}

/** What follows from a syntax error says nothing new: problems on its lines, and keys that only seem to be missing. */
function withoutEchoes(
  problems: readonly Problem[],
  syntax: readonly Problem[],
  document: PalDocument,
): readonly Problem[] {
  if (syntax.length === 0) return problems;
  const lineAt = (offset: number): number => document.text.positionAt(offset).line;
  const broken = syntax.map(({ range }) => [lineAt(range[0]), lineAt(range[1])] as const);
  return problems.filter(({ code, range }) => {
    if (code === 'missing-key' || code === 'missing-peer') return false;
    const line = lineAt(range[0]);
    return !broken.some(([from, to]) => line >= from && line <= to);
  });
}

function toDiagnostic(problem: Problem, document: PalDocument): Diagnostic {
  const data: FixData = {
    ...(problem.suggestion === undefined ? {} : { suggestion: problem.suggestion }),
    ...(problem.key === undefined ? {} : { key: problem.key }),
  };
  return {
    range: { start: document.text.positionAt(problem.range[0]), end: document.text.positionAt(problem.range[1]) },
    severity: severities[problem.severity],
    code: problem.code,
    source: diagnosticSource,
    message: problem.message,
    ...(problem.severity === 'hint' ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(Object.keys(data).length === 0 ? {} : { data }),
  };
}
