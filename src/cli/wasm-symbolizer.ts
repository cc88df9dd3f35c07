#!/usr/bin/env node
import { runProcess } from '../node/run-process.ts';
import { runLlvmTool } from './llvm-tool.ts';

void runProcess(runLlvmTool);
