'use strict';
let y = {;
