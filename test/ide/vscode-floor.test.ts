import { floorEdition } from './editor/edition.ts';
import { editorSuites } from './suites/editor-suites.ts';

editorSuites(floorEdition, '1.105');
