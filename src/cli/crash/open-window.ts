import { FileImage } from '../../bytes/byte-source.ts';
import { Window } from '../../bytes/window.ts';
import { FileError, type Io } from '../io.ts';

/** A file as a window over what is read of it. @throws FileError with the file's name in front. */
export function openWindow(path: string, io: Io): Window {
  try {
    return Window.of(new FileImage(io.openFile(path)), 'module');
  } catch (error) {
    if (error instanceof FileError) throw new FileError(error.code, `${path}: ${error.message}`);
    throw error;
  }
}
