// known-difference: Node prints the line of the await from V8's text, and no JavaScript can know which await it was
console.log('before'); await new Promise(() => {}); console.log('never');
