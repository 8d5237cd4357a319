const h = (tag, props, ...children) => ({ tag, props, children });
console.log(JSON.stringify(<ul id="a"><li>{[1, 2].map((n) => <b>{n}</b>)}</li></ul>));
