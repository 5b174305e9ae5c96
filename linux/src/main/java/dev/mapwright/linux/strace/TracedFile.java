package dev.mapwright.linux.strace;

import org.jspecify.annotations.Nullable;

/**
 * A file descriptor as a recorded call names it.
 *
 * @param descriptor the number; negative if the caller gave no descriptor
 * @param path what the descriptor stood for (option {@code -y}), with escapes decoded; null if that
 *     was not recorded or the descriptor was not open
 * @param deleted whether the recording says that the file had been unlinked
 */
public record TracedFile(int descriptor, @Nullable String path, boolean deleted) {

  /** No file: what anonymous mappings give. */
  public static final TracedFile NONE = new TracedFile(-1, null, false);
}
