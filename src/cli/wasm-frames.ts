#!/usr/bin/env node
import { runProcess } from '../node/run-process.ts';
import { runFrames } from './frames-program.ts';

void runProcess(runFrames);
