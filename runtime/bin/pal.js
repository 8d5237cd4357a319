#!/usr/bin/env node
'use strict';
require('../dist/pal.js');
