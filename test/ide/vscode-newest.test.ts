import { newestEdition } from './editor/edition.ts';
import { editorSuites } from './suites/editor-suites.ts';

editorSuites(newestEdition, '1.139');
