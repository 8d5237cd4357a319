exports.index = 'index of folder';
