import { newestEdition } from './editor/edition.ts';
import { picturesSuite } from './suites/pictures.ts';
import { editorSuites } from './suites/editor-suites.ts';

editorSuites(newestEdition, '1.139');

picturesSuite(newestEdition);
