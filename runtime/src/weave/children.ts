/**
 * Children of every ESTree node in source order. A hand-written switch: the weaver visits each node of a program twice,
 * and a visitor that looks keys up by name would cost as much as the parse.
 */
import type { AnyNode } from 'acorn';

export type Visit = (node: AnyNode) => void;

const each = (nodes: readonly (AnyNode | null | undefined)[], visit: Visit): void => {
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    if (node) visit(node);
  }
};

export function eachChild(node: AnyNode, visit: Visit): void {
  switch (node.type) {
    case 'Identifier':
    case 'Literal':
    case 'ThisExpression':
    case 'Super':
    case 'PrivateIdentifier':
    case 'DebuggerStatement':
    case 'EmptyStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'TemplateElement':
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return;
    case 'MemberExpression':
      visit(node.object);
      visit(node.property);
      return;
    case 'CallExpression':
    case 'NewExpression':
      visit(node.callee);
      each(node.arguments, visit);
      return;
    case 'ExpressionStatement':
    case 'ChainExpression':
    case 'ParenthesizedExpression':
      visit(node.expression);
      return;
    case 'BlockStatement':
    case 'Program':
    case 'StaticBlock':
    case 'ClassBody':
      each(node.body, visit);
      return;
    case 'VariableDeclaration':
      each(node.declarations, visit);
      return;
    case 'VariableDeclarator':
      visit(node.id);
      if (node.init) visit(node.init);
      return;
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      visit(node.left);
      visit(node.right);
      return;
    case 'UnaryExpression':
    case 'UpdateExpression':
    case 'SpreadElement':
    case 'RestElement':
    case 'AwaitExpression':
    case 'ThrowStatement':
      visit(node.argument);
      return;
    case 'ReturnStatement':
    case 'YieldExpression':
      if (node.argument) visit(node.argument);
      return;
    case 'IfStatement':
    case 'ConditionalExpression':
      visit(node.test);
      visit(node.consequent);
      if (node.alternate) visit(node.alternate);
      return;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      if (node.id) visit(node.id);
      each(node.params, visit);
      visit(node.body);
      return;
    case 'ArrowFunctionExpression':
      each(node.params, visit);
      visit(node.body);
      return;
    case 'ClassDeclaration':
    case 'ClassExpression':
      if (node.id) visit(node.id);
      if (node.superClass) visit(node.superClass);
      visit(node.body);
      return;
    case 'ObjectExpression':
    case 'ObjectPattern':
      each(node.properties, visit);
      return;
    case 'ArrayExpression':
    case 'ArrayPattern':
      each(node.elements, visit);
      return;
    case 'Property':
      // A shorthand property is one identifier, not two.
      if (!node.shorthand) visit(node.key);
      visit(node.value);
      return;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      visit(node.key);
      if (node.value) visit(node.value);
      return;
    case 'ForStatement':
      if (node.init) visit(node.init);
      if (node.test) visit(node.test);
      if (node.update) visit(node.update);
      visit(node.body);
      return;
    case 'ForInStatement':
    case 'ForOfStatement':
      visit(node.left);
      visit(node.right);
      visit(node.body);
      return;
    case 'WhileStatement':
      visit(node.test);
      visit(node.body);
      return;
    case 'DoWhileStatement':
      visit(node.body);
      visit(node.test);
      return;
    case 'LabeledStatement':
      visit(node.body);
      return;
    case 'WithStatement':
      visit(node.object);
      visit(node.body);
      return;
    case 'SwitchStatement':
      visit(node.discriminant);
      each(node.cases, visit);
      return;
    case 'SwitchCase':
      if (node.test) visit(node.test);
      each(node.consequent, visit);
      return;
    case 'TryStatement':
      visit(node.block);
      if (node.handler) visit(node.handler);
      if (node.finalizer) visit(node.finalizer);
      return;
    case 'CatchClause':
      if (node.param) visit(node.param);
      visit(node.body);
      return;
    case 'SequenceExpression':
      each(node.expressions, visit);
      return;
    case 'TemplateLiteral':
      each(node.expressions, visit);
      return;
    case 'TaggedTemplateExpression':
      visit(node.tag);
      visit(node.quasi);
      return;
    case 'ImportExpression':
      visit(node.source);
      if (node.options) visit(node.options);
      return;
    case 'ExportNamedDeclaration':
      if (node.declaration) visit(node.declaration);
      return;
    case 'ExportDefaultDeclaration':
      visit(node.declaration);
      return;
    case 'ExportSpecifier':
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'ImportAttribute':
      return;
  }
}
