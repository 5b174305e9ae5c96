package dev.mapwright.linux.iommu;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of a recording.
 *
 * @param folder where they are
 */
record RecordedFiles(Path folder) {
  /** A file, or the compressed one; null when there is neither. */
  @Nullable Path find(String name) {
    Path plain = folder.resolve(name);
    Path compressed = folder.resolve(name + ".gz");
    return Files.exists(plain) ? plain : Files.exists(compressed) ? compressed : null;
  }

  /** The name of a file for a message, whether it is there or not. */
  String name(String file) {
    return folder.resolve(file).toString();
  }
}
