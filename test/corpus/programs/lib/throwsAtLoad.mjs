const x = { y: null }; x.y.z;
