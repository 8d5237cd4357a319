const x = { y: null }; function run() { return x.y.z; } run();
