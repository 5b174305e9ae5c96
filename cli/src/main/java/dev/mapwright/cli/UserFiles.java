package dev.mapwright.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that the user named: what is wrong with them, in words. */
final class UserFiles {
  private static final String NO_SPACE = "No space left on device";

  private UserFiles() {}

  /**
   * Refuses a path that is not a readable file.
   *
   * @param file what the user named
   * @param expected what it should have been, with an article
   * @throws UserError when it is not there, a folder, or not readable
   */
  static void needFile(Path file, String expected) {
    if (Files.isDirectory(file)) {
      throw new UserError(file + " is a folder; expected " + expected);
    }
    if (!Files.exists(file)) {
      throw new UserError("there is no file " + file + "; expected " + expected);
    }
    if (!Files.isReadable(file)) {
      throw new UserError(file + " can't be read: permission denied");
    }
  }

  /** What the system said when a file could not be read. */
  static UserError unreadable(Path file, IOException e) {
    return new UserError(file + " can't be read: " + why(e), e);
  }

  /**
   * What the system said when a file could not be written: a name that leads nowhere is the user's
   * mistake, a full disk is not.
   */
  static UserError unwritable(Path file, IOException e) {
    String message = file + " can't be written: " + why(e);
    return e instanceof FileSystemException open && !NO_SPACE.equals(open.getReason())
        ? new UserError(message, e)
        : new UnwrittenError(message, e);
  }

  private static String why(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }
}
