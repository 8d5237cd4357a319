// An error that leaves the program through several functions.
class Order { constructor(id) { this.id = id; } total() { return this.items.reduce((a, b) => a + b, 0); } }
function run() {
	const order = new Order(7);
	return order.total();
}
process.on('exit', (code) => console.log('exit', code, process.exitCode));
run();
