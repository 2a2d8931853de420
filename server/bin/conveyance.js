#!/usr/bin/env node
// Stands in the repository so that it can be linked and executed before anything is built.
import '../dist/main.js';
